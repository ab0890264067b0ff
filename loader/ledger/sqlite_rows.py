"""SQLite's rows as the port's dataclasses."""

import json
import sqlite3
from collections.abc import Iterable

from loader.ledger.rows import entry_of, run_of
from loader.ports import Entry, RunRecord


def to_entry(row: sqlite3.Row) -> Entry:
    """Return a row of `whole` (with its body) or of `entry` (without) as an entry."""
    return entry_of(dict(zip(row.keys(), row, strict=True)))  # dict(row) is three times as slow


def to_entries(rows: Iterable[sqlite3.Row]) -> list[Entry]:
    """Return rows as entries, in their order."""
    return [to_entry(row) for row in rows]


def entry_by_id(db: sqlite3.Connection, entry_id: int) -> Entry | None:
    """Return an entry without its body."""
    row = db.execute("SELECT * FROM entry WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else to_entry(row)


def as_list(values: Iterable[str | int]) -> str:
    """Return values as the one parameter that `json_each` unfolds: any number of them."""
    return json.dumps(list(values))


def to_run(row: sqlite3.Row) -> RunRecord:
    """Return a row of `run`, its document where it was read."""
    return run_of(dict(row))
