"""A small proxy in front of the server that cuts a connection at a word of ours.

It listens on loopback and passes bytes on to the server's socket. Armed with a text, it waits
until a client sends it, and then does one of `WAYS` with that connection.
"""

import contextlib
import socket
import threading
import time
from pathlib import Path

import psycopg

WAYS = (
    "before",  # the client's words never reach the server
    "unanswered",  # they do, and the answer never reaches the client
    "reset",  # they are sent on, and both ends are dropped at once: nobody knows
    "terminated",  # the server ends the backend (pg_terminate_backend) before it hears them
)
_BLOCK = 65536


class Cutter:
    """Passes connections on to the server at `folder`; `url` is its own address."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self._upstream = str(folder / ".s.PGSQL.5432")
        self._server_url = server_url
        self._armed: tuple[bytes, str, int] | None = None
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address to connect to."""
        port = self._listener.getsockname()[1]
        return f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable"

    def arm(self, text: bytes, way: str, times: int = 1) -> None:
        """Cut the connections that next say `text`, that many of them."""
        self.cuts, self._armed = 0, (text, way, times)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._upstream)
                for work in (self._forth, self._back):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(_BLOCK):
                way = self._way(data)
                if way == "before":
                    break
                if way == "terminated":
                    self._terminate()
                if way == "unanswered":
                    # The way back is closed first: what the server says now is heard by nobody.
                    client.shutdown(socket.SHUT_RDWR)
                    server.sendall(data)
                    self._until_idle()
                    break
                server.sendall(data)
                if way == "reset":
                    break
        _drop(client, server)

    def _back(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_BLOCK):
                client.sendall(data)
        _drop(client, server)

    def _way(self, data: bytes) -> str | None:
        if self._armed is None or self._armed[0] not in data:
            return None
        text, way, times = self._armed
        self.cuts += 1
        self._armed = (text, way, times - 1) if times > 1 else None
        return way

    def _terminate(self) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE application_name LIKE 'order-loader %%' AND state LIKE 'idle%%'"
            )

    def _until_idle(self) -> None:
        """Wait until no backend of ours is busy: what it was told is done.

        In the middle of several statements at once it stays busy, and waits for the next one.
        """
        with psycopg.connect(self._server_url, autocommit=True) as db:
            for _ in range(20):
                busy = db.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'order-loader %%' AND state = 'active'"
                ).fetchone()
                if busy == (0,):
                    return
                time.sleep(0.01)


def _drop(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
