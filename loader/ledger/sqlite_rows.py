"""Rows of the tables as the port's dataclasses, and back."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.ports import Entry, RunRecord


def to_entry(row: sqlite3.Row) -> Entry:
    """Return a row of `whole` (with its body) or of `entry` (without) as an entry."""
    columns = dict(zip(row.keys(), row, strict=True))  # dict(row) is three times as slow
    return Entry(
        id=columns["id"],
        account=Account(columns["environment"], columns["account"]),
        key=columns["key"],
        operation=Operation(columns["operation"]),
        state=State(columns["state"]),
        epoch=columns["epoch"],
        fingerprint=columns["fingerprint"],
        lookup_id=columns["lookup_id"],
        body=columns.get("body"),
        run_id=columns["run_id"],
        attempts=columns["attempts"],
        look_first=bool(columns["look_first"]),
        not_before=columns["not_before"],
        order_id=columns["order_id"],
        order_name=columns["order_name"],
        status=columns["status"],
        error=_read(columns["error"]),
        entered_at=columns["entered_at"],
        updated_at=columns["updated_at"],
        person=columns["person"],
        contents=columns["contents"],
        owner=columns["owner"],
        consumer_id=columns["consumer_id"],
        tracking=_read(columns["tracking"]),
    )


def _read(text: str | None) -> dict[str, Any] | None:
    return None if text is None else dict(json.loads(text))


def to_entries(rows: Iterable[sqlite3.Row]) -> list[Entry]:
    """Return rows as entries, in their order."""
    return [to_entry(row) for row in rows]


def entry_by_id(db: sqlite3.Connection, entry_id: int) -> Entry | None:
    """Return an entry without its body."""
    row = db.execute("SELECT * FROM entry WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else to_entry(row)


def stored(value: Mapping[str, Any] | None) -> str | None:
    """Return an entry's error or tracking as it is stored."""
    return None if value is None else json.dumps(dict(value), ensure_ascii=False)


def as_list(values: Iterable[str | int]) -> str:
    """Return values as the one parameter that `json_each` unfolds: any number of them."""
    return json.dumps(list(values))


def to_run(row: sqlite3.Row) -> RunRecord:
    """Return a row of `run`, its document where it was read."""
    columns = dict(row)
    account = None
    if columns["environment"] is not None:
        account = Account(columns["environment"], columns["account"])
    return RunRecord(
        run_id=columns["run_id"],
        command=columns["command"],
        account=account,
        env=columns["env"],
        started_at=columns["started_at"],
        ended_at=columns["ended_at"],
        exit_code=columns["exit_code"],
        document=columns.get("document"),
    )
