"""`order-loader validate`."""

from contextlib import ExitStack, closing
from typing import Any

import click

from loader.cli import options


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
    from loader import wiring
    from loader.app.planning import Job, validate
    from loader.cli.show import facts, new_run_id, show

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
        if wiring.ledger_path(settings.ledger).exists():  # validate makes none
            ledger = stack.enter_context(closing(wiring.open_ledger(settings.ledger, clock)))
        run = validate(job, wiring.source_reading(reading), clock, ledger, environment)
    return show(run, options.shown_of(chosen))
