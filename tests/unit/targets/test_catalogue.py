"""Who is signed in and what may be ordered, read from lists of any length."""

import json
import time

import pytest

from loader.core.errors import StoppedEarly
from loader.targets import pace
from tests.unit.targets.raw_server import (
    on_loop,
    reply,
)
from tests.unit.targets.scripted_api import (
    ASSEMBLIES,
    EXPIRED,
    PRODUCTS,
    USER,
    asked,
    page,
    target_for,
)


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth as long between two tries of a read."""
    monkeypatch.setattr(pace, "BACKOFF", 0.01)


@pytest.mark.parametrize(
    "body",
    [
        {"id": "u1", "client_id": "c1"},
        {"user": {"id": "u1", "client_id": "c1"}},
        {"id": "u1", "client": {"client_id": "c1"}},
    ],
)
@on_loop
async def test_the_account_is_the_users_client(body: dict[str, object]) -> None:
    """Read from the signed-in user, wherever in its reply the id stands."""
    async with target_for({USER: reply(200, json.dumps(body).encode())}) as (target, server):
        assert await target.account_id() == "c1"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "user",
    [reply(404), reply(403), reply(500), reply(200, b"{}"), reply(200, b'{"client_id":null}'),
     reply(200, b'{"client_id":""}'), reply(200, b"nonsense"), EXPIRED],
)  # fmt: skip
@on_loop
async def test_the_account_is_else_what_products_and_orders_carry(user: bytes) -> None:
    """Where the user's reply does not tell, the products do, and then the orders."""
    products = page("products", {"id": "p1", "client_id": "c1"}, {"id": "p2", "client_id": "c1"})
    async with target_for({USER: user, PRODUCTS: products}) as (target, _):
        assert await target.account_id() == "c1"
    orders = page("orders", {"id": "o1", "client_id": "c1"})
    empty = page("products")
    routes: dict[str, bytes | list[bytes]] = {
        USER: user, PRODUCTS: empty, "GET /v2/orders": orders
    }  # fmt: skip
    async with target_for(routes) as (target, _):
        assert await target.account_id() == "c1"


@on_loop
async def test_an_account_that_is_not_clear_stops_the_command() -> None:
    """Nobody's, or two at once: the keys of the ledger would mix up accounts."""
    two = page("products", {"id": "p1", "client_id": "c1"}, {"id": "p2", "client_id": "c2"})
    async with target_for({USER: reply(404), PRODUCTS: two}) as (target, _):
        with pytest.raises(StoppedEarly, match="several accounts"):
            await target.account_id()
    routes: dict[str, bytes | list[bytes]] = {
        USER: reply(404), PRODUCTS: page("products"), "GET /v2/orders": page("orders")
    }  # fmt: skip
    async with target_for(routes) as (target, _):
        with pytest.raises(StoppedEarly, match="does not tell") as caught:
            await target.account_id()
    assert caught.value.hint


# ------------------------------------------------------------------ catalogue
@on_loop
async def test_the_catalogue_holds_products_standalones_and_packs() -> None:
    """Every kind under its lower-case id, with what a plan needs to know of it."""
    products = page(
        "products",
        {"id": "AAAA", "product_name": "Vitamin D3", "name": "internal", "client_sku": "VD3",
         "active": True, "serving_size": 2},
        {"id": "bbbb", "name": "Bottle", "active": False, "is_standalone_kit": True},
        {"id": "cccc", "serving_size": 0, "active": None},
        {"name": "without id"}, {"id": 7}, {"id": ""},
    )  # fmt: skip
    packs = page("assemblies", {"id": "dddd", "name": "Morning", "active": True})
    async with target_for({PRODUCTS: products, ASSEMBLIES: packs}) as (target, _):
        before = time.time()
        catalogue = await target.catalogue()
    items = catalogue.items
    assert set(items) == {"aaaa", "bbbb", "cccc", "dddd"}
    assert [items[one].kind for one in sorted(items)] == [
        "product", "standalone", "product", "pack"
    ]  # fmt: skip
    vitamin = items["aaaa"]
    assert (vitamin.id, vitamin.name, vitamin.sku) == ("AAAA", "Vitamin D3", "VD3")
    assert (vitamin.active, vitamin.serving_size) == (True, 2)
    assert (items["bbbb"].active, items["cccc"].active) == (False, True)
    assert items["cccc"].serving_size is None
    assert before - 1 < catalogue.fetched_at < time.time() + 1


@on_loop
async def test_a_digest_changes_with_what_matters_and_nothing_else() -> None:
    """Name, activity and serving size change an item's digest; a price or a date does not."""
    base = {"id": "a", "name": "Vitamin", "active": True, "serving_size": 1}

    async def digest(**changes: object) -> str:
        routes: dict[str, bytes | list[bytes]] = {
            PRODUCTS: page("products", {**base, **changes}), ASSEMBLIES: page("assemblies")
        }  # fmt: skip
        async with target_for(routes) as (target, _):
            return (await target.catalogue()).items["a"].digest

    same = await digest()
    assert len(same) == 64
    assert await digest(price_per_pill=3, updated_at="now", client_sku="X") == same
    others = [await digest(name="Other"), await digest(active=False), await digest(serving_size=2)]
    assert len({same, *others}) == 4


