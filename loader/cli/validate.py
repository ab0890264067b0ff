"""`order-loader validate`."""

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.core.model import Run


@click.command("validate")
@options.files
@options.where
@options.reading
@options.reporting
@options.workbooks
@options.shown
def command(**chosen: Any) -> int:
    """Read and check files; say what is ready and what to correct.

    Nothing is sent and no connection is made.
    """
    from loader.cli.show import show

    return show(validated(chosen), options.shown_of(chosen))


def validated(chosen: dict[str, Any]) -> "Run":
    """Check the chosen files with what this machine has, without a connection."""
    from loader import wiring
    from loader.app.planning import Job, validate
    from loader.cli.show import facts, new_run_id

    settings = options.settings_of(chosen)
    reading = options.read_options(chosen)
    job = Job(
        command="validate", run_id=new_run_id(), env=settings.env, base_url=None,
        paths=chosen["paths"], options=reading,
        accepted=options.accepted_codes(chosen), facts=facts(),
    )  # fmt: skip
    clock = wiring.SystemClock()
    environment = wiring.known_environment(settings, ask=False)
    with ExitStack() as stack:
        ledger = None
        if wiring.ledger_is_here(settings.ledger):  # validate makes none, and connects to none
            ledger = stack.enter_context(closing(wiring.open_ledger(settings.ledger, clock)))
        return validate(job, wiring.source_reading(reading), clock, ledger, environment)
