"""From Pending to Delivered: what a client may still change, and what the vendor does meanwhile."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loader.sandbox import Sandbox
from loader.sandbox.messages import Json

Build = Callable[..., dict[str, Any]]
Make = Callable[..., str]
ID = "00000000-0000-4000-8000-000000000{}".format
CANCELED = "Canceled by Client"


@pytest.fixture
def make(api: httpx.Client, order: Build) -> Make:
    """Return a function that creates an order and gives its path."""

    def create(key: str | None = None, **changes: Json) -> str:
        made = api.post("/v2/orders", json=order(key, **changes))
        assert made.status_code == 201, made.text
        return f"/v2/orders/{made.json()['order']['id']}"

    return create


def advance(admin: httpx.Client, path: str, status: str, **more: Json) -> None:
    """Move an order on, as the vendor would."""
    asked = {"order": path.rpartition("/")[2], "status": status, **more}
    admin.post("advance", json=asked).raise_for_status()


def message(reply: httpx.Response) -> str:
    """Return the message of a refusal."""
    assert reply.status_code == 422, reply.text
    return str(reply.json()["message"])


@pytest.mark.parametrize("status", ["Pending", "On Hold"])
def test_an_order_can_be_changed_while_pending_or_on_hold(
    api: httpx.Client, make: Make, status: str
) -> None:
    """Address, note, e-mail and phone change; what is not sent stays; null clears."""
    path = make("K1", note="old")
    api.put(path, json={"status": status})
    change = {
        "shipping_address": {"city": "Newtown"},
        "note": None,
        "email": "new@example.com",
        "phone_number": "+12025550100",
    }
    changed = api.put(path, json=change).json()["order"]
    assert changed == api.get(path).json()["order"]
    assert changed["shipping_address"]["city"] == "Newtown"
    assert changed["shipping_address"]["address1"] == "1 Sample Street"
    assert (changed["note"], changed["email"]) == (None, "new@example.com")
    assert (changed["status"], changed["source_client_order_id"]) == (status, "K1")


@pytest.mark.parametrize(
    "status",
    ["Accepted", "In Production", "Shipped", "Delivered", CANCELED, "Needs Changes"],
)
def test_no_change_and_no_cancellation_after_the_window(
    api: httpx.Client, admin: httpx.Client, make: Make, status: str
) -> None:
    """Once accepted (or gone) an order cannot be modified, cancelled or deleted by a client."""
    path = make()
    advance(admin, path, status)
    assert message(api.put(path, json={"note": "late"})) == "Order cannot be modified"
    assert message(api.put(path, json={"status": CANCELED})) == "Order cannot be canceled"
    assert message(api.delete(path)) == "Order cannot be canceled"
    assert api.get(path).json()["order"]["status"] == status


@pytest.mark.parametrize("first", ["Pending", "On Hold"])
def test_a_client_cancels_by_a_status(api: httpx.Client, make: Make, first: str) -> None:
    """Canceled by Client can be set from both editable statuses."""
    path = make()
    api.put(path, json={"status": first})
    cancelled = api.put(path, json={"status": CANCELED})
    assert cancelled.json()["order"]["status"] == CANCELED


def test_hold_and_release_are_statuses_too(api: httpx.Client, make: Make) -> None:
    """Pending to On Hold and back is the client's to do."""
    path = make()
    for status in ("On Hold", "Pending"):
        assert api.put(path, json={"status": status}).json()["order"]["status"] == status


@pytest.mark.parametrize("status", ["Accepted", "Shipped", "Canceled by OKC", "whatever"])
def test_a_client_sets_no_other_status(api: httpx.Client, make: Make, status: str) -> None:
    """All statuses but the three are the vendor's."""
    reply = api.put(make(), json={"status": status})
    assert reply.json()["errors"][0]["type"] == "any.only"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total", 1),
        ("discount_total", 1),
        ("fulfillment_fee_total", 1),
        ("shipping_fee_total", 1),
        ("state", "New"),
        ("submission_date", "2026-01-05T09:00:00Z"),
        ("source", "elsewhere"),
        ("crm_id", "1"),
    ],
)
def test_read_only_fields_are_refused(
    api: httpx.Client, make: Make, field: str, value: object
) -> None:
    """The fields that the life cycle guide calls read-only cannot be sent in an update."""
    reply = api.put(make(), json={field: value})
    assert message(reply) == "Validation error"
    assert reply.json()["errors"] == [
        {"message": f"'{field}' is not allowed", "type": "any.unknown"}
    ]


