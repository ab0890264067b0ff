"""Recording outcomes: what the request came to, and what that makes of the entry."""

import sqlite3

from loader.ledger.rules import Request
from loader.ledger.settling import conclude
from loader.ledger.sqlite_rows import entry_by_id
from loader.ledger.sqlite_store import Writing, advance
from loader.ports import Settlement

_REQUEST = """
SELECT epoch, fingerprint, EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.entry_id = attempt.entry_id AND later.epoch > attempt.epoch) AS burnt_since
FROM attempt WHERE attempt = ? AND entry_id = ?
"""
# The reply is a fact about the request even when the entry has moved on; an order that was made
# stays made.
_COMPLETE = """
UPDATE attempt SET outcome = ?, order_id = coalesce(?, order_id), ended_at = ?
WHERE attempt = ? AND entry_id = ? AND epoch = ? AND fingerprint = ?
  AND outcome IS NOT 'created'
"""


def settle(writing: Writing, settlement: Settlement) -> bool:
    """Record one outcome as `rules.rule_on` says; return whether it stands in the ledger now."""
    was = entry_by_id(writing.db, settlement.entry_id)
    if was is None:
        return False
    concluded = conclude(was, settlement, _request(writing.db, settlement))
    if settlement.attempt:
        _complete(writing, settlement)
    if concluded.becomes is None:
        return concluded.stands
    return advance(
        writing,
        was,
        concluded.becomes,
        attempt=settlement.attempt,
        evidence=concluded.evidence,
    )


def _request(db: sqlite3.Connection, settlement: Settlement) -> Request | None:
    row = db.execute(_REQUEST, (settlement.attempt, settlement.entry_id)).fetchone()
    if row is None:
        return None
    return Request(
        epoch=row["epoch"],
        fingerprint=row["fingerprint"],
        burnt_since=bool(row["burnt_since"]),
    )


def _complete(writing: Writing, settlement: Settlement) -> None:
    writing.db.execute(
        _COMPLETE,
        (
            settlement.state,
            settlement.order_id,
            writing.at,
            settlement.attempt,
            settlement.entry_id,
            settlement.epoch,
            settlement.fingerprint,
        ),
    )
