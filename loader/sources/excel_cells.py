"""A stored cell → its text and what the format knows about it beyond the text."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from openpyxl.styles.numbers import FORMAT_GENERAL, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

from loader.core.model import FactKind

_REMEMBERED = 100_000  # different numbers of a file that are not worked out again
MAX_DIGITS = 15  # what a number cell keeps exactly
_SHOWN_AS_POWER = 12  # digits from which Excel itself shows 1.23E+11

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_POWER = re.compile(r"([0#?.,]+)E[+-]0+")
_LOCALE = re.compile(r"\[\$[^\]]*\]")
# Zeros with literal characters between them: 00000, 00000-0000, 000\-00\-0000.
_ZEROS = re.compile(r'(?:0|[- ()/]|\\.|"[^"]*")+')
_SIGN = re.compile(r'0|[- ()/]|\\.|"[^"]*"')
_MARKS = re.compile(r'^\\|"')
_INDEX = re.compile(r"[0-9]{1,9}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,400}")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,6})?"
)
Moment = datetime | date | time | timedelta | None
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell's text and fact; `computed` is True where an empty text is a formula's result."""

    text: str = ""
    fact: FactKind | None = None
    detail: str = ""
    computed: bool = False


_NOTHING = ReadCell()
_COMPUTED = ReadCell(computed=True)


Fact = tuple[int, FactKind, str]  # 0-based column of the sheet, what is known, more about it


class BadCell(Exception):
    """A cell whose stored value cannot be what its type says; never quotes the value."""


@dataclass(slots=True)
class CellReader:
    """Reads stored cells of one workbook; `epoch` is its first day.

    `formats` are the number formats by style, `strings` the shared texts.
    """

    epoch: datetime
    formats: Sequence[str]
    strings: Sequence[str]
    _numbers: dict[tuple[str, str], ReadCell] = field(default_factory=dict)
    _shared: dict[str, ReadCell] = field(default_factory=dict)
    _facts: dict[Fact, Fact] = field(default_factory=dict)

    def fact(self, column: int, kind: FactKind, detail: str) -> Fact:
        """Return the fact, the same object for all that are equal: most numbers share theirs."""
        fact = column, kind, detail
        return self._facts.setdefault(fact, fact)

    def read(self, kind: str, value: str | None, style: str) -> ReadCell:
        """Return what the cell says; raises `BadCell` where it says nothing that can be.

        `kind` is the cell's type as the XML has it, `style` the number of its style.
        """
        if value is None:
            return _COMPUTED if kind == "str" else _NOTHING
        if kind == "s":
            known = self._shared.get(value)
            if known is None:
                known = ReadCell(unescaped(self._string(value)), computed=True)
                self._shared[value] = known
            return known
        if kind in ("str", "inlineStr"):
            return ReadCell(unescaped(value), computed=True)
        if kind == "n":
            known = self._numbers.get((value, style))
            if known is None:
                known = self._read_number(value, style)
                if len(self._numbers) < _REMEMBERED:
                    self._numbers[value, style] = known
            return known
        return _other(kind, value)

    def _string(self, value: str) -> str:
        number = int(value) if _INDEX.fullmatch(value) else -1
        if not 0 <= number < len(self.strings):
            raise BadCell("names a shared text that is not there")
        return self.strings[number]

    def _read_number(self, value: str, style: str) -> ReadCell:
        written = value.strip()
        if _WHOLE.fullmatch(written):
            number: int | float = int(written)
        elif _NUMBER.fullmatch(written):
            number = float(written)
        else:
            raise BadCell("is said to hold a number, and does not")
        if not math.isfinite(number):
            return ReadCell("#NUM!", FactKind.ERROR, computed=True)
        at = int(style) if _INDEX.fullmatch(style) else len(self.formats)
        form = self.formats[at] if at < len(self.formats) else FORMAT_GENERAL
        if _shows_date(form):
            return _date(number, form, self.epoch)
        return _number(number, form)


