"""The one boundary where SQLite's own exceptions become errors in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loader.core.errors import Defect, LedgerBusy, LedgerError, LoaderError

REBUILD = (
    "Nothing in it was changed. Keep the file, and either put a recent copy in its place or move "
    "it away and rebuild it with `order-loader reconcile --all` before anything is sent."
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
_PLAIN = {
    sqlite3.SQLITE_FULL: (
        "cannot be written: the disk is full",
        "Make room on the disk, then run the same command again: nothing was lost.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written: the disk reports an error",
        "Check the disk and its free room, then run the same command again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: it is read-only",
        "Check that the file and its folder belong to you and may be written.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Check that the file and its folder belong to you and may be read and written.",
    ),
}


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into `LedgerBusy`, `LedgerError` or `Defect`."""
    try:
        yield
    except sqlite3.Error as error:
        raise in_plain_words(error, path) from error


def in_plain_words(error: sqlite3.Error, path: Path) -> LoaderError:
    """Return what to raise instead; SQLite's own text may quote data and is not used."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return Defect(f"The ledger {path} was used in a way it cannot be: {type(error).__name__}.")
    kind = code & 0xFF  # the rest only says more precisely what it was
    if kind in _BUSY:
        return LedgerBusy(
            f"The ledger {path} is in use by another process that does not let go of it.",
            hint="Wait until the other command has ended, then try again.",
        )
    if kind in _DAMAGED:
        return damaged(path, error.sqlite_errorname)
    if kind == sqlite3.SQLITE_CONSTRAINT:
        return Defect(f"The ledger {path} refused a change that breaks its rules.")
    what, hint = _PLAIN.get(
        kind,
        (
            f"cannot be used ({error.sqlite_errorname})",
            "Look at the disk and the folder that it is on, then run the command again.",
        ),
    )
    return LedgerError(f"The ledger {path} {what}.", hint=hint)


def damaged(path: Path, why: str) -> LedgerError:
    """Return the error for a file that is ours no more, or never was."""
    return LedgerError(f"The ledger {path} is damaged, or is no ledger ({why}).", hint=REBUILD)
