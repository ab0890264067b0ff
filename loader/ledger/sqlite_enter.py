"""Entering what a confirmed run wants to be sent: many intents, one transaction, few statements."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from loader.core.errors import Defect, LedgerError
from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.core.privacy import printable
from loader.ledger.rules import Step, step_for
from loader.ledger.sqlite_accounts import meet
from loader.ledger.sqlite_rows import as_list, entry_by_id, to_entries
from loader.ledger.sqlite_seen import holders
from loader.ledger.sqlite_store import Writing, advance, journal
from loader.ports import Entered, Entry, Intent, Trust

_CURRENT = """
SELECT whole.* FROM json_each(?) AS wanted CROSS JOIN whole
  ON whole.environment = ? AND whole.account = ? AND whole.key = wanted.value
  AND whole.current = 1
"""
_INSERT = """
INSERT INTO entry (id, environment, account, key, operation, current, state, epoch, fingerprint,
  lookup_id, run_id, attempts, look_first, not_before, owner, lease_until, person, contents,
  entered_at, updated_at)
VALUES (:id, :environment, :account, :key, :operation, 1, :state, :epoch, :fingerprint,
  :lookup_id, :run_id, 0, :look_first, 0.0, '', 0.0, :person, :contents, :at, :at)
"""
_KEEP_TRACE = """
INSERT INTO replaced (entry_id, at, state, fingerprint, lookup_id, run_id, body)
  SELECT id, ?, state, fingerprint, lookup_id, run_id, body FROM whole WHERE id = ?
"""
_NEW_CONTENT = """
UPDATE entry SET fingerprint = :fingerprint, lookup_id = :lookup_id, run_id = :run_id,
  person = :person, contents = :contents, entered_at = :at WHERE id = :id
"""
_SET_PAYLOAD = """
INSERT INTO payload (entry_id, body) VALUES (?, ?)
  ON CONFLICT (entry_id) DO UPDATE SET body = excluded.body
