"""What the API holds already, asked while planning: the keys themselves, and orders like them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from loader.app.doses import WINDOW
from loader.app.on_order import on_order
from loader.app.outcomes import found_there, our_error
from loader.core.adopt import differences
from loader.core.errors import StoppedEarly
from loader.core.findings import Finding
from loader.core.model import Action, Order, Result, Run
from loader.core.payload import LOOKUP_FIELD, request_of
from loader.core.person_and_parcel import consumer_id, tracking
from loader.core.seen import Seen, seen
from loader.ports import Clock, LookUp, Sight, Target

MOST_PAGES = 20  # of a list, so that planning asks no more than a busy clinic's three weeks
NOT_LISTED = (
    "Whether OK Capsule holds the same contents for the same person under another number that this"
    " ledger does not know of."
)

Counted = Callable[[int, int], None]  # told how many are done, and of how many


def to_create(run: Run) -> list[Order]:
    """Return the orders that would be sent."""
    return [order for order in run.orders if order.action is Action.CREATE]


async def look_first(run: Run, target: Target, abreast: int, counted: Counted) -> list[str]:
    """A ledger without history looks every key up: the orders may be there already.

    Returns what could not be looked up.
    """
    turn = asyncio.Semaphore(abreast)
    asked = to_create(run)
    sights: list[Sight] = []

    async def look(order: Order) -> None:
        request = request_of(order.body or b"{}")
        async with turn:
            answer = await target.look_up(request[LOOKUP_FIELD])
        if answer.sight is Sight.FOUND:
            _already_there(order, request, answer)
        sights.append(answer.sight)
        counted(len(sights), len(asked))

    await asyncio.gather(*map(look, asked))
    unclear = sights.count(Sight.UNCLEAR)
    if not unclear:
        return []
    return [f"Orders that could not be looked up: {unclear}. They are looked up before sending."]


def _already_there(order: Order, request: dict[str, Any], answer: LookUp) -> None:
    found = answer.order or {}
    order.order_id, order.order_name = str(found.get("id")), str(found.get("name") or "") or None
    order.status = str(found.get("status") or "") or None
    order.consumer_id, order.tracking = consumer_id(found), tracking(found)
    order.action = Action.SKIP
    differing = differences(request, found)
    if differing:
        order.result, order.action = Result.TO_CORRECT, Action.NONE
        order.error = our_error("LEDGER-CONFLICT", found_there(differing))


def conflicts(run: Run) -> list[Finding]:
    """Return what stands against orders under whose number the API holds something else."""
    allowed = "one order under one number, sent once"
    return [
        on_order(
            order.error["code"], order, run.inputs, allowed=allowed, message=order.error["message"]
        )
        for order in run.orders
        if order.error
    ]


async def seen_lately(run: Run, target: Target, clock: Clock) -> tuple[list[Seen], list[str]]:
    """Return the orders that the API made lately, and what nobody could see.

    One list, only where something would be sent, and of at most `MOST_PAGES` pages.
    """
    if not to_create(run):
        return [], []
    since = clock.now() - WINDOW
    first_day = datetime.fromtimestamp(since, UTC).date().isoformat()
    found: list[Seen] = []
    pages = 0
    try:
        async for page in target.orders(changed_since=since):
            # One made before may have changed since: last month's order is no second dose.
            found += [one for one in map(seen, page) if not one.day or one.day >= first_day]
            pages += 1
            if pages == MOST_PAGES:
                return found, [NOT_LISTED]
    except StoppedEarly:
        return found, [NOT_LISTED]
    return found, []
