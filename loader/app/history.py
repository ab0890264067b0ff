"""Runs in the ledger's history: kept as they stand, recalled, told again from the ledger."""

from collections.abc import Iterable, Mapping

import orjson

from loader.app.on_order import on_order
from loader.core.document import from_document, to_document
from loader.core.errors import InputError
from loader.core.lifecycle import State
from loader.core.model import Action, Order, Result, Run
from loader.core.payload import fingerprint, was_only_seen
from loader.core.plan import result_of
from loader.core.privacy import Privacy
from loader.core.summary import exit_code
from loader.ports import Entry, Ledger, RunRecord

RELEASED = "RELEASED-BY"
RUNS_FACT = "Runs"  # the label under which a resume names the runs that it takes up


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


def recall_or_rebuild(record: RunRecord, ledger: Ledger) -> Run:
    """Return a run of the history; one whose details were purged, from its entries alone."""
    if record.document is not None:
        return recall(record)
    run = Run(
        command=record.command, run_id=record.run_id, env=record.env, base_url=None,
        started_at=record.started_at, ended_at=record.ended_at, account=record.account,
    )  # fmt: skip
    standing(run, ledger, ledger.of_run(record.run_id))
    return run


def told_again(record: RunRecord, ledger: Ledger) -> Run:
    """Return a run with where its orders stand by now; its findings are as they were."""
    run = recall_or_rebuild(record, ledger)
    if record.account is not None:
        tell_results(run, ledger)
        run.exit_code = exit_code(run)
    return run


def standing(run: Run, ledger: Ledger, entries: Iterable[Entry]) -> None:
    """Fill a run with where each entry stands; its orders have no rows of a file."""
    known = {entry.key: entry for entry in sorted(entries, key=lambda e: e.id)}
    for entry in known.values():
        order = Order(key=entry.key, rows=(), result=result_of(entry.state))
        tell(order, entry)
        run.orders.append(order)
    _tell_releases(run, ledger, known)


def _tell_releases(run: Run, ledger: Ledger, entries: Mapping[str, Entry]) -> None:
    """Say with each order that a person let be sent again who did it, and why."""
    perhaps = {e.id: e.key for e in entries.values() if e.attempts > 1 or e.released}
    orders = {order.key: order for order in run.orders}
    run.findings = [finding for finding in run.findings if finding.code != RELEASED]
    for step in ledger.journal(list(perhaps)) if perhaps else ():
        order = orders.get(perhaps[step.entry_id])
        if order is not None and (step.was, step.became) == (State.UNKNOWN, State.PLANNED):
            run.findings.append(
                on_order(
                    RELEASED, order, run.inputs, allowed="", message=step.evidence, column=None
                )
            )


def tell_results(run: Run, ledger: Ledger) -> None:
    """Read every order's result back from the ledger, whichever run has sent it by now.

    An order that this run held back is told again only where the ledger has it of this run.
    """
    entries = {e.key: e for e in ledger.find(run.signed_in, [order.key for order in run.orders])}
    for order in run.orders:
        entry = entries.get(order.key)
        held = order.result is Result.TO_CORRECT
        if held and (entry is None or entry.run_id != run.run_id):
            continue
        if entry is None:
            order.result = Result.SKIPPED if order.action is Action.SKIP else Result.NOT_SENT
            continue
        order.result = Result.SKIPPED if _made_before(order, entry) else result_of(entry.state)
        tell(order, entry)
    _tell_releases(run, ledger, entries)


def _made_before(order: Order, entry: Entry) -> bool:
    """True where the order was there before its run sent anything, or has other content now."""
    if entry.state is not State.CREATED:
        return False
    other = order.body is not None and fingerprint(order.body) != entry.fingerprint
    return order.action is Action.SKIP or not entry.attempts or other


def tell(order: Order, entry: Entry) -> None:
    """Copy what the ledger knows onto an order."""
    if order.body is None and not was_only_seen(entry.fingerprint):
        order.body = entry.body
    order.order_id, order.order_name, order.status = (
        entry.order_id, entry.order_name, entry.status,
    )  # fmt: skip
    order.attempts = entry.attempts
    order.error = dict(entry.error) if entry.error else None
    order.consumer_id = entry.consumer_id
    order.tracking = dict(entry.tracking) if entry.tracking else None
