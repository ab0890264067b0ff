"""`order-loader status`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.core.model import Account, Run
    from loader.ports import Ledger


@click.command("status")
@click.argument("name", required=False, metavar="[RUN|KEY]")
@options.where
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write an HTML report here, too.",
)
@options.results
@options.shown
def command(name: str | None, **chosen: Any) -> int:
    """Show where each order stands, as the ledger knows it.

    Without RUN or KEY, every order of the environment.
    """
    from loader import wiring
    from loader.cli.show import facts, new_run_id, show
    from loader.core.model import Run

    settings = options.settings_of(chosen)
    clock = wiring.SystemClock()
    now = clock.now()
    empty = Run(
        command="status", run_id=new_run_id(), env=settings.env, base_url=None, started_at=now,
        ended_at=now, facts=facts(settings.ledger),
    )  # fmt: skip
    with wiring.known_ledger(settings.ledger, clock) as ledger:
        if name is not None and name.startswith("run_"):
            run = _of_run(ledger, name, empty)
        else:
            environment = wiring.known_environment(settings, ask=True)
            run = _of_account(ledger, environment, name, empty)
    chosen["no_report"] = chosen["report"] is None
    show(run, options.shown_of(chosen))
    return 0  # the contract: 0 when the ledger could be read


def _of_run(ledger: "Ledger | None", name: str, empty: "Run") -> "Run":
    """Return where the orders of a run stand by now; `UsageError` where there is no such run."""
    from loader.app.history import told_again
    from loader.core.errors import UsageError

    record = ledger.load_run(name) if ledger else None
    if ledger is None or record is None:
        raise UsageError(f"The ledger has no run {name}.", hint="See `order-loader runs list`.")
    run = told_again(record, ledger)
    return replace(run, command="status", facts=run.facts | empty.facts)


def _of_account(
    ledger: "Ledger | None", environment: str | None, key: str | None, empty: "Run"
) -> "Run":
    """Return where one order stands, or all; `UsageError` for a key that the ledger lacks."""
    from loader.app.history import standing
    from loader.core.errors import UsageError

    account = _account(ledger, environment) if ledger else None
    run = replace(empty, account=account)
    if ledger is not None and account is not None:
        standing(run, ledger, ledger.find(account, None if key is None else [key]))
    if key is not None and not run.orders:
        raise UsageError(
            f"The ledger has no order {key} for this environment.",
            hint="`order-loader status` without a name lists all that it has.",
        )
    return run


def _account(ledger: "Ledger", environment: str | None) -> "Account | None":
    """Return whose orders the ledger keeps for the environment, without signing in."""
    from loader.core.errors import UsageError

    accounts = {
        record.account
        for record in ledger.list_runs()
        if record.account is not None and record.account.environment == environment
    }
    if len(accounts) > 1:
        raise UsageError(
            f"The ledger holds orders of {len(accounts)} accounts of this environment.",
            hint="Name one of their runs: order-loader status RUN. `order-loader runs list` lists"
            " them.",
        )
    return accounts.pop() if accounts else None
