"""Opening a ledger under its witness: what it is taken for, and what it takes to go on.

- Missing, set back, or one of two copies: refused, unless it is opened to be rebuilt. Then
  nothing is sent for any account until `rebuilt` says that it was compared with the API.
- Without a witness: used, and every key is looked up until the account is rebuilt.
"""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from loader.core.errors import LedgerError
from loader.ledger.sqlite_accounts import distrust, look_first
from loader.ledger.sqlite_store import Store
from loader.ledger.witness import Memory, Witness
from loader.ports import Clock

_HINT = (
    "Put the newest copy of it back in its place; or run `order-loader reconcile --all` with the"
    " same --env and --ledger: it reads what the API holds and sends nothing."
)


def open_watched(
    path: Path, clock: Clock, patience: float, witness: Witness, *, rebuild: bool
) -> Store:
    """Open the ledger at `path` if it is the one that this machine remembers, or a new one."""
    place = path.resolve()
    here = witness.at(place)
    if here is not None and not place.exists() and not rebuild:
        raise LedgerError(
            f"The ledger {path} is missing: it was there before, and held what was sent.",
            hint=_HINT,
        )
    store = Store(path, clock, patience)
    try:
        _judge(store, place, here, witness, rebuild=rebuild)
    except BaseException:
        store.close()
        raise
    return store


def _judge(
    store: Store, place: Path, here: Memory | None, witness: Witness, *, rebuild: bool
) -> None:
    """Compare the open ledger with what is remembered, and remember it as it is now."""
    with store.reading() as db:
        identity = db.execute("SELECT identity FROM meta").fetchone()[0]
    own = witness.of(identity)  # before the count is read: others may be writing
    with store.reading() as db:
        changes = db.execute("SELECT changes FROM meta").fetchone()[0]
    wrong = _what_is_wrong(place, Memory(identity, place, changes), here, own)
    if wrong and not rebuild:
        raise LedgerError(f"The ledger {place} {wrong}.", hint=_HINT)
    if wrong:
        identity = f"ldg_{secrets.token_hex(16)}"
        with store.writing() as writing:
            writing.db.execute("UPDATE meta SET identity = ?", (identity,))
            distrust(writing)
        if here is not None:
            witness.forget(here)
    elif own is None:
        with store.writing() as writing:
            look_first(writing)
    if wrong or own is None or own.place != place:
        with store.reading() as db:
            changes = db.execute("SELECT changes FROM meta").fetchone()[0]
        witness.remember(Memory(identity, place, changes))
    store.tell = lambda changed: witness.count(identity, changed)


def _what_is_wrong(
    place: Path, found: Memory, here: Memory | None, own: Memory | None
) -> str | None:
    """Return why the ledger at `place` is not the one that is remembered; None where it is."""
    if here is not None and here.identity != found.identity:
        return "is another one than the one that lay there before"
    if own is None:
        return None
    if own.changes > found.changes:
        return "is an older copy: this machine remembers that more was written to it"
    if own.place != place and _identity_of(own.place) == found.identity:
        return f"is a copy of {own.place}, which is still in use: of two, neither knows all"
    return None


def _identity_of(place: Path) -> str | None:
    """Return who the ledger at `place` is; None where there is none that can be read."""
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as db:
            return str(db.execute("SELECT identity FROM meta").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return None