def _other(kind: str, value: str) -> ReadCell:
    """Return what a truth, an error or a written date says."""
    if kind == "b":
        truth = _TRUTHS.get(value.strip())
        if truth is None:
            raise BadCell("is neither TRUE nor FALSE")
        return ReadCell(truth, FactKind.BOOLEAN, computed=True)
    if kind == "e":
        return ReadCell(value, FactKind.ERROR, computed=True)
    if kind == "d":
        try:
            written: Moment = from_ISO8601(value)  # type: ignore[no-untyped-call]  # openpyxl's own
        except ValueError:
            raise BadCell("is said to hold a date, and does not") from None
        return ReadCell(_iso(written), FactKind.DATE, computed=True)
    raise BadCell("is of a type that no program writes")


def unescaped(text: str) -> str:
    """Return the text with `_x000D_` and its kind as the characters that they stand for.

    `_x005F_` is the underscore that keeps the next characters from being an escape. Escapes of
    half characters (surrogates) stay as they are: no text can hold them.
    """
    return _ESCAPE.sub(_escaped, text) if "_x" in text else text


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code in _SURROGATES else chr(code)


# ------------------------------------------------------------------ numbers
def number_text(value: int | float) -> str:
    """Return the shortest exact decimal, never with an exponent: 30.0 → 30."""
    text = format(Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _number(value: int | float, number_format: str) -> ReadCell:
    text = number_text(value)
    digits = text.lstrip("-0.").replace(".", "")
    if len(digits) > MAX_DIGITS or _rounded_by_display(digits, text, number_format):
        return ReadCell(text, FactKind.DIGITS_LOST, computed=True)
    pattern = _zero_pattern(number_format)
    if pattern and text.isdigit():
        return ReadCell(_filled(pattern, text), FactKind.ZEROS, number_format, computed=True)
    return ReadCell(text, FactKind.NUMBER, computed=True)


def _rounded_by_display(digits: str, text: str, number_format: str) -> bool:
    """True where a number was cut to what 1.23E+11 shows: all digits beyond are zeros.

    That is what becomes of an id that was shown so, saved as CSV, and opened again.
    """
    power = _POWER.search(number_format)
    if not power or not text.isdigit() or len(digits) < _SHOWN_AS_POWER:
        return False
    shown = sum(power[1].count(sign) for sign in "0#?")
    return len(digits.rstrip("0")) <= shown


@lru_cache(maxsize=1000)
def _zero_pattern(number_format: str) -> tuple[str, ...]:
    """Return "0" and literals of a format of zeros, such as 00000-0000; empty for others."""
    section = _LOCALE.sub("", number_format.partition(";")[0])
    if not _ZEROS.fullmatch(section):
        return ()
    signs = _SIGN.findall(section)
    pattern = ("0" if sign == "0" else "'" + _MARKS.sub("", sign) for sign in signs)
    return tuple(pattern) if signs.count("0") > 1 else ()


def _filled(pattern: tuple[str, ...], digits: str) -> str:
    """Return the digits in the places of the zeros; the first place takes those too many."""
    places = pattern.count("0")
    digits = digits.zfill(places)
    queue = [digits[: len(digits) - places + 1], *digits[len(digits) - places + 1 :]]
    return "".join(queue.pop(0) if sign == "0" else sign[1:] for sign in pattern)


# ------------------------------------------------------------------ dates
@lru_cache(maxsize=1000)
def _shows_date(number_format: str) -> bool:
    return is_date_format(number_format)


def _date(value: int | float, number_format: str, epoch: datetime) -> ReadCell:
    try:
        if value < 0:
            raise ValueError
        moment = from_excel(value, epoch, timedelta=is_timedelta_format(number_format))
    except (OverflowError, ValueError):
        # Excel shows ##### for a number that is no date.
        return ReadCell(number_text(value), FactKind.DATE, number_format, computed=True)
    return ReadCell(_iso(moment), FactKind.DATE, number_format, computed=True)


def _iso(value: Moment) -> str:
    if isinstance(value, timedelta):
        return f"PT{number_text(value.total_seconds())}S"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return "" if value is None else value.isoformat()
