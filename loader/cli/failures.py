"""What people see when a command cannot go on: words, a hint and the exit code of the contract."""

import json
import os
import traceback
from collections.abc import Sequence

import click
from click.core import ParameterSource

from loader.cli import settings_files
from loader.cli.output import colour, result, say
from loader.core.errors import Defect, InputError, LoaderError

USAGE, INTERRUPTED, DEFECT = 2, 130, 70


def run(group: click.Group, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        code = group.main(
            list(arguments), prog_name="order-loader", standalone_mode=False, obj=arguments
        )
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as empty:
        say(empty.format_message())
        return USAGE
    except Exception as problem:  # the last boundary: no traceback ever reaches a user
        return _told(problem, as_json=_wants_json(arguments))


def _told(problem: Exception, *, as_json: bool) -> int:
    """Tell an error in words; return the exit code that it has in the contract."""
    if isinstance(problem, click.Abort):  # click makes one of Ctrl-C, too
        words = ("Interrupted.", "If orders were being sent, `order-loader resume` settles and"
                 " sends the rest.")  # fmt: skip
        if not isinstance(problem.__cause__, KeyboardInterrupt):
            words = ("Stopped at the prompt. Nothing was done.", "")
        _tell("INTERRUPTED", *words, as_json=as_json)
        return INTERRUPTED
    if isinstance(problem, click.ClickException):
        problem = _of_click(problem)
    if isinstance(problem, LoaderError):
        _tell(problem.code, problem.message, problem.hint, as_json=as_json)
        return problem.exit_code
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


def _of_click(wrong: click.ClickException) -> LoaderError:
    """Return click's complaint as ours: a wrong flag is wrong usage, a wrong setting is not."""
    from loader.core.errors import UsageError

    message = wrong.format_message()
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    parameter = wrong.param if isinstance(wrong, click.BadParameter) else None
    if context is None:
        return UsageError(message)
    if parameter is not None and parameter.name is not None:
        source = context.get_parameter_source(parameter.name)
        if source is ParameterSource.ENVIRONMENT:
            return InputError(message, hint=f"It comes from the variable {parameter.envvar}.")
        if source is ParameterSource.DEFAULT_MAP:
            _, path = settings_files.load()[parameter.name]
            return InputError(message, hint=f"It comes from the settings file {path}.")
    return UsageError(message, hint=f"See {context.command_path} --help.")


def _wants_json(arguments: Sequence[str]) -> bool:
    """Return whether errors, too, are to be one document: by flag, variable or settings file."""
    chosen = None
    for one, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if one == "--format":
            chosen = following
        elif one.startswith("--format="):
            chosen = one.partition("=")[2]
    if chosen is None:
        chosen = os.environ.get("ORDER_LOADER_FORMAT")
    if chosen is None:
        try:
            chosen = settings_files.load().get("form", (None,))[0]
        except InputError:  # the very file that cannot be read
            return False
    return chosen == "json"


def _tell(code: str, message: str, hint: str, *, as_json: bool) -> None:
    if as_json:
        error = {"code": code, "message": message, "hint": hint}
        result(json.dumps({"schema": "order-loader/error/1", "error": error}))
        return
    click.secho("error", fg="red", bold=True, nl=False, err=True, color=colour())
    say(f": {message}")
    if hint:
        say(f"  = help: {hint}")
