"""The Source port: what every kind of order file gives, whatever format it is in.

One table is written in the format of each adapter; the suite asks only for what the port and the
raw table promise.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from loader.core.errors import InputError
from loader.core.findings import Severity
from loader.core.mapping import Profile
from loader.core.model import ReadOptions
from loader.ports import Source
from loader.sources.csv_file import CsvSource
from loader.sources.detect import source_for
from loader.sources.excel_file import ExcelSource
from schemas.codes import CODES
from tests.unit.sources.builders import HEADERS, csv_text, known, read, saved

Rows = Sequence[Sequence[str]]


def write_workbook(path: Path, rows: Rows) -> None:
    """Write the rows as texts into the first sheet of a workbook."""
    book = Workbook()
    page = book.worksheets[0]
    for number, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            page.cell(number, column, text or None)
    book.save(path)


@dataclass(frozen=True)
class Adapter:
    """A source, and how a table is written in its format; slices have two rows."""

    source: Source
    suffix: str
    write: Callable[[Path, Rows], object]

    def file(self, folder: Path, *rows: Sequence[str]) -> Path:
        """Write the rows and return the file."""
        path = folder / f"orders{self.suffix}"
        self.write(path, rows)
        return path


ADAPTERS = [
    Adapter(CsvSource(known, 2), ".csv", lambda path, rows: saved(path, csv_text(rows))),
    Adapter(ExcelSource(known, 2), ".xlsx", write_workbook),
]
ORDERS = [[f"A-{n}", "Zoë", "Boston", "02134", "NA"] for n in range(1, 8)]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: str(adapter.suffix))
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Return each adapter in turn."""
    found: Adapter = request.param
    return found


def refusal(adapter: Adapter, path: Path) -> str:
    """Return the message of the refusal, which must have a hint."""
    with pytest.raises(InputError) as caught:
        read(adapter.source, path)
    assert caught.value.hint
    return caught.value.message


def test_the_file_is_described(adapter: Adapter, tmp_path: Path) -> None:
    """Path and hash are those of the file; headers are its own words, with their row."""
    path = adapter.file(tmp_path, HEADERS, *ORDERS)
    raw = adapter.source.open(path, ReadOptions())
    assert raw.file.path == str(path)
    assert raw.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert raw.headers == HEADERS
    assert (raw.header_row, raw.first_column, raw.findings) == (1, 0, ())


def test_slices_are_text_with_row_numbers(adapter: Adapter, tmp_path: Path) -> None:
    """Each slice: text columns labelled from 0, no gaps, one ascending row number per row."""
    path = adapter.file(tmp_path, HEADERS, *ORDERS)
    slices = list(adapter.source.open(path, ReadOptions()).slices)
    assert len(slices) == 4
    for piece in slices:
        assert [*map(int, piece.cells.columns)] == list(range(len(HEADERS)))
        assert {str(dtype) for dtype in piece.cells.dtypes} == {"str"}
        assert not piece.cells.isna().any().any()
        assert piece.rows.dtype == np.int64
        assert len(piece.rows) == len(piece.cells)
    rows = np.concatenate([piece.rows for piece in slices])
    assert rows.tolist() == list(range(2, 9))


def test_slices_are_taken_once(adapter: Adapter, tmp_path: Path) -> None:
    """The slices are lazy and do not begin again."""
    raw = adapter.source.open(adapter.file(tmp_path, HEADERS, *ORDERS), ReadOptions())
    assert sum(len(piece.rows) for piece in raw.slices) == 7
    assert list(raw.slices) == []


def test_a_file_can_be_opened_twice(adapter: Adapter, tmp_path: Path) -> None:
    """Nothing of one reading is left in the source for the next."""
    path = adapter.file(tmp_path, HEADERS, *ORDERS)
    first = adapter.source.open(path, ReadOptions())
    next(first.slices)
    second = read(adapter.source, path)
    assert second.cells == [list(order) for order in ORDERS]
    assert sum(len(piece.rows) for piece in first.slices) == 5


def test_cells_come_as_typed(adapter: Adapter, tmp_path: Path) -> None:
    """Nothing is trimmed, and nothing taken for a number, a date, a formula or nothing."""
    odd = ["00123", "1e3", "NaN", "null", " x ", "03/04/2026", "TRUE", "a\nb", "Zoë 😀", "-"]
    rows = [[text, *[""] * 3, text] for text in odd]
    table = read(adapter.source, adapter.file(tmp_path, HEADERS, *rows))
    assert table.cells == rows
    assert table.facts == []


