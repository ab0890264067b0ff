"""Texts → typed rows and findings: one slice at a time, column-wise, one finding per cell.

Cells are parsed first; pandera then judges the typed columns by the derived schema. Where a cell
has several findings the gravest stays, and of equals the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa

from loader.core import cells, normalise
from loader.core.findings import Finding, Severity
from loader.core.model import FactKind, RawSlice, Rows
from loader.core.places import Places
from schemas.codes import CODES
from schemas.frame import order_schema
from schemas.pouch_orders import BY_NAME, KEY, fold
from schemas.words import DIGIT_COLUMNS, PLACEHOLDERS, POSTAL_DIGITS, TOTAL_WORDS

_RANK = {severity: place for place, severity in enumerate(Severity)}
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
    "ZIP-ZERO": "the code with all its digits",
    "PHONE-FORM": "best as + and digits, such as +12133734253",
    "PHONE-LONG": "best at most 15 characters before an extension",
}


@dataclass(slots=True)
class Checked:
    """Checked rows: typed columns under canonical names (only those that the file has).

    `outside[i]` is True where the row belongs to no order and says nothing about one.
    """

    frame: pd.DataFrame
    rows: Rows
    outside: np.ndarray
    findings: list[Finding] = field(default_factory=list)


class _Marks:
    """The gravest code of each cell of one slice."""

    def __init__(self) -> None:
        self.codes: dict[tuple[int, str], str] = {}

    def add(self, code: str, column: str, positions: Iterable[int]) -> None:
        """Mark cells with a code; a graver mark stays, an equal one that is there stays, too."""
        rank = _rank(code)
        for position in positions:
            present = self.codes.get((position, column))
            if present is None or rank < _rank(present):
                self.codes[position, column] = code


def _rank(code: str) -> int:
    return _RANK[Severity(CODES[code].severity.value)]


def check_slice(raw: RawSlice, matched: dict[int, str], places: Places) -> Checked:
    """Check one slice of a table; findings have no order yet, grouping gives it to them."""
    marks = _Marks()
    texts = _tidied(raw, matched, marks)
    _mark_facts(raw, matched, texts, marks)
    outside, row_findings = _odd_rows(raw, matched, texts, places)
    typed = _typed(texts, marks)
    _mark_meaning(texts, marks)
    findings = row_findings + _told(raw, matched, texts, marks, outside, places)
    return Checked(pd.DataFrame(typed), raw.rows, outside, findings)


def _tidied(raw: RawSlice, matched: dict[int, str], marks: _Marks) -> dict[str, pd.Series]:
    texts = {}
    for position, name in matched.items():
        texts[name], events = normalise.tidy(raw.cells[position], BY_NAME[name])
        for code, positions in events.items():
            marks.add(code, name, positions)
    return texts


def _mark_facts(
    raw: RawSlice, matched: dict[int, str], texts: dict[str, pd.Series], marks: _Marks
) -> None:
    for fact in raw.facts:
        name, code = matched.get(fact.column), _FACT_CODES.get(fact.kind)
        if name and code:
            marks.add(code, name, [fact.position])
    for name in DIGIT_COLUMNS:
        if name in texts:
            lost = texts[name].str.fullmatch(cells.LOST_DIGITS)
            marks.add("CELL-DIGITS", name, np.flatnonzero(lost).tolist())


# ------------------------------------------------------------------ rows that are no order
def _odd_rows(
    raw: RawSlice, matched: dict[int, str], texts: dict[str, pd.Series], places: Places
) -> tuple[np.ndarray, list[Finding]]:
    """Return which rows belong to no order, and the findings on whole rows."""
    outside = np.zeros(len(raw.rows), dtype=bool)
    findings = []

    def tell(code: str, position: int, message: str = "", *, out: bool = True) -> None:
        if not outside[position]:
            findings.append(places.finding(CODES[code], position, None, message=message))
            outside[position] = out

    for position in raw.hidden:
        tell("ROW-HIDDEN", position)
    for position in _header_again(texts, places):
        tell("ROW-HEADER", position)
    key = texts[KEY]
    for position in _total_lines(raw, matched, texts):
        tell("ROW-TOTAL", position)
    if "action" in texts:
        ignored = texts["action"].str.upper() == "IGNORE"
        for position in np.flatnonzero(ignored):
            order = key.iloc[position]
            tell("ROW-IGNORED", position, f"The row was left out of order {order}: IGNORE.")
    for ragged in raw.ragged:
        tell("ROW-CELLS", ragged.position, f"The row has {ragged.found} cells, the header"
             f" {ragged.expected}.", out=key.iloc[ragged.position] == "")  # fmt: skip
    for position in np.flatnonzero(key == ""):
        tell("KEY-MISSING", position)
    return outside, findings


def _header_again(texts: dict[str, pd.Series], places: Places) -> list[int]:
    """Return rows whose filled cells repeat the headers above them, at least two of them."""
    same = np.zeros(len(places.rows), dtype=int)
    filled = np.zeros(len(places.rows), dtype=int)
    candidates = texts[KEY] == places.headers[KEY].text.strip()
    if not candidates.any() and len(texts) > 1:
        candidates = candidates | (texts[KEY] == "")
    for name, column in texts.items():
        header = fold(places.headers[name].text)
        at = np.flatnonzero(candidates)
        values = column.iloc[at]
        filled[at] += (values != "").to_numpy(dtype=int)
        same[at] += (values.map(fold) == header).to_numpy(dtype=int)
    return [int(p) for p in np.flatnonzero((same >= 2) & (same == filled))]


def _total_lines(raw: RawSlice, matched: dict[int, str], texts: dict[str, pd.Series]) -> list[int]:
    """Return rows that begin with a word for a sum and have no address and no product."""
    found = []
    needed = [texts[n] for n in ("address1", "client_product_id", "product") if n in texts]
    empty = np.logical_and.reduce([(column == "").to_numpy(dtype=bool) for column in needed])
    for position in np.flatnonzero(np.broadcast_to(empty, len(raw.rows))):
        words = [text.strip() for text in raw.cells.iloc[position] if text.strip()]
        if words and len(words) <= max(3, len(matched) // 2):
            first = words[0].casefold().rstrip(" :")
            if first in TOTAL_WORDS:
                found.append(int(position))
    return found


# ------------------------------------------------------------------ typed columns
def _typed(texts: dict[str, pd.Series], marks: _Marks) -> dict[str, pd.Series]:
    typed = {}
    for name, column in texts.items():
        parsed = cells.parse(column, BY_NAME[name])
        typed[name] = parsed.values
        for code, positions in parsed.codes.items():
            marks.add(code, name, positions)
    try:
        order_schema().validate(pd.DataFrame(typed), lazy=True)
    except pa.errors.SchemaErrors as failures:
        cases = failures.failure_cases
        for (name, code), members in cases.groupby(["column", "check"], sort=False):
            marks.add(str(code), str(name), [int(p) for p in members["index"]])
    return typed


def _mark_meaning(texts: dict[str, pd.Series], marks: _Marks) -> None:
    """Mark what parses and yet cannot be meant: placeholders, telephones, postal codes."""
    for name, column in texts.items():
        if BY_NAME[name].always or name in ("first_name", "last_name"):
            empty_words = column.str.lower().isin(PLACEHOLDERS)
            marks.add("CELL-PLACEHOLDER", name, np.flatnonzero(empty_words).tolist())
    for name in ("phone_number", "order_phone_number"):
        if name in texts:
            number = texts[name]
            dialled = number.str.replace(cells.PHONE_EXTENSION, "", regex=True).str.len()
            marks.add("PHONE-LONG", name, np.flatnonzero(dialled > 15).tolist())
            formed = (number == "") | number.str.fullmatch(cells.PHONE_NORMAL)
            marks.add("PHONE-FORM", name, np.flatnonzero(~formed).tolist())
    if "postal_code" in texts and "country_name" in texts:
        wanted = texts["country_name"].str.lower().map(POSTAL_DIGITS).fillna(0).astype(int)
        code = texts["postal_code"]
        short = code.str.fullmatch("[0-9]+") & (code.str.len() == wanted - 1)
        marks.add("ZIP-ZERO", "postal_code", np.flatnonzero(short).tolist())


# ------------------------------------------------------------------ findings
def _told(
    raw: RawSlice, matched: dict[int, str], texts: dict[str, pd.Series], marks: _Marks,
    outside: np.ndarray, places: Places,
) -> list[Finding]:  # fmt: skip
    at = {name: raw.cells[position] for position, name in matched.items()}
    findings = []
    for (position, name), code in sorted(marks.codes.items()):
        if not outside[position]:
            found = at[name].iat[position]
            message = _message(code, name, texts[name].iat[position])
            findings.append(
                places.finding(
                    CODES[code], position, name, found=found, message=message,
                    allowed=_ALLOWED.get(code, ""),
                )
            )  # fmt: skip
    return findings


def _message(code: str, name: str, text: str) -> str:
    """Return what is special about this cell; "" where the page's title says it all."""
    if code == "TEXT-LONG":
        return f"The text has {len(text)} characters, {BY_NAME[name].max_length} are allowed."
    if code == "PHONE-FORM" and cells.normal_phone(text):
        return "The telephone number is not in its normal form: digits after a +, no blanks."
    return ""
