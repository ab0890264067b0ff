"""submit, resume, reconcile: from a confirmed plan to a recorded outcome for every order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import orjson

from loader.app.planning import finish
from loader.app.scribe import Scribe
from loader.app.sending import MARGIN, Progress, Sender
from loader.core import payload
from loader.core.document import from_document, to_document
from loader.core.errors import InputError, SignInError
from loader.core.findings import Finding, Severity
from loader.core.lifecycle import Operation, State
from loader.core.model import Account, Action, Order, Result, Run
from loader.core.plan import result_of
from loader.core.privacy import Privacy
from loader.ports import (
    Clock,
    Entered,
    EnterResult,
    Entry,
    Intent,
    Ledger,
    RunRecord,
    Sight,
    Target,
)  # fmt: skip
from schemas.codes import CODES
from schemas.pouch_orders import KEY

_REJECTED = {EnterResult.BUSY: "LEDGER-BUSY", EnterResult.DIFFERENT: "LEDGER-DIFFERENT"}
_WAITING = frozenset({State.PLANNED, State.CLAIMED, State.DEFERRED})
UNFINISHED = _WAITING | {State.SENDING, State.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What sending needs. `timeout` is the deadline of one request in seconds."""

    ledger: Ledger
    target: Target
    clock: Clock
    owner: str
    concurrency: int
    timeout: float
    progress: Progress = lambda state: None

    def sender(self, run_id: str) -> Sender:
        """Return a sender for one run."""
        return Sender(
            self.ledger, self.target, self.clock, run_id, self.owner, self.concurrency,
            self.timeout, self.progress,
        )  # fmt: skip


async def submit(run: Run, means: Means) -> Run:
    """Send what a confirmed plan says is to be created; every order ends in one result."""
    run = replace(run, command="submit", started_at=means.clock.now())
    with means.ledger.lock(run.signed_in):
        save(run, means.ledger, ended=False)
        means.ledger.recover(run.signed_in)
        _enter(run, means.ledger)
        return await _send_and_tell(run, means)


def _enter(run: Run, ledger: Ledger) -> None:
    """Make the confirmed orders entries of the ledger; what it does not take is told."""
    orders = {order.key: order for order in run.orders if order.action is Action.CREATE}
    intents = [_intent(order, ledger.secret) for order in orders.values()]
    for entered in ledger.enter(run.signed_in, run.run_id, intents):
        _told(run, orders[entered.key], entered)


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
    if code is None:
        return
    page = CODES[code]
    order.action, order.result = Action.NONE, Result.TO_CORRECT
    run.findings.append(
        Finding(
            code=code, severity=Severity(page.severity.value), message=f"{page.title}.",
            sheet=run.inputs[order.input].file.sheet, row=order.rows[0], column=KEY,
            found=order.key, allowed="one order under one number, sent once", help=page.fix,
            order=order.key, input=order.input,
        )
    )  # fmt: skip


async def _send_and_tell(run: Run, means: Means) -> Run:
    """Send the run's entries, then read every order's result back from the ledger."""
    sender = means.sender(run.run_id)
    with _first_interrupt(lambda: sender.brake.pull("Interrupted by Ctrl-C")):
        await sender.run()
    if sender.brake.sign_in_refused and not sender.brake.sent:
        _results(run, means.ledger)
        save(run, means.ledger, ended=False)
        raise SignInError(sender.brake.why, hint="Check the e-mail and the password, then run"
                          f" `order-loader resume {run.run_id}`. Nothing was sent.")  # fmt: skip
    run.stopped = sender.brake.why
    _results(run, means.ledger)
    finish(run, means.clock)
    save(run, means.ledger, ended=True)
    return run


