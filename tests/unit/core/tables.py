"""Raw tables built from rows in the test itself, with the real stages behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from loader.app.check import CheckedFiles, check_files
from loader.core.findings import Finding, column_letters
from loader.core.model import (
    Catalogue,
    CellFact,
    FactKind,
    InputFile,
    Item,
    Order,
    RaggedRow,
    RawSlice,
    RawTable,
    ReadOptions,
)
from loader.core.payload import request_of
from schemas.examples import EXAMPLE_CATALOGUE, SOUND
from schemas.pouch_orders import KEY
from schemas.vocabulary import Row

EXAMPLES = Catalogue(
    {
        identity: Item(id=identity, kind=kind, name=name, active=active, serving_size=size)
        for identity, (kind, name, active, size) in EXAMPLE_CATALOGUE.items()
    }
)
FIRST_ROW = 2  # as a spreadsheet program shows it, below the header


class TableSource:
    """A source whose file is a list of rows; `slice_rows` rows to a slice.

    Facts, ragged and hidden rows have their positions in the whole table; `gaps` are positions
    before which a blank row stood.
    """

    def __init__(
        self, headers: Sequence[str], rows: Sequence[Sequence[str]], *, slice_rows: int = 1000,
        facts: Sequence[CellFact] = (), ragged: Sequence[RaggedRow] = (),
        hidden: Sequence[int] = (), gaps: Sequence[int] = (), first_column: int = 0,
        findings: Sequence[Finding] = (),
    ) -> None:  # fmt: skip
        """Take the rows as they would come out of a file."""
        self.headers, self.rows, self.slice_rows = tuple(headers), rows, slice_rows
        self.facts, self.ragged, self.hidden = facts, ragged, hidden
        self.gaps, self.first_column, self.findings = gaps, first_column, tuple(findings)

    def open(self, path: Path, options: ReadOptions) -> RawTable:
        """Hand the rows over as an opened file."""
        file = InputFile(str(path), "0" * 64, "Orders", None, None)
        slices = iter(self._slices())
        return RawTable(file, self.headers, 1, slices, self.first_column, self.findings)

    def _slices(self) -> list[RawSlice]:
        slices = []
        numbers = np.arange(FIRST_ROW, FIRST_ROW + len(self.rows), dtype=np.int64)
        for gap in self.gaps:
            numbers[gap:] += 1
        for start in range(0, len(self.rows), self.slice_rows):
            end = start + self.slice_rows
            part = self.rows[start:end]
            cells = pd.DataFrame(
                {n: pd.Series([row[n] for row in part], dtype="str")
                 for n in range(len(self.headers))}
            )  # fmt: skip
            slices.append(
                RawSlice(
                    cells,
                    numbers[start:end],
                    tuple(replace(f, position=f.position - start)
                          for f in self.facts if start <= f.position < end),
                    tuple(replace(r, position=r.position - start)
                          for r in self.ragged if start <= r.position < end),
                    tuple(h - start for h in self.hidden if start <= h < end),
                )
            )  # fmt: skip
        return slices


def check_source(
    *sources: TableSource,
    catalogue: Catalogue | None = None,
    accepted: frozenset[str] = frozenset(),
) -> CheckedFiles:
    """Check such tables as one run."""
    given = {Path(f"table-{number}"): source for number, source in enumerate(sources)}
    return check_files(
        list(given), given.__getitem__, ReadOptions(), catalogue=catalogue, accepted=accepted
    )


def table_of(*rows: Row, base: Row = SOUND) -> tuple[list[str], list[list[str]]]:
    """Return headers and cells of rows laid over `base`, the sound row of the declarations."""
    whole = [{**base, **row} for row in rows]
    headers = list(dict.fromkeys(name for row in whole for name in row))
    return headers, [[row.get(name, "") for name in headers] for row in whole]


def check_rows(
    *rows: Row,
    catalogue: Catalogue | None = None,
    slice_rows: int = 1000,
    accepted: frozenset[str] = frozenset(),
    hidden: Sequence[int] = (),
    ragged: Sequence[RaggedRow] = (),
) -> CheckedFiles:
    """Check rows laid over the sound row of the declarations."""
    source = TableSource(*table_of(*rows), slice_rows=slice_rows, hidden=hidden, ragged=ragged)
    return check_source(source, catalogue=catalogue, accepted=accepted)


Placed = tuple[str, str, str | None, str | None, int | None, str | None]


def placed(finding: Finding) -> Placed:
    """Return a finding's code, severity, cell, header, row and order."""
    return (
        finding.code,
        finding.severity.value,
        finding.cell,
        finding.header,
        finding.row,
        finding.order,
    )


