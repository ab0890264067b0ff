"""`order-loader sandbox`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.sandbox import Fault, Sandbox


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8642,
    show_default=True,
    help="Where it listens on this machine; 0 picks a free port.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where its orders are kept.  [default: beside the ledger]",
)
@options.ledger
@click.option(
    "--latency",
    type=click.FloatRange(0, 60),
    default=0.0,
    metavar="SECONDS",
    help="How long each answer takes.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(1),
    metavar="N",
    help="Answer 429 after N requests in an hour.",
)
@click.option(
    "--box-capacity",
    type=click.IntRange(1),
    default=180,
    show_default=True,
    metavar="N",
    help="Refuse orders of more pouches.",
)
@click.option(
    "--error-style",
    type=click.Choice(["contract", "guide", "os"]),
    default="contract",
    show_default=True,
    help="How refusals are spelled.",
)
@click.option(
    "--faults",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A JSON file with faults to play: see docs/sandbox.md.",
)
@options.form
def command(**chosen: Any) -> int:
    """Run a local server that behaves as the API does, for rehearsal.

    It keeps its orders between runs. Stop it with Ctrl-C.
    """
    from loader import wiring
    from loader.cli.output import say
    from loader.core.errors import InputError
    from loader.sandbox import Sandbox, SandboxSettings

    ledger = chosen["ledger"] or options.default_ledger()
    settings = SandboxSettings(
        latency=chosen["latency"], rate_limit=chosen["rate_limit"],
        box_capacity=chosen["box_capacity"], error_style=chosen["error_style"],
    )  # fmt: skip
    faults = _faults(chosen["faults"])
    state = chosen["state"] or wiring.sandbox_folder(ledger)
    try:
        with Sandbox(state, chosen["port"], settings) as sandbox:
            sandbox.add_faults(faults)
            _announce(sandbox, chosen["form"])
            sandbox.serve_forever()
    except KeyboardInterrupt:
        say("The sandbox has stopped; its orders are kept.")
    except OSError as problem:
        raise InputError(
            f"The sandbox cannot listen on port {chosen['port']}: {problem.strerror}.",
            hint="Choose another one with --port, or --port 0 for any.",
        ) from problem
    return 0


def _announce(sandbox: "Sandbox", form: str) -> None:
    """Say where the sandbox listens and how it is used."""
    import json

    from loader.cli.output import result, say
    from loader.sandbox import EMAIL, PASSWORD

    if form == "json":
        document = {
            "schema": "order-loader/sandbox/1", "base_url": sandbox.base_url,
            "identity": sandbox.identity, "email": EMAIL, "password": PASSWORD,
        }  # fmt: skip
        result(json.dumps(document))
    else:
        result(f"The sandbox listens at {sandbox.base_url}")
        result(f"Sign in with {EMAIL} / {PASSWORD}")
        result("Use it with: order-loader submit FILE --env sandbox --base-url "
               f"{sandbox.base_url}")  # fmt: skip
    say("Nothing is ordered here. Stop it with Ctrl-C.")


def _faults(path: Path | None) -> "list[Fault]":
    from loader.core.errors import InputError
    from loader.sandbox import Fault

    if path is None:
        return []
    try:
        return list(Fault.from_json(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise InputError(
            f"The faults in {path} cannot be read: {reason}", hint="See docs/sandbox.md."
        ) from problem
