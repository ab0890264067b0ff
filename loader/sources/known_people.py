"""Persons whom OK Capsule knows, out of the workbooks of results that a mapping profile names."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from loader.core.errors import InputError
from loader.core.mapping import Identity, Person, Profile
from loader.core.mapping_people import NAMES, identity, people_of
from loader.core.privacy import printable
from loader.sources.excel_container import checked_archive, damage_is_refused
from loader.sources.excel_rows import SheetRows
from loader.sources.excel_workbook import open_workbook
from loader.sources.file_bytes import read_whole
from schemas.pouch_orders import HEADERS, fold
from schemas.words import CONSUMER_HEADER, ENVIRONMENT_LINE, ORDER_HEADER

_CONSUMER = fold(CONSUMER_HEADER)


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet of a workbook: its name, the headers in its first row, and the rows below."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def at(self) -> dict[str, int]:
        """Folded header → column."""
        return {fold(header): place for place, header in enumerate(self.headers)}


def with_people(profile: Profile, env: str) -> Profile:
    """Return the profile with the persons of its workbooks; as it is where it names none.

    Raises `InputError` for a workbook that cannot be read, that lacks a column of the match, or
    that holds persons of another environment than `env`.
    """
    if not profile.results:
        return profile
    rows: list[tuple[Identity, Person]] = []
    for name in profile.results:
        path = Path(profile.path).parent / name
        pages = _pages(path)
        _refuse_other_environment(pages, path, env)
        for page in _with_match(pages, path, profile):
            rows += _people(page, profile)
    return replace(profile, people=people_of(rows))


def _pages(path: Path) -> list[_Page]:
    """Return the sheets that can be seen and hold anything."""
    whole = read_whole(path)
    pages = []
    with damage_is_refused(whole.name):
        workbook = open_workbook(whole, checked_archive(whole))
        for sheet in workbook.sheets:
            if sheet.visible:
                texts = [row.texts for row in SheetRows(whole.name, sheet, workbook.read(sheet))]
                pages += [_Page(sheet.name, texts[0], texts[1:])] if texts else []
    return pages


def _refuse_other_environment(pages: Sequence[_Page], path: Path, env: str) -> None:
    """Raise `InputError` where the workbook says that its ids are of another environment."""
    for page in pages:
        for row in [page.headers, *page.rows] if page.headers[0].startswith("Results of") else ():
            line = row[0].strip()
            kind = line.removeprefix(ENVIRONMENT_LINE).partition(":")[0].strip()
            if line.startswith(ENVIRONMENT_LINE) and kind != env.partition(":")[0]:
                raise InputError(
                    f"The persons of {path.name} are those of {printable(kind, 40)}; this is"
                    f" {env}, which does not know them.",
                    hint="Name a workbook that --results wrote in the same environment.",
                )


def _with_match(pages: Sequence[_Page], path: Path, profile: Profile) -> list[_Page]:
    """Return the sheets that have all columns of the match, and the ids."""
    wanted = [CONSUMER_HEADER, *profile.match]
    found = [page for page in pages if all(fold(header) in page.at for header in wanted)]
    if found:
        return found
    looked = ", ".join(f'"{printable(page.name, 60)}"' for page in pages) or "none that is filled"
    with_ids = [page for page in pages if _CONSUMER in page.at]
    own = [page for page in with_ids if fold(page.headers[0]) != fold(ORDER_HEADER)]
    if not with_ids:
        raise InputError(
            f'{path.name} is no workbook of results: no sheet has a column "{CONSUMER_HEADER}".'
            f" Looked at: {looked}.",
            hint="Name one that --results wrote, under [consumers] of the profile.",
        )
    missing = [h for h in profile.match if not any(fold(h) in page.at for page in own)]
    named = ", ".join(f'"{header}"' for header in missing or profile.match)
    raise InputError(
        f"{path.name} has no sheet with the column {named}, which [consumers] match of"
        f" {profile.path} names. Looked at: {looked}.",
        hint=_instead(own, missing or list(profile.match)),
    )


def _instead(own: Sequence[_Page], missing: Sequence[str]) -> str:
    if not own:
        return (
            "This workbook has no rows of your own file: name one that `order-loader submit"
            " --results` wrote."
        )
    theirs = {fold(header): header for page in own for header in page.headers}
    near = difflib.get_close_matches(fold(missing[0]), theirs, n=1, cutoff=0.6)
    meant = f' The nearest there is "{printable(theirs[near[0]], 60)}".' if near else ""
    return f"Match by headers of your own rows in the workbook.{meant}"


def _people(page: _Page, profile: Profile) -> Iterator[tuple[Identity, Person]]:
    at = page.at
    names = [_place(page.headers, profile, name) for name in NAMES]
    for row in page.rows:
        first, last = (row[place] if place is not None else "" for place in names)
        who = identity(row[at[fold(header)]] for header in profile.match)
        yield who, Person(row[at[_CONSUMER]].strip(), first, last)


def _place(headers: Sequence[str], profile: Profile, name: str) -> int | None:
    """Return the column of the workbook that holds a name, as the profile or we call it."""
    theirs = {fold(header) for header, ours in profile.columns.items() if ours == name}
    for place, header in enumerate(headers):
        if fold(header) in theirs or HEADERS.get(fold(header)) == name:
            return place
    return None
