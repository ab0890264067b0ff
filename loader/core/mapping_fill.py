"""Blank cells that take the value above, as a profile declares it; never across two orders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loader.core.cells import SAME_AS_ABOVE
from loader.core.model import CellFact, FactKind, Mask, RawSlice

BLANKS = " \t\r\n\u00a0\u202f"
_DOWN = re.compile(r"([A-Z]+)([0-9]+):\1[0-9]+")  # a range within one column, such as A4:A6


def goes_down(fact: CellFact) -> bool:
    """True where a cell is merged with others of its own column alone."""
    return _range(fact) is not None


@dataclass(slots=True)
class Above:
    """The run of rows above that the next row may continue: texts by position; None for none.

    `rows` are the numbers of the rows that the texts stand in.
    """

    texts: dict[int, str] | None = None
    rows: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class FillDown:
    """Fills the slices of one table in order; `filled` are the rows of filled cells, by position.

    `columns` are the positions that are filled, `key` those that the key is made from.
    """

    columns: Sequence[int]
    key: Sequence[int]
    filled: dict[int, list[int]] = field(default_factory=dict)
    _above: Above = field(default_factory=Above)

    def fill(self, raw: RawSlice, odd: Mask) -> tuple[pd.DataFrame, tuple[CellFact, ...]]:
        """Return the cells, blank ones filled from the rows above of the same order.

        Nothing comes from an odd row. Cells that are merged downwards take the text of the first
        of them; the facts that are returned say no more of those.
        """
        if not self.columns:
            return raw.cells, raw.facts
        cells = raw.cells.copy(deep=False)
        of_key = [p for p in self.columns if p in self.key]
        tops = {p: _tops(raw, p) for p in self.columns}
        blank = {p: _blank(raw, p, tops.get(p)) for p in (*self.columns, *self.key)}
        above = self._above.texts
        if of_key:
            begins = ~np.logical_and.reduce([blank[p] for p in of_key])
        else:
            begins = self._other_key(cells)
        start = _latest(begins | odd)
        may = ~odd & ~(begins if of_key else np.zeros(len(odd), dtype=bool))
        may &= np.where(start >= 0, ~odd[start], above is not None)
        last: dict[int, str] = {} if start[-1] >= 0 else dict(above or {})
        settled: dict[int, Mask] = {}
        for p in dict.fromkeys((*of_key, *self.columns)):
            texts = cells[p].to_numpy(dtype=object)
            source = _latest(~blank[p] & ~odd)
            changed = self._column(p, cells, raw, (blank[p] & may, tops[p], start, source))
            settled[p] = changed | ((tops[p] == raw.rows) & (texts != ""))
            if source[-1] >= max(start[-1], 0):
                last[p] = texts[source[-1]]
                self._above.rows[p] = int(raw.rows[source[-1]])
        last |= {p: str(cells[p].iat[-1]) for p in self.key}
        broken = bool(odd[start[-1]]) if start[-1] >= 0 else above is None
        self._above.texts = None if broken else last
        return cells, tuple(fact for fact in raw.facts if not _settled(fact, settled))

    def _column(
        self, p: int, cells: pd.DataFrame, raw: RawSlice,
        told: tuple[Mask, np.ndarray, np.ndarray, np.ndarray],
    ) -> Mask:  # fmt: skip
        """Fill one column in place; return which cells were filled."""
        may, tops, start, source = told
        above, texts = (self._above.texts or {}).get(p, ""), cells[p].to_numpy(dtype=object)
        inside = may & (source >= start) & (source >= 0)
        inside &= (tops < 0) | (tops == raw.rows[source])
        carried = may & (start < 0) & (source < 0) & bool(above)
        carried &= (tops < 0) | (tops == self._above.rows.get(p, 0))
        filled = np.where(inside, texts[source], texts)
        filled[carried] = above
        changed: Mask = (filled != texts) & (inside | carried)
        if changed.any():
            cells[p] = pd.Series(filled, dtype="str")
            self.filled.setdefault(p, []).extend(raw.rows[changed].tolist())
        return changed

    def _other_key(self, cells: pd.DataFrame) -> Mask:
        """Return where the key differs from that of the row above."""
        begins = np.zeros(len(cells), dtype=bool)
        for p in self.key:
            texts = cells[p].to_numpy(dtype=object)
            before = (self._above.texts or {}).get(p)
            begins |= np.concatenate([[texts[0] != before], texts[1:] != texts[:-1]])
        return begins


def _settled(fact: CellFact, settled: dict[int, Mask]) -> bool:
    return goes_down(fact) and fact.column in settled and bool(settled[fact.column][fact.position])


def _latest(mask: Mask) -> np.ndarray:
    """Return, per row, the nearest row at or above it in the mask; -1 for none."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))


def _tops(raw: RawSlice, column: int) -> np.ndarray:
    """Return, per row, the row number in which the cell's merged range begins; -1 for none."""
    tops = np.full(len(raw.rows), -1, dtype=np.int64)
    for fact in raw.facts:
        if fact.column == column and (found := _range(fact)):
            tops[fact.position] = int(found[2])
    return tops


def _range(fact: CellFact) -> re.Match[str] | None:
    return _DOWN.fullmatch(fact.detail) if fact.kind is FactKind.MERGED else None


def _blank(raw: RawSlice, column: int, tops: np.ndarray | None) -> Mask:
    """Return where cells hold nothing or a mark for the cell above, and no fact is known.

    A cell below the first of a range that is merged downwards counts as blank.
    """
    text = raw.cells[column].str.strip(BLANKS)
    blank: Mask = ((text == "") | text.isin(SAME_AS_ABOVE)).to_numpy(dtype=bool).copy()
    known = [
        fact.position for fact in raw.facts
        if fact.column == column and fact.kind is not FactKind.NUMBER
        and not (tops is not None and 0 <= tops[fact.position] < raw.rows[fact.position])
    ]  # fmt: skip
    blank[known] = False
    return blank
