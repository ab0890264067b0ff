"""Persons that OK Capsule knows, from workbooks of results: which cells of a file mean whom.

A row that means one takes the id, and its names are left out: the API makes a new person of every
name that it is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loader.core.mapping import Identity, Person
from loader.core.model import Mask
from loader.core.table import folded

NAMES = ("first_name", "last_name")
CONSUMER = "consumer_id"


@dataclass(slots=True)
class Recognised:
    """What was found in a slice, as positions of rows.

    `known` took an id; `renamed` are those of them whose names are others than in the workbook,
    with the names of the row and of the workbook; `two` mean two persons, and took none.
    """

    known: list[int] = field(default_factory=list)
    renamed: dict[int, tuple[str, str]] = field(default_factory=dict)
    two: list[int] = field(default_factory=list)


def identity(texts: Iterable[str]) -> Identity:
    """Return what cells are compared by: capitals and blanks do not count."""
    return tuple(map(folded, texts))


def people_of(rows: Iterable[tuple[Identity, Person]]) -> dict[Identity, Person]:
    """Return the person of each identity; one with an empty id where rows name two.

    Rows without an id, or with an empty part of their identity, name nobody.
    """
    people: dict[Identity, Person] = {}
    for who, person in rows:
        if not person.id or not all(who):
            continue
        known = people.setdefault(who, person)
        if known.id.casefold() != person.id.casefold():
            people[who] = Person("", "", "")
    return people


def recognise(
    texts: dict[str, pd.Series], cells: Sequence[pd.Series], people: Mapping[Identity, Person],
    odd: Mask,
) -> Recognised:  # fmt: skip
    """Give the rows that mean a known person its id, in `texts`; `cells` are what they mean it by.

    A row that names an id itself keeps it. Odd rows are left as they are.
    """
    found = Recognised()
    who = list(zip(*(column.map(folded) for column in cells), strict=True))
    blank = pd.Series("", index=cells[0].index, dtype="str")
    ours = {
        name: texts.get(name, blank).to_numpy(dtype=object).copy() for name in (CONSUMER, *NAMES)
    }
    for position in np.flatnonzero(~odd).tolist():
        person = people.get(who[position])
        if person is None or ours[CONSUMER][position].strip():
            continue
        if not person.id:
            found.two.append(position)
            continue
        found.known.append(position)
        own = [str(ours[name][position]).strip() for name in NAMES]
        if _differ(own, person):
            known = (person.first_name.strip(), person.last_name.strip())
            found.renamed[position] = (" ".join(filter(None, own)), " ".join(filter(None, known)))
        ours[CONSUMER][position] = person.id
        for name in NAMES:
            ours[name][position] = ""
    if found.known:
        changed = [name for name in ours if name in texts or name == CONSUMER]
        texts |= {name: pd.Series(ours[name], dtype="str") for name in changed}
    return found


def _differ(names: Sequence[str], person: Person) -> bool:
    """Return whether a row names somebody else; a name that either lacks says nothing."""
    known = (person.first_name, person.last_name)
    return any(
        folded(own) and folded(theirs) and folded(own) != folded(theirs)
        for own, theirs in zip(names, known, strict=True)
    )
