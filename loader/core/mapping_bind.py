"""A profile bound to one file: which position holds what. A header that is missing is refused.

A header that the profile does not mention is matched as in any file: by name, API path or alias.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from loader.core.errors import InputError
from loader.core.findings import Finding, Severity
from loader.core.mapping import BATCH, Profile, Slot, key_parts
from loader.core.mapping_people import CONSUMER
from loader.core.model import RawTable
from loader.core.normalise import unknown_headers
from loader.core.places import Header
from schemas.codes import CODES
from schemas.pouch_orders import HEADERS, KEY, fold
from schemas.suggestions import SUGGESTED

Positions = Mapping[str, int]

_TEMPLATE_FIX = (
    "Give a column for a further product its header after the pattern of the others, such as"
    " Morning product 9. If it is for your own use, delete it or add --accept MAP-HEADER."
)
_NEAR = 0.8  # likeness from which a known header is named beside one without a meaning


@dataclass(frozen=True, slots=True)
class BoundSlot:
    """A slot with positions: `cell` of the grammar's cell or -1, `columns` of our columns."""

    cell: int
    columns: Mapping[str, int]
    constants: Mapping[str, str]
    headers: Mapping[str, Header]


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a profile finds everything in one file.

    `columns` is our column → position, for what stands once in a row; `key` are the parts of the
    key pattern as text or position; `key_positions` are all that the key is made from.
    `unmatched` are headers that nobody gave a meaning.
    """

    columns: dict[str, int]
    headers: dict[str, Header]
    key: tuple[str | int, ...]
    key_positions: tuple[int, ...]
    slots: tuple[BoundSlot, ...]
    fill_down: tuple[int, ...]
    match: tuple[int, ...]
    notes: tuple[Finding, ...]
    unmatched: tuple[str, ...]


def bind(profile: Profile, table: RawTable, index: int) -> Bound:
    """Return the profile with the positions of its headers in the table.

    Raises `InputError` where a header of the profile is missing, where one column of ours would
    come from two of theirs, and where nothing is the key.
    """
    at = _positions(table)
    _refuse_missing(profile, table, at)
    columns = {name: at[fold(header)] for header, name in profile.columns.items()}
    used = {at[fold(header)] for header in profile.headers()}
    used |= {place for header, place in at.items() if header in profile.ignored}
    match = tuple(at[fold(header)] for header in profile.match)
    _match_others(profile, table, columns, used | _persons_alone(profile, at))
    used.update(match)
    if KEY not in columns and not profile.key_pattern:
        raise InputError(
            f"{profile.path} names no column of {table.file.path} as the order number ({KEY}).",
            hint=f"Map a header to {KEY} in [columns], or give [key] a pattern such as"
            ' "{Client no}-{batch}".',
        )
    key = _key(profile, at)
    key_positions = tuple(dict.fromkeys(p for p in key if isinstance(p, int)))
    taken = {place: name for name, place in columns.items()}
    unknown = tuple(
        _doubtful(finding, profile)
        for finding in unknown_headers(table, dict.fromkeys(used, "") | taken, index)
    )
    slots = tuple(_slot(profile, slot, table, at) for slot in profile.slots)
    headers = _headers(table, columns, key_positions, slots)
    if match:
        headers.setdefault(CONSUMER, Header(table.headers[match[0]], table.first_column + match[0]))
    return Bound(
        columns=columns, headers=headers, key=key,
        key_positions=key_positions or (columns[KEY],), slots=slots,
        fill_down=tuple(at[fold(header)] for header in profile.fill_down),
        match=match,
        notes=unknown, unmatched=tuple(finding.header or "" for finding in unknown),
    )  # fmt: skip


def _doubtful(finding: Finding, profile: Profile) -> Finding:
    """Return the finding on a header without a meaning: what it holds may be a dose."""
    header = finding.header or ""
    near = difflib.get_close_matches(fold(header), HEADERS, n=1, cutoff=_NEAR)
    names = SUGGESTED.get(fold(header)) or tuple(HEADERS[one] for one in near)
    meant = f" It may be {' or '.join(names)}." if names else ""
    page = CODES["MAP-HEADER"]
    whose, allowed, fix = (
        ("The template", "a header of the template", _TEMPLATE_FIX)
        if profile.built_in
        else ("The profile", "a line in [columns], or the header under ignore", page.fix)
    )
    return replace(
        finding, code=page.code, severity=Severity(page.severity.value), help=fix, allowed=allowed,
        message=f"{whose} gives this column no meaning.{meant} It is not sent.",
    )  # fmt: skip


def _positions(table: RawTable) -> dict[str, int]:
    at: dict[str, int] = {}
    for position, header in enumerate(table.headers):
        folded = fold(header)
        if folded and at.setdefault(folded, position) != position:
            raise InputError(
                f"Two headers of {table.file.path} differ in blanks and signs alone:"
                f" {table.headers[at[folded]]!r} and {header!r}.",
                hint="Rename one of them: a profile cannot tell them apart.",
            )
    return at


def _refuse_missing(profile: Profile, table: RawTable, at: Positions) -> None:
    asked = [*profile.headers(), *profile.match, *profile.fill_down]
    missing = [header for header in asked if fold(header) not in at]
    if not missing:
        return
    near = difflib.get_close_matches(fold(missing[0]), list(at), n=1, cutoff=0.6)
    meant = f" The nearest there is {table.headers[at[near[0]]]!r}." if near else ""
    named = ", ".join(repr(header) for header in dict.fromkeys(missing[:5]))
    raise InputError(
        f"{table.file.path} has no column {named}, which the profile {profile.path} names.{meant}",
        hint="Correct the header in the file or in the profile; nothing is guessed.",
    )


def _persons_alone(profile: Profile, at: Positions) -> set[int]:
    """Return the positions under `match` that say who is meant and are no column of ours.

    Others are sent as well: an e-mail address by which somebody is known is still an address.
    """
    ours = {CONSUMER} | ({KEY} if profile.key_pattern else set())
    return {at[fold(header)] for header in profile.match if HEADERS.get(fold(header)) in ours}


def _match_others(
    profile: Profile, table: RawTable, columns: dict[str, int], used: set[int]
) -> None:
    held = {name for slot in profile.slots for name in (*slot.columns.values(), *slot.constants)}
    if any(slot.cell for slot in profile.slots):
        held |= {profile.grammar.column, "serving_size"}
    for position, header in enumerate(table.headers):
        name = HEADERS.get(fold(header))
        if name is None or position in used:
            continue
        other = repr(table.headers[columns[name]]) if name in columns else ""
        if name == KEY and profile.key_pattern:
            other = "the key pattern"
        elif name in held:
            other = "[wide]"
        if other:
            raise InputError(
                f"{header!r} of {table.file.path} means {name}, which comes from {other} by the"
                f" profile {profile.path}.",
                hint=f"If the column has another meaning, add it to the profile: ignore ="
                f" [{header!r}].",
            )
        columns[name] = position


def _key(profile: Profile, at: Positions) -> tuple[str | int, ...]:
    return tuple(_key_pieces(profile, at)) if profile.key_pattern else ()


def _key_pieces(profile: Profile, at: Positions) -> Iterator[str | int]:
    for literal, word in key_parts(profile.key_pattern):
        if literal:
            yield literal
        if word == BATCH:
            yield profile.batch
        elif word:
            yield at[fold(word)]


def _slot(profile: Profile, slot: Slot, table: RawTable, at: Positions) -> BoundSlot:
    def header(text: str) -> Header:
        position = at[fold(text)]
        return Header(table.headers[position], table.first_column + position)

    headers = {name: header(slot.shown) for name in slot.constants}
    if slot.cell:
        headers |= {name: header(slot.cell) for name in (profile.grammar.column, "serving_size")}
    headers |= {name: header(theirs) for theirs, name in slot.columns.items()}
    return BoundSlot(
        cell=at[fold(slot.cell)] if slot.cell else -1,
        columns={name: at[fold(theirs)] for theirs, name in slot.columns.items()},
        constants=slot.constants, headers=headers,
    )  # fmt: skip


def _headers(
    table: RawTable, columns: Positions, key: tuple[int, ...], slots: tuple[BoundSlot, ...]
) -> dict[str, Header]:
    """Return our column → the header that stands for it where no slot is asked."""
    places = {**({KEY: key[0]} if key else {}), **columns}
    headers = {
        name: Header(table.headers[place], table.first_column + place)
        for name, place in places.items()
    }
    for slot in slots:
        for name, header in slot.headers.items():
            headers.setdefault(name, header)
    return headers
