"""Rows of a sheet as text with facts, in order, blank ones left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from loader.core.model import FactKind
from loader.core.privacy import printable
from loader.sources.excel_cells import Fact
from loader.sources.excel_scan import Merge, SheetScan
from loader.sources.excel_sheet import SheetContent, StoredRow
from loader.sources.excel_workbook import Sheet
from loader.sources.table import is_blank


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number; `texts` stand for the columns from `scan.left` to `scan.right`.

    The columns of `facts` are those of the sheet.
    """

    number: int
    texts: Sequence[str]
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet that was read, without what a mapping profile leaves out; `name` is the file's."""

    name: str
    sheet: Sheet
    content: SheetContent
    header_row: int = 1
    skip_rows: frozenset[int] = frozenset()

    @property
    def scan(self) -> SheetScan:
        """Where the sheet holds something."""
        return self.content.scan

    @property
    def where(self) -> str:
        """Sheet and file, fit to be shown."""
        return f'Sheet "{printable(self.sheet.name, 60)}" of {self.name}'

    def __iter__(self) -> Iterator[SheetRow]:
        """Yield the rows that are not blank."""
        scan = self.scan
        merges = sorted(scan.merges, key=lambda merge: merge.top, reverse=True)
        covering: list[Merge] = []
        for stored in self.content.rows:
            number = stored.number
            # Nothing can be seen, and no formula waits for its first result.
            if is_blank(stored.texts) and not any(
                kind is FactKind.FORMULA_EMPTY for _, kind, _ in stored.facts
            ):
                continue
            if number < self.header_row or number in self.skip_rows:
                continue
            row = SheetRow(number, _across(stored, scan), stored.facts)
            if merges or covering:
                while merges and merges[-1].top <= number:
                    covering.append(merges.pop())
                covering = [merge for merge in covering if merge.bottom >= number]
                for merge in covering:
                    row = _covered(row, merge, scan)
            yield row

    def first(self, count: int) -> list[tuple[int, Sequence[str]]]:
        """Return number and texts of the first rows that are not blank."""
        return [(row.number, row.texts) for row in islice(self, count)]


def _across(stored: StoredRow, scan: SheetScan) -> Sequence[str]:
    """Return the row's texts in their columns."""
    columns, left, width = stored.columns, scan.left, scan.right - scan.left + 1
    if len(columns) == width:
        return stored.texts
    texts = [""] * width
    for column, text in zip(columns, stored.texts, strict=True):
        texts[column - left] = text
    return texts


def _covered(row: SheetRow, merge: Merge, scan: SheetScan) -> SheetRow:
    """Return the row with its merged cells marked; only the first of a range keeps its text."""
    first, last = max(merge.left, scan.left), min(merge.right, scan.right)
    texts, facts = list(row.texts), list(row.facts)
    for column in range(first, last + 1):
        if (row.number, column) != (merge.top, merge.left):
            texts[column - scan.left] = ""
            facts = [fact for fact in facts if fact[0] != column]
        facts.append((column, FactKind.MERGED, str(merge)))
    return SheetRow(row.number, texts, facts)
