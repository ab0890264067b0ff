"""What the ledger keeps beside its entries: who it is, its runs, and kept catalogues."""

import sqlite3

from loader.core.model import Account
from loader.ledger.sqlite_rows import to_run
from loader.ports import RunRecord

_SAVE_RUN = """
INSERT INTO run (run_id, command, environment, account, env, started_at, ended_at, exit_code,
  document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id) DO UPDATE SET command = excluded.command,
  environment = excluded.environment, account = excluded.account, env = excluded.env,
  started_at = excluded.started_at, ended_at = excluded.ended_at,
  exit_code = excluded.exit_code, document = excluded.document
"""
_PURGE = """
UPDATE run SET document = NULL
WHERE document IS NOT NULL AND iif(exit_code IS NULL, started_at, ended_at) < ?
"""
_SAVE_CATALOGUE = """
INSERT INTO catalogue (environment, account, document, fetched_at) VALUES (?, ?, ?, ?)
ON CONFLICT (environment, account)
  DO UPDATE SET document = excluded.document, fetched_at = excluded.fetched_at
"""


def read_meta(db: sqlite3.Connection) -> tuple[str, bytes]:
    """Return the ledger's identity and secret."""
    row = db.execute("SELECT identity, secret FROM meta").fetchone()
    return str(row["identity"]), bytes(row["secret"])


def save_run(db: sqlite3.Connection, record: RunRecord) -> None:
    """Insert or replace a run's record."""
    account = record.account
    db.execute(
        _SAVE_RUN,
        (
            record.run_id,
            record.command,
            account.environment if account else None,
            account.account if account else None,
            record.env,
            record.started_at,
            record.ended_at,
            record.exit_code,
            record.document,
        ),
    )


def load_run(db: sqlite3.Connection, run_id: str | None) -> RunRecord | None:
    """Return one run with its document, the newest where None."""
    row = db.execute(
        "SELECT * FROM run WHERE run_id = coalesce(?, run_id)"
        " ORDER BY started_at DESC, rowid DESC LIMIT 1",
        (run_id,),
    ).fetchone()
    return None if row is None else to_run(row)


def list_runs(db: sqlite3.Connection) -> list[RunRecord]:
    """Return all runs, newest first, without documents."""
    rows = db.execute(
        "SELECT run_id, command, environment, account, env, started_at, ended_at, exit_code"
        " FROM run ORDER BY started_at DESC, rowid DESC"
    )
    return [to_run(row) for row in rows.fetchall()]


def purge_runs(db: sqlite3.Connection, before: float) -> int:
    """Remove documents of runs that ended before that time; return how many."""
    return db.execute(_PURGE, (before,)).rowcount


def save_catalogue(
    db: sqlite3.Connection, account: Account, document: bytes, fetched_at: float
) -> None:
    """Keep an account's catalogue."""
    db.execute(_SAVE_CATALOGUE, (account.environment, account.account, document, fetched_at))


def load_catalogue(db: sqlite3.Connection, environment: str) -> tuple[Account, bytes, float] | None:
    """Return the kept catalogue if exactly one account of the environment has one."""
    rows = db.execute("SELECT * FROM catalogue WHERE environment = ?", (environment,)).fetchall()
    if len(rows) != 1:
        return None
    (row,) = rows
    account = Account(row["environment"], row["account"])
    return account, row["document"], row["fetched_at"]
