"""A stored cell → its text and what the format knows about it beyond the text."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from loader.core.model import FactKind
from loader.sources.excel_workbook import StoredCell

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


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell's text and fact; `computed` is True where an empty text is a formula's result."""

    text: str = ""
    fact: FactKind | None = None
    detail: str = ""
    computed: bool = False


def read_cell(cell: StoredCell, epoch: datetime) -> ReadCell:
    """Return what the cell says; `epoch` is the workbook's first day."""
    value = cell.value
    if value is None:
        return ReadCell(computed=cell.kind == "str")
    if cell.kind == "s":
        return ReadCell(unescaped(str(value)), computed=True)
    if cell.kind == "b":
        return ReadCell("TRUE" if value else "FALSE", FactKind.BOOLEAN, computed=True)
    if cell.kind == "e":
        return ReadCell(str(value), FactKind.ERROR, computed=True)
    if cell.kind == "d":
        return ReadCell(_iso(value), FactKind.DATE, computed=True)
    if not math.isfinite(value):
        return ReadCell("#NUM!", FactKind.ERROR, computed=True)
    if _shows_date(cell.number_format):
        return _date(value, cell.number_format, epoch)
    return _number(value, cell.number_format)


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


def _iso(value: datetime | date | time | timedelta | None) -> str:
    if isinstance(value, timedelta):
        return f"PT{number_text(value.total_seconds())}S"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return "" if value is None else value.isoformat()
