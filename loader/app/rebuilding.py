"""reconcile --all: compare the ledger with every order that the API lists. Nothing is sent.

What the ledger does not know is remembered as made, so that a ledger that was lost is whole again
before anything is sent. The comparison is complete only when the list showed as many orders as
the API counts; what it saw before that is evidence all the same.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from loader.app.on_order import on_order
from loader.app.outcomes import found_there, our_error, text_in
from loader.app.submitting import Means
from loader.core.adopt import differences
from loader.core.lifecycle import Operation, State
from loader.core.model import Account, Run
from loader.core.payload import LOOKUP_FIELD, lookup_id, request_of, seen_fingerprint
from loader.core.person_and_parcel import consumer_id, tracking
from loader.core.privacy import printable
from loader.ports import Entry, Found, Settlement
from schemas.pouch_orders import KEY

WALKS = 4  # at most, while orders arrive
BETWEEN_WALKS = 0.5  # seconds, longer before each further walk
_PAGES_A_LINE = 20
_IN_LIST = "Found in the API's list of orders."
_OPEN = frozenset({State.UNKNOWN, State.PLANNED, State.DEFERRED, State.REFUSED})


@dataclass(slots=True)
class Compared:
    """What the list showed. `ids` are the orders of the last walk; `new` keys were unknown here."""

    complete: bool = False
    count: int = 0
    nameless: int = 0
    ids: set[str] = field(default_factory=set)
    new: dict[str, None] = field(default_factory=dict)


async def compare_all(run: Run, account: Account, means: Means) -> Compared:
    """Walk the list until it is as long as the API's count, under the account's lock.

    Where it is complete the ledger is trusted from then on. An interruption ends it: then it is
    not. Raises what `Target.orders` does.
    """
    compared = Compared()
    for number in range(WALKS):
        await means.brake.rest_between_looks(BETWEEN_WALKS * number)
        await _walk(run, account, means, compared)
        if means.brake.blind:
            return compared
        compared.count = await means.target.order_count()
        if len(compared.ids) == compared.count:
            compared.complete = True
            means.ledger.rebuilt(account)
            means.say(f"All {compared.count:,} orders at OK Capsule are known to the ledger.")
            break
    return compared


def tell_compared(run: Run, account: Account, means: Means, compared: Compared) -> None:
    """Name the orders that only one side knows; `run` has every order of the ledger by now."""
    run.facts["Orders at OK Capsule"] = f"{len(compared.ids):,}"
    if compared.nameless:
        run.not_checked.append(
            f"Orders at OK Capsule without a number of ours: {compared.nameless:,}. They were made"
            " by hand or by another program."
        )
    orders = {order.key: order for order in run.orders}
    for key in compared.new:
        run.findings.append(on_order("LEDGER-FOUND", orders[key], run.inputs, allowed=""))
    if not compared.complete:
        run.stopped = means.brake.why or (
            f"The list showed {len(compared.ids):,} orders, and OK Capsule counts"
            f" {compared.count:,}: the comparison is not complete"
        )
        return
    for entry in means.ledger.find(account):
        made = entry.state is State.CREATED and entry.operation is Operation.CREATE
        if made and entry.order_id not in compared.ids:
            order = orders[entry.key]
            run.findings.append(on_order("LEDGER-MISSING", order, run.inputs, allowed=""))


# ------------------------------------------------------------------ the list
async def _walk(run: Run, account: Account, means: Means, compared: Compared) -> None:
    """Take every page of the list; orders that come twice count once."""
    compared.ids, compared.nameless, pages = set(), 0, 0
    async for page in means.target.orders():
        fresh = {text_in(order, "id") or "": order for order in page}
        fresh = {one: order for one, order in fresh.items() if one and one not in compared.ids}
        compared.ids |= fresh.keys()
        _take(run, account, means, compared, list(fresh.values()))
        pages += 1
        if means.brake.blind:
            return
        if not pages % _PAGES_A_LINE:
            means.say(f"{len(compared.ids):,} orders read.")


def _take(
    run: Run, account: Account, means: Means, compared: Compared,
    page: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """Compare one page's orders with the ledger, and write down what they prove."""
    ledger = means.ledger
    keyed = [(key, order) for order in page if (key := _key(order))]
    compared.nameless += len(page) - len(keyed)
    known = _creates(means, account, [key for key, _ in keyed])
    first: dict[str, Mapping[str, Any]] = {}
    others = []
    for key, order in keyed:
        if key in known or key in first:
            others.append((key, order))
        else:
            first[key] = order
    if first:
        found = [_found(key, order) for key, order in first.items()]
        compared.new |= dict.fromkeys(ledger.remember(account, run.run_id, found))
    for key, order in others:
        (entry,) = _creates(means, account, [key]).values()
        settlement = _evidence(entry, order)
        if settlement is not None:
            ledger.settle([settlement])


def _creates(means: Means, account: Account, keys: Sequence[str]) -> dict[str, Entry]:
    entries = means.ledger.find(account, keys)
    return {entry.key: entry for entry in entries if entry.operation is Operation.CREATE}


def _key(order: Mapping[str, Any]) -> str:
    return unicodedata.normalize("NFC", text_in(order, KEY) or "").strip()


def _found(key: str, order: Mapping[str, Any]) -> Found:
    body = orjson.dumps(order, option=orjson.OPT_SORT_KEYS)
    return Found(
        key=key, lookup_id=text_in(order, LOOKUP_FIELD) or lookup_id(key), body=body,
        fingerprint=seen_fingerprint(body), order_id=str(order["id"]),
        order_name=text_in(order, "name"), status=text_in(order, "status"), evidence=_IN_LIST,
    )  # fmt: skip


def _evidence(entry: Entry, order: Mapping[str, Any]) -> Settlement | None:
    """Return what a listed order proves about its entry; None where nothing new."""
    if entry.state in _OPEN and not entry.order_id:
        differing = differences(request_of(entry.body or b"{}"), order)
        said = found_there(differing)
    elif entry.state is State.CREATED and entry.order_id != order["id"]:
        differing = [KEY]
        names = [entry.order_name or entry.order_id, text_in(order, "name") or order["id"]]
        said = f"OK Capsule holds two orders under this number: {' and '.join(map(str, names))}."
    else:
        return None
    said = printable(said)
    return Settlement(
        entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
        since=frozenset({entry.state}), state=State.CONFLICT if differing else State.CREATED,
        evidence=f"{_IN_LIST} {said}", order_id=str(order["id"]),
        order_name=text_in(order, "name"), status=text_in(order, "status"),
        error=our_error("LEDGER-CONFLICT", said) if differing else None,
        consumer_id=consumer_id(order), tracking=tracking(order),
    )  # fmt: skip
