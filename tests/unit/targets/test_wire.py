"""What one request is on the wire: its bytes, its slot, its connection, its last moment."""

import asyncio
import ssl
import sys

import httpx
import pytest

from loader.targets.failures import Failure
from loader.targets.leftover import has_leftover
from loader.targets.wire import IDLE_LIMIT, Call
from tests.unit.targets.exchanges import HEAD, ORDER, once, post, saying, wire_to
from tests.unit.targets.raw_server import (
    Connection,
    Script,
    SmallClock,
    answering,
    on_loop,
    reply,
    serving,
)


@on_loop
async def test_a_whole_reply_comes_back_as_it_is() -> None:
    """Status, headers and body of a whole reply, with the evidence that the request left."""
    exchange = await once(answering(reply(201, ORDER, "X-Test: one")))
    assert (exchange.status, exchange.body, exchange.failure) == (201, ORDER, None)
    assert (exchange.sent, exchange.whole) == (True, True)
    assert exchange.headers["x-test"] == "one"


@on_loop
async def test_the_request_is_written_as_given() -> None:
    """Exactly these bytes, asked for uncompressed, without cookies or a library's own name."""
    async with serving(answering(reply(200, b"", "Set-Cookie: a=b"))) as server:
        wire = wire_to(server)
        await post(wire, body=b'{"frozen": 1}')
        await post(wire)
        await wire.aclose()
    first, second = server.requests
    assert first.line == "POST /v2/orders HTTP/1.1"
    assert first.body == b'{"frozen": 1}'
    assert first.header("accept-encoding") == ["identity"]
    assert first.header("user-agent") == []
    assert second.header("cookie") == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@on_loop
async def test_no_redirect_is_followed(status: int) -> None:
    """A redirect comes back as it is, and the request is not sent anywhere again."""
    async with serving(answering(reply(status, b"", "Location: /elsewhere"))) as server:
        wire = wire_to(server)
        exchange = await post(wire)
        await wire.aclose()
    assert exchange.status == status
    assert len(server.requests) == 1


@on_loop
async def test_two_replies_to_one_request_are_never_mixed_up() -> None:
    """What a server sends beyond a reply is not taken for the reply to the next request."""

    async def double(connection: Connection) -> None:
        while True:
            request = await connection.request()
            await connection.send(reply(201, request.body) + reply(201, b"not yours"))

    async with serving(double) as server:
        wire = wire_to(server)
        bodies = [(await post(wire, body=body)).body for body in (b"one", b"two", b"three")]
        await wire.aclose()
    assert bodies == [b"one", b"two", b"three"]
    assert server.connections == 3


@on_loop
async def test_a_connection_is_used_again_while_it_is_young() -> None:
    """Requests that follow each other share a connection, however many they are."""
    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)
        for _ in range(20):
            await post(wire)
        await wire.aclose()
    assert server.connections == 1


@on_loop
async def test_an_idle_connection_is_not_used_again() -> None:
    """Neither after a wait nor after a sleep of the machine, which only the clock notices."""
    async with serving(answering(reply(200))) as server:
        clock = SmallClock()
        wire = wire_to(server, clock=clock)
        await post(wire)
        clock.ahead += IDLE_LIMIT + 0.1
        await post(wire)
        await wire.aclose()
    assert server.connections == 2


@on_loop
async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    """The next request goes out on a new connection instead of into the void."""

    async def one_each(connection: Connection) -> None:
        await connection.request()
        await connection.send(reply(200))

    async with serving(one_each) as server:
        wire = wire_to(server)
        for _ in range(3):
            assert (await post(wire)).status == 200
            await asyncio.sleep(0.02)
        await wire.aclose()
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "script", [saying(), saying(HEAD + b"Content-Length: 9\r\n\r\n{", then="hang")]
)
@on_loop
async def test_nothing_is_sent_twice(script: Script) -> None:
    """A request whose reply broke is on the server once: no library repeats it."""
    async with serving(script) as server:
        wire = wire_to(server)
        await post(wire, within=0.3)
        await asyncio.sleep(0.1)
        await wire.aclose()
    assert len(server.requests) == 1


@on_loop
async def test_a_slot_works_again_after_each_failure() -> None:
    """A broken exchange costs its connection, not its place."""

    async def every_other(connection: Connection) -> None:
        await connection.request()
        if connection.number % 2:
            connection.reset()
        else:
            await connection.send(reply(200))

    async with serving(every_other) as server:
        wire = wire_to(server)
        statuses = [(await post(wire)).status for _ in range(6)]
        await wire.aclose()
    assert statuses == [None, 200] * 3


