"""What people see when a command cannot go on: words, a hint and the exit code of the contract."""

import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from loader.core.errors import Defect, LoaderError

USAGE, INTERRUPTED, DEFECT = 2, 130, 70


def run(group: click.Group, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    as_json = _wants_json(arguments)
    try:
        result = group.main(list(arguments), prog_name="order-loader", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell("INTERRUPTED", "Interrupted.", "", as_json=as_json)
        return INTERRUPTED
    except click.ClickException as wrong:
        context = getattr(wrong, "ctx", None)
        hint = f"See {context.command_path} --help." if context else ""
        _tell("USAGE", wrong.format_message(), hint, as_json=as_json)
        return USAGE
    except LoaderError as error:
        _tell(error.code, error.message, error.hint, as_json=as_json)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:  # the last boundary: no traceback ever reaches a user
        return _defect(problem, as_json=as_json)


def _wants_json(arguments: Sequence[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(one == "--format=json" or (one, two) == ("--format", "json") for one, two in pairs)


def _defect(problem: Exception, *, as_json: bool) -> int:
    if isinstance(problem, ExceptionGroup) and isinstance(problem.exceptions[0], LoaderError):
        first = problem.exceptions[0]
        _tell(first.code, first.message, first.hint, as_json=as_json)
        return first.exit_code
    # The place of the failure, never its values: those may be people's.
    frames = traceback.extract_tb(problem.__traceback__)
    where = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    _tell(
        Defect.code,
        f"A defect of this program: {type(problem).__name__} at {where}.",
        "What was sent before is in the ledger: `order-loader status` shows it. Please report"
        " this line.",
        as_json=as_json,
    )
    return DEFECT


def _tell(code: str, message: str, hint: str, *, as_json: bool) -> None:
    if as_json:
        error = {"code": code, "message": message, "hint": hint}
        click.echo(json.dumps({"schema": "order-loader/error/1", "error": error}))
        return
    click.secho("error", fg="red", bold=True, nl=False, err=True)
    click.echo(f": {message}", err=True)
    if hint:
        click.echo(f"  = help: {hint}", err=True)
