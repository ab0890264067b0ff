"""CSV files: delimiters, headers, rows and quotes as they come from the real world."""

from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.core.model import ReadOptions
from loader.sources.csv_file import CsvSource
from tests.unit.sources.builders import Table, known, read, saved


def read_csv(tmp_path: Path, content: str | bytes, slice_rows: int = 1000) -> Table:
    """Save the content and read it."""
    return read(CsvSource(known, slice_rows), saved(tmp_path / "orders.csv", content))


def refusal(tmp_path: Path, content: str | bytes) -> str:
    """Return the message with which the content is refused."""
    with pytest.raises(InputError) as caught:
        read_csv(tmp_path, content)
    assert caught.value.hint
    return caught.value.message


# ------------------------------------------------------------------ delimiter
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_headers_decide_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    """Whatever else stands in the cells, the delimiter is the one that gives known headers."""
    others = ",;\t|".replace(delimiter, "")
    lines = [["order_id", "note", "city"], ["A-1", others, f"x{others}y"]]
    table = read_csv(tmp_path, "\n".join(delimiter.join(line) for line in lines))
    assert table.raw.file.delimiter == delimiter
    assert table.cells == [["A-1", others, f"x{others}y"]]


def test_a_quoted_delimiter_in_a_header_does_not_count(tmp_path: Path) -> None:
    """Headers are cut by the rules of CSV: a comma between quotes is text."""
    table = read_csv(tmp_path, 'order_id;city;"a,b,c,d,e"\n1;2;3\n')
    assert table.raw.headers == ("order_id", "city", "a,b,c,d,e")


def test_equal_evidence_goes_to_more_cells(tmp_path: Path) -> None:
    """With one known header either way, the delimiter that cuts more cells is taken."""
    table = read_csv(tmp_path, "order_id;x;y;z,w\n1;2;3;4\n")
    assert table.raw.headers == ("order_id", "x", "y", "z,w")


def test_one_known_column_needs_no_delimiter(tmp_path: Path) -> None:
    """A file of one column is legal, and no delimiter is claimed for it."""
    table = read_csv(tmp_path, "order_id\nA-1\nA-2\n")
    assert table.cells == [["A-1"], ["A-2"]]
    assert table.raw.file.delimiter is None


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_separator_line_is_honoured_and_counted(tmp_path: Path, line: str) -> None:
    """Excel's own first line settles the delimiter, and is row 1."""
    table = read_csv(tmp_path, f"{line}\r\norder_id;note\r\nA-1;a,b,c\r\n")
    assert table.raw.file.delimiter == ";"
    assert table.raw.header_row == 2
    assert table.rows == [3]
    assert table.cells == [["A-1", "a,b,c"]]


# ------------------------------------------------------------------ header
def test_headers_and_cells_come_as_typed(tmp_path: Path) -> None:
    """Nothing is trimmed, folded or turned into a number, a date or nothing."""
    odd = ["00123", "NA", "null", "1e3", " x ", "03/04/2026", "TRUE", "\u00a0", "=1+1", "-"]
    rows = "".join(f"{text},{text}\n" for text in odd)
    table = read_csv(tmp_path, f" Order_ID ,City\n{rows}")
    assert table.raw.headers == (" Order_ID ", "City")
    assert table.cells == [[text, text] for text in odd if text != "\u00a0"]


def test_an_unknown_header_row_is_refused_with_its_words(tmp_path: Path) -> None:
    """Where no delimiter gives a known header, the first row is shown."""
    message = refusal(tmp_path, "Vorname;Nachname\nZoë;Miller\n")
    assert "No known header stands in row 1" in message
    assert '"Vorname", "Nachname"' in message


def test_a_first_row_of_data_is_not_shown(tmp_path: Path) -> None:
    """A file without headers begins with a person: only the shape of the row is told."""
    message = refusal(tmp_path, "A-1,Zoë Miller,zoe@example.org,12 Main St\n")
    assert "No known header" in message
    for private in ("Miller", "oë", "example", "Main"):
        assert private not in message


