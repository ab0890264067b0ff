"""`order-loader submit`."""

import asyncio
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
@options.shown
def command(**chosen: Any) -> int:
    """Send a saved plan, or plan files, show, ask and send.

    What was sent before is skipped: running the same file again sends nothing.
    """
    return send(chosen)


def send(chosen: dict[str, Any]) -> int:
    """Plan or load the plan, ask, send, and show what became of every order."""
    from loader.cli.session import session
    from loader.cli.show import show, warn_full

    with session(chosen) as opened:
        run = asyncio.run(_send(opened, chosen))
    shown = options.shown_of(chosen)
    warn_full(shown.privacy)
    return show(run, shown)


async def _send(opened: "Session", chosen: dict[str, Any]) -> "Run":
    from loader.app.submitting import submit
    from loader.cli.confirm import confirm
    from loader.cli.session import progress_bar, say
    from loader.core.model import Action

    try:
        run = await _planned(opened, chosen)
        writes = sum(order.action not in (Action.SKIP, Action.NONE) for order in run.orders)
        _show_plan(run, chosen)
        if not confirm(writes, opened.settings.env, chosen):
            raise click.Abort
        say(f"Run {run.run_id}: sending {writes:,} orders.", quiet=chosen["quiet"])
        with progress_bar(writes, quiet=chosen["quiet"]) as progress:
            return await submit(run, opened.means(progress))
    finally:
        await opened.connection.target.aclose()


async def _planned(opened: "Session", chosen: dict[str, Any]) -> "Run":
    from dataclasses import replace

    from loader import wiring
    from loader.app.plan_file import check_fresh, is_plan, load_plan
    from loader.app.planning import plan
    from loader.cli.plan import job_of
    from loader.cli.show import facts, new_run_id

    connection, paths = opened.connection, chosen["paths"]
    if len(paths) == 1 and is_plan(paths[0]):
        run, binds = load_plan(paths[0])
        account = await opened.account()
        catalogue = await connection.target.catalogue()
        check_fresh(run, binds, account, catalogue)
        return replace(
            run, run_id=new_run_id(), env=chosen["env"], base_url=connection.base_url,
            facts=run.facts | facts() | {"Plan file": str(paths[0])},
        )  # fmt: skip
    return await plan(
        job_of(chosen, connection.base_url, None), wiring.source_for, opened.clock,
        opened.ledger, connection.target, connection.environment,
    )  # fmt: skip


def _show_plan(run: "Run", chosen: dict[str, Any]) -> None:
    """Show what would be sent before asking; on standard error, because it is no result yet."""
    if chosen["yes"] or chosen["form"] == "json":
        return
    from loader.core.privacy import Privacy
    from loader.wiring import text_report

    text = text_report(verbose=chosen["verbose"]).render(run, Privacy(chosen["privacy"]))
    click.echo(text.decode(), err=True)
    click.echo(err=True)
