"""Sheets: which one is read, where its table stands, and what is too far away to be one."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.core.model import ReadOptions
from loader.sources.excel_file import ExcelSource
from tests.unit.sources.builders import (
    HEADERS,
    ONE_ORDER,
    Table,
    known,
    merged,
    orders_sheet,
    read,
    row,
    sheet,
    text_cell,
    text_row,
    value_cell,
    workbook,
)

EMPTY = sheet()
# Seconds of processor time; a reader that visits all places of a sheet takes hours.
SOON = 3
PRICES = sheet(text_row(1, ["Product", "Price"]), text_row(2, ["C", "5"]))


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Table]:
    """Return a function that saves sheets as a workbook and reads it."""

    def read_sheets(*sheets: str, options: ReadOptions | None = None, **kind: object) -> Table:
        path = workbook(tmp_path / "orders.xlsx", *sheets, **kind)
        return read(ExcelSource(known, 3), path, options)

    return read_sheets


def refusal(opened: Callable[..., Table], *sheets: str, **kind: object) -> str:
    """Return message and hint with which a workbook of these sheets is refused."""
    with pytest.raises(InputError) as caught:
        opened(*sheets, **kind)
    assert caught.value.hint
    return f"{caught.value.message} {caught.value.hint}"


# ------------------------------------------------------------------ which sheet
@pytest.mark.parametrize(
    ("sheets", "name"),
    [
        ([ONE_ORDER], "Orders"),
        ([EMPTY, ONE_ORDER, EMPTY], "Sheet2"),
        ([PRICES, ONE_ORDER], "Sheet2"),
        ([ONE_ORDER, PRICES], "Orders"),
    ],
)
def test_evidence_chooses_the_sheet(
    opened: Callable[..., Table], sheets: list[str], name: str
) -> None:
    """The only sheet with data, else the only one with known headers."""
    table = opened(*sheets)
    assert table.raw.file.sheet == name
    assert table.cells == [["A-1", "Ann", "Boston", "02134", "hello"]]


def test_two_sheets_that_may_be_meant_are_refused(opened: Callable[..., Table]) -> None:
    """Both are named, and how to choose one."""
    message = refusal(opened, ONE_ORDER, PRICES, ONE_ORDER)
    assert '3 sheets with data: "Orders", "Sheet2", "Sheet3"' in message
    assert '--sheet "Orders"' in message


def test_several_sheets_without_known_headers_are_refused(opened: Callable[..., Table]) -> None:
    """One coincidence is no header row."""
    message = refusal(opened, PRICES, sheet(text_row(1, ["note", "x"]), text_row(2, ["1", "2"])))
    assert "2 sheets with data" in message


def test_the_named_sheet_is_read(opened: Callable[..., Table]) -> None:
    """A name settles what evidence cannot."""
    other = orders_sheet(("B-1", "Bob"))
    table = opened(ONE_ORDER, other, options=ReadOptions(sheet="Sheet2"))
    assert table.cells == [["B-1", "Bob", "", "", ""]]
    assert table.raw.file.sheet == "Sheet2"


@pytest.mark.parametrize("name", ["orders", "Order", ""])
def test_a_sheet_that_does_not_exist_is_refused(opened: Callable[..., Table], name: str) -> None:
    """Names are exact; those that exist are listed."""
    message = refusal(opened, ONE_ORDER, PRICES, options=ReadOptions(sheet=name))
    assert 'does not exist. Visible sheets: "Orders", "Sheet2"' in message


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_not_read_and_mentioned(opened: Callable[..., Table], state: str) -> None:
    """Not even broken ones: they are not parsed. Each is named in a note."""
    table = opened(ONE_ORDER, "<broken", ONE_ORDER, states={"Sheet2": state, "Sheet3": state})
    assert table.raw.file.sheet == "Orders"
    assert table.codes() == ["FILE-HIDDEN-SHEET"] * 2
    assert [finding.sheet for finding in table.raw.findings] == ["Sheet2", "Sheet3"]
    assert all(finding.row is None for finding in table.raw.findings)


def test_a_hidden_sheet_cannot_be_named(opened: Callable[..., Table]) -> None:
    """Somebody hid it on purpose: it must be unhidden first."""
    message = refusal(
        opened, PRICES, ONE_ORDER, states={"Sheet2": "hidden"}, options=ReadOptions(sheet="Sheet2")
    )
    assert "is hidden" in message
    assert "Unhide it" in message


@pytest.mark.parametrize(
    ("sheets", "states"),
    [([EMPTY], {}), ([ONE_ORDER], {"Orders": "hidden"}), ([EMPTY, EMPTY], {})],
)
def test_a_workbook_without_data_is_refused(
    opened: Callable[..., Table], sheets: list[str], states: dict[str, str]
) -> None:
    """Nothing that can be seen holds anything."""
    assert "is empty" in refusal(opened, *sheets, states=states)


def test_a_sheet_of_blanks_is_refused(opened: Callable[..., Table]) -> None:
    """Cells that hold blanks only are no header."""
    assert "blanks only" in refusal(opened, sheet(text_row(1, [" ", "\t"])))


# ------------------------------------------------------------------ header and extent
def test_leading_empty_rows_and_columns_shift_nothing(opened: Callable[..., Table]) -> None:
    """Row numbers and the place of the first column are those of the spreadsheet program."""
    table = opened(
        sheet(
            row(2, '<c r="B2" s="0"/>', text_cell("C2", " ")),
            text_row(4, ["order_id", "city"], "C"),
            text_row(7, ["A-1", "Boston"], "C"),
        )
    )
    assert table.raw.first_column == 2
    assert table.raw.header_row == 4
    assert table.raw.headers == ("order_id", "city")
    assert (table.rows, table.cells) == ([7], [["A-1", "Boston"]])


def test_blank_rows_are_left_out_and_counted(opened: Callable[..., Table]) -> None:
    """Rows that are missing, styled or hold blanks only advance the row number."""
    table = opened(
        sheet(
            text_row(1, HEADERS),
            row(2, '<c r="A2" s="0"/>'),
            text_row(3, ["A-1"]),
            text_row(5, [" ", "\u00a0"]),
            text_row(9, ["A-2"]),
            row(12, '<c r="C12" s="0"/>'),
        )
    )
    assert table.rows == [3, 9]


def test_a_title_line_is_refused_with_the_header_row(opened: Callable[..., Table]) -> None:
    """The row in which the header seems to be is named."""
    rows = text_row(1, ["Orders of March"]), text_row(3, HEADERS), text_row(4, ["A-1"])
    assert "the header seems to be in row 3" in refusal(opened, sheet(*rows))


def test_an_unknown_header_is_refused(opened: Callable[..., Table]) -> None:
    """The words of the first row are shown, with sheet and file."""
    message = refusal(opened, PRICES)
    assert 'No known header stands in row 1 of Sheet "Orders"' in message
    assert '"Product", "Price"' in message


def test_a_header_alone_is_refused(opened: Callable[..., Table]) -> None:
    """A header with nothing, or only blanks, below it has no orders."""
    rows = text_row(1, HEADERS), text_row(2, [" "]), row(3, '<c r="A3" s="0"/>')
    assert "no data rows" in refusal(opened, sheet(*rows))


def test_the_same_header_twice_is_refused_with_both_columns(opened: Callable[..., Table]) -> None:
    """Columns are named by their letters on the sheet."""
    rows = text_row(1, ["order_id", "city", "City "], "B"), text_row(2, ["1", "2", "3"], "B")
    assert "columns C and D" in refusal(opened, sheet(*rows))


def test_columns_without_header(opened: Callable[..., Table]) -> None:
    """One that holds text is handed over and told; empty ones at either end are left out."""
    table = opened(
        sheet(
            text_row(1, [" ", "order_id", "", "city", " ", ""]),
            text_row(2, ["", "A-1", "x", "Boston", "", " "]),
        )
    )
    assert table.raw.headers == ("order_id", "", "city")
    assert table.cells == [["A-1", "x", "Boston"]]
    assert table.raw.first_column == 1
    assert table.codes() == ["FILE-UNNAMED-COLUMN"]
    assert table.raw.findings[0].cell == "C1"


def test_facts_stay_with_their_column_where_a_leading_one_is_left_out(
    opened: Callable[..., Table],
) -> None:
    """Blanks to the left of the table shift neither cells nor what is known about them."""
    number = row(2, text_cell("B2", "A-1"), value_cell("C2", "7"))
    table = opened(sheet(text_row(1, [" ", "order_id", "note"]), number))
    assert table.cells == [["A-1", "7"]]
    assert table.kinds() == [(2, "note", "number")]


def test_text_left_of_the_first_header_is_handed_over(opened: Callable[..., Table]) -> None:
    """A leading column without header is accounted for like any other."""
    table = opened(sheet(text_row(1, ["order_id"], "B"), text_row(2, ["x", "A-1"], "A")))
    assert table.raw.headers == ("", "order_id")
    assert table.raw.first_column == 0
    assert table.codes() == ["FILE-UNNAMED-COLUMN"]


@pytest.mark.parametrize("dimension", ["A1", "A1:B1", "A1:XFD1048576", "C7:D8", "nonsense"])
def test_a_wrong_dimension_loses_nothing(opened: Callable[..., Table], dimension: str) -> None:
    """What a sheet claims of its own extent is not believed."""
    rows = [text_row(n, texts) for n, texts in enumerate([HEADERS, *[list("abcde")] * 9], 1)]
    table = opened(sheet(*rows, dimension=dimension))
    assert table.rows == list(range(2, 11))
    assert table.cells == [list("abcde")] * 9


# ------------------------------------------------------------------ far away
@pytest.mark.parametrize("far", ["XFD1048576", "SG2", "ZZZ3"])
def test_a_filled_cell_far_to_the_right_is_refused_quickly(
    opened: Callable[..., Table], far: str
) -> None:
    """One popular reader aborts the process on such a file, another takes seconds."""
    number = int(far.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    begun = time.process_time()
    message = refusal(opened, sheet(text_row(1, HEADERS), row(number, text_cell(far, "x"))))
    assert time.process_time() - begun < SOON
    assert far in message


def test_five_hundred_columns_are_read(opened: Callable[..., Table]) -> None:
    """The last column that is read is SF."""
    rows = sheet(text_row(1, ["order_id", "city"]), row(2, text_cell("SF2", "x")))
    assert len(opened(rows).raw.headers) == 500


@pytest.mark.parametrize("far", ['<c r="XFD1048576" s="0"/>', '<c r="A1048576" s="0"/>'])
def test_an_empty_cell_far_away_does_no_harm(opened: Callable[..., Table], far: str) -> None:
    """Formatting down to the last cell is no data and takes no time."""
    begun = time.process_time()
    table = opened(sheet(text_row(1, HEADERS), text_row(2, ["A-1"]), row(1048576, far)))
    assert time.process_time() - begun < SOON
    assert table.rows == [2]
    assert table.raw.headers == HEADERS


def test_the_last_row_of_a_sheet_is_read_quickly(opened: Callable[..., Table]) -> None:
    """A row at the very bottom is a row like others, with its number."""
    begun = time.process_time()
    table = opened(sheet(text_row(1, HEADERS), text_row(1048576, ["A-1"])))
    assert time.process_time() - begun < SOON
    assert table.rows == [1048576]


@pytest.mark.parametrize(
    "rows",
    [
        text_row(1048577, ["x"]),
        '<row r="0"/>',
        '<row r="x"/>',
        '<row r="2.0"/>',
        row(3, text_cell("A4", "x")),
        row(3, text_cell("B3", "x"), text_cell("A3", "x")),
        row(3, text_cell("A3", "x"), text_cell("A3", "y")),
        row(3, text_cell("3", "x")),
        row(3, text_cell("AAAA3", "x")),
        row(3, text_cell("XFE3", "x")),
        text_row(4, ["x"]) + text_row(4, ["y"]),
        text_row(4, ["x"]) + text_row(3, ["y"]),
        "<v>1</v>",
    ],
)
def test_cells_out_of_place_are_refused(opened: Callable[..., Table], rows: str) -> None:
    """Where two readers could see two tables, none is read."""
    assert "is damaged" in refusal(opened, sheet(text_row(1, HEADERS), "<row r='2'></row>", rows))


def test_cells_without_addresses_follow_each_other(opened: Callable[..., Table]) -> None:
    """Addresses are optional: what follows stands beside or below."""
    bare = sheet(text_row(1, HEADERS), text_row(5, ["A-1", "Ann"]), text_row(6, ["A-2", "Bob"]))
    for address in ("A6", "B6"):
        bare = bare.replace(f' r="{address}"', "")
    table = opened(bare.replace('<row r="6" ', "<row "))
    assert table.rows == [5, 6]
    assert table.cells[1][:2] == ["A-2", "Bob"]


# ------------------------------------------------------------------ hidden rows
HIDDEN = sheet(
    text_row(1, HEADERS),
    text_row(2, ["A-1"]),
    text_row(3, ["A-2"], attributes='hidden="1"'),
    row(4, text_cell("A4", " "), attributes='hidden="1"'),
    text_row(5, ["A-3"]),
    text_row(6, ["A-4"], attributes='hidden="true"'),
    text_row(7, ["A-5"], attributes='ht="0" customHeight="1"'),
)


def test_hidden_rows_with_data_are_refused_until_chosen(opened: Callable[..., Table]) -> None:
    """A filter may leave out what is done already, or what must not be forgotten."""
    message = refusal(opened, HIDDEN)
    assert "rows 3, 6, 7 are hidden or filtered out" in message
    assert "--hidden-rows read" in message
    assert "--hidden-rows skip" in message


def test_hidden_rows_are_read_when_told(opened: Callable[..., Table]) -> None:
    """They are rows like all others then."""
    table = opened(HIDDEN, options=ReadOptions(hidden_rows="read"))
    assert (table.rows, table.hidden) == ([2, 3, 5, 6, 7], [])


def test_hidden_rows_are_listed_when_skipped(opened: Callable[..., Table]) -> None:
    """They stay in the table, so that every row is accounted for."""
    table = opened(HIDDEN, options=ReadOptions(hidden_rows="skip"))
    assert (table.rows, table.hidden) == ([2, 3, 5, 6, 7], [3, 6, 7])


def test_hidden_rows_without_data_do_not_matter(opened: Callable[..., Table]) -> None:
    """Nothing is kept from anybody by hiding blank rows, or rows above the header."""
    table = opened(
        sheet(
            text_row(1, HEADERS, attributes='hidden="1"'),
            row(2, text_cell("A2", " "), attributes='hidden="1"'),
            text_row(3, ["A-1"]),
            row(4, value_cell("A4", "", kind="str", formula='""'), attributes='hidden="1"'),
        )
    )
    assert table.rows == [3]


# ------------------------------------------------------------------ merged ranges
def test_merged_cells_in_data_are_told_cell_by_cell(opened: Callable[..., Table]) -> None:
    """Only the first cell of a range keeps its text; every cell of it has the fact."""
    table = opened(
        sheet(
            text_row(1, HEADERS),
            text_row(2, ["A-1", "Ann", "x"]),
            text_row(3, ["left over", "Bob", "y"]),
            text_row(4, ["A-2", "Cid", "z"]),
            after=merged("A2:A3", "B4:C4"),
        )
    )
    assert table.cells == [
        ["A-1", "Ann", "x", "", ""], ["", "Bob", "y", "", ""], ["A-2", "Cid", "", "", ""],
    ]  # fmt: skip
    assert table.facts == [
        (2, "order_id", "merged", "A2:A3"),
        (3, "order_id", "merged", "A2:A3"),
        (4, "first_name", "merged", "B4:C4"),
        (4, "city", "merged", "B4:C4"),
    ]


def test_merged_cells_above_the_data_do_not_matter(opened: Callable[..., Table]) -> None:
    """A wide header or a decoration below the table is no row error."""
    table = opened(
        sheet(
            text_row(1, [*HEADERS, "more"]),
            text_row(2, ["A-1", *"wxyz", "v"]),
            after=merged("F1:XFD1", "A5:E9"),
        )
    )
    assert table.facts == []


def test_a_merged_range_over_the_whole_sheet_takes_no_time(opened: Callable[..., Table]) -> None:
    """A reader that makes a cell for each of 17 billion places never ends."""
    begun = time.process_time()
    rows = text_row(1, ["order_id", "city"]), text_row(2, ["A", "x"]), text_row(3, ["B", "y"])
    table = opened(sheet(*rows, after=merged("A2:XFD1048576")))
    assert time.process_time() - begun < SOON
    assert table.rows == [2, 3]
    merge = [(row, header, "merged") for row in (2, 3) for header in ("order_id", "city")]
    assert table.kinds() == merge


@pytest.mark.parametrize(
    "ranges", [["A2:E4", "B2:E4"], ["C2:A1"], ["nonsense"], ["A2:A0"], ["A2:ZZZ4"]]
)
def test_merged_ranges_that_no_program_writes_are_refused(
    opened: Callable[..., Table], ranges: list[str]
) -> None:
    """Ranges that cover more cells than there are, and texts that are no range."""
    rows = [text_row(n, texts) for n, texts in enumerate([HEADERS, *[["A"]] * 3], 1)]
    assert "is damaged" in refusal(opened, sheet(*rows, after=merged(*ranges)))
