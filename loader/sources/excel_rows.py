"""Rows of a sheet as text with facts, in order, blank ones left out."""

from bisect import bisect_left
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import islice

from loader.core.model import FactKind
from loader.core.privacy import printable
from loader.sources.excel_cells import read_cell
from loader.sources.excel_scan import LAST_COLUMN, Merge, SheetScan, place
from loader.sources.excel_workbook import Sheet, StoredCell, Workbook
from loader.sources.table import is_blank


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the cell at the 0-based `position` in its row."""

    position: int
    kind: FactKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number; `texts` stand for the columns from `scan.left` to `scan.right`."""

    number: int
    texts: list[str]
    facts: list[Fact]

    @property
    def blank(self) -> bool:
        """True where nothing can be seen, and no formula waits for its first result."""
        return is_blank(self.texts) and not any(
            fact.kind is FactKind.FORMULA_EMPTY for fact in self.facts
        )


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet that was scanned and can be read, without what a mapping profile leaves out."""

    workbook: Workbook
    sheet: Sheet
    scan: SheetScan
    header_row: int = 1
    skip_rows: frozenset[int] = frozenset()

    @property
    def where(self) -> str:
        """Sheet and file, fit to be shown."""
        return f'Sheet "{printable(self.sheet.name, 60)}" of {self.workbook.name}'

    def __iter__(self) -> Iterator[SheetRow]:
        """Yield the rows that are not blank."""
        scan = self.scan
        merges = sorted(scan.merges, key=lambda merge: merge.top, reverse=True)
        covering: list[Merge] = []
        for number, cells in self.workbook.rows(self.sheet, scan.last_row):
            while merges and merges[-1].top <= number:
                covering.append(merges.pop())
            covering = [merge for merge in covering if merge.bottom >= number]
            row = self._read(number, cells)
            for merge in covering:
                _cover(row, merge, scan)
            if not row.blank and number >= self.header_row and number not in self.skip_rows:
                yield row

    def first(self, count: int) -> list[tuple[int, list[str]]]:
        """Return number and texts of the first rows that are not blank."""
        return [(row.number, row.texts) for row in islice(self, count)]

    def _read(self, number: int, cells: list[StoredCell]) -> SheetRow:
        left, width = self.scan.left, self.scan.right - self.scan.left + 1
        row = SheetRow(number, [""] * width, [])
        formulas = self._formulas(number)
        for cell in cells:
            position = cell.column - left
            if not 0 <= position < width:
                continue
            read = read_cell(cell, self.workbook.epoch)
            row.texts[position] = read.text
            if read.fact:
                row.facts.append(Fact(position, read.fact, read.detail))
            if cell.column in formulas:
                kind = FactKind.FORMULA if read.computed else FactKind.FORMULA_EMPTY
                row.facts.append(Fact(position, kind))
        return row

    def _formulas(self, row: int) -> Set[int]:
        """Return the columns in which the row has formulas."""
        places = self.scan.formulas
        begin, end = bisect_left(places, place(row, 0)), bisect_left(places, place(row + 1, 0))
        return {found % LAST_COLUMN for found in places[begin:end]}


def _cover(row: SheetRow, merge: Merge, scan: SheetScan) -> None:
    """Mark the merged cells of the row; only the first cell of a range keeps what it holds."""
    first, last = max(merge.left, scan.left), min(merge.right, scan.right)
    for column in range(first, last + 1):
        position = column - scan.left
        if (row.number, column) != (merge.top, merge.left):
            row.texts[position] = ""
            row.facts[:] = [fact for fact in row.facts if fact.position != position]
        row.facts.append(Fact(position, FactKind.MERGED, str(merge)))