def test_nested_items_are_changed_by_id_added_without_and_removed_by_mark(
    api: httpx.Client, make: Make
) -> None:
    """One update changes a size, adds a content, a pouch and a line, and keeps the rest."""
    path = make("K1")
    line = api.get(path).json()["order"]["order_lines"][0]
    pouch = line["pouches"][0]
    content = pouch["contents"][0]
    zinc = {"client_product_id": ID("105")}
    contents = [{"id": content["id"], "serving_size": 2}, zinc]
    pouches = [{"id": pouch["id"], "contents": contents}, {"contents": [zinc]}]
    lines = [
        {"id": line["id"], "duration": 14, "pouches": pouches},
        {"standalone_id": ID("301"), "quantity": 1},
    ]
    changed = api.put(path, json={"order_lines": lines}).json()["order"]
    first, second = changed["order_lines"]
    assert (first["id"], first["duration"]) == (line["id"], 14)
    assert [p["id"] == pouch["id"] for p in first["pouches"]] == [True, False]
    kept = first["pouches"][0]["contents"]
    assert [(c["client_product_id"], c["serving_size"]) for c in kept] == [
        (ID("101"), 2),
        (ID("105"), 1),
    ]
    assert kept[0]["id"] == content["id"]
    assert second["quantity"] == 1
    gone = {"order_lines": [{"id": second["id"], "is_deleted": True}]}
    assert len(api.put(path, json=gone).json()["order"]["order_lines"]) == 1


def test_a_pack_takes_the_place_of_contents_that_are_removed(api: httpx.Client, make: Make) -> None:
    """Removing all contents of a pouch lets the same update name a pack instead."""
    path = make()
    line = api.get(path).json()["order"]["order_lines"][0]
    pouch = line["pouches"][0]
    removed = [{"id": pouch["contents"][0]["id"], "is_deleted": True}]
    change = {"id": pouch["id"], "pack_id": ID("201"), "contents": removed}
    lines = [{"id": line["id"], "pouches": [change]}]
    changed = api.put(path, json={"order_lines": lines}).json()["order"]
    assert changed["order_lines"][0]["pouches"][0]["pack_id"] == ID("201")


def test_an_update_is_held_to_the_rules_of_an_order(api: httpx.Client, make: Make) -> None:
    """What an order becomes is judged, not what is sent; nothing of a refused update stays."""
    path = make()
    before = api.get(path).json()["order"]
    line, pouch = before["order_lines"][0], before["order_lines"][0]["pouches"][0]

    def change(**fields: Json) -> dict[str, Any]:
        return {"note": "new", "order_lines": [{"id": line["id"], **fields}]}

    inner = {"id": pouch["id"]}
    refused: list[dict[str, Any]] = [
        change(is_deleted=True),
        change(pouches=[{**inner, "pack_id": ID("201")}]),
        change(pouches=[{**inner, "is_deleted": True}]),
        change(pouches=[{**inner, "contents": [{}]}]),
        change(pouches=[{**inner, "contents": [{"client_product_id": ID("121")}]}]),
        change(pouches=[{"contents": [{"client_product_id": ID("101")}]}] * 30),
        change(quantity=1),
        change(duration=61),
        {"note": "new", "order_lines": [{"id": ID("999"), "duration": 1}]},
        {"note": "new", "order_lines": [{"is_deleted": True}]},
        {"note": "new", "consumer": {"id": ID("401"), "first_name": "Ada"}},
        {"note": "new", "consumer": {"id": ID("999")}},
    ]
    for body in refused:
        assert api.put(path, json=body).status_code == 422, body
    assert api.get(path).json()["order"] == before


def test_nine_contents_are_too_many_however_they_come_together(
    api: httpx.Client, make: Make
) -> None:
    """One content stored and eight added are nine in one pouch."""
    path = make()
    line = api.get(path).json()["order"]["order_lines"][0]
    more = [{"client_product_id": ID(str(102 + n))} for n in range(8)]
    pouches = [{"id": line["pouches"][0]["id"], "contents": more}]
    reply = api.put(path, json={"order_lines": [{"id": line["id"], "pouches": pouches}]})
    assert reply.status_code == 422


