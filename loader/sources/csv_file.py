"""CSV order files: delimiter and header by evidence, rows exactly as they were typed."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from loader.core.errors import InputError
from loader.core.findings import Finding, column_letters
from loader.core.model import InputFile, RaggedRow, RawSlice, RawTable, ReadOptions
from loader.sources.csv_refusals import blank_for_long, blank_lines, not_cut, rows_in_a_cell
from loader.sources.csv_text import CELL_GIVES_UP, DELIMITERS, CsvText, settle_text
from loader.sources.file_bytes import read_whole
from loader.sources.table import (
    BATCH_ROWS,
    BLANKS,
    SEARCHED_ROWS,
    Recognise,
    SlicePile,
    came_back,
    is_blank,
    known_among,
    no_data_rows,
    note,
    open_elsewhere,
    refuse_unfit_headers,
    refuse_unless_header,
    skipped_rows,
    unnamed_column,
)

if TYPE_CHECKING:
    from _csv import Reader

# Excel's own first line that names the delimiter, and what Excel adds when it saves that again.
_SEPARATOR_LINE = re.compile(r'(?i)"?sep=([,;\t|])"?\1*[\r\n]*')

# A line within a cell is taken for a swallowed row if it has as many cells as the rows, at least:
_FEW_CELLS = 4
# As many rows and columns as a sheet has; what is longer is refused, and not looked through.
_LAST_ROW = 1_048_576
_CELLS_LOOKED_AT = 16_384

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the text is cut into cells: `first_row` is 2 below a `sep=` line.

    Rows above `header_row` and `skip_rows` are left out, as a mapping profile says.
    """

    text: CsvText
    name: str
    delimiter: str
    first_row: int
    header_row: int = 1
    skip_rows: frozenset[int] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Yield (row number, cells) of all rows, blank ones too.

        A row is a record: a line break between quotes adds none, a blank line counts as one.
        """
        number = self.first_row - 1
        try:
            for number, cells in enumerate(self._reader(), self.first_row):
                if number not in self.skip_rows:
                    yield number, cells
        except csv.Error as problem:
            quoted = b'"' in self.text.data
            raise not_cut(self.name, number + 1, problem, quoted=quoted) from None

    def batches(self, after: int, size: int) -> Iterator[tuple[int, list[list[str]]]]:
        """Yield the rows below row `after`, `size` at a time, with the number of the first."""
        reader = self._reader()
        number = after + 1
        try:
            deque(islice(reader, after + 1 - self.first_row), maxlen=0)
            lines = reader.line_num
            while batch := list(islice(reader, size)):
                if reader.line_num - lines > len(batch):
                    self._refuse_swallowed(number, batch)
                lines = reader.line_num
                yield number, batch
                number += len(batch)
        except csv.Error:
            # Row by row is slower, and knows in which row it fails.
            deque(self.rows(), maxlen=0)
            raise

    def _refuse_swallowed(self, first: int, batch: list[list[str]]) -> None:
        """Raise `InputError` for a cell with whole rows in it.

        Two quotes too many, one in each of two rows, make one cell of all that stands between.
        """
        for number, cells in enumerate(batch, first):
            whole = max(_FEW_CELLS, len(cells))
            for lines in map(str.splitlines, cells):
                if len(lines) > 1 and max(map(self._cells_in, lines)) >= whole:
                    raise rows_in_a_cell(self.name, number)

    def _cells_in(self, line: str) -> int:
        return line.count(self.delimiter) + 1

    def _reader(self) -> "Reader":
        lines = self.text.lines()
        for _ in range(1, self.first_row):
            lines.readline()
        # Strict: text after a closing quote and a quote that is never closed are errors, while a
        # quote inside an unquoted cell (5" pipe) is text.
        return csv.reader(lines, delimiter=self.delimiter, strict=True)


@dataclass(frozen=True, slots=True)
class CsvSource:
    """Source of CSV files; `recognise` tells whether the text of a header is known.

    Slices have about `slice_rows` rows.
    """

    recognise: Recognise
    slice_rows: int = 100_000

    def open(self, path: Path, options: ReadOptions) -> RawTable:
        """Return the table; raises `InputError` for a file that cannot be read as a whole."""
        csv.field_size_limit(CELL_GIVES_UP)
        whole = read_whole(path)
        text = settle_text(whole, options.encoding)
        layout, (header_row, header) = self._settle_layout(text, whole.name, options)
        kept, findings = _columns(layout, header_row, header)
        headers = tuple(text if text.strip(BLANKS) else "" for text in header[:kept])
        refuse_unfit_headers(headers, header_row, 0, whole.name)
        slices = _slices(layout, header_row, (len(header), kept), self.slice_rows)
        first = next(slices, None)
        if first is None:
            raise no_data_rows(whole.name, header_row)
        findings[:0] = open_elsewhere(path)
        findings += skipped_rows(layout.header_row, layout.skip_rows, None)
        if text.ctrl_z:
            findings.append(note("FILE-CTRL-Z", "The mark Ctrl-Z at the very end was left out."))
        delimiter = layout.delimiter if len(header) > 1 else None
        file = InputFile(str(path), whole.sha256, None, text.encoding, delimiter)
        return RawTable(file, headers, header_row, chain([first], slices), findings=tuple(findings))

    def _settle_layout(self, text: CsvText, name: str, options: ReadOptions) -> tuple[_Layout, Row]:
        """Return the layout whose header row has most known headers, then most cells."""
        told = _SEPARATOR_LINE.fullmatch(_first_line(text))
        layouts = [
            _layout(_Layout(text, name, delimiter, 2 if told else 1), options)
            for delimiter in (told[1] if told else DELIMITERS)
        ]
        found: list[tuple[_Layout, list[Row]]] = []
        refused: list[tuple[_Layout, InputError]] = []
        for layout in layouts:
            rows, problem = _first_rows(layout)
            if rows:
                found.append((layout, rows))
            elif problem:
                refused.append((layout, problem))
        if not found:
            raise refused[0][1] if refused else blank_lines(name)
        layout, rows = max(found, key=lambda pair: self._evidence(pair[1][0][1]))
        known, _ = self._evidence(rows[0][1])
        for failed, problem in refused:
            if known_among(_lenient_header(failed), self.recognise) > known:
                raise problem
        # A title line may be cut alike by all delimiters, and hide that of the rows below.
        below = [row for _, others in found if others is not rows for row in others[1:]]
        refuse_unless_header([*rows, *sorted(below)], self.recognise, name)
        return layout, rows[0]

    def _evidence(self, cells: list[str]) -> tuple[int, int]:
        return known_among(cells, self.recognise), len(cells)


def _layout(whole: _Layout, options: ReadOptions) -> _Layout:
    """Return the layout without the rows that a mapping profile leaves out."""
    if options.header_row == 1 and not options.skip_rows:
        return whole
    rows, _ = _first_rows(whole)
    if rows and came_back(rows[0][1]):
        return whole
    return replace(whole, header_row=options.header_row, skip_rows=options.skip_rows)


def _first_line(text: CsvText) -> str:
    with text.lines() as lines:
        return lines.readline(1000)


def _first_rows(layout: _Layout) -> tuple[list[Row], InputError | None]:
    """Return the first non-blank rows, as many as can be cut, and what stopped it, if anything."""
    rows: list[Row] = []
    try:
        for number, cells in layout.rows():
            if not is_blank(cells) and number >= layout.header_row:
                rows.append((number, cells[:_CELLS_LOOKED_AT]))
            if number >= _LAST_ROW and not rows:
                raise blank_for_long(layout.name, number)
            if len(rows) == SEARCHED_ROWS or number >= _LAST_ROW:
                break
    except InputError as problem:
        return rows, problem
    return rows, None


def _lenient_header(layout: _Layout) -> list[str]:
    """Return the cells of the first filled line as a lax reader cuts them."""
    with layout.text.lines() as lines:
        head = [line for line in islice(lines, layout.first_row - 1, SEARCHED_ROWS) if line.strip()]
    with suppress(csv.Error):  # a cell beyond all sense
        return next(csv.reader(head[:1], delimiter=layout.delimiter), [])[:_CELLS_LOOKED_AT]
    return []


def _columns(layout: _Layout, header_row: int, header: list[str]) -> tuple[int, list[Finding]]:
    """Return how many columns are kept, and what to say about those without a header."""
    unnamed = [position for position, text in enumerate(header) if not text.strip(BLANKS)]
    if not unnamed:
        return len(header), []
    filled = _filled(layout.rows(), header_row, unnamed)
    kept = len(header)
    while kept - 1 in unnamed and kept - 1 not in filled:
        kept -= 1
    findings = [unnamed_column(position, header_row) for position in sorted(filled)]
    if kept < len(header):
        first, last = column_letters(kept), column_letters(len(header) - 1)
        which = f"Column {first}" if first == last else f"Columns {first} to {last}"
        findings.append(note("FILE-EMPTY-COLUMN", f"{which}, without header and values: left out."))
    return kept, findings


def _filled(rows: Iterator[Row], header_row: int, positions: list[int]) -> set[int]:
    """Return those of the positions that hold text in some row below the header."""
    filled: set[int] = set()
    for number, cells in rows:
        if number > header_row and any(cells[positions[0] :]):
            filled.update(p for p in positions if p < len(cells) and cells[p].strip(BLANKS))
    return filled


def _slices(
    layout: _Layout, header_row: int, widths: tuple[int, int], slice_rows: int
) -> Iterator[RawSlice]:
    width, kept = widths
    pile = SlicePile(kept)
    for number, batch in layout.batches(header_row, min(slice_rows, BATCH_ROWS)):
        _add(pile, number, batch, width, layout.skip_rows)
        if len(pile.rows) >= slice_rows:
            yield pile.take()
            pile = SlicePile(kept)
    if pile.rows:
        yield pile.take()


def _add(
    pile: SlicePile, first: int, batch: list[list[str]], width: int, skipped: frozenset[int]
) -> None:
    """Add the rows that are not blank, each with `width` cells; others than these are told."""
    if not any(chain.from_iterable(batch)):
        return  # millions of blank lines at the end come from programs, too
    plain = not skipped and set(map(len, batch)) == {width}
    if plain and all(cells[0].strip(BLANKS) for cells in batch):
        pile.add(range(first, first + len(batch)), batch)
        return
    offset = len(pile.rows)
    numbers: list[int] = []
    texts: list[list[str]] = []
    for number, cells in enumerate(batch, first):
        if is_blank(cells) or number in skipped:
            continue
        # A program may leave the empty columns at the right out of the rows below them.
        if len(cells) not in (width, pile.width):
            pile.ragged.append(RaggedRow(offset + len(numbers), len(cells), width))
        numbers.append(number)
        texts.append((cells + [""] * width)[:width])
    pile.add(numbers, texts)
