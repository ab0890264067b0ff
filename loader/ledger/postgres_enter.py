"""Entering what a confirmed run wants to be sent; whoever enters for an account waits in line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ledger.entering import (
    Entering,
    Work,
    how_many_new,
    lookups,
    news,
    refuse_shared_lookup,
    refuse_twice,
    work_out,
)
from loader.ledger.postgres_steps import JOURNAL, Step, advance, journal, locked, many, to_entry
from loader.ledger.postgres_store import Db, Writing
from loader.ledger.rows import stored
from loader.ports import Entered, Entry, Found, Intent, Trust

_CURRENT = """
SELECT entry.*, payload.body FROM entry LEFT JOIN payload ON payload.entry_id = entry.id
WHERE environment = %s AND account = %s AND key = ANY(%s) AND current
ORDER BY entry.id FOR UPDATE OF entry
"""
HOLDERS = """
SELECT lookup_id, key FROM entry
WHERE environment = %s AND account = %s AND lookup_id = ANY(%s) AND operation = 'create'
"""
_KNOWN = """
SELECT key FROM entry WHERE environment = %s AND account = %s AND key = ANY(%s)
  AND operation = 'create' AND current
"""
TRUST = """
SELECT coalesce(
  (SELECT trust FROM account WHERE environment = %s AND account = %s),
  (SELECT newcomers FROM meta)) AS trust
"""
_MEET = """
INSERT INTO account (environment, account, trust) SELECT %s, %s, newcomers FROM meta
ON CONFLICT DO NOTHING
"""
_IN_LINE = "SELECT trust FROM account WHERE environment = %s AND account = %s FOR UPDATE"
_INSERT = """
INSERT INTO entry (id, environment, account, key, operation, current, state, epoch, fingerprint,
  lookup_id, run_id, attempts, look_first, not_before, owner, lease_until, order_id, order_name,
  status, error, person, contents, entered_at, updated_at)
VALUES (%(id)s, %(environment)s, %(account)s, %(key)s, %(operation)s, true, %(state)s, %(epoch)s,
  %(fingerprint)s, %(lookup_id)s, %(run_id)s, 0, %(look_first)s, 0, '', 0, %(order_id)s,
  %(order_name)s, %(status)s, %(error)s, %(person)s, %(contents)s, %(at)s, %(at)s)
"""
_KEEP_TRACE = """
INSERT INTO replaced (entry_id, at, state, fingerprint, lookup_id, run_id, body)
  SELECT id, %s, state, fingerprint, lookup_id, run_id, body
  FROM entry LEFT JOIN payload ON payload.entry_id = entry.id WHERE id = %s
"""
_NEW_CONTENT = """
UPDATE entry SET fingerprint = %(fingerprint)s, lookup_id = %(lookup_id)s, run_id = %(run_id)s,
  person = %(person)s, contents = %(contents)s, entered_at = %(at)s WHERE id = %(id)s
"""
_SET_PAYLOAD = """
INSERT INTO payload (entry_id, body) VALUES (%s, %s)
  ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body
"""
_TAKE_OVER = "UPDATE entry SET run_id = %s, updated_at = %s WHERE id = ANY(%s)"


def meet(writing: Writing, account: Account) -> Trust:
    """Remember the account, and let nobody else enter for it before this transaction ends."""
    named = (account.environment, account.account)
    writing.db.execute(_MEET, named)
    (row,) = writing.db.execute(_IN_LINE, named).fetchall()
    return Trust(row["trust"])


def rebuilt(writing: Writing, account: Account) -> None:
    """Trust the ledger's silence about this account from now on."""
    meet(writing, account)
    writing.db.execute(
        "UPDATE account SET trust = 'known' WHERE environment = %s AND account = %s",
        (account.environment, account.account),
    )


def enter(
    writing: Writing, account: Account, run_id: str, intents: Sequence[Intent]
) -> list[Entered]:
    """Do what `Ledger.enter` promises; `LedgerError` where two keys claim one look-up id."""
    refuse_twice(intents)
    look_first = meet(writing, account) is not Trust.KNOWN
    entering = Entering(account=account, run_id=run_id, at=writing.at, look_first=look_first)
    named = (account.environment, account.account)
    holders = writing.db.execute(HOLDERS, (*named, lookups(intents))).fetchall()
    refuse_shared_lookup(intents, {row["lookup_id"]: row["key"] for row in holders})
    keys = list({intent.key for intent in intents})
    rows = writing.db.execute(_CURRENT, (*named, keys)).fetchall()
    there = {(e.key, e.operation): e for e in (to_entry(row, writing.ahead) for row in rows)}
    ids = _ids(writing.db, how_many_new(intents, there))
    work = work_out(entering, intents, there, iter(ids))
    _write(writing, run_id, work)
    return work.entered


