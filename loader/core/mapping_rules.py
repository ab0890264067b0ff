"""What a profile demands beyond the API: needed columns and smaller limits."""

from collections.abc import Iterator

import numpy as np

from loader.core.findings import Finding
from loader.core.group import any_in, filled, first_of
from loader.core.mapping import Limit, Profile
from loader.core.model import Mask
from loader.core.table import Table
from schemas.codes import CODES
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME
from schemas.vocabulary import Kind


def own_rules(table: Table, profile: Profile) -> Iterator[Finding]:
    """Yield a finding for each demand of the profile that is broken, on its order."""
    for name in profile.required:
        for position in _lacking(table, name):
            message = f"{name} is missing; the profile {profile.name or profile.path} needs it."
            yield table.places.finding(
                CODES["MAP-REQUIRED"], position, name, message=message
            ).of(table.key_of(position))  # fmt: skip
    for name, limit in profile.limits.items():
        if name not in table.frame.columns:
            continue
        present = filled(table.frame, name)
        for position in np.flatnonzero(_outside(table, name, limit, present)).tolist():
            yield table.places.finding(
                CODES["MAP-LIMIT"], position, name,
                found=str(table.frame[name].array[position]), allowed=_allowed(limit),
            ).of(table.key_of(position))  # fmt: skip


def _lacking(table: Table, name: str) -> list[int]:
    """Return the first row of each group that has no value; rows of the level content alone."""
    level = BY_NAME[name].level
    silent = table.ragged | table.doubtful
    given = table.given(name)
    if level is Level.CONTENT:
        lacking: list[int] = np.flatnonzero(~given & ~silent).tolist()
        return lacking
    group, count = table.groups.of(level)
    positions = first_of(group, count)[~any_in(group, given, count)].tolist()
    return [position for position in positions if position >= 0 and not silent[position]]


def _outside(table: Table, name: str, limit: Limit, present: Mask) -> Mask:
    """Return which cells are outside the limit."""
    outside = np.zeros(len(present), dtype=bool)
    column = table.frame[name][present]
    if BY_NAME[name].kind is not Kind.INTEGER:
        outside[present] = (column.str.len() > (limit.characters or 0)).to_numpy(dtype=bool)
        return outside
    numbers = column.to_numpy(dtype=np.int64)
    wrong = np.zeros(len(numbers), dtype=bool)
    if limit.at_least is not None:
        wrong |= numbers < limit.at_least
    if limit.at_most is not None:
        wrong |= numbers > limit.at_most
    outside[present] = wrong
    return outside


def _allowed(limit: Limit) -> str:
    words = []
    if limit.at_least is not None:
        words.append(f"at least {limit.at_least}")
    if limit.at_most is not None:
        words.append(f"at most {limit.at_most}")
    if limit.characters is not None:
        words.append(f"at most {limit.characters} characters")
    return f"{' and '.join(words)}, as the profile says"
