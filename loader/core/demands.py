"""One function per kind of demand: each yields the places where its rule is broken."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from loader.core import group as grouping
from loader.core.group import any_in, filled, first_of, numbered
from loader.core.model import Item
from loader.core.table import Table
from schemas import demands as say
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, FIELDS
from schemas.vocabulary import Rule

_GROUP_WORDS = {Level.ORDER: "order", Level.LINE: "order line", Level.POUCH: "pouch"}
# Where a demand is broken: position, column ("" = the rule's own), words for its message.
Breach = tuple[int, str, dict[str, object]]


def shown_column(table: Table, rule: Rule) -> str:
    """Return the rule's column, or the first of its check that the file has."""
    if rule.column in table.places.headers:
        return rule.column
    named = getattr(rule.check, "fields", ()) or getattr(rule.check, "others", ())
    present = [n for n in named if isinstance(n, str) and n in table.places.headers]
    return present[0] if present else rule.column


def _not_together(table: Table, rule: Rule, check: say.NotTogether) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    mine = filled(table.frame, check.field)
    theirs = np.logical_or.reduce([filled(table.frame, name) for name in check.others])
    both = any_in(group, mine, count) & any_in(group, theirs, count)
    at = np.flatnonzero(mine & (group >= 0))
    seen: set[int] = set()
    for position in at[both[group[at]]]:
        if group[position] not in seen:
            seen.add(int(group[position]))
            yield int(position), check.field, {}


def _needs(table: Table, rule: Rule, check: say.Needs) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    asked = np.ones(count, dtype=bool)
    if check.field is not None:
        asked = any_in(group, filled(table.frame, check.field), count)
    given = np.logical_or.reduce([filled(table.frame, name) for name in check.others])
    for position in first_of(group, count)[asked & ~any_in(group, given, count)]:
        yield int(position), rule.column, {}


def _row_needs_one(table: Table, rule: Rule, check: say.RowNeedsOne) -> Iterator[Breach]:
    given = np.logical_or.reduce([filled(table.frame, name) for name in check.fields])
    for position in np.flatnonzero(~given):
        yield int(position), "", {}


def _row_not_both(table: Table, rule: Rule, check: say.RowNotBoth) -> Iterator[Breach]:
    first = np.logical_or.reduce([filled(table.frame, name) for name in check.first])
    for name in check.second:
        for position in np.flatnonzero(first & filled(table.frame, name)):
            yield int(position), "", {"other": name}
            first[position] = False  # one finding for a row, whatever else it holds


