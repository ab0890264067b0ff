"""Connecting to the server, and the ledger's tables on it: made whole or not at all."""

import logging
import os
import secrets
import socket
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.rows import dict_row

from loader.core.errors import LedgerError
from loader.ledger.postgres_errors import in_plain_words
from loader.ledger.postgres_schema import TABLES, VERSION
from loader.ledger.postgres_url import parts_of, shown

Db = psycopg.Connection[dict[str, Any]]

# What the driver says of a lost connection is said by us, and may repeat an address.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

OLDEST = 120000  # PostgreSQL 12
# A server that is gone is noticed after about 15 seconds, not after hours.
_USUAL = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "target_session_attrs": "read-write",
}
_MAKING = 0x4F4B4C44  # "OKLD": only one process makes the tables
_SET_UP = """
SELECT set_config('search_path', quote_ident(%(schema)s), false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('lock_timeout', %(patience)s, false),
  set_config('statement_timeout', '120s', false),
  set_config('idle_in_transaction_session_timeout', '30s', false),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
  current_setting('fsync') AS fsync
"""


def connect(url: str, schema: str, patience: float) -> tuple[str, Db]:
    """Return the ledger's address as it may be shown, and a connection; `LedgerError` else."""
    place = shown(url)
    parts = _USUAL | parts_of(url)
    parts["application_name"] = f"order-loader {os.getpid()} on {socket.gethostname()}"[:63]
    try:
        db: Db = psycopg.connect(**parts, autocommit=True, row_factory=dict_row)
    except psycopg.Error as error:
        raise in_plain_words(error, place) from None  # its words may repeat the address
    try:
        _set_up(db, place, schema, patience)
    except psycopg.Error as error:
        db.close()
        raise in_plain_words(error, place) from error
    except BaseException:
        db.close()
        raise
    return place, db


def _set_up(db: Db, place: str, schema: str, patience: float) -> None:
    if db.info.server_version < OLDEST:
        raise LedgerError(
            f"The ledger {place} is on PostgreSQL {db.info.server_version // 10000}; it needs 12"
            " or newer.",
            hint="Use a newer server.",
        )
    asked = {"schema": schema, "patience": f"{int(patience * 1000)}ms"}
    row = db.execute(_SET_UP, asked).fetchone()
    if row is None or row["fsync"] != "on":
        raise LedgerError(
            f"The ledger {place} is on a server that does not sync to its disk (fsync is off): a"
            " power cut could lose what was sent.",
            hint="Set fsync = on in the server's configuration.",
        )


def prepare(db: Db, place: str, schema: str) -> tuple[str, bytes]:
    """Make the tables where there are none; return the ledger's identity and secret.

    `LedgerError` where the tables are of a newer version, or are somebody else's.
    """
    try:
        with db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            if not _is_there(db):
                _make(db, schema)
            found = db.execute("SELECT version, identity, secret FROM meta").fetchone()
    except errors.UndefinedColumn as error:
        raise LedgerError(
            f"The schema {schema} of {place} belongs to another program.",
            hint="Name another database with --ledger.",
        ) from error
    except psycopg.Error as error:
        raise in_plain_words(error, place) from error
    if found is None:
        raise LedgerError(f"The ledger {place} does not say which ledger it is.")
    if found["version"] > VERSION:
        raise LedgerError(
            f"The ledger {place} was written by a newer version of this program.",
            hint="Use that version, or a newer one, on all machines.",
        )
    return str(found["identity"]), bytes(found["secret"])


def _is_there(db: Db) -> bool:
    row = db.execute("SELECT to_regclass('meta') AS meta").fetchone()
    return row is not None and row["meta"] is not None


def _make(db: Db, schema: str) -> None:
    named = db.execute("SELECT to_regnamespace(quote_ident(%s)) AS name", (schema,)).fetchone()
    if named is None or named["name"] is None:
        db.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    db.execute(TABLES)
    db.execute(
        "INSERT INTO meta (one, version, identity, secret, created_at)"
        " VALUES (1, %s, %s, %s, ledger_now())",
        (VERSION, f"ldg_{secrets.token_hex(16)}", secrets.token_bytes(32)),
    )
