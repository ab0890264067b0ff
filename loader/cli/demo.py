"""`order-loader demo`."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from loader.cli import options

SAMPLE = "monthly.xlsx"


def sample_path() -> Path:
    """Return the sample: inside an installed wheel, or in the checkout of an editable one."""
    package = Path(str(files("loader")))
    installed = package / "samples" / "monthly" / SAMPLE
    return installed if installed.exists() else package.parent / "samples" / "monthly" / SAMPLE


@click.command("demo")
@options.reporting
@options.workbooks
@options.results
@options.shown
def command(**chosen: Any) -> int:
    """Send a sample file to the sandbox and write the report.

    A clinic's monthly upload of invented people, with some mistakes in it. It has a ledger of its
    own; run it again, and nothing is sent a second time.
    """
    from platformdirs import user_data_path

    from loader.cli import submit
    from loader.cli.output import say

    folder = user_data_path("order-loader", appauthor=False) / "demo"
    say(f"Sending {SAMPLE} to a sandbox on this machine, as you would with:")
    say(f"  order-loader submit {SAMPLE} --env sandbox\n")
    ledger = f"sqlite:///{folder / 'ledger.sqlite3'}"
    asked = {
        "paths": (sample_path(),), "ledger": ledger, "watched": False, "yes": True,
        "no_input": True,
    }  # fmt: skip
    return submit.send({**_as_usual(submit.command), **chosen, **asked})


def _as_usual(command: click.Command) -> dict[str, Any]:
    """Return the options of a command as they are when nobody chooses any."""
    context = click.Context(command)
    usual: dict[str, Any] = {}
    for one in command.params:
        default = one.get_default(context)
        nothing = () if getattr(one, "multiple", False) else None
        usual[str(one.name)] = default if isinstance(default, str | int | float) else nothing
    return usual
