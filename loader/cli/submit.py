"""`order-loader submit`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.cli.session import Session
    from loader.core.model import Run


@click.command("submit")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PLAN|FILE...", type=click.Path(path_type=Path)
)
@options.where
@options.reading
@options.connecting
@options.confirming
@options.reporting
@options.workbooks
@options.results
@options.shown
def command(**chosen: Any) -> int:
    """Send a saved plan, or plan files, show, ask and send.

    What was sent before is skipped: running the same file again sends nothing.
    """
    return send(chosen)


def send(chosen: dict[str, Any]) -> int:
    """Plan or load the plan, ask, send, and show what became of every order."""
    from loader import wiring
    from loader.app.plan_file import is_plan
    from loader.app.submitting import submit
    from loader.cli.confirm import amount, confirm
    from loader.cli.output import say
    from loader.cli.progress import progress
    from loader.cli.session import session
    from loader.cli.show import check_report, show

    shown = options.shown_of(chosen)
    saved = len(chosen["paths"]) == 1 and is_plan(chosen["paths"][0])
    with session(chosen) as opened:
        run = _saved(opened, chosen) if saved else _planned(opened, chosen)
        check_report(replace(run, command="submit"), shown)
        writes = sum(bool(order.action and order.action.operation) for order in run.orders)
        confirm(writes, opened.settings.env, chosen, plan=lambda: wiring.short_plan(run))
        if writes:
            say(f"Run {run.run_id}: sending {amount(writes)}.", quiet=shown.quiet)
        with progress(writes, quiet=shown.quiet) as tell:
            run = opened.do(submit(run, opened.means(tell)))
        opened.write_results(run, shown)
    return show(run, shown)


def _planned(opened: "Session", chosen: dict[str, Any]) -> "Run":
    from loader.cli.plan import make

    return make(opened, chosen)[0]


def _saved(opened: "Session", chosen: dict[str, Any]) -> "Run":
    """Load a saved plan; `StalePlan` where anything that it was made from has changed."""
    from loader.app.entering import skip_what_is_made
    from loader.app.plan_file import check_fresh, load_plan
    from loader.cli.show import facts, new_run_id
    from loader.core.errors import UsageError

    options.refuse_reading()
    path = chosen["paths"][0]
    run, binds = load_plan(path)
    if run.env != opened.settings.env:
        raise UsageError(
            f"This plan was made for {run.env}, not for {opened.settings.env}.",
            hint=f"Pass --env {run.env} if it is to be sent there.",
        )
    catalogue = opened.do(opened.connection.target.catalogue())
    check_fresh(run, binds, opened.account(), catalogue)
    skip_what_is_made(run, opened.ledger)
    return replace(
        run, run_id=new_run_id(), base_url=opened.connection.base_url,
        facts=run.facts | facts(opened.settings.ledger)
        | {"Plan file": str(path), "Planned by": run.facts.get("Command", "")},
    )  # fmt: skip
