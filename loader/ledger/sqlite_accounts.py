"""Accounts: whether the ledger's silence about a key means that it was never sent."""

import sqlite3

from loader.core.model import Account
from loader.ledger.sqlite_store import Writing
from loader.ports import Trust

_TRUST = """
SELECT coalesce(
  (SELECT trust FROM account WHERE environment = ? AND account = ?),
  (SELECT newcomers FROM meta))
"""
_MEET = """
INSERT INTO account (environment, account, trust) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
"""
# What waits in an older copy may have been sent after the copy was made.
_LOOK_UP = """
UPDATE entry SET look_first = 1 WHERE state IN ('planned', 'claimed', 'deferred', 'refused')
"""


def trust(db: sqlite3.Connection, account: Account) -> Trust:
    """Return what the ledger's silence about a key of this account means."""
    return Trust(db.execute(_TRUST, (account.environment, account.account)).fetchone()[0])


def rebuilt(writing: Writing, account: Account) -> None:
    """Trust the ledger's silence about this account from now on."""
    meet(writing.db, account)
    writing.db.execute(
        "UPDATE account SET trust = 'known' WHERE environment = ? AND account = ?",
        (account.environment, account.account),
    )


def distrust(writing: Writing) -> None:
    """Let nothing be sent for any account, known by now or not, until it is rebuilt."""
    writing.db.execute("UPDATE meta SET newcomers = 'rebuild'")
    writing.db.execute("UPDATE account SET trust = 'rebuild'")
    writing.db.execute(_LOOK_UP)


def look_first(writing: Writing) -> None:
    """Trust no silence any more: what is not known to be lost is looked up before it is sent."""
    writing.db.execute("UPDATE account SET trust = 'look-first' WHERE trust = 'known'")
    writing.db.execute(_LOOK_UP)


def meet(db: sqlite3.Connection, account: Account) -> Trust:
    """Remember the account, met for the first time or again; return its trust."""
    found = trust(db, account)
    db.execute(_MEET, (account.environment, account.account, found))
    return found
