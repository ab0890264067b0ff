"""`order-loader runs list|show|purge`."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.ports import Ledger, RunRecord

DAY = 86400.0


@click.group("runs")
def command() -> None:
    """List, show and clean up the history of runs."""


@contextmanager
def _ledger(chosen: dict[str, Any]) -> "Iterator[Ledger]":
    from loader import wiring

    url = options.settings_of({**chosen, "env": "sandbox"}).ledger
    with closing(wiring.open_ledger(url, wiring.SystemClock())) as ledger:
        yield ledger


_with_ledger = click.option("--ledger", envvar="ORDER_LOADER_LEDGER", metavar="URL",
                            help="Where it is kept what was sent.")  # fmt: skip
_as_json = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
                        show_default=True, help="Words, or one document.")  # fmt: skip


@command.command("list")
@_with_ledger
@_as_json
def list_runs(**chosen: Any) -> int:
    """List all runs, newest first."""
    with _ledger(chosen) as ledger:
        records = ledger.list_runs()
    if chosen["form"] == "json":
        import json

        click.echo(json.dumps({"schema": "order-loader/runs/1",
                               "runs": [_plain(record) for record in records]}))  # fmt: skip
        return 0
    for record in records:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.started_at))
        end = "not finished" if record.exit_code is None else f"exit {record.exit_code}"
        click.echo(f"{record.run_id}  {when}  {record.env:<8}{record.command:<10}{end}")
    if not records:
        click.echo("No runs yet. Runs are kept from the first submit on.")
    return 0


def _plain(record: "RunRecord") -> dict[str, Any]:
    return {
        "run_id": record.run_id, "command": record.command, "env": record.env,
        "started_at": record.started_at, "ended_at": record.ended_at,
        "exit_code": record.exit_code,
    }  # fmt: skip


@command.command("show")
@click.argument("run_id", required=False, metavar="[RUN]")
@_with_ledger
@options.shown
def show_run(run_id: str | None, **chosen: Any) -> int:
    """Show one run again, the newest without RUN."""
    from loader.app.submitting import recall
    from loader.cli.show import show
    from loader.core.errors import UsageError

    with _ledger(chosen) as ledger:
        record = ledger.load_run(run_id)
    if record is None:
        raise UsageError("The ledger has no such run.", hint="See `order-loader runs list`.")
    show(recall(record), options.shown_of({**chosen, "no_report": True}))
    return 0


@command.command("purge")
@click.option(
    "--older-than",
    type=click.IntRange(1),
    required=True,
    metavar="DAYS",
    help="Remove the details, and so the personal data, of runs older than this.",
)
@_with_ledger
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(older_than: int, yes: bool, **chosen: Any) -> int:
    """Remove personal data of old runs; what was sent stays known to the ledger."""
    if not yes:
        click.confirm(f"Remove the details of runs older than {older_than} days?", abort=True,
                      err=True)  # fmt: skip
    with _ledger(chosen) as ledger:
        removed = ledger.purge_runs(time.time() - older_than * DAY)
    click.echo(f"The details of {removed} {'run was' if removed == 1 else 'runs were'} removed.")
    return 0
