"""Whose orders they are, as the API numbers people: so that the next file can name them."""

import asyncio

from loader.core.model import Order, Result, Run
from loader.core.payload import LOOKUP_FIELD, request_of
from loader.ports import Sight, Target

_THERE = frozenset({Result.CREATED, Result.SKIPPED, Result.UPDATED, Result.HELD, Result.UNHELD})


def known_consumers(run: Run) -> dict[str, str]:
    """Return order key → consumer id, of the orders whose ledger entry or file names it."""
    named = ((order.key, order.consumer_id or _named(order)) for order in run.orders)
    return {key: consumer for key, consumer in named if consumer}


async def consumers(run: Run, target: Target, abreast: int) -> dict[str, str]:
    """Return order key → consumer id; unknown ones are looked up, `abreast` orders at a time.

    One that cannot be looked up now is left out.
    """
    turn = asyncio.Semaphore(abreast)
    known = known_consumers(run)

    async def look(order: Order) -> tuple[str, str]:
        async with turn:
            seen = await target.look_up(request_of(order.body or b"{}")[LOOKUP_FIELD])
        found = (seen.order or {}) if seen.sight is Sight.FOUND else {}
        return order.key, str((found.get("consumer") or {}).get("id") or "")

    asked = [
        order
        for order in run.orders
        if order.result in _THERE and order.body is not None and order.key not in known
    ]
    found = await asyncio.gather(*map(look, asked))
    return known | {key: consumer for key, consumer in found if consumer}


def _named(order: Order) -> str:
    if order.body is None:
        return ""
    return str((request_of(order.body).get("consumer") or {}).get("id") or "")
