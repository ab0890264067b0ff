"""`order-loader runs list|show|purge`."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
def _ledger(chosen: dict[str, Any]) -> "Iterator[Ledger | None]":
    from loader import wiring

    url = options.settings_of({**chosen, "env": "sandbox"}).ledger
    with wiring.known_ledger(url, wiring.SystemClock()) as ledger:
        yield ledger


@command.command("list")
@options.ledger
@options.form
def list_runs(**chosen: Any) -> int:
    """List all runs, newest first."""
    from loader.cli.output import result

    with _ledger(chosen) as ledger:
        records = ledger.list_runs() if ledger else []
    if chosen["form"] == "json":
        document = {"schema": "order-loader/runs/1", "runs": [_plain(one) for one in records]}
        result(json.dumps(document))
        return 0
    for record in records:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.started_at))
        end = "not finished" if record.exit_code is None else f"exit {record.exit_code}"
        result(f"{record.run_id}  {when}  {record.env:<8}{record.command:<10}{end}")
    if not records:
        result("No runs yet. Runs are kept from the first submit on.")
    return 0


def _plain(record: "RunRecord") -> dict[str, Any]:
    return {
        "run_id": record.run_id, "command": record.command, "env": record.env,
        "started_at": record.started_at, "ended_at": record.ended_at,
        "exit_code": record.exit_code,
    }  # fmt: skip


@command.command("show")
@click.argument("run_id", required=False, metavar="[RUN]")
@options.ledger
@options.shown
def show_run(run_id: str | None, **chosen: Any) -> int:
    """Show one run as it ended, the newest without RUN."""
    from loader.app.history import recall
    from loader.cli.show import show
    from loader.core.errors import UsageError

    with _ledger(chosen) as ledger:
        record = ledger.load_run(run_id) if ledger else None
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
@options.ledger
@options.form
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.no_input
def purge(older_than: int, **chosen: Any) -> int:
    """Remove personal data of old runs and of orders that are done.

    What was sent stays known to the ledger: it is never sent twice. A refused order without its
    content cannot be sent again by a resume.
    """
    from loader.cli.confirm import sure
    from loader.cli.output import result

    sure(f"Remove the details of runs and orders older than {older_than} days?", chosen)
    before = time.time() - older_than * DAY
    with _ledger(chosen) as ledger:
        removed = ledger.purge_runs(before) if ledger else 0
        contents = ledger.purge_payloads(before) if ledger else 0
    if chosen["form"] == "json":
        found = {"removed": removed, "contents_removed": contents}
        result(json.dumps({"schema": "order-loader/purge/1", **found}))
    else:
        result(f"The details of {removed} {'run was' if removed == 1 else 'runs were'} removed,")
        result(f"and the content of {contents} {'order' if contents == 1 else 'orders'}.")
    return 0
