"""`order-loader resume`."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.cli.session import Session
    from loader.core.model import Account, Run
    from loader.ports import Entry, RunRecord

_OLD = 7 * 86400.0  # seconds after which a confirmation is asked for again


@click.command("resume")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--refused",
    is_flag=True,
    help="Send refused orders again, after something was mended at OK Capsule.",
)
@options.where
@options.connecting
@options.confirming
@options.reporting
@options.shown
def command(run_id: str | None, refused: bool, **chosen: Any) -> int:
    """Settle unknown outcomes and send what was confirmed and not sent.

    Without RUN, all unfinished runs of this environment and account are taken.
    """
    from loader.cli.session import session
    from loader.cli.show import show

    shown = options.shown_of(chosen)
    with session(chosen) as opened:
        runs = asyncio.run(_resume(opened, run_id, refused, chosen))
    codes = [show(run, shown) for run in runs]
    if not runs:
        click.echo("Nothing to resume: no run has orders that wait.")
    return next((code for code in (6, 5, 1) if code in codes), 0)


async def _resume(
    opened: "Session", run_id: str | None, refused: bool, chosen: dict[str, Any]
) -> list["Run"]:
    from loader.app.submitting import resume
    from loader.cli.session import progress_bar

    try:
        account = await opened.account()
        done = []
        for record, waiting in _records(opened, account, run_id, refused):
            _ask_again(opened, waiting, chosen)
            with progress_bar(len(waiting), quiet=chosen["quiet"]) as progress:
                done.append(await resume(record, opened.means(progress), refused=refused))
        return done
    finally:
        await opened.connection.target.aclose()


def _records(
    opened: "Session", account: "Account", run_id: str | None, refused: bool
) -> list[tuple["RunRecord", list["Entry"]]]:
    from loader.app.submitting import UNFINISHED
    from loader.core.errors import UsageError
    from loader.core.lifecycle import State

    ledger = opened.ledger
    wanted = UNFINISHED | ({State.REFUSED} if refused else set())
    ids = [run_id] if run_id else [record.run_id for record in reversed(ledger.list_runs())]
    found = []
    for one in ids:
        record = ledger.load_run(one)
        if record is None:
            raise UsageError(f"The ledger has no run {one}.", hint="See `order-loader runs list`.")
        if record.account != account:
            if run_id:
                raise UsageError(
                    f"{one} belongs to another environment or account.",
                    hint=f"It was made with --env {record.env}.",
                )
            continue
        waiting = [entry for entry in ledger.of_run(one) if entry.state in wanted]
        if waiting:
            found.append((record, waiting))
    return found


def _ask_again(opened: "Session", waiting: list["Entry"], chosen: dict[str, Any]) -> None:
    """Entries that were confirmed long ago are confirmed again, and so is every expected count."""
    from loader.cli.confirm import confirm

    old = any(entry.entered_at < time.time() - _OLD for entry in waiting)
    if old and not chosen["yes"]:
        click.echo("These orders were confirmed more than 7 days ago.", err=True)
    asked = chosen if old else {**chosen, "yes": True}
    if not old and chosen["expect_orders"] is None:
        return
    if not confirm(len(waiting), opened.settings.env, asked):
        raise click.Abort
