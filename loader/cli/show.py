"""Showing a run: one document or words on standard output, the report in its file."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from loader import __version__
from loader.cli.options import Shown
from loader.cli.output import result, say

if TYPE_CHECKING:
    from loader.core.model import Run
    from loader.core.privacy import Privacy

FOLDER = "reports"
PLAN_FACT = "Plan file"
_OURS = re.compile(r"[0-9]{8}T[0-9]{6}_[0-9a-f]{6}-[a-z]+-(.+)-to-correct")
REHEARSAL = "This was a rehearsal in the sandbox: nothing was ordered."
CANNOT_WRITE = 3  # the exit code of a run that is well, but for its report


def new_run_id() -> str:
    """Return a new run id: readable, in order of time, unique."""
    import secrets

    return f"run_{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}_{secrets.token_hex(3)}"


def facts(ledger: str | None = None) -> dict[str, str]:
    """Return how this run is made, as far as every command knows it."""
    import platform
    import shlex
    import sys

    from loader.wiring import without_password

    known = {
        "Command": shlex.join(("order-loader", *map(without_password, sys.argv[1:]))),
        "Version": f"order-loader {__version__}, Python {platform.python_version()}",
    }
    if ledger is not None:
        known["Ledger"] = without_password(ledger.removeprefix("sqlite:///"))
    return known


def show(run: "Run", chosen: Shown) -> int:
    """Show the run as asked; return its exit code. The last line is the one that matters most.

    A report that cannot be written never costs the result of the run.
    """
    from loader import wiring
    from loader.cli.workbooks import CORRECT_FACT, RESULTS_FACT, write_workbooks

    _warn_full(chosen.privacy)
    write_workbooks(run, chosen, Path(FOLDER))
    report, problem = _written(run, chosen)
    if chosen.form == "json":
        result(wiring.json_report().render(run, chosen.privacy))
    else:
        text = wiring.text_report(verbose=chosen.verbose).render(run, chosen.privacy).decode()
        result(f"{text}\n")
        if report is not None:
            result(f"Report: {report}")
        for fact in (CORRECT_FACT, RESULTS_FACT):
            if fact in run.facts:
                result(f"{fact}: {run.facts[fact]}")
        if run.command == "plan" and PLAN_FACT in run.facts:
            result(f"Plan: {run.facts[PLAN_FACT]} (it names people: only you can read it)")
    if problem is not None:
        say(f"error: The report cannot be written to {report_path(run, chosen)}: {problem}.")
        say("  = help: Name another place with --report PATH, or pass --no-report.")
    if is_rehearsal(run) and run.command != "validate":
        result(REHEARSAL) if chosen.form == "text" else say(REHEARSAL)
    return run.exit_code or (0 if problem is None else CANNOT_WRITE)


def is_rehearsal(run: "Run") -> bool:
    """True where the API was a sandbox, whatever environment it was called."""
    from loader.wiring import SANDBOX

    known = run.account.environment if run.account else run.env
    return known.partition(":")[0] == SANDBOX


def _written(run: "Run", chosen: Shown) -> tuple[Path | None, str | None]:
    """Write the report where one is wanted; return its path, or why it could not be written."""
    empty = not run.inputs and not run.orders and not chosen.report_asked
    if empty or not chosen.reports:
        return None, None
    try:
        return write_report(run, chosen), None
    except OSError as problem:
        return None, problem.strerror or "no access"


def write_report(run: "Run", chosen: Shown) -> Path:
    """Write the HTML report and return where; `OSError` where it cannot be written."""
    from loader.app.private_file import write_private
    from loader.wiring import html_report

    path = report_path(run, chosen)
    write_private(path, html_report().render(run, chosen.privacy))
    return path


def check_report(run: "Run", chosen: Shown) -> None:
    """Before anything is sent: raise `InputError` where the report could not be written."""
    from loader.app.private_file import check_writable
    from loader.core.errors import InputError

    if not chosen.reports:
        return
    path = report_path(run, chosen)
    try:
        check_writable(path)
    except OSError as problem:
        raise InputError(
            f"The report cannot be written to {path}: {problem.strerror or 'no access'}.",
            hint="Nothing was sent. Name another place with --report PATH, or pass --no-report.",
        ) from problem


def report_path(run: "Run", chosen: Shown) -> Path:
    """Return where the report goes: where it was asked for, else its own name in reports/."""
    if chosen.report is not None:
        return chosen.report
    about = run.inputs[0].file.path if run.inputs else run.env
    return Path(FOLDER) / f"{file_name(run, about)}.html"


def file_name(run: "Run", about: str) -> str:
    """Return how a file of this run is called, without its ending: when, what, of which input."""
    stem = Path(about).stem
    if ours := _OURS.fullmatch(stem):  # a workbook to correct that came back
        stem = ours[1]
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:40] or "orders"
    return f"{run.run_id.removeprefix('run_')}-{run.command}-{safe}"


def _warn_full(privacy: "Privacy") -> None:
    if privacy.value == "full":
        say("Personal data is shown in full (--privacy full).")