@pytest.mark.parametrize(
    "title", ["Orders of March", "Orders,of,March", "Orders;;;", "note", '"two\nlines"']
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_title_line_is_refused_with_the_header_row(
    tmp_path: Path, title: str, delimiter: str
) -> None:
    """The row in which the header seems to be is named, as the spreadsheet program counts."""
    header = delimiter.join(["order_id", "city", "note"])
    message = refusal(tmp_path, f"{title}\n\n{header}\n{delimiter.join('123')}\n")
    assert "the header seems to be in row 3" in message


def test_the_header_is_looked_for_in_twenty_rows(tmp_path: Path) -> None:
    """A header far below is not searched for: the file is of another kind."""
    assert "in row 20" in refusal(tmp_path, "title\n" * 19 + "order_id,city\n1,2\n")
    assert "No known header" in refusal(tmp_path, "title\n" * 20 + "order_id,city\n1,2\n")


@pytest.mark.parametrize("again", ["city", "City", " CITY\t", '" city "'])
def test_the_same_header_twice_is_refused_with_both_columns(tmp_path: Path, again: str) -> None:
    """Headers that differ in case and blanks only are the same."""
    message = refusal(tmp_path, f"order_id,city,note,{again}\n1,2,3,4\n")
    assert "stands twice in row 1" in message
    assert "columns B and D" in message


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """More than 500 columns are no order file."""
    wide = ",".join(["order_id", "city", *(f"x{n}" for n in range(499))])
    assert "501 columns" in refusal(tmp_path, f"{wide}\n1\n")


@pytest.mark.parametrize("content", ["order_id,city", "order_id,city\r\n", "order_id,city\n ,\n\n"])
def test_a_header_alone_is_refused(tmp_path: Path, content: str) -> None:
    """A header with nothing, or only blank lines, below it has no orders."""
    assert "no data rows" in refusal(tmp_path, content)


def test_blank_lines_alone_are_an_empty_file(tmp_path: Path) -> None:
    """A file of blank lines is empty."""
    assert "is empty" in refusal(tmp_path, "\n\r\n  \n")


# ------------------------------------------------------------------ columns
def test_empty_columns_at_the_right_are_left_out(tmp_path: Path) -> None:
    """Columns without header and values are noted, and make no row too long."""
    table = read_csv(tmp_path, "order_id,city,, \n1,2,,\n3,4, ,\n5,6\n")
    assert table.raw.headers == ("order_id", "city")
    assert table.cells == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert table.ragged == []
    assert table.codes() == ["FILE-EMPTY-COLUMN"]
    assert "Columns C to D" in table.raw.findings[0].message


def test_a_column_without_header_that_holds_text_is_told(tmp_path: Path) -> None:
    """Its cells are handed over under an empty header, and a warning names the column."""
    table = read_csv(tmp_path, "order_id,,city,,\n1,,2,x,\n3,,4,,\n")
    assert table.raw.headers == ("order_id", "", "city", "")
    assert table.cells == [["1", "", "2", "x"], ["3", "", "4", ""]]
    assert table.codes() == ["FILE-UNNAMED-COLUMN", "FILE-EMPTY-COLUMN"]
    assert table.raw.findings[0].cell == "D1"
    assert table.raw.findings[0].row is None


def test_a_leading_empty_column_shifts_nothing(tmp_path: Path) -> None:
    """The first column keeps its place, empty or not."""
    table = read_csv(tmp_path, ",order_id,city\n,1,2\n")
    assert table.raw.headers == ("", "order_id", "city")
    assert table.raw.first_column == 0


# ------------------------------------------------------------------ rows
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(tmp_path: Path, end: str) -> None:
    """CR, LF and CRLF end a row, the last one with or without them."""
    lines = ["order_id,city", "1,2", "", "3,4"]
    expected = [["1", "2"], ["3", "4"]]
    for content in (end.join(lines), end.join(lines) + end):
        table = read_csv(tmp_path, content)
        assert (table.rows, table.cells) == ([2, 4], expected)


def test_mixed_line_ends(tmp_path: Path) -> None:
    """A file put together from several systems' pieces reads as one."""
    table = read_csv(tmp_path, "order_id,city\r1,a\r\n2,b\n3,c\r\r4,d\n\n\r\n5,e")
    assert table.rows == [2, 3, 4, 6, 9]
    assert [cells[0] for cells in table.cells] == ["1", "2", "3", "4", "5"]


def test_blank_lines_only_advance_the_row_number(tmp_path: Path) -> None:
    """Empty lines, blanks and delimiters alone make no row, before and after the header."""
    table = read_csv(tmp_path, '\n , \norder_id,city\n\n,\n \t,\u00a0\n"",""\n1,2\n\n   \n3,4\n')
    assert table.raw.header_row == 3
    assert table.rows == [8, 11]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quoted_line_break_adds_no_row(tmp_path: Path, end: str) -> None:
    """A cell keeps its line breaks as they are, and the next row the next number."""
    table = read_csv(tmp_path, f'order_id,note\n1,"a{end}{end}b"\n2,c\n')
    assert table.rows == [2, 3]
    assert table.cells == [["1", f"a{end}{end}b"], ["2", "c"]]


def test_rows_with_too_few_or_too_many_cells_are_told(tmp_path: Path) -> None:
    """Short rows are filled, long ones cut; both are listed with what was found."""
    table = read_csv(tmp_path, "order_id,city,note\n1\n2,b\n3,c,d\n4,e,f,g\n5,h,i,\n,,,x\n")
    assert table.ragged == [(2, 1, 3), (3, 2, 3), (5, 4, 3), (6, 4, 3), (7, 4, 3)]
    assert table.cells == [
        ["1", "", ""], ["2", "b", ""], ["3", "c", "d"],
        ["4", "e", "f"], ["5", "h", "i"], ["", "", ""],
    ]  # fmt: skip


def test_slices_follow_each_other_without_loss(tmp_path: Path) -> None:
    """Rows, facts and ragged rows keep their places however small the slices are."""
    lines = [f"{n},c{n}" if n % 7 else f"{n}" for n in range(2, 1802)]
    content = "\n".join(["order_id,city", *lines])
    whole, sliced = read_csv(tmp_path, content, 10_000), read_csv(tmp_path, content, 60)
    assert whole.rows == sliced.rows == list(range(2, 1802))
    assert whole.cells == sliced.cells
    assert whole.ragged == sliced.ragged == [(n, 1, 2) for n in range(2, 1802) if n % 7 == 0]
    raw = CsvSource(known, 60).open(tmp_path / "orders.csv", ReadOptions())
    assert {len(piece.rows) for piece in raw.slices} == {60}


# ------------------------------------------------------------------ quotes
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('5" pipe', '5" pipe'),
        ('5"" pipe', '5"" pipe'),
        (' "x"', ' "x"'),
        ('"5"" pipe"', '5" pipe'),
        ('"a,b"', "a,b"),
        ('""', ""),
        ('""""', '"'),
    ],
)
def test_quotes_that_can_mean_one_thing_only(tmp_path: Path, cell: str, text: str) -> None:
    """A quote inside an unquoted cell is text; a doubled one in a quoted cell is one."""
    assert read_csv(tmp_path, f"order_id,note,city\n1,{cell},x\n").cells == [["1", text, "x"]]


