"""Asking before anything is sent: production wants the number typed, a script has to name it."""

import sys
from typing import Any

import click

from loader.core.errors import UsageError


def confirm(writes: int, env: str, chosen: dict[str, Any]) -> bool:
    """Return whether to go on with this many writes; raises `UsageError` where nobody can say.

    `--expect-orders` must agree wherever it is given; production without a terminal needs it.
    """
    expected = chosen["expect_orders"]
    if expected is not None and expected != writes:
        raise UsageError(
            f"{writes} orders would be sent, and --expect-orders says {expected}.",
            hint="Nothing was sent. Look at the plan, and correct the number or the file.",
        )
    if writes == 0:
        return True
    if chosen["yes"] and (env != "prod" or expected is not None):
        return True
    if chosen["no_input"] or not sys.stdin.isatty():
        needed = "--yes --expect-orders N" if env == "prod" else "--yes"
        raise UsageError(
            "There is nobody to ask whether to send.", hint=f"In a script, pass {needed}."
        )
    if env == "prod":
        typed = click.prompt(
            f"This is production: the orders are made, shipped and billed.\n"
            f"Type the number of orders to send ({writes}), or anything else to stop",
            err=True, default="", show_default=False,
        )  # fmt: skip
        return bool(str(typed).strip().replace(",", "") == str(writes))
    noun = "order" if writes == 1 else "orders"
    return click.confirm(f"Send {writes} {noun} to {env}?", err=True)
