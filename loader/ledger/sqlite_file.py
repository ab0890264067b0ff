"""The ledger's file: made whole or not at all, for its owner only, checked before it is used.

A missing ledger is made in a file beside its place and then put there in one step, so a file
that is there but empty or foreign is never mistaken for a new one.
"""

import contextlib
import os
import secrets
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from loader.core.errors import LedgerError
from loader.ledger.folder import make_folder
from loader.ledger.network import network_file_system
from loader.ledger.sqlite_errors import REBUILD, damaged, plainly
from loader.ledger.sqlite_schema import APPLICATION_ID, MIGRATIONS, TABLES, VERSION

_OLDEST_LIBRARY = (3, 37, 0)  # STRICT tables
_LEFT_OVER = ("-journal", "-wal")


def open_database(path: Path, *, now: float, patience: float) -> sqlite3.Connection:
    """Open the ledger at `path`, making it where there is none; `LedgerError` where it cannot be.

    `patience` is how long (seconds) to wait for other processes; `LedgerBusy` after that.
    """
    if sqlite3.sqlite_version_info < _OLDEST_LIBRARY:
        raise LedgerError(
            f"This Python brings SQLite {sqlite3.sqlite_version}; the ledger needs 3.37 or newer.",
            hint="Use a newer Python.",
        )
    with _plain_system_errors(path), plainly(path):
        place = Path(os.path.realpath(path))
        _refuse_network(place)
        make_folder(place.parent)
        if not place.exists():
            _create(place, now)
        _check_file(place)
        return _connect(place, patience)


@contextlib.contextmanager
def _plain_system_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerError(
            f"The ledger {path} cannot be opened: {error.strerror}.",
            hint="Check that its folder exists, has room, and belongs to you.",
        ) from error


def _refuse_network(place: Path) -> None:
    kind = network_file_system(place)
    if kind is not None:
        raise LedgerError(
            f"The ledger {place} lies on a network file system ({kind}), where locks and syncs "
            "cannot be relied on: an order could be sent twice.",
            hint="Name a folder on this machine's own disk with --ledger, or use PostgreSQL.",
        )


def _create(place: Path, now: float) -> None:
    left_over = [f for f in _LEFT_OVER if place.with_name(place.name + f).exists()]
    if left_over:
        if place.exists():  # somebody has made it just now and writes already
            return
        raise LedgerError(
            f"The ledger {place} is missing, but its {place.name}{left_over[0]} is there: "
            "the ledger was moved or deleted while it was in use.",
            hint="Put the ledger back beside it, or move that file away and run "
            "`order-loader reconcile --all` before anything is sent.",
        )
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")  # mode 0600
    os.close(handle)
    try:
        _fill(Path(name), now)
        with contextlib.suppress(FileExistsError):  # another process was first: use its ledger
            os.link(name, place)
    finally:
        os.unlink(name)
    _sync_folder(place.parent)


def _fill(new: Path, now: float) -> None:
    with contextlib.closing(_connection(new)) as db:
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT;")
        db.execute(
            "INSERT INTO meta (one, identity, secret, created_at, changes) VALUES (1, ?, ?, ?, 0)",
            (f"ldg_{secrets.token_hex(12)}", secrets.token_bytes(32), now),
        )


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_file(place: Path) -> None:
    seen = place.stat()
    if not stat.S_ISREG(seen.st_mode):
        raise LedgerError(f"The ledger {place} is not a file.", hint="Name a file with --ledger.")
    if seen.st_size == 0:
        raise LedgerError(f"The ledger {place} is empty: it was cut off.", hint=REBUILD)
    if os.name == "posix" and seen.st_mode & 0o077:
        place.chmod(0o600)  # it holds names and addresses


def _connect(place: Path, patience: float) -> sqlite3.Connection:
    db = _connection(place, patience)
    try:
        db.row_factory = sqlite3.Row
        _check_header(db, place)
        _set_up(db)
        _check_entries(db, place)
        _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _connection(place: Path, patience: float = 0.0) -> sqlite3.Connection:
    """Connect to a file that is there: SQLite itself would make one that others may read."""
    return sqlite3.connect(
        f"{place.as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,  # `Store` lets one thread in at a time
    )


def _check_header(db: sqlite3.Connection, place: Path) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = _version(db)
    if application != APPLICATION_ID:
        raise LedgerError(
            f"The file {place} is a database of another program, not a ledger.",
            hint="Name another file with --ledger.",
        )
    if version > VERSION:
        raise LedgerError(
            f"The ledger {place} was written by a newer version of this program.",
            hint="Use that version, or a newer one.",
        )
    if version < min(MIGRATIONS):
        raise damaged(place, f"version {version}")


def _set_up(db: sqlite3.Connection) -> None:
    # Rollback journal + EXTRA: the commit and the journal's removal are both on the disk before
    # COMMIT returns. The write-ahead log is faster and had a corruption defect before 3.51.3.
    for setting in (
        "journal_mode = DELETE",  # refused as busy while somebody uses another mode
        "synchronous = EXTRA",
        "fullfsync = ON",  # macOS: a plain sync stops at the disk's own cache
        "foreign_keys = ON",
        "secure_delete = ON",  # removed personal data is overwritten
        "cache_size = -65536",  # 64 MiB: a large file is entered without reading pages again
        "temp_store = MEMORY",  # and never spilt into other files
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        db.execute(f"PRAGMA {setting}")


def _migrate(db: sqlite3.Connection) -> None:
    """Bring an older ledger's tables up to date, all steps or none."""
    if _version(db) == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for version in range(_version(db), VERSION):  # another process may have done it meanwhile
            for statement in MIGRATIONS[version].split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _check_entries(db: sqlite3.Connection, place: Path) -> None:
    """Refuse a file whose entries cannot all be read (0.2 s for 100,000)."""
    if db.execute("PRAGMA quick_check('entry')").fetchone()[0] != "ok":
        raise damaged(place, "its entries cannot be read")
    if db.execute("SELECT count(*) FROM meta").fetchone()[0] != 1:
        raise damaged(place, "it does not say which ledger it is")
