"""What all that send for an account share: its pace, and the look-ups of unknown outcomes."""

import sqlite3

from loader.core.model import Account
from loader.ledger.sqlite_accounts import meet
from loader.ledger.sqlite_rows import to_entries
from loader.ledger.sqlite_store import Writing
from loader.ledger.steps import look_again
from loader.ports import Entry

_PAUSED = "SELECT max(paused_until) FROM account WHERE environment = ? AND account = ?"
# A turn that comes before the end of a pause is taken after it, and moves all that follow.
_TURN = """
UPDATE account SET next_turn = max(next_turn, paused_until, ?) + ?
WHERE environment = ? AND account = ? RETURNING next_turn
"""
_PAUSE = """
UPDATE account SET paused_until = max(paused_until, ?) WHERE environment = ? AND account = ?
"""
_LOOK_UPS = """
SELECT whole.* FROM whole
WHERE environment = ? AND account = ? AND state = 'unknown' AND look_due <= ?
ORDER BY look_due, id LIMIT ?
"""
_PUT_OFF = "UPDATE entry SET looks = looks + 1, look_due = ? + ? WHERE id = ?"


def paused(db: sqlite3.Connection, account: Account, now: float) -> float:
    """Return for how many more seconds the account is held back; 0.0 or less for not."""
    row = db.execute(_PAUSED, (account.environment, account.account)).fetchone()
    return float(row[0] or 0.0) - now


def take_turn(writing: Writing, account: Account, gap: float) -> float:
    """Do what `Ledger.take_turn` promises."""
    meet(writing.db, account)
    named = (account.environment, account.account)
    row = writing.db.execute(_TURN, (writing.at, gap, *named)).fetchone()
    return float(row[0]) - gap - writing.at


def pause(writing: Writing, account: Account, seconds: float) -> None:
    """Do what `Ledger.pause` promises."""
    meet(writing.db, account)
    until = writing.at + seconds
    writing.db.execute(_PAUSE, (until, account.environment, account.account))


def take_look_ups(writing: Writing, account: Account, limit: int) -> list[Entry]:
    """Do what `Ledger.take_look_ups` promises."""
    asked = (account.environment, account.account, writing.at, limit)
    rows = writing.db.execute(_LOOK_UPS, asked).fetchall()
    for row in rows:
        writing.db.execute(_PUT_OFF, (writing.at, look_again(row["looks"]), row["id"]))
    return to_entries(rows)
