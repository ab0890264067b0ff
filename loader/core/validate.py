"""Texts → typed rows and findings: one slice at a time, column-wise, one finding per cell.

Cells are parsed first; pandera then judges the typed columns by the derived schema. Where a cell
has several findings the gravest stays, and of equals the first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd
import pandera.pandas as pa

from loader.core import cells, normalise
from loader.core.cells import positions
from loader.core.findings import Finding, Severity
from loader.core.model import FactKind, Mask, RawSlice, Rows
from loader.core.odd_rows import OddRows, find_odd_rows
from loader.core.places import Places
from schemas.codes import CODES
from schemas.frame import order_schema
from schemas.pouch_orders import BY_NAME, KEY
from schemas.vocabulary import Kind
from schemas.words import DIGIT_COLUMNS, ERROR_WORDS

_MOST_SIGNS = 10  # that are not allowed, named in one message
_FACT_CODES = {
    FactKind.ERROR: "CELL-ERROR",
    FactKind.FORMULA: "CELL-FORMULA",
    FactKind.FORMULA_EMPTY: "CELL-FORMULA-EMPTY",
    FactKind.DATE: "CELL-DATE",
    FactKind.DIGITS_LOST: "CELL-DIGITS",
    FactKind.MERGED: "CELL-MERGED",
    FactKind.ZEROS: "CELL-ZEROS",
    FactKind.TOO_LONG: "TEXT-LONG",
}
_ALLOWED = {
    "PHONE-LONG": "best at most 15 characters before an extension",
    "TEXT-LOST": "text with all its letters",
}
_DECIMAL_COMMA = r"[0-9]+,0{1,2}"  # a whole number where commas are decimal signs; never 2,000
_COMMA_HELP = 'Or write decimal_sign = "," under [file] of a mapping profile (--map).'

Texts = dict[str, pd.Series]


@dataclass(slots=True)
class Checked:
    """Checked rows: typed columns under canonical names (only those that the file has).

    `outside[i]` is True where the row belongs to no order.
    """

    frame: pd.DataFrame
    rows: Rows
    outside: Mask
    findings: list[Finding] = field(default_factory=list)


class _Marks:
    """The gravest code of each cell of one slice, by column and position."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[int, str]] = {}

    def add(self, code: str, column: str, places: Iterable[int]) -> None:
        """Mark cells with a code; a graver mark stays, an equal one that is there stays, too."""
        rank = _rank(code)
        present = self.codes.setdefault(column, {})
        for position in places:
            if position not in present or rank < _rank(present[position]):
                present[position] = code

    def errors(self, column: str) -> dict[int, str]:
        """Return the errors of one column by position."""
        found = self.codes.get(column, {})
        return {place: code for place, code in found.items() if _rank(code) == 0}


def _rank(code: str) -> int:
    return Severity(CODES[code].severity.value).rank


def check_slice(raw: RawSlice, matched: Mapping[int, str], places: Places) -> Checked:
    """Check one slice of a table; findings have no order yet, grouping gives it to them."""
    raw = replace(raw, cells=raw.cells.reset_index(drop=True))
    marks = _Marks()
    texts = _tidied(raw, matched, marks)
    _mark_facts(raw, matched, texts, marks)
    typed = _typed(texts, marks)
    _mark_meaning(texts, marks)
    odd = find_odd_rows(raw, texts, places, marks.errors(KEY))
    findings = odd.findings + _told(raw, matched, texts, marks, odd, places)
    return Checked(pd.DataFrame(typed), raw.rows, odd.outside, findings)


def _tidied(raw: RawSlice, matched: Mapping[int, str], marks: _Marks) -> Texts:
    texts = {}
    for place, name in matched.items():
        texts[name], events = normalise.tidy(raw.cells[place], BY_NAME[name])
        for code, at in events.items():
            marks.add(code, name, at)
        marks.add("CELL-DITTO", name, positions(texts[name].isin(cells.SAME_AS_ABOVE)))
    # A row whose order number says that there is none, or the one above, cannot be assigned.
    marks.add("CELL-PLACEHOLDER", KEY, positions(texts[KEY].isin(cells.NOTHING)))
    unsaid = texts[KEY].isin(cells.NOTHING | cells.SAME_AS_ABOVE)
    texts[KEY] = texts[KEY].mask(unsaid, "")
    return texts


