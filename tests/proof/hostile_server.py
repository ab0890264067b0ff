"""A server between the loader and the sandbox that answers creates with whatever it likes."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

CREATE = b"POST /v2/orders "
_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
_BLOCK = b"x" * 65_536


def _chunks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield b"%x\r\n%s\r\n" % (len(block), block)


def _slowly(data: bytes, seconds: float) -> Iterator[bytes]:
    for one in data:
        yield bytes([one])
        time.sleep(seconds)


# What comes back in place of a reply; some of it never ends.
REPLIES: dict[str, Callable[[], Iterator[bytes]]] = {
    "a gigabyte": lambda: itertools.chain(
        [_HEAD + b"Content-Length: 1000000000\r\n\r\n"], itertools.repeat(_BLOCK, 15_259)
    ),
    "chunks without an end": lambda: itertools.chain(
        [_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], _chunks(itertools.repeat(_BLOCK))
    ),
    # 10 MB of zeros in 10 kB, as a bomb of any size begins.
    "a compressed bomb": lambda: iter(
        [_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n", b"\x1f\x8b" + b"\0" * 18]
    ),
    "headers without an end": lambda: itertools.chain(
        [_HEAD], (b"X-%d: %s\r\n" % (n, b"y" * 900) for n in itertools.count())
    ),
    "one header without an end": lambda: itertools.chain(
        [_HEAD + b"X: "], itertools.repeat(_BLOCK)
    ),
    "a byte now and then": lambda: _slowly(_HEAD + b"Content-Length: 2\r\n\r\n{}", 0.2),
    "go on, without an end": lambda: itertools.chain.from_iterable(
        itertools.repeat([b"HTTP/1.1 100 Continue\r\n\r\n"])
    ),
    "cut off in the middle": lambda: iter([_HEAD + b"Content-Length: 500\r\n\r\n", b'{"order": {']),
    "not HTTP": lambda: iter([b"220 mail.example.com ESMTP\r\n\r\n"]),
    "two answers": lambda: iter(
        [_HEAD + b"Content-Length: 2\r\n\r\n{}" + _HEAD + b"Content-Length: 2\r\n\r\n{}"]
    ),
    "nothing": lambda: iter([]),
}


@dataclass(slots=True)
class HostileServer:
    """Hands requests on to `port`; a create is handed on only where `makes`."""

    port: int
    reply: Callable[[], Iterator[bytes]]
    makes: bool
    _listening: socket.socket = field(init=False)

    def __enter__(self) -> "HostileServer":
        """Begin to listen."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Stop listening."""
        self._listening.close()

    @property
    def base_url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """Serve one request per connection: the rest of the world need not be fast."""
        with connection, contextlib.suppress(OSError):
            request = _request(connection)
            if not request.startswith(CREATE):
                connection.sendall(self._handed_on(request))
                return
            if self.makes:
                self._handed_on(request)
            for block in self.reply():
                connection.sendall(block)

    def _handed_on(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
        head = b"\r\n".join(lines)
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            server.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            return b"".join(iter(lambda: server.recv(65_536), b""))


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (block := connection.recv(65_536)):
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
         if line.startswith(b"content-length:")), 0,
    )  # fmt: skip
    while len(body) < length and (block := connection.recv(65_536)):
        body += block
    return head + b"\r\n\r\n" + body
