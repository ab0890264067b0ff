"""A server that does on a real socket exactly what a test scripts, byte by byte.

It knows nothing of the client: no HTTP library is involved, so that it can break HTTP in any
way, and it counts each byte that it receives.
"""

import asyncio
import contextlib
import functools
import ssl
import struct
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, ParamSpec

P = ParamSpec("P")
JSON = "Content-Type: application/json"


class SmallClock:
    """A real clock; `ahead` moves both of its times, as a step or a sleep of the machine would."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time() + self.ahead

    def ticks(self) -> float:
        """Return seconds of a clock that counts sleep."""
        return time.monotonic() + self.ahead


def on_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on an event loop of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@dataclass(slots=True)
class Request:
    """A request as it arrived."""

    head: bytes
    body: bytes
    connection: int

    @property
    def line(self) -> str:
        """Return the request line."""
        return self.head.split(b"\r\n", 1)[0].decode()

    def header(self, name: str) -> list[str]:
        """Return the values of a header."""
        lines = [line.decode().partition(":") for line in self.head.split(b"\r\n")[1:]]
        return [value.strip() for key, _, value in lines if key.lower() == name.lower()]


class Gone(Exception):
    """The client closed the connection instead of sending another request."""


@dataclass(slots=True)
class Connection:
    """One connection, as the script of a test sees it."""

    number: int
    server: "RawServer"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> Request:
        """Wait for a whole request; `Gone` where none comes."""
        head = await self.head()
        length = Request(head, b"", 0).header("content-length")
        body = await self.reader.readexactly(int(length[0])) if length else b""
        self.server.received += len(body)
        request = Request(head, body, self.number)
        self.server.requests.append(request)
        return request

    async def head(self) -> bytes:
        """Wait for the head of a request alone."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Gone from error
        self.server.received += len(head)
        return head

    async def send(self, *parts: bytes) -> None:
        """Send these bytes, one write for each part."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        socket = self.writer.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Script = Callable[[Connection], Awaitable[None]]


@dataclass(slots=True)
class RawServer:
    """What a running server saw."""

    scheme: str
    port: int = 0
    received: int = 0
    connections: int = 0
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the base URL."""
        return f"{self.scheme}://localhost:{self.port}"


@contextlib.asynccontextmanager
async def serving(
    script: Script, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[RawServer, None]:
    """Serve every connection by `script`; what is still open at the end is closed."""
    raw = RawServer("http" if tls is None else "https")
    running: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        raw.connections += 1
        try:
            await script(Connection(raw.connections, raw, reader, writer))
        except (Gone, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def reply(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return a whole reply with its length."""
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answering(*replies: bytes) -> Script:
    """Answer each request with the next of `replies`, the last one for ever."""
    waiting = list(replies)

    async def script(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.send(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return script


def routed(routes: dict[str, bytes | Sequence[bytes]]) -> Script:
    """Answer by the start of the request line; a list is used up, its last reply for ever."""
    left = {line: [one] if isinstance(one, bytes) else list(one) for line, one in routes.items()}

    async def script(connection: Connection) -> None:
        while True:
            request = await connection.request()
            found = max((line for line in left if request.line.startswith(line)), key=len)
            replies = left[found]
            await connection.send(replies.pop(0) if len(replies) > 1 else replies[0])

    return script
