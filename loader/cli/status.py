"""`order-loader status`."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.core.model import Account
    from loader.ports import Entry, Ledger


@click.command("status")
@click.argument("name", required=False, metavar="[RUN|KEY]")
@options.where
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write an HTML report here, too.",
)
@options.shown
def command(name: str | None, **chosen: Any) -> int:
    """Show where each order stands, as the ledger knows it.

    Without RUN or KEY, every order of the environment.
    """
    from loader import wiring
    from loader.app.submitting import standing
    from loader.cli.show import facts, new_run_id, show
    from loader.core.model import Run

    settings = options.settings_of(chosen)
    clock = wiring.SystemClock()
    with closing(wiring.open_ledger(settings.ledger, clock)) as ledger:
        account, entries = _entries(ledger, wiring.offline_environment(settings), name)
    run = Run(
        command="status", run_id=new_run_id(), env=settings.env, base_url=None, account=account,
        started_at=clock.now(), ended_at=clock.now(), facts=facts(),
    )  # fmt: skip
    standing(run, entries)
    chosen["no_report"] = chosen["report"] is None
    shown = options.shown_of(chosen)
    for order in run.orders if shown.form == "text" else ():
        number = f"  {order.order_name}" if order.order_name else ""
        click.echo(f"{order.key}: {order.result.value}{number}  {order.status or ''}".rstrip())
    show(run, shown)
    return 0  # the contract: 0 when the ledger could be read


def _entries(
    ledger: "Ledger", environment: str | None, name: str | None
) -> tuple["Account | None", list["Entry"]]:
    """Return the entries asked for; `UsageError` for a run or key that the ledger lacks."""
    from loader.core.errors import UsageError

    if name is not None and name.startswith("run_"):
        record = ledger.load_run(name)
        if record is None:
            raise UsageError(f"The ledger has no run {name}.", hint="See `order-loader runs list`.")
        return record.account, ledger.of_run(name)
    kept = None if environment is None else ledger.load_catalogue(environment)
    account = kept[0] if kept else None
    entries = ledger.find(account, None if name is None else [name]) if account else []
    if name is not None and not entries:
        raise UsageError(
            f"The ledger has no order {name} for this environment.",
            hint="`order-loader status` without a name lists all that it has.",
        )
    return account, entries
