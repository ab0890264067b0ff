"""Asking before anything is sent: production wants the number typed, a script has to name it."""

import os
import select
import sys
from collections.abc import Callable
from typing import Any

import click

from loader.cli.output import colour, say
from loader.core.errors import UsageError

_LOOK_UP = 0.2  # seconds


def confirm(
    writes: int, env: str, chosen: dict[str, Any], *, plan: Callable[[], str], ask: bool = True
) -> None:
    """Go on only when a person, or a script in the words of the contract, wants these writes.

    `plan` says on one screen what is asked about, also where progress is not wanted. Without
    `ask` somebody has agreed before, and only an expected number is compared. `UsageError` where
    that differs or nobody can be asked, `click.Abort` where the answer is no.
    """
    expected = chosen["expect_orders"]
    if not writes:
        return  # nothing to agree to: running a finished file again is no error
    if expected is not None and expected != writes:
        raise UsageError(
            f"{amount(writes)} would be sent, and --expect-orders says {expected}.",
            hint="Nothing was sent. Look at the plan, and correct the number or the file.",
        )
    agreed = chosen["yes"] and (env != "prod" or expected is not None)
    if not ask or agreed:
        return
    if chosen["no_input"] or not sys.stdin.isatty():
        needed = "--yes --expect-orders N" if env == "prod" else "--yes"
        raise UsageError(
            f"{amount(writes)} would be sent, and there is nobody to ask.",
            hint=f"Nothing was sent. In a script, pass {needed}.",
        )
    say(plan())
    if not _typed(writes) if env == "prod" else not _answered(f"Send {amount(writes)} to {env}?"):
        raise click.Abort


def amount(writes: int) -> str:
    """Return how many orders, in words that fit."""
    return f"{writes:,} {'order' if writes == 1 else 'orders'}"


def sure(question: str, chosen: dict[str, Any]) -> None:
    """Ask about anything that sends nothing; `click.Abort` where the answer is no."""
    if chosen["yes"]:
        return
    if chosen["no_input"] or not sys.stdin.isatty():
        raise UsageError("There is nobody to ask.", hint="In a script, pass --yes.")
    if not _answered(question):
        raise click.Abort


def _answered(question: str) -> bool:
    return _asked(f"{question} [y/N]: ").lower() in ("y", "yes")


def _typed(writes: int) -> bool:
    bold = click.style("This is production: orders are made, shipped and billed.", bold=True)
    click.echo(bold, err=True, color=colour())
    typed = _asked(f"Type the number of orders to send ({writes}), or anything else to stop: ")
    return typed.replace(",", "") == str(writes)


def _asked(question: str) -> str:
    """Ask on standard error: standard output is for the result, and may be read by a program."""
    click.echo(question, err=True, nl=False, color=colour())
    try:
        # A Ctrl-C just before a read begins is noticed only when that read ends: look now and then.
        while os.name == "posix" and not select.select([sys.stdin], [], [], _LOOK_UP)[0]:
            pass
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        answer = ""
    if not answer:  # Ctrl-C, or the end of the input
        click.echo(err=True)
        raise click.Abort
    return answer.strip()
