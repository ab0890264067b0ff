"""Claim, burn, give back, recover: who may send an entry, and that a request may be on its way."""

from contextlib import closing
from dataclasses import replace

from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ledger.rules import lapsed, must_rebuild
from loader.ledger.sqlite_accounts import trust
from loader.ledger.sqlite_rows import entry_by_id, to_entry
from loader.ledger.sqlite_store import Writing, advance
from loader.ledger.steps import (
    GIVEN_BACK,
    NO_REPLY,
    burnt,
    claimed,
    first_free,
    still_claimed,
)
from loader.ports import Burn, Entry, Trust

# An entry whose key has another operation in flight waits; of two that wait, the first goes.
_CLAIMABLE = """
SELECT entry.*, payload.body
FROM entry INDEXED BY entry_claimable LEFT JOIN payload ON payload.entry_id = entry.id
WHERE run_id = :run_id AND state IN ('planned', 'claimed', 'deferred')
  AND (state <> 'deferred' OR not_before <= :now)
  AND NOT EXISTS (
    SELECT 1 FROM entry AS other INDEXED BY entry_in_flight
    WHERE other.environment = entry.environment AND other.account = entry.account
      AND other.key = entry.key AND other.id <> entry.id
      AND other.state IN ('claimed', 'sending', 'unknown'))
ORDER BY entry.id
"""
_SENDING = """
SELECT * FROM entry INDEXED BY entry_in_flight
WHERE environment = ? AND account = ? AND state IN ('claimed', 'sending', 'unknown')
  AND state = 'sending'
"""


def claim(writing: Writing, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
    """Do what `Ledger.claim` promises."""
    parameters = {"run_id": run_id, "now": writing.at}
    with closing(writing.db.execute(_CLAIMABLE, parameters)) as rows:
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
    parameters = (account.environment, account.account)
    rows = writing.db.execute(_SENDING, parameters).fetchall()
    recovered = 0
    for row in rows:
        was = to_entry(row)
        if lapsed(was.owner, row["lease_until"], writing.at):
            becomes = replace(was, state=State.UNKNOWN)
            recovered += advance(writing, was, becomes, evidence=NO_REPLY)
            writing.db.execute(
                "UPDATE attempt SET outcome = 'unknown', ended_at = ?"
                " WHERE entry_id = ? AND epoch = ? AND outcome IS NULL",
                (writing.at, was.id, was.epoch),
            )
    return recovered
