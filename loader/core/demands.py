"""One function per kind of demand about people, rows and groups: where is its rule broken?

Those about what is taken, and how much of it, stand in `doses`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from loader.core import group as grouping
from loader.core.contact import by_country
from loader.core.countries import usual_name
from loader.core.group import any_in, filled, first_of, leader, numbered, paired
from loader.core.model import Mask, Numbers
from loader.core.payload import LOOKUP_FIELD, lookup_id
from loader.core.postal_codes import postal_form
from loader.core.table import Table
from schemas import demands as say
from schemas.demands import Level
from schemas.pouch_orders import FIELDS, KEY, RESOLVED
from schemas.vocabulary import Kind

# Where a demand is broken: position, column ("" = the rule's own), words for its message.
Breach = tuple[int, str, dict[str, object]]

_NAME_OF = {identity: name for name, (identity, _) in RESOLVED.items()}
_GROUP_WORDS = {Level.ORDER: "order", Level.LINE: "order line", Level.POUCH: "pouch"}


def places(mask: Mask) -> list[int]:
    """Return where a mask is true."""
    positions: list[int] = np.flatnonzero(mask).tolist()
    return positions


def first_places(group: Numbers, mask: Mask) -> Numbers:
    """Return the position of the first row in the mask, of each group that has one."""
    first = first_of(np.where(mask, group, -1), grouping.count_of(group))
    return first[first >= 0]


def column_of(table: Table, column: str, position: int) -> str:
    """Return the column of the file in which a row says this: a name's own, where it has no id.

    The same column where the file has neither.
    """
    name = _NAME_OF.get(column, "")
    headers = table.places.headers
    named = name in headers and table.frame[name].array[position] != ""
    return name if named or (name in headers and column not in headers) else column


def cell_of(table: Table, position: int, column: str) -> str | None:
    """Return the address of the cell in which a row says this."""
    return table.places.cell(position, column_of(table, column, position))


# ------------------------------------------------------------------ what must be there, or not
def _not_together(table: Table, check: say.NotTogether) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    theirs = np.zeros(len(group), dtype=bool)
    for name in check.others:
        theirs |= filled(table.frame, name)
    both = any_in(group, theirs, count)[group]
    for position in first_places(group, both & filled(table.frame, check.field)).tolist():
        yield position, check.field, {}


def _needs(table: Table, check: say.Needs) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    asked = np.ones(count, dtype=bool)
    if check.when:
        asked = any_in(group, grouping.any_filled(table.frame, check.when), count)
    lacking = asked & ~any_in(group, table.given(*check.others), count)
    for position in first_of(group, count)[lacking].tolist():
        yield position, "", {}


def _row_needs_one(table: Table, check: say.RowNeedsOne) -> Iterator[Breach]:
    for position in places(~table.given(*check.fields)):
        yield position, "", {}


def _row_not_both(table: Table, check: say.RowNotBoth) -> Iterator[Breach]:
    asked = grouping.any_filled(table.frame, check.first)
    for name in check.second:
        both = asked & filled(table.frame, name)
        asked &= ~both  # one finding for a row, whatever else it holds
        for position in places(both):
            other = column_of(table, name, position)
            yield position, "", {"other": table.places.headers[other].text}


# ------------------------------------------------------------------ groups
def _one_kind(table: Table, check: say.OneKind) -> Iterator[Breach]:
    line, kind = table.groups.line, table.groups.kind
    meant = kind != grouping.NOTHING
    for position in places(meant & (kind != kind[leader(line, meant)])):
        yield position, "", {}


def _one_row(table: Table, check: say.OneRow) -> Iterator[Breach]:
    for kind, group, column in (
        (grouping.STANDALONE, table.groups.line, "standalone_id"),
        (grouping.PACK, table.groups.pouch, "pack_id"),
    ):
        own = table.groups.kind == kind
        first = leader(group, own)
        for position in places(own & (first != np.arange(len(group)))):
            yield position, column, {"other_cell": cell_of(table, int(first[position]), column)}


def _all_or_none(table: Table, check: say.AllOrNone) -> Iterator[Breach]:
    group, count = table.groups.of(check.level)
    lacking = ~table.given(check.field)
    if check.field == "pouch":
        lacking &= table.groups.kind != grouping.STANDALONE
    for position in places(any_in(group, filled(table.frame, check.field), count)[group] & lacking):
        yield position, "", {}


def _clear_pouch(table: Table, check: say.ClearPouch) -> Iterator[Breach]:
    line = table.groups.line
    timed = filled(table.frame, "time_of_administration")
    some_timed = any_in(line, timed & (table.groups.kind == grouping.CONTENT), table.groups.lines)
    for position in table.groups.unclear.tolist():
        lacks_time = some_timed[line[position]] and not timed[position]
        yield position, "time_of_administration" if lacks_time else "custom_label", {}


def _one_value(table: Table, check: say.OneValue) -> Iterator[Breach]:
    for declared in FIELDS:
        if declared.level is Level.CONTENT or declared.name not in table.places.headers:
            continue
        group, count = table.groups.of(declared.level)
        mask = filled(table.frame, declared.name) & (group >= 0)
        mask &= np.bincount(group[mask], minlength=max(count, 1))[group] > 1
        if not mask.any():
            continue
        if declared.kind is Kind.UUID or declared.name in RESOLVED:
            values = table.numbers(declared.name)  # ids and names mean the same in any case
        else:
            values = grouping.names(table.frame, declared.name)
        first = leader(group, mask)
        for position in places(mask & (values != values[first])):
            other = table.places.cell(int(first[position]), declared.name)
            yield position, declared.name, {
                "field": table.places.headers[declared.name].text,
                "group": _GROUP_WORDS[declared.level], "other_cell": other,
            }  # fmt: skip


def _distinct_names(table: Table, check: say.DistinctNames) -> Iterator[Breach]:
    line = table.groups.line
    unnamed = ~any_in(line, filled(table.frame, "pouch"), table.groups.lines)[line]
    contents = unnamed & (table.groups.kind == grouping.CONTENT)
    whole = np.ones(len(line), dtype=bool)
    of_time = paired(line, table.numbers("time_of_administration"))
    for name, parent, asked in (
        ("order_line", table.groups.order, whole),
        ("pouch", line, whole),
        ("time_of_administration", line, contents),
        ("custom_label", of_time, contents),
    ):
        mask = asked & filled(table.frame, name)
        if not mask.any():
            continue
        folded = paired(parent, table.numbers(name))
        exact = paired(folded, grouping.names(table.frame, name))
        first = leader(folded, mask)
        for position in first_places(exact, mask & (exact != exact[first])).tolist():
            other = table.places.cell(int(first[position]), name)
            group = "order line" if name == "order_line" else "pouch"
            header = table.places.headers[name].text
            yield position, name, {"field": header, "group": group, "other_cell": other}


def _distinct_keys(table: Table, check: say.DistinctKeys) -> Iterator[Breach]:
    """Both orders are told: they may be one, and a part of an order is never sent."""
    folded = numbered(np.array([key.casefold() for key in table.groups.keys], dtype=object))
    first_row = first_of(table.groups.order, len(folded))
    first_key = first_of(folded, grouping.count_of(folded))
    second_key = np.full(len(first_key), -1)
    later = np.flatnonzero(first_key[folded] != np.arange(len(folded)))[::-1]
    second_key[folded[later]] = later
    for number in np.flatnonzero(second_key[folded] >= 0).tolist():
        first, second = first_key[folded[number]], second_key[folded[number]]
        other = table.groups.keys[second if number == first else first]
        yield int(first_row[number]), "", {"other_order": other}


def _distinct_look_ups(table: Table, check: say.DistinctLookUps) -> Iterator[Breach]:
    keys = table.groups.keys
    ids = [lookup_id(key) for key in keys]
    row = first_of(table.groups.order, len(keys)).tolist()
    given = filled(table.frame, LOOKUP_FIELD)
    for position in first_places(table.groups.order, given).tolist():
        number = table.groups.order[position]
        ids[number], row[number] = table.frame[LOOKUP_FIELD].array[position], position
    seen: dict[str, int] = {}
    for number, one in enumerate(ids):
        other = seen.setdefault(one, number)
        if other != number:
            column = LOOKUP_FIELD if given[row[number]] else KEY
            yield row[number], column, {"other_order": keys[other]}


def _postal_digits(table: Table, check: say.PostalDigits) -> Iterator[Breach]:
    for text, country, rows in by_country(table, "postal_code"):
        form = postal_form(country)
        if form and (limit := form.missing_digits(text)):
            count, named = len(text.partition("-")[0]), usual_name(country)
            for position in rows.tolist():
                yield position, "", {"count": count, "limit": limit, "item": named}


def _postal_form(table: Table, check: say.PostalForm) -> Iterator[Breach]:
    for text, country, rows in by_country(table, "postal_code"):
        form = postal_form(country)
        if form and not form.fits(text):
            for position in rows.tolist():
                yield position, "", {"item": usual_name(country), "other": form.example}


CHECKS: dict[type, Callable[[Table, Any], Iterator[Breach]]] = {
    say.NotTogether: _not_together,
    say.Needs: _needs,
    say.RowNeedsOne: _row_needs_one,
    say.RowNotBoth: _row_not_both,
    say.OneKind: _one_kind,
    say.OneRow: _one_row,
    say.AllOrNone: _all_or_none,
    say.OneValue: _one_value,
    say.ClearPouch: _clear_pouch,
    say.DistinctKeys: _distinct_keys,
    say.DistinctLookUps: _distinct_look_ups,
    say.DistinctNames: _distinct_names,
    say.PostalDigits: _postal_digits,
    say.PostalForm: _postal_form,
}
