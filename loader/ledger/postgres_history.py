"""What the ledger keeps beside its entries: runs, catalogues, the journal; what goes by age."""

from collections.abc import Sequence

from loader.core.model import Account
from loader.ledger.postgres_store import Store, Writing
from loader.ledger.rows import run_of, transition_of
from loader.ports import RunRecord, Transition

_SAVE_RUN = """
INSERT INTO run (run_id, command, environment, account, env, started_at, ended_at, exit_code,
  document)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (run_id) DO UPDATE SET command = excluded.command,
  environment = excluded.environment, account = excluded.account, env = excluded.env,
  started_at = excluded.started_at, ended_at = excluded.ended_at,
  exit_code = excluded.exit_code, document = excluded.document
"""
_LOAD_RUN = """
SELECT * FROM run WHERE run_id = coalesce(%s, run_id)
ORDER BY started_at DESC, place DESC LIMIT 1
"""
_LIST_RUNS = """
SELECT run_id, command, environment, account, env, started_at, ended_at, exit_code
FROM run ORDER BY started_at DESC, place DESC
"""
_PURGE_RUNS = """
UPDATE run SET document = NULL
WHERE document IS NOT NULL
  AND CASE WHEN exit_code IS NULL THEN started_at ELSE ended_at END < %s
"""
_PURGE_PAYLOADS = """
DELETE FROM payload USING entry
WHERE entry.id = payload.entry_id AND entry.state IN ('created', 'refused')
  AND entry.updated_at < %s
"""
_PURGE_REPLACED = "UPDATE replaced SET body = NULL WHERE body IS NOT NULL AND at < %s"
_SAVE_CATALOGUE = """
INSERT INTO catalogue (environment, account, document, fetched_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (environment, account)
  DO UPDATE SET document = excluded.document, fetched_at = excluded.fetched_at
"""


def save_run(writing: Writing, record: RunRecord) -> None:
    """Insert or replace a run's record."""
    account = record.account
    row = (
        record.run_id,
        record.command,
        account.environment if account else None,
        account.account if account else None,
        record.env,
        record.started_at,
        record.ended_at,
        record.exit_code,
        record.document,
    )
    writing.db.execute(_SAVE_RUN, row)


def load_run(store: Store, run_id: str | None) -> RunRecord | None:
    """Return one run with its document, the newest where None."""
    rows = store.fetch(_LOAD_RUN, (run_id,))
    return run_of(rows[0]) if rows else None


def list_runs(store: Store) -> list[RunRecord]:
    """Return all runs, newest first, without documents."""
    return [run_of(row) for row in store.fetch(_LIST_RUNS)]


def purge_runs(writing: Writing, before: float) -> int:
    """Remove documents of runs that ended before that time; return how many."""
    return writing.db.execute(_PURGE_RUNS, (before,)).rowcount


def purge_payloads(writing: Writing, before: float) -> int:
    """Remove the content of done orders, and what corrected content took the place of."""
    removed = writing.db.execute(_PURGE_PAYLOADS, (before,)).rowcount
    writing.db.execute(_PURGE_REPLACED, (before,))
    return removed


def transitions(store: Store, entry_ids: Sequence[int]) -> list[Transition]:
    """Return the journal of these entries, the oldest step first."""
    query = "SELECT * FROM journal WHERE entry_id = ANY(%s) ORDER BY id"
    return [transition_of(row) for row in store.fetch(query, (list(entry_ids),))]


def save_catalogue(writing: Writing, account: Account, document: bytes, fetched_at: float) -> None:
    """Keep an account's catalogue."""
    named = (account.environment, account.account)
    writing.db.execute(_SAVE_CATALOGUE, (*named, document, fetched_at))


def load_catalogue(store: Store, environment: str) -> tuple[Account, bytes, float] | None:
    """Return the kept catalogue if exactly one account of the environment has one."""
    rows = store.fetch("SELECT * FROM catalogue WHERE environment = %s", (environment,))
    if len(rows) != 1:
        return None
    (row,) = rows
    return Account(row["environment"], row["account"]), row["document"], row["fetched_at"]
