"""Orders against what the ledger knows of their keys: create, skip, or held back with the reason.

Planning after a run in which everything was created skips everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loader.core.adopt import differences
from loader.core.findings import Finding, Severity
from loader.core.lifecycle import REPLACEABLE, State
from loader.core.model import Action, InputSummary, Order, Result
from loader.core.payload import LOOKUP_FIELD, fingerprint, request_of, was_only_seen
from loader.core.statuses import is_cancelled
from schemas.pouch_orders import KEY
from schemas.rules import ALL_CODES


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a key."""

    state: State
    fingerprint: str
    attempts: int = 0
    order_id: str | None = None
    order_name: str | None = None
    status: str | None = None
    released: bool = False  # by a person: only a resume sends it
    seen: Mapping[str, Any] | None = None  # the API's order, where nothing was sent from here


def decide(
    orders: Iterable[Order], known: Mapping[str, Known], inputs: list[InputSummary],
    holders: Mapping[str, str] | None = None,
) -> list[Finding]:  # fmt: skip
    """Set the action of each order, hold back what must not be sent; return why.

    `holders` names the key to which the ledger has given a look-up id.
    """
    findings: list[Finding] = []
    lookups: dict[str, Order] = {}
    for order in orders:
        order.action = Action.NONE
        if order.result is not Result.READY or order.body is None:
            continue
        code = _against(order, order.body, known.get(order.key))
        lookup = request_of(order.body)[LOOKUP_FIELD]
        other = lookups.setdefault(lookup, order)
        if other is not order or (holders or {}).get(lookup, order.key) != order.key:
            code = "LOOKUP-TWICE"
        if code:
            finding = _finding(code, order, inputs)
            findings.append(finding)
            if finding.holds_back:
                order.result, order.action = Result.TO_CORRECT, Action.NONE
    return findings


def _against(order: Order, body: bytes, known: Known | None) -> str:
    """Set the action by what is known of the key; return the code of what stands against it."""
    if known is None:
        order.action = Action.CREATE
        return ""
    order.order_id, order.order_name = known.order_id, known.order_name
    order.status, order.attempts = known.status, known.attempts
    if known.state is State.CONFLICT:
        return "LEDGER-CONFLICT"
    same = same_content(body, known)
    if known.state is State.CREATED:
        order.action = Action.SKIP
        ended = is_cancelled(known.status)
        return "LEDGER-DIFFERENT" if not same else "LEDGER-CANCELLED" if ended else ""
    if same and known.state in (State.UNKNOWN, State.SENDING):
        return "LEDGER-UNKNOWN"
    if same and known.state is State.REFUSED:
        return "LEDGER-REFUSED"
    if same and known.released:
        return "LEDGER-RELEASED"
    if same or known.state in REPLACEABLE:
        order.action = Action.CREATE
        return ""
    return "LEDGER-BUSY"


def same_content(body: bytes, known: Known) -> bool:
    """Return whether a request is what the ledger knows of its key.

    Of an order that only the API held, what was purged cannot be compared: it counts as the same,
    and so is never sent again.
    """
    if not was_only_seen(known.fingerprint):
        return known.fingerprint == fingerprint(body)
    return known.seen is None or not differences(request_of(body), known.seen)


def _finding(code: str, order: Order, inputs: list[InputSummary]) -> Finding:
    page = ALL_CODES[code]
    return Finding(
        code=code, severity=Severity(page.severity.value), message=f"{page.title}.",
        sheet=inputs[order.input].file.sheet, row=order.rows[0], column=KEY, found=order.key,
        allowed="one order under one number, sent once", help=page.fix, order=order.key,
        input=order.input,
    )  # fmt: skip


_RESULTS = {
    State.CREATED: Result.CREATED,
    State.REFUSED: Result.REFUSED,
    State.DEFERRED: Result.DEFERRED,
    State.UNKNOWN: Result.UNKNOWN,
    State.SENDING: Result.UNKNOWN,  # a request may be on its way
    State.CONFLICT: Result.CONFLICT,
    State.PLANNED: Result.NOT_SENT,
    State.CLAIMED: Result.NOT_SENT,
}


def result_of(state: State) -> Result:
    """Return the one word for an order whose entry stands in this state."""
    return _RESULTS[state]
