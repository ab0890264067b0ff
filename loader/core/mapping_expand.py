"""Prepared slices → raw slices under our names: as they are, or one row per content.

Everything after this is the ordinary pipeline. Facts about a cell go wherever its text goes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from loader.core.mapping import Grammar
from loader.core.mapping_bind import Bound, BoundSlot
from loader.core.mapping_rows import Prepared, feeds
from loader.core.mapping_wide import Part, parts_of
from loader.core.model import CellFact, FactKind, Mask, Numbers, RaggedRow, RawSlice
from loader.core.places import place_numbers
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, KEY

# The text is blank, and yet the cell is not empty.
_LOOKS_BLANK = (FactKind.FORMULA_EMPTY, FactKind.MERGED)
# On every content of a row, though they belong to the order: which order, and whether to read it.
_EVERYWHERE = (KEY, "action")

Meaning = Callable[[str, pd.Series, int], pd.Series]


@dataclass(slots=True)
class Expanded:
    """A raw slice whose rows are place numbers, with our column per position of it.

    `troubles` are (position, column, text, words) of parts that could not be read.
    """

    raw: RawSlice
    matched: dict[int, str]
    originals: dict[str, pd.Series]
    troubles: list[tuple[int, str, str, str]] = field(default_factory=list)


def as_it_is(raw: RawSlice, prepared: Prepared, bound: Bound) -> Expanded:
    """Return a slice in long layout: all columns stay, so that odd rows can still be told."""
    cells = prepared.cells.copy(deep=False)
    matched = {position: name for name, position in bound.columns.items()}
    for name, position in bound.columns.items():
        cells[position] = prepared.texts[name]
    facts = list(prepared.facts)
    for name in sorted(prepared.texts.keys() - bound.columns.keys()):  # made by the profile itself
        added = len(cells.columns)
        cells[added], matched[added] = prepared.texts[name], name
        if name == KEY:
            facts += [
                replace(fact, column=added)
                for fact in prepared.facts
                if fact.column in bound.key_positions
            ]
    slice_ = replace(raw, cells=cells, rows=place_numbers(raw.rows), facts=tuple(facts))
    return Expanded(slice_, matched, prepared.originals)


# ------------------------------------------------------------------ wide
@dataclass(slots=True)
class _Piece:
    """Contents from one slot: row positions, part numbers, and what each column of ours holds."""

    rows: Numbers
    slot: int
    parts: Numbers
    texts: dict[str, np.ndarray]
    originals: dict[str, np.ndarray] = field(default_factory=dict)
    troubles: np.ndarray | None = None


def one_per_content(
    raw: RawSlice, prepared: Prepared, bound: Bound, grammar: Grammar, meaning: Meaning
) -> Expanded:
    """Return a slice in wide layout, one row per content; rows without any stay as one row."""
    pieces = _all_pieces(raw, prepared, bound, grammar, meaning)
    rows = np.concatenate([piece.rows for piece in pieces])
    slots = np.concatenate([np.full(len(p.rows), p.slot, dtype=np.int64) for p in pieces])
    parts = np.concatenate([piece.parts for piece in pieces])
    sort = np.lexsort((parts, slots, rows))
    rows, slots, parts = rows[sort], slots[sort], parts[sort]
    texts, originals = _columns(prepared, bound, pieces, rows, sort)
    expanded = RawSlice(
        pd.DataFrame(dict(enumerate(texts.values()))),
        place_numbers(raw.rows[rows], slots, parts),
        tuple(_facts(prepared.facts, bound, (rows, slots), list(texts))),
        tuple(RaggedRow(int(np.searchsorted(rows, one.position)), one.found, one.expected)
              for one in raw.ragged),
        tuple(np.searchsorted(rows, raw.hidden).tolist()),
    )  # fmt: skip
    troubles = _joined([p.troubles for p in pieces], pieces, sort)
    told = [
        (at, grammar.column, str(texts[grammar.column].iat[at]), str(troubles.iat[at]))
        for at in np.flatnonzero((troubles != "").to_numpy(dtype=bool)).tolist()
    ]
    return Expanded(expanded, dict(enumerate(texts)), originals, told)


def _all_pieces(
    raw: RawSlice, prepared: Prepared, bound: Bound, grammar: Grammar, meaning: Meaning
) -> list[_Piece]:
    """Return the contents of every slot, and the rows that have none."""
    pieces = [
        piece for number, slot in enumerate(bound.slots)
        for piece in _pieces(number, slot, raw, prepared, grammar, meaning)
    ]  # fmt: skip
    bare = np.ones(len(raw.rows), dtype=bool)
    for piece in pieces:
        bare[piece.rows] = False
    rest = np.flatnonzero(bare)
    return [*pieces, _Piece(rest, -1, np.zeros(len(rest), dtype=np.int64), {})]


def _columns(
    prepared: Prepared, bound: Bound, pieces: list[_Piece], rows: Numbers, sort: Numbers
) -> tuple[dict[str, pd.Series], dict[str, pd.Series]]:
    """Return our columns, and what was mapped as it stood in the file."""
    first = np.concatenate([[True], rows[1:] != rows[:-1]])
    texts = {name: _shared(name, column, rows, first) for name, column in prepared.texts.items()}
    originals = {name: column.iloc[rows].reset_index(drop=True)
                 for name, column in prepared.originals.items()}  # fmt: skip
    # All of them in every slice, also where no row of it has any.
    for name in dict.fromkeys(name for slot in bound.slots for name in slot.headers):
        texts[name] = _joined([p.texts.get(name) for p in pieces], pieces, sort)
        if any(name in piece.originals for piece in pieces):
            kept = [p.originals.get(name, p.texts.get(name)) for p in pieces]
            originals[name] = _joined(kept, pieces, sort)
    return texts, originals


def _shared(name: str, column: pd.Series, rows: Numbers, first: Mask) -> pd.Series:
    """Return a column of the row for its contents; the order's cells stand on the first alone."""
    taken = column.iloc[rows].reset_index(drop=True)
    if BY_NAME[name].level is Level.ORDER and name not in _EVERYWHERE:
        taken = taken.where(first, "")
    return taken


