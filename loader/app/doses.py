"""The same person with the same contents under two numbers: perhaps a double dose.

Within one file the declared rule says so; here the files of a run are compared with each other,
with what this ledger holds of the last 21 days (unknown outcomes, too), by keyed hashes that
outlive the payload, and with the orders that the API lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loader.app.check import CheckedFiles
from loader.app.on_order import on_order
from loader.core.findings import Finding
from loader.core.lifecycle import State
from loader.core.model import Action, Order, Result
from loader.core.payload import (
    LOOKUP_FIELD,
    contents_of,
    keyed_hash,
    person_parts,
    request_of,
)  # fmt: skip
from loader.core.seen import Seen, contents_in
from loader.core.statuses import comes_to_nothing
from loader.ports import Entry

CODE = "DOSE-TWICE"
WINDOW = 21 * 86400.0  # seconds
_WAITING = frozenset({State.PLANNED, State.DEFERRED, State.CLAIMED})
_IN_DOUBT = frozenset({State.SENDING, State.UNKNOWN})

Dose = tuple[str, str]  # who gets it and what it is, as keyed hashes


@dataclass(frozen=True, slots=True)
class _Other:
    """An order that went, or goes, to the same person; `words` say which, `input` of this run."""

    key: str
    input: int | None
    words: str


@dataclass(slots=True)
class Doses:
    """What is known of other orders: `recent` of the ledger, `seen` at the API.

    `secret` is the ledger's; hashes that were made with another one are alike to nothing.
    """

    recent: Sequence[Entry] = ()
    secret: bytes = b""
    seen: Sequence[Seen] = ()
    _known: defaultdict[Dose, list[_Other]] = field(default_factory=lambda: defaultdict(list))
    _at_api: defaultdict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        ended = {one.key for one in self.seen if comes_to_nothing(one.status)}
        for entry in _alive(self.recent, ended):
            other = _Other(entry.key, None, _words_of(entry))
            for person in filter(None, (entry.person, self._consumer(entry.consumer_id))):
                self._known[person, entry.contents].append(other)
        for one in self.seen:
            if not comes_to_nothing(one.status):
                for person in filter(None, (one.consumer, " ".join(one.names).strip())):
                    self._at_api[person].append(one)

    def hold_back(self, orders: Iterable[Order], files: CheckedFiles) -> list[Finding]:
        """Hold back what may be a double dose, unless it is accepted; return why."""
        findings = []
        for order in orders:
            if order.body is None or order.result is not Result.READY:
                continue
            if order.action is Action.SKIP:
                continue
            own = _Other(order.key, order.input, f"Order {order.key}")
            other = next(self._others(own, request_of(order.body), files), None)
            if other is not None:
                findings.append(_finding(order, other, files))
                if findings[-1].holds_back:
                    order.result, order.action = Result.TO_CORRECT, order.action and Action.NONE
        return findings

    def _others(
        self, own: _Other, request: dict[str, Any], files: CheckedFiles
    ) -> Iterator[_Other]:
        """Yield the other orders that send the same to the same; `own` is known from now on."""
        dose = (
            keyed_hash(self.secret, *person_parts(request)),
            keyed_hash(self.secret, *contents_of(request)),
        )
        found = [*self._known[dose]]
        if consumer := self._consumer(request["consumer"].get("id")):
            found += self._known[consumer, dose[1]]
        self._known[dose].append(own)
        for other in (*found, *self._listed(request)):
            # What stands in the same file the declared rule has told already.
            news = other.key != own.key and other.input != own.input
            if news and not files.replace_each_other(own.key, other.key):
                yield other

    def _listed(self, request: dict[str, Any]) -> Iterator[_Other]:
        consumer, first, last = person_parts(request)
        contents = contents_in(request)
        for person in filter(None, (consumer, f"{first} {last}".strip())):
            for one in self._at_api[" ".join(person.casefold().split())]:
                same = one.is_for(consumer, (first, last)) and one.sends(contents)
                if same and one.lookup_id != request[LOOKUP_FIELD]:
                    yield _Other(one.key, None, _words_of_seen(one))

    def _consumer(self, consumer: str | None) -> str:
        """Return what stands for a person known by id alone, as a keyed hash."""
        return keyed_hash(self.secret, consumer, "", "") if consumer else ""


def _alive(recent: Iterable[Entry], ended: set[str]) -> Iterator[Entry]:
    """Yield the entries that stand for an order, or may; `ended` are keys of which none comes."""
    for entry in recent:
        gone = entry.state is State.REFUSED or comes_to_nothing(entry.status)
        if entry.person and not gone and entry.key not in ended:
            yield entry


def _words_of(entry: Entry) -> str:
    when = datetime.fromtimestamp(entry.entered_at).date().isoformat()
    known = ", whose outcome is unknown," if entry.state in _IN_DOUBT else ""
    waits = ", which waits to be sent," if entry.state in _WAITING else ""
    return f"Order {entry.key} of {when}{known}{waits}"


def _words_of_seen(one: Seen) -> str:
    if not one.key:
        return f"OK Capsule's order {one.number or 'without a number'} of {one.day}"
    number = f" (OK Capsule's {one.number})" if one.number else ""
    return f"Order {one.key}{number} of {one.day}"


def _finding(order: Order, other: _Other, files: CheckedFiles) -> Finding:
    return on_order(
        CODE, order, files.inputs, allowed="each dose under one order number",
        message=f"{other.words} sends the same contents to the same person.",
        accepted=files.accepts(order.key, CODE),
    )  # fmt: skip
