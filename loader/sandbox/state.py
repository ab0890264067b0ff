"""The sandbox's memory: one SQLite file that several sandboxes may have open at once.

Everything is committed before the reply leaves. The journal survives a killed process; it is not
synced to disk, because a power loss is no part of a rehearsal.
"""

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from loader.sandbox.catalogue import SEEDED_AT, catalogue

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source_client_order_id TEXT,
    client_custom_order_id TEXT,
    twin INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    source TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    visible_at REAL NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    document BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS orders_source_client_order_id
    ON orders (source_client_order_id) WHERE twin = 0;
CREATE UNIQUE INDEX IF NOT EXISTS orders_client_custom_order_id
    ON orders (client_custom_order_id) WHERE twin = 0;
CREATE INDEX IF NOT EXISTS orders_by_source_id ON orders (source_client_order_id);
CREATE INDEX IF NOT EXISTS orders_by_custom_id ON orders (client_custom_order_id);
CREATE TABLE IF NOT EXISTS consumers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS fulfillments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, document BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS truth (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at REAL NOT NULL, method TEXT, path TEXT, operation TEXT NOT NULL,
    source_client_order_id TEXT, client_custom_order_id TEXT,
    body_sha256 TEXT NOT NULL, request_id TEXT, attempt TEXT,
    committed_order_ids TEXT NOT NULL DEFAULT '[]', changed_order_ids TEXT NOT NULL DEFAULT '[]',
    committed_at REAL, status INTEGER, fault TEXT
);
"""
_EMPTIED = ("orders", "consumers", "fulfillments", "tokens", "truth")


def now_text() -> str:
    """Return the present instant as the API writes it (UTC, milliseconds)."""
    seconds = time.time()
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


class State:
    """The open file. One connection under a lock: SQLite has one writer at a time anyway."""

    def __init__(self, folder: Path) -> None:
        """Open or create the state in `folder` (0700, its files 0600)."""
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
        path = folder / "sandbox.sqlite3"
        # SQLite gives its journal files the mode of the database file.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        with self.transaction() as db:
            for statement in _SCHEMA.split(";\n"):
                db.execute(statement)
            db.execute(
                "INSERT OR IGNORE INTO meta VALUES ('identity', ?)",
                (f"sbx_{secrets.token_hex(8)}",),
            )
            self._seed(db)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock, of this process and of the file, from the first read on."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of one reading statement."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @property
    def identity(self) -> str:
        """Return the id that stays with this state folder."""
        identity: str = self.rows("SELECT value FROM meta WHERE name = 'identity'")[0][0]
        return identity

    def reset(self) -> None:
        """Forget everything but the identity, as if the sandbox were new."""
        with self.transaction() as db:
            for table in _EMPTIED:
                db.execute(f"DELETE FROM {table}")  # noqa: S608  our own table names
            db.execute("DELETE FROM sqlite_sequence")
            self._seed(db)

    @staticmethod
    def _seed(db: sqlite3.Connection) -> None:
        seed = catalogue()
        for person in seed.consumers:
            document = consumer_document(person["id"], person, SEEDED_AT)
            db.execute(
                "INSERT OR IGNORE INTO consumers (id, document) VALUES (?, ?)",
                (person["id"], orjson.dumps(document)),
            )

    # ---------------------------------------------------------------- consumers
    def consumer(self, consumer_id: str) -> dict[str, Any] | None:
        """Return a consumer as the API shows it."""
        found = self.rows("SELECT document FROM consumers WHERE id = ?", (consumer_id.lower(),))
        return orjson.loads(found[0][0]) if found else None

    def consumers(self) -> list[dict[str, Any]]:
        """Return all consumers in the order of their creation."""
        found = self.rows("SELECT document FROM consumers ORDER BY seq")
        return [orjson.loads(row[0]) for row in found]

    @staticmethod
    def put_consumer(db: sqlite3.Connection, document: dict[str, Any]) -> None:
        """Store a consumer, new or changed."""
        db.execute(
            "INSERT INTO consumers (id, document) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            (document["id"], orjson.dumps(document)),
        )

    # ---------------------------------------------------------------- fulfillments
    def fulfillments(self, order_id: str | None = None) -> list[dict[str, Any]]:
        """Return the fulfillments of an order, or all."""
        found = self.rows("SELECT order_id, document FROM fulfillments ORDER BY seq")
        return [orjson.loads(row[1]) for row in found if order_id in (None, row[0])]

    @staticmethod
    def add_fulfillment(db: sqlite3.Connection, document: dict[str, Any]) -> None:
        """Store a new fulfillment."""
        db.execute(
            "INSERT INTO fulfillments (id, order_id, document) VALUES (?, ?, ?)",
            (document["id"], document["order_id"], orjson.dumps(document)),
        )


def consumer_document(consumer_id: str, person: dict[str, Any], instant: str) -> dict[str, Any]:
    """Return a consumer as the API shows it."""
    return {
        "id": consumer_id,
        "client_id": catalogue().client_id,
        "email": person.get("email"),
        "first_name": person["first_name"],
        "last_name": person["last_name"],
        "phone_number": person.get("phone_number"),
        "client_custom_consumer_id": None,
        "created_at": instant,
        "updated_at": instant,
    }