def restart(writing: Writing, account: Account, run_id: str, entry_ids: Iterable[int]) -> int:
    """Move refused → planned for this run; return how many moved."""
    refused = [
        was
        for was in locked(writing, entry_ids).values()
        if was.account == account and was.state is State.REFUSED
    ]
    evidence = f"to be sent again by {run_id}"
    steps = [
        Step(
            was=was,
            becomes=replace(was, state=State.PLANNED, error=None, not_before=0.0),
            evidence=evidence,
        )
        for was in refused
    ]
    advance(writing, steps)
    writing.db.execute(_TAKE_OVER, (run_id, writing.at, [was.id for was in refused]))
    return len(steps)


def remember(writing: Writing, account: Account, run_id: str, found: Sequence[Found]) -> list[str]:
    """Insert what the API holds and the ledger does not; return the keys inserted."""
    meet(writing, account)
    named = (account.environment, account.account)
    known = writing.db.execute(_KNOWN, (*named, [one.key for one in found])).fetchall()
    taken = writing.db.execute(HOLDERS, (*named, [one.lookup_id for one in found])).fetchall()
    fresh = news(found, (row["key"] for row in known), (row["lookup_id"] for row in taken))
    ids = _ids(writing.db, len(fresh))
    rows = [
        _found_row(writing, account, run_id, one, lookup_id, entry_id)
        for (one, lookup_id), entry_id in zip(fresh, ids, strict=True)
    ]
    many(writing.db, _INSERT, rows)
    pairs = list(zip(ids, fresh, strict=True))
    many(writing.db, _SET_PAYLOAD, [(entry_id, one.body) for entry_id, (one, _) in pairs])
    came = [
        (writing.at, entry_id, None, one.state.value, 0, "", writing.by, one.evidence)
        for entry_id, (one, _) in pairs
    ]
    many(writing.db, JOURNAL, came)
    return [one.key for one, _ in fresh]


def _found_row(
    writing: Writing, account: Account, run_id: str, one: Found, lookup_id: str, entry_id: int
) -> dict[str, object]:
    return {
        "id": entry_id,
        "environment": account.environment,
        "account": account.account,
        "key": one.key,
        "operation": "create",
        "state": one.state.value,
        "epoch": 0,
        "fingerprint": one.fingerprint,
        "lookup_id": lookup_id,
        "run_id": run_id,
        "look_first": False,
        "order_id": one.order_id,
        "order_name": one.order_name,
        "status": one.status,
        "error": stored(one.error),
        "person": one.person,
        "contents": one.contents,
        "at": writing.at,
    }


def _write(writing: Writing, run_id: str, work: Work) -> None:
    db = writing.db
    if work.superseded:
        db.execute("UPDATE entry SET current = false WHERE id = ANY(%s)", (work.superseded,))
    many(db, _INSERT, [_row(entry) for entry in work.new])
    journal(writing, [Step(was=entry, becomes=entry) for entry in work.new], entered=True)
    if work.taken_over:
        db.execute(_TAKE_OVER, (run_id, writing.at, work.taken_over))
    many(db, _KEEP_TRACE, [(writing.at, was.id) for was, _ in work.replaced])
    steps = [Step(was=was, becomes=new, evidence="other content") for was, new in work.replaced]
    advance(writing, steps)
    many(db, _NEW_CONTENT, [_row(becomes) for _, becomes in work.replaced])
    with_new_body = [*work.new, *(becomes for _, becomes in work.replaced)]
    many(db, _SET_PAYLOAD, [(entry.id, entry.body) for entry in with_new_body])


def _row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "environment": entry.account.environment,
        "account": entry.account.account,
        "key": entry.key,
        "operation": entry.operation.value,
        "state": entry.state.value,
        "epoch": entry.epoch,
        "fingerprint": entry.fingerprint,
        "lookup_id": entry.lookup_id,
        "run_id": entry.run_id,
        "look_first": entry.look_first,
        "order_id": None,
        "order_name": None,
        "status": None,
        "error": None,
        "person": entry.person,
        "contents": entry.contents,
        "at": entry.entered_at,
    }


def _ids(db: Db, number: int) -> list[int]:
    rows = db.execute("SELECT nextval('entry_id') AS id FROM generate_series(1, %s)", (number,))
    return [row["id"] for row in rows.fetchall()]
