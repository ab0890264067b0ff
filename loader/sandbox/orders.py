"""What the API does with orders: create, change, cancel, delete, find."""

import sqlite3
import time
import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from loader.sandbox import contract
from loader.sandbox.catalogue import Catalogue, catalogue
from loader.sandbox.changes import merged, with_ids
from loader.sandbox.messages import Json
from loader.sandbox.refusals import Issue, Refusal, invalid, not_found
from loader.sandbox.rules import consumer_issues, order_issues
from loader.sandbox.settings import SandboxSettings
from loader.sandbox.state import State, consumer_document, now_text
from loader.sandbox.truth import Seen, Truth
from loader.sandbox.views import order_view

EDITABLE = ("Pending", "On Hold")
CANCELED = "Canceled by Client"
UNIQUE_IDS = ("source_client_order_id", "client_custom_order_id")
_READ_ONLY = (
    "total",
    "discount_total",
    "fulfillment_fee_total",
    "shipping_fee_total",
    "state",
    "submission_date",
    "source",
    "crm_id",
)
_KEPT = (
    "shipping_address",
    "source",
    *UNIQUE_IDS,
    "order_type",
    "email",
    "phone_number",
    "note",
    "comments",
    "engineering_notes",
    "pack_builder_id",
    "okc_affiliate_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storing:
    """How a new order is stored: seconds until it can be looked up, and how many times."""

    invisible: float = 0.0
    copies: int = 1


class Orders:
    """The orders of one state file."""

    def __init__(self, state: State, truth: Truth, settings: SandboxSettings) -> None:
        """Work on `state` and record every commit in `truth`."""
        self._state = state
        self._truth = truth
        self._settings = settings
        self._seed: Catalogue = catalogue()

    # ---------------------------------------------------------------- create
    def create(self, body: Json, seen: Seen, storing: Storing) -> dict[str, Any]:
        """Check and store one order, and return it as the API does."""
        self._check_new(body)
        with self._state.transaction() as db:
            consumer = self._consumer_of(db, body["consumer"])
            taken = _taken(db, body, None)
            if taken and self._settings.unique_ids:
                raise self._duplicate(taken)
            stored = [
                self._insert(db, body, consumer["id"], storing, copy + bool(taken))
                for copy in range(storing.copies)
            ]
            seen.committed_order_ids = [order["id"] for order, _ in stored]
            self._truth.commit(db, seen)
        order, number = stored[0]
        return order_view(order, number, consumer, self._seed)

    def _check_new(self, body: Json) -> None:
        if issues := contract.issues_of("OrderCreate", body):
            raise invalid(issues)
        issues = list(consumer_issues(body["consumer"]))
        if body.get("status", "Pending") not in EDITABLE:
            issues.append(Issue("status", "must be one of [Pending, On Hold]", "any.only"))
        issues += order_issues(body["order_lines"], self._seed, self._settings.box_capacity)
        if issues:
            raise invalid(issues)

    def _insert(
        self,
        db: sqlite3.Connection,
        body: dict[str, Any],
        consumer_id: str,
        storing: Storing,
        twin: int,
    ) -> tuple[dict[str, Any], int]:
        instant = now_text()
        order = {
            "id": str(uuid.uuid4()),
            "consumer_id": consumer_id,
            **{name: body[name] for name in _KEPT if name in body},
            "order_lines": with_ids(body["order_lines"]),
            "status": body.get("status", "Pending"),
            "created_at": instant,
            "updated_at": instant,
        }
        delay = max(storing.invisible, self._settings.visibility_delay)
        cursor = db.execute(
            "INSERT INTO orders (id, source_client_order_id, client_custom_order_id, twin, status,"
            " source, visible_at, created_at, updated_at, document)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                order["id"],
                *(body.get(name) for name in UNIQUE_IDS),
                twin,
                order["status"],
                body.get("source", "v2 API"),
                time.time() + delay if delay else 0,
                instant,
                instant,
                orjson.dumps(order),
            ),
        )
        return order, cursor.lastrowid or 0

    def _duplicate(self, name: str) -> Refusal:
        text = f"An order with this {name} already exists"
        issue = Issue(name, text, "any.unique", whole=True)
        return Refusal(self._settings.duplicate_status, text, (issue,))

    def _consumer_of(self, db: sqlite3.Connection, sent: dict[str, Any]) -> dict[str, Any]:
        if "id" not in sent:
            made = consumer_document(str(uuid.uuid4()), sent, now_text())
            self._state.put_consumer(db, made)
            return made
        known = self._state.consumer(sent["id"])
        if known is None:
            raise invalid([Issue("consumer.id", "Invalid consumer.id", "any.invalid", whole=True)])
        return known

    # ---------------------------------------------------------------- change
    def update(self, order_id: str, body: Json, seen: Seen) -> dict[str, Any]:
        """Apply a partial update, which is also how an order is cancelled."""
        if issues := contract.issues_of("OrderUpdate", body):
            raise invalid(issues)
        with self._state.transaction() as db:
            row = self._row(order_id)
            order = orjson.loads(row["document"])
            self._check_change(order, body)
            if taken := _taken(db, body, order["id"]):
                raise self._duplicate(taken)
            if "consumer" in body:
                order["consumer_id"] = self._changed_consumer(db, order, body["consumer"])
            order.update(
                {name: body[name] for name in _KEPT if name in body} | _address(order, body)
            )
            if "order_lines" in body:
                order["order_lines"] = self._changed_lines(order, body["order_lines"])
            order["status"] = body.get("status", order["status"])
            self.store(db, order)
            seen.changed_order_ids = [order["id"]]
            self._truth.commit(db, seen)
        return self._view(order, row["seq"])

    @staticmethod
    def _check_change(order: dict[str, Any], body: dict[str, Any]) -> None:
        if order["status"] not in EDITABLE:
            cancels = body.get("status") == CANCELED
            text = "Order cannot be canceled" if cancels else "Order cannot be modified"
            raise invalid([Issue("status", text, "any.invalid", whole=True)])
        issues = [
            Issue(name, "is not allowed", "any.unknown") for name in _READ_ONLY if name in body
        ]
        if body.get("status", "Pending") not in (*EDITABLE, CANCELED):
            allowed = f"must be one of [Pending, On Hold, {CANCELED}]"
            issues.append(Issue("status", allowed, "any.only"))
        if issues:
            raise invalid(issues)

    def _changed_lines(
        self, order: dict[str, Any], sent: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        lines = merged(order["order_lines"], sent)
        if issues := order_issues(lines, self._seed, self._settings.box_capacity):
            raise invalid(issues)
        return lines

    def _changed_consumer(
        self, db: sqlite3.Connection, order: dict[str, Any], sent: dict[str, Any]
    ) -> str:
        if "id" in sent:
            if issues := list(consumer_issues(sent)):
                raise invalid(issues)
            consumer_id: str = self._consumer_of(db, sent)["id"]
            return consumer_id
        known = self._consumer_of(db, {"id": order["consumer_id"]})
        fields = ("first_name", "last_name", "email", "phone_number")
        changed = {name: sent[name] for name in fields if name in sent}
        self._state.put_consumer(db, {**known, **changed, "updated_at": now_text()})
        kept: str = order["consumer_id"]
        return kept

    def store(self, db: sqlite3.Connection, order: dict[str, Any]) -> None:
        """Write a changed order back."""
        order["updated_at"] = now_text()
        db.execute(
            "UPDATE orders SET source_client_order_id = ?, client_custom_order_id = ?, status = ?,"
            " updated_at = ?, document = ? WHERE id = ?",
            (
                *(order.get(name) for name in UNIQUE_IDS),
                order["status"],
                order["updated_at"],
                orjson.dumps(order),
                order["id"],
            ),
        )

    def delete(self, order_id: str, seen: Seen) -> None:
        """Delete an order, within the window in which it may be cancelled."""
        with self._state.transaction() as db:
            row = self._row(order_id)
            if row["status"] not in EDITABLE:
                text = "Order cannot be canceled"
                raise invalid([Issue("status", text, "any.invalid", whole=True)])
            db.execute("UPDATE orders SET deleted = 1 WHERE id = ?", (row["id"],))
            seen.changed_order_ids = [row["id"]]
            self._truth.commit(db, seen)

    # ---------------------------------------------------------------- find
    def read(self, order_id: str) -> dict[str, Any]:
        """Return one order by the API's id."""
        return self.view(self._row(order_id))

    def look_up(self, client_custom_order_id: str) -> dict[str, Any]:
        """Return the first visible order that carries the caller's own id."""
        found = self._state.rows(
            "SELECT * FROM orders WHERE client_custom_order_id = ? AND NOT deleted"
            " AND visible_at <= ? ORDER BY seq LIMIT 1",
            (client_custom_order_id, time.time()),
        )
        if not found:
            raise not_found("order")
        return self.view(found[0])

    def ids_of(self, order_id: str) -> tuple[str | None, str | None]:
        """Return the caller's two ids of an order, deleted or not; None where unknown."""
        found = self._state.rows(
            "SELECT source_client_order_id, client_custom_order_id FROM orders WHERE id = ?",
            (order_id.lower(),),
        )
        return (found[0][0], found[0][1]) if found else (None, None)

    def source_id_of(self, client_custom_order_id: str) -> str | None:
        """Return the source_client_order_id that goes with a client_custom_order_id, if known."""
        found = self._state.rows(
            "SELECT source_client_order_id FROM orders WHERE client_custom_order_id = ?"
            " ORDER BY seq LIMIT 1",
            (client_custom_order_id,),
        )
        return found[0][0] if found else None

    def view(self, row: sqlite3.Row) -> dict[str, Any]:
        """Return a row of the orders table as the API shows the order."""
        return self._view(orjson.loads(row["document"]), row["seq"])

    def _view(self, order: dict[str, Any], number: int) -> dict[str, Any]:
        return order_view(order, number, self._state.consumer(order["consumer_id"]), self._seed)

    def _row(self, order_id: str) -> sqlite3.Row:
        found = self._state.rows(
            "SELECT * FROM orders WHERE id = ? AND NOT deleted", (order_id.lower(),)
        )
        if not found:
            raise not_found("order")
        return found[0]


def _address(order: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    if "shipping_address" not in body:
        return {}
    return {"shipping_address": {**order["shipping_address"], **body["shipping_address"]}}


def _taken(db: sqlite3.Connection, body: dict[str, Any], own_id: str | None) -> str | None:
    """Return which id another order has; a cancelled or deleted one keeps its ids."""
    for name in UNIQUE_IDS:
        sql = f"SELECT 1 FROM orders WHERE {name} = ? AND id IS NOT ?"  # noqa: S608  own names
        if body.get(name) is not None and db.execute(sql, (body[name], own_id)).fetchone():
            return name
    return None
