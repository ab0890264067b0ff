"""A sheet's XML, read once: each cell's text and fact, beside extent, what is hidden, merges.

The XML parser of the standard library builds a tree, which is far faster than to be called for
each element; finished rows are taken out of it after every piece of the file, so that it never
grows. A document type was refused before (see `excel_container`).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser  # see above

from loader.core.model import FactKind
from loader.sources.excel_cells import BadCell, CellReader, Fact
from loader.sources.excel_container import DEEPEST
from loader.sources.excel_scan import Grid, SheetScan

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DATA, _ROW, _CELL, _VALUE, _FORMULA, _INLINE, _TEXT, _RUN, _MORE = (
    f"{{{MAIN}}}{name}" for name in ("sheetData", "row", "c", "v", "f", "is", "t", "r", "extLst")
)
_MERGES, _MERGE, _COLUMNS, _COLUMN = (
    f"{{{MAIN}}}{name}" for name in ("mergeCells", "mergeCell", "cols", "col")
)
_WANTED = {_COLUMNS: _COLUMN, _DATA: _ROW, _MERGES: _MERGE}  # what is taken out of what
_FORMULAS = {True: FactKind.FORMULA, False: FactKind.FORMULA_EMPTY}
_CHUNK = 16 * 1024  # small: its elements stay in the cache of the processor
_LONGEST_ROW = 8 * 1024**2  # bytes of XML; 50 columns of full cells take 3 MB


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row's number, the 0-based columns of its filled cells, their texts, and facts on them.

    All are tuples: the garbage collector looks through lists of texts again and again.
    """

    number: int
    columns: tuple[int, ...]
    texts: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SheetContent:
    """All filled rows of a sheet in order, and what was found on the way."""

    scan: SheetScan
    rows: list[StoredRow]


def read_sheet(stream: IO[bytes], grid: Grid, reader: CellReader) -> SheetContent:
    """Return what the sheet holds; raises `InputError` for what must not be read."""
    rows: list[StoredRow] = []
    try:
        with collector_off():
            for element in _elements(stream, grid):
                if element.tag == _MERGE:
                    grid.add_merge(element.get("ref", ""))
                elif element.tag == _COLUMN:
                    grid.add_columns(element.attrib)
                elif (row := _row(element, grid, reader)) is not None:
                    rows.append(row)
    except BadCell as problem:
        raise grid.damaged(f"cell {grid.place} {problem}") from None
    grid.end()
    return SheetContent(grid.scan, rows)


# ------------------------------------------------------------------ the tree, pruned as it grows
def _elements(stream: IO[bytes], grid: Grid) -> Iterator[Element]:
    """Yield formats of columns, rows and merged ranges as they are complete."""
    builder = TreeBuilder()
    top = builder.start("file", {})
    parser = XMLParser(target=builder)  # noqa: S314  # no document type, see above
    waiting = 0
    while chunk := stream.read(_CHUNK):
        parser.feed(chunk)
        found = list(_prune(top, grid, kept=1))
        yield from found
        waiting = 0 if found else waiting + len(chunk)
        if waiting > _LONGEST_ROW and _within_row(top):
            raise grid.damaged(f"the row after row {grid.row:,} is longer than any row")
    parser.close()
    yield from _prune(top, grid, kept=0)


def _prune(top: Element, grid: Grid, kept: int) -> Iterator[Element]:
    """Take what is complete out of the tree; the last `kept` (0 or 1) of a level may not be."""
    _refuse_depth(top, grid)
    for page in top:
        for part in page:
            last = kept if part is page[-1] else 0
            finished = part[: len(part) - last]
            del part[: len(finished)]
            if wanted := _WANTED.get(part.tag):
                if any(element.tag != wanted for element in finished):
                    raise grid.damaged("it holds elements where rows should be")
                yield from finished
        del page[: len(page) - kept]


def _refuse_depth(element: Element, grid: Grid) -> None:
    depth = 0
    while len(element):
        element, depth = element[-1], depth + 1
        if depth > DEEPEST:
            raise grid.damaged(f"elements stand more than {DEEPEST} deep within each other")


def _within_row(top: Element) -> bool:
    return any(part.tag == _DATA for page in top for part in page)


# ------------------------------------------------------------------ rows
@contextmanager
def collector_off() -> Iterator[None]:
    """Leave garbage to reference counts: to look for cycles among the cells doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _row(element: Element, grid: Grid, reader: CellReader) -> StoredRow | None:
    """Return the row; None where no cell of it holds anything."""
    hidden = grid.begin_row(element.attrib)
    columns: list[int] = []
    texts: list[str] = []
    facts: list[Fact] = []
    letters, suffix, cut = grid.letters, grid.suffix, grid.cut
    for cell in _cells(element, grid):
        told = cell.get("r", "")
        column = letters.get(told[:cut], -1) if told[cut:] == suffix else -1
        if column <= grid.column:
            column = grid.begin_cell(cell.get("r"))
        grid.column = column
        if not len(cell):
            continue
        kind = cell.get("t", "n")
        first = cell[0]
        # Nearly all cells are a value or a plain text and nothing else.
        if len(cell) == 1 and first.tag == _VALUE and kind != "inlineStr":
            value, formula = first.text, False
        elif len(cell) == 1 and first.tag == _INLINE and kind == "inlineStr":
            value, formula = _rich(first), False
        else:
            value, formula, filled = _content(cell, inline=kind == "inlineStr")
            if not filled:
                continue
        columns.append(column)
        if kind == "inlineStr" and value and "_x" not in value and not formula:
            texts.append(value)
            continue
        read = reader.read(kind, value, cell.get("s", "0"))
        texts.append(read.text)
        if read.fact is not None:
            facts.append(reader.fact(column, read.fact, read.detail))
        if formula:
            facts.append(reader.fact(column, _FORMULAS[read.computed], ""))
    if not columns:
        return None
    grid.fill(columns, hidden=hidden)
    return StoredRow(grid.row, tuple(columns), tuple(texts), tuple(facts))


def _cells(element: Element, grid: Grid) -> list[Element]:
    """Return the cells of a row; extensions may stand behind them, and nothing else."""
    cells = element.findall(_CELL)
    if len(cells) != len(element) and any(one.tag not in (_CELL, _MORE) for one in element):
        raise grid.damaged(f"row {grid.row:,} holds elements where cells should be")
    return cells


def _content(cell: Element, *, inline: bool) -> tuple[str | None, bool, bool]:
    """Return the stored text, whether there is a formula, and whether there is either."""
    value: str | None = None
    formula = filled = False
    for part in cell:
        tag = part.tag
        if tag == _VALUE:
            filled = True
            value = value if inline else part.text
        elif tag == _INLINE:
            filled = True
            value = _rich(part) if inline else value
        elif tag == _FORMULA:
            filled = formula = True
    return value, formula, filled


def _rich(element: Element) -> str | None:
    """Return the text of runs; guides to the pronunciation are no part of it."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text
    runs = (run if run.tag == _RUN else (run,) for run in element)
    pieces = (part.text or "" for run in runs for part in run if part.tag == _TEXT)
    return "".join(pieces) or None
