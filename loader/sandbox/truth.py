"""The ground truth: one record for every request that reached the API, durable before the reply.

It holds ids and hashes, no names, no addresses, no tokens, no query strings.
"""

import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from loader.sandbox.state import State

_LONGEST = 500


@dataclass(slots=True, kw_only=True)
class Seen:
    """A request as received, and what has become of it so far."""

    method: str | None
    path: str | None
    operation: str
    body_sha256: str
    received_at: float = field(default_factory=time.time)
    source_client_order_id: str | None = None
    client_custom_order_id: str | None = None
    request_id: str | None = None
    attempt: str | None = None
    sequence: int = 0
    committed_order_ids: list[str] = field(default_factory=list)
    changed_order_ids: list[str] = field(default_factory=list)
    fault: str | None = None


class Truth:
    """The log, in the state's file."""

    def __init__(self, state: State) -> None:
        """Log into `state`."""
        self._state = state

    def begin(self, seen: Seen) -> None:
        """Record that a request arrived, before anything is done about it."""
        with self._state.transaction() as db:
            cursor = db.execute(
                "INSERT INTO truth (received_at, method, path, operation, source_client_order_id,"
                " client_custom_order_id, body_sha256, request_id, attempt, fault)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    seen.received_at,
                    *(_short(text) for text in (seen.method, seen.path)),
                    seen.operation,
                    *(
                        _short(t)
                        for t in (seen.source_client_order_id, seen.client_custom_order_id)
                    ),
                    seen.body_sha256,
                    *(_short(text) for text in (seen.request_id, seen.attempt)),
                    seen.fault,
                ),
            )
            seen.sequence = cursor.lastrowid or 0

    @staticmethod
    def commit(db: sqlite3.Connection, seen: Seen) -> None:
        """Record what the request has done, in the transaction that does it."""
        db.execute(
            "UPDATE truth SET committed_order_ids = ?, changed_order_ids = ?, committed_at = ?"
            " WHERE sequence = ?",
            (
                orjson.dumps(seen.committed_order_ids).decode(),
                orjson.dumps(seen.changed_order_ids).decode(),
                time.time(),
                seen.sequence,
            ),
        )

    def settle(self, seen: Seen, status: int | None) -> None:
        """Record the status about to be sent (None where a fault keeps it from being sent)."""
        with self._state.transaction() as db:
            db.execute(
                "UPDATE truth SET status = ?, fault = ? WHERE sequence = ?",
                (status, seen.fault, seen.sequence),
            )

    def records(self) -> list[dict[str, Any]]:
        """Return all records in the order of arrival."""
        rows = self._state.rows("SELECT * FROM truth ORDER BY sequence")
        return [
            {
                **dict(row),
                "committed_order_ids": orjson.loads(row["committed_order_ids"]),
                "changed_order_ids": orjson.loads(row["changed_order_ids"]),
            }
            for row in rows
        ]


def _short(text: str | None) -> str | None:
    return text if text is None else text[:_LONGEST]
