"""submit: from a confirmed plan to a recorded outcome for every order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from loader.app.brake import Brake
from loader.app.history import save, tell_results
from loader.app.interrupt import first_interrupt
from loader.app.on_order import on_order
from loader.app.planning import NOT_LOOKED_UP, finish
from loader.app.sending import Progress, Sender, found_there
from loader.core import payload
from loader.core.errors import LedgerError, SignInError
from loader.core.lifecycle import Operation, State
from loader.core.model import Account, Action, Order, Result, Run
from loader.ports import (
    Clock,
    Entered,
    EnterResult,
    Entry,
    Intent,
    Ledger,
    Settlement,
    Target,
)  # fmt: skip

_REJECTED = {EnterResult.BUSY: "LEDGER-BUSY", EnterResult.DIFFERENT: "LEDGER-DIFFERENT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What sending needs. `timeout` is the deadline of one request in seconds."""

    ledger: Ledger
    target: Target
    clock: Clock
    owner: str
    concurrency: int
    timeout: float
    progress: Progress = lambda entry_id, state: None
    brake: Brake = field(default_factory=Brake)

    def sender(self, run_id: str) -> Sender:
        """Return a sender for one run."""
        return Sender(
            ledger=self.ledger, target=self.target, clock=self.clock, run_id=run_id,
            owner=self.owner, concurrency=self.concurrency, timeout=self.timeout,
            progress=self.progress, brake=self.brake,
        )  # fmt: skip


async def submit(run: Run, means: Means) -> Run:
    """Send what a confirmed plan says is to be created; every order ends in one result."""
    run = replace(
        run, command="submit", started_at=means.clock.now(),
        # What the API holds is known by its answers, from here on.
        not_checked=[one for one in run.not_checked if one != NOT_LOOKED_UP],
    )  # fmt: skip
    with means.ledger.lock(run.signed_in):
        take_back(means.ledger, run.signed_in, [order.key for order in run.orders])
        save(run, means.ledger, ended=False)
        _enter(run, means.ledger)
        return await send_and_tell(run, means)


def take_back(ledger: Ledger, account: Account, keys: Sequence[str] | None) -> None:
    """Under the account's lock: what a sender that is gone was about to send waits again.

    What it may have sent becomes unknown. Nobody else sends for the account while the lock is
    held, so every claim is a left-over; a burn under it would fail by compare-and-set.
    """
    ledger.recover(account)
    left = [entry for entry in ledger.find(account, keys) if entry.state is State.CLAIMED]
    if left:
        ledger.give_back(left)


# ------------------------------------------------------------------ entering
def _enter(run: Run, ledger: Ledger) -> None:
    """Make the confirmed orders entries of the ledger; what it does not take is told.

    What first contact found at the API is entered and settled at once: a ledger that did not
    remember it would send it the next time.
    """
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


def _told(run: Run, order: Order, entered: Entered) -> None:
    code = _REJECTED.get(entered.result)
    if code is not None:
        order.action, order.result = Action.NONE, Result.TO_CORRECT
        allowed = "one order under one number, sent once"
        run.findings.append(on_order(code, order, run.inputs, allowed=allowed))


# ------------------------------------------------------------------ sending
async def send_and_tell(run: Run, means: Means) -> Run:
    """Send the run's entries, then read every order's result back from the ledger.

    `SignInError` where the sign-in was refused before anything was sent.
    """
    sender = means.sender(run.run_id)
    brake = sender.brake
    with first_interrupt(lambda: brake.pull("It was interrupted")):
        await sender.run()
    run.stopped = brake.why
    tell_results(run, means.ledger)
    if brake.sign_in_refused and not brake.sent:
        save(run, means.ledger, ended=False)
        raise SignInError(
            f"{brake.why}.",
            hint="Nothing was sent. Check the e-mail address and the password, then run"
            f" `order-loader resume {run.run_id}`.",
        )
    finish(run, means.clock)
    try:
        save(run, means.ledger, ended=True)
    except LedgerError as problem:
        # The outcomes are told all the same: the person needs them more than the history does.
        run.stopped = run.stopped or problem.message.rstrip(".")
        finish(run, means.clock)
    return run
