"""The one boundary where the driver's exceptions become errors in plain words.

The driver's own text is never used: it may quote data, or the address with its password.
"""

import psycopg
from psycopg import errors

from loader.core.errors import Defect, LedgerBusy, LedgerError, LoaderError

_BUSY = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected)
_DAMAGED = (
    errors.DataCorrupted,
    errors.IndexCorrupted,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
)
_REACH = (
    "Check that the server runs and is reached from here, and the sign-in: user and database"
    " in the address, the password in PGPASSWORD or a password file."
)
_PLAIN: dict[type[psycopg.Error], tuple[str, str]] = {
    errors.DiskFull: (
        "cannot be written: the server's disk is full",
        "Make room on it, then run the same command again: nothing was lost.",
    ),
    errors.ReadOnlySqlTransaction: (
        "cannot be written: the server is read-only, such as a standby",
        "Name the primary server with --ledger.",
    ),
    errors.InsufficientPrivilege: (
        "may not be used by this database user",
        "The user must own the schema order_loader, or be allowed to create it.",
    ),
    errors.TooManyConnections: (
        "takes no more connections",
        "Stop some workers, or let the server take more connections.",
    ),
}


def in_plain_words(error: psycopg.Error, place: str) -> LoaderError:
    """Return what to raise instead, for the ledger at `place` (an address without password)."""
    if isinstance(error, _BUSY):
        return LedgerBusy(
            f"The ledger {place} is in use by somebody who does not let go of it.",
            hint="Wait until the other command has ended, then try again.",
        )
    if isinstance(error, _DAMAGED):
        return LedgerError(
            f"The ledger {place} is damaged, or is no ledger ({error.sqlstate}).",
            hint="Nothing in it was changed. Put a recent backup in its place, then run"
            " `order-loader reconcile --all` before anything is sent.",
        )
    for kind, (what, hint) in _PLAIN.items():
        if isinstance(error, kind):
            return LedgerError(f"The ledger {place} {what}.", hint=hint)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        code = f" ({error.sqlstate})" if error.sqlstate else ""
        return LedgerError(f"The ledger {place} cannot be reached{code}.", hint=_REACH)
    name = type(error).__name__
    return Defect(f"The ledger {place} was used in a way it cannot be: {name}.")
