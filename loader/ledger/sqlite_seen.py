"""What the ledger learnt without sending: the journal, who holds an id, orders of the API."""

import sqlite3
from collections.abc import Sequence

from loader.core.model import Account
from loader.ledger.entering import news
from loader.ledger.rows import stored, transition_of
from loader.ledger.sqlite_rows import as_list
from loader.ledger.sqlite_store import Writing, journal
from loader.ports import Found, Transition

_JOURNAL = """
SELECT journal.* FROM json_each(?) AS wanted
  CROSS JOIN journal INDEXED BY journal_entry ON journal.entry_id = wanted.value
ORDER BY journal.id
"""
_HOLDERS = """
SELECT entry.lookup_id, entry.key FROM json_each(?) AS wanted CROSS JOIN entry
  ON entry.environment = ? AND entry.account = ? AND entry.lookup_id = wanted.value
  AND entry.operation = 'create'
"""
_KNOWN = """
SELECT DISTINCT entry.key FROM json_each(?) AS wanted CROSS JOIN entry
  ON entry.environment = ? AND entry.account = ? AND entry.key = wanted.value
  AND entry.operation = 'create' AND entry.current = 1
"""
_INSERT = """
INSERT INTO entry (environment, account, key, operation, current, state, epoch, fingerprint,
  lookup_id, run_id, attempts, look_first, not_before, owner, lease_until, order_id, order_name,
  status, error, person, contents, entered_at, updated_at)
VALUES (?, ?, ?, 'create', 1, ?, 0, ?, ?, ?, 0, 0, 0.0, '', 0.0, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DONE = "SELECT id FROM entry WHERE state IN ('created', 'refused') AND updated_at < ?"


def transitions(db: sqlite3.Connection, entry_ids: Sequence[int]) -> list[Transition]:
    """Return the journal of these entries, the oldest step first."""
    rows = db.execute(_JOURNAL, (as_list(dict.fromkeys(entry_ids)),)).fetchall()
    return [transition_of(dict(row)) for row in rows]


def holders(db: sqlite3.Connection, account: Account, lookup_ids: Sequence[str]) -> dict[str, str]:
    """Return the key of each look-up id that belongs to one."""
    parameters = (as_list(dict.fromkeys(lookup_ids)), account.environment, account.account)
    return dict(db.execute(_HOLDERS, parameters).fetchall())


def remember(writing: Writing, account: Account, run_id: str, found: Sequence[Found]) -> list[str]:
    """Insert what the API holds and the ledger does not; return the keys inserted."""
    wanted = (as_list(one.key for one in found), account.environment, account.account)
    known = {key for (key,) in writing.db.execute(_KNOWN, wanted).fetchall()}
    taken = set(holders(writing.db, account, [one.lookup_id for one in found]))
    fresh = news(found, known, taken)
    for one, lookup_id in fresh:
        _insert(writing, account, run_id, one, lookup_id)
    return [one.key for one, _ in fresh]


def _insert(writing: Writing, account: Account, run_id: str, one: Found, lookup_id: str) -> None:
    entry_id = writing.db.execute(
        _INSERT,
        (
            account.environment,
            account.account,
            one.key,
            one.state,
            one.fingerprint,
            lookup_id,
            run_id,
            one.order_id,
            one.order_name,
            one.status,
            stored(one.error),
            one.person,
            one.contents,
            writing.at,
            writing.at,
        ),
    ).lastrowid
    writing.db.execute("INSERT INTO payload (entry_id, body) VALUES (?, ?)", (entry_id, one.body))
    step = (int(entry_id or 0), None, one.state, 0)
    journal(writing, [step], owner=writing.by, evidence=one.evidence)


def purge_payloads(db: sqlite3.Connection, before: float) -> int:
    """Remove the content of done orders, and what corrected content took the place of."""
    # `_DONE` is the constant above, not a value of anybody's.
    removed = db.execute(f"DELETE FROM payload WHERE entry_id IN ({_DONE})", (before,))  # noqa: S608 - our own text
    db.execute("UPDATE replaced SET body = NULL WHERE body IS NOT NULL AND at < ?", (before,))
    return removed.rowcount
