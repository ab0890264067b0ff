"""`order-loader report`."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from loader.cli import options


@click.command("report")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the report goes.  [default: reports/]",
)
@options.where
@options.shown
def command(run_id: str | None, **chosen: Any) -> int:
    """Write the HTML report of a run again, of the newest one without RUN."""
    from loader import wiring
    from loader.app.submitting import recall
    from loader.cli.show import warn_full, write_report
    from loader.core.errors import UsageError

    settings = options.settings_of(chosen)
    with closing(wiring.open_ledger(settings.ledger, wiring.SystemClock())) as ledger:
        record = ledger.load_run(run_id)
    if record is None:
        raise UsageError(
            f"The ledger has no run {run_id}." if run_id else "The ledger has no run yet.",
            hint="See `order-loader runs list`.",
        )
    shown = options.shown_of({**chosen, "form": "text", "no_report": False})
    warn_full(shown.privacy)
    click.echo(f"Report: {write_report(recall(record), shown)}")
    return 0
