"""One connection for all threads: transactions that end once, whatever becomes of the network.

A transaction's work is a function, run again when the connection was lost before its commit was
asked for: then nothing of it stands. Where the answer to COMMIT was lost, the transaction is
looked up by the id that it wrote, which also keeps it from standing later. No transaction is
open while anything else is done: `write` opens and ends it.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from loader.core.errors import LedgerError
from loader.ledger.owner import current_owner
from loader.ledger.postgres_connect import connect, prepare
from loader.ledger.postgres_errors import in_plain_words
from loader.ports import Clock

Row = dict[str, Any]
Db = psycopg.Connection[Row]
Answer = TypeVar("Answer")
Parameters = Sequence[Any] | Mapping[str, Any]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # seconds between two tries to connect
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)
_MOST_TRIES = 5
_BEGIN = (
    "BEGIN; INSERT INTO operation (id, stands) VALUES ('{}', true) RETURNING ledger_now() AS at"
)
_STANDS = "INSERT INTO operation (id, stands) VALUES (%s, false) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Writing:
    """A write transaction that is under way: all that happens in it happens at one time."""

    db: Db
    at: float  # Unix seconds of the server
    by: str  # this process
    ahead: float  # seconds by which the caller's clock is ahead of the server's


class Store:
    """The reached server. Callers of several threads wait for one another.

    `patience` is how long (seconds) a call waits for a lock, or for the server to come back.
    """

    def __init__(self, url: str, schema: str, clock: Clock, patience: float) -> None:
        self._url, self._schema, self._clock, self._patience = url, schema, clock, patience
        self.place, db = connect(url, schema, patience)
        try:
            self.identity, self.secret = prepare(db, self.place, schema)
        except BaseException:
            db.close()
            raise
        self._by = current_owner()
        self._turn = threading.RLock()
        self._db: Db | None = db
        self._closed = False
        self.ahead = 0.0

    def fetch(self, query: str, parameters: Parameters = ()) -> list[Row]:
        """Return the rows of one query, asked again where the connection was lost."""
        with self._turn:
            until = time.monotonic() + self._patience
            while True:
                db = self._connected(until)
                try:
                    return db.execute(query, parameters).fetchall()
                except psycopg.Error as error:
                    self._raise_unless_lost(error, db, until)

    def write(self, work: Callable[[Writing], Answer]) -> Answer:
        """Run one transaction: on the server's disk when this returns, undone when it raises."""
        with self._turn:
            until = time.monotonic() + self._patience
            tries = 0
            while True:
                tries += 1
                db = self._connected(until)
                operation = str(uuid.uuid4())
                try:
                    answer = self._worked(db, operation, work)
                except psycopg.Error as error:
                    self._undo(db)
                    if not isinstance(error, _AGAIN) or tries >= _MOST_TRIES:
                        self._raise_unless_lost(error, db, until)
                        self._stands(operation, until)  # not: but what it locked is free then
                    continue
                except BaseException:
                    self._undo(db)
                    raise
                if self._committed(db, operation, until):
                    return answer

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        with self._turn:
            self._closed = True
            if self._db is not None:
                self._db.close()
                self._db = None

    def _worked(self, db: Db, operation: str, work: Callable[[Writing], Answer]) -> Answer:
        cursor = db.execute(_BEGIN.format(operation))  # both in one journey
        cursor.nextset()
        (row,) = cursor.fetchall()
        self.ahead = self._clock.now() - row["at"]
        return work(Writing(db, row["at"], self._by, self.ahead))

    def _committed(self, db: Db, operation: str, until: float) -> bool:
        """Commit; return whether the transaction stands, also where the answer was lost."""
        try:
            return db.execute("COMMIT").statusmessage == "COMMIT"
        except psycopg.Error as error:
            if not _is_lost(error, db):
                raise in_plain_words(error, self.place) from error
        return self._stands(operation, until)

    def _stands(self, operation: str, until: float) -> bool:
        """Wait for a transaction whose connection was lost to end; return whether it stands.

        One that does not is kept from ever doing so: its id is taken.
        """
        while True:
            db = self._connected(until)
            try:
                db.execute(_STANDS, (operation,))
                rows = db.execute("SELECT stands FROM operation WHERE id = %s", (operation,))
                return bool(rows.fetchall()[0]["stands"])
            except psycopg.Error as error:
                self._raise_unless_lost(error, db, until)

    def _undo(self, db: Db) -> None:
        if not db.closed:
            try:
                db.execute("ROLLBACK")
            except psycopg.Error:
                db.close()

    def _connected(self, until: float) -> Db:
        """Return the connection, made again where it was lost; `LedgerError` after `until`."""
        if self._closed:
            raise LedgerError(f"The ledger {self.place} was closed already.")
        pause = _FIRST_PAUSE
        while self._db is None or self._db.closed:
            try:
                _, self._db = connect(self._url, self._schema, self._patience)
            except LedgerError:
                if time.monotonic() + pause > until:
                    raise
                time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter is no secret
                pause = min(2 * pause, _LONGEST_PAUSE)
        return self._db

    def _raise_unless_lost(self, error: psycopg.Error, db: Db, until: float) -> None:
        """Return where the call may be repeated on a new connection."""
        if not _is_lost(error, db) or time.monotonic() > until:
            raise self._refused(error) from error
        db.close()

    def _refused(self, error: psycopg.Error) -> Exception:
        return in_plain_words(error, self.place)


def _is_lost(error: psycopg.Error, db: Db) -> bool:
    gone = db.closed or db.broken
    return gone and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