def test_an_unclosed_quote_names_the_row_where_it_opens(tmp_path: Path) -> None:
    """A lax reader would swallow the rest of the file into one cell."""
    content = 'order_id,note\n1,"two\nlines"\n\n2,"open\n' + "3,x\n" * 1000
    assert "A quote opens in row 4 " in refusal(tmp_path, content)


def test_an_unclosed_quote_far_down_is_found(tmp_path: Path) -> None:
    """Rows that were handed over before do not make the row number wrong."""
    content = "order_id,note\n" + "1,x\n" * 2500 + '2,"open\n3,y\n'
    with pytest.raises(InputError, match="A quote opens in row 2502 "):
        read_csv(tmp_path, content, slice_rows=100)


def test_an_endless_quoted_cell_is_an_unclosed_quote(tmp_path: Path) -> None:
    """Reading gives up long before a whole file is swallowed."""
    content = 'order_id,note\n1,"open\n' + "x" * 11_000_000
    assert "A quote opens in row 2 " in refusal(tmp_path, content)


def test_an_unclosed_quote_in_the_header(tmp_path: Path) -> None:
    """The quote is named, not a header that is unknown because of it."""
    assert "A quote opens in row 1 " in refusal(tmp_path, 'order_id,"city\n1,2\n')


def test_text_after_a_closing_quote_names_the_row(tmp_path: Path) -> None:
    """Nobody can say whether the quote closes the cell or belongs to it."""
    message = refusal(tmp_path, 'order_id,note\n1,x\n2,"5" pipe"\n3,y\n')
    assert "Row 3 " in message
    assert "after a closing quote" in message


# ------------------------------------------------------------------ long cells
def test_a_cell_longer_than_a_spreadsheet_allows_is_told(tmp_path: Path) -> None:
    """It is handed over whole, with a fact; characters count, not bytes."""
    fits, too_long = "é" * 32_767, "x" * 200_000
    table = read_csv(tmp_path, f"order_id,note\n1,{fits}\n2,{too_long}\n")
    assert table.facts == [(3, "note", "too-long", "200,000 characters")]
    assert table.cells == [["1", fits], ["2", too_long]]


def test_cells_are_text_columns_without_gaps(tmp_path: Path) -> None:
    """Slices have pandas' text dtype, labels from 0, and "" for an empty cell."""
    path = saved(tmp_path / "o.csv", "order_id,city\n1,\n,NaN\n")
    (piece,) = CsvSource(known).open(path, ReadOptions()).slices
    assert [str(dtype) for dtype in piece.cells.dtypes] == ["str", "str"]
    assert [*map(int, piece.cells.columns)] == [0, 1]
    assert not piece.cells.isna().any().any()
    assert piece.rows.dtype == "int64"