@on_loop
async def test_a_sender_that_changes_its_mind_sends_no_byte() -> None:
    """A no at the last moment leaves the server without one byte, on old and new connections."""
    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)
        new = await post(wire, may_send=lambda: False)
        assert server.connections == 1
        assert server.received == 0
        await post(wire)
        before = server.received
        old = await post(wire, may_send=lambda: False)
        assert server.received == before
        assert (await post(wire, may_send=lambda: True)).status == 200
        await wire.aclose()
    for exchange in (new, old):
        assert (exchange.failure, exchange.sent) == (Failure.BURN_STALE, False)


@on_loop
async def test_the_last_moment_is_after_the_connection_stands() -> None:
    """The sender is asked when the connection stands, not before: connecting takes time."""
    asked: list[int] = []
    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)

        def may_send() -> bool:
            asked.append(server.received)
            return True

        await post(wire, may_send=may_send)
        await wire.aclose()
    assert asked == [0]


@on_loop
async def test_no_more_than_the_slots_go_out_at_once() -> None:
    """With all slots taken a request waits, and its waiting counts: then nothing has left."""
    async with serving(saying(then="hang")) as server:
        wire = wire_to(server, slots=2)
        busy = [asyncio.create_task(post(wire, within=1.0)) for _ in range(2)]
        await asyncio.sleep(0.1)
        waited = await post(wire, within=0.2)
        await asyncio.gather(*busy)
        await wire.aclose()
    assert (waited.failure, waited.sent) == (Failure.NO_SLOT, False)
    assert len(server.requests) == 2


@on_loop
async def test_a_cancelled_exchange_leaves_its_place_usable() -> None:
    """Cancelling is passed on to the caller, the connection is closed, the slot is free."""
    async with serving(saying(then="hang")) as server:
        wire = wire_to(server)
        task = asyncio.create_task(post(wire))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await post(wire, within=0.2)).failure is Failure.DEADLINE
        await wire.aclose()
    assert server.connections == 2


@on_loop
async def test_cancelling_while_waiting_for_a_slot_loses_none() -> None:
    """A caller that gives up in the queue takes no slot with it."""
    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)
        for _ in range(5):
            tasks = [asyncio.create_task(post(wire)) for _ in range(4)]
            await asyncio.sleep(0)
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert (await post(wire)).status == 200
        await wire.aclose()


@on_loop
async def test_closing_ends_idle_and_busy_connections() -> None:
    """After closing, the server sees its connections end; a busy one when its reply is in."""
    ended = asyncio.Event()

    async def slow(connection: Connection) -> None:
        await connection.request()
        await asyncio.sleep(0.2)
        await connection.send(reply(200))
        await connection.reader.read()
        ended.set()

    async with serving(slow) as server:
        wire = wire_to(server)
        busy = asyncio.create_task(post(wire))
        await asyncio.sleep(0.1)
        await wire.aclose()
        assert (await busy).status == 200
        await asyncio.wait_for(ended.wait(), 1)


@pytest.mark.parametrize(
    "headers", [{"X-Request-Id": "Zo\u00eb"}, {"X-Request-Id": "a\r\nX: 1"}, {"X Y": "1"}]
)
@on_loop
async def test_a_request_that_cannot_be_written_is_named(headers: dict[str, str]) -> None:
    """A header that HTTP cannot carry is a defect of ours, not of the network."""
    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)
        deadline = asyncio.get_running_loop().time() + 5
        exchange = await wire.exchange(Call(method="GET", path="/", headers=headers), deadline)
        assert (await post(wire)).status == 200
        await wire.aclose()
    assert exchange.failure is Failure.REQUEST_INVALID
    assert exchange.status is None
    assert len(server.requests) == 1


@on_loop
async def test_a_request_searches_for_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """No library looks for an absent module with each request, which took most of its time."""
    sought: list[str] = []

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object, target: object = None) -> None:
            sought.append(name)

    async with serving(answering(reply(200))) as server:
        wire = wire_to(server)
        await post(wire)  # the first may import what it needs
        monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
        for _ in range(3):
            await post(wire)
        await wire.aclose()
    assert sought == []


@on_loop
async def test_what_cannot_be_looked_into_is_not_used_again() -> None:
    """Where the library's insides have other names, a connection counts as not clean."""
    transport = httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    response = httpx.Response(200)
    assert has_leftover(transport, response)  # no network stream in its extensions
    transport._pool = None  # type: ignore[assignment]  # as in a version that renamed it
    assert has_leftover(transport, response)