"""
_TAKE_OVER = "UPDATE entry SET run_id = ?, updated_at = ? WHERE id = ?"


@dataclass(slots=True)
class _Work:
    """What the intents come to, in the order in which it is written."""

    new: list[Entry] = field(default_factory=list)
    replaced: list[tuple[Entry, Entry]] = field(default_factory=list)
    taken_over: list[int] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)


def enter(
    writing: Writing, account: Account, run_id: str, intents: Sequence[Intent]
) -> list[Entered]:
    """Do what `Ledger.enter` promises; `LedgerError` where two keys claim one look-up id."""
    _refuse_twice(intents)
    _refuse_shared_lookup(writing.db, account, intents)
    look_first = meet(writing.db, account) is not Trust.KNOWN
    there = {(e.key, e.operation): e for e in find(writing.db, account, [i.key for i in intents])}
    next_id = _next_id(writing.db)
    work = _Work()
    entered = []
    for intent in intents:
        found = there.get((intent.key, intent.operation))
        step = step_for(found, intent)
        if found is None or step is Step.SUPERSEDE:
            entry = _new(writing, account, run_id, intent, next_id + len(work.new), look_first)
            if found is not None:
                entry = replace(entry, epoch=found.epoch)  # a key's epochs only grow
                work.superseded.append(found.id)
            work.new.append(entry)
        elif step is Step.REPLACE:
            entry = _replaced(writing, found, intent, run_id)
            work.replaced.append((found, entry))
        elif step is Step.TAKE_OVER and found.run_id != run_id:
            entry = replace(found, run_id=run_id, updated_at=writing.at)
            work.taken_over.append(found.id)
        else:
            entry = found
        entered.append(Entered(intent.key, step.result, entry))
    _write(writing, run_id, work)
    return entered


def restart(writing: Writing, account: Account, run_id: str, entry_ids: Iterable[int]) -> int:
    """Move refused → planned for this run; return how many moved."""
    moved = 0
    for entry_id in entry_ids:
        was = entry_by_id(writing.db, entry_id)
        if was is None or was.account != account or was.state is not State.REFUSED:
            continue
        becomes = replace(was, state=State.PLANNED, error=None, not_before=0.0)
        moved += advance(writing, was, becomes, evidence=f"to be sent again by {run_id}")
        writing.db.execute(_TAKE_OVER, (run_id, writing.at, entry_id))
    return moved


def find(db: sqlite3.Connection, account: Account, keys: Sequence[str]) -> list[Entry]:
    """Return the current entries of these keys."""
    parameters = (as_list(dict.fromkeys(keys)), account.environment, account.account)
    return to_entries(db.execute(_CURRENT, parameters).fetchall())


def _new(
    writing: Writing, account: Account, run_id: str, intent: Intent, entry_id: int, first: bool
) -> Entry:
    return Entry(
        id=entry_id,
        account=account,
        key=intent.key,
        operation=intent.operation,
        state=State.PLANNED,
        epoch=0,
        fingerprint=intent.fingerprint,
        lookup_id=intent.lookup_id,
        body=intent.body,
        run_id=run_id,
        attempts=0,
        look_first=first,
        not_before=0.0,
        order_id=None,
        order_name=None,
        status=None,
        error=None,
        entered_at=writing.at,
        updated_at=writing.at,
        person=intent.person,
        contents=intent.contents,
    )


def _replaced(writing: Writing, was: Entry, intent: Intent, run_id: str) -> Entry:
    """Return an entry that was never made with its new content; epoch and attempts go on."""
    return replace(
        was,
        state=State.PLANNED,
        fingerprint=intent.fingerprint,
        lookup_id=intent.lookup_id,
        body=intent.body,
        run_id=run_id,
        not_before=0.0,
        error=None,
        entered_at=writing.at,
        updated_at=writing.at,
        person=intent.person,
        contents=intent.contents,
    )


def _write(writing: Writing, run_id: str, work: _Work) -> None:
    db, at = writing.db, writing.at
    db.executemany("UPDATE entry SET current = 0 WHERE id = ?", ((i,) for i in work.superseded))
    db.executemany(_INSERT, (_row(entry) for entry in work.new))
    journal(writing, ((e.id, None, e.state, e.epoch) for e in work.new), owner=writing.by)
    db.executemany(_TAKE_OVER, ((run_id, at, entry_id) for entry_id in work.taken_over))
    db.executemany(_KEEP_TRACE, ((at, was.id) for was, _ in work.replaced))
    for was, becomes in work.replaced:
        advance(writing, was, becomes, evidence="other content")
    db.executemany(_NEW_CONTENT, (_row(becomes) for _, becomes in work.replaced))
    with_new_body = [*work.new, *(becomes for _, becomes in work.replaced)]
    db.executemany(_SET_PAYLOAD, ((entry.id, entry.body) for entry in with_new_body))


def _row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "environment": entry.account.environment,
        "account": entry.account.account,
        "key": entry.key,
        "operation": entry.operation,
        "state": entry.state,
        "epoch": entry.epoch,
        "fingerprint": entry.fingerprint,
        "lookup_id": entry.lookup_id,
        "run_id": entry.run_id,
        "look_first": entry.look_first,
        "person": entry.person,
        "contents": entry.contents,
        "at": entry.entered_at,
    }


def _refuse_twice(intents: Sequence[Intent]) -> None:
    if len({(intent.key, intent.operation) for intent in intents}) < len(intents):
        raise Defect("One call enters the same key and operation twice.")


def _refuse_shared_lookup(
    db: sqlite3.Connection, account: Account, intents: Sequence[Intent]
) -> None:
    """Two keys with one look-up id: a look-up of one would find the other's order."""
    creates = [intent for intent in intents if intent.operation is Operation.CREATE]
    holder = holders(db, account, [intent.lookup_id for intent in creates])
    for intent in creates:
        other = holder.setdefault(intent.lookup_id, intent.key)
        if other != intent.key:
            raise LedgerError(
                f"The orders {printable(other)} and {printable(intent.key)} both use the id "
                f"{printable(intent.lookup_id)} (client_custom_order_id), by which an order is "
                "looked up: it must belong to one order.",
                hint="Give one of them another client_custom_order_id in the file.",
            )


def _next_id(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()[0])