def _joined(columns: list[np.ndarray | None], pieces: list[_Piece], sort: Numbers) -> pd.Series:
    """Return one column of all pieces in the order of the file, "" where a piece lacks it."""
    whole = [
        np.full(len(piece.rows), "", dtype=object) if column is None else column
        for column, piece in zip(columns, pieces, strict=True)
    ]
    return pd.Series(np.concatenate(whole)[sort], dtype="str")


def _pieces(
    number: int, slot: BoundSlot, raw: RawSlice, prepared: Prepared, grammar: Grammar,
    meaning: Meaning,
) -> Iterator[_Piece]:  # fmt: skip
    present = np.zeros(len(raw.rows), dtype=bool)
    known: dict[int, list[int]] = {}
    for fact in raw.facts:
        if fact.kind in _LOOKS_BLANK:
            known.setdefault(fact.column, []).append(fact.position)
    changed: dict[str, pd.Series] = {}
    columns: dict[str, pd.Series] = {}
    for name, position in slot.columns.items():
        theirs = prepared.cells[position]
        columns[name] = meaning(name, theirs, position)
        if columns[name] is not theirs:
            changed[name] = theirs
        present |= (columns[name].str.strip() != "").to_numpy(dtype=bool)
        present[known.get(position, [])] = True
    if slot.cell >= 0:
        present |= (prepared.cells[slot.cell].str.strip() != "").to_numpy(dtype=bool)
        present[known.get(slot.cell, [])] = True
    rows = np.flatnonzero(present & ~prepared.odd)
    texts = {name: column.to_numpy(dtype=object)[rows] for name, column in columns.items()}
    originals = {name: column.to_numpy(dtype=object)[rows] for name, column in changed.items()}
    piece = _Piece(rows, number, np.zeros(len(rows), dtype=np.int64), texts, originals)
    if not len(rows):
        return
    if slot.cell >= 0:
        piece = _read_cells(piece, prepared.cells[slot.cell], grammar, meaning)
    for name, value in slot.constants.items():
        piece.texts[name] = np.full(len(piece.rows), value, dtype=object)
    yield piece


def _read_cells(piece: _Piece, cells: pd.Series, grammar: Grammar, meaning: Meaning) -> _Piece:
    """Read each distinct text once; return the piece with one entry per product."""
    codes, distinct = pd.factorize(cells.to_numpy(dtype=object)[piece.rows])
    read = [parts_of(text, grammar) or [Part("")] for text in distinct]
    counts = np.array([len(parts) for parts in read], dtype=np.int64)
    flat = [part for parts in read for part in parts]
    begin = np.cumsum(counts) - counts
    times = counts[codes]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    index = np.repeat(begin[codes], times) + within
    names = np.array([part.name for part in flat], dtype=object)
    ours = meaning(grammar.column, pd.Series(names, dtype="str"), -1).to_numpy(dtype=object)
    sizes = np.array([part.size for part in flat], dtype=object)
    troubles = np.array([part.trouble for part in flat], dtype=object)
    # A word that means nothing, such as a dash, is no product.
    kept = np.array([not name or bool(our) for name, our in zip(names, ours, strict=True)])[index]
    index = index[kept]
    originals = {grammar.column: names[index]} if (ours != names).any() else {}
    return _Piece(
        np.repeat(piece.rows, times)[kept], piece.slot, within[kept],
        {grammar.column: ours[index], "serving_size": sizes[index]}, originals, troubles[index],
    )  # fmt: skip


def _facts(
    facts: Iterable[CellFact], bound: Bound, placed: tuple[Numbers, Numbers], names: list[str]
) -> Iterator[CellFact]:
    """Yield each fact at every content, and in every column, that its cell went into."""
    rows, slots = placed
    column = {name: number for number, name in enumerate(names)}
    shared = feeds(bound)
    by_position: dict[int, list[tuple[int, str]]] = {}
    for number, slot in enumerate(bound.slots):
        for name, position in slot.columns.items():
            by_position.setdefault(position, []).append((number, name))
        if slot.cell >= 0:
            for name in slot.headers.keys() - slot.columns.keys() - slot.constants.keys():
                by_position.setdefault(slot.cell, []).append((number, name))
    for fact in facts:
        begin, end = np.searchsorted(rows, [fact.position, fact.position + 1]).tolist()
        for name in shared.get(fact.column, ()):
            yield replace(fact, position=begin, column=column[name])
        for number, name in by_position.get(fact.column, ()):
            for at in range(begin, end):
                if slots[at] == number and name in column:
                    yield replace(fact, position=at, column=column[name])
