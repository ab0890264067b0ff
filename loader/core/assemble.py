"""Checked rows of one file → orders: grouped, judged by the rules, built, and held back or ready.

The order is the unit: one bad row keeps back its whole order and no other, and a part of an
order is never sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from loader.core import payload
from loader.core.findings import Finding, Severity
from loader.core.group import Groups, Mask, any_in, filled, group
from loader.core.model import Catalogue, Order, Result
from loader.core.places import Places
from loader.core.resolve import names_used, resolve
from loader.core.rules import check_rules
from loader.core.table import Table
from loader.core.validate import Checked
from schemas.codes import APART, CODES
from schemas.pouch_orders import KEY
from schemas.rules import ALL_CODES


def assemble(
    checked: Checked, places: Places, catalogue: Catalogue | None, accepted: frozenset[str]
) -> tuple[list[Order], list[Finding]]:
    """Return the orders of one file and all its findings, each with the order that it is about.

    `accepted` are codes of `confirm` findings that a person accepts for every order.
    """
    findings = _placed(checked)
    kept = np.flatnonzero(~checked.outside)
    frame = checked.frame.iloc[kept].reset_index(drop=True)
    places = replace(places, rows=checked.rows[kept])
    unresolved = catalogue is None and bool(names_used(frame))
    if catalogue is not None:
        frame, unknown = resolve(frame, catalogue, places)
        keys = dict(zip(places.rows.tolist(), frame[KEY], strict=True))
        findings += [finding.of(keys[finding.row]) for finding in unknown]
    groups = group(frame)
    table = Table(frame, groups, places, catalogue, _taken(findings, places))
    findings += check_rules(table)
    findings += _unsupported(table)
    findings = _accept(table, findings, accepted)
    held = _held(findings, groups.keys)
    return _orders(table, held, unresolved), findings


def _placed(checked: Checked) -> list[Finding]:
    """Give each finding on a row its order: the row's own, or that of the row before it."""
    keys = checked.frame[KEY].mask(checked.frame[KEY] == "")
    before = keys.ffill().to_numpy(dtype=object)
    at = {int(row): position for position, row in enumerate(checked.rows)}
    placed = []
    for finding in checked.findings:
        if finding.row is None or finding.code in APART:
            placed.append(finding)
            continue
        key = before[at[finding.row]]
        placed.append(finding.of(key) if isinstance(key, str) else finding)
    return placed


def _taken(findings: Iterable[Finding], places: Places) -> frozenset[tuple[int, str]]:
    """Cells that hold their order back already; a rule says nothing more about them."""
    at = {int(row): position for position, row in enumerate(places.rows)}
    return frozenset(
        (at[f.row], f.column)
        for f in findings
        if f.holds_back and f.row in at and f.column is not None
    )


def _unsupported(table: Table) -> list[Finding]:
    if "action" not in table.frame.columns:
        return []
    other = filled(table.frame, "action") & (table.frame["action"] != "NEW").to_numpy(dtype=bool)
    found = []
    for position, action in _texts(table, "action", other):
        if action in ("UPDATE", "CANCEL", "HOLD", "UNHOLD"):
            finding = table.places.finding(
                CODES["ACTION-UNSUPPORTED"], position, "action", found=action,
                allowed="NEW or IGNORE",
            )  # fmt: skip
            found.append(finding.of(table.groups.keys[table.groups.order[position]]))
    return found


def _texts(table: Table, name: str, mask: Mask) -> Iterator[tuple[int, str]]:
    """Yield (position, text) of a text column where the mask is true."""
    at = np.flatnonzero(mask)
    if len(at):
        texts = table.frame[name].to_numpy(dtype=object)[at]
        yield from zip(at.tolist(), texts, strict=True)


# ------------------------------------------------------------------ accepting, holding back
def _accept(table: Table, findings: list[Finding], everywhere: frozenset[str]) -> list[Finding]:
    by_order: dict[str, set[str]] = defaultdict(set)
    for position, text in _texts(table, "accept", filled(table.frame, "accept")):
        key = table.groups.keys[table.groups.order[position]]
        for code in text.upper().split(";"):
            by_order[key].add(code.strip())
            if code.strip() and code.strip() not in ALL_CODES:
                unknown = table.places.finding(CODES["ACCEPT-UNKNOWN"], int(position), "accept",
                                               found=code.strip(), allowed="codes joined by ;")  # fmt: skip
                findings.append(unknown.of(key))
    return [
        replace(finding, accepted=True)
        if finding.severity is Severity.CONFIRM
        and (finding.code in everywhere or finding.code in by_order.get(finding.order or "", ()))
        else finding
        for finding in findings
    ]


def _held(findings: list[Finding], keys: list[str]) -> dict[str, Severity]:
    """Return the keys that are kept back, by their gravest finding; a file-wide one keeps all."""
    held: dict[str, Severity] = {}
    for finding in findings:
        if not finding.holds_back:
            continue
        everyone = finding.order is None and finding.row is None
        for key in keys if everyone else [finding.order] if finding.order else []:
            if held.get(key) is not Severity.ERROR:
                held[key] = finding.severity
    return held


# ------------------------------------------------------------------ orders
def _orders(table: Table, held: dict[str, Severity], unresolved: bool) -> list[Order]:
    groups = table.groups
    orders = [
        Order(
            key=key, rows=rows, input=table.places.input, wanted="NEW",
            result=Result.TO_CORRECT if key in held else Result.READY,
        )
        for key, rows in zip(groups.keys, _rows(groups, table.places), strict=True)
    ]  # fmt: skip
    sound = np.array([held.get(key) is not Severity.ERROR for key in groups.keys], dtype=bool)
    if unresolved:
        named = np.logical_or.reduce(
            [filled(table.frame, name) for name in names_used(table.frame)]
        )
        sound &= ~any_in(groups.order, named, len(groups.keys))
    for number, request in payload.build(table, sound):
        orders[number].body = payload.canonical(request)
        orders[number].pouches = payload.pouches_of(request)
    return orders


def _rows(groups: Groups, places: Places) -> list[tuple[int, ...]]:
    """Return the row numbers of every order, in the order of the file."""
    sort = np.argsort(groups.order, kind="stable")
    ends = np.cumsum(np.bincount(groups.order, minlength=len(groups.keys)))[:-1]
    return [tuple(part.tolist()) for part in np.split(places.rows[sort], ends)] if len(sort) else []
