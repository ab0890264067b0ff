"""validate and plan: what the files hold, and what would be sent. Nothing is sent here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from loader.app.check import CheckedFiles, OpenSource, check_files
from loader.core.adopt import differences
from loader.core.errors import InputError
from loader.core.model import (
    Account,
    Action,
    Catalogue,
    Item,
    Order,
    ReadOptions,
    Result,
    Run,
)  # fmt: skip
from loader.core.payload import LOOKUP_FIELD, request_of
from loader.core.plan import Known, decide
from loader.core.summary import account_for_rows, exit_code
from loader.ports import Clock, Entry, Ledger, Sight, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a person asked for. `accepted` are codes accepted for every order."""

    command: str
    run_id: str
    env: str
    base_url: str | None
    paths: Sequence[Path]
    options: ReadOptions = field(default_factory=ReadOptions)
    accepted: frozenset[str] = frozenset()
    facts: dict[str, str] = field(default_factory=dict)


def validate(job: Job, source_for: OpenSource, clock: Clock, known: Catalogue | None) -> Run:
    """Check the files without any connection; `known` is the catalogue that this machine has."""
    run = _begin(job, clock)
    files = check_files(job.paths, source_for, job.options, catalogue=known, accepted=job.accepted)
    _take(run, files, known)
    run.not_checked += ["Whether an order was sent before: `order-loader plan` compares."]
    return finish(run, clock)


async def plan(
    job: Job, source_for: OpenSource, clock: Clock, ledger: Ledger, target: Target,
    environment: str,
) -> Run:  # fmt: skip
    """Check the files against the catalogue, the ledger and, at first contact, the API."""
    run = _begin(job, clock)
    run.account = Account(environment, await target.account_id())
    catalogue = await target.catalogue()
    ledger.save_catalogue(run.account, _pack(catalogue), catalogue.fetched_at)
    files = check_files(
        job.paths, source_for, job.options, catalogue=catalogue, accepted=job.accepted
    )
    _take(run, files, catalogue)
    if _compare(run, ledger):
        run.not_checked += await _look_first(run, target)
    return finish(run, clock)


def plan_offline(
    job: Job, source_for: OpenSource, clock: Clock, ledger: Ledger, environment: str
) -> Run:
    """Plan with the catalogue and the account that the ledger remembers, without a connection."""
    kept = ledger.load_catalogue(environment)
    if kept is None:
        raise InputError(
            "This machine has no catalogue of the environment to plan with.",
            hint="Run `order-loader plan` once without --offline.",
        )
    run = _begin(job, clock)
    run.account, packed, fetched_at = kept
    catalogue = unpack(packed, fetched_at)
    files = check_files(
        job.paths, source_for, job.options, catalogue=catalogue, accepted=job.accepted
    )
    _take(run, files, catalogue)
    _compare(run, ledger)
    run.not_checked.append("Whether the catalogue has changed since it was fetched (--offline).")
    return finish(run, clock)


def _begin(job: Job, clock: Clock) -> Run:
    return Run(
        command=job.command, run_id=job.run_id, env=job.env, base_url=job.base_url,
        started_at=clock.now(), facts=dict(job.facts),
    )  # fmt: skip


def _take(run: Run, files: CheckedFiles, catalogue: Catalogue | None) -> None:
    run.inputs, run.orders, run.findings = files.inputs, files.orders, files.findings
    if catalogue is not None:
        run.product_names = {item.id.lower(): item.name for item in catalogue.items.values()}
    else:
        run.not_checked.append("Whether the products exist and are active: no catalogue here yet.")
        if files.names_used:
            run.not_checked.append("Products, packs or standalone products given by name or SKU.")
    run.not_checked.append(
        "Whether an order fits the dispenser box: the API does not say how many pouches that is."
    )


def finish(run: Run, clock: Clock) -> Run:
    """Set the end and the exit code; a run whose counts do not add up raises `Defect`."""
    account_for_rows(run)
    run.exit_code = exit_code(run)
    run.ended_at = clock.now()
    return run


# ------------------------------------------------------------------ against the ledger
def _compare(run: Run, ledger: Ledger) -> bool:
    """Decide each order's action; True where the ledger meets this account for the first time."""
    entries = ledger.find(run.signed_in, [order.key for order in run.orders])
    run.findings += decide(run.orders, {e.key: known(e) for e in entries}, run.inputs)
    return not entries and not ledger.recent(run.signed_in, 0.0)


def known(entry: Entry) -> Known:
    """Return what planning needs of an entry."""
    return Known(
        entry.state, entry.fingerprint, entry.attempts, entry.order_id, entry.order_name,
        entry.status,
    )  # fmt: skip


async def _look_first(run: Run, target: Target) -> list[str]:
    """A ledger without history looks every key up: the orders may be there already."""
    unclear = 0
    for order in run.orders:
        if order.action is not Action.CREATE:
            continue
        request = request_of(order.body or b"{}")
        seen = await target.look_up(request[LOOKUP_FIELD])
        unclear += seen.sight is Sight.UNCLEAR
        if seen.sight is Sight.FOUND and seen.order is not None:
            _already_there(order, differences(request, seen.order), dict(seen.order))
    if not unclear:
        return []
    return [f"{unclear} orders could not be looked up; they are looked up again before sending."]


def _already_there(order: Order, differing: list[str], found: dict[str, object]) -> None:
    order.order_id, order.order_name = str(found.get("id")), str(found.get("name") or "") or None
    order.status = str(found.get("status") or "") or None
    order.action = Action.SKIP
    if differing:
        order.result, order.action = Result.TO_CORRECT, Action.NONE
        order.error = {
            "code": "LEDGER-CONFLICT", "http_status": None,
            "message": "The API holds another order under this number; it differs in: "
            + ", ".join(differing) + ".",
        }  # fmt: skip


# ------------------------------------------------------------------ catalogue, kept
def _pack(catalogue: Catalogue) -> bytes:
    return orjson.dumps([
        {name: getattr(item, name) for name in Item.__slots__}
        for item in catalogue.items.values()
    ])  # fmt: skip


def unpack(document: bytes, fetched_at: float) -> Catalogue:
    """Return a catalogue as the ledger kept it."""
    items = [Item(**item) for item in orjson.loads(document)]
    return Catalogue({item.id.lower(): item for item in items}, fetched_at)
