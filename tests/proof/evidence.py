"""What the checker judges by: the ledger's file and the server's own record, read as they lie.

Nothing of the loader's code reads them: a mistake of the loader's must not hide itself. What the
ledger says of a request (when it was burnt, that it was sent) counts only where the server's
record, or what a watcher on the server's side read in the ledger at that moment, bears it out.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TWICE = "twice"  # the server's fault that makes two orders of one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry of the ledger."""

    id: int
    key: str
    operation: str
    state: str
    epoch: int
    fingerprint: str
    lookup_id: str
    order_id: str | None
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A burn of the ledger, in the order of burning."""

    attempt: str
    entry_id: int
    epoch: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the ledger's journal; `was` is None where an entry came in."""

    entry_id: int
    was: str | None
    became: str
    epoch: int
    attempt: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as the server saw it, and the orders that it made."""

    sequence: int
    operation: str
    key: str | None
    sha256: str
    attempt: str | None
    received_at: float = 0.0
    made: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a watcher beside the server read in the ledger when a create arrived."""

    sequence: int
    state: str | None  # None where the ledger holds no such attempt
    epoch: int | None
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a run told a person, in one place, when its ledger looked as `states` says."""

    where: str  # "document", "report", "workbook", "history"
    results: Mapping[str, str]
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Account:
    """What was read from an input and what became of it."""

    rows_in: int
    rows_of_orders: Sequence[int]
    rows_told: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it. `quiet` are spans of the server's sequence in which nothing may be sent.

    `walked` is True where the whole list of the API's orders was compared in the end.
    """

    entries: Sequence[Row] = ()
    attempts: Sequence[Attempt] = ()
    steps: Sequence[Step] = ()
    requests: Sequence[Request] = ()
    stored: Mapping[str, Sequence[str]] = field(default_factory=dict)  # key → the server's orders
    replaced: Sequence[tuple[int, str]] = ()  # entry, state in which its content was replaced
    sightings: Sequence[Sighting] = ()
    statements: Sequence[Statement] = ()
    accounts: Sequence[Account] = ()
    quiet: Sequence[tuple[int, int]] = ()
    walked: bool = False

    @property
    def creates(self) -> list[Request]:
        """The creates that the server saw."""
        return [one for one in self.requests if one.operation == "create"]


def ledger_part(path: Path) -> dict[str, Any]:
    """Return entries, attempts, steps and replaced content of a SQLite ledger."""
    with closing(_open(path)) as db:
        return {
            "entries": [
                Row(**_only(row, Row))
                for row in db.execute("SELECT * FROM entry ORDER BY id").fetchall()
            ],
            "attempts": [
                Attempt(**_only(row, Attempt))
                for row in db.execute("SELECT * FROM attempt ORDER BY rowid").fetchall()
            ],
            "steps": [
                Step(**_only(row, Step))
                for row in db.execute("SELECT * FROM journal ORDER BY id").fetchall()
            ],
            "replaced": [
                (row["entry_id"], row["state"])
                for row in db.execute("SELECT entry_id, state FROM replaced ORDER BY id").fetchall()
            ],
        }


def server_part(path: Path, prefix: str = "") -> dict[str, Any]:
    """Return requests and stored orders of a sandbox's file, of keys with a prefix."""
    with closing(_open(path)) as db:
        seen = db.execute(
            "SELECT * FROM truth WHERE source_client_order_id GLOB ? ORDER BY sequence",
            (f"{prefix}*",),
        ).fetchall()
        found = db.execute(
            "SELECT source_client_order_id AS key, id FROM orders"
            " WHERE source_client_order_id GLOB ? ORDER BY seq",
            (f"{prefix}*",),
        ).fetchall()
    stored: dict[str, list[str]] = {}
    for row in found:
        stored.setdefault(row["key"], []).append(row["id"])
    requests = [
        Request(
            sequence=row["sequence"], operation=row["operation"],
            key=row["source_client_order_id"], sha256=row["body_sha256"],
            attempt=row["request_id"], received_at=row["received_at"],
            made=tuple(json.loads(row["committed_order_ids"])), fault=row["fault"] or "",
        )
        for row in seen
    ]  # fmt: skip
    return {"requests": requests, "stored": stored}


def states_of(path: Path) -> dict[str, str]:
    """Return the state of every key's order in a ledger."""
    with closing(_open(path)) as db:
        rows = db.execute("SELECT key, state FROM entry WHERE operation = 'create'").fetchall()
    return {row["key"]: row["state"] for row in rows}


def history_of(path: Path, run_id: str) -> dict[str, str] | None:
    """Return the results of a run as the ledger's history keeps it; None where it has not ended."""
    with closing(_open(path)) as db:
        row = db.execute(
            "SELECT document FROM run WHERE run_id = ? AND exit_code IS NOT NULL", (run_id,)
        ).fetchone()
    if row is None or row["document"] is None:
        return None
    return {order["key"]: order["result"] for order in json.loads(row["document"])["orders"]}


def sighted(path: Path, sequence: int, attempt: str | None) -> Sighting:
    """Return what a ledger says of an attempt at this moment."""
    with closing(_open(path)) as db:
        row = db.execute(
            "SELECT entry.state, attempt.epoch, attempt.fingerprint FROM attempt"
            " JOIN entry ON entry.id = attempt.entry_id AND entry.epoch = attempt.epoch"
            " WHERE attempt.attempt = ?",
            (attempt,),
        ).fetchone()
    return Sighting(sequence, *(row or (None, None, None)))


def _open(path: Path) -> sqlite3.Connection:
    # Not read-only: what a killed process left half-written must be undone first, as the next
    # process that opens the file would.
    db = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=20.0)
    db.row_factory = sqlite3.Row
    return db


def _only(row: sqlite3.Row, kind: type) -> dict[str, Any]:
    """Return what a kind has of a row: ledgers gain columns."""
    names = row.keys()
    return {name: row[name] for name in kind.__slots__ if name in names}  # type: ignore[attr-defined]  # made with slots
