"""Where a cell stands in the file that its author knows: header, row, cell address."""

from collections.abc import Mapping
from dataclasses import dataclass

from loader.core.findings import Finding, Severity, column_letters
from loader.core.model import Rows
from schemas.pouch_orders import BY_NAME
from schemas.vocabulary import Code


@dataclass(frozen=True, slots=True)
class Header:
    """A column of the file: its own words and its 0-based place on the sheet."""

    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Places:
    """The way back from a checked table to the file: `rows[i]` is the row number of position i."""

    input: int
    sheet: str | None
    headers: Mapping[str, Header]
    rows: Rows

    def cell(self, position: int, column: str) -> str | None:
        """Return the address of a cell, such as G14; None where the file lacks the column."""
        header = self.headers.get(column)
        return None if header is None else f"{column_letters(header.place)}{self.rows[position]}"

    def finding(
        self, page: Code, position: int, column: str | None, *, found: str | None = None,
        message: str = "", allowed: str = "", severity: Severity | None = None,
    ) -> Finding:  # fmt: skip
        """Return the finding of this page at one cell, or on the whole row without a column."""
        header = self.headers.get(column) if column else None
        return Finding(
            code=page.code,
            severity=severity or Severity(page.severity.value),
            message=message or f"{page.title}.",
            sheet=self.sheet,
            row=int(self.rows[position]),
            column=column,
            header=header.text if header else None,
            cell=self.cell(position, column) if column else None,
            found=found,
            personal=bool(column and BY_NAME[column].personal),
            allowed=allowed or (BY_NAME[column].allowed if column else ""),
            help=page.fix,
            input=self.input,
        )
