"""Lists: pages, cursors, filters, order."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loader.sandbox import Sandbox

Build = Callable[..., dict[str, Any]]


@pytest.fixture
def orders(api: httpx.Client, order: Build) -> list[str]:
    """Store seven orders and return their ids in the order of creation."""
    replies = [api.post("/v2/orders", json=order(f"K{number}")) for number in range(7)]
    return [reply.json()["order"]["id"] for reply in replies]


def walk(api: httpx.Client, path: str, name: str, **params: str | int) -> list[list[str]]:
    """Return the ids on each page, following next_cursor."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while cursor or not pages:
        reply = api.get(path, params={**params, **({"cursor": cursor} if cursor else {})}).json()
        pages.append([item["id"] for item in reply[name]])
        cursor = reply["next_cursor"]
    return pages


def flat(pages: list[list[str]]) -> list[str]:
    """Return the ids of all pages, one after the other."""
    return [item for page in pages for item in page]


@pytest.mark.parametrize(("limit", "sizes"), [(3, [3, 3, 1]), (7, [7]), (1, [1] * 7), (250, [7])])
def test_a_walk_over_the_pages_sees_every_order_once(
    api: httpx.Client, orders: list[str], limit: int, sizes: list[int]
) -> None:
    """All orders, oldest first, none twice; a last page that is full has no next one."""
    pages = walk(api, "/v2/orders", "orders", limit=limit)
    assert [len(page) for page in pages] == sizes
    assert flat(pages) == orders


def test_the_link_header_names_the_same_next_page(api: httpx.Client, orders: list[str]) -> None:
    """The Link header leads through all pages as the cursor does, and keeps the other filters."""
    seen: list[str] = []
    reply = api.get("/v2/orders?limit=3&q=status:Pending")
    while True:
        seen += [item["id"] for item in reply.json()["orders"]]
        if "next" not in reply.links:
            break
        assert "status" in reply.links["next"]["url"]
        reply = api.get(reply.links["next"]["url"])
    assert seen == orders
    assert reply.json()["next_cursor"] is None


