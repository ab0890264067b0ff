"""What one request comes to, whatever a server or a network does to it."""

import asyncio
import gzip
import time
from collections.abc import Callable

import pytest

from loader.targets.failures import Failure
from loader.targets.wire import IDLE_LIMIT, Call, Exchange, Wire
from tests.unit.targets.raw_server import (
    Connection,
    RawServer,
    Script,
    SmallClock,
    answering,
    on_loop,
    reply,
    serving,
)

ORDER = b'{"order":{"id":"1"}}'


def wire_to(server: RawServer, slots: int = 1, clock: SmallClock | None = None) -> Wire:
    """Return a wire to a scripted server."""
    return Wire(server.url, slots=slots, clock=clock or SmallClock())


async def post(
    wire: Wire,
    *,
    within: float = 5.0,
    cap: int = 4096,
    body: bytes = b"{}",
    may_send: Callable[[], bool] | None = None,
) -> Exchange:
    """Send one request with a deadline."""
    deadline = asyncio.get_running_loop().time() + within
    call = Call(method="POST", path="/v2/orders", body=body, cap=cap, may_send=may_send)
    return await wire.exchange(call, deadline)


async def once(script: Script, *, within: float = 5.0, cap: int = 4096) -> Exchange:
    """Send one request to a server with that script."""
    async with serving(script) as server:
        wire = wire_to(server)
        try:
            return await post(wire, within=within, cap=cap)
        finally:
            await wire.aclose()


