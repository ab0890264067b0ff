"""resume: settle what is unknown, then send what was confirmed and not sent.

A resume is a run of its own: it takes the orders of the runs that it finishes, and leaves their
records as they ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from loader.app.entering import WAITING
from loader.app.history import RUNS_FACT, recall, recall_or_rebuild, save
from loader.app.on_order import on_order
from loader.app.submitting import Means, interruptible, send_and_tell, take_back
from loader.core.errors import UsageError
from loader.core.findings import Finding
from loader.core.lifecycle import State
from loader.core.model import Account, Action, InputSummary, Order, Result, Run
from loader.ports import Entry, Intent, Ledger, RunRecord
from schemas.codes import UNPLACED

_NEWEST = "what the newest file says of an order"
_IN_DOUBT = frozenset({State.SENDING, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What there is to resume: the runs as one, and the entries that would be sent."""

    run: Run
    to_send: list[Entry]
    in_doubt: int


def unfinished(
    ledger: Ledger, account: Account, run_id: str | None, new_run_id: str, *, refused: bool
) -> Unfinished | None:
    """Return one run, or all that are unfinished, as one under `new_run_id`; None without any.

    Raises `UsageError` for a run that the ledger lacks, or of another account.
    """
    records = ledger.list_runs()
    if run_id is not None:
        runs = [recall_or_rebuild(_record(ledger, account, run_id), ledger)]
    else:
        states = WAITING | _IN_DOUBT | ({State.REFUSED} if refused else set())
        ids = {entry.run_id for entry in ledger.find(account) if entry.state in states}
        runs = [
            recall_or_rebuild(_record(ledger, account, record.run_id), ledger)
            for record in records
            if record.run_id in ids
        ]
    if not runs:
        return None
    run = as_one(runs, new_run_id)
    entries = ledger.find(account, [order.key for order in run.orders])
    wanted = _wanted(entries, refused=refused)
    held = held_by_newer(ledger, account, wanted)
    to_send = [entry for entry in wanted if entry.key not in held]
    return Unfinished(run, to_send, sum(entry.state in _IN_DOUBT for entry in entries))


def _wanted(entries: Iterable[Entry], *, refused: bool) -> list[Entry]:
    """Return what a resume would send; what lost its content by age cannot be sent."""
    states = WAITING | {State.REFUSED} if refused else WAITING
    return [entry for entry in entries if entry.state in states and entry.body is not None]


def held_by_newer(ledger: Ledger, account: Account, entries: Iterable[Entry]) -> set[str]:
    """Return the keys of entries whose content is stale: a newer file has them to correct.

    The newest submit that names a key decides. One whose details were purged says nothing.
    """
    asked, held = {entry.key: entry.run_id for entry in entries}, set[str]()
    for record in ledger.list_runs():  # the newest first
        if not asked:
            break
        asked = {key: run_id for key, run_id in asked.items() if run_id != record.run_id}
        newer = ledger.load_run(record.run_id) if record.command == "submit" and asked else None
        if newer is None or newer.document is None or newer.account != account:
            continue
        for order in recall(newer).orders:
            if asked.pop(order.key, None) and order.result is Result.TO_CORRECT:
                held.add(order.key)
    return held


def _record(ledger: Ledger, account: Account, run_id: str) -> RunRecord:
    record = ledger.load_run(run_id)
    if record is None:
        raise UsageError(f"The ledger has no run {run_id}.", hint="See `order-loader runs list`.")
    if record.account != account:
        raise UsageError(
            f"{run_id} belongs to another environment or account.",
            hint=f"It was made with --env {record.env}.",
        )
    return record


