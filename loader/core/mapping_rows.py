"""One slice of somebody's own sheet: rows filled down, keys made, words turned into ours.

What is kept from slice to slice are the rows above, for filling down, and the parts of which each
key was made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loader.core.cells import NOTHING, SAME_AS_ABOVE
from loader.core.mapping import Profile
from loader.core.mapping_bind import Bound
from loader.core.mapping_fill import BLANKS, FillDown
from loader.core.mapping_people import CONSUMER, NAMES, Recognised, recognise
from loader.core.mapping_values import mapped, with_point
from loader.core.model import CellFact, FactKind, Mask, RawSlice
from loader.core.odd_rows import TOTAL_FORM
from schemas.pouch_orders import BY_NAME, KEY
from schemas.vocabulary import Kind

_NO_KEY = NOTHING | SAME_AS_ABOVE | {""}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is to be said of a row: a code, at a column of ours, with what is found and meant."""

    code: str
    column: str
    position: int
    found: str | None = None
    suggestion: str | None = None


@dataclass(slots=True)
class Prepared:
    """A slice under our names: `texts` are what stands once in a row, the key among them.

    `odd` are rows that are no order, or not to be judged. `originals` are columns as they stood in
    the file. `doubts` are what is to be said of rows. `facts` are those that still hold of the
    cells.
    """

    cells: pd.DataFrame
    facts: tuple[CellFact, ...]
    texts: dict[str, pd.Series]
    odd: Mask
    originals: dict[str, pd.Series]
    doubts: list[Doubt]


@dataclass(slots=True)
class RowReader:
    """Reads the slices of one table in order; `known` counts rows of persons who are known."""

    profile: Profile
    bound: Bound
    headers: Sequence[str]
    known: int = 0
    fill_down: FillDown = field(init=False)
    _made_from: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin above the first row."""
        self.fill_down = FillDown(self.bound.fill_down, self.bound.key_positions)

    def read(self, raw: RawSlice) -> Prepared:
        """Return the slice with the profile's meaning; `raw.cells` has positions as its index."""
        again, totals = self._headers_again(raw), self._totals(raw)
        odd = np.zeros(len(raw.rows), dtype=bool)
        odd[[*again, *totals, *raw.hidden, *(one.position for one in raw.ragged)]] = True
        cells, facts = self.fill_down.fill(raw, odd)
        texts: dict[str, pd.Series] = {}
        originals: dict[str, pd.Series] = {}
        for name, position in self.bound.columns.items():
            texts[name] = self.meaning(name, cells[position], raw, position, originals)
        doubts: list[Doubt] = []
        if self.bound.key:
            texts[KEY], clashes = self._key(cells, odd)
            doubts += [Doubt("MAP-KEY", KEY, position) for position in clashes]
            for position in again:
                texts[KEY].iat[position] = self.headers[self.bound.key_positions[0]].strip()
        for position in totals if self.bound.key or self.bound.slots else ():
            texts[KEY].iat[position] = "Total"
        if self.bound.match:
            people = self._people(texts, cells, odd)
            doubts += [
                Doubt("MAP-PERSON-RENAMED", NAMES[0], position, own, known)
                for position, (own, known) in people.renamed.items()
            ]
            doubts += [Doubt("MAP-PERSON-TWO", CONSUMER, position) for position in people.two]
        return Prepared(cells, facts, texts, odd, originals, doubts)

    def meaning(
        self, name: str, texts: pd.Series, raw: RawSlice, position: int,
        originals: dict[str, pd.Series],
    ) -> pd.Series:  # fmt: skip
        """Return a column of theirs in our words; what it was is kept where it changed."""
        ours = texts
        if self.profile.decimal_sign == "," and BY_NAME[name].kind is Kind.INTEGER:
            ours = with_point(ours, _numbers(raw, position))
        if name in self.profile.values:
            ours = mapped(ours, self.profile.values[name])
        if ours is not texts:
            originals[name] = texts
        return ours

    def _people(self, texts: dict[str, pd.Series], cells: pd.DataFrame, odd: Mask) -> Recognised:
        """Give rows of known persons their ids, and count them."""
        who = [cells[position] for position in self.bound.match]
        people = recognise(texts, who, self.profile.people, odd)
        self.known += len(people.known)
        return people

    # -------------------------------------------------------------- rows that are no order
    def _headers_again(self, raw: RawSlice) -> list[int]:
        first = self.bound.key_positions[0]
        texts = [text.strip(BLANKS).casefold() for text in self.headers]
        alike = raw.cells[first].str.strip(BLANKS).str.casefold() == texts[first]
        found = []
        for position in np.flatnonzero(alike.to_numpy(dtype=bool)).tolist():
            row = [text.strip(BLANKS).casefold() for text in raw.cells.iloc[position]]
            same = [cell == header for cell, header in zip(row, texts, strict=True) if cell]
            if len(same) >= 2 and all(same):
                found.append(position)
        return found

    def _totals(self, raw: RawSlice) -> list[int]:
        keys = raw.cells[list(self.bound.key_positions)]
        keyless = (keys.apply(lambda column: column.str.strip(BLANKS)) == "").all(axis=1)
        named = keys[self.bound.key_positions[0]].str.fullmatch(TOTAL_FORM)
        found = []
        for position in np.flatnonzero((keyless | named).to_numpy(dtype=bool)).tolist():
            words = [text.strip() for text in raw.cells.iloc[position] if text.strip()]
            letters = any(c.isalpha() for text in words[1:] for c in text)
            if words and re.fullmatch(TOTAL_FORM, words[0]) and not letters:
                found.append(position)
        return found

    # -------------------------------------------------------------- the key
    def _key(self, cells: pd.DataFrame, odd: Mask) -> tuple[pd.Series, list[int]]:
        positions = [part for part in self.bound.key if isinstance(part, int)]
        parts = {p: cells[p].str.strip(BLANKS) for p in positions}
        key = pd.Series("", index=cells.index, dtype="str")
        empty = np.zeros(len(cells), dtype=bool)
        for part in self.bound.key:
            key = key + (part if isinstance(part, str) else parts[part])
        for column in parts.values():
            empty |= column.isin(_NO_KEY).to_numpy(dtype=bool)
        key = key.mask(empty, "")
        clashes = self._clashes(key, pd.DataFrame(parts), odd | empty) if len(parts) > 1 else []
        return key, clashes

    def _clashes(self, key: pd.Series, parts: pd.DataFrame, unasked: Mask) -> list[int]:
        distinct = parts[~unasked].drop_duplicates()
        found: set[str] = set()
        for position, *texts in distinct.itertuples():
            made = str(key.iat[position])
            if self._made_from.setdefault(made, tuple(texts)) != tuple(texts):
                found.add(made)
        return np.flatnonzero(key.isin(found).to_numpy(dtype=bool)).tolist() if found else []


def _numbers(raw: RawSlice, position: int) -> Mask:
    numbers = np.zeros(len(raw.rows), dtype=bool)
    numbers[[fact.position for fact in raw.facts
             if fact.column == position and fact.kind is FactKind.NUMBER]] = True  # fmt: skip
    return numbers


def feeds(bound: Bound) -> Mapping[int, list[str]]:
    """Return, per position of the file, our columns that stand once in a row and come from it."""
    found: dict[int, list[str]] = {}
    for name, position in bound.columns.items():
        found.setdefault(position, []).append(name)
    for position in bound.key_positions if bound.key else ():
        found.setdefault(position, []).append(KEY)
    return found
