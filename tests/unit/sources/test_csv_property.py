"""Property: whatever table is written as CSV is read back exactly, with its row numbers."""

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from loader.sources.csv_file import CsvSource
from tests.unit.sources.builders import HEADERS, csv_text, known, read, read_unless_refused, saved

# Signs that mean something to CSV come up more often than chance would have them.
TEXTS = st.text(st.sampled_from(' ",;\t|\r\n\x1a=ëŁ😀\u00a0') | st.characters(
    exclude_categories=["Cs"], exclude_characters="\0"
), max_size=8)  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Return rows of one width, some of them blank, at least one not."""
    width = draw(st.integers(1, len(HEADERS)))
    rows = draw(st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=12))
    filled = ["x", *[""] * (width - 1)]
    return [*rows, filled]


def is_blank(row: list[str]) -> bool:
    """Return whether a person would see nothing in the row: blanks and line ends at most."""
    return all(
        unicodedata.category(sign) == "Zs" or sign in "\t\n\x0b\x0c\r\x85\u2028\u2029"
        for cell in row
        for sign in cell
    )


@given(
    tables(), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]), ENCODINGS,
    st.booleans(), st.booleans(), st.integers(1, 5),
)  # fmt: skip
def test_any_table_reads_back_exactly(
    table: list[list[str]], delimiter: str, end: str, encoding: str, quoted: bool,
    final_end: bool, slice_rows: int,
) -> None:  # fmt: skip
    """No cell changes and no row is lost: rows in = rows handed over + blank rows."""
    header = list(HEADERS[: len(table[0])])
    # The delimiter of a single column cannot be known: other delimiters in it must be quoted.
    content = csv_text([header, *table], delimiter, end, quoted=quoted or len(header) == 1)
    if not final_end:
        content = content.removesuffix(end)
    with TemporaryDirectory() as folder:
        path = saved(Path(folder) / "orders.csv", content, encoding)
        result = read(CsvSource(known, slice_rows), path)
    expected = [(n, row) for n, row in enumerate(table, 2) if not is_blank(row)]
    assert result.raw.headers == tuple(header)
    assert list(zip(result.rows, result.cells, strict=True)) == expected
    assert result.ragged == []
    assert result.codes() == []


@given(tables(), st.lists(st.integers(0, 8), min_size=1, max_size=13))
def test_rows_of_any_length_are_accounted_for(table: list[list[str]], widths: list[int]) -> None:
    """Every row that is not blank is handed over once, its missing or surplus cells told."""
    rows = [(row * 9)[: widths[n % len(widths)]] for n, row in enumerate(table)]
    rows.append(["x"] * len(HEADERS))
    with TemporaryDirectory() as folder:
        path = saved(Path(folder) / "orders.csv", csv_text([HEADERS, *rows], quoted=True))
        result = read(CsvSource(known), path)
    expected = [(n, row) for n, row in enumerate(rows, 2) if not is_blank(row)]
    width = len(HEADERS)
    assert result.rows == [n for n, _ in expected]
    assert result.cells == [(row + [""] * width)[:width] for _, row in expected]
    assert result.ragged == [(n, len(row), width) for n, row in expected if len(row) != width]


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, headed: bool) -> None:
    """No content at all makes the reader fail in another way than by its own refusal."""
    with TemporaryDirectory() as folder:
        path = saved(Path(folder) / "o.csv", (b"order_id,city\n" if headed else b"") + content)
        table = read_unless_refused(CsvSource(known), path)
    assert table is None or table.cells
