"""HTTP/1.1 as it comes off the socket: heads, bodies, kept connections, hostile framing."""

import re
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl

from loader.sandbox.admin import PREFIX
from loader.sandbox.messages import Reply, Request
from loader.sandbox.refusals import Refusal
from loader.sandbox.wire import end, send

if TYPE_CHECKING:
    from loader.sandbox.server import Server

_LONGEST_LINE = 65_536
_DRAINED = 33_554_432
_DECIMAL = re.compile(r"[0-9]{1,18}")
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,15}")
_PORT = re.compile(r":[0-9]*$")
_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


def _too_large() -> Refusal:
    return Refusal(413, "The body is too large")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    command: str = ""
    # An idle connection may not hold its thread for ever.
    timeout: ClassVar[float] = 300.0

    def handle_one_request(self) -> None:
        """Read one request and answer it; every failure of the client ends the connection."""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if not self.raw_requestline:
                self.close_connection = True
            elif len(self.raw_requestline) > _LONGEST_LINE:
                self._malformed(414, "The request line is too long")
            elif self.parse_request():
                self._exchange()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the standard library finds malformed; it calls this by name."""
        self._malformed(code, message or "The request is malformed")

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: the truth is the log, and it holds no personal data."""

    def _malformed(self, code: int, message: str) -> None:
        self.close_connection = True
        refusal = Refusal(code, message)
        request = Request(self.command or "", "/v2/", {}, {}, malformed=refusal)
        self._send(self.server.exchange.take(request).reply)

    def _exchange(self) -> None:
        body, malformed = self._body()
        if malformed:
            self.close_connection = True
        path, _, query = self.path.partition("?")
        request = Request(
            self.command,
            path.partition("#")[0],
            dict(parse_qsl(query.partition("#")[0], keep_blank_values=True)),
            self.headers,
            body,
            malformed or self._foreign_host(),
        )
        if request.path.startswith(PREFIX):
            self._send(self.server.admin.answer(request))
            return
        exchanged = self.server.exchange.take(request)
        if exchanged.ending is None:
            self._send(exchanged.reply)
            return
        self.close_connection = True
        end(self.connection, exchanged.ending, exchanged.reply, self.server.exchange.stop)

    def _send(self, reply: Reply) -> None:
        bodiless = self.command == "HEAD"
        send(self.connection, reply, close=self.close_connection, bodiless=bodiless)

    def _foreign_host(self) -> Refusal | None:
        """Refuse names other than this machine's: a web page must not reach the sandbox."""
        host = self.headers.get("Host")
        if host is None or _PORT.sub("", host).lower() in _LOCAL_NAMES:
            return None
        return Refusal(421, "The sandbox answers on the loopback address only")

    # ---------------------------------------------------------------- bodies
    def _body(self) -> tuple[bytes, Refusal | None]:
        encoding = self.headers.get("Transfer-Encoding")
        lengths = set(self.headers.get_all("Content-Length", []))
        if encoding is not None:
            if lengths or encoding.strip().lower() != "chunked":
                return b"", Refusal(400, "The length of the body is unclear")
            return self._chunked()
        if not lengths:
            return b"", None
        length = lengths.pop()
        if lengths or not _DECIMAL.fullmatch(length):
            return b"", Refusal(400, "The length of the body is unclear")
        size = int(length)
        if size > self.server.max_body_bytes:
            self._drain(size)
            return b"", _too_large()
        body = self.rfile.read(size)
        if len(body) < size:
            return body, Refusal(400, "The body is shorter than its Content-Length")
        return body, None

    def _chunked(self) -> tuple[bytes, Refusal | None]:
        broken = Refusal(400, "The chunks of the body cannot be read")
        body = b""
        while True:
            line = self.rfile.readline(_LONGEST_LINE).partition(b";")[0].strip()
            if not _HEXADECIMAL.fullmatch(line):
                return body, broken
            size = int(line, 16)
            if size == 0:
                break
            if len(body) + size > self.server.max_body_bytes:
                return b"", _too_large()
            body += self.rfile.read(size)
            if self.rfile.read(2) != b"\r\n":
                return body, broken
        while self.rfile.readline(_LONGEST_LINE) not in (b"\r\n", b"\n", b""):
            pass  # trailers
        return body, None

    def _drain(self, size: int) -> None:
        """Read on, so that the client sees the 413 and not a reset; within reason."""
        left = min(size, _DRAINED)
        while left > 0 and (block := self.rfile.read(min(left, _LONGEST_LINE))):
            left -= len(block)
