"""The sandbox as a whole: a server on the loopback address over a state folder."""

import contextlib
import socket
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from loader.sandbox.admin import PREFIX, Admin
from loader.sandbox.api import Api
from loader.sandbox.back_office import BackOffice
from loader.sandbox.exchange import Exchange
from loader.sandbox.faults import Fault, FaultBook
from loader.sandbox.handler import Handler
from loader.sandbox.orders import Orders
from loader.sandbox.settings import SandboxSettings
from loader.sandbox.state import State
from loader.sandbox.tokens import Tokens
from loader.sandbox.truth import Truth

LOOPBACK = "127.0.0.1"
_PATIENCE = 5.0
_Incoming = socket.socket | tuple[bytes, socket.socket]  # the second is for datagrams


class Server(ThreadingHTTPServer):
    """Threads and sockets; knows its connections, so that closing ends them."""

    daemon_threads = True
    request_queue_size = 256
    exchange: Exchange
    admin: Admin
    max_body_bytes: int

    def __init__(self, port: int) -> None:
        """Bind to `port` of the loopback address (0: any free one)."""
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, _Incoming] = {}
        super().__init__((LOOPBACK, port), Handler)

    def process_request(self, request: _Incoming, client_address: object) -> None:
        """Serve a connection in a thread of its own."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: _Incoming, client_address: object) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: _Incoming, client_address: object) -> None:
        """Keep what went wrong, unless it was the client that went away."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            self.exchange.defects.append(traceback.format_exc())

    def end_connections(self) -> None:
        """End the open connections and wait for their threads."""
        with self._lock:
            still_open = list(self._open.items())
        for thread, connection in still_open:
            if isinstance(connection, socket.socket):
                with contextlib.suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
            thread.join(_PATIENCE)


class Sandbox:
    """A local server that behaves as the vendor's API does; use it in a `with` statement."""

    def __init__(
        self, state: Path | str, port: int = 0, settings: SandboxSettings | None = None
    ) -> None:
        """Prepare to serve the orders kept in the folder `state`."""
        self._folder = Path(state)
        self._port = port
        self._settings = settings or SandboxSettings()
        self._book = FaultBook()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start serving in a daemon thread."""
        self._server = Server(self._port)
        try:
            self._assemble()
        except BaseException:
            self._server.server_close()
            raise
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True, name="sandbox"
        )
        self._thread.start()
        return self

    def _assemble(self) -> None:
        settings = self._settings
        self._state = State(self._folder)
        self._truth = Truth(self._state)
        orders = Orders(self._state, self._truth, settings)
        tokens = Tokens(self._state, settings)
        self._back_office = BackOffice(self._state, orders)
        api = Api(self._state, orders, tokens, settings, self.base_url)
        exchange = Exchange(api, orders, tokens, self._truth, self._book, settings)
        self._server.exchange = exchange
        self._server.max_body_bytes = settings.max_body_bytes
        self._server.admin = Admin(
            self._state, self._truth, self._book, self._back_office, exchange.defects
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving, end the connections, close the state."""
        self._server.exchange.stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.end_connections()
        self._state.close()

    def serve_forever(self) -> None:
        """Wait until the server stops, for the command line; start it where it is not running."""
        if self._thread is None:
            with self:
                self.serve_forever()
            return
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Return the address, such as http://127.0.0.1:8080."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def url_admin(self) -> str:
        """Return the address under which the sandbox itself is asked and told things."""
        return f"{self.base_url}{PREFIX}"

    @property
    def identity(self) -> str:
        """Return the id of the state folder, which a client takes for the environment."""
        return self._state.identity

    @property
    def defects(self) -> list[str]:
        """Return the tracebacks of the sandbox's own failures; tests assert that there are none."""
        return self._server.exchange.defects

    def truth(self) -> list[dict[str, Any]]:
        """Return the record of every API request, in the order of arrival."""
        return self._truth.records()

    def add_faults(self, faults: Iterable[Fault | Mapping[str, Any]]) -> None:
        """Arm faults, given as such or as JSON objects."""
        self._book.add([f if isinstance(f, Fault) else Fault.from_mapping(dict(f)) for f in faults])

    def clear_faults(self) -> None:
        """Disarm all faults."""
        self._book.clear()

    def run_nightly(self) -> dict[str, int]:
        """Do what the vendor does at midnight: Pending becomes Accepted or Needs Changes."""
        return self._back_office.run_nightly()
