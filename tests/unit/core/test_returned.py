"""Files of ours that come back: our columns mean nothing, and guarded cells are as they were."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loader.core.guard import GUARDED_COLUMNS, guarded, unguarded
from loader.core.model import CellFact, FactKind, RaggedRow, ReadOptions
from loader.core.returned import returned
from schemas.words import OUR_COLUMNS
from tests.unit.core.tables import TableSource

SIGNS = st.text(st.sampled_from("'=+-@ \t\r\nx\uff1d") | st.characters(exclude_categories=["Cs"]))


@given(SIGNS)
@example("'=1")
@example("' =1")
@example("''")
def test_a_guard_is_undone_exactly(text: str) -> None:
    """Whatever the text: guarded and unguarded it is the same, and nothing in it would be run."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
    assert not guarded(text).startswith(("\t", "\r", "\n"))


def read(source: TableSource) -> tuple[tuple[str, ...], list[int], list[list[str]]]:
    """Return headers, row numbers and cells of a returned table."""
    table = returned(source.open(Path("orders.xlsx"), ReadOptions()))
    rows: list[int] = []
    cells: list[list[str]] = []
    for piece in table.slices:
        rows += piece.rows.tolist()
        cells += piece.cells.to_numpy(dtype=object).tolist()
    return table.headers, rows, cells


def test_a_file_without_our_columns_is_left_as_it_is() -> None:
    """A text that begins with an apostrophe in somebody's own file keeps it."""
    table = TableSource(["Order ID", "Note"], [["1", "'=x"]]).open(Path("f"), ReadOptions())
    assert returned(table) is table


def test_our_columns_are_emptied_and_rows_with_nothing_else_are_blank() -> None:
    """A row that a person cleared is no row, whatever we had written in front of it."""
    rows = [["To correct", "Do it", "7", "1", "'=x"], ["To correct", "Do it", "8", "", " "]]
    _, numbers, cells = read(TableSource([*OUR_COLUMNS, "Order ID", "Note"], rows))
    assert numbers == [2]
    assert cells == [["", "", "", "1", "'=x"]]


def test_a_slice_of_cleared_rows_is_none_at_all() -> None:
    """Where a person cleared a whole stretch of rows, no empty slice is handed on."""
    source = TableSource(
        ["Order ID", OUR_COLUMNS[0]], [["", "x"], ["", "x"], ["1", "x"]], slice_rows=2
    )
    table = returned(source.open(Path("orders.xlsx"), ReadOptions()))
    assert [piece.rows.tolist() for piece in table.slices] == [[4]]


def test_what_the_format_knew_moves_along_with_its_row() -> None:
    """Facts, ragged and hidden rows stay with their rows when cleared rows fall out above them."""
    source = TableSource(
        ["Order ID", OUR_COLUMNS[0]], [["", "x"], ["1", "x"], ["", "x"], ["3", "x"]],
        facts=[CellFact(3, 0, FactKind.DATE), CellFact(2, 0, FactKind.FORMULA_EMPTY),
               CellFact(3, 1, FactKind.DATE)],
        ragged=[RaggedRow(3, 1, 2), RaggedRow(0, 1, 2)], hidden=[0, 3],
    )  # fmt: skip
    (piece,) = returned(source.open(Path("f"), ReadOptions())).slices
    assert piece.rows.tolist() == [3, 4, 5]
    assert [(fact.position, fact.kind) for fact in piece.facts] == [
        (2, FactKind.DATE), (1, FactKind.FORMULA_EMPTY)
    ]  # fmt: skip
    assert [one.position for one in piece.ragged] == [2]
    assert piece.hidden == (2,)


@pytest.mark.parametrize(("headers", "note"), [(GUARDED_COLUMNS, "=x"), (OUR_COLUMNS, "'=x")])
def test_only_a_csv_file_of_ours_is_unguarded(headers: tuple[str, ...], note: str) -> None:
    """The spelling of our columns says whether cells are guarded; headers are as well."""
    names, _, cells = read(
        TableSource([*headers, "Order ID", "'-Note"], [["", "", "", "1", "'=x"]])
    )
    assert cells[0][-1] == note
    assert names[-1] == ("-Note" if headers is GUARDED_COLUMNS else "'-Note")
