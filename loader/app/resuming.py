"""resume and reconcile: settle what is unknown, send what was confirmed and not sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loader.app.history import RUNS_FACT, recall_or_rebuild, save, standing
from loader.app.planning import finish
from loader.app.submitting import Means, send_and_tell, take_back
from loader.core.errors import UsageError
from loader.core.findings import Finding
from loader.core.lifecycle import State
from loader.core.model import Account, InputSummary, Order, Run
from loader.ports import Entry, Intent, Ledger, RunRecord, Sight
from schemas.codes import UNPLACED

_WAITING = frozenset({State.PLANNED, State.CLAIMED, State.DEFERRED})
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
    """Return one run, or all that are unfinished as one under `new_run_id`; None without any.

    Raises `UsageError` for a run that the ledger lacks, or of another account.
    """
    sending = _WAITING | ({State.REFUSED} if refused else set())
    if run_id is not None:
        run = recall_or_rebuild(_record(ledger, account, run_id), ledger)
    else:
        wanted = sending | _IN_DOUBT
        ids = {entry.run_id for entry in ledger.find(account) if entry.state in wanted}
        runs = [
            recall_or_rebuild(_record(ledger, account, record.run_id), ledger)
            for record in ledger.list_runs()
            if record.run_id in ids
        ]
        if not runs:
            return None
        run = runs[0] if len(runs) == 1 else as_one(runs, new_run_id)
    entries = ledger.find(account, [order.key for order in run.orders])
    return Unfinished(
        run,
        [entry for entry in entries if entry.state in sending],
        sum(entry.state in _IN_DOUBT for entry in entries),
    )


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
        take_back(ledger, account, keys)
        save(run, ledger, ended=False)
        entries = ledger.find(account, keys)
        if refused:
            again = [entry.id for entry in entries if entry.state is State.REFUSED]
            ledger.restart(account, run.run_id, again)
        _take_over(ledger, account, run.run_id, entries)
        await look_up_unknown(means, run.run_id, entries)
        return await send_and_tell(run, means)


def _take_over(ledger: Ledger, account: Account, run_id: str, entries: Sequence[Entry]) -> None:
    """Bring what waits under other runs into this one: a sender takes its own run's entries."""
    others = [
        Intent(
            key=e.key, operation=e.operation, lookup_id=e.lookup_id, body=e.body,
            fingerprint=e.fingerprint, person=e.person, contents=e.contents,
        )
        for e in entries
        if e.state in _WAITING and e.run_id != run_id and e.body is not None
    ]  # fmt: skip
    if others:
        ledger.enter(account, run_id, others)


async def look_up_unknown(means: Means, run_id: str, entries: Iterable[Entry]) -> dict[str, Sight]:
    """Look up the unknown among the entries; return what was seen, by key."""
    sender = means.sender(run_id)
    seen = {}
    async with sender.scribe() as scribe:
        for entry in entries:
            if entry.state is State.UNKNOWN:
                seen[entry.key] = await sender.look_up(scribe, entry)
    return seen


async def reconcile(run: Run, account: Account, means: Means) -> Run:
    """Look up every unknown order of the account; `run` is empty and becomes what is known now."""
    ledger = means.ledger
    with ledger.lock(account):
        take_back(ledger, account, None)
        seen = await look_up_unknown(means, run.run_id, ledger.find(account))
        standing(run, ledger.find(account))
    absent = sum(sight is Sight.ABSENT for sight in seen.values())
    if absent:
        run.not_checked.append(
            f"Orders that were not found: {absent}. The look-up may lag behind, so their outcome"
            " stays unknown, and they are not sent again."
        )
    unclear = sum(sight is Sight.UNCLEAR for sight in seen.values())
    if unclear:
        run.not_checked.append(f"Orders that could not be looked up: {unclear}. Try again later.")
    return finish(run, means.clock)


# ------------------------------------------------------------------ several runs as one
def as_one(runs: Sequence[Run], run_id: str) -> Run:
    """Return runs, the newest first, as one; an order that several hold is the newest one's."""
    whole = replace(
        runs[0], run_id=run_id, inputs=[], orders=[], findings=[],
        not_checked=list(dict.fromkeys(one for run in runs for one in run.not_checked)),
        product_names={k: v for run in reversed(runs) for k, v in run.product_names.items()},
        facts={**runs[0].facts, RUNS_FACT: ", ".join(run.run_id for run in runs)},
    )  # fmt: skip
    taken: set[str] = set()
    for run in runs:
        kept = {order.key for order in run.orders} - taken
        taken |= kept
        _add(whole, run, kept)
    return whole


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
