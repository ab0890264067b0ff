"""`order-loader report`."""

from pathlib import Path
from typing import Any

import click

from loader.cli import options


@click.command("report")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="ORDER_LOADER_REPORT",
    help="Where the report goes.  [default: reports/]",
)
@options.ledger
@options.shown
def command(run_id: str | None, **chosen: Any) -> int:
    """Write the HTML report of a run again, of the newest one without RUN.

    It shows where the run's orders stand by now.
    """
    import json

    from loader import wiring
    from loader.app.history import told_again
    from loader.cli.output import result
    from loader.cli.show import report_path, write_report
    from loader.core.errors import InputError, UsageError

    settings = options.settings_of({**chosen, "env": "sandbox"})
    with wiring.known_ledger(settings.ledger, wiring.SystemClock()) as ledger:
        record = ledger.load_run(run_id) if ledger else None
        if ledger is None or record is None:
            raise UsageError(
                f"The ledger has no run {run_id}." if run_id else "The ledger has no run yet.",
                hint="See `order-loader runs list`.",
            )
        run = told_again(record, ledger)
    shown = options.shown_of({**chosen, "no_report": False})
    try:
        path = write_report(run, shown)
    except OSError as problem:
        raise InputError(
            f"The report cannot be written to {report_path(run, shown)}:"
            f" {problem.strerror or 'no access'}.",
            hint="Name another place with --report PATH.",
        ) from problem
    if shown.form == "json":
        document = {
            "schema": "order-loader/report/1", "run_id": run.run_id, "report": str(path)
        }  # fmt: skip
        result(json.dumps(document))
    else:
        result(f"Report: {path}")
    return 0
