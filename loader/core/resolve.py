"""Names and SKUs → ids, by exact match after folding case and spaces; never by a near one."""

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from loader.core.findings import Finding
from loader.core.group import filled, listed
from loader.core.model import Catalogue
from loader.core.places import Places
from loader.core.table import folded
from schemas.codes import CODES
from schemas.pouch_orders import RESOLVED

_NEAR = 0.8  # difflib's ratio from which a name is worth suggesting
_MOST_SUGGESTED = 200  # names looked at: a column full of wrong ones has another cause
_AMOUNT = re.compile(
    r"[0-9]+(?:[.,][0-9]+)*(?:\s*(?:mcg|μg|ug|mg|kg|g|iu|ie|ml|cl|dl|l|cfu|billion|million)\b|\s*%)?"
)


def names_used(frame: pd.DataFrame) -> list[str]:
    """Return the columns of names that hold any value."""
    return [column for column in RESOLVED if filled(frame, column).any()]


def resolve(
    frame: pd.DataFrame, catalogue: Catalogue, places: Places
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the frame with ids filled from names, and a finding for each name that fails."""
    findings: list[Finding] = []
    result = frame.copy(deep=False)
    for column in names_used(frame):
        id_column, kind = RESOLVED[column]
        ids = np.full(len(frame), "", dtype=object)
        if id_column in frame.columns:
            ids = frame[id_column].to_numpy(dtype=object).copy()
        known = _by_name(catalogue, kind)
        at = np.flatnonzero(filled(frame, column))
        codes, distinct = listed(frame[column].iloc[at])
        matches = [known.get(folded(name), set()) for name in distinct]
        near = _near(distinct, matches, {item.name for item in catalogue.of_kind(kind)})
        for position, number in zip(at.tolist(), codes.tolist(), strict=True):
            code = _trouble(bool(ids[position]), len(matches[number]))
            if not code:
                ids[position] = next(iter(matches[number]))
                continue
            allowed = f"the name or SKU of a {kind} in your catalogue"
            if code == "NAME-UNKNOWN" and number in near:
                allowed += f", such as {near[number]}, if that is what you mean"
            finding = places.finding(
                CODES[code], position, column, found=distinct[number], allowed=allowed
            )
            findings.append(finding)
        result[id_column] = pd.Series(ids, index=frame.index, dtype="str")
    return result, findings


def _trouble(has_id: bool, matches: int) -> str:
    if has_id:
        return "NAME-AND-ID"
    return {0: "NAME-UNKNOWN", 1: ""}.get(matches, "NAME-TWICE")


def _by_name(catalogue: Catalogue, kind: str) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for item in catalogue.of_kind(kind):
        for name in (item.name, item.sku):
            if name:
                known[folded(name)].add(item.id)
    return known


def _near(
    names: Collection[str], matches: list[set[str]], known: Collection[str]
) -> Mapping[int, str]:
    """Return, for names that fail, the known name nearest to each: with the same numbers and units.

    25 mg and 25 mcg look alike, and are a thousandfold apart.
    """
    failed = [(n, name) for n, name in enumerate(names) if not matches[n]][:_MOST_SUGGESTED]
    by_amounts: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name in sorted(known):
        by_amounts[_amounts(name)][folded(name)] = name
    near = {}
    for number, name in failed:
        alike = by_amounts.get(_amounts(name), {})
        for found in difflib.get_close_matches(folded(name), alike, n=1, cutoff=_NEAR):
            near[number] = alike[found]
    return near


def _amounts(name: str) -> tuple[str, ...]:
    """Return the numbers of a name with their units, in order: what must agree."""
    return tuple("".join(amount.split()) for amount in _AMOUNT.findall(name.casefold()))