async def resume(found: Unfinished, means: Means, *, refused: bool) -> Run:
    """Settle what is unknown, send what waits; `refused` sends refused orders again."""
    run = replace(found.run, command="resume", started_at=means.clock.now(), stopped="")
    account, keys = run.signed_in, [order.key for order in run.orders]
    ledger = means.ledger
    with ledger.lock(account):
        take_back(means, account, keys)
        entries = {entry.key: entry for entry in ledger.find(account, keys)}
        wanted = _wanted(entries.values(), refused=refused)
        held = held_by_newer(ledger, account, wanted)
        to_send = [entry for entry in wanted if entry.key not in held]
        _decide(run, entries, held, {entry.key for entry in to_send})
        save(run, ledger, ended=False)
        again = [one.id for one in to_send if one.state is State.REFUSED]
        ledger.restart(account, run.run_id, again)
        _take_over(ledger, account, run.run_id, to_send)
        sender = means.sender(run.run_id, account)
        with interruptible(sender, means.say):
            async with sender.scribe() as scribe:
                doubtful = [one for one in entries.values() if one.state is State.UNKNOWN]
                await sender.look_up(scribe, doubtful)
            if sender.brake.unclear is not None:
                sender.brake.stop_for(sender.brake.unclear)
            return await send_and_tell(run, sender, means)


def _decide(run: Run, entries: Mapping[str, Entry], held: set[str], sent: set[str]) -> None:
    """Set what this run does with each order; what was made before is skipped, as by a submit."""
    for order in run.orders:
        entry = entries.get(order.key)
        if entry is None:
            continue
        if order.key in held:
            if order.result is not Result.TO_CORRECT:
                run.findings.append(on_order("LEDGER-WAITING", order, run.inputs, allowed=_NEWEST))
            order.result, order.action = Result.TO_CORRECT, Action.NONE
        elif entry.state is State.CREATED:
            order.result, order.action = Result.SKIPPED, Action.SKIP
        elif order.key in sent or entry.state in _IN_DOUBT:
            order.result, order.action = Result.NOT_SENT, Action.CREATE
        elif order.result is not Result.TO_CORRECT:
            order.action = Action.NONE


def _take_over(ledger: Ledger, account: Account, run_id: str, entries: Sequence[Entry]) -> None:
    """Bring what waits under other runs into this one: a sender takes its own run's entries."""
    others = [
        Intent(
            key=e.key, operation=e.operation, lookup_id=e.lookup_id, body=e.body,
            fingerprint=e.fingerprint, person=e.person, contents=e.contents,
        )
        for e in entries
        if e.state in WAITING and e.body is not None
    ]  # fmt: skip
    if others:
        ledger.enter(account, run_id, others)


# ------------------------------------------------------------------ several runs as one
def as_one(runs: Sequence[Run], run_id: str) -> Run:
    """Return runs, the newest first, as one; an order that several hold is the newest one's.

    A run that another one has taken up already adds nothing: all of it is in that one.
    """
    taken_up = {name for run in runs for name in _taken_up(run)}
    runs = [run for run in runs if run.run_id not in taken_up] or list(runs)
    named = dict.fromkeys(name for run in runs for name in (run.run_id, *_taken_up(run)))
    whole = replace(
        runs[0], run_id=run_id, inputs=[], orders=[], findings=[],
        not_checked=list(dict.fromkeys(one for run in runs for one in run.not_checked)),
        product_names={k: v for run in reversed(runs) for k, v in run.product_names.items()},
        facts={**runs[0].facts, RUNS_FACT: ", ".join(named)},
    )  # fmt: skip
    taken: set[str] = set()
    for run in runs:
        kept = {order.key for order in run.orders} - taken
        taken |= kept
        _add(whole, run, kept)
    return whole


def _taken_up(run: Run) -> list[str]:
    return [name for name in run.facts.get(RUNS_FACT, "").split(", ") if name]


def _add(whole: Run, run: Run, kept: set[str]) -> None:
    """Add what a run holds of these orders; its inputs follow those that are there."""
    shift = len(whole.inputs)
    orders = [order for order in run.orders if order.key in kept]
    findings = [f for f in run.findings if f.order is None or f.order in kept]
    for index, one in enumerate(run.inputs):
        rows = _rows(index, orders, findings)
        whole.inputs.append(InputSummary(one.file, len(rows)))
    whole.orders += [replace(order, input=order.input + shift) for order in orders]
    whole.findings += [replace(finding, input=finding.input + shift) for finding in findings]


def _rows(index: int, orders: Iterable[Order], findings: Iterable[Finding]) -> set[int]:
    rows = {row for order in orders if order.input == index for row in order.rows}
    return rows | {
        f.row for f in findings if f.input == index and f.row is not None and f.code in UNPLACED
    }
