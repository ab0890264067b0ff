"""Where words go: the result to standard output, everything else to standard error."""

import os
import sys

import click


def result(text: str | bytes) -> None:
    """Write a result. Where its reader has gone, what follows is written to nobody.

    The command still ends with its own exit code: what it did does not depend on its reader.
    """
    try:
        click.echo(text, color=colour())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str, *, quiet: bool = False) -> None:
    """Say something that is no result: progress, hints, what is about to happen."""
    if not quiet:
        click.echo(text, err=True, color=colour())


def colour() -> bool | None:
    """Return False where colours are not wanted; None leaves it to whether it is a terminal."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if plain else None


def never_fail_on_letters() -> None:
    """A terminal that cannot show a letter shows another one; no result is lost for it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
