"""Showing a run: one document or words on standard output, the report in its file."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loader import __version__
from loader.cli.options import Shown
from loader.core.privacy import Privacy

if TYPE_CHECKING:
    from loader.core.model import Run

FOLDER = "reports"
REHEARSAL = "This was a rehearsal in the sandbox: nothing was ordered."


def new_run_id() -> str:
    """Return a new run id: readable, in order of time, unique."""
    import secrets

    return f"run_{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}_{secrets.token_hex(3)}"


def command_line(*words: str) -> str:
    """Return the command line that was given, to be shown and copied."""
    import shlex
    import sys

    return shlex.join(("order-loader", *(words or sys.argv[1:])))


def facts() -> dict[str, str]:
    """Return how this run is made, as far as every command knows it."""
    import platform

    return {
        "Command": command_line(),
        "Version": f"order-loader {__version__}, Python {platform.python_version()}",
    }


def show(run: "Run", chosen: Shown) -> int:
    """Show the run as asked; return its exit code. The last line is the one that matters most."""
    report = write_report(run, chosen)
    if chosen.form == "json":
        import orjson

        from loader.core.document import to_document

        document = to_document(run, chosen.privacy)
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        return run.exit_code
    from loader.wiring import text_report

    click.echo(text_report(verbose=chosen.verbose).render(run, chosen.privacy).decode())
    click.echo()
    if report is not None:
        click.echo(f"Report: {report}")
    if run.env == "sandbox" and run.command not in ("validate", "status"):
        click.echo(REHEARSAL)
    return run.exit_code


def write_report(run: "Run", chosen: Shown) -> Path | None:
    """Write the HTML report where it is wanted; with JSON only when it was asked for."""
    if chosen.no_report or (chosen.form == "json" and not chosen.report_asked):
        return None
    from loader.app.plan_file import write_private
    from loader.core.errors import InputError
    from loader.wiring import html_report

    path = chosen.report or Path(FOLDER) / _name(run)
    try:
        write_private(path, html_report().render(run, chosen.privacy))
    except OSError as problem:
        raise InputError(
            f"The report cannot be written to {path}: {problem.strerror or 'no access'}.",
            hint="Name another place with --report PATH. `order-loader report` writes it again.",
        ) from problem
    return path


def _name(run: "Run") -> str:
    stem = Path(run.inputs[0].file.path).stem if run.inputs else run.env
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:40] or "orders"
    return f"{run.run_id.removeprefix('run_')}-{run.command}-{safe}.html"


def warn_full(privacy: Privacy) -> None:
    """Say aloud that what follows shows people."""
    if privacy is Privacy.FULL:
        click.echo("Personal data is shown in full (--privacy full).", err=True)
