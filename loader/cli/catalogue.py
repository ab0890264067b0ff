"""`order-loader catalogue sync|list|search`."""

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loader.app.catalogue import Kept
    from loader.core.model import Item

_HEADS = ("Name", "SKU", "Kind", "Size", "Id")


@click.group("catalogue")
def command() -> None:
    """Fetch, list and search what your account may order.

    An order file may name products, packs and standalone products by name or SKU.
    """


@command.command("sync")
@options.where
@options.connecting
@options.form
def sync_catalogue(**chosen: Any) -> int:
    """Fetch products and packs and keep them on this machine.

    `plan` and `submit` do it by themselves; `validate` uses what is kept.
    """
    from loader.app.catalogue import listed, sync
    from loader.cli.output import result
    from loader.cli.session import session

    with session(chosen) as opened:
        connection = opened.connection
        kept = opened.do(sync(opened.ledger, connection.target, connection.environment))
    if chosen["form"] == "json":
        return _document(kept, listed(list(kept.catalogue.items.values())), "sync")
    counts = {kind: len(kept.catalogue.of_kind(kind)) for kind in ("product", "pack")}
    alone = len(kept.catalogue.of_kind("standalone"))
    result(
        f"Kept: {_amount(counts['product'], 'product')}, {_amount(counts['pack'], 'pack')} and"
        f" {_amount(alone, 'standalone product')} of {kept.account.environment}."
    )
    result("See them with `order-loader catalogue list`.")
    return 0


@command.command("list")
@options.where
@options.form
def list_catalogue(**chosen: Any) -> int:
    """List the catalogue that this machine keeps; no connection is made."""
    from loader.app.catalogue import listed

    kept = _kept(chosen)
    items = listed(list(kept.catalogue.items.values()))
    if chosen["form"] == "json":
        return _document(kept, items, "list")
    _table(items)
    _age(kept)
    return 0


@command.command("search")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@options.where
@options.form
def search_catalogue(text: tuple[str, ...], **chosen: Any) -> int:
    """Find products and packs by name, SKU or id; no connection is made."""
    from loader.app.catalogue import search
    from loader.cli.output import result, say

    kept = _kept(chosen)
    items, found = search(kept.catalogue, " ".join(text))
    if chosen["form"] == "json":
        return _document(kept, items, "search", exact=found)
    if not found:
        say("Nothing in the catalogue has these words.")
        if items:
            say("The nearest names; look at the strength before you take one:")
    if items:
        _table(items)
    else:
        result("No product or pack was found.")
    _age(kept)
    return 0


# ------------------------------------------------------------------ kept, shown
def _kept(chosen: dict[str, Any]) -> "Kept":
    from loader import wiring
    from loader.app.catalogue import load
    from loader.core.errors import InputError

    settings = options.settings_of(chosen)
    environment = wiring.known_environment(settings, ask=True)
    if environment is None or not wiring.ledger_exists(settings.ledger):
        raise InputError(
            "This machine keeps no catalogue of that environment yet.",
            hint="Fetch it with `order-loader catalogue sync`.",
        )
    clock = wiring.SystemClock()
    with closing(wiring.open_ledger(settings.ledger, clock)) as ledger:
        return load(ledger, environment)


def _document(kept: "Kept", items: "Sequence[Item]", name: str, **more: Any) -> int:
    from loader import wiring
    from loader.app.catalogue import document
    from loader.cli.output import result

    told = document(kept, items, name, wiring.SystemClock().now())
    result(json.dumps({**told, **more}))
    return 0


def _table(items: "Sequence[Item]") -> None:
    from loader.cli.output import result
    from loader.core.privacy import printable

    rows = [
        (
            printable(item.name, 60), printable(item.sku, 30),
            item.kind if item.active else f"{item.kind}, not active",
            "" if item.serving_size is None else str(item.serving_size), item.id,
        )
        for item in items
    ]  # fmt: skip
    widths = [max(len(row[place]) for row in (_HEADS, *rows)) for place in range(len(_HEADS))]
    for number, row in enumerate((_HEADS, *rows)):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        result(click.style(cells.rstrip(), bold=not number))


def _age(kept: "Kept") -> None:
    from loader import wiring
    from loader.app.catalogue import age
    from loader.cli.output import say

    ago = age(wiring.SystemClock().now() - kept.catalogue.fetched_at)
    say(f"Fetched {ago} from {kept.account.environment}; `order-loader catalogue sync` renews it.")


def _amount(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
