"""The same person with the same contents under two numbers: perhaps a double dose.

Within one file the declared rule says so; here the files of a run are compared with each other
and with what this ledger sent in the last 21 days, by keyed hashes that outlive the payload.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from loader.app.check import CheckedFiles
from loader.app.on_order import on_order
from loader.core.findings import Finding
from loader.core.lifecycle import State
from loader.core.model import Action, Order, Result
from loader.core.payload import contents_of, keyed_hash, person_parts, request_of
from loader.ports import Entry

CODE = "DOSE-TWICE"
WINDOW = 21 * 86400.0  # seconds

Dose = tuple[str, str]  # keyed hashes of the person and of the contents


@dataclass(frozen=True, slots=True)
class _Other:
    """The order that went, or goes, to the same person; `when` is "" where it is in this run."""

    key: str
    input: int | None
    when: str


def hold_back_doubles(
    orders: Iterable[Order], files: CheckedFiles, recent: Sequence[Entry], secret: bytes
) -> list[Finding]:
    """Hold back what may be a double dose, unless it is accepted; return why."""
    known = _sent(recent)
    findings = []
    for order in orders:
        if order.body is None or order.result is not Result.READY or order.action is Action.SKIP:
            continue
        request = request_of(order.body)
        dose = (
            keyed_hash(secret, *person_parts(request)),
            keyed_hash(secret, *contents_of(request)),
        )
        own = _Other(order.key, order.input, "")
        others = [one for one in known.get(dose, ()) if _is_news(one, own)]
        known.setdefault(dose, []).append(own)
        if others:
            findings.append(_finding(order, others[0], files))
            if findings[-1].holds_back:
                order.result, order.action = Result.TO_CORRECT, order.action and Action.NONE
    return findings


def _is_news(other: _Other, own: _Other) -> bool:
    """True for another order that the rule within one file has not told already."""
    return other.key != own.key and other.input != own.input


def _sent(recent: Sequence[Entry]) -> dict[Dose, list[_Other]]:
    known: dict[Dose, list[_Other]] = {}
    for entry in _alive(recent):
        when = datetime.fromtimestamp(entry.entered_at).date().isoformat()
        known.setdefault((entry.person, entry.contents), []).append(_Other(entry.key, None, when))
    return known


def _alive(recent: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries that stand for an order, or may."""
    for entry in recent:
        cancelled = (entry.status or "").startswith("Cancel")
        if entry.person and entry.state is not State.REFUSED and not cancelled:
            yield entry


def _finding(order: Order, other: _Other, files: CheckedFiles) -> Finding:
    when = f" of {other.when}" if other.when else ""
    return on_order(
        CODE, order, files.inputs, allowed="each dose under one order number",
        message=f"Order {other.key}{when} sends the same contents to the same person.",
        accepted=files.accepts(order.key, CODE),
    )  # fmt: skip
