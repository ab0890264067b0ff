"""What happens on the vendor's side between requests: the nightly run, production, shipping."""

import uuid
from typing import Any

import orjson

from loader.sandbox.api import ORDER_STATUSES
from loader.sandbox.catalogue import catalogue
from loader.sandbox.messages import Json
from loader.sandbox.orders import Orders
from loader.sandbox.rules import needs_inactive_packaging
from loader.sandbox.state import State, now_text

INACTIVE_PACKAGING = "The packaging design is inactive (the packaging asset group is not approved)"
_SHIPPED_STATUS_ID = "00000000-0000-4000-8000-000000000604"


class BackOffice:
    """Moves orders on."""

    def __init__(self, state: State, orders: Orders) -> None:
        """Work on the orders of `state`."""
        self._state = state
        self._orders = orders

    def run_nightly(self) -> dict[str, int]:
        """Turn Pending into Accepted, or into Needs Changes with the reason in the note."""
        moved = {"accepted": 0, "needs_changes": 0}
        with self._state.transaction() as db:
            rows = db.execute(
                "SELECT document FROM orders WHERE status = 'Pending' AND NOT deleted ORDER BY seq"
            ).fetchall()
            for row in rows:
                order = orjson.loads(row[0])
                if needs_inactive_packaging(order["order_lines"], catalogue()):
                    order |= {"status": "Needs Changes", "note": INACTIVE_PACKAGING}
                    moved["needs_changes"] += 1
                else:
                    order["status"] = "Accepted"
                    moved["accepted"] += 1
                self._orders.store(db, order)
        return moved

    def advance(self, asked: Json) -> dict[str, Any]:
        """Give an order, named by any of its ids, a status; Shipped makes a fulfillment.

        Raises:
            ValueError: where the request names no order or no status.
        """
        if not isinstance(asked, dict) or asked.get("status") not in ORDER_STATUSES:
            raise ValueError(f"status is one of {', '.join(ORDER_STATUSES)}")
        with self._state.transaction() as db:
            found = db.execute(
                "SELECT document FROM orders WHERE id = ?1 OR source_client_order_id = ?1"
                " OR client_custom_order_id = ?1 ORDER BY seq",
                (str(asked.get("order")),),
            ).fetchone()
            if found is None:
                raise ValueError("order is the API's id of an order, or one of the caller's two")
            order: dict[str, Any] = orjson.loads(found[0])
            order["status"] = asked["status"]
            if "note" in asked:
                order["note"] = asked["note"]
            self._orders.store(db, order)
            if order["status"] == "Shipped":
                self._state.add_fulfillment(db, _fulfillment(order, asked))
        return {"order_id": order["id"], "status": order["status"]}


def _fulfillment(order: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    instant = now_text()
    number = str(asked.get("tracking_number", f"SBX{uuid.uuid4().int % 10**12:012d}"))
    return {
        "id": str(uuid.uuid4()),
        "order_id": order["id"],
        "consumer_id": order["consumer_id"],
        "status_id": _SHIPPED_STATUS_ID,
        "delivery_date": None,
        "pickup_date": instant,
        "tracking_info": {
            "shipping_carrier": str(asked.get("carrier", "FedEx")),
            "shipping_method": "FE10",
            "tracking_number": number,
            "tracking_url": f"https://tracking.example.com/{number}",
        },
        "label_url": None,
        "external_fulfillment_id": None,
        "order_lines": [
            {"id": line["id"], "order_id": order["id"]} for line in order["order_lines"]
        ],
        "created_at": instant,
        "updated_at": instant,
    }