def _results(run: Run, ledger: Ledger) -> None:
    entries = {e.key: e for e in ledger.find(run.signed_in, [order.key for order in run.orders])}
    for order in run.orders:
        entry = entries.get(order.key)
        if order.result is Result.TO_CORRECT:
            continue
        if entry is None:
            order.result = Result.SKIPPED if order.action is Action.SKIP else Result.NOT_SENT
            continue
        order.result = result_of(entry.state)
        if entry.state is State.CREATED and entry.run_id != run.run_id:
            order.result = Result.SKIPPED
        tell(order, entry)


def tell(order: Order, entry: Entry) -> None:
    """Copy what the ledger knows onto an order."""
    order.order_id, order.order_name, order.status = (
        entry.order_id, entry.order_name, entry.status,
    )  # fmt: skip
    order.attempts = entry.attempts
    order.error = dict(entry.error) if entry.error else None


# ------------------------------------------------------------------ resume, reconcile
async def resume(record: RunRecord, means: Means, *, refused: bool) -> Run:
    """Settle what is unknown, send what was confirmed and not sent; `refused` sends those again."""
    run = recall(record)
    run = replace(run, command="resume", started_at=means.clock.now(), stopped="")
    with means.ledger.lock(run.signed_in):
        means.ledger.recover(run.signed_in)
        if refused:
            again = [e.id for e in means.ledger.of_run(run.run_id) if e.state is State.REFUSED]
            means.ledger.restart(run.signed_in, run.run_id, again)
        await look_up_unknown(means, means.ledger.of_run(run.run_id), run.run_id)
        return await _send_and_tell(run, means)


async def look_up_unknown(means: Means, entries: list[Entry], run_id: str) -> dict[str, Sight]:
    """Look up the unknown among the entries; return what was seen, by key."""
    sender = means.sender(run_id)
    seen = {}
    async with Scribe(means.ledger, run_id, means.owner, means.timeout + MARGIN) as scribe:
        for entry in entries:
            if entry.state is State.UNKNOWN:
                seen[entry.key] = await sender.look_up(scribe, entry)
    return seen


async def reconcile(run: Run, account: Account, means: Means) -> Run:
    """Look up every unknown order of the account; `run` is empty and becomes what is known now."""
    with means.ledger.lock(account):
        means.ledger.recover(account)
        seen = await look_up_unknown(means, means.ledger.find(account), run.run_id)
    standing(run, means.ledger.find(account))
    absent = sum(sight is Sight.ABSENT for sight in seen.values())
    if absent:
        run.not_checked.append(
            f"{absent} orders were not found. The look-up may lag behind, so their outcome stays"
            " unknown; they are not sent again."
        )
    return finish(run, means.clock)


def standing(run: Run, entries: list[Entry]) -> None:
    """Fill a run with where each entry stands; its orders have no rows of a file."""
    for entry in sorted(entries, key=lambda e: e.id):
        order = Order(key=entry.key, rows=(), body=entry.body, result=result_of(entry.state))
        tell(order, entry)
        run.orders.append(order)


# ------------------------------------------------------------------ history
def save(run: Run, ledger: Ledger, *, ended: bool) -> None:
    """Keep the run in the ledger's history, as it stands."""
    ledger.save_run(
        RunRecord(
            run_id=run.run_id, command=run.command, account=run.account, env=run.env,
            started_at=run.started_at, ended_at=run.ended_at,
            exit_code=run.exit_code if ended else None,
            document=orjson.dumps(to_document(run, Privacy.FULL)),
        )
    )  # fmt: skip


def recall(record: RunRecord) -> Run:
    """Return a run of the history; `InputError` where its details were purged."""
    if record.document is None:
        raise InputError(
            f"The details of {record.run_id} were removed.",
            hint="`order-loader status` still shows where its orders stand.",
        )
    return from_document(orjson.loads(record.document))


@contextmanager
def _first_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C stops claiming and drains; the second one quits."""

    def first(signum: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    try:
        before = signal.signal(signal.SIGINT, first)
    except ValueError:  # not the main thread: whoever runs us handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
