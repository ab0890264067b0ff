"""Names and SKUs → ids, by exact match after folding case and spaces; never by a near one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from loader.core.findings import Finding
from loader.core.group import filled, listed
from loader.core.model import Catalogue, Item
from loader.core.near_names import Advice, NearNames
from loader.core.places import Places
from loader.core.table import folded
from schemas.codes import CODES
from schemas.pouch_orders import RESOLVED

_MOST_SUGGESTED = 200  # names looked at: a column full of wrong ones has another cause
_COLUMN_OF = {kind: column for column, (_, kind) in RESOLVED.items()}
_KINDS = {"standalone": "standalone product"}

Known = Mapping[str, Sequence[Item]]


def names_used(frame: pd.DataFrame) -> list[str]:
    """Return the columns of names that hold any value."""
    return [column for column in RESOLVED if filled(frame, column).any()]


def resolve(
    frame: pd.DataFrame, catalogue: Catalogue, places: Places
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the frame with ids filled from names, and a finding for each name that fails."""
    findings: list[Finding] = []
    result = frame.copy(deep=False)
    known = _by_name(catalogue)
    for column in names_used(frame):
        id_column, kind = RESOLVED[column]
        ids = np.full(len(frame), "", dtype=object)
        if id_column in frame.columns:
            ids = frame[id_column].to_numpy(dtype=object).copy()
        at = np.flatnonzero(filled(frame, column))
        codes, distinct = listed(frame[column].iloc[at])
        matches = [
            [item for item in known.get(folded(name), ()) if item.kind == kind] for name in distinct
        ]
        advised = _advice(distinct, matches, known, catalogue, kind)
        for position, number in zip(at.tolist(), codes.tolist(), strict=True):
            code = _trouble(bool(ids[position]), len(matches[number]))
            if not code:
                ids[position] = matches[number][0].id
                continue
            advice = Advice() if code == "NAME-AND-ID" else advised.get(number, Advice())
            finding = places.finding(
                CODES[code], position, column, found=distinct[number], message=advice.message,
                allowed=f"the name or SKU of a {_KINDS.get(kind, kind)} in your catalogue",
                suggestion=advice.suggestion or None,
            )  # fmt: skip
            findings.append(finding)
        result[id_column] = pd.Series(ids, index=frame.index, dtype="str")
    return result, findings


def _trouble(has_id: bool, matches: int) -> str:
    if has_id:
        return "NAME-AND-ID"
    return {0: "NAME-UNKNOWN", 1: ""}.get(matches, "NAME-TWICE")


def _by_name(catalogue: Catalogue) -> dict[str, list[Item]]:
    """Return folded name or SKU → the items that have it, each once."""
    known: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in catalogue.items.values():
        for name in (item.name, item.sku):
            if name:
                known[folded(name)][item.id] = item
    return {name: list(items.values()) for name, items in known.items()}


# ------------------------------------------------------------------ what to say of what fails
def _advice(
    names: Sequence[str], matches: Sequence[Sequence[Item]], known: Known, catalogue: Catalogue,
    kind: str,
) -> dict[int, Advice]:  # fmt: skip
    """Return, for names that are not exactly one item, what to say of them."""
    near = NearNames(item.name for item in catalogue.of_kind(kind) if item.active)
    advised: dict[int, Advice] = {}
    looked_at = 0
    for number, (name, found) in enumerate(zip(names, matches, strict=True)):
        if len(found) > 1:
            advised[number] = Advice(_twice(found))
        elif not found and (elsewhere := known.get(folded(name))):
            advised[number] = Advice(_elsewhere(elsewhere[0]))
        elif not found and looked_at < _MOST_SUGGESTED:
            looked_at += 1
            advised[number] = near.advice(name)
    return advised


def _twice(items: Sequence[Item]) -> str:
    one, other = (_identified(item) for item in sorted(items, key=lambda item: item.id)[:2])
    more = f" (and {len(items) - 2} more)" if len(items) > 2 else ""
    return f"Two entries of your catalogue have that name or SKU: {one}, and {other}{more}."


def _identified(item: Item) -> str:
    parts = (item.name, f"SKU {item.sku}" if item.sku else "", f"id {item.id}",
             "" if item.active else "not active")  # fmt: skip
    return ", ".join(filter(None, parts))


def _elsewhere(item: Item) -> str:
    kind = _KINDS.get(item.kind, item.kind)
    return (
        f"In your catalogue, {item.name} is a {kind}: it belongs in the column"
        f" {_COLUMN_OF[item.kind]}."
    )
