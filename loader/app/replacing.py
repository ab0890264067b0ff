"""Orders that take the place of others: only where no second box can come of the old one.

What the ledger knows of its own sending is certain; whether an order that was made has been
cancelled since, only the API can say.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loader.app.check import REPLACES, CheckedFiles
from loader.app.on_order import on_order
from loader.core.findings import Finding
from loader.core.lifecycle import State
from loader.core.model import Action, Order, Result
from loader.core.payload import lookup_id
from loader.core.statuses import may_be_replaced
from loader.ports import Entry, Sight, Target

NOT_ASKED = "Whether the orders that others replace are cancelled: `order-loader plan` asks."
_STANDS, _UNKNOWN = "REPLACES-STANDS", "REPLACES-UNKNOWN"
_ALLOWED = "the number of an order that was cancelled, refused, or needs changes"
# What is told of an order that is not made yet, or nobody knows whether it is.
_OPEN = {
    State.PLANNED: "waits to be sent", State.DEFERRED: "waits to be sent",
    State.CLAIMED: "is being sent", State.SENDING: "may have been made: its outcome is unknown",
    State.UNKNOWN: "may have been made: its outcome is unknown",
    State.CONFLICT: "conflicts with what OK Capsule holds",
}  # fmt: skip


@dataclass(slots=True)
class Replacing:
    """The check of one run; `entries` are those of the replaced orders in the ledger, by key."""

    files: CheckedFiles
    entries: Mapping[str, Entry]
    findings: list[Finding] = field(default_factory=list)
    _to_ask: list[Order] = field(default_factory=list)

    def by_ledger(self, orders: Iterable[Order]) -> bool:
        """Judge by what this machine knows; True where some must be asked of the API."""
        orders = list(orders)
        new = {order.key for order in orders if order.action is not Action.SKIP}
        for order in orders:
            if order.result is not Result.READY or order.action is Action.SKIP:
                continue
            if (other := self.files.replaces.get(order.key)) is None:
                continue
            entry = self.entries.get(other.key)
            if other.key == order.key:
                self._hold_back(order, "An order cannot take its own place.")
            elif entry is not None and entry.state in _OPEN:
                self._hold_back(order, f"Order {other.key} {_OPEN[entry.state]}.")
            elif entry is None and other.key in new:
                self._hold_back(order, f"Order {other.key} is a new one of the same files.")
            elif entry is None or entry.state is not State.REFUSED:
                self._to_ask.append(order)
        return bool(self._to_ask)

    async def by_api(self, target: Target, abreast: int) -> list[str]:
        """Ask the API for the others; return what could not be checked."""
        turn = asyncio.Semaphore(abreast)

        async def ask(order: Order) -> bool:
            key = self.files.replaces[order.key].key
            entry = self.entries.get(key)
            async with turn:
                seen = await target.look_up(entry.lookup_id if entry else lookup_id(key))
            if seen.sight is Sight.FOUND:
                status = str((seen.order or {}).get("status") or "")
                if not may_be_replaced(status):
                    self._hold_back(order, f"Order {key} is {status or 'without a status'} there.")
            elif seen.sight is Sight.ABSENT and entry is None:
                self._tell(_UNKNOWN, order, f"Nobody knows an order {key}.")
            else:
                return False
            return True

        asked = await asyncio.gather(*map(ask, self._to_ask))
        if not (unclear := asked.count(False)):
            return []
        return [f"Orders to be replaced that could not be looked up: {unclear}."]

    def _hold_back(self, order: Order, message: str) -> None:
        order.result, order.action = Result.TO_CORRECT, order.action and Action.NONE
        self._tell(_STANDS, order, message)

    def _tell(self, code: str, order: Order, message: str) -> None:
        other = self.files.replaces[order.key]
        finding = on_order(
            code, order, self.files.inputs, allowed=_ALLOWED, message=message, row=other.row,
            column=REPLACES, found=other.key,
        )  # fmt: skip
        self.findings += self.files.placed([finding])
