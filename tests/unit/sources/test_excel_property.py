"""Properties: what openpyxl writes is read back exactly, and as openpyxl itself reads it."""

from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from loader.sources.excel_file import ExcelSource
from tests.unit.sources.builders import HEADERS, known, read
from tests.unit.sources.test_csv_property import is_blank

# What XML can hold. A lone CR cannot be stored, and openpyxl does not escape what looks escaped.
TEXTS = st.text(st.sampled_from(" =<&#0ëŁ😀\u00a0\n\t") | st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
), max_size=8).filter(lambda text: "_x" not in text)  # fmt: skip
ROWS = st.lists(st.lists(TEXTS, min_size=len(HEADERS), max_size=len(HEADERS)), max_size=8)


def write_text(page: Worksheet, row: int, column: int, text: str) -> None:
    """Store a text as a text, whatever it looks like."""
    if text:
        cell = page.cell(row, column, text)
        cell.data_type = "s"


# Saving and loading whole workbooks is slow: a quarter of the profile's examples.
FEWER = settings(max_examples=settings().max_examples // 4)


@FEWER
@given(ROWS, st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))
def test_any_table_reads_back_exactly(
    rows: list[list[str]], top: int, left: int, slice_rows: int
) -> None:
    """Wherever the table stands on the sheet: no cell changes, no row is lost or renumbered."""
    table = [list(HEADERS), *rows, ["x"] * len(HEADERS)]
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for number, texts in enumerate(table, top):
        for column, text in enumerate(texts, left):
            write_text(page, number, column, text)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        book.save(path)
        result = read(ExcelSource(known, slice_rows), path)
    expected = [(n, row) for n, row in enumerate(table[1:], top + 1) if not is_blank(row)]
    assert result.raw.headers == HEADERS
    assert (result.raw.header_row, result.raw.first_column) == (top, left - 1)
    assert list(zip(result.rows, result.cells, strict=True)) == expected
    assert result.facts == []


Value = None | str | bool | int | float | date | datetime
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    TEXTS.filter(lambda text: not text.startswith(("=", "#"))),
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(-1e9, 1e9, width=32),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
)


@FEWER
@given(st.lists(VALUES, min_size=1, max_size=12))
def test_values_are_those_that_openpyxl_reads(values: list[Value]) -> None:
    """Cell by cell, our text says what openpyxl's own loading of the whole file finds."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.append(list(HEADERS))
    for number, value in enumerate(values, 2):
        page.cell(number, 1, "key")
        page.cell(number, 2, value)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        book.save(path)
        result = read(ExcelSource(known), path)
        again = load_workbook(path).worksheets[0]
        stored: list[object] = [again.cell(number, 2).value for number in range(2, len(values) + 2)]
    assert result.rows == list(range(2, len(values) + 2))
    for cells, found in zip(result.cells, stored, strict=True):
        assert says(cells[1], found), (cells[1], found)


def says(text: str, value: object) -> bool:
    """Return whether the text is this value, and no other of its kind."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).upper()
    if isinstance(value, int | float):
        return float(text) == value and "e" not in text.lower() and not text.endswith(".0")
    if isinstance(value, datetime):
        moment = datetime.fromisoformat(text)
        return moment == value and ("T" in text) == (value.time() != time())
    return text == value
