"""The target's way to read: what a look-up sees, and how often a read is tried."""

import asyncio

import pytest

from loader.ports import Sight
from loader.targets import pace
from tests.unit.targets.raw_server import (
    Connection,
    on_loop,
    reply,
)
from tests.unit.targets.scripted_api import (
    EXPIRED,
    LOOK_UP,
    NO_ORDER,
    REFRESH,
    SIGN_IN,
    asked,
    found,
    target_for,
)


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth as long between two tries of a read."""
    monkeypatch.setattr(pace, "BACKOFF", 0.01)


@pytest.mark.parametrize(
    ("lookup_id", "segment"),
    [
        ("A-1", "A-1"), ("a.b_c~d", "a.b_c~d"), ("a/b", "a%2Fb"), (".", "%2E"), ("..", "%2E%2E"),
        ("../orders", "..%2Forders"), ("a b?c#d%", "a%20b%3Fc%23d%25"), ("Zo\u00eb", "Zo%C3%AB"),
        ("a\r\nX: 1", "a%0D%0AX%3A%201"), ("a;b&c=d+e", "a%3Bb%26c%3Dd%2Be"),
    ],
)  # fmt: skip
@on_loop
async def test_an_id_is_one_segment_of_the_path(lookup_id: str, segment: str) -> None:
    """Every sign of an id is encoded as data, so that it can name nothing else."""
    async with target_for({LOOK_UP: NO_ORDER}) as (target, server):
        await target.look_up(lookup_id)
    (request,) = asked(server, "GET")
    assert request.line == f"{LOOK_UP}{segment} HTTP/1.1"
    assert request.header("authorization") == ["Bearer access-1"]


@pytest.mark.parametrize(
    ("answer", "sight"),
    [
        (found(id="a1", client_custom_order_id="A-1"), Sight.FOUND),
        (NO_ORDER, Sight.ABSENT),
        (reply(404, b'{"error":{"message":"none"}}'), Sight.ABSENT),
        (reply(404, b'{"error":{"message":"none"},"message":"none"}'), Sight.ABSENT),
        # Another order, half an order, and everything that is not the documented answer.
        (found(id="a1", client_custom_order_id="A-2"), Sight.UNCLEAR),
        (found(id="a1", client_custom_order_id="a-1"), Sight.UNCLEAR),
        (found(id="a1", client_custom_order_id=None), Sight.UNCLEAR),
        (found(id="a1"), Sight.UNCLEAR),
        (found(client_custom_order_id="A-1"), Sight.UNCLEAR),
        (reply(200, b'{"orders":[]}'), Sight.UNCLEAR),
        (reply(200, b"{}"), Sight.UNCLEAR),
        (reply(204), Sight.UNCLEAR),
        (reply(404), Sight.UNCLEAR),
        (reply(404, b"<html>Not Found</html>"), Sight.UNCLEAR),
        (reply(404, b'{"message":"no Route matched"}'), Sight.UNCLEAR),
        (reply(404, b'{"statusCode":404,"error":"Not Found","message":"Cannot GET"}'),
         Sight.UNCLEAR),
        (reply(404, b'{"code":"OS0003","type":"VALIDATION_ERROR","message":"x"}'), Sight.UNCLEAR),
        (reply(404, b'{"error":{"errorCode":"ROUTE_NOT_FOUND","message":"x"}}'), Sight.UNCLEAR),
        (reply(404, b'{"error":{"message":"none"}}', "Content-Encoding: gzip"), Sight.UNCLEAR),
        (reply(410, b'{"error":{"message":"none"}}'), Sight.UNCLEAR),
        (reply(400, b'{"error":{"message":"none"}}'), Sight.UNCLEAR),
        (reply(403, b'{"error":{"message":"none"}}'), Sight.UNCLEAR),
        (reply(500, b'{"error":{"message":"none"}}'), Sight.UNCLEAR),
        (reply(302, b"", "Location: /v2/orders/1"), Sight.UNCLEAR),
    ],
)  # fmt: skip
@on_loop
async def test_what_a_look_up_sees(answer: bytes, sight: Sight) -> None:
    """Found is our id and no other, absent the documented 404; all else concludes nothing."""
    async with target_for({LOOK_UP: answer}) as (target, _):
        look = await target.look_up("A-1")
    assert look.sight is sight
    assert (look.order is not None) is (sight is Sight.FOUND)
    assert (look.reply is not None) is (sight is Sight.UNCLEAR)


@on_loop
async def test_an_empty_id_is_not_asked_for() -> None:
    """Without an id the path would be another: nothing is asked, nothing concluded."""
    async with target_for({LOOK_UP: NO_ORDER}) as (target, server):
        assert (await target.look_up("")).sight is Sight.UNCLEAR
    assert server.requests == []


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@on_loop
async def test_a_read_is_tried_four_times(status: int) -> None:
    """Reading makes nothing, so that it is tried again: three times at most."""
    passing = [reply(status)] * 3
    async with target_for({LOOK_UP: [*passing, NO_ORDER]}) as (target, server):
        assert (await target.look_up("A-1")).sight is Sight.ABSENT
    assert len(asked(server, LOOK_UP)) == 4
    async with target_for({LOOK_UP: reply(status)}) as (target, server):
        look = await target.look_up("A-1")
    assert len(asked(server, LOOK_UP)) == 4
    assert look.reply is not None
    assert look.reply.http_status == status
    assert str(status) in look.reply.message
    ids = [request.header("x-request-id")[0] for request in asked(server, LOOK_UP)]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 409, 422, 501])
@on_loop
async def test_a_definite_answer_is_not_asked_for_again(status: int) -> None:
    """What would only be said again is asked for once."""
    async with target_for({LOOK_UP: reply(status, b"{}")}) as (target, server):
        await target.look_up("A-1")
    assert len(asked(server, LOOK_UP)) == 1


@on_loop
async def test_a_read_survives_a_broken_connection() -> None:
    """A reset in the middle of a look-up is tried again on another connection."""
    resets = 2

    async def script(connection: Connection) -> None:
        nonlocal resets
        while True:
            request = await connection.request()
            if not request.line.startswith("GET"):
                await connection.send(SIGN_IN)
            elif resets:
                resets -= 1
                connection.reset()
                return
            else:
                await connection.send(found(id="a1", client_custom_order_id="A-1"))

    async with target_for(script) as (target, _):
        assert (await target.look_up("A-1")).sight is Sight.FOUND


@on_loop
async def test_a_read_renews_an_expired_sign_in_once() -> None:
    """One 401 leads to a refresh and another try; a second is the answer."""
    order = found(id="a1", client_custom_order_id="A-1")
    async with target_for({LOOK_UP: [EXPIRED, order]}) as (target, server):
        assert (await target.look_up("A-1")).sight is Sight.FOUND
    assert len(asked(server, REFRESH)) == 1
    async with target_for({LOOK_UP: EXPIRED}) as (target, server):
        look = await target.look_up("A-1")
    assert look.sight is Sight.UNCLEAR
    assert len(asked(server, LOOK_UP)) == 2


@on_loop
async def test_retries_stop_where_the_budget_ends() -> None:
    """Ten retries for few requests: an API that is down is not stormed."""
    async with target_for({LOOK_UP: reply(503)}, concurrency=8) as (target, server):
        await asyncio.gather(*(target.look_up(f"A-{number}") for number in range(20)))
    assert len(asked(server, LOOK_UP)) == 30
