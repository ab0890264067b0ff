"""From a confirmed plan to entries of the ledger; what it does not take is told."""

from loader.app.on_order import on_order
from loader.app.outcomes import found_there
from loader.core import payload
from loader.core.lifecycle import Operation, State
from loader.core.model import Action, Order, Result, Run
from loader.core.plan import Known, same_content
from loader.ports import Entered, EnterResult, Entry, Intent, Ledger, Settlement

_REJECTED = {EnterResult.BUSY: "LEDGER-BUSY", EnterResult.DIFFERENT: "LEDGER-DIFFERENT"}
_ALLOWED = "one order under one number, sent once"
WAITING = frozenset({State.PLANNED, State.CLAIMED, State.DEFERRED})


def enter(run: Run, ledger: Ledger) -> None:
    """Make the confirmed orders entries of the ledger, under the account's lock.

    What first contact found at the API is entered and settled at once: a ledger that did not
    remember it would send it the next time.
    """
    _hold_back(run, ledger)
    orders = {
        order.key: order
        for order in run.orders
        if order.action is Action.CREATE or _found_at_first_contact(order)
    }
    intents = [_intent(order, ledger.secret) for order in orders.values()]
    found = []
    for entered in ledger.enter(run.signed_in, run.run_id, intents):
        order = orders[entered.key]
        if order.action is Action.CREATE:
            _told(run, order, entered)
        elif entered.entry.state is State.PLANNED:
            found.append(_as_found(order, entered.entry))
    if found:
        ledger.settle(found)


def skip_what_is_made(run: Run, ledger: Ledger) -> None:
    """Take out of a saved plan what was made since, so that nobody is asked about it again."""
    entries = ledger.find(run.signed_in, [order.key for order in run.orders])
    made = {entry.key: known(entry) for entry in entries if entry.state is State.CREATED}
    for order in run.orders:
        found = made.get(order.key) if order.action is Action.CREATE else None
        if found is not None and order.body is not None and same_content(order.body, found):
            order.action = Action.SKIP


def known(entry: Entry) -> Known:
    """Return what planning needs of an entry."""
    seen = entry.body if payload.was_only_seen(entry.fingerprint) else None
    return Known(
        entry.state, entry.fingerprint, entry.attempts, entry.order_id, entry.order_name,
        entry.status, entry.released, payload.request_of(seen) if seen else None,
    )  # fmt: skip


def lookup_holders(run: Run, ledger: Ledger) -> dict[str, str]:
    """Return the key to which the ledger has given each look-up id of the run's orders."""
    bodies = [order.body for order in run.orders if order.body is not None]
    ids = [payload.request_of(body)[payload.LOOKUP_FIELD] for body in bodies]
    return ledger.holders(run.signed_in, ids)


# ------------------------------------------------------------------ what is not entered
def _hold_back(run: Run, ledger: Ledger) -> None:
    """Hold back, order by order, what the ledger would refuse or only a resume may send."""
    holders = lookup_holders(run, ledger)
    entries = ledger.find(run.signed_in, [order.key for order in run.orders])
    released = {one.key: one.fingerprint for one in entries if one.released}
    waiting = {one.key for one in entries if one.state in WAITING and one.run_id != run.run_id}
    for order in run.orders:
        body = order.body
        if order.result is Result.TO_CORRECT:
            if order.key in waiting:
                run.findings.append(on_order("LEDGER-WAITING", order, run.inputs, allowed=_ALLOWED))
            continue
        if body is None or order.action is not Action.CREATE:
            continue
        holder = holders.get(payload.request_of(body)[payload.LOOKUP_FIELD], order.key)
        if holder != order.key:
            _to_correct("LOOKUP-TWICE", run, order)
        elif released.get(order.key) == payload.fingerprint(body):
            order.action = Action.NONE
            run.findings.append(on_order("LEDGER-RELEASED", order, run.inputs, allowed=_ALLOWED))


def _told(run: Run, order: Order, entered: Entered) -> None:
    if entered.result is EnterResult.SAME and entered.entry.state is State.CREATED:
        order.action = Action.SKIP  # made by another run since it was planned
    code = _REJECTED.get(entered.result)
    if code is not None:
        _to_correct(code, run, order)


def _to_correct(code: str, run: Run, order: Order) -> None:
    order.action, order.result = Action.NONE, Result.TO_CORRECT
    run.findings.append(on_order(code, order, run.inputs, allowed=_ALLOWED))


# ------------------------------------------------------------------ what is
def _found_at_first_contact(order: Order) -> bool:
    there = order.action is Action.SKIP or order.error is not None
    return there and order.order_id is not None and order.body is not None


def _as_found(order: Order, entry: Entry) -> Settlement:
    differing = order.result is Result.TO_CORRECT
    return Settlement(
        entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
        since=frozenset({State.PLANNED}), state=State.CONFLICT if differing else State.CREATED,
        evidence=str(order.error["message"]) if order.error else found_there([]),
        order_id=order.order_id, order_name=order.order_name, status=order.status,
        error=order.error, consumer_id=order.consumer_id, tracking=order.tracking,
    )  # fmt: skip


def _intent(order: Order, secret: bytes) -> Intent:
    body = order.body or b"{}"
    request = payload.request_of(body)
    return Intent(
        key=order.key,
        operation=Operation.CREATE,
        lookup_id=request[payload.LOOKUP_FIELD],
        body=body,
        fingerprint=payload.fingerprint(body),
        person=payload.keyed_hash(secret, *payload.person_parts(request)),
        contents=payload.keyed_hash(secret, *payload.contents_of(request)),
    )
