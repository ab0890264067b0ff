"""The correction workbook: the author's own rows and columns, wrong cells marked, to give back."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from loader.core.correction import Correction, CorrectionRow
from loader.core.findings import Finding, Severity, column_letters
from loader.core.template_stamp import is_stamp
from loader.reporting.workbook_cells import Book, Look, Value, fits
from loader.reporting.workbook_words import MOST_FINDINGS, advice, note, read_me, result_of
from schemas.words import OUR_COLUMNS

STAND_IN = "#N/A"  # an error wherever it is read, so that a cell left as it is stays wrong
MOST_NOTES = 5_000  # a spreadsheet program takes minutes to open more; the sheet Findings has all
_OURS = len(OUR_COLUMNS)
_LOOKS = {
    Severity.ERROR: Look.ERROR, Severity.CONFIRM: Look.CONFIRM, Severity.WARNING: Look.WARNING,
}  # fmt: skip
_FINDINGS = ("Weight", "Code", "What was found out", "Column", "Cell in this workbook",
             "Row of your file", "Cell of your file", "Content", "Allowed", "Suggested",
             "How to put it right", "Number of the order")  # fmt: skip
_LOOKS_OF_PAGE = {"title": Look.TITLE, "heading": Look.HEADING, "words": Look.WORDS}
_TOO_LONG = "longer than a cell can hold"


def correction_workbook(found: Correction) -> bytes:
    """Return the workbook as XLSX bytes: orders, read me, findings. Personal data unmasked."""
    name = PurePath(found.file.path).name
    book = Book(f"To correct: {name}")
    book.sheet(
        sheet_name(found.file.sheet), list(_order_rows(found)), freeze="D2",
        widths=_widths(found), prepare=hide_stamps((*OUR_COLUMNS, *found.headers)),
    )  # fmt: skip
    page = [[Value(text, _LOOKS_OF_PAGE[kind])] for kind, text in read_me(found, name)]
    book.sheet("Read me", page, widths=[100.0], freeze="", filtered=False)
    book.sheet("Findings", list(_finding_rows(found)))
    return book.content()


def sheet_name(name: str | None) -> str:
    """Return a name that a sheet may have: the file's own, where it has one."""
    return re.sub(r"[\\*?:/\[\]\x00-\x1f]", "_", name or "Orders")[:31] or "Orders"


def hide_stamps(headers: Sequence[str]) -> Callable[[Any], None]:
    """Return what hides the columns of a sheet that are the stamp of a template."""
    letters = [column_letters(at) for at, header in enumerate(headers) if is_stamp(header)]

    def prepare(page: Any) -> None:  # noqa: ANN401  # openpyxl's
        for letter in letters:
            page.column_dimensions[letter].hidden = True

    return prepare


def texts_of(found: Correction, row: CorrectionRow) -> list[tuple[str, str]]:
    """Return, per column, what is written and what the cell was where that cannot be written."""
    cells = []
    for place, text in enumerate((*row.texts, *[""] * len(found.added))):
        why = found.unfit.get((row.number, place), "") or ("" if fits(text) else _TOO_LONG)
        cells.append((STAND_IN if why else text, why))
    return cells


def findings_of(found: Correction, row: CorrectionRow) -> list[Finding]:
    """Return the findings of a row: on its cells from left to right, then on the whole row."""
    columns = range(len(found.headers) + len(found.added))
    on_cells = [one for place in columns for one in found.at_cell.get((row.number, place), ())]
    return [*on_cells, *found.at_row.get(row.number, ())]


# ------------------------------------------------------------------ the sheet of orders
def _order_rows(found: Correction) -> Iterator[list[Value]]:
    notes = MOST_NOTES
    headers = [Value(text, Look.OUR_HEADER) for text in OUR_COLUMNS]
    for place, text in enumerate((*found.headers, *found.added)):
        headers.append(_header(text, found.at_cell.get((0, place), [])))
    yield headers
    results = _results(found)
    for row in found.rows:
        mine = findings_of(found, row)
        cells = [
            Value(results[row.order.key if row.order else None], Look.OURS),
            Value(advice(mine, row.order), Look.ADVICE),
            Value(row.number, Look.ADVICE),
        ]
        for place, (text, why) in enumerate(texts_of(found, row)):
            told = found.at_cell.get((row.number, place), [])
            look = Look.ERROR if why else _look(told)
            with_note = look is not Look.PLAIN and notes > 0
            notes -= with_note
            cells.append(Value(text, look, note(told, why) if with_note else ""))
        yield cells


def _header(text: str, told: list[Finding]) -> Value:
    if is_stamp(text):
        return Value(text)
    look = _look(told)
    return Value(text, Look.HEADER if look is Look.PLAIN else look, note(told))


def _look(told: Sequence[Finding]) -> Look:
    """Return the look of the gravest; what is accepted, or only tidied, is plain."""
    seen = {one.severity for one in told if one.severity is Severity.WARNING or one.holds_back}
    return next((look for severity, look in _LOOKS.items() if severity in seen), Look.PLAIN)


def _results(found: Correction) -> dict[str | None, str]:
    """Return, by key, what became of each order: once for all of its rows."""
    together: dict[str | None, list[Finding]] = {}
    for finding in found.findings:
        together.setdefault(finding.order, []).append(finding)
    orders = {row.order.key if row.order else None: row for row in found.rows}
    return {key: result_of(row, together.get(key, [])) for key, row in orders.items()}


def _widths(found: Correction) -> list[float]:
    width = [13.0, 46.0, 9.0]
    for place, header in enumerate((*found.headers, *found.added)):
        longest = max(
            (len(row.texts[place]) for row in found.rows[:500] if place < len(row.texts)), default=0
        )
        width.append(float(min(max(longest + 2, len(header) * 0.7 + 4, 8), 40)))
    return width


# ------------------------------------------------------------------ the sheet of findings
def _finding_rows(found: Correction) -> Iterator[list[Value]]:
    yield [Value(text, Look.OUR_HEADER) for text in _FINDINGS]
    at = {row.number: number for number, row in enumerate(found.rows, 2)}
    places = {id(one): cell for cell, told in found.at_cell.items() for one in told}
    rank = list(Severity).index
    ranked = sorted(found.findings, key=lambda one: (rank(one.severity), one.row or 0))
    for finding in ranked[:MOST_FINDINGS]:
        yield [
            Value(finding.severity.value, _LOOKS.get(finding.severity, Look.PLAIN)),
            Value(finding.code),
            Value(finding.message, Look.WORDS),
            Value(finding.header or finding.column or ""),
            Value(_here(places.get(id(finding)), at, finding)),
            Value("" if finding.row is None else finding.row),
            Value(finding.cell or ""),
            Value(_fitting(finding.found or "")),
            Value(finding.allowed, Look.WORDS),
            Value(_fitting(finding.suggestion or "")),
            Value(finding.help, Look.WORDS),
            Value(_fitting(finding.order or "")),
        ]


def _here(cell: tuple[int, int] | None, at: dict[int, int], finding: Finding) -> str:
    """Return where a finding stands in this workbook; "" where its row is not in it."""
    if cell is not None and cell[0] == 0:
        return f"{column_letters(cell[1] + _OURS)}1"
    if finding.row not in at:
        return ""
    return f"{column_letters(cell[1] + _OURS) if cell else 'A'}{at[finding.row]}"


def _fitting(text: str) -> str:
    return text if fits(text) else f"{text[:1000]} …"
