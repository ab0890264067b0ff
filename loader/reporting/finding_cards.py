"""Findings for people: one card for each kind of problem in a column, with its values and rows."""

from dataclasses import dataclass
from itertools import chain

from loader.core.findings import Finding, FindingGroup, Severity, group_equal
from loader.core.model import Run
from loader.core.privacy import Privacy, shown
from loader.reporting.spans import spans
from schemas.rules import ALL_CODES

MOST_VALUES = 25  # distinct values that a card lists
_MOST_SPANS = 40  # spans of rows that one line names
_LONGEST = 2000  # characters of a found value


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that was found: `found` None where nothing can be shown, then `why` says so.

    `suggestion` is what may be meant instead, "" where nothing is suggested or can be shown.
    """

    found: str | None
    why: str
    suggestion: str
    message: str
    rows: str
    cells: str


# What makes findings of one card look alike: (found, why it is not shown, suggestion, message).
Look = tuple[str | None, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Findings of one code, in one column of one file.

    `message` is "" where each value has its own; `says_more` where it is not the title again.
    `values` are at most `MOST_VALUES`; `more` counts the others, `more_rows` names their rows.
    `count` is the number of places, `placed` False where it is about the whole file, `masked` True
    where the values are shown by their shape alone.
    """

    number: int
    code: str
    severity: Severity
    accepted: bool
    title: str
    message: str
    says_more: bool
    column: str
    sheet: str
    file: str
    allowed: str
    help: str
    why: str
    values: tuple[Value, ...]
    more: int
    more_rows: str
    count: int
    orders: tuple[str, ...]
    placed: bool
    masked: bool

    @property
    def holds_back(self) -> bool:
        """True where it keeps its orders from being sent."""
        return self.severity.holds_back and not self.accepted


@dataclass(frozen=True, slots=True)
class Part:
    """The cards of one weight, under one heading."""

    name: str
    title: str
    text: str
    cards: tuple[Card, ...]

    @property
    def count(self) -> int:
        """The number of places in the files."""
        return sum(card.count for card in self.cards)


_PARTS = (
    ("error", "Must be corrected", "Each of these keeps its whole order back."),
    ("confirm", "Needs your confirmation", "These orders wait until somebody has looked at them."),
    ("accepted", "Confirmed", "Somebody accepted these codes; they keep nothing back."),
    ("warning", "Warnings", "These keep nothing back. Check that they are what you mean."),
    ("note", "Tidied", "What was put right on the way. Nothing to do."),
)


def finding_cards(run: Run, privacy: Privacy) -> list[Card]:
    """Return a card per kind of problem: errors first, then by row."""
    together: dict[tuple[object, ...], list[FindingGroup]] = {}
    for group in group_equal(run.findings):
        one = group.first
        # Under a mapping profile one column of ours may come from several columns of the file.
        place = (one.input, one.sheet, one.column, one.header, one.letters)
        same = (one.severity, one.accepted, one.code, one.help, *place)
        together.setdefault(same, []).append(group)
    return [
        _card(number, groups, run, privacy) for number, groups in enumerate(together.values(), 1)
    ]


def parts(cards: list[Card]) -> list[Part]:
    """Return the cards under their headings, without headings that have none."""
    under: dict[str, list[Card]] = {}
    for card in cards:
        accepted = card.severity is Severity.CONFIRM and card.accepted
        under.setdefault("accepted" if accepted else card.severity.value, []).append(card)
    return [
        Part(name, title, text, tuple(under[name])) for name, title, text in _PARTS if name in under
    ]


def _card(number: int, groups: list[FindingGroup], run: Run, privacy: Privacy) -> Card:
    first, page = groups[0].first, ALL_CODES.get(groups[0].first.code)
    messages = {group.first.message for group in groups}
    looks = _looks(groups, privacy)
    others = [row for _, rows in looks[MOST_VALUES:] for row in rows]
    return Card(
        number=number,
        code=first.code,
        severity=first.severity,
        accepted=first.accepted,
        title=page.title if page else first.message,
        message=first.message if len(messages) == 1 else "",
        says_more=page is not None and first.message.rstrip(".") != page.title.rstrip("."),
        column=first.header or first.column or "",
        sheet=first.sheet or "",
        file=run.inputs[first.input].file.path if len(run.inputs) > 1 else "",
        allowed=first.allowed,
        help=first.help or (page.fix if page else ""),
        why=page.why if page else "",
        values=tuple(_value(look, rows, first) for look, rows in looks[:MOST_VALUES]),
        more=len(looks[MOST_VALUES:]),
        more_rows=spans(others, limit=_MOST_SPANS),
        count=sum(max(1, len(group.rows)) for group in groups),
        orders=tuple(dict.fromkeys(chain.from_iterable(group.orders for group in groups))),
        placed=first.row is not None,
        masked=first.personal and privacy is Privacy.MASKED and any(look[0] for look, _ in looks),
    )


def _looks(groups: list[FindingGroup], privacy: Privacy) -> list[tuple[Look, list[int]]]:
    """Fold what looks alike once it is masked, with its rows."""
    rows_of: dict[Look, list[int]] = {}
    for group in groups:
        one = group.first
        suggestion = shown(one.suggestion, personal=one.personal, privacy=privacy) or ""
        look = (*_found(one, privacy), suggestion, one.message)
        rows_of.setdefault(look, []).extend(group.rows)
    return list(rows_of.items())


def _found(finding: Finding, privacy: Privacy) -> tuple[str | None, str]:
    if not finding.found:
        return None, "" if finding.found is None else "empty"
    found = shown(finding.found, personal=finding.personal, privacy=privacy)
    if found is None:
        return None, "not shown"
    if len(found) > _LONGEST:
        return found[:_LONGEST] + "…", f"{len(found):,} characters"
    return found, ""


def _value(look: Look, rows: list[int], first: Finding) -> Value:
    found, why, suggestion, message = look
    return Value(
        found=found,
        why=why,
        suggestion=suggestion,
        message=message,
        rows=spans(rows, limit=_MOST_SPANS),
        cells=spans(rows, prefix=first.letters, limit=_MOST_SPANS) if first.letters else "",
    )
