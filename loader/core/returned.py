"""Files of ours that come back: what we added is taken off before anything is judged.

A row in which a person has cleared every cell of their own is a blank row, whatever we wrote in
front of it.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from loader.core.guard import GUARDED_COLUMNS, unguarded
from loader.core.model import FactKind, Mask, RawSlice, RawTable
from loader.core.template_stamp import changes, is_stamp
from schemas.pouch_orders import fold
from schemas.words import OUR_COLUMNS

_OURS = frozenset(map(fold, OUR_COLUMNS))


def is_ours(header: str) -> bool:
    """True for the header of a column that we add."""
    return fold(header) in _OURS or is_stamp(header)


def returned(table: RawTable) -> RawTable:
    """Return the table with our columns emptied and guarded cells as they were; others as is.

    A template's stamp becomes findings about the file.
    """
    ours = {place for place, header in enumerate(table.headers) if is_ours(header)}
    if not ours:
        return table
    guard = set(GUARDED_COLUMNS) <= set(table.headers)
    headers = tuple("" if is_stamp(header) else header for header in table.headers)
    told = changes(table.headers, table.file.sheet)
    return replace(
        table, headers=tuple(map(unguarded, headers)) if guard else headers,
        slices=_slices(table.slices, ours, guard=guard), findings=(*table.findings, *told),
    )  # fmt: skip


def _slices(slices: Iterator[RawSlice], ours: set[int], *, guard: bool) -> Iterator[RawSlice]:
    for raw in slices:
        cells = raw.cells.copy(deep=False)
        for place in range(len(cells.columns)):
            column = raw.cells[place]
            if place in ours:
                cells[place] = pd.Series("", index=column.index, dtype="str")
            elif guard and (may := column.str.startswith("'")).any():
                cells[place] = column.mask(may, column[may].map(unguarded))
        facts = tuple(fact for fact in raw.facts if fact.column not in ours)
        kept = _filled(replace(raw, cells=cells, facts=facts))
        if len(kept.rows):
            yield kept


def _filled(raw: RawSlice) -> RawSlice:
    """Return the slice without rows in which nothing is left."""
    blank = _blank(raw)
    if not blank.any():
        return raw
    kept = np.flatnonzero(~blank)
    place = {old: new for new, old in enumerate(kept.tolist())}
    return RawSlice(
        cells=raw.cells.iloc[kept].reset_index(drop=True),
        rows=raw.rows[kept],
        facts=tuple(
            replace(fact, position=place[fact.position])
            for fact in raw.facts
            if fact.position in place
        ),
        ragged=tuple(
            replace(one, position=place[one.position])
            for one in raw.ragged
            if one.position in place
        ),
        hidden=tuple(place[old] for old in raw.hidden if old in place),
    )


def _blank(raw: RawSlice) -> Mask:
    blank = np.ones(len(raw.rows), dtype=bool)
    for place in raw.cells.columns:
        blank &= (raw.cells[place].str.strip() == "").to_numpy(dtype=bool)
    # A formula without a value looks blank, and is not.
    waiting = [fact.position for fact in raw.facts if fact.kind is FactKind.FORMULA_EMPTY]
    blank[waiting] = False
    return blank
