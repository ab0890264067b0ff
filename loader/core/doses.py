"""One function per kind of demand about what is taken, and how much of it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from loader.core import group as grouping
from loader.core.demands import Breach, cell_of, places
from loader.core.group import filled, first_of, leader, paired
from loader.core.model import Item, Numbers
from loader.core.table import Table
from schemas import demands as say
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, RESOLVED

# What an order contains: where one of these cells is wrong, two contents cannot be compared.
_CONTENTS = ("client_product_id", "product", "pack_id", "pack", "standalone_id", "standalone",
             "serving_size", "quantity")  # fmt: skip
_PERSON = ("consumer_id", "first_name", "last_name")
_MANY = 10**9  # a larger size adds nothing to the warning, and sums must not overflow


def _at_most(table: Table, check: say.AtMost) -> Iterator[Breach]:
    pouch, count = table.groups.pouch, table.groups.pouches
    inside = np.flatnonzero((table.groups.kind == grouping.CONTENT) & (pouch >= 0))
    of_pouch = pouch[inside]
    contents = np.bincount(of_pouch, minlength=count)
    if check.measure == "contents":
        sort = np.argsort(of_pouch, kind="stable")
        rank = np.arange(len(sort)) - (np.cumsum(contents) - contents)[of_pouch[sort]]
        for position in np.sort(inside[sort[rank == check.limit]]).tolist():
            yield position, "", {"count": int(contents[pouch[position]])}
        return
    sums = np.bincount(of_pouch, _sizes(table)[inside], minlength=count).astype(np.int64)
    # Where there are too many supplements, that is told already.
    over = (sums > check.limit) & (contents <= check.limit)
    for number, position in enumerate(first_of(pouch, count).tolist()):
        if over[number]:
            yield position, "", {"count": int(sums[number])}


def _sizes(table: Table) -> Numbers:
    """Return the serving size per row, 1 where none is given."""
    sizes = np.ones(len(table.frame), dtype=np.int64)
    present = filled(table.frame, "serving_size")
    if present.any():
        sizes[present] = table.frame["serving_size"][present].to_numpy(dtype=np.int64)
    return np.minimum(sizes, _MANY)


# ------------------------------------------------------------------ the same twice
def _repeated(table: Table) -> tuple[Numbers, Numbers]:
    """Return, per row, the first one with its item in its pouch or order, and the first one alike.

    That is the row itself where there is none before it.
    """
    kind, items = table.groups.kind, table.items
    within = np.where(kind == grouping.CONTENT, table.groups.pouch, table.groups.order)
    same = paired(paired(within, kind), items)
    asked = items > 0
    asked &= np.bincount(same[asked], minlength=grouping.count_of(same))[same] > 1
    alike = same.copy()
    judged = asked.copy()
    for name in table.frame.columns:
        if BY_NAME[name].level is not Level.ORDER:
            alike[asked] = paired(alike[asked], grouping.names(table.frame[asked], name))
            judged &= ~table.told.get(name, np.False_)
    own = np.arange(len(same))
    first, first_alike = leader(same, asked), leader(alike, judged)
    return np.where(asked, first, own), np.where(judged, first_alike, own)


def _distinct_contents(table: Table, check: say.DistinctContents) -> Iterator[Breach]:
    same, alike = _repeated(table)
    own = np.arange(len(same))
    twice = (same != own) & (alike == own) & (table.groups.kind == grouping.CONTENT)
    for position in places(twice):
        earlier = cell_of(table, int(same[position]), "client_product_id")
        yield position, "", {"other_cell": earlier}


def _distinct_rows(table: Table, check: say.DistinctRows) -> Iterator[Breach]:
    _, alike = _repeated(table)
    twice = alike != np.arange(len(alike))
    for kind, group in (
        (grouping.STANDALONE, table.groups.line),
        (grouping.PACK, table.groups.pouch),
    ):
        # In one line or pouch the second row would be lost: that is told as an error.
        twice &= (table.groups.kind != kind) | (group != group[alike])
    for position in places(twice):
        yield position, "", {"other_row": table.places.row(int(alike[position]))}


def _distinct_doses(table: Table, check: say.DistinctDoses) -> Iterator[Breach]:
    orders = len(table.groups.keys)
    consumer, first, last = (table.order_numbers(name) for name in _PERSON)
    person = paired(paired(consumer, first), last)
    contents = _contents_hash(table)
    known = (consumer > 0) | ((first > 0) & (last > 0))
    unsure = np.zeros(len(table.frame), dtype=bool) | table.ragged | table.doubtful
    for name in (*_CONTENTS, *_PERSON):
        unsure |= table.told.get(name, np.False_)
    known &= ~grouping.any_in(table.groups.order, unsure, orders) & (contents > 0)
    dose = paired(person, grouping.numbered(contents))
    first_order = leader(dose, known)
    first_row = first_of(table.groups.order, orders)
    keys, replaced = table.groups.keys, _replaced(table)
    for number in places(known & (first_order != np.arange(orders))):
        others: list[int] = [int(first_order[number])]
        if keys[number] in replaced:
            others = places(known[:number] & (dose[:number] == dose[number]))
        for other in others:
            if keys[other] not in replaced.get(keys[number], ()):
                yield int(first_row[number]), "", {"other_order": keys[other]}
                break


def _replaced(table: Table) -> dict[str, set[str]]:
    """Return, per order, those whose place it takes, and those that take its own."""
    pairs: dict[str, set[str]] = {}
    for position in places(filled(table.frame, "replaces")):
        one, other = table.key_of(position), table.frame["replaces"].array[position]
        pairs.setdefault(one, set()).add(other)
        pairs.setdefault(other, set()).add(one)
    return pairs


def _contents_hash(table: Table) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return, per order, a hash of what it contains, whatever the order of its rows; 0 if empty."""
    items = table.items
    parts = [items, table.numbers("serving_size"), table.numbers("quantity")]
    hashes = pd.util.hash_pandas_object(pd.DataFrame(dict(enumerate(parts))), index=False)
    sums = np.zeros(len(table.groups.keys), dtype=np.uint64)
    np.add.at(sums, table.groups.order[items > 0], hashes.to_numpy()[items > 0])
    return sums


