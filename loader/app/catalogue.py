"""The catalogue of an account: fetched, kept in the ledger, listed and searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from loader.core.errors import InputError
from loader.core.model import Account, Catalogue, Item
from loader.core.near_names import nearest
from loader.core.table import folded
from loader.ports import Ledger, Target

SCHEMA = "order-loader/catalogue/1"
KINDS = ("product", "pack", "standalone")
_MOST_NEAR = 5
_STEPS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A catalogue as the ledger keeps it, and whose it is."""

    account: Account
    catalogue: Catalogue


async def sync(ledger: Ledger, target: Target, environment: str) -> Kept:
    """Fetch everything that the account may order and keep it; `StoppedEarly` where it cannot."""
    account = Account(environment, await target.account_id())
    catalogue = await target.catalogue()
    save(ledger, account, catalogue)
    return Kept(account, catalogue)


def save(ledger: Ledger, account: Account, catalogue: Catalogue) -> None:
    """Keep a catalogue for checks without a connection."""
    ledger.save_catalogue(account, _pack(catalogue), catalogue.fetched_at)


def load(ledger: Ledger, environment: str) -> Kept:
    """Return the kept catalogue of the environment; `InputError` where there is none."""
    found = ledger.load_catalogue(environment)
    if found is None:
        raise InputError(
            "This machine has no catalogue of the environment, or those of several accounts.",
            hint="Run `order-loader catalogue sync` for it; it fetches the one of your account.",
        )
    account, document, fetched_at = found
    return Kept(account, unpack(document, fetched_at))


def listed(items: Sequence[Item]) -> list[Item]:
    """Return items by kind, then by name."""
    return sorted(items, key=lambda item: (KINDS.index(item.kind), folded(item.name), item.id))


def search(catalogue: Catalogue, text: str) -> tuple[list[Item], bool]:
    """Return the items whose name, SKU or id has every word of a text, and True.

    Where none has, the ones with the nearest names, and False.
    """
    words = folded(text).split()
    hits = [item for item in catalogue.items.values() if _has(item, words)]
    if hits:
        return listed(hits), True
    names = [item.name for item in catalogue.items.values()]
    near = dict.fromkeys(nearest(text, names)[:_MOST_NEAR])
    return [item for name in near for item in catalogue.items.values() if item.name == name], False


def _has(item: Item, words: Sequence[str]) -> bool:
    whole = folded(f"{item.name} {item.sku} {item.id}")
    return all(word in whole for word in words)


def document(kept: Kept, items: Sequence[Item], command: str, now: float) -> dict[str, Any]:
    """Return the document for other programs; times in Unix seconds, the age in seconds."""
    return {
        "schema": SCHEMA,
        "command": command,
        "environment": kept.account.environment,
        "account": kept.account.account,
        "fetched_at": kept.catalogue.fetched_at,
        "age_seconds": max(0, round(now - kept.catalogue.fetched_at)),
        "totals": {kind: len(kept.catalogue.of_kind(kind)) for kind in KINDS},
        "items": [
            {
                "id": item.id, "kind": item.kind, "name": item.name, "sku": item.sku or None,
                "active": item.active, "serving_size": item.serving_size,
            }
            for item in items
        ],
    }  # fmt: skip


def age(seconds: float) -> str:
    """Return how long ago something was, in the largest whole unit."""
    for size, unit in _STEPS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count:,} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


# ------------------------------------------------------------------ as the ledger keeps it
def _pack(catalogue: Catalogue) -> bytes:
    return orjson.dumps([
        {name: getattr(item, name) for name in Item.__slots__}
        for item in catalogue.items.values()
    ])  # fmt: skip


def unpack(packed: bytes, fetched_at: float) -> Catalogue:
    """Return a catalogue as the ledger kept it."""
    items = [Item(**item) for item in orjson.loads(packed)]
    return Catalogue({item.id.lower(): item for item in items}, fetched_at)
