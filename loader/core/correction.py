"""What goes back to the author of a file: whole orders, as read, with what is wrong beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loader.core.findings import Finding, Severity
from loader.core.model import InputFile, Order, Result, Run
from schemas.codes import SKIPPED, UNPLACED

# Orders that a person can put right in the file. A conflict is for support, never for the file.
CORRECTABLE = frozenset({Result.TO_CORRECT, Result.REFUSED})
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")

Cell = tuple[int, int]  # row in the file (0: the header), 0-based column of the table


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A row as it was read; `order` is None for a row that belongs to none."""

    number: int
    texts: tuple[str, ...]
    order: Order | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to be corrected of one input.

    `headers` and the texts of the rows stand in the file's own order, columns of ours left out;
    `added` are columns that the file lacks and that the corrections need, put at the end.
    `findings` are all of this input. `at_cell` has those on one cell, `at_row` those on a row as
    a whole. `unfit` are cells whose text alone would look right, though the cell was wrong:
    (row, column) → what it was. `skipped` counts rows left out on purpose, by the finding's code.
    """

    file: InputFile
    run_id: str
    command: str
    headers: tuple[str, ...]
    rows: tuple[CorrectionRow, ...]
    added: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    at_cell: Mapping[Cell, list[Finding]] = field(default_factory=dict)
    at_row: Mapping[int, list[Finding]] = field(default_factory=dict)
    unfit: Mapping[Cell, str] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)


def rows_to_correct(run: Run, index: int) -> dict[int, Order | None]:
    """Return the rows of an input that go back: of whole orders, and those of no order."""
    mine = [order for order in run.orders if order.input == index]
    wanted: dict[int, Order | None] = {
        row: order for order in mine if order.result in CORRECTABLE for row in order.rows
    }
    loose = {
        finding.row: None
        for finding in run.findings
        if finding.input == index
        and finding.row is not None
        and finding.severity is Severity.ERROR
        and finding.code in UNPLACED - SKIPPED
    }
    if loose:
        for order in mine:
            for row in order.rows:
                loose.pop(row, None)
    return dict(sorted((wanted | loose).items()))


def rows_of_orders(run: Run, index: int) -> dict[int, Order | None]:
    """Return the rows of all orders of an input."""
    mine = [order for order in run.orders if order.input == index]
    of_row = {row: order for order in mine for row in order.rows}
    return {row: of_row[row] for row in sorted(of_row)}


def skipped_rows(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many rows were left out on purpose, by code."""
    return dict(Counter(finding.code for finding in findings if finding.code in SKIPPED))


def column_of(cell: str) -> int:
    """Return the 0-based sheet column of an address such as G14."""
    match = _ADDRESS.fullmatch(cell)
    letters = match[1] if match else "A"
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
