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

from loader.core.model import Mask, Numbers
from schemas.demands import Level
from schemas.pouch_orders import KEY

CONTENT, PACK, STANDALONE, NOTHING = range(4)

Values = np.ndarray[Any, np.dtype[Any]]


def filled(frame: pd.DataFrame, name: str) -> Mask:
    """Return where a column holds a value; nowhere if the file lacks the column."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    column = frame[name]
    kept = column.notna() if column.dtype != "str" else column != ""
    return kept.to_numpy(dtype=bool)


def any_filled(frame: pd.DataFrame, names: tuple[str, ...]) -> Mask:
    """Return where any of the columns holds a value."""
    result = np.zeros(len(frame), dtype=bool)
    for name in names:
        result |= filled(frame, name)
    return result


def numbered(values: pd.Series | Values) -> Numbers:
    """Return a number per value by first appearance."""
    return pd.factorize(values)[0].astype(np.int64)


def listed(column: pd.Series) -> tuple[Numbers, list[Any]]:
    """Return a number per value by first appearance, and the distinct values."""
    codes, distinct = pd.factorize(column)
    return codes.astype(np.int64), distinct.tolist()


def paired(first: Numbers, second: Numbers) -> Numbers:
    """Return a number per pair of numbers, by first appearance."""
    width = int(second.max(initial=0)) + 2
    return numbered(first * width + second + 1)


def count_of(group: Numbers) -> int:
    """Return how many groups there are."""
    return int(group.max(initial=-1)) + 1


def any_in(group: Numbers, mask: Mask, count: int) -> Mask:
    """Return, per group, whether any of its rows is in the mask; rows of group -1 are not asked."""
    result = np.zeros(count, dtype=bool)
    chosen = group[mask]
    result[chosen[chosen >= 0]] = True
    return result


def first_of(group: Numbers, count: int) -> Numbers:
    """Return, per group, the position of its first row; -1 for a group without rows."""
    first = np.full(count, -1, dtype=np.int64)
    inside = np.flatnonzero(group >= 0)[::-1]
    first[group[inside]] = inside
    return first


def leader(group: Numbers, mask: Mask) -> Numbers:
    """Return, per row, the position of the first row in the mask of its group, else its own."""
    result = np.arange(len(group))
    first = first_of(np.where(mask, group, -1), count_of(group))
    inside = np.flatnonzero(group >= 0)
    led = first[group[inside]]
    result[inside] = np.where(led >= 0, led, inside)
    return result


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
    order, keys = listed(frame[KEY])
    kind = _kinds(frame)
    line = _lines(frame, order, kind, len(keys))
    pouch, unclear = _pouches(frame, line, kind)
    return Groups(
        keys, order, line, pouch, kind, count_of(line), count_of(pouch), unclear
    )  # fmt: skip


def _kinds(frame: pd.DataFrame) -> Numbers:
    kind = np.full(len(frame), NOTHING, dtype=np.int64)
    for value, names in (
        (STANDALONE, ("standalone_id", "standalone")),
        (PACK, ("pack_id", "pack")),
        (CONTENT, ("client_product_id", "product")),
    ):
        kind[any_filled(frame, names)] = value
    return kind


def names(frame: pd.DataFrame, name: str) -> Numbers:
    """Return a number per exact value of a column, 0 for a row that has none."""
    result = np.zeros(len(frame), dtype=np.int64)
    present = filled(frame, name)
    if present.any():
        result[present] = numbered(frame[name][present]) + 1
    return result


def _lines(frame: pd.DataFrame, order: Numbers, kind: Numbers, orders: int) -> Numbers:
    own = names(frame, "order_line")
    named = any_in(order, own > 0, orders)[order]
    # A row that lacks the name that others of its order have belongs nowhere: it stays alone.
    alone = np.where(named, own == 0, np.isin(kind, (PACK, STANDALONE)))
    return paired(order, _apart(own, alone))


def _apart(group: Numbers, alone: Mask) -> Numbers:
    """Return the groups with each of the rows in a group of its own."""
    return np.where(alone, group.max(initial=0) + 1 + np.arange(len(group)), group)


def _pouches(frame: pd.DataFrame, line: Numbers, kind: Numbers) -> tuple[Numbers, Numbers]:
    """Return the pouch per row, and the rows of which nobody can say it."""
    own = names(frame, "pouch")
    named = any_in(line, own > 0, count_of(line))[line]
    within, unclear = _by_time_and_label(frame, line, ~named & (kind == CONTENT))
    within = np.where(named, own + within.max(initial=0) + 1, within)
    within = _apart(within, np.where(named, own == 0, kind == PACK))
    pouch = np.full(len(frame), -1, dtype=np.int64)
    inside = kind != STANDALONE
    pouch[inside] = paired(line[inside], within[inside])
    return pouch, np.flatnonzero(unclear)


def _by_time_and_label(frame: pd.DataFrame, line: Numbers, asked: Mask) -> tuple[Numbers, Mask]:
    """Tell pouches apart by time and label; an empty label joins the only pouch of its time."""
    time, label = names(frame, "time_of_administration"), names(frame, "custom_label")
    of_time = paired(line, time)
    times = count_of(of_time)
    labelled = asked & (label > 0)
    only = np.zeros(times, dtype=np.int64)
    only[of_time[labelled]] = label[labelled]  # any of them, where there are several
    several = any_in(of_time, labelled & (label != only[of_time]), times)[of_time]
    bare = asked & (label == 0)
    joined = np.where(bare, only[of_time], label)
    timed = any_in(line, asked & (time > 0), count_of(line))[line]
    return paired(time, joined), bare & several | asked & timed & (time == 0)
