"""Raw tables built from rows in the test itself, with the real stages behind them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loader.app.check import CheckedFiles, check_files
from loader.core.model import (
    Catalogue,
    CellFact,
    InputFile,
    Item,
    RaggedRow,
    RawSlice,
    RawTable,
    ReadOptions,
)  # fmt: skip
from schemas.examples import EXAMPLE_CATALOGUE, SOUND
from schemas.vocabulary import Row

EXAMPLES = Catalogue(
    {
        identity: Item(id=identity, kind=kind, name=name, active=active, serving_size=size)
        for identity, (kind, name, active, size) in EXAMPLE_CATALOGUE.items()
    }
)


class TableSource:
    """A source whose file is a list of rows; `slice_rows` rows to a slice."""

    def __init__(
        self, headers: Sequence[str], rows: Sequence[Sequence[str]], *, slice_rows: int = 1000,
        facts: Sequence[CellFact] = (), ragged: Sequence[RaggedRow] = (),
        hidden: Sequence[int] = (), first_column: int = 0,
    ) -> None:  # fmt: skip
        """Take the rows as they would come out of a file; facts belong to the first slice."""
        self.headers, self.rows, self.slice_rows = tuple(headers), rows, slice_rows
        self.facts, self.ragged, self.hidden = tuple(facts), tuple(ragged), tuple(hidden)
        self.first_column = first_column

    def open(self, path: object, options: ReadOptions) -> RawTable:
        """Hand the rows over as an opened file."""
        file = InputFile(str(path), "0" * 64, "Orders", None, None)
        return RawTable(file, self.headers, 1, iter(self._slices()), self.first_column)

    def _slices(self) -> list[RawSlice]:
        slices = []
        for start in range(0, len(self.rows), self.slice_rows):
            part = self.rows[start : start + self.slice_rows]
            cells = pd.DataFrame(
                {n: pd.Series([row[n] for row in part], dtype="str")
                 for n in range(len(self.headers))}
            )  # fmt: skip
            numbers = np.arange(start + 2, start + 2 + len(part), dtype=np.int64)
            facts = (self.facts, self.ragged, self.hidden) if start == 0 else ((), (), ())
            slices.append(RawSlice(cells, numbers, *facts))
        return slices


def check_source(*sources: TableSource, catalogue: Catalogue | None = None,
                 accepted: frozenset[str] = frozenset()) -> CheckedFiles:  # fmt: skip
    """Check such tables as one run."""
    given = {f"table-{number}": source for number, source in enumerate(sources)}
    return check_files(
        list(given), given.__getitem__, ReadOptions(),  # type: ignore[arg-type]  # names for paths
        catalogue=catalogue, accepted=accepted,
    )  # fmt: skip


def check_rows(*rows: Row, catalogue: Catalogue | None = None, slice_rows: int = 1000,
               accepted: frozenset[str] = frozenset()) -> CheckedFiles:  # fmt: skip
    """Check rows laid over the sound row of the declarations."""
    whole = [{**SOUND, **row} for row in rows]
    headers = list(dict.fromkeys(name for row in whole for name in row))
    table = [[row.get(name, "") for name in headers] for row in whole]
    source = TableSource(headers, table, slice_rows=slice_rows)
    return check_source(source, catalogue=catalogue, accepted=accepted)


def codes(result: CheckedFiles) -> list[str]:
    """Return the codes of all findings, in their order."""
    return [finding.code for finding in result.findings]
