"""What all that send for an account share: its pace, and the look-ups of unknown outcomes."""

from loader.core.model import Account
from loader.ledger.postgres_send import ALONE, OF_ACCOUNT
from loader.ledger.postgres_steps import many, to_entry
from loader.ledger.postgres_store import Store, Writing
from loader.ledger.steps import look_again
from loader.ports import Entry

# A turn that comes before the end of a pause is taken after it, and moves all that follow.
_TURN = """
INSERT INTO pace AS pace (environment, account, next_turn) VALUES (%(e)s, %(a)s, %(now)s + %(gap)s)
ON CONFLICT (environment, account) DO UPDATE
  SET next_turn = greatest(pace.next_turn, pace.paused_until, %(now)s) + %(gap)s
RETURNING next_turn
"""
_PAUSED = """
SELECT coalesce(max(paused_until), 0) - ledger_now() AS away
FROM pace WHERE environment = %s AND account = %s
"""
_PAUSE = """
INSERT INTO pace AS pace (environment, account, paused_until) VALUES (%(e)s, %(a)s, %(until)s)
ON CONFLICT (environment, account) DO UPDATE
  SET paused_until = greatest(pace.paused_until, excluded.paused_until)
"""
_LOOK_UPS = """
SELECT entry.*, payload.body FROM entry LEFT JOIN payload ON payload.entry_id = entry.id
WHERE environment = %s AND account = %s AND state IN ('claimed', 'sending', 'unknown')
  AND state = 'unknown' AND look_due <= %s
ORDER BY look_due, entry.id LIMIT %s FOR UPDATE OF entry SKIP LOCKED
"""
_PUT_OFF = "UPDATE entry SET looks = looks + 1, look_due = %s WHERE id = %s"
_DUE = f"""
SELECT min(CASE state WHEN 'planned' THEN 0 WHEN 'deferred' THEN not_before ELSE lease_until END)
  - ledger_now() AS away
FROM entry WHERE {OF_ACCOUNT} AND state IN ('planned', 'claimed', 'deferred') AND {ALONE}
"""  # noqa: S608 - our own words


def take_turn(writing: Writing, account: Account, gap: float) -> float:
    """Do what `Ledger.take_turn` promises."""
    asked = {"e": account.environment, "a": account.account, "now": writing.at, "gap": gap}
    (row,) = writing.db.execute(_TURN, asked).fetchall()
    return float(row["next_turn"]) - gap - writing.at


def paused(store: Store, account: Account) -> float:
    """Return for how many more seconds the account is held back; 0.0 or less for not."""
    (row,) = store.fetch(_PAUSED, (account.environment, account.account))
    return float(row["away"])


def pause(writing: Writing, account: Account, seconds: float) -> None:
    """Do what `Ledger.pause` promises."""
    until = writing.at + seconds
    asked = {"e": account.environment, "a": account.account, "until": until}
    writing.db.execute(_PAUSE, asked)


def take_look_ups(writing: Writing, account: Account, limit: int) -> list[Entry]:
    """Do what `Ledger.take_look_ups` promises."""
    asked = (account.environment, account.account, writing.at, limit)
    rows = writing.db.execute(_LOOK_UPS, asked).fetchall()
    later = [(writing.at + look_again(row["looks"]), row["id"]) for row in rows]
    many(writing.db, _PUT_OFF, later)
    return [to_entry(row, writing.ahead) for row in rows]


def due_in(store: Store, account: Account) -> float | None:
    """Do what `Ledger.due_in` promises."""
    asked = {"environment": account.environment, "account": account.account}
    (row,) = store.fetch(_DUE, asked)
    return None if row["away"] is None else max(0.0, float(row["away"]))
