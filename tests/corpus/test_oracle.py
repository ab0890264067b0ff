"""Workbooks of the corpus, read a second time by openpyxl in full mode: the same values."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from loader import wiring
from loader.core.errors import InputError
from tests.corpus import xlsx_cells, xlsx_container
from tests.corpus.case import Case
from tests.unit.sources.builders import read
from tests.unit.sources.test_excel_property import says

CASES = [
    case
    for case in [*xlsx_container.CASES, *xlsx_cells.CASES]
    if case.verdict.exit_code != InputError.exit_code and not case.options.sheet
]
# What a cell is besides its value: openpyxl knows nothing of it, or reads it otherwise.
JUDGED_BY_US = {"date", "error", "zeros", "merged", "formula-empty", "digits-lost"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_are_those_that_openpyxl_reads(case: Case, tmp_path: Path) -> None:
    """Cell by cell; where a fact says that our text is another, that fact is the finding."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(case.build())
    source = wiring.source_for(path)
    table = read(source, path, case.options)
    stored = values(path.read_bytes(), table.raw.file.sheet or "")
    if stored is None:  # openpyxl cannot read it at all
        return
    judged = {(row, header) for row, header, kind, _ in table.facts if kind in JUDGED_BY_US}
    for number, cells in zip(table.rows, table.cells, strict=True):
        found = stored[number - 1] if number <= len(stored) else ()
        for at, (header, text) in enumerate(zip(table.raw.headers, cells, strict=True)):
            place = table.raw.first_column + at
            value = found[place] if place < len(found) else None
            if (number, header) not in judged and not escaped(value):
                assert says(text, value), (number, header, text, value)


def values(content: bytes, sheet: str) -> list[Sequence[object]] | None:
    """Return all values of the sheet, None where openpyxl fails on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(content), data_only=True)
            if book[sheet].max_row > 10_000 or book[sheet].max_column > 1_000:
                return None  # it makes a cell for each place
            return list(book[sheet].iter_rows(values_only=True))
        # On files that Excel opens, openpyxl fails in a dozen ways.
        except Exception:
            return None


def escaped(value: object) -> bool:
    """Return whether a text holds an escape, which openpyxl leaves as it is in inline texts."""
    return isinstance(value, str) and "_x" in value
