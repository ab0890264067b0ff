"""Claim, burn, give back, recover: who may send an entry, and that a request may be on its way."""

from collections.abc import Sequence
from dataclasses import replace

from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ledger.owner import is_gone
from loader.ledger.postgres_enter import TRUST
from loader.ledger.postgres_steps import Step, advance, locked, many, to_entry
from loader.ledger.postgres_store import Writing
from loader.ledger.rules import must_rebuild
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

_OF_RUN = "entry.run_id = %(run_id)s"
# What a person released is left to the run that resumes it.
OF_ACCOUNT = """
entry.environment = %(environment)s AND entry.account = %(account)s
  AND NOT (look_first AND attempts > 0)
"""
# An entry whose key has another operation in flight waits; of two that wait, the first goes.
ALONE = """
NOT EXISTS (
  SELECT 1 FROM entry AS other
  WHERE other.environment = entry.environment AND other.account = entry.account
    AND other.key = entry.key AND other.id <> entry.id
    AND other.state IN ('claimed', 'sending', 'unknown'))
"""
# What another caller is just claiming is passed over, not waited for.
_WAITING = """
SELECT entry.*, payload.body FROM entry LEFT JOIN payload ON payload.entry_id = entry.id
WHERE {whose} AND state IN ('planned', 'claimed', 'deferred')
  AND (state = 'planned' OR (state = 'deferred' AND not_before <= %(now)s)
    OR (state = 'claimed' AND (lease_until <= %(now)s OR owner = ANY(%(gone)s))))
  AND {alone}
ORDER BY entry.id LIMIT %(limit)s FOR UPDATE OF entry SKIP LOCKED
"""
_HOLDERS = """
SELECT DISTINCT owner FROM entry
WHERE {whose} AND state IN ('claimed', 'sending', 'unknown') AND state = %(state)s
"""
_LEFT_BEHIND = """
SELECT * FROM entry
WHERE environment = %(environment)s AND account = %(account)s
  AND state IN ('claimed', 'sending', 'unknown') AND state = %(state)s
  AND (lease_until <= %(now)s OR owner = ANY(%(gone)s))
ORDER BY id FOR UPDATE
"""
_NO_REPLY = """
UPDATE attempt SET outcome = 'unknown', ended_at = %s
WHERE entry_id = %s AND epoch = %s AND outcome IS NULL
"""
# Nobody asks any more what became of a commit so long ago.
_FORGET = "DELETE FROM operation WHERE at < now() - interval '1 day'"
_ATTEMPT = """
INSERT INTO attempt (attempt, entry_id, epoch, fingerprint, owner, burnt_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""


def claim(writing: Writing, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
    """Do what `Ledger.claim` promises."""
    return _claim(writing, _OF_RUN, {"run_id": run_id}, owner, limit, lease)


def claim_any(
    writing: Writing, account: Account, owner: str, limit: int, lease: float
) -> list[Entry]:
    """Do what `Ledger.claim_any` promises."""
    named = {"environment": account.environment, "account": account.account}
    return _claim(writing, OF_ACCOUNT, named, owner, limit, lease)


def _claim(
    writing: Writing, whose: str, named: dict[str, str], owner: str, limit: int, lease: float
) -> list[Entry]:
    asked: dict[str, object] = {**named, "state": "claimed", "now": writing.at, "limit": limit}
    asked["gone"] = _gone(writing, whose, asked)
    query = _WAITING.format(whose=whose, alone=ALONE)
    rows = writing.db.execute(query, asked).fetchall() if limit > 0 else []
    # Every row is free as the server saw it: a lease of 0 says so.
    free = first_free(((to_entry(row, writing.ahead), 0.0) for row in rows), writing.at, limit)
    for account in {entry.account for entry in free}:
        _refuse_unbuilt(writing, account)
    steps = [
        Step(was=was, becomes=claimed(was, owner, writing.at), lease_until=writing.at + lease)
        for was in free
    ]
    advance(writing, steps)
    return [step.becomes for step in steps]


def _refuse_unbuilt(writing: Writing, account: Account) -> None:
    named = (account.environment, account.account)
    (row,) = writing.db.execute(TRUST, named).fetchall()
    if row["trust"] == Trust.REBUILD:
        raise must_rebuild(account)


def give_back(writing: Writing, entries: Sequence[Entry]) -> list[bool]:
    """claimed(epoch) → planned, each of them once."""
    there = locked(writing, [entry.id for entry in entries])
    steps = []
    answers = []
    for entry in entries:
        was = there.get(entry.id)
        ours = was is not None and still_claimed(was, entry.epoch, entry.fingerprint)
        answers.append(ours)
        if was is not None and ours:
            there[entry.id] = replace(was, state=State.PLANNED)
            steps.append(Step(was=was, becomes=there[entry.id], evidence=GIVEN_BACK))
    advance(writing, steps)
    return answers


def burn(writing: Writing, burns: Sequence[Burn]) -> list[bool]:
    """claimed(epoch) → sending(epoch) with its attempt, which no other request may bear."""
    there = locked(writing, [one.entry_id for one in burns])
    steps = []
    answers = []
    for one in burns:
        was = there.get(one.entry_id)
        ours = was is not None and still_claimed(was, one.epoch, one.fingerprint)
        answers.append(ours)
        if was is not None and ours:
            there[one.entry_id] = burnt(was)
            steps.append(Step(was=was, becomes=there[one.entry_id], attempt=one.attempt))
    advance(writing, steps)
    rows = [
        (s.attempt, s.was.id, s.was.epoch, s.was.fingerprint, s.was.owner, writing.at)
        for s in steps
    ]
    many(writing.db, _ATTEMPT, rows)
    return answers


def recover(writing: Writing, account: Account) -> int:
    """Move sending → unknown where nobody waits for the reply any more; return how many."""
    steps = [
        Step(was=was, becomes=replace(was, state=State.UNKNOWN), evidence=NO_REPLY)
        for was in _left_behind(writing, account, State.SENDING)
    ]
    advance(writing, steps)
    many(writing.db, _NO_REPLY, [(writing.at, step.was.id, step.was.epoch) for step in steps])
    writing.db.execute(_FORGET)
    return len(steps)


def take_back(writing: Writing, account: Account) -> int:
    """Move claimed → planned where nobody is about to send it any more; return how many."""
    steps = [
        Step(was=was, becomes=replace(was, state=State.PLANNED), evidence=LEFT_BEHIND)
        for was in _left_behind(writing, account, State.CLAIMED)
    ]
    advance(writing, steps)
    return len(steps)


def _left_behind(writing: Writing, account: Account, state: State) -> list[Entry]:
    """Return the entries in this state whose holder is gone, locked; live ones are not touched."""
    asked: dict[str, object] = {
        "environment": account.environment,
        "account": account.account,
        "state": state.value,
        "now": writing.at,
    }
    asked["gone"] = _gone(writing, "environment = %(environment)s AND account = %(account)s", asked)
    rows = writing.db.execute(_LEFT_BEHIND, asked).fetchall()
    return [to_entry(row, writing.ahead) for row in rows]


def _gone(writing: Writing, whose: str, asked: dict[str, object]) -> list[str]:
    """Return the processes that hold entries and are known to be no more: they stay so."""
    rows = writing.db.execute(_HOLDERS.format(whose=whose), asked).fetchall()
    return [row["owner"] for row in rows if is_gone(row["owner"]) is True]
