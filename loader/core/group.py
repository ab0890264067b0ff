"""Rows → orders, lines and pouches, as numbers: boundaries, not trees.

Order: rows with one key. Line: one `order_line`; without any in the order, its content rows are
one line, every pack and every standalone product a line of its own. Pouch: one `pouch`; without
any in the line, one time of administration and label. Numbers grow with first appearance, so that
sorting by them keeps the order of the file.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from schemas.demands import Level
from schemas.pouch_orders import KEY

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

CONTENT, PACK, STANDALONE, NOTHING = range(4)


def filled(frame: pd.DataFrame, name: str) -> Mask:
    """Return where a column holds a value; nowhere if the file lacks the column."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    column = frame[name]
    kept = column.notna() if column.dtype != "str" else column != ""
    return kept.to_numpy(dtype=bool)


def numbered(values: Any) -> tuple[Numbers, Any]:
    """Return a number per value by first appearance, and the distinct values."""
    codes, distinct = pd.factorize(values)
    return codes.astype(np.int64), distinct


def paired(first: Numbers, second: Numbers) -> Numbers:
    """Return a number per pair of numbers, by first appearance."""
    width = int(second.max(initial=0)) + 2
    return numbered(first * width + second + 1)[0]


def any_in(group: Numbers, mask: Mask, count: int) -> Mask:
    """Return, per group, whether any of its rows is in the mask; rows of group -1 are not asked."""
    result = np.zeros(count, dtype=bool)
    chosen = group[mask]
    result[chosen[chosen >= 0]] = True
    return result


def first_of(group: Numbers, count: int) -> Numbers:
    """Return, per group, the position of its first row."""
    first = np.full(count, -1, dtype=np.int64)
    inside = np.flatnonzero(group >= 0)[::-1]
    first[group[inside]] = inside
    return first


@dataclass(frozen=True, slots=True)
class Groups:
    """The tree of every order, as numbers per row. `pouch` is -1 for rows that have none."""

    keys: list[str]
    order: Numbers
    line: Numbers
    pouch: Numbers
    kind: Numbers
    lines: int
    pouches: int
    unclear: Numbers  # positions of rows that fit no pouch, or more than one

    def of(self, level: Level) -> tuple[Numbers, int]:
        """Return the number of the group per row, and how many groups the level has."""
        if level is Level.ORDER:
            return self.order, len(self.keys)
        if level is Level.LINE:
            return self.line, self.lines
        return self.pouch, self.pouches


def group(frame: pd.DataFrame) -> Groups:
    """Group checked rows; every row has a key. The order of the rows does not matter to it."""
    order, keys = numbered(frame[KEY].to_numpy(dtype=object))
    kind = _kinds(frame)
    line = _lines(frame, order, kind, len(keys))
    lines = int(line.max(initial=-1)) + 1
    pouch, unclear = _pouches(frame, line, kind, lines)
    pouches = int(pouch.max(initial=-1)) + 1
    return Groups(list(keys), order, line, pouch, kind, lines, pouches, unclear)


def _kinds(frame: pd.DataFrame) -> Numbers:
    kind = np.full(len(frame), NOTHING, dtype=np.int64)
    for value, names in (
        (STANDALONE, ("standalone_id", "standalone")),
        (PACK, ("pack_id", "pack")),
        (CONTENT, ("client_product_id", "product")),
    ):
        for name in names:
            kind[filled(frame, name)] = value
    return kind


def _lines(frame: pd.DataFrame, order: Numbers, kind: Numbers, orders: int) -> Numbers:
    named = any_in(order, filled(frame, "order_line"), orders)[order]
    alone = ~named & np.isin(kind, (PACK, STANDALONE))
    own = np.zeros(len(frame), dtype=np.int64)
    if "order_line" in frame.columns:
        own[named] = numbered(frame["order_line"].to_numpy(dtype=object))[0][named] + 1
    own[alone] = own.max(initial=0) + 1 + np.arange(alone.sum())
    return paired(order, own)


def _pouches(
    frame: pd.DataFrame, line: Numbers, kind: Numbers, lines: int
) -> tuple[Numbers, Numbers]:
    """Return the pouch per row, and the rows of which nobody can say it."""
    named = any_in(line, filled(frame, "pouch"), lines)[line]
    timed = filled(frame, "time_of_administration")
    within, unclear = _by_time_and_label(frame, line, ~named & (kind != PACK), timed)
    if "pouch" in frame.columns:
        own = numbered(frame["pouch"].to_numpy(dtype=object))[0]
        within[named] = own[named] + within.max(initial=0) + 1
    packs = ~named & (kind == PACK)
    within[packs] = within.max(initial=0) + 1 + np.arange(packs.sum())
    pouch = np.full(len(frame), -1, dtype=np.int64)
    inside = kind != STANDALONE
    pouch[inside] = paired(line[inside], within[inside])
    return pouch, np.flatnonzero(unclear & inside)


def _by_time_and_label(
    frame: pd.DataFrame, line: Numbers, asked: Mask, timed: Mask
) -> tuple[Numbers, Mask]:
    """Tell pouches apart by time and label; an empty label joins the only pouch of its time."""
    time = np.zeros(len(frame), dtype=np.int64)
    label = np.zeros(len(frame), dtype=np.int64)
    for values, name in ((time, "time_of_administration"), (label, "custom_label")):
        if name in frame.columns:
            present = filled(frame, name)
            values[present] = numbered(frame[name].to_numpy(dtype=object)[present])[0] + 1
    of_time = paired(line, time)
    times = int(of_time.max(initial=-1)) + 1
    pairs = np.unique(np.stack([of_time, label])[:, asked & (label > 0)], axis=1)
    labels = np.bincount(pairs[0], minlength=times)
    only = np.zeros(times, dtype=np.int64)
    only[pairs[0]] = pairs[1]
    bare = asked & (label == 0)
    joined = np.where(bare & (labels[of_time] == 1), only[of_time], label)
    lines = int(line.max(initial=-1)) + 1
    some_timed = any_in(line, timed & asked, lines)[line]
    unclear = bare & (labels[of_time] > 1) | asked & some_timed & ~timed
    return paired(time, joined), unclear
