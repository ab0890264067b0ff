"""What a sheet's XML may say of rows, cells and merged ranges, and where that is refused.

Refused is what would make a reader slow, or what two programs would read in two ways: cells far
away, more than 500 columns, rows and cells out of order or under addresses that no sheet has.
"""

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from loader.core.errors import InputError
from loader.core.findings import column_letters
from loader.core.privacy import printable
from loader.sources.table import MAX_COLUMNS

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_MAX_MERGES = 1_000_000
# A file of some kilobytes can fill one cell in each corner of a huge area. No table is so thin.
_THIN_FROM = 4_000_000
_THINNEST = 20
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows 1-based, columns 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        ends = (self.left, self.top), (self.right, self.bottom)
        return ":".join(f"{column_letters(column)}{row}" for column, row in ends)


@dataclass(slots=True)
class SheetScan:
    """Where a sheet holds something; cells with neither value nor formula do not count.

    Columns are 0-based and `left`, `right` included; `last_row` is 0 for a sheet without data.
    `rows` and `filled` count the rows and cells that hold something.
    `hidden` are the numbers of hidden rows with data, `hidden_columns` first and last of those
    that are hidden, filled or not.
    """

    left: int = LAST_COLUMN
    right: int = -1
    last_row: int = 0
    rows: int = 0
    filled: int = 0
    hidden: "array[int]" = field(default_factory=lambda: array("L"))
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    def hides(self, column: int) -> bool:
        """True for a column that nobody sees."""
        return any(first <= column <= last for first, last in self.hidden_columns)


@dataclass(slots=True)
class Grid:
    """The places of one sheet as they are read: each row below the last, each cell to its right."""

    sheet: str
    name: str
    scan: SheetScan = field(default_factory=SheetScan)
    row: int = 0
    column: int = -1
    suffix: str = ""
    cut: int = 0
    letters: dict[str, int] = field(default_factory=dict)

    def damaged(self, what: str) -> InputError:
        """Return the refusal of this sheet."""
        return InputError(
            f'Sheet "{printable(self.sheet, 60)}" of {self.name} is damaged: {what}.',
            hint="Open the file in Excel, which repairs it or says what is wrong, and save it"
            " anew.",
        )

    def begin_row(self, attributes: Mapping[str, str]) -> bool:
        """Go to the next row; return whether it is hidden."""
        told = attributes.get("r")
        if told is None:
            number = self.row + 1
        elif told.isascii() and told.isdigit() and len(told) <= len(str(LAST_ROW)):
            number = int(told)
        else:
            raise self.damaged(f"the row after row {self.row:,} has no proper number")
        if not self.row < number <= LAST_ROW:
            raise self.damaged(f"row {number:,} follows row {self.row:,}")
        self.row, self.column, self.suffix = number, -1, str(number)
        self.cut = -len(self.suffix)
        # Excel writes a height of 0 and `hidden`; other programs write only the height.
        return attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"

    def begin_cell(self, told: str | None) -> int:
        """Go to the next cell of the row; return its column."""
        if told is None:
            column = self.column + 1
            if column >= LAST_COLUMN:
                raise self.damaged(f"row {self.row:,} has more cells than any sheet")
        else:
            known = self.letters.get(told[: self.cut]) if told[self.cut :] == self.suffix else None
            row, column = self._address(told) if known is None else (self.row, known)
            if row != self.row or column <= self.column:
                raise self.damaged(f"cell {printable(told, 20)} is not in its place")
        self.column = column
        return column

    def fill(self, columns: list[int], *, hidden: bool) -> None:
        """Count these cells of the row, at least one, as having a value or a formula."""
        scan = self.scan
        if columns[-1] >= MAX_COLUMNS:
            self.column = next(column for column in columns if column >= MAX_COLUMNS)
            raise InputError(
                f'Cell {self.place} on sheet "{printable(self.sheet, 60)}" of {self.name} is'
                f" filled; at most {MAX_COLUMNS} columns are read.",
                hint="Delete what stands far to the right of the orders: select those columns,"
                " delete them, and save the file.",
            )
        scan.left, scan.right = min(scan.left, columns[0]), max(scan.right, columns[-1])
        scan.last_row = self.row
        scan.rows += 1
        scan.filled += len(columns)
        if hidden:
            scan.hidden.append(self.row)

    @property
    def place(self) -> str:
        """The address of the cell that was begun last."""
        return f"{column_letters(self.column)}{self.row}"

    def add_merge(self, told: str) -> None:
        """Take a merged range such as A1:B2."""
        first, _, last = told.partition(":")
        (top, left), (bottom, right) = self._address(first), self._address(last or first)
        if top > bottom or left > right or len(self.scan.merges) >= _MAX_MERGES:
            raise self.damaged(f'"{printable(told, 20)}" is no merged range')
        self.scan.merges.append(Merge(top, left, bottom, right))

    def add_columns(self, attributes: Mapping[str, str]) -> None:
        """Take the format of some columns, numbered from 1: of interest is what they hide."""
        if attributes.get("hidden") not in _TRUE and attributes.get("width") != "0":
            return
        ends = attributes.get("min", ""), attributes.get("max", "")
        if not all(one.isascii() and one.isdigit() and len(one) <= 5 for one in ends):
            raise self.damaged("hidden columns have no proper number")
        if len(self.scan.hidden_columns) >= LAST_COLUMN:
            raise self.damaged("it hides more columns than any sheet has")
        self.scan.hidden_columns.append((int(ends[0]) - 1, int(ends[1]) - 1))

    def end(self) -> None:
        """Refuse what only the whole sheet can show."""
        scan = self.scan
        width = max(0, scan.right - scan.left + 1)
        if width * scan.rows > max(_THIN_FROM, _THINNEST * scan.filled):
            corner = f"{column_letters(scan.right)}{scan.last_row}"
            raise InputError(
                f'Sheet "{printable(self.sheet, 60)}" of {self.name} is filled up to {corner}, and'
                f" only {scan.filled:,} cells in it: that is no table.",
                hint="Delete what stands far below or to the right of the orders, and save the"
                " file.",
            )
        if sum(_covered(merge, scan) for merge in scan.merges) > width * scan.last_row:
            raise self.damaged("merged ranges overlap")

    def _address(self, told: str) -> tuple[int, int]:
        match = _ADDRESS.fullmatch(told)
        if match is None:
            raise self.damaged(f'"{printable(told, 20)}" is no cell address')
        letters = match[1]
        position = 0
        for letter in letters:
            position = position * 26 + ord(letter) - ord("A") + 1
        row, column = int(match[2]), position - 1
        if row > LAST_ROW or column >= LAST_COLUMN:
            raise self.damaged(f"{told} lies outside of any sheet")
        self.letters[letters] = column
        return row, column


def _covered(merge: Merge, scan: SheetScan) -> int:
    """Return how many places of the filled area a range covers."""
    width = min(merge.right, scan.right) - max(merge.left, scan.left) + 1
    return max(0, width) * max(0, min(merge.bottom, scan.last_row) - merge.top + 1)
