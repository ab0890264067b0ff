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

    from loader.cli.output import say
    from loader.cli.submit import send

    folder = user_data_path("order-loader", appauthor=False) / "demo"
    say(f"Sending {SAMPLE} to a sandbox on this machine, as you would with:")
    say(f"  order-loader submit {SAMPLE} --env sandbox\n")
    return send(
        {
            **chosen, "paths": (sample_path(),), "env": "sandbox", "base_url": None,
            "ledger": f"sqlite:///{folder / 'ledger.sqlite3'}", "sheet": None, "encoding": None,
            "hidden_rows": None, "mapping": None, "batch": None, "accept": (), "concurrency": 4,
            "rate": None, "timeout": 30.0,
            "sign_in_field": "email", "yes": True, "expect_orders": None, "no_input": True,
            "watched": False,
        }
    )  # fmt: skip
