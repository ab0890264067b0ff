"""Property: what we write to be corrected is read back as the same text, and is never run."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loader.core.correction import Correction
from loader.core.model import ReadOptions
from loader.core.normalise import known_header
from loader.core.returned import returned
from loader.reporting.csv_return import correction_csv
from loader.reporting.workbook import correction_workbook
from loader.sources.csv_file import CsvSource
from loader.sources.excel_file import ExcelSource
from tests.unit.reporting.corrections import FILE, HEADERS, correction

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "#N/A",
    "_x0041_",
    "_x005F_",
    "_x0041\x01",
    "\x01x0041_",
    "a\r\nb",
    "\x0b\x1f\x00",
    "00123",
    "1e5",
    "https://example.com",
    "<b>&amp;",
    "\ufffe",
    " x ",
    "\u2028",
    "😀",
    "TRUE",
    "_x_x000D_",
)
TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.sampled_from("_x0041=+-@'\t\r\n \x00\x1f;,\"") | st.characters(exclude_categories=["Cs"]),
    max_size=10,
)
ROWS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6)
FEWER = settings(max_examples=settings().max_examples // 4)  # whole files are slow


def read_back(content: bytes, name: str) -> list[list[str]]:
    """Return the author's columns as our own sources read them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        source = ExcelSource(known_header) if path.suffix == ".xlsx" else CsvSource(known_header)
        table = returned(source.open(path, ReadOptions(encoding=None)))
        assert table.headers[3:] == HEADERS
        return [row[3:] for piece in table.slices for row in piece.cells.to_numpy(object).tolist()]


def filled(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with something visible in each: a blank row is no row."""
    return [["x", *row[1:]] for row in rows]


@FEWER
@given(ROWS)
@example([[text, text, text] for text in HOSTILE])
def test_any_text_comes_back_from_the_workbook(rows: list[list[str]]) -> None:
    """Control characters, escapes and formulas included: no cell changes on its way."""
    rows = filled(rows)
    assert read_back(correction_workbook(correction(rows)), "c.xlsx") == rows


@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"]))
@example([[text, text, text] for text in HOSTILE], ";", "utf-8")
def test_any_text_comes_back_from_the_csv(
    rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    """Whatever stands in a CSV file stands there again; NUL cannot, in any CSV file."""
    rows = [[text.replace("\0", "") for text in row] for row in filled(rows)]
    file = replace(FILE, delimiter=delimiter, encoding=encoding)
    assert read_back(correction_csv(correction(rows, file=file)), "c.csv") == rows


@pytest.mark.parametrize("codec", ["cp1252", "utf-16-le"])
def test_a_declared_encoding_is_kept(codec: str) -> None:
    """A file that came in another encoding goes back in it, without a mark that it had not."""
    file = replace(FILE, encoding=codec)
    content = correction_csv(correction([["1", "Zoë", "=é"]], file=file))
    assert content.decode(codec).startswith("result;what_to_do;source_row;Order ID;")
    assert "1;Zoë;'=é\r\n" in content.decode(codec)


def parts(found: Correction) -> dict[str, str]:
    """Return the XML parts of the workbook."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "c.xlsx"
        path.write_bytes(correction_workbook(found))
        with ZipFile(path) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}


def test_nothing_in_the_workbook_can_be_run() -> None:
    """Every value is an inline text in a text format with quote prefix: no formula, no link."""
    written = parts(correction([[text, text, text] for text in HOSTILE]))
    sheet = written["xl/worksheets/sheet1.xml"]
    for name, xml in written.items():
        assert "<f>" not in xml, name
        assert "yperlink" not in name
        assert "<hyperlink" not in xml, name
    assert 't="inlineStr"><is><t>=HYPERLINK' in sheet
    assert 't="e"' not in sheet
    assert 'quotePrefix="1"' in written["xl/styles.xml"]


def test_a_cell_that_no_spreadsheet_can_hold_is_not_cut() -> None:
    """More than 32,767 UTF-16 units: an error stands there in place of half of the text."""
    (row,) = read_back(correction_workbook(correction([["1", "x", "😀" * 16_384]])), "c.xlsx")
    assert row == ["1", "x", "#N/A"]
    (row,) = read_back(correction_workbook(correction([["1", "x", "x" * 32_767]])), "c.xlsx")
    assert row[2] == "x" * 32_767
