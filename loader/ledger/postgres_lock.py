"""An account held for one run, by a connection of its own: it ends when that connection does.

It keeps two runs from getting into each other's way; what keeps an order from being sent twice
are claims and burns. A connection that is lost therefore costs nothing but the lock.
"""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import psycopg

from loader.core.errors import LedgerBusy
from loader.core.model import Account
from loader.ledger.postgres_connect import Db, connect
from loader.ledger.postgres_errors import in_plain_words

_MOMENT = 1.0  # seconds
_HOLDER = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND (classid::bigint << 32 | objid::bigint) = %s
"""


@contextmanager
def held(url: str, schema: str, identity: str, account: Account) -> Iterator[None]:
    """Hold the account; `LedgerBusy` names who holds it."""
    place, db = connect(url, schema, 10.0)
    name = f"{identity}\0{account.environment}\0{account.account}"
    number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
    with db:
        try:
            _take(db, number)
        except psycopg.Error as error:
            raise in_plain_words(error, place) from error
        try:
            yield
        finally:
            with contextlib.suppress(psycopg.Error):  # a lost connection has let go already
                db.execute("SELECT pg_advisory_unlock(%s)", (number,))


def _take(db: Db, number: int) -> None:
    """Take the lock; that of a process that has just died is let go of within a moment."""
    until = time.monotonic() + _MOMENT
    while not db.execute("SELECT pg_try_advisory_lock(%s) AS it", (number,)).fetchall()[0]["it"]:
        if time.monotonic() < until:
            time.sleep(_MOMENT / 20)
            continue
        found = db.execute(_HOLDER, (number,)).fetchone()
        holder = found["application_name"] if found else "another process"
        raise LedgerBusy(
            f"Another run is sending for this account already ({holder}).",
            hint="Wait until it has ended, or stop it with Ctrl-C; then try again."
            " `order-loader worker` needs not wait.",
        )
