"""One exchange with a scripted server, in one line of a test."""

import asyncio
from collections.abc import Callable

from loader.targets.wire import Call, Exchange, Wire
from tests.unit.targets.raw_server import (
    Connection,
    RawServer,
    Script,
    SmallClock,
    serving,
)

ORDER = b'{"order":{"id":"1"}}'


HEAD = b"HTTP/1.1 201 Created\r\n"


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
