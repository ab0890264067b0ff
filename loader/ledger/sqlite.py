"""The ledger in one SQLite file, for the processes of one machine.

Each table protects a line of the protocol (numbers: "States"; I: the invariants):

- `meta`       who this ledger is, the key of its hashes, and a count of write transactions, by
               which an older copy can be told from a newer one (a ledger is never silently
               started anew).
- `entry`      a key and operation, once (1, I1, I2); its indexes allow one entry of a key in
               flight, and one key per look-up id (8). State, epoch and fingerprint are what
               every arrow compares (3, 4, 6, I7).
- `payload`    the frozen bytes that are sent (5, I5), apart from the rest so that they can be
               removed when an order is final.
- `replaced`   the content that corrected content took the place of: its trace (1).
- `attempt`    one row per burn, durable before the first byte leaves (4, I4, I6), completed by
               its reply; tells whether anything was burnt after a late 201 (6).
- `journal`    every transition with its time, process and evidence (6, 9, I10); `was` is NULL
               where an entry came in.
- `account`    whether silence about a key means that it was never sent (2), and the account's
               pace, which all that send for it share.
- `run`        the history; documents go by age.
- `catalogue`  what an account may order, for checks without a connection.

An update whose entry is finished gives way to a further update: the old entry stays as it is,
no longer `current`, so that nothing leaves `created` (I8) and its run still finds it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from loader.core.model import Account
from loader.ledger import (
    sqlite_accounts,
    sqlite_enter,
    sqlite_history,
    sqlite_seen,
    sqlite_send,
    sqlite_settle,
    sqlite_share,
)
from loader.ledger.lock_file import held
from loader.ledger.sqlite_rows import to_entries
from loader.ledger.sqlite_store import Store
from loader.ledger.sqlite_watched import open_watched
from loader.ledger.witness import Witness
from loader.ports import (
    Burn,
    Clock,
    Entered,
    Entry,
    Found,
    Intent,
    RunRecord,
    Settlement,
    Transition,
    Trust,
)


class SqliteLedger:
    """The port `Ledger` on one file, made (0600, its folder 0700) where there is none.

    May be used by several threads. `patience` is how long (seconds) a call waits for another
    process that writes; `LedgerBusy` after that. Every call raises `LedgerError` where the file
    cannot be used, and none of SQLite's own exceptions.

    `witness` is the folder in which this machine remembers its ledgers: one that is missing, set
    back or copied is refused, unless it is opened to `rebuild` it (see `sqlite_watched`).
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        patience: float = 10.0,
        witness: Path | None = None,
        rebuild: bool = False,
    ) -> None:
        self._path, self._clock = path, clock
        if witness is None:
            self._store = Store(path, clock, patience)
        else:
            self._store = open_watched(path, clock, patience, Witness(witness), rebuild=rebuild)
        with self._store.reading() as db:
            self._identity, self._secret = sqlite_history.read_meta(db)

    @property
    def identity(self) -> str:
        """A stable random id of this ledger."""
        return self._identity

    @property
    def secret(self) -> bytes:
        """The key of the keyed hashes (32 bytes, made with the ledger)."""
        return self._secret

    @contextmanager
    def lock(self, account: Account) -> Iterator[None]:
        """Hold the account for one sending run; `LedgerBusy` names the process that holds it.

        The lock ends with the process, however it ends. Before anything can be sent under it,
        the entries and their indexes are read whole: a damaged index could hide an order that
        was made.
        """
        name = sha256(f"{account.environment}\0{account.account}".encode()).hexdigest()[:16]
        place = self._path.resolve()
        with held(place.with_name(f"{place.name}.{name}.lock")):
            self._store.check()
            yield

    def find(self, account: Account, keys: Sequence[str] | None = None) -> list[Entry]:
        """Return the entries of these keys (all keys where None), in no order."""
        with self._store.reading() as db:
            if keys is not None:
                return sqlite_enter.find(db, account, keys)
            rows = db.execute(
                "SELECT * FROM whole WHERE environment = ? AND account = ? AND current = 1",
                (account.environment, account.account),
            )
            return to_entries(rows.fetchall())

    def of_run(self, run_id: str) -> list[Entry]:
        """Return the entries that this run entered or took over, in order of entry."""
        with self._store.reading() as db:
            rows = db.execute("SELECT * FROM whole WHERE run_id = ? ORDER BY id", (run_id,))
            return to_entries(rows.fetchall())

    def recent(self, account: Account, since: float) -> list[Entry]:
        """Return the entries entered at or after `since`, without bodies."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM entry WHERE environment = ? AND account = ? AND entered_at >= ?",
                (account.environment, account.account, since),
            )
            return to_entries(rows.fetchall())

    def keys(self, account: Account) -> list[str]:
        """Return every key of the account, each once, in no order."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT key FROM entry WHERE environment = ? AND account = ?",
                (account.environment, account.account),
            )
            return [row["key"] for row in rows]

    def enter(self, account: Account, run_id: str, intents: Sequence[Intent]) -> list[Entered]:
        """Insert what is absent, as `planned`; SAME entries that wait are taken over by this run.

        `LedgerError` where two keys claim one look-up id: nothing is entered then.
        """
        with self._store.writing() as writing:
            return sqlite_enter.enter(writing, account, run_id, intents)

    def trust(self, account: Account) -> Trust:
        """Return what the ledger's silence about a key of this account means."""
        with self._store.reading() as db:
            return sqlite_accounts.trust(db, account)

    def rebuilt(self, account: Account) -> None:
        """Trust the ledger's silence about this account from now on."""
        with self._store.writing() as writing:
            sqlite_accounts.rebuilt(writing, account)

    def restart(self, account: Account, run_id: str, entry_ids: Sequence[int]) -> int:
        """Move refused → planned under `run_id`; return how many moved."""
        with self._store.writing() as writing:
            return sqlite_enter.restart(writing, account, run_id, entry_ids)

    def claim(self, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim up to `limit` entries of the run for `lease` seconds, in order of entry.

        Free are those that are planned, due deferred, or claimed under a lease that ran out or
        by a process that is gone, unless another operation of their key is in flight.
        """
        with self._store.writing() as writing:
            return sqlite_send.claim(writing, run_id, owner, limit, lease)

    def claim_any(self, account: Account, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim up to `limit` entries of any run of the account, in order of entry."""
        with self._store.writing() as writing:
            return sqlite_send.claim_any(writing, account, owner, limit, lease)

    def due_in(self, account: Account) -> float | None:
        """Return in how many seconds something may be claimed; None where nothing waits."""
        with self._store.reading() as db:
            return sqlite_send.due_in(db, account, self._clock.now())

    def take_back(self, account: Account) -> int:
        """claimed, by nobody any more → planned; return how many."""
        with self._store.writing() as writing:
            return sqlite_send.take_back(writing, account)

    def take_look_ups(self, account: Account, limit: int) -> list[Entry]:
        """Return unknown entries that are to be looked up now, each to one caller at a time."""
        with self._store.writing() as writing:
            return sqlite_share.take_look_ups(writing, account, limit)

    def take_turn(self, account: Account, gap: float) -> float:
        """Take the next turn of the account's pace; return the seconds until it comes."""
        if gap <= 0:
            with self._store.reading() as db:
                return sqlite_share.paused(db, account, self._clock.now())
        with self._store.writing() as writing:
            return sqlite_share.take_turn(writing, account, gap)

    def pause(self, account: Account, seconds: float) -> None:
        """Let no turn of the account come before that many seconds have passed."""
        with self._store.writing() as writing:
            sqlite_share.pause(writing, account, seconds)

    def give_back(self, entries: Sequence[Entry]) -> list[bool]:
        """claimed(epoch) → planned: a clean stop before anything was sent."""
        with self._store.writing() as writing:
            return [sqlite_send.give_back(writing, entry) for entry in entries]

    def burn(self, burns: Sequence[Burn]) -> list[bool]:
        """claimed(epoch) → sending(epoch), on the disk on return; False = do not send."""
        with self._store.writing() as writing:
            return [sqlite_send.burn(writing, one) for one in burns]

    def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Record outcomes as `rules.rule_on` says; False = the entry moved on, nothing changed.

        A valid 201 is recorded whatever became of its entry meanwhile.
        """
        with self._store.writing() as writing:
            return [sqlite_settle.settle(writing, one) for one in settlements]

    def journal(self, entry_ids: Sequence[int]) -> list[Transition]:
        """Return what became of these entries, step by step, the oldest first."""
        with self._store.reading() as db:
            return sqlite_seen.transitions(db, entry_ids)

    def holders(self, account: Account, lookup_ids: Sequence[str]) -> dict[str, str]:
        """Return the key to which each of these look-up ids belongs, where it has one."""
        with self._store.reading() as db:
            return sqlite_seen.holders(db, account, lookup_ids)

    def remember(self, account: Account, run_id: str, found: Sequence[Found]) -> list[str]:
        """Insert orders that the API holds and the ledger does not; return the keys inserted."""
        with self._store.writing() as writing:
            return sqlite_seen.remember(writing, account, run_id, found)

    def recover(self, account: Account) -> int:
        """sending, whose lease ran out or whose process is gone here → unknown; return how many."""
        with self._store.writing() as writing:
            return sqlite_send.recover(writing, account)

    def save_run(self, record: RunRecord) -> None:
        """Insert or replace a run's record."""
        with self._store.writing() as writing:
            sqlite_history.save_run(writing.db, record)

    def load_run(self, run_id: str | None) -> RunRecord | None:
        """Return one run with its document, the newest where None."""
        with self._store.reading() as db:
            return sqlite_history.load_run(db, run_id)

    def list_runs(self) -> list[RunRecord]:
        """Return all runs, newest first, without documents."""
        with self._store.reading() as db:
            return sqlite_history.list_runs(db)

    def purge_runs(self, before: float) -> int:
        """Remove documents of runs that ended before that time; return how many.

        A run that never came to its end (its process was killed) counts from its start.
        """
        with self._store.writing() as writing:
            return sqlite_history.purge_runs(writing.db, before)

    def purge_payloads(self, before: float) -> int:
        """Remove the content of orders created or refused before that time; return how many."""
        with self._store.writing() as writing:
            return sqlite_seen.purge_payloads(writing.db, before)

    def save_catalogue(self, account: Account, document: bytes, fetched_at: float) -> None:
        """Keep what the account may order, for checks without a connection."""
        with self._store.writing() as writing:
            sqlite_history.save_catalogue(writing.db, account, document, fetched_at)

    def load_catalogue(self, environment: str) -> tuple[Account, bytes, float] | None:
        """Return the kept catalogue if exactly one account of the environment has one."""
        with self._store.reading() as db:
            return sqlite_history.load_catalogue(db, environment)

    def close(self) -> None:
        """Close the ledger; a second time does nothing."""
        self._store.close()
