"""Persons whom OK Capsule knows, out of the workbooks of results that a mapping profile names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from loader.core.errors import InputError
from loader.core.mapping import Identity, Person, Profile
from loader.core.mapping_people import NAMES, identity, people_of
from loader.core.model import RawTable, ReadOptions
from loader.sources.excel_file import ExcelSource
from schemas.pouch_orders import HEADERS, fold
from schemas.words import CONSUMER_HEADER


def with_people(profile: Profile) -> Profile:
    """Return the profile with the persons of its workbooks; as it is where it names none.

    Raises `InputError` for a workbook that cannot be read, or that lacks a column of the match.
    """
    if not profile.results:
        return profile
    rows: list[tuple[Identity, Person]] = []
    for name in profile.results:
        rows += _rows(Path(profile.path).parent / name, profile)
    return replace(profile, people=people_of(rows))


def _rows(path: Path, profile: Profile) -> Iterator[tuple[Identity, Person]]:
    wanted = {fold(header) for header in (*profile.match, CONSUMER_HEADER)}
    table = ExcelSource(lambda text: fold(text) in wanted).open(
        path, ReadOptions(hidden_rows="read")
    )
    at = {fold(header): place for place, header in enumerate(table.headers)}
    if missing := [
        header for header in (*profile.match, CONSUMER_HEADER) if fold(header) not in at
    ]:
        raise InputError(
            f"{path.name} has no column {missing[0]!r}, which the profile {profile.path} names.",
            hint="Name a workbook that --results wrote of a file with that column.",
        )
    names = [_place(table, profile, name) for name in NAMES]
    for raw in table.slices:
        columns = raw.cells.to_numpy(dtype=object)
        for row in columns:
            first, last = (str(row[place]) if place is not None else "" for place in names)
            who = identity(row[at[fold(header)]] for header in profile.match)
            yield who, Person(str(row[at[fold(CONSUMER_HEADER)]]).strip(), first, last)


def _place(table: RawTable, profile: Profile, name: str) -> int | None:
    """Return the column of the workbook that holds a name, as the profile or we call it."""
    theirs = {fold(header) for header, ours in profile.columns.items() if ours == name}
    for place, header in enumerate(table.headers):
        if fold(header) in theirs or HEADERS.get(fold(header)) == name:
            return place
    return None
