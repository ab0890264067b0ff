"""Where a cell stands in the file that its author knows: header, row, cell address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from loader.core.findings import Finding, Severity, column_letters
from loader.core.model import Numbers, Rows
from schemas.pouch_orders import BY_NAME
from schemas.vocabulary import Code

# A place number is row, slot + 1 and part in one whole number: unique, and in the file's order.
_PART_BITS, _SLOT_BITS = 10, 10
_ROW_BITS = _PART_BITS + _SLOT_BITS

# Names of columns in our messages that are no word of any language.
_NAMES = re.compile(rf"\b({'|'.join(name for name in BY_NAME if '_' in name)})\b")

Number = TypeVar("Number", int, Rows)


def place_numbers(rows: Rows, slots: Numbers | int = -1, parts: Numbers | int = 0) -> Rows:
    """Return place numbers of contents; slot -1 is the row itself."""
    numbers: Rows = (rows << _ROW_BITS) | ((np.int64(1) + slots) << _PART_BITS) | parts
    return numbers


def file_row(number: Number) -> Number:
    """Return the file's row of a place number."""
    return number >> _ROW_BITS


def slot_of(number: int) -> int:
    """Return the slot of a place number, -1 for the row itself."""
    return ((number >> _PART_BITS) & ((1 << _SLOT_BITS) - 1)) - 1


@dataclass(frozen=True, slots=True)
class Header:
    """A column of the file: its own words and its 0-based place on the sheet."""

    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Places:
    """The way back from a checked table to the file: `rows[i]` is the row number of position i.

    Under a mapping profile one row of the file may hold several contents. `rows` are then place
    numbers (`place_numbers`), and `slots` has the headers of each slot that contents come from;
    findings keep the place number as their row until they are told.
    """

    input: int
    sheet: str | None
    headers: Mapping[str, Header]
    rows: Rows
    slots: Sequence[Mapping[str, Header]] | None = None

    def row(self, position: int) -> int:
        """Return the row number that a spreadsheet program shows."""
        number = int(self.rows[position])
        return number if self.slots is None else file_row(number)

    def header(self, position: int, column: str) -> Header | None:
        """Return the header that the value comes from; None where the file lacks the column."""
        if self.slots and (slot := slot_of(int(self.rows[position]))) >= 0:
            return self.slots[slot].get(column) or self.headers.get(column)
        return self.headers.get(column)

    def cell(self, position: int, column: str) -> str | None:
        """Return the address of a cell, such as G14; None where the file lacks the column."""
        header = self.header(position, column)
        return None if header is None else f"{column_letters(header.place)}{self.row(position)}"

    def _in_own_words(self, text: str, position: int) -> str:
        """Return a text that names columns by the headers that the file has for them."""

        def own(name: re.Match[str]) -> str:
            header = self.header(position, name[0])
            return name[0] if header is None else header.text.strip()

        return _NAMES.sub(own, text)

    def finding(
        self, page: Code, position: int, column: str | None, *, found: str | None = None,
        message: str = "", allowed: str = "", severity: Severity | None = None,
        suggestion: str | None = None,
    ) -> Finding:  # fmt: skip
        """Return the finding of this page at one cell, or on the whole row without a column."""
        header = self.header(position, column) if column else None
        return Finding(
            code=page.code,
            severity=severity or Severity(page.severity.value),
            message=self._in_own_words(message or f"{page.title}.", position),
            sheet=self.sheet,
            row=int(self.rows[position]),
            column=column,
            header=header.text if header else None,
            cell=self.cell(position, column) if column else None,
            found=found,
            personal=bool(column and BY_NAME[column].personal),
            allowed=self._in_own_words(
                allowed or (BY_NAME[column].allowed if column else ""), position
            ),
            help=self._in_own_words(page.fix, position),
            input=self.input,
            suggestion=suggestion,
        )