# ------------------------------------------------------------------ days, catalogue
def _cycle_days(table: Table, check: say.CycleDays) -> Iterator[Breach]:
    pouch, count = table.groups.pouch, table.groups.pouches
    asked = filled(table.frame, "cycle") & (pouch >= 0)
    if not asked.any():
        return
    lengths = np.full(count, check.usual, dtype=np.int64)
    given = filled(table.frame, "cycle_length") & (pouch >= 0)
    if given.any():
        lengths[pouch[given]] = table.frame["cycle_length"][given].to_numpy(dtype=np.int64)
    unsure = table.told.get("cycle_length", np.False_) | table.told.get("cycle", np.False_)
    asked &= ~grouping.any_in(pouch, np.broadcast_to(unsure, asked.shape), count)[pouch]
    texts = table.frame["cycle"]
    last = {text: _last_day(text) for text in texts[asked].unique()}
    days = texts.map(last).fillna(0).to_numpy(dtype=np.int64)
    for position in places(asked & (days > lengths[pouch])):
        yield position, "", {"limit": int(lengths[pouch[position]])}


def _last_day(cycle: str) -> int:
    return 0 if cycle == "daily" else max(map(int, cycle.split(";")))


def _uses(table: Table, check: say.Uses) -> Iterator[Breach]:
    present = filled(table.frame, check.field)
    if table.catalogue is None or not present.any():
        return
    codes, distinct = grouping.listed(table.frame[check.field][present])
    troubles = [_trouble(table.catalogue.items.get(one.lower()), check.kind) for one in distinct]
    wrong = np.array([bool(trouble) for trouble in troubles])[codes]
    rows = np.flatnonzero(present)[wrong].tolist()
    for position, code in zip(rows, codes[wrong].tolist(), strict=True):
        yield position, "", {"item": troubles[code]}


def _trouble(item: Item | None, kind: str) -> str:
    """Return what keeps an item from being ordered as this kind; "" where nothing does."""
    if item is None:
        return f"Your catalogue has no {kind} with this id."
    if item.kind != kind:
        column = next(identity for identity, one in RESOLVED.values() if one == item.kind)
        return f"{item.name} is a {item.kind}, not a {kind}: it belongs in the column {column}."
    if item.active:
        return ""
    return (
        f"{item.name} is not active and cannot be ordered: choose another one, or ask OK Capsule to"
        " make it active."
    )


def _usual_size(table: Table, check: say.UsualSize) -> Iterator[Breach]:
    asked = filled(table.frame, "serving_size") & filled(table.frame, "client_product_id")
    if table.catalogue is None or not asked.any():
        return
    codes, distinct = grouping.listed(table.frame["client_product_id"][asked])
    known = [table.catalogue.items.get(one.lower()) for one in distinct]
    usual = np.array([(item.serving_size if item else None) or 0 for item in known])[codes]
    large = (usual > 0) & (_sizes(table)[asked] > check.times * usual)
    rows = np.flatnonzero(asked)[large].tolist()
    for position, own in zip(rows, usual[large].tolist(), strict=True):
        yield position, "", {"limit": own}


DOSE_CHECKS: dict[type, Callable[[Table, Any], Iterator[Breach]]] = {
    say.AtMost: _at_most,
    say.DistinctContents: _distinct_contents,
    say.DistinctRows: _distinct_rows,
    say.DistinctDoses: _distinct_doses,
    say.CycleDays: _cycle_days,
    say.Uses: _uses,
    say.UsualSize: _usual_size,
}