class Column:
    """One sound order per text of a column, checked in one run: ORD-0 in row 2, and so on.

    The column comes last, under the header `column` with a blank behind it, unless the sound row
    has it. Everybody in the orders is somebody else.
    """

    def __init__(
        self, column: str, texts: Sequence[str], *, also: Row = MappingProxyType({}),
        fact: FactKind | None = None, catalogue: Catalogue | None = None,
    ) -> None:  # fmt: skip
        """Check the column's texts; `also` is laid over the sound row of each."""
        varied = "first_name" if column == "last_name" else "last_name"
        name = "" if column == "consumer_id" else "Example "
        rows: list[dict[str, str]] = [
            {KEY: f"ORD-{n}", varied: name and f"{name}{n}", **also, column: text}
            for n, text in enumerate(texts)
        ]
        headers, cells = table_of(*rows)
        place = headers.index(column)
        self.header = column if column in SOUND else f"{column} "
        headers[place] = self.header
        self.letters = column_letters(place)
        facts = [CellFact(n, place, fact) for n in range(len(texts))] if fact else []
        self.texts = list(texts)
        self.result = check_source(TableSource(headers, cells, facts=facts), catalogue=catalogue)

    def told(self) -> dict[str, list[Placed]]:
        """Return what was told of each text."""
        by_row: dict[str, list[Placed]] = {text: [] for text in self.texts}
        for finding in self.result.findings:
            by_row[self.texts[(finding.row or 0) - FIRST_ROW]].append(placed(finding))
        return by_row

    def messages(self) -> dict[str, str]:
        """Return the message of the one finding of each text."""
        assert len(self.result.findings) == len(self.texts)
        return {self.texts[(f.row or 0) - FIRST_ROW]: f.message for f in self.result.findings}

    def all_are(self, code: str, severity: str) -> dict[str, list[Placed]]:
        """Return what is told where each text has just this finding, at its own cell."""
        return {
            text: [(code, severity, f"{self.letters}{row}", self.header, row, f"ORD-{n}")]
            for n, (text, row) in enumerate(zip(self.texts, range(FIRST_ROW, 10**6), strict=False))
        }

    def none(self) -> dict[str, list[Placed]]:
        """Return what is told where no text has any finding."""
        return {text: [] for text in self.texts}

    def results(self) -> set[str]:
        """Return what the orders came to."""
        return {order.result.value for order in self.result.orders}

    def requests(self) -> dict[str, dict[str, Any]]:
        """Return the request that each text led to."""
        return {
            self.texts[order.rows[0] - FIRST_ROW]: request_of(order.body or b"{}")
            for order in self.result.orders
        }


def codes(result: CheckedFiles) -> list[str]:
    """Return the codes of all findings, in their order."""
    return [finding.code for finding in result.findings]


def only(result: CheckedFiles) -> Finding:
    """Return the finding that must be the only one."""
    assert len(result.findings) == 1, codes(result)
    return result.findings[0]


def cell_of(column: str, row: int = FIRST_ROW, extra: Sequence[str] = ()) -> str:
    """Return the address of a column's cell in a table of the sound row and further columns."""
    return f"{column_letters([*SOUND, *extra].index(column))}{row}"


def orders(result: CheckedFiles) -> Mapping[str, Order]:
    """Return the orders by their keys, which must differ."""
    by_key = {order.key: order for order in result.orders}
    assert len(by_key) == len(result.orders)
    return by_key


def results(result: CheckedFiles) -> dict[str, str]:
    """Return what became of each order, by key."""
    return {key: order.result.value for key, order in orders(result).items()}