def _one_kind(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    group, count = table.groups.of(Level.LINE)
    kind = table.groups.kind
    first = first_of(group, count)
    for position in np.flatnonzero((kind != kind[first[group]]) & (kind != grouping.NOTHING)):
        yield int(position), "", {}


def _all_or_none(table: Table, rule: Rule, check: say.AllOrNone) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    has = filled(table.frame, check.field)
    asked = any_in(group, has, count)[group] & ~has
    if check.field == "pouch":
        asked &= table.groups.kind != grouping.STANDALONE
    for position in np.flatnonzero(asked):
        yield int(position), "", {}


def _clear_pouch(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    for position in table.groups.unclear:
        yield int(position), "", {}


def _one_value(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    for declared in FIELDS:
        if declared.level is Level.CONTENT or declared.name not in table.frame.columns:
            continue
        group, count = table.groups.of(declared.level)
        mask = filled(table.frame, declared.name) & (group >= 0)
        at = np.flatnonzero(mask)
        values, _ = numbered(table.frame[declared.name].to_numpy(dtype=object)[at])
        first = np.full(count, -1, dtype=np.int64)
        first[group[at][::-1]] = np.arange(len(at))[::-1]
        for place in np.flatnonzero(values != values[first[group[at]]]):
            other = int(at[first[group[at[place]]]])
            yield int(at[place]), declared.name, {
                "field": table.places.headers[declared.name].text, "group": _GROUP_WORDS[declared.level],
                "other_cell": table.places.cell(other, declared.name),
            }  # fmt: skip


def _at_most(table: Table, rule: Rule, check: say.AtMost) -> Iterator[Breach]:
    pouch, count = table.groups.of(Level.POUCH)
    inside = (table.groups.kind == grouping.CONTENT) & (pouch >= 0)
    weights = np.ones(len(pouch), dtype=np.int64)
    if check.measure == "pills" and "serving_size" in table.frame.columns:
        weights = table.frame["serving_size"].fillna(1).to_numpy(dtype=np.int64)
    sums = np.bincount(pouch[inside], weights[inside], minlength=count).astype(np.int64)
    if check.measure == "pills":
        contents = np.bincount(pouch[inside], minlength=count)
        sums[contents > check.limit] = 0  # told as too many supplements already
    over = np.flatnonzero(sums > check.limit)
    first = first_of(pouch, count)
    for number in over:
        at = int(first[number])
        if check.measure == "contents":
            at = int(np.flatnonzero(inside & (pouch == number))[check.limit])
        yield at, "", {"count": int(sums[number]), "limit": check.limit}


def _twins(table: Table) -> Iterator[tuple[int, int, bool]]:
    """Rows that repeat an earlier one: position, the earlier position, whether exactly alike."""
    kind = table.groups.kind
    within = np.where(kind == grouping.CONTENT, table.groups.pouch, table.groups.order)
    what = np.full(len(table.frame), "", dtype=object)
    for name in ("standalone", "standalone_id", "pack", "pack_id", "product", "client_product_id"):
        values = table.text(name)
        what = np.where(values != "", values, what)
    same = numbered(pd.MultiIndex.from_arrays([kind, within, what]))[0]
    first = first_of(same, int(same.max(initial=-1)) + 1)
    names = [n for n in table.frame.columns if BY_NAME[n].level is not Level.ORDER]
    for position in np.flatnonzero((first[same] != np.arange(len(same))) & (what != "")):
        earlier = int(first[same[position]])
        pair = table.frame[names].iloc[[earlier, position]].astype("str")
        yield int(position), earlier, bool((pair.iloc[0] == pair.iloc[1]).fillna(True).all())


def _distinct_contents(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    for position, earlier, alike in _twins(table):
        if not alike and table.groups.kind[position] == grouping.CONTENT:
            column = shown_column(table, rule)
            yield position, "", {"other_cell": table.places.cell(earlier, column)}


def _distinct_rows(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    for position, earlier, alike in _twins(table):
        if alike:
            yield position, "", {"other_row": int(table.places.rows[earlier])}


def _cycle_days(table: Table, rule: Rule, check: say.CycleDays) -> Iterator[Breach]:
    pouch, count = table.groups.of(Level.POUCH)
    lengths = np.full(count, check.usual, dtype=np.int64)
    with_length = np.flatnonzero(filled(table.frame, "cycle_length") & (pouch >= 0))
    if len(with_length):
        given = table.frame["cycle_length"].iloc[with_length].to_numpy(dtype=np.int64)
        lengths[pouch[with_length]] = given
    for position in np.flatnonzero(filled(table.frame, "cycle") & (pouch >= 0)):
        days = str(table.frame["cycle"].iat[position]).split(";")
        limit = int(lengths[pouch[position]])
        if all(day.isdecimal() for day in days) and max(map(int, days)) > limit:
            yield int(position), "", {"limit": limit}


def _distinct_keys(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    folded = [key.casefold() for key in table.groups.keys]
    first = first_of(table.groups.order, len(folded))
    seen: dict[str, str] = {}
    for number, key in enumerate(folded):
        other = seen.setdefault(key, table.groups.keys[number])
        if other != table.groups.keys[number]:
            yield int(first[number]), "", {"other_order": other}


def _distinct_doses(table: Table, rule: Rule, check: object) -> Iterator[Breach]:
    orders = len(table.groups.keys)
    person = table.order_values("consumer_id")
    names = [table.order_values(name) for name in ("first_name", "last_name")]
    contents = _contents_hash(table)
    first = first_of(table.groups.order, orders)
    seen: dict[tuple[object, ...], int] = {}
    for number in range(orders):
        who = (person[number], names[0][number], names[1][number])
        if any(who):
            other = seen.setdefault((*who, int(contents[number])), number)
            if other != number:
                yield int(first[number]), "", {"other_order": table.groups.keys[other]}


def _contents_hash(table: Table) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return, per order, a hash of what it contains, whatever the order of its rows."""
    parts = [
        table.text(name)
        for name in ("client_product_id", "product", "pack_id", "pack", "standalone_id",
                     "standalone", "serving_size", "quantity")
    ]  # fmt: skip
    hashes = pd.util.hash_pandas_object(pd.MultiIndex.from_arrays(parts), index=False).to_numpy()
    sums = np.zeros(len(table.groups.keys), dtype=np.uint64)
    np.add.at(sums, table.groups.order, hashes)
    return sums


def _uses(table: Table, rule: Rule, check: say.Uses) -> Iterator[Breach]:
    if table.catalogue is None or check.field not in table.frame.columns:
        return
    ids, distinct = numbered(table.text(check.field))
    wrong = {number: _trouble(table.catalogue.items.get(one), check.kind)
             for number, one in enumerate(distinct) if one}  # fmt: skip
    bad = np.isin(ids, [number for number, trouble in wrong.items() if trouble])
    for position in np.flatnonzero(bad):
        yield int(position), "", {"item": wrong[int(ids[position])]}


def _trouble(item: Item | None, kind: str) -> str:
    """Return what keeps an item from being ordered as this kind; "" where nothing does."""
    if item is None:
        return f"Your catalogue has no {kind} with this id."
    if item.kind != kind:
        return f"{item.name} is a {item.kind}, not a {kind}."
    return "" if item.active else f"{item.name} is not active and cannot be ordered."


def _usual_size(table: Table, rule: Rule, check: say.UsualSize) -> Iterator[Breach]:
    given = filled(table.frame, "serving_size")
    if table.catalogue is None or not given.any():
        return
    ids = table.text("client_product_id")
    own = np.array(
        [getattr(table.catalogue.items.get(one), "serving_size", None) or 0 for one in ids]
    )
    sizes = np.zeros(len(ids), dtype=np.int64)
    sizes[given] = table.frame["serving_size"].to_numpy(dtype=object)[given].astype(np.int64)
    for position in np.flatnonzero((own > 0) & (sizes > check.times * own)):
        yield int(position), "", {"limit": int(own[position])}


# Each function takes the demand of its own kind, which the key says and a type cannot.
CHECKS: dict[type, Callable[[Table, Rule, Any], Iterator[Breach]]] = {
    say.NotTogether: _not_together,
    say.Needs: _needs,
    say.RowNeedsOne: _row_needs_one,
    say.RowNotBoth: _row_not_both,
    say.OneKind: _one_kind,
    say.AllOrNone: _all_or_none,
    say.OneValue: _one_value,
    say.ClearPouch: _clear_pouch,
    say.AtMost: _at_most,
    say.DistinctContents: _distinct_contents,
    say.DistinctRows: _distinct_rows,
    say.CycleDays: _cycle_days,
    say.DistinctKeys: _distinct_keys,
    say.DistinctDoses: _distinct_doses,
    say.Uses: _uses,
    say.UsualSize: _usual_size,
}
