"""Recording outcomes: what the request came to, and what that makes of the entry."""

import sqlite3
from dataclasses import replace

from loader.core.errors import Defect
from loader.core.lifecycle import Operation, State
from loader.ledger.rules import Request, is_release, rule_on
from loader.ledger.sqlite_rows import entry_by_id
from loader.ledger.sqlite_store import Writing, advance
from loader.ports import Entry, Settlement

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
    if settlement.state is State.CREATED and was.operation is Operation.CREATE:
        _require_order_id(settlement)
    ruling = rule_on(was, settlement, _request(writing.db, settlement))
    if settlement.attempt:
        _complete(writing, settlement)
    if ruling.to is None:
        return ruling.stands
    return advance(
        writing,
        was,
        _settled(was, settlement, ruling.to),
        attempt=settlement.attempt,
        evidence=_evidence(was, settlement, ruling.to),
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


def _settled(was: Entry, settlement: Settlement, to: State) -> Entry:
    """Return the entry as it becomes; the order that it had first keeps its id in a conflict."""
    return replace(
        was,
        state=to,
        look_first=was.look_first or is_release(was, to),
        not_before=settlement.not_before,
        order_id=was.order_id or settlement.order_id,
        order_name=was.order_name or settlement.order_name,
        status=settlement.status or was.status,
        error=settlement.error,
        consumer_id=settlement.consumer_id or was.consumer_id,
        tracking=settlement.tracking or was.tracking,
    )


def _evidence(was: Entry, settlement: Settlement, to: State) -> str:
    """Return the caller's words; where they became a conflict, the order that they speak of too."""
    if to is settlement.state:
        return settlement.evidence
    known = was.order_id or "none"
    return f"{settlement.evidence} (it names order {settlement.order_id}; recorded: {known})"


def _require_order_id(settlement: Settlement) -> None:
    if not settlement.order_id:
        raise Defect("An order cannot be recorded as created without its id.")
