"""`order-loader plan`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.app.planning import Job
    from loader.cli.session import Session
    from loader.core.model import Catalogue, Run


@click.command("plan")
@options.files
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PLAN",
    help="Save the plan here; `submit PLAN` sends exactly that.",
)
@click.option("--offline", is_flag=True, help="Plan without a connection.")
@options.where
@options.reading
@options.connecting
@options.reporting
@options.workbooks
@options.shown
def command(output: Path | None, offline: bool, **chosen: Any) -> int:
    """Validate, then compare with the ledger and the API: what would be sent.

    Nothing is sent.
    """
    from loader.cli.session import session
    from loader.cli.show import show

    if offline and output is not None:
        raise click.UsageError("A plan made --offline cannot be saved: nobody checked it.")
    if offline:
        return show(_offline(chosen), options.shown_of(chosen))
    with session(chosen) as opened:
        run, catalogue = make(opened, chosen, output)
    if output is not None:
        _save(run, catalogue, output)
    return show(run, options.shown_of(chosen))


def make(
    opened: "Session", chosen: dict[str, Any], output: Path | None = None
) -> "tuple[Run, Catalogue]":
    """Make the plan over an open session; return the catalogue that it was made with, too."""
    from loader import wiring
    from loader.app.planning import plan
    from loader.cli.progress import counting

    connection = opened.connection
    job = job_of(chosen, connection.base_url, opened.settings.ledger, output)
    with counting("Looking up", quiet=chosen["quiet"]) as looked_up:
        return opened.do(
            plan(
                job, wiring.source_reading(job.options), opened.clock, opened.ledger,
                connection.target, connection.environment, abreast=opened.settings.concurrency,
                looked_up=looked_up,
            )
        )  # fmt: skip


def job_of(
    chosen: dict[str, Any], base_url: str | None, ledger: str, output: Path | None = None
) -> "Job":
    """Return what the person asked to be planned."""
    from loader.app.planning import Job
    from loader.cli.show import facts, new_run_id

    return Job(
        command="plan", run_id=new_run_id(), env=chosen["env"], base_url=base_url,
        paths=chosen["paths"], options=options.sending_options(chosen),
        accepted=options.accepted_codes(chosen),
        facts=facts(ledger) | ({"Plan file": str(output)} if output else {}),
    )  # fmt: skip


def _save(run: "Run", catalogue: "Catalogue", output: Path) -> None:
    from loader.app.plan_file import save_plan
    from loader.core.errors import InputError

    try:
        save_plan(run, catalogue, output)
    except OSError as problem:
        raise InputError(
            f"The plan cannot be written to {output}: {problem.strerror or 'no access'}.",
            hint="Name another place with -o PLAN.",
        ) from problem


def _offline(chosen: dict[str, Any]) -> "Run":
    from contextlib import closing

    from loader import wiring
    from loader.app.planning import plan_offline
    from loader.core.errors import InputError

    settings = options.settings_of(chosen)
    environment = wiring.known_environment(settings, ask=False)
    if environment is None:
        raise InputError(
            "This machine does not know that environment yet.",
            hint="Run `order-loader plan` once without --offline.",
        )
    clock = wiring.SystemClock()
    with closing(wiring.open_ledger(settings.ledger, clock)) as ledger:
        job = job_of(chosen, None, settings.ledger)
        return plan_offline(job, wiring.source_reading(job.options), clock, ledger, environment)
