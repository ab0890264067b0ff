"""LibreOffice opens what we write, runs nothing of it, and saves the same text."""

import csv
from pathlib import Path

from loader.core.model import ReadOptions
from loader.core.normalise import known_header
from loader.reporting.workbook import correction_workbook
from loader.sources.excel_file import ExcelSource
from tests.integration.workbook.conftest import Convert
from tests.unit.reporting.corrections import HEADERS, correction
from tests.unit.reporting.test_workbook_texts import HOSTILE

# What it saves otherwise, whoever wrote the file: it joins a text that looks like the beginning of
# an escape with the escape of a control character that follows. And a line ends in LF.
CHANGED = {"_x0041\x01": "Ax0001_", "a\r\nb": "a\nb"}


def test_saved_as_a_workbook_the_texts_are_the_same(convert: Convert, tmp_path: Path) -> None:
    """Formulas stay texts, zeros stay in front, escapes come back as what they stand for."""
    rows = [["x", text, text] for text in HOSTILE]
    path = tmp_path / "c.xlsx"
    path.write_bytes(correction_workbook(correction(rows)))
    table = ExcelSource(known_header).open(convert(path, "xlsx"), ReadOptions())
    assert table.headers[3:] == HEADERS
    (piece,) = table.slices
    found = [row[3:] for row in piece.cells.to_numpy(object).tolist()]
    assert found == [["x", *[CHANGED.get(text, text)] * 2] for text in HOSTILE]
    assert {fact.column for fact in piece.facts} == {2}  # our own numbers of rows


def test_saved_as_csv_nothing_was_run(convert: Convert, tmp_path: Path) -> None:
    """The first sheet, the orders, is what is saved, with every formula as it was typed."""
    runs = [text for text in HOSTILE if text[0] in "=+-@"]
    path = tmp_path / "c.xlsx"
    path.write_bytes(correction_workbook(correction([["x", text, "00123"] for text in runs])))
    with convert(path, "csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[:4] == ["Result", "What to do", "Source row", "Order ID"]
    assert [row[3:] for row in rows] == [["x", text, "00123"] for text in runs]
