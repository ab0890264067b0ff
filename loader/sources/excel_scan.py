"""A sheet's XML, streamed once before it is read: extent, hidden rows, merges, formulas.

The scan refuses what would make a reader slow or disagree with this check: cells far away, more
than 500 columns, rows and cells out of order or under addresses that no sheet has.
"""

import re
from array import array
from dataclasses import dataclass, field
from typing import IO

from loader.core.errors import InputError
from loader.core.findings import column_letters
from loader.core.privacy import printable
from loader.sources.table import MAX_COLUMNS
from loader.sources.xml_stream import Begin, walk

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_MAX_MERGES = 1_000_000
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
    """What a pass over the sheet found; cells with neither value nor formula do not count.

    Columns are 0-based and `left`, `right` included; `last_row` is 0 for a sheet without data.
    `hidden` are the numbers of hidden rows with data. `formulas` are the places of cells with a
    formula in reading order, each as `place(row, column)`.
    """

    left: int = LAST_COLUMN
    right: int = -1
    last_row: int = 0
    hidden: "array[int]" = field(default_factory=lambda: array("L"))
    formulas: "array[int]" = field(default_factory=lambda: array("Q"))
    merges: list[Merge] = field(default_factory=list)


def place(row: int, column: int) -> int:
    """Return one number for a cell, growing in reading order."""
    return row * LAST_COLUMN + column


def scan_sheet(stream: IO[bytes], sheet: str, name: str) -> SheetScan:
    """Return what the sheet's XML holds; raises `InputError` for what must not be read."""
    scan = SheetScan()
    walk(stream, _Walk(scan, printable(sheet, 60), name).begin())
    used = (scan.right - scan.left + 1) * scan.last_row
    area = sum(
        (merge.right - merge.left + 1) * max(0, min(merge.bottom, scan.last_row) - merge.top + 1)
        for merge in (_clipped(merge, scan) for merge in scan.merges)
    )
    if area > used:
        raise _damaged(name, printable(sheet, 60), "merged ranges overlap")
    return scan


def _clipped(merge: Merge, scan: SheetScan) -> Merge:
    left, right = max(merge.left, scan.left), min(merge.right, scan.right)
    return Merge(merge.top, left, merge.bottom, max(right, left - 1))


def _damaged(name: str, sheet: str, what: str) -> InputError:
    return InputError(
        f'Sheet "{sheet}" of {name} is damaged: {what}.',
        hint="Open the file in Excel, which repairs it or says what is wrong, and save it anew.",
    )


@dataclass(slots=True)
class _Walk:
    """Where in the sheet the parser is: the row and cell that were last begun."""

    scan: SheetScan
    sheet: str
    name: str
    row: int = 0
    column: int = -1
    row_hidden: bool = False
    letters: dict[str, int] = field(default_factory=dict)

    def begin(self) -> Begin:
        """Return the function to be called with each element as it begins."""
        known = {
            f"{MAIN} row": self._begin_row,
            f"{MAIN} c": self._begin_cell,
            f"{MAIN} v": self._value,
            f"{MAIN} is": self._value,
            f"{MAIN} f": self._formula,
            f"{MAIN} mergeCell": self._merge,
        }

        def begin(element: str, attributes: dict[str, str]) -> None:
            if handle := known.get(element):
                handle(attributes)

        return begin

    def _begin_row(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        if told is not None and not (told.isascii() and told.isdigit()):
            raise _damaged(self.name, self.sheet, "a row has no proper number")
        number = self.row + 1 if told is None else int(told)
        if not self.row < number <= LAST_ROW:
            raise _damaged(self.name, self.sheet, f"row {number:,} follows row {self.row:,}")
        self.row, self.column = number, -1
        # Excel writes a height of 0 and `hidden`; other programs write only the height.
        self.row_hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        row, column = (self.row, self.column + 1) if told is None else self._address(told)
        if row != self.row or column <= self.column:
            raise _damaged(
                self.name, self.sheet, f"cell {printable(told or '', 20)} is not in its place"
            )
        self.column = column

    def _address(self, told: str) -> tuple[int, int]:
        match = _ADDRESS.fullmatch(told)
        if match is None:
            raise _damaged(self.name, self.sheet, f'"{printable(told, 20)}" is no cell address')
        letters = match[1]
        if letters not in self.letters:
            position = 0
            for letter in letters:
                position = position * 26 + ord(letter) - ord("A") + 1
            self.letters[letters] = position - 1
        row, column = int(match[2]), self.letters[letters]
        if row > LAST_ROW or column >= LAST_COLUMN:
            raise _damaged(self.name, self.sheet, f"{told} lies outside of any sheet")
        return row, column

    def _value(self, _: dict[str, str]) -> None:
        scan, column = self.scan, self.column
        if column >= MAX_COLUMNS:
            raise InputError(
                f'Cell {column_letters(column)}{self.row} on sheet "{self.sheet}" of {self.name} is'
                f" filled; at most {MAX_COLUMNS} columns are read.",
                hint="Delete what stands far to the right of the orders: select those columns,"
                " delete them, and save the file.",
            )
        if column < 0:
            raise _damaged(self.name, self.sheet, "a value stands outside of a cell")
        scan.left, scan.right = min(scan.left, column), max(scan.right, column)
        if self.row_hidden and (not scan.hidden or scan.hidden[-1] != self.row):
            scan.hidden.append(self.row)
        scan.last_row = self.row

    def _formula(self, attributes: dict[str, str]) -> None:
        self._value(attributes)
        self.scan.formulas.append(place(self.row, self.column))

    def _merge(self, attributes: dict[str, str]) -> None:
        told = attributes.get("ref", "")
        first, _, last = told.partition(":")
        (top, left), (bottom, right) = self._address(first), self._address(last or first)
        if top > bottom or left > right or len(self.scan.merges) >= _MAX_MERGES:
            raise _damaged(self.name, self.sheet, f'"{printable(told, 20)}" is no merged range')
        self.scan.merges.append(Merge(top, left, bottom, right))
