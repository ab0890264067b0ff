"""What all that send for an account share: its pace, and the look-ups of unknown outcomes."""

import sqlite3

from loader.core.model import Account
from loader.core.patience import LONGEST_WAIT
from loader.ledger.sqlite_accounts import meet
from loader.ledger.sqlite_rows import to_entries
from loader.ledger.sqlite_store import Writing
from loader.ledger.steps import look_again
from loader.ports import Entry

# What lies further ahead than any reply asks for was noted by a clock that has been set back since.
_PAUSED = """
SELECT max(paused_until) FROM account
WHERE environment = ? AND account = ? AND paused_until <= ?
"""
# A turn that comes before the end of a pause is taken after it, and moves all that follow.
_TURN = """
UPDATE account SET next_turn = ?3 + max(
  ?4, iif(next_turn > ?5, 0.0, next_turn), iif(paused_until > ?5, 0.0, paused_until))
WHERE environment = ?1 AND account = ?2 RETURNING next_turn
"""
_PAUSE = """
UPDATE account SET paused_until = max(iif(paused_until > ?4, 0.0, paused_until), ?3)
WHERE environment = ?1 AND account = ?2
"""
_LOOK_UPS = """
SELECT whole.* FROM whole
WHERE environment = ? AND account = ? AND state = 'unknown' AND look_due <= ?
ORDER BY look_due, id LIMIT ?
"""
_PUT_OFF = "UPDATE entry SET looks = looks + 1, look_due = ? + ? WHERE id = ?"


def paused(db: sqlite3.Connection, account: Account, now: float) -> float:
    """Return for how many more seconds the account is held back; 0.0 or less for not."""
    named = (account.environment, account.account)
    row = db.execute(_PAUSED, (*named, now + LONGEST_WAIT)).fetchone()
    return float(row[0] or 0.0) - now


def take_turn(writing: Writing, account: Account, gap: float) -> float:
    """Do what `Ledger.take_turn` promises."""
    meet(writing.db, account)
    named = (account.environment, account.account)
    latest = writing.at + LONGEST_WAIT
    row = writing.db.execute(_TURN, (*named, gap, writing.at, latest)).fetchone()
    return float(row[0]) - gap - writing.at


def pause(writing: Writing, account: Account, seconds: float) -> None:
    """Do what `Ledger.pause` promises."""
    meet(writing.db, account)
    times = (writing.at + seconds, writing.at + LONGEST_WAIT)
    writing.db.execute(_PAUSE, (account.environment, account.account, *times))


def take_look_ups(writing: Writing, account: Account, limit: int) -> list[Entry]:
    """Do what `Ledger.take_look_ups` promises."""
    asked = (account.environment, account.account, writing.at, limit)
    rows = writing.db.execute(_LOOK_UPS, asked).fetchall()
    for row in rows:
        writing.db.execute(_PUT_OFF, (writing.at, look_again(row["looks"]), row["id"]))
    return to_entries(rows)
