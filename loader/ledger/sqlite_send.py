"""Claim, burn, give back, recover: who may send an entry, and that a request may be on its way."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from loader.core.lifecycle import State
from loader.core.model import Account
from loader.core.patience import LONGEST_WAIT
from loader.ledger.rules import lapsed, must_rebuild
from loader.ledger.sqlite_accounts import trust
from loader.ledger.sqlite_rows import entry_by_id, to_entry
from loader.ledger.sqlite_store import Writing, advance
from loader.ledger.steps import (
    GIVEN_BACK,
    LEFT_BEHIND,
    NO_REPLY,
    burnt,
    claimed,
    first_free,
    still_claimed,
)
from loader.ports import Burn, Entry, Trust

# An entry whose key has another operation in flight waits; of two that wait, the first goes.
_ALONE = """
NOT EXISTS (
    SELECT 1 FROM entry AS other INDEXED BY entry_in_flight
    WHERE other.environment = entry.environment AND other.account = entry.account
      AND other.key = entry.key AND other.id <> entry.id
      AND other.state IN ('claimed', 'sending', 'unknown'))
"""
# No reply holds an order back beyond `latest`: such a time was noted by a clock that has been set
# back since, and the order would wait for that clock.
_IS_DUE = "(state <> 'deferred' OR not_before <= :now OR not_before > :latest)"
_CLAIMABLE = f"""
SELECT entry.*, payload.body
FROM entry INDEXED BY entry_claimable LEFT JOIN payload ON payload.entry_id = entry.id
WHERE run_id = :run_id AND state IN ('planned', 'claimed', 'deferred')
  AND {_IS_DUE} AND {_ALONE}
ORDER BY entry.id
"""  # noqa: S608 - our own words
# What a person released is left to the run that resumes it.
_OF_ACCOUNT = f"""
FROM entry INDEXED BY entry_waiting LEFT JOIN payload ON payload.entry_id = entry.id
WHERE environment = :environment AND account = :account
  AND state IN ('planned', 'claimed', 'deferred') AND NOT (look_first AND attempts > 0)
  AND {_ALONE}
"""
_CLAIMABLE_ANY = f"""
SELECT entry.*, payload.body {_OF_ACCOUNT} AND {_IS_DUE}
ORDER BY entry.id
"""
_DUE = f"""
SELECT min(CASE WHEN state = 'claimed' THEN lease_until WHEN {_IS_DUE} THEN 0.0
  ELSE not_before END) {_OF_ACCOUNT}
"""
_IN_STATE = """
SELECT * FROM entry INDEXED BY entry_in_flight
WHERE environment = ? AND account = ? AND state IN ('claimed', 'sending', 'unknown')
  AND state = ?
"""


def claim(writing: Writing, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
    """Do what `Ledger.claim` promises."""
    return _claim(writing, _CLAIMABLE, {"run_id": run_id}, owner, limit, lease)


def claim_any(
    writing: Writing, account: Account, owner: str, limit: int, lease: float
) -> list[Entry]:
    """Do what `Ledger.claim_any` promises."""
    named = {"environment": account.environment, "account": account.account}
    return _claim(writing, _CLAIMABLE_ANY, named, owner, limit, lease)


def _claim(
    writing: Writing, query: str, named: dict[str, str], owner: str, limit: int, lease: float
) -> list[Entry]:
    times = {"now": writing.at, "latest": writing.at + LONGEST_WAIT}
    with closing(writing.db.execute(query, {**named, **times})) as rows:
        held = ((to_entry(row), float(row["lease_until"])) for row in rows)
        free = first_free(held, writing.at, limit)
    for account in {entry.account for entry in free}:
        if trust(writing.db, account) is Trust.REBUILD:
            raise must_rebuild(account)
    taken = []
    for was in free:
        becomes = claimed(was, owner, writing.at)
        if advance(writing, was, becomes, lease_until=writing.at + lease):
            taken.append(becomes)
    return taken


def due_in(db: sqlite3.Connection, account: Account, now: float) -> float | None:
    """Return in how many seconds something may be claimed; None where nothing waits."""
    named = {"environment": account.environment, "account": account.account}
    times = {"now": now, "latest": now + LONGEST_WAIT}
    due = db.execute(_DUE, {**named, **times}).fetchone()[0]
    return None if due is None else max(0.0, due - now)


def give_back(writing: Writing, entry: Entry) -> bool:
    """claimed(epoch) → planned."""
    was = entry_by_id(writing.db, entry.id)
    if was is None or not still_claimed(was, entry.epoch, entry.fingerprint):
        return False
    return advance(writing, was, replace(was, state=State.PLANNED), evidence=GIVEN_BACK)


def burn(writing: Writing, burn: Burn) -> bool:
    """claimed(epoch) → sending(epoch) with its attempt, which no other request may bear."""
    was = entry_by_id(writing.db, burn.entry_id)
    if was is None or not still_claimed(was, burn.epoch, burn.fingerprint):
        return False
    if not advance(writing, was, burnt(was), attempt=burn.attempt):
        return False
    writing.db.execute(
        "INSERT INTO attempt (attempt, entry_id, epoch, fingerprint, owner, burnt_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (burn.attempt, was.id, was.epoch, was.fingerprint, was.owner, writing.at),
    )
    return True


def recover(writing: Writing, account: Account) -> int:
    """Move sending → unknown where nobody waits for the reply any more; return how many."""
    recovered = 0
    for was in _left_behind(writing, account, State.SENDING):
        becomes = replace(was, state=State.UNKNOWN)
        recovered += advance(writing, was, becomes, evidence=NO_REPLY)
        writing.db.execute(
            "UPDATE attempt SET outcome = 'unknown', ended_at = ?"
            " WHERE entry_id = ? AND epoch = ? AND outcome IS NULL",
            (writing.at, was.id, was.epoch),
        )
    return recovered


def take_back(writing: Writing, account: Account) -> int:
    """Move claimed → planned where nobody is about to send it any more; return how many."""
    return sum(
        advance(writing, was, replace(was, state=State.PLANNED), evidence=LEFT_BEHIND)
        for was in _left_behind(writing, account, State.CLAIMED)
    )


def _left_behind(writing: Writing, account: Account, state: State) -> list[Entry]:
    rows = writing.db.execute(_IN_STATE, (account.environment, account.account, state)).fetchall()
    return [to_entry(r) for r in rows if lapsed(r["owner"], r["lease_until"], writing.at)]
