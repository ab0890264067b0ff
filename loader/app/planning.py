"""validate and plan: what the files hold, and what would be sent. Nothing is sent here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loader.app import catalogue as kept_catalogue
from loader.app.at_api import (
    NOT_LISTED,
    Counted,
    conflicts,
    look_first,
    seen_lately,
    to_create,
)  # fmt: skip
from loader.app.catalogue import unpack
from loader.app.check import CheckedFiles, OpenSource, check_files
from loader.app.doses import WINDOW, Doses
from loader.app.entering import known, lookup_holders
from loader.app.key_case import against_ledger
from loader.app.replacing import NOT_ASKED, Replacing
from loader.core.errors import InputError
from loader.core.model import Account, Catalogue, ReadOptions, Run
from loader.core.plan import decide
from loader.core.seen import Seen
from loader.core.summary import account_for_rows, exit_code
from loader.ports import Clock, Ledger, Target, Trust

NOT_LOOKED_UP = (
    "Whether OK Capsule already holds an order under one of these numbers that this ledger does"
    " not know of."
)
NOT_COMPARED = (
    "Whether the same person got the same contents in the last 21 days: this machine has no ledger"
    " of the environment."
)


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


def validate(
    job: Job, source_for: OpenSource, clock: Clock, ledger: Ledger | None, environment: str | None
) -> Run:
    """Check the files without any connection, with the ledger and catalogue of this machine."""
    run = _begin(job, clock)
    kept = ledger.load_catalogue(environment) if ledger and environment else None
    catalogue = unpack(kept[1], kept[2]) if kept else None
    files = _check(job, source_for, catalogue)
    _take(run, files, catalogue)
    doses = Doses()
    if ledger and kept:
        told = against_ledger(run.orders, ledger.keys(kept[0]), files.inputs)
        run.findings += files.placed(told)
        doses = Doses(ledger.recent(kept[0], clock.now() - WINDOW), ledger.secret)
    else:
        run.not_checked.append(NOT_COMPARED)
    _by_ledger_alone(run, files, ledger, kept[0] if kept else None)
    run.findings += files.placed(doses.hold_back(run.orders, files))
    if catalogue is not None:
        run.not_checked.append(_changed_since(catalogue, clock))
    run.not_checked.append("Whether an order was sent before: `order-loader plan` compares.")
    return finish(run, clock)


async def plan(
    job: Job, source_for: OpenSource, clock: Clock, ledger: Ledger, target: Target,
    environment: str, *, abreast: int = 1, looked_up: Counted = lambda done, total: None,
) -> tuple[Run, Catalogue]:  # fmt: skip
    """Check the files against the catalogue, the ledger and, until that was rebuilt, the API.

    `abreast` is how many look-ups go side by side, of which `looked_up` is told. The catalogue is
    the one just fetched.
    """
    run = _begin(job, clock)
    run.account = Account(environment, await target.account_id())
    catalogue = await target.catalogue()
    kept_catalogue.save(ledger, run.account, catalogue)
    files = _check(job, source_for, catalogue)
    _take(run, files, catalogue)
    if _decide(run, files, ledger):
        run.not_checked += await look_first(run, target, abreast, looked_up)
        run.findings += files.placed(conflicts(run))
    elif to_create(run):
        run.not_checked.append(NOT_LOOKED_UP)
    replacing = _replacing(files, ledger, run.account)
    if replacing.by_ledger(run.orders):
        run.not_checked += await replacing.by_api(target, abreast)
    run.findings += replacing.findings
    seen, unseen = await seen_lately(run, target, clock)
    run.not_checked += unseen
    _hold_back_doubles(run, files, ledger, clock, seen)
    return finish(run, clock), catalogue


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
    files = _check(job, source_for, catalogue)
    _take(run, files, catalogue)
    _decide(run, files, ledger)
    _by_ledger_alone(run, files, ledger, run.account)
    _hold_back_doubles(run, files, ledger, clock)
    run.not_checked += [NOT_LOOKED_UP, NOT_LISTED, _changed_since(catalogue, clock)]
    return finish(run, clock)


def _changed_since(catalogue: Catalogue, clock: Clock) -> str:
    ago = kept_catalogue.age(clock.now() - catalogue.fetched_at)
    return f"Whether the catalogue has changed since it was fetched, {ago}."


def _begin(job: Job, clock: Clock) -> Run:
    run = Run(
        command=job.command, run_id=job.run_id, env=job.env, base_url=job.base_url,
        started_at=clock.now(), facts=dict(job.facts),
    )  # fmt: skip
    if (profile := job.options.profile) is not None:
        run.facts["Mapping profile"] = profile.shown
        run.mapping = {"path": profile.path, "sha256": profile.sha256}
    return run


def _check(job: Job, source_for: OpenSource, catalogue: Catalogue | None) -> CheckedFiles:
    return check_files(
        job.paths, source_for, job.options, catalogue=catalogue, accepted=job.accepted
    )


def _take(run: Run, files: CheckedFiles, catalogue: Catalogue | None) -> None:
    run.inputs, run.orders, run.findings = files.inputs, files.orders, files.findings
    if catalogue is not None:
        run.product_names = {item.id.lower(): item.name for item in catalogue.items.values()}
    else:
        run.not_checked.append("Whether the products exist and are active: no catalogue here yet.")
        if files.names_used:
            run.not_checked.append("Products, packs or standalone products given by name or SKU.")
    if not files.box_declared:
        run.not_checked.append(
            "Whether an order fits the dispenser box: the API does not say how many pouches that"
            " is."
        )


def finish(run: Run, clock: Clock) -> Run:
    """Set the end and the exit code; a run whose counts do not add up raises `Defect`."""
    account_for_rows(run)
    run.exit_code = exit_code(run)
    run.ended_at = clock.now()
    return run


# ------------------------------------------------------------------ against the ledger
def _decide(run: Run, files: CheckedFiles, ledger: Ledger) -> bool:
    """Decide each order's action; True where a key that the ledger lacks may be at the API."""
    entries = ledger.find(run.signed_in, [order.key for order in run.orders])
    told = against_ledger(run.orders, ledger.keys(run.signed_in), run.inputs)
    told += decide(
        run.orders, {e.key: known(e) for e in entries}, run.inputs, lookup_holders(run, ledger)
    )
    run.findings += files.placed(told)
    return ledger.trust(run.signed_in) is not Trust.KNOWN


def _hold_back_doubles(
    run: Run, files: CheckedFiles, ledger: Ledger, clock: Clock, seen: Sequence[Seen] = ()
) -> None:
    recent = ledger.recent(run.signed_in, clock.now() - WINDOW)
    doses = Doses(recent, ledger.secret, seen)
    run.findings += files.placed(doses.hold_back(run.orders, files))


def _by_ledger_alone(
    run: Run, files: CheckedFiles, ledger: Ledger | None, account: Account | None
) -> None:
    replacing = _replacing(files, ledger, account)
    if replacing.by_ledger(run.orders):
        run.not_checked.append(NOT_ASKED)
    run.findings += replacing.findings


def _replacing(files: CheckedFiles, ledger: Ledger | None, account: Account | None) -> Replacing:
    keys = list(dict.fromkeys(one.key for one in files.replaces.values()))
    entries = ledger.find(account, keys) if ledger and account and keys else []
    return Replacing(files, {entry.key: entry for entry in entries})
