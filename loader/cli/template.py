"""`order-loader template`."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.core.model import Catalogue


@click.command("template")
@click.argument("path", metavar="OUT.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--layout", type=click.Choice(["long", "wide"]), default="long", show_default=True,
              help="long: one row for each product in a pouch; wide: one row for each order, with"
              " places for its products by time of day.")  # fmt: skip
@options.where
def command(path: Path, layout: str, **chosen: Any) -> int:
    """Write an empty order workbook with instructions, lists and text formats.

    It lists the products of the environment where this machine knows them, which it does after
    the first plan.
    """
    from loader import wiring
    from loader.app.private_file import write_private
    from loader.cli.output import result, say
    from loader.core.errors import InputError, UsageError

    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            f"A template is an Excel workbook, and {path.name} does not end in .xlsx.",
            hint="Name it such as orders.xlsx.",
        )
    if path.exists():
        raise UsageError(
            f"{path} exists already; it may hold somebody's orders.",
            hint="Name another file, or remove that one first.",
        )
    catalogue = _catalogue(chosen)
    try:
        write_private(path, wiring.template_workbook(catalogue, wide=layout == "wide"))
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written: {problem.strerror or 'no access'}.",
            hint="Name another place.",
        ) from problem
    if catalogue is None:
        say(f"It lists no products: this machine knows none of {chosen['env']} yet, but will after")
        say("a first `order-loader plan`. Products are written by name, stock number or id.")
    elif chosen["env"] == "sandbox":
        say(
            "Its products are the sandbox's invented ones. For your own: --env prod or --env stage."
        )
    result(f"Template: {path}\nThe sheet “How to fill in” says how.")
    return 0


def _catalogue(chosen: dict[str, Any]) -> "Catalogue | None":
    """Return the catalogue that this machine keeps of the environment, if any."""
    from loader import wiring
    from loader.app.catalogue import unpack

    settings = options.settings_of(chosen)
    environment = wiring.known_environment(settings, ask=False)
    if environment is None or not wiring.ledger_exists(settings.ledger):
        return None
    with closing(wiring.open_ledger(settings.ledger, wiring.SystemClock())) as ledger:
        kept = ledger.load_catalogue(environment)
    return None if kept is None else unpack(kept[1], kept[2])
