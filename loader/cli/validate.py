"""`order-loader validate`."""

from typing import Any

import click

from loader.cli import options


@click.command("validate")
@options.files
@options.where
@options.reading
@options.reporting
@options.shown
def command(**chosen: Any) -> int:
    """Read and check files; say what is ready and what to correct.

    Nothing is sent and no connection is made.
    """
    from loader import wiring
    from loader.app.planning import Job, unpack, validate
    from loader.cli.show import facts, new_run_id, show, warn_full

    settings = options.settings_of(chosen)
    job = Job(
        command="validate", run_id=new_run_id(), env=settings.env, base_url=None,
        paths=chosen["paths"], options=options.read_options(chosen),
        accepted=options.accepted_codes(chosen), facts=facts(),
    )  # fmt: skip
    clock = wiring.SystemClock()
    environment = wiring.offline_environment(settings)
    catalogue = None
    if environment is not None and wiring.ledger_path(settings.ledger).exists():
        kept = wiring.open_ledger(settings.ledger, clock).load_catalogue(environment)
        catalogue = unpack(kept[1], kept[2]) if kept else None
    run = validate(job, wiring.source_for, clock, catalogue)
    shown = options.shown_of(chosen)
    warn_full(shown.privacy)
    return show(run, shown)