def test_blank_rows_only_advance_the_row_number(adapter: Adapter, tmp_path: Path) -> None:
    """Rows of nothing or of blanks are left out wherever they stand."""
    blank, blanks = [""] * 5, [" ", "\t", "\u00a0", "", ""]
    rows = [blank, blanks, HEADERS, blank, ORDERS[0], blanks, blanks, ORDERS[1], blank]
    table = read(adapter.source, adapter.file(tmp_path, *rows))
    assert table.raw.header_row == 3
    assert table.rows == [5, 8]


def test_rows_that_a_profile_leaves_out_keep_the_numbers_of_the_others(
    adapter: Adapter, tmp_path: Path
) -> None:
    """Above the header, as the header, among the orders and at the end; and it is told."""
    path = adapter.file(tmp_path, ["Orders of May"], ["order_id", "city"], HEADERS, *ORDERS[:4])
    own = Profile(path="p", sha256="", header_row=2, skip_rows=frozenset({2, 5, 7, 90}))
    table = read(adapter.source, path, ReadOptions(profile=own))
    assert (table.raw.header_row, table.raw.headers) == (3, HEADERS)
    assert table.rows == [4, 6]
    assert [cells[0] for cells in table.cells] == ["A-1", "A-3"]
    (finding,) = table.raw.findings
    assert finding.code == "MAP-SKIPPED"
    assert "above row 2, row 2, row 5, row 7, row 90" in finding.message


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_file_that_is_open_elsewhere_is_read_with_a_warning(
    adapter: Adapter, tmp_path: Path, lock: str
) -> None:
    """Excel's and LibreOffice's locks: what is not saved is not in the file."""
    path = adapter.file(tmp_path, HEADERS, *ORDERS[:1])
    assert read(adapter.source, path).codes() == []
    (tmp_path / lock.format(path.name)).touch()
    assert read(adapter.source, path).codes() == ["FILE-OPEN"]


def test_a_column_without_header_is_accounted_for(adapter: Adapter, tmp_path: Path) -> None:
    """It is handed over under an empty header, and a declared warning names it."""
    path = adapter.file(tmp_path, ["order_id", "", "city"], ["A-1", "x", "Boston"])
    table = read(adapter.source, path)
    assert table.raw.headers == ("order_id", "", "city")
    assert table.cells == [["A-1", "x", "Boston"]]
    (finding,) = table.raw.findings
    assert (finding.code, finding.severity) == ("FILE-UNNAMED-COLUMN", Severity.WARNING)
    assert (finding.row, finding.cell) == (None, "B1")
    assert finding.help == CODES[finding.code].fix


def test_the_longest_cell_is_handed_over_whole(adapter: Adapter, tmp_path: Path) -> None:
    """What a spreadsheet's cell can hold is no fact worth telling."""
    table = read(adapter.source, adapter.file(tmp_path, HEADERS, ["A-1", *[""] * 3, "x" * 32_767]))
    assert table.cells[0][4] == "x" * 32_767
    assert table.facts == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Product", "Price"], ["x", "y"]], "No known header stands in row 1"),
        ([["Orders of March"], [], HEADERS, ["A-1"]], "the header seems to be in row 3"),
        ([["order_id", "city", " CITY "], ["1", "2", "3"]], "stands twice in row 1"),
        ([HEADERS], "no data rows"),
        ([HEADERS, [" "]], "no data rows"),
        ([[""]], "is empty"),
    ],
)
def test_what_is_no_order_table_is_refused(
    adapter: Adapter, tmp_path: Path, rows: Rows, words: str
) -> None:
    """The same table is refused with the same words in every format."""
    assert words in refusal(adapter, adapter.file(tmp_path, *rows))


@pytest.mark.parametrize(
    ("name", "words"), [("none", "There is no file"), ("empty", "is empty"), (".", "is a folder")]
)
def test_what_is_no_file_is_refused(
    adapter: Adapter, tmp_path: Path, name: str, words: str
) -> None:
    """Missing and empty files and folders are refused in words."""
    (tmp_path / "empty").touch()
    assert words in refusal(adapter, tmp_path / name)


def test_no_refusal_repeats_a_person(adapter: Adapter, tmp_path: Path) -> None:
    """Messages reach terminals and logs unmasked: a table without headers is not quoted."""
    path = adapter.file(tmp_path, *ORDERS)
    assert "Zoë" not in refusal(adapter, path)


def test_the_source_is_chosen_by_content(adapter: Adapter, tmp_path: Path) -> None:
    """The file's own format is found by its bytes, whatever it is called."""
    path = adapter.file(tmp_path, HEADERS, *ORDERS)
    other = path.rename(tmp_path / "orders")
    assert read(source_for(other, known), other).rows == list(range(2, 9))
