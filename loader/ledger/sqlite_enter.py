"""Entering what a confirmed run wants to be sent: many intents, one transaction, few statements."""

import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ledger.entering import (
    Entering,
    Work,
    lookups,
    refuse_shared_lookup,
    refuse_twice,
    work_out,
)
from loader.ledger.sqlite_accounts import meet
from loader.ledger.sqlite_rows import as_list, entry_by_id, to_entries
from loader.ledger.sqlite_seen import holders
from loader.ledger.sqlite_store import Writing, advance, journal
from loader.ports import Entered, Entry, Intent, Trust

_CURRENT = """
SELECT whole.* FROM json_each(?) AS wanted CROSS JOIN whole
  ON whole.environment = ? AND whole.account = ? AND whole.key = wanted.value
  AND whole.current = 1
"""
_INSERT = """
INSERT INTO entry (id, environment, account, key, operation, current, state, epoch, fingerprint,
  lookup_id, run_id, attempts, look_first, not_before, owner, lease_until, person, contents,
  entered_at, updated_at)
VALUES (:id, :environment, :account, :key, :operation, 1, :state, :epoch, :fingerprint,
  :lookup_id, :run_id, 0, :look_first, 0.0, '', 0.0, :person, :contents, :at, :at)
"""
_KEEP_TRACE = """
INSERT INTO replaced (entry_id, at, state, fingerprint, lookup_id, run_id, body)
  SELECT id, ?, state, fingerprint, lookup_id, run_id, body FROM whole WHERE id = ?
"""
_NEW_CONTENT = """
UPDATE entry SET fingerprint = :fingerprint, lookup_id = :lookup_id, run_id = :run_id,
  person = :person, contents = :contents, entered_at = :at WHERE id = :id
"""
_SET_PAYLOAD = """
INSERT INTO payload (entry_id, body) VALUES (?, ?)
  ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body
"""
_TAKE_OVER = "UPDATE entry SET run_id = ?, updated_at = ? WHERE id = ?"


def enter(
    writing: Writing, account: Account, run_id: str, intents: Sequence[Intent]
) -> list[Entered]:
    """Do what `Ledger.enter` promises; `LedgerError` where two keys claim one look-up id."""
    refuse_twice(intents)
    refuse_shared_lookup(intents, holders(writing.db, account, lookups(intents)))
    entering = Entering(
        account=account,
        run_id=run_id,
        at=writing.at,
        look_first=meet(writing.db, account) is not Trust.KNOWN,
    )
    there = {(e.key, e.operation): e for e in find(writing.db, account, [i.key for i in intents])}
    work = work_out(entering, intents, there, itertools.count(_next_id(writing.db)))
    _write(writing, run_id, work)
    return work.entered


def restart(writing: Writing, account: Account, run_id: str, entry_ids: Iterable[int]) -> int:
    """Move refused → planned for this run; return how many moved."""
    moved = 0
    for entry_id in entry_ids:
        was = entry_by_id(writing.db, entry_id)
        if was is None or was.account != account or was.state is not State.REFUSED:
            continue
        becomes = replace(was, state=State.PLANNED, error=None, not_before=0.0)
        moved += advance(writing, was, becomes, evidence=f"to be sent again by {run_id}")
        writing.db.execute(_TAKE_OVER, (run_id, writing.at, entry_id))
    return moved


def find(db: sqlite3.Connection, account: Account, keys: Sequence[str]) -> list[Entry]:
    """Return the current entries of these keys."""
    parameters = (as_list(dict.fromkeys(keys)), account.environment, account.account)
    return to_entries(db.execute(_CURRENT, parameters).fetchall())


def _write(writing: Writing, run_id: str, work: Work) -> None:
    db, at = writing.db, writing.at
    db.executemany("UPDATE entry SET current = 0 WHERE id = ?", ((i,) for i in work.superseded))
    db.executemany(_INSERT, (_row(entry) for entry in work.new))
    journal(writing, ((e.id, None, e.state, e.epoch) for e in work.new), owner=writing.by)
    db.executemany(_TAKE_OVER, ((run_id, at, entry_id) for entry_id in work.taken_over))
    db.executemany(_KEEP_TRACE, ((at, was.id) for was, _ in work.replaced))
    for was, becomes in work.replaced:
        advance(writing, was, becomes, evidence="other content")
    db.executemany(_NEW_CONTENT, (_row(becomes) for _, becomes in work.replaced))
    with_new_body = [*work.new, *(becomes for _, becomes in work.replaced)]
    db.executemany(_SET_PAYLOAD, ((entry.id, entry.body) for entry in with_new_body))


def _row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "environment": entry.account.environment,
        "account": entry.account.account,
        "key": entry.key,
        "operation": entry.operation,
        "state": entry.state,
        "epoch": entry.epoch,
        "fingerprint": entry.fingerprint,
        "lookup_id": entry.lookup_id,
        "run_id": entry.run_id,
        "look_first": entry.look_first,
        "person": entry.person,
        "contents": entry.contents,
        "at": entry.entered_at,
    }


def _next_id(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()[0])