def test_a_consumer_is_changed_or_reassigned(api: httpx.Client, make: Make) -> None:
    """Names change the order's consumer; an id puts another in its place."""
    path = make()
    changed = api.put(path, json={"consumer": {"last_name": "Renamed"}}).json()["order"]
    assert (changed["consumer"]["first_name"], changed["consumer"]["last_name"]) == (
        "Ada",
        "Renamed",
    )
    moved = api.put(path, json={"consumer": {"id": ID("402")}}).json()["order"]
    assert moved["consumer"]["id"] == ID("402")


def test_the_nightly_run_accepts_or_asks_for_changes(
    api: httpx.Client, sandbox: Sandbox, make: Make
) -> None:
    """Pending is accepted; inactive packaging gives Needs Changes with a note; On Hold waits."""
    good, held, gone = make(), make(), make()
    quercetin = {"client_product_id": ID("124")}
    bad = make(order_lines=[{"pouches": [{"contents": [quercetin]}]}])
    named = make(
        order_lines=[
            {
                "packaging_asset_group_id": ID("502"),
                "pouches": [{"contents": [{"client_product_id": ID("101")}]}],
            }
        ]
    )
    api.delete(make())
    api.put(held, json={"status": "On Hold"})
    api.put(gone, json={"status": CANCELED})
    assert sandbox.run_nightly() == {"accepted": 1, "needs_changes": 2}
    assert api.get(good).json()["order"]["status"] == "Accepted"
    assert api.get(held).json()["order"]["status"] == "On Hold"
    assert api.get(gone).json()["order"]["status"] == CANCELED
    for path in (bad, named):
        order = api.get(path).json()["order"]
        assert order["status"] == "Needs Changes"
        assert "packaging" in order["note"]
    assert sandbox.run_nightly() == {"accepted": 0, "needs_changes": 0}


def test_a_shipped_order_has_a_fulfillment_with_tracking(
    api: httpx.Client, admin: httpx.Client, make: Make
) -> None:
    """Shipping makes a fulfillment that is found by order, by id and in the list."""
    path, other = make(), make()
    assert api.get(f"{path}/fulfillments").json()["fulfillments"] == []
    advance(admin, path, "Shipped", carrier="UPS", tracking_number="1Z42", note="on its way")
    (fulfillment,) = api.get(f"{path}/fulfillments").json()["fulfillments"]
    assert fulfillment["tracking_info"]["shipping_carrier"] == "UPS"
    assert fulfillment["tracking_info"]["tracking_number"] == "1Z42"
    single = api.get(f"/v2/fulfillments/{fulfillment['id']}").json()["fulfillment"]
    assert single == fulfillment
    by_order = {"order_id": path.rpartition("/")[2]}
    assert api.get("/v2/fulfillments", params=by_order).json()["fulfillments"] == [fulfillment]
    assert api.get("/v2/fulfillments?order_id=other").json()["fulfillments"] == []
    assert api.get(f"{other}/fulfillments").json()["fulfillments"] == []
    shipped = api.get(path).json()["order"]
    assert (shipped["status"], shipped["note"]) == ("Shipped", "on its way")


def test_a_deleted_order_is_gone_from_every_view(api: httpx.Client, make: Make) -> None:
    """After DELETE the order is found by no operation."""
    path = make("K1")
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.put(path, json={"note": "x"}).status_code == 404
    assert api.delete(path).status_code == 404
    assert api.get(f"{path}/fulfillments").status_code == 404
    assert api.get("/v2/orders/by-client-order-id/K1").status_code == 404
    assert api.get("/v2/orders").json()["orders"] == []
    assert api.get("/v2/orders/count").json() == {"count": 0}


def test_an_update_renews_the_instant_of_change(api: httpx.Client, make: Make) -> None:
    """created_at stays, updated_at moves on."""
    path = make()
    before = api.get(path).json()["order"]
    after = api.put(path, json={"note": "x"}).json()["order"]
    assert after["created_at"] == before["created_at"]
    assert after["updated_at"] > before["updated_at"]
