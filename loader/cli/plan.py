"""`order-loader plan`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.app.planning import Job
    from loader.cli.session import Session
    from loader.core.model import Run


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
@options.shown
def command(output: Path | None, offline: bool, **chosen: Any) -> int:
    """Validate, then compare with the ledger and the API: what would be sent.

    Nothing is sent.
    """
    from loader.cli.show import show, warn_full

    run = _offline(chosen) if offline else _online(chosen, output)
    if offline and output is not None:
        raise click.UsageError("A plan made --offline cannot be saved: nobody checked it.")
    shown = options.shown_of(chosen)
    warn_full(shown.privacy)
    return show(run, shown)


def _online(chosen: dict[str, Any], output: Path | None) -> "Run":
    from loader.cli.session import session

    with session(chosen) as opened:
        return asyncio.run(make(opened, chosen, output))


async def make(opened: "Session", chosen: dict[str, Any], output: Path | None) -> "Run":
    """Make the plan over an open session, and save it where asked."""
    from loader import wiring
    from loader.app.plan_file import save_plan
    from loader.app.planning import plan, unpack

    connection = opened.connection
    try:
        run = await plan(
            job_of(chosen, connection.base_url, output), wiring.source_for, opened.clock,
            opened.ledger, connection.target, connection.environment,
        )  # fmt: skip
    finally:
        await connection.target.aclose()
    if output is not None:
        kept = opened.ledger.load_catalogue(connection.environment)
        items = unpack(kept[1], kept[2]).items if kept else {}
        save_plan(run, {one: item.digest for one, item in items.items()}, output)
    return run


def job_of(chosen: dict[str, Any], base_url: str | None, output: Path | None) -> "Job":
    """Return what the person asked to be planned."""
    from loader.app.planning import Job
    from loader.cli.show import facts, new_run_id

    return Job(
        command="plan", run_id=new_run_id(), env=chosen["env"], base_url=base_url,
        paths=chosen["paths"], options=options.read_options(chosen),
        accepted=options.accepted_codes(chosen),
        facts=facts() | ({"Plan file": str(output)} if output else {}),
    )  # fmt: skip


def _offline(chosen: dict[str, Any]) -> "Run":
    from contextlib import closing

    from loader import wiring
    from loader.app.planning import plan_offline
    from loader.core.errors import InputError

    settings = options.settings_of(chosen)
    environment = wiring.offline_environment(settings)
    if environment is None:
        raise InputError(
            "This machine does not know that environment yet.",
            hint="Run `order-loader plan` once without --offline.",
        )
    clock = wiring.SystemClock()
    with closing(wiring.open_ledger(settings.ledger, clock)) as ledger:
        return plan_offline(
            job_of(chosen, None, None), wiring.source_for, clock, ledger, environment
        )