def test_orders_made_and_deleted_during_a_walk_hide_no_others(
    api: httpx.Client, orders: list[str], order: Build
) -> None:
    """What changes behind the walker's back neither repeats nor skips what stays."""
    first = api.get("/v2/orders?limit=3").json()
    api.delete(f"/v2/orders/{orders[0]}")
    new = api.post("/v2/orders", json=order()).json()["order"]["id"]
    rest = api.get("/v2/orders", params={"cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in rest["orders"]] == [*orders[3:], new]


@pytest.mark.parametrize("sort", ["created_at", "updated_at", "name"])
def test_orders_are_sorted_both_ways(api: httpx.Client, orders: list[str], sort: str) -> None:
    """A sorted walk sees all orders too, a minus turns it round."""
    assert flat(walk(api, "/v2/orders", "orders", limit=2, sort_by=sort)) == orders
    turned = walk(api, "/v2/orders", "orders", limit=2, sort_by=f"-{sort}")
    assert flat(turned) == orders[::-1]


def test_fifty_are_a_page_unless_said_otherwise(api: httpx.Client, order: Build) -> None:
    """The default page size is 50."""
    for _ in range(51):
        api.post("/v2/orders", json=order())
    assert [len(page) for page in walk(api, "/v2/orders", "orders")] == [50, 1]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=251",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=٣",
        "cursor=nonsense",
        "cursor=WyJhIl0",
        "cursor=%C3%A9",
        "sort_by=colour",
        "q=status",
        "q=colour:red",
        "q=client_custom_order_id:K1",
        "q=status:Pending OR status:Shipped",
        "filter[colour]=red",
        "filter[source_client_order_id]=K1",
        "filter[updated_at][near]=2026-01-01",
        "filter[updated_at][gte]=yesterday",
        "filter[updated_at][gte]=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_a_query_that_cannot_be_met_is_refused(api: httpx.Client, query: str) -> None:
    """Wrong sizes, cursors, fields and dates are a 400: nothing is quietly ignored."""
    assert api.get(f"/v2/orders?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("filter[status]=On Hold", [1]),
        ('q=status:"On Hold"', [1]),
        ("q=status:Pending", [0, 2, 3, 4, 5, 6]),
        ("q=name:OR-10003", [2]),
        ("q=name:OR-10003 AND status:Pending", [2]),
        ("q=name:OR-10003 AND status:Accepted", []),
        ("q=source:elsewhere", []),
        ("q=crm_id:1", []),
        ("q=", [0, 1, 2, 3, 4, 5, 6]),
        ("filter[updated_at][gte]=2020-01-01T00:00:00Z", [0, 1, 2, 3, 4, 5, 6]),
        ("filter[updated_at][gte]=2020-01-01T00:00:00.000%2B02:00", [0, 1, 2, 3, 4, 5, 6]),
        ("filter[updated_at][lt]=2020-01-01", []),
    ],
)
def test_orders_are_filtered(
    api: httpx.Client, orders: list[str], query: str, kept: list[int]
) -> None:
    """The guides' filters and the contract's q; the count agrees with the list."""
    api.put(f"/v2/orders/{orders[1]}", json={"status": "On Hold"})
    found = [item["id"] for item in api.get(f"/v2/orders?{query}").json()["orders"]]
    assert found == [orders[place] for place in kept]
    assert api.get(f"/v2/orders/count?{query}").json() == {"count": len(kept)}


def test_only_what_changed_since_is_listed(api: httpx.Client, orders: list[str]) -> None:
    """filter[updated_at][gte] finds the orders that changed since, as the guide polls."""
    instant = api.put(f"/v2/orders/{orders[4]}", json={"note": "x"}).json()["order"]["updated_at"]
    reply = api.get("/v2/orders", params={"filter[updated_at][gte]": instant})
    assert [item["id"] for item in reply.json()["orders"]] == [orders[4]]


def test_products_are_listed_filtered_and_read(api: httpx.Client) -> None:
    """All own products by pages; the active ones; one by its id; nobody else's."""
    every = flat(walk(api, "/v2/products", "products", limit=10))
    assert len(every) == len(set(every)) == 27
    assert walk(api, "/v2/products", "products", limit=27) == [every]
    active = api.get("/v2/products?active=true&limit=250").json()["products"]
    inactive = api.get("/v2/products?active=false").json()["products"]
    assert {p["active"] for p in active} == {True}
    assert len(inactive) == 3
    assert len(active) + len(inactive) == 27
    assert api.get(f"/v2/products/{every[0]}").json()["product"]["id"] == every[0]
    assert api.get("/v2/products/00000000-0000-4000-8000-000000000199").status_code == 404
    by_sku = api.get("/v2/products?q=client_sku:ZN-15").json()["products"]
    assert [p["name"] for p in by_sku] == ["Zinc 15 mg"]
    by_name = api.get("/v2/products?sort_by=product_name").json()["products"]
    names = [product["product_name"] for product in by_name]
    assert names == sorted(names)


def test_packs_consumers_and_statuses_are_listed_and_read(api: httpx.Client) -> None:
    """The other lists work the same way; an unknown id is a 404."""
    packs = api.get("/v2/assemblies").json()["assemblies"]
    assert [p["active"] for p in packs] == [True, True, True, False]
    assert api.get(f"/v2/assemblies/{packs[0]['id']}").json()["assembly"] == packs[0]
    people = flat(walk(api, "/v2/consumers", "consumers", limit=5, sort_by="first_name"))
    assert len(people) == 14
    assert len(api.get('/v2/consumers?q=last_name:"Example"').json()["consumers"]) == 1
    statuses = {s["name"] for s in api.get("/v2/statuses").json()["statuses"]}
    assert {"Pending", "On Hold", "Needs Changes"} <= statuses
    for path in ("assemblies", "consumers", "fulfillments", "products", "orders"):
        assert api.get(f"/v2/{path}/00000000-0000-4000-8000-00000000dead").status_code == 404


def test_a_consumer_made_by_an_order_joins_the_list(
    api: httpx.Client, sandbox: Sandbox, order: Build
) -> None:
    """A new order's consumer can be found; a refused order leaves none behind."""
    api.post("/v2/orders", json=order("K1"))
    api.post("/v2/orders", json=order("K1"))
    assert len(api.get("/v2/consumers").json()["consumers"]) == 15