@pytest.mark.parametrize("by", ["body", "link"])
@on_loop
async def test_all_pages_are_read(by: str) -> None:
    """The next page's cursor stands in the body or in a Link header; both are followed."""

    def numbered(number: int, cursor: str | None) -> bytes:
        body: dict[str, object] = {"products": [{"id": f"p{number}"}]}
        headers = []
        if by == "body":
            body["next_cursor"] = cursor
        elif cursor:
            link = f"https://elsewhere.example/v2/products?limit=1&cursor={cursor}"
            headers = [f'Link: <{link}>; rel="next", <https://x.example/>; rel="first"']
        return reply(200, json.dumps(body).encode(), *headers)

    pages = [numbered(1, "c%2F1"), numbered(2, "c2"), numbered(3, None)]
    routes: dict[str, bytes | list[bytes]] = {PRODUCTS: pages, ASSEMBLIES: page("assemblies")}
    async with target_for(routes) as (target, server):
        assert set((await target.catalogue()).items) == {"p1", "p2", "p3"}
    lines = [request.line.split()[1] for request in asked(server, PRODUCTS)]
    assert len(lines) == 3
    assert "cursor" not in lines[0]
    # A cursor is data: what the body names is encoded, what a link names was encoded already.
    assert lines[1].endswith("cursor=c%252F1" if by == "body" else "cursor=c%2F1")
    assert lines[2].endswith("cursor=c2")


@pytest.mark.parametrize(
    "cursors", [["x", "x"], ["x", "y", "x"], ["x", ""], ["x", True], ["x", ["y"]], ["x", None]]
)
@on_loop
async def test_a_cursor_that_comes_back_ends_the_list(cursors: list[object]) -> None:
    """Paging in a circle ends; so does a cursor that cannot be one."""
    pages = [
        reply(200, json.dumps({"products": [{"id": f"p{n}"}], "next_cursor": cursor}).encode())
        for n, cursor in enumerate(cursors)
    ]
    routes: dict[str, bytes | list[bytes]] = {PRODUCTS: pages, ASSEMBLIES: page("assemblies")}
    async with target_for(routes) as (target, server):
        items = (await target.catalogue()).items
    assert len(items) == len(cursors)
    assert len(asked(server, PRODUCTS)) == len(cursors)


@pytest.mark.parametrize(
    "broken",
    [reply(403, b'{"error":{"message":"Forbidden"}}'), reply(500), reply(200, b"[]"),
     reply(200, b'{"products":{}}'), reply(200, b"{"), reply(404), reply(203, b'{"products":[]}')],
)  # fmt: skip
@on_loop
async def test_a_catalogue_with_a_hole_is_none(broken: bytes) -> None:
    """A page that cannot be read stops the command: half a catalogue refuses good orders."""
    pages = [page("products", {"id": "p1"}, cursor="x"), broken]
    routes: dict[str, bytes | list[bytes]] = {PRODUCTS: pages, ASSEMBLIES: page("assemblies")}
    async with target_for(routes) as (target, _):
        with pytest.raises(StoppedEarly, match="products could not be read") as caught:
            await target.catalogue()
    assert caught.value.exit_code == 5
    assert "Forbidden" not in caught.value.message  # the vendor's words may name a person
    assert caught.value.hint


@on_loop
async def test_an_id_of_both_kinds_is_the_packs() -> None:
    """A pack that is listed among the products too can be ordered as a pack alone."""
    routes: dict[str, bytes | list[bytes]] = {
        PRODUCTS: page("products", {"id": "x"}), ASSEMBLIES: page("assemblies", {"id": "X"})
    }  # fmt: skip
    async with target_for(routes) as (target, _):
        assert (await target.catalogue()).items["x"].kind == "pack"


@pytest.mark.parametrize(
    "link",
    ["<http://[>; rel=next", "<>; rel=next", "nonsense", "<https://x/?cursor=>; rel=next",
     "<https://x/?limit=1>; rel=next", "<https://x/?cursor=c>; rel=prev", ";;,,<<"],
)  # fmt: skip
@on_loop
async def test_a_link_that_names_no_cursor_ends_the_list(link: str) -> None:
    """A Link header that cannot be read, or is about something else, is not followed."""
    products = reply(200, b'{"products":[{"id":"p1"}]}', f"Link: {link}")
    routes: dict[str, bytes | list[bytes]] = {PRODUCTS: products, ASSEMBLIES: page("assemblies")}
    async with target_for(routes) as (target, server):
        assert set((await target.catalogue()).items) == {"p1"}
    assert len(asked(server, PRODUCTS)) == 1
