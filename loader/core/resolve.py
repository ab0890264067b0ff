"""Names and SKUs → ids, by exact match after folding case and spaces; never by a near one."""

from collections import defaultdict

import numpy as np
import pandas as pd

from loader.core.findings import Finding
from loader.core.group import filled
from loader.core.model import Catalogue
from loader.core.places import Places
from schemas.codes import CODES
from schemas.pouch_orders import RESOLVED


def folded(name: str) -> str:
    """Return a name without case and with single spaces: how names are compared."""
    return " ".join(name.casefold().split())


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
        known = _by_name(catalogue, kind)
        ids = np.full(len(frame), "", dtype=object)
        if id_column in frame.columns:
            ids = frame[id_column].to_numpy(dtype=object).copy()
        for position in np.flatnonzero(filled(frame, column)):
            name = frame[column].iat[position]
            matches = known.get(folded(name), set())
            code = _trouble(bool(ids[position]), len(matches))
            if code:
                findings.append(
                    places.finding(CODES[code], int(position), column, found=name,
                                   allowed=f"the name or SKU of a {kind} in your catalogue")
                )  # fmt: skip
            else:
                ids[position] = next(iter(matches))
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