def saying(*parts: bytes, then: str = "close") -> Script:
    """Read one request, send these bytes, and end."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(*parts)
        if then == "reset":
            await asyncio.sleep(0.05)  # what was sent arrives first
            connection.reset()
        elif then == "hang":
            await asyncio.sleep(60)

    return script


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


HEAD = b"HTTP/1.1 201 Created\r\n"


@pytest.mark.parametrize(
    ("script", "failure", "status"),
    [
        (saying(), Failure.CONNECTION_LOST, None),
        (saying(then="reset"), Failure.CONNECTION_LOST, None),
        (saying(b"HTTP/1.1 2"), Failure.CONNECTION_LOST, None),
        (saying(b"HTTP/1.1 2", then="reset"), Failure.CONNECTION_LOST, None),
        (saying(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Failure.REPLY_NOT_HTTP, None),
        (saying(b"HTTP/1.1 201 Created\r\nno colon\r\n\r\n"), Failure.REPLY_NOT_HTTP, None),
        (saying(HEAD + b"Content-Length: ten\r\n\r\n"), Failure.REPLY_NOT_HTTP, None),
        (
            saying(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
            Failure.REPLY_NOT_HTTP,
            None,
        ),
        (
            saying(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
            Failure.REPLY_NOT_HTTP,
            None,
        ),
        (saying(b"HTTP/1.1 101 Switching\r\n\r\n"), Failure.REPLY_NOT_HTTP, None),
        (saying(HEAD + b"Content-Length: 20\r\n\r\n{"), Failure.REPLY_CUT_SHORT, 201),
        (
            saying(HEAD + b"Content-Length: 20\r\n\r\n{", then="reset"),
            Failure.CONNECTION_LOST,
            201,
        ),
        (
            saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            Failure.REPLY_CUT_SHORT,
            201,
        ),
        (
            saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
            Failure.REPLY_CUT_SHORT,
            201,
        ),
        (
            saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX"),
            Failure.REPLY_CUT_SHORT,
            201,
        ),
        (saying(reply(201, b"{}" * 2049)), Failure.REPLY_TOO_LARGE, 201),
        (saying(HEAD + b"\r\n", b" " * 5000), Failure.REPLY_TOO_LARGE, 201),
        (saying(HEAD + b"Content-Length: 20\r\n\r\n{", then="hang"), Failure.DEADLINE, 201),
        (saying(then="hang"), Failure.DEADLINE, None),
    ],
)  # fmt: skip
@on_loop
async def test_each_way_to_break_a_reply_has_its_name(
    script: Script, failure: Failure, status: int | None
) -> None:
    """After the first byte left, a broken reply is a named failure; a status seen is kept."""
    exchange = await once(script, within=0.5 if failure is Failure.DEADLINE else 5)
    assert (exchange.failure, exchange.status) == (failure, status)
    assert exchange.sent
    assert exchange.body == b""


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "identity, gzip"])
@on_loop
async def test_a_compressed_reply_is_not_inflated(encoding: str) -> None:
    """A gigabyte in a megabyte is left alone: we asked for plain bytes."""
    bomb = gzip.compress(b"0" * 10_000_000)
    exchange = await once(
        answering(reply(201, bomb, f"Content-Encoding: {encoding}")), cap=1_000_000
    )
    assert (exchange.failure, exchange.status) == (Failure.REPLY_ENCODED, 201)


@on_loop
async def test_a_reply_without_an_end_is_left_at_its_cap() -> None:
    """A reply that promises a gigabyte, or goes on for ever, costs the cap and no more."""
    sent = 0

    async def endless(connection: Connection) -> None:
        nonlocal sent
        await connection.request()
        await connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            await connection.send(b"10000\r\n" + b" " * 65536 + b"\r\n")
            sent += 65536

    started = time.monotonic()
    assert (await once(endless, cap=1_000_000)).failure is Failure.REPLY_TOO_LARGE
    assert sent < 50_000_000
    promised = saying(HEAD + b"Content-Length: 1000000000\r\n\r\n", b"0" * 1000, then="hang")
    assert (await once(promised, cap=1_000_000)).failure is Failure.REPLY_TOO_LARGE
    assert time.monotonic() - started < 3


@on_loop
async def test_headers_without_an_end_are_not_collected() -> None:
    """Header lines that never stop are refused by their size."""

    async def endless(connection: Connection) -> None:
        await connection.request()
        await connection.send(HEAD)
        while True:
            await connection.send(b"X-Filler: " + b"a" * 1000 + b"\r\n")

    assert (await once(endless)).failure is Failure.REPLY_NOT_HTTP


@pytest.mark.parametrize("where", ["status line", "headers", "body"])
@on_loop
async def test_a_drip_ends_at_the_deadline(where: str) -> None:
    """One byte each tenth of a second holds a request for its deadline and no longer."""
    whole = reply(201, b" " * 1000, "X-Filler: " + "a" * 1000)
    at_once = {"status line": 0, "headers": 40, "body": len(whole) - 1000}[where]

    async def drip(connection: Connection) -> None:
        await connection.request()
        await connection.send(whole[:at_once])
        for byte in whole[at_once:]:
            await connection.send(bytes([byte]))
            await asyncio.sleep(0.1)

    started = time.monotonic()
    exchange = await once(drip, within=0.6)
    assert 0.5 < time.monotonic() - started < 1.2
    assert exchange.failure is Failure.DEADLINE
    assert exchange.status == (201 if where == "body" else None)


@on_loop
async def test_go_on_for_ever_ends_at_the_deadline() -> None:
    """100 Continue is passed over, as often as it comes, until the deadline."""

    async def continuing(connection: Connection) -> None:
        await connection.request()
        while True:
            await connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            await asyncio.sleep(0.01)

    assert (await once(continuing, within=0.4)).failure is Failure.DEADLINE
    polite = saying(b"HTTP/1.1 100 Continue\r\n\r\n", reply(201, ORDER))
    assert (await once(polite)).body == ORDER


@on_loop
async def test_a_request_that_nobody_reads_ends_at_the_deadline() -> None:
    """A server that stops reading holds a large request for its deadline; part of it left."""

    async def deaf(connection: Connection) -> None:
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's has it
        await asyncio.sleep(60)

    async with serving(deaf) as server:
        wire = wire_to(server)
        exchange = await post(wire, within=0.4, body=b"x" * 50_000_000)
        await wire.aclose()
    assert (exchange.failure, exchange.sent, exchange.whole) == (Failure.DEADLINE, True, False)


@on_loop
async def test_a_reply_before_the_whole_request_is_marked() -> None:
    """An answer to a request that was cut off on the way is no answer to the whole of it."""

    async def early(connection: Connection) -> None:
        await connection.head()
        await connection.send(reply(413, b"{}", "Connection: close"))
        connection.writer.close()

    async with serving(early) as server:
        wire = wire_to(server)
        exchange = await post(wire, body=b"x" * 50_000_000)
        await wire.aclose()
    assert exchange.sent
    assert not exchange.whole


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