def _mark_facts(raw: RawSlice, matched: Mapping[int, str], texts: Texts, marks: _Marks) -> None:
    for fact in raw.facts:
        name, code = matched.get(fact.column), _FACT_CODES.get(fact.kind)
        if name and code:
            marks.add(code, name, [fact.position])
    for name, column in texts.items():
        marks.add("CELL-ERROR", name, positions(column.isin(ERROR_WORDS)))
        if name in DIGIT_COLUMNS:
            marks.add("CELL-DIGITS", name, positions(column.str.fullmatch(cells.LOST_DIGITS)))


def _typed(texts: Texts, marks: _Marks) -> Texts:
    typed = {}
    for name, column in texts.items():
        parsed = cells.parse(column, BY_NAME[name])
        typed[name] = parsed.values
        for code, at in parsed.codes.items():
            marks.add(code, name, at)
    try:
        order_schema().validate(pd.DataFrame(typed), lazy=True)
    except pa.errors.SchemaErrors as failures:
        cases = failures.failure_cases
        for (name, code), members in cases.groupby(["column", "check"], sort=False):
            marks.add(str(code), str(name), members["index"].tolist())
    return typed


# ------------------------------------------------------------------ what cannot be meant
def _mark_meaning(texts: Texts, marks: _Marks) -> None:
    """Mark what parses and yet is doubtful: words for nothing, long telephone numbers."""
    for name, column in texts.items():
        declared = BY_NAME[name]
        if declared.kind is Kind.TEXT and declared.path and not declared.prose:
            code = "CELL-PLACEHOLDER" if declared.needed else "CELL-NOTHING"
            marks.add(code, name, positions(column.isin(cells.NOTHING)))
    for name in ("phone_number", "order_phone_number"):
        if name in texts:
            number = texts[name]
            dialled = number.str.replace(cells.PHONE_EXTENSION, "", regex=True).str.len()
            marks.add("PHONE-LONG", name, positions(dialled > 15))


# ------------------------------------------------------------------ findings
def _told(
    raw: RawSlice, matched: Mapping[int, str], texts: Texts, marks: _Marks, odd: OddRows,
    places: Places,
) -> list[Finding]:  # fmt: skip
    findings = []
    for place, name in matched.items():
        found, tidied = raw.cells[place].array, texts[name].array
        for position, code in marks.codes.get(name, {}).items():
            # An empty key is told with its row.
            if odd.unjudged[position] or (name == KEY and tidied[position] == ""):
                continue
            finding = places.finding(
                CODES[code], position, name, found=found[position],
                message=_message(code, name, tidied[position]), allowed=_ALLOWED.get(code, ""),
            )  # fmt: skip
            if code == "NUMBER-FORM" and re.fullmatch(_DECIMAL_COMMA, tidied[position]):
                finding = replace(finding, help=f"{finding.help} {_COMMA_HELP}")
            findings.append(finding)
    return findings


def _message(code: str, name: str, text: str) -> str:
    """Return what is special about this cell; "" where the page's title says it all."""
    if code == "TEXT-LONG":
        limit = BY_NAME[name].max_length
        most = "a spreadsheet keeps 32,767" if limit is None else f"{limit} are allowed"
        return f"The text has {len(text)} characters, {most}."
    if code == "TEXT-SYMBOL":
        return f"Not allowed here: {_signs(name, text)}."
    if code == "EMAIL-FORM" and text:
        from loader.core.emails import why_none  # loaded where an address is wrong

        return why_none(text)
    return ""


def _signs(name: str, text: str) -> str:
    """Return the characters of a text that its column does not allow, each once."""
    pattern = BY_NAME[name].pattern or ""
    wrong = dict.fromkeys(sign for sign in text if not re.fullmatch(pattern, sign))
    named = [sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in wrong]
    more = ["…"] if len(named) > _MOST_SIGNS else []
    return " ".join([*named[:_MOST_SIGNS], *more])
