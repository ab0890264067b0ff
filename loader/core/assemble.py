"""Checked rows of one file → orders: grouped, judged by the rules, built, and held back or ready.

The order is the unit: one bad row keeps back its whole order and no other, and a part of an
order is never sent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from loader.core import payload
from loader.core.contact import check_contact, put_countries_right
from loader.core.findings import Finding, Severity
from loader.core.group import any_filled, any_in, group
from loader.core.hold_back import accept, accepted_codes, held, one_per_cell
from loader.core.mapping import Profile
from loader.core.mapping_rules import own_rules
from loader.core.model import Catalogue, Mask, Order, Result
from loader.core.places import Places
from loader.core.resolve import resolve
from loader.core.rules import check_rules
from loader.core.table import Table, items_of
from loader.core.validate import Checked
from schemas.codes import APART, CODES, SKIPPED, UNPLACED, UNUSABLE_KEY
from schemas.pouch_orders import BY_NAME, KEY, RESOLVED

_ACTION = BY_NAME["action"]
_PART_IGNORED = "The row says IGNORE, and the other rows of its order do not: it goes without."


def assemble(
    checked: Checked, places: Places, catalogue: Catalogue | None, accepted: frozenset[str],
    profile: Profile | None = None,
) -> tuple[list[Order], list[Finding]]:  # fmt: skip
    """Return the orders of one file and all its findings, each with the order that it is about.

    `accepted` are codes of `confirm` findings that a person accepts for every order; `profile`
    may demand more than the declarations do.
    """
    findings = _placed(checked)
    table, unknown = _table(checked, places, catalogue, findings)
    by_order, unacceptable = accepted_codes(table)
    found = [*findings, *unknown, *check_rules(table), *check_contact(table)]
    found += [*_unsupported(table), *unacceptable]
    if profile is not None:
        found += own_rules(table, profile)
    keys = table.groups.keys
    found = accept(one_per_cell(found), keys, by_order, accepted)
    orders = _orders(table, held(found, keys, by_order))
    return orders, sorted(found, key=lambda finding: _in_the_file(finding, places))


def _in_the_file(finding: Finding, places: Places) -> tuple[int, int]:
    header = places.headers.get(finding.column or "")
    return finding.row or 0, -1 if header is None else header.place


# ------------------------------------------------------------------ findings → their orders
def _placed(checked: Checked) -> list[Finding]:
    """Give each finding its order: that of its row, or of the row before one that has none."""
    at = {row: position for position, row in enumerate(checked.rows.tolist())}
    keys = checked.frame[KEY].to_numpy(dtype=object)
    apart = np.zeros(len(keys), dtype=bool)
    skipped = np.zeros(len(keys), dtype=bool)
    for finding in checked.findings:
        if finding.row is not None:
            apart[at[finding.row]] |= finding.code in APART
            skipped[at[finding.row]] |= finding.code in SKIPPED
    named = keys != ""
    known = set(keys[~checked.outside])
    before, visible = _before(named & ~apart), _before(named & ~apart & ~skipped)
    placed = []
    for finding in checked.findings:
        if finding.row is None or finding.code in APART:
            placed.append(finding)
            continue
        position = at[finding.row]
        own = str(keys[position])
        if own in known and finding.code == "ROW-IGNORED":
            finding = replace(finding, severity=Severity.WARNING, message=_PART_IGNORED)
        if own or finding.code not in UNPLACED - SKIPPED:
            placed.append(finding.of(own or None))
            continue
        # It may belong to the row above it, or to the one above those that were left out.
        above = {before[position], visible[position]} - {-1}
        orders = dict.fromkeys(str(keys[row]) for row in sorted(above, reverse=True))
        held_back = [key for key in orders if key in known]
        placed += [finding.of(key) for key in held_back] or [finding]
    return placed


def _before(asked: Mask) -> list[int]:
    """Return, per row, the nearest position at or above it that is asked for; -1 for none."""
    own = np.where(asked, np.arange(len(asked)), -1)
    before: list[int] = np.maximum.accumulate(own).tolist()
    return before


# ------------------------------------------------------------------ rows → table
def _table(
    checked: Checked, places: Places, catalogue: Catalogue | None, findings: list[Finding]
) -> tuple[Table, list[Finding]]:
    """Return the rows that belong to orders, grouped, and what is said of countries and names."""
    kept = np.flatnonzero(~checked.outside)
    frame = checked.frame.iloc[kept].reset_index(drop=True)
    places = replace(places, rows=checked.rows[kept])
    ragged = _rows_of(findings, places, lambda finding: finding.code == "ROW-CELLS")
    frame = _without_cells(frame, ragged)
    frame, unknown = put_countries_right(frame, places)
    if catalogue is not None:
        frame, unnamed = resolve(frame, catalogue, places)
        unknown += unnamed
    if unknown:
        keys = dict(zip(places.rows.tolist(), frame[KEY], strict=True))
        unknown = [finding.of(keys[finding.row]) for finding in unknown]
    groups = group(frame)
    unusable = _rows_of(
        findings, places, lambda finding: finding.column == KEY and finding.code in UNUSABLE_KEY
    )
    table = Table(
        frame, groups, places, catalogue, items_of(frame),
        told=_told(findings + unknown, places), ragged=ragged,
        doubtful=any_in(groups.order, unusable, len(groups.keys))[groups.order],
    )  # fmt: skip
    return table, unknown


def _without_cells(frame: pd.DataFrame, rows: Mask) -> pd.DataFrame:
    """Return the frame with nothing but the key left in these rows."""
    if not rows.any():
        return frame
    kept = frame.copy(deep=False)
    for name in frame.columns.drop(KEY):
        column = frame[name]
        kept[name] = column.mask(rows, "" if column.dtype == "str" else pd.NA)
    return kept


def _rows_of(findings: Iterable[Finding], places: Places, asked: Callable[[Finding], bool]) -> Mask:
    """Return which of the rows have a finding that is asked for."""
    rows = [finding.row for finding in findings if finding.row is not None and asked(finding)]
    return np.isin(places.rows, rows)


def _told(findings: Iterable[Finding], places: Places) -> dict[str, Mask]:
    """Return, per column, the cells in which an error was found."""
    rows: dict[str, list[int]] = defaultdict(list)
    for finding in findings:
        if finding.severity is Severity.ERROR and finding.column and finding.row is not None:
            rows[finding.column].append(finding.row)
    return {column: np.isin(places.rows, found) for column, found in rows.items()}


def _unsupported(table: Table) -> Iterator[Finding]:
    if "action" not in table.frame.columns:
        return
    actions = table.frame["action"]
    for position in np.flatnonzero(actions.isin(_ACTION.later)).tolist():
        finding = table.places.finding(
            CODES["ACTION-UNSUPPORTED"], position, "action", found=actions.array[position],
        )  # fmt: skip
        yield finding.of(table.key_of(position))


# ------------------------------------------------------------------ table → orders
def _orders(table: Table, held_back: Mapping[str, Severity]) -> list[Order]:
    keys = table.groups.keys
    orders = [
        Order(
            key=key, rows=rows, input=table.places.input,
            result=Result.TO_CORRECT if key in held_back else Result.READY,
        )
        for key, rows in zip(keys, _rows(table), strict=True)
    ]  # fmt: skip
    sound = np.array([held_back.get(key) is not Severity.ERROR for key in keys], dtype=bool)
    if table.catalogue is None:
        # What a name means is not known yet, so the request is not either.
        sound &= ~any_in(table.groups.order, any_filled(table.frame, tuple(RESOLVED)), len(keys))
    with payload.collector_off():
        for number, request in payload.build(table, sound):
            orders[number].body = payload.canonical(request)
            orders[number].pouches = payload.pouches_of(request)
    return orders


def _rows(table: Table) -> list[tuple[int, ...]]:
    """Return the row numbers of every order, in the order of the file."""
    order, count = table.groups.order, len(table.groups.keys)
    rows = table.places.rows[np.argsort(order, kind="stable")].tolist()
    ends = np.cumsum(np.bincount(order, minlength=count)).tolist()
    return [tuple(rows[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
