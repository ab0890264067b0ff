"""Connections that do not come about, and what TLS must prove: nothing of a request has left."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from loader.targets.failures import Failure
from loader.targets.wire import Call, Exchange, Wire
from tests.unit.targets.conftest import server_side
from tests.unit.targets.raw_server import (
    Connection,
    SmallClock,
    answering,
    on_loop,
    reply,
    serving,
)


async def get(url: str, *, tls: ssl.SSLContext | None = None, within: float = 5.0) -> Exchange:
    """Send one request to an address."""
    wire = Wire(url, slots=1, clock=SmallClock(), tls=tls)
    deadline = asyncio.get_running_loop().time() + within
    try:
        return await wire.exchange(Call(method="GET", path="/"), deadline)
    finally:
        await wire.aclose()


def unsent(exchange: Exchange) -> Failure | None:
    """Return the failure of a request that has not left and got no answer."""
    assert not exchange.sent
    assert exchange.status is None
    return exchange.failure


def closed_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
@on_loop
async def test_a_refused_connection_has_left_nothing(host: str) -> None:
    """Nobody listens: refused, on every family of addresses."""
    failure = unsent(await get(f"http://{host}:{closed_port()}"))
    expected = {Failure.CONNECT_REFUSED}
    if host == "[::1]":  # a machine may have no IPv6 at all
        expected |= {Failure.CONNECT_FAILED}
    assert failure in expected


@on_loop
async def test_a_name_that_nobody_knows_has_left_nothing() -> None:
    """A host name that cannot be resolved is named as such."""
    exchange = await get("http://no-such-host.invalid")
    assert unsent(exchange) is Failure.NAME_NOT_RESOLVED


@on_loop
async def test_a_connection_that_does_not_come_about_ends_at_the_deadline() -> None:
    """A server whose queue is full answers no connect: the deadline ends the waiting."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        exchange = await get(f"http://127.0.0.1:{full.getsockname()[1]}", within=0.4)
        for filler in fillers:
            filler.close()
    assert unsent(exchange) is Failure.CONNECT_TIMEOUT


@on_loop
async def test_a_network_without_a_way_has_left_nothing() -> None:
    """An address that no packet can be sent to is a connection that did not come about."""
    # The broadcast address takes no TCP connection on any system.
    exchange = await get("http://255.255.255.255", within=2)
    assert unsent(exchange) in (Failure.CONNECT_FAILED, Failure.CONNECT_TIMEOUT)


@on_loop
async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    """A request that comes too late does not leave at all."""
    async with serving(answering(reply(200))) as server:
        exchange = await get(server.url, within=-1)
        assert server.received == 0
    assert unsent(exchange) is Failure.NO_SLOT


@on_loop
async def test_tls_works_with_a_certificate_that_is_trusted(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    """The counterpart of the tests below: the same server, properly proved, is talked to."""
    async with serving(answering(reply(200, b"{}")), server_tls) as server:
        exchange = await get(server.url, tls=client_tls)
    assert (exchange.status, exchange.body) == (200, b"{}")


@on_loop
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    server_tls: ssl.SSLContext,
) -> None:
    """Without settings of its own the wire trusts public authorities alone."""
    async with serving(answering(reply(200)), server_tls) as server:
        exchange = await get(server.url)
        assert server.received == 0
    assert unsent(exchange) is Failure.TLS_FAILED


@on_loop
async def test_a_certificate_of_another_host_is_refused(elsewhere: Path) -> None:
    """A trusted certificate for another name does not do."""
    trusting = ssl.create_default_context(cafile=str(elsewhere))
    async with serving(answering(reply(200)), server_side(elsewhere)) as server:
        exchange = await get(server.url, tls=trusting)
        assert server.received == 0
    assert unsent(exchange) is Failure.TLS_FAILED


@pytest.mark.parametrize("what", ["plain text", "closed", "reset"])
@on_loop
async def test_a_server_that_speaks_no_tls_gets_no_request(
    what: str, client_tls: ssl.SSLContext
) -> None:
    """A handshake that breaks in any way has left nothing of the request."""

    async def no_tls(connection: Connection) -> None:
        await connection.reader.read(100)
        if what == "plain text":
            await connection.send(reply(400))
        elif what == "reset":
            connection.reset()

    async with serving(no_tls) as server:
        exchange = await get(server.url.replace("http:", "https:"), tls=client_tls)
    assert unsent(exchange) is Failure.TLS_FAILED


@on_loop
async def test_a_handshake_without_an_end_ends_at_the_deadline(client_tls: ssl.SSLContext) -> None:
    """A server that never answers the handshake holds a request for its deadline."""

    async def silent(connection: Connection) -> None:
        await asyncio.sleep(60)

    async with serving(silent) as server:
        exchange = await get(server.url.replace("http:", "https:"), tls=client_tls, within=0.4)
    assert unsent(exchange) is Failure.CONNECT_TIMEOUT


@on_loop
async def test_a_context_that_does_not_verify_is_not_taken() -> None:
    """Verification cannot be switched off by the settings handed in."""
    lax = ssl.create_default_context()
    lax.check_hostname = False
    with pytest.raises(ValueError, match="does not verify"):
        Wire("https://localhost", slots=1, clock=SmallClock(), tls=lax)
    lax.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError, match="does not verify"):
        Wire("https://localhost", slots=1, clock=SmallClock(), tls=lax)


@pytest.mark.parametrize("writes", [1, 2])
@on_loop
async def test_two_replies_over_tls_are_never_mixed_up(
    writes: int, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    """A second reply that waits inside TLS, where no socket shows it, is not the next reply."""

    async def double(connection: Connection) -> None:
        while True:
            request = await connection.request()
            own, other = reply(201, request.body), reply(201, b"not yours")
            if writes == 1:
                await connection.send(own + other)
            else:  # two records in one segment
                connection.writer.write(own)
                connection.writer.write(other)

    async with serving(double, server_tls) as server:
        wire = Wire(server.url, slots=1, clock=SmallClock(), tls=client_tls)
        bodies = []
        for body in (b"one", b"two", b"three"):
            call = Call(method="POST", path="/", body=body)
            deadline = asyncio.get_running_loop().time() + 5
            bodies.append((await wire.exchange(call, deadline)).body)
        await wire.aclose()
    assert bodies == [b"one", b"two", b"three"]


@on_loop
async def test_tls_connections_are_used_again(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    """The care for leftovers does not cost a handshake for each request."""
    async with serving(answering(reply(200, b"{}")), server_tls) as server:
        wire = Wire(server.url, slots=1, clock=SmallClock(), tls=client_tls)
        for _ in range(10):
            deadline = asyncio.get_running_loop().time() + 5
            assert (await wire.exchange(Call(method="GET", path="/"), deadline)).status == 200
        await wire.aclose()
    assert server.connections == 1


@on_loop
async def test_a_tls_connection_that_says_goodbye_is_not_used_again(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    """An end that arrives together with the reply waits inside TLS, unseen by the socket."""

    async def once(connection: Connection) -> None:
        request = await connection.request()
        connection.writer.write(reply(200, request.line.encode()))
        connection.writer.close()

    async with serving(once, server_tls) as server:
        wire = Wire(server.url, slots=1, clock=SmallClock(), tls=client_tls)
        for _ in range(5):
            deadline = asyncio.get_running_loop().time() + 5
            assert (await wire.exchange(Call(method="GET", path="/"), deadline)).status == 200
        await wire.aclose()
    assert server.connections == 5
