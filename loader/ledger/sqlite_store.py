"""One connection for all threads, its transactions, and the one place where an arrow is taken."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loader.core.errors import LedgerError
from loader.core.lifecycle import State
from loader.ledger.owner import current_owner
from loader.ledger.rows import moved
from loader.ledger.sqlite_errors import damaged, plainly
from loader.ledger.sqlite_file import open_database
from loader.ledger.steps import check_arrow
from loader.ports import Clock, Entry


@dataclass(frozen=True, slots=True)
class Writing:
    """A write transaction that is under way: all that happens in it happens at one time."""

    db: sqlite3.Connection
    at: float  # Unix seconds
    by: str  # this process


class Store:
    """The open file. Callers of several threads wait for one another."""

    def __init__(self, path: Path, clock: Clock, patience: float) -> None:
        self._path = path
        self._clock = clock
        self._by = current_owner()
        self._turn = threading.RLock()
        self.tell: Callable[[int], None] = lambda changes: None  # who wants to know each commit
        self._db: sqlite3.Connection | None = open_database(
            path, now=clock.now(), patience=patience
        )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one query whose rows are all fetched inside."""
        with self._turn, plainly(self._path):
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Run one transaction: on the disk when this returns, undone when anything is raised.

        A transaction that changed something adds one to `meta.changes`, which tells an older
        copy of the ledger from a newer one.
        """
        with self._turn, plainly(self._path):
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                before = db.total_changes
                yield Writing(db, self._clock.now(), self._by)
                changes = _counted(db) if db.total_changes != before else None
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk may have undone it already
                    db.execute("ROLLBACK")
                raise
            if changes is not None:
                self.tell(changes)

    def check(self) -> None:
        """Read all entries and their indexes (0.15 s for 100,000); `LedgerError` where damaged."""
        with self.reading() as db:
            if db.execute("PRAGMA integrity_check('entry')").fetchone()[0] != "ok":
                raise damaged(self._path, "its entries and their indexes differ")

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._turn:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise LedgerError(f"The ledger {self._path} was closed already.")
        return self._db


def _counted(db: sqlite3.Connection) -> int:
    counted = db.execute("UPDATE meta SET changes = changes + 1 RETURNING changes")
    return int(counted.fetchone()[0])


_ADVANCE = """
UPDATE entry SET state = :state, epoch = :epoch, attempts = :attempts, look_first = :look_first,
  not_before = :not_before, owner = :owner, lease_until = coalesce(:lease_until, lease_until),
  order_id = :order_id, order_name = :order_name, status = :status, error = :error,
  consumer_id = :consumer_id, tracking = :tracking, updated_at = :at
WHERE id = :id AND state = :was_state AND epoch = :was_epoch AND fingerprint = :was_fingerprint
"""


def advance(
    writing: Writing,
    was: Entry,
    becomes: Entry,
    *,
    attempt: str = "",
    evidence: str = "",
    lease_until: float | None = None,
) -> bool:
    """Take an arrow by compare-and-set on (state, epoch, fingerprint) and journal it.

    Return False where the entry is not as `was` says; `Defect` where there is no such arrow.
    Owner and lease end when the entry is no longer in flight.
    """
    check_arrow(was, becomes)
    changed = writing.db.execute(
        _ADVANCE,
        {
            "id": was.id,
            "was_state": was.state,
            "was_epoch": was.epoch,
            "was_fingerprint": was.fingerprint,
            "at": writing.at,
            **moved(becomes, lease_until),
        },
    )
    if changed.rowcount != 1:
        return False
    journal(
        writing,
        [(was.id, was.state, becomes.state, becomes.epoch)],
        owner=becomes.owner if becomes.state is State.CLAIMED else writing.by,
        attempt=attempt,
        evidence=evidence,
    )
    return True


def journal(
    writing: Writing,
    steps: Iterable[tuple[int, State | None, State, int]],
    *,
    owner: str,
    attempt: str = "",
    evidence: str = "",
) -> None:
    """Write down transitions: entry id, from (None: entered), to, epoch."""
    writing.db.executemany(
        "INSERT INTO journal (at, entry_id, was, became, epoch, attempt, owner, evidence)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((writing.at, *step, attempt, owner, evidence) for step in steps),
    )
