"""Replies that break off, never end, or are none: each has its name, and nothing is inflated."""

import asyncio
import gzip
import time

import pytest

from loader.targets.failures import Failure
from tests.unit.targets.exchanges import HEAD, ORDER, once, post, saying, wire_to
from tests.unit.targets.raw_server import (
    Connection,
    Script,
    answering,
    on_loop,
    reply,
    serving,
)


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

    assert (await once(endless, cap=1_000_000)).failure is Failure.REPLY_TOO_LARGE
    assert sent < 50_000_000
    promised = saying(HEAD + b"Content-Length: 1000000000\r\n\r\n", b"0" * 1000, then="hang")
    assert (await once(promised, cap=1_000_000)).failure is Failure.REPLY_TOO_LARGE


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
    assert 0.5 < time.monotonic() - started < 3
    assert 0.5 < exchange.elapsed < 3
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
