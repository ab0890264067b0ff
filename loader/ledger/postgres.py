"""The ledger on a PostgreSQL server, for several machines that send for one account.

What decides is shared with the SQLite ledger (`rules`, `entering`, `settling`, `steps`), and so
is the meaning of each table (see `sqlite`). What differs:

- Claims pass over entries that another claim has locked; everything else locks entries in the
  order of their ids. Whoever enters for an account does so one after the other.
- Time is the server's: leases, due times, turns. A due time is translated to the caller's clock
  and back, so that a clock that is hours wrong neither hurries nor delays an order.
- A commit whose answer was lost is looked up (see `postgres_store`).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from loader.core.model import Account
from loader.ledger import (
    postgres_enter,
    postgres_history,
    postgres_send,
    postgres_settle,
    postgres_share,
)
from loader.ledger.postgres_lock import held
from loader.ledger.postgres_steps import to_entry
from loader.ledger.postgres_store import Row, Store
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

_WHOLE = "SELECT entry.*, payload.body FROM entry LEFT JOIN payload ON payload.entry_id = entry.id"
_OF_ACCOUNT = "entry.environment = %s AND entry.account = %s"


class PostgresLedger:
    """The port `Ledger` on the server at `url`, its tables made in `schema` where there are none.

    May be used by several threads. `patience` is how long (seconds) a call waits for a lock, or
    for a server that is away to come back. Every call raises `LedgerBusy` or `LedgerError` where
    the server cannot be used, in words that never hold a password.
    """

    def __init__(
        self, url: str, clock: Clock, *, schema: str = "order_loader", patience: float = 20.0
    ) -> None:
        self._url, self._schema = url, schema
        self._store = Store(url, schema, clock, patience)

    @property
    def identity(self) -> str:
        """A stable random id of this ledger."""
        return self._store.identity

    @property
    def secret(self) -> bytes:
        """The key of the keyed hashes (32 bytes, made with the ledger)."""
        return self._store.secret

    def lock(self, account: Account) -> AbstractContextManager[None]:
        """Hold the account for one sending run; `LedgerBusy` names the process that holds it."""
        return held(self._url, self._schema, self.identity, account)

    # -------------------------------------------------------------- entries
    def find(self, account: Account, keys: Sequence[str] | None = None) -> list[Entry]:
        """Return the entries of these keys (all keys where None), in no order."""
        query = f"{_WHOLE} WHERE {_OF_ACCOUNT} AND current"
        if keys is None:
            return self._entries(query, account.environment, account.account)
        query += " AND key = ANY(%s)"
        return self._entries(query, account.environment, account.account, list(keys))

    def of_run(self, run_id: str) -> list[Entry]:
        """Return the entries that this run entered or took over, in order of entry."""
        return self._entries(f"{_WHOLE} WHERE run_id = %s ORDER BY id", run_id)

    def recent(self, account: Account, since: float) -> list[Entry]:
        """Return the entries entered at or after `since`, without bodies."""
        query = f"SELECT * FROM entry WHERE {_OF_ACCOUNT} AND entered_at >= %s"  # noqa: S608 - our own words
        return self._entries(query, account.environment, account.account, since)

    def keys(self, account: Account) -> list[str]:
        """Return every key of the account, each once, in no order."""
        query = f"SELECT DISTINCT key FROM entry WHERE {_OF_ACCOUNT}"  # noqa: S608 - our own words
        rows: list[Row] = self._store.fetch(query, (account.environment, account.account))
        return [row["key"] for row in rows]

    def _entries(self, query: str, *parameters: object) -> list[Entry]:
        rows: list[Row] = self._store.fetch(query, parameters)
        return [to_entry(row, self._store.ahead) for row in rows]

    def enter(self, account: Account, run_id: str, intents: Sequence[Intent]) -> list[Entered]:
        """Insert what is absent, as `planned`; SAME entries that wait are taken over by this run.

        `LedgerError` where two keys claim one look-up id: nothing is entered then.
        """
        return self._store.write(lambda w: postgres_enter.enter(w, account, run_id, intents))

    def restart(self, account: Account, run_id: str, entry_ids: Sequence[int]) -> int:
        """Move refused → planned under `run_id`; return how many moved."""
        return self._store.write(lambda w: postgres_enter.restart(w, account, run_id, entry_ids))

    def trust(self, account: Account) -> Trust:
        """Return what the ledger's silence about a key of this account means."""
        (row,) = self._store.fetch(postgres_enter.TRUST, (account.environment, account.account))
        return Trust(row["trust"])

    def rebuilt(self, account: Account) -> None:
        """Trust the ledger's silence about this account from now on."""
        self._store.write(lambda w: postgres_enter.rebuilt(w, account))

    def remember(self, account: Account, run_id: str, found: Sequence[Found]) -> list[str]:
        """Insert orders that the API holds and the ledger does not; return the keys inserted."""
        return self._store.write(lambda w: postgres_enter.remember(w, account, run_id, found))

    def holders(self, account: Account, lookup_ids: Sequence[str]) -> dict[str, str]:
        """Return the key to which each of these look-up ids belongs, where it has one."""
        asked = (account.environment, account.account, list(lookup_ids))
        rows = self._store.fetch(postgres_enter.HOLDERS, asked)
        return {row["lookup_id"]: row["key"] for row in rows}

    # -------------------------------------------------------------- sending
    def claim(self, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim up to `limit` entries of the run for `lease` seconds, in order of entry."""
        return self._store.write(lambda w: postgres_send.claim(w, run_id, owner, limit, lease))

    def claim_any(self, account: Account, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim up to `limit` entries of any run of the account, in order of entry."""
        return self._store.write(lambda w: postgres_send.claim_any(w, account, owner, limit, lease))

    def due_in(self, account: Account) -> float | None:
        """Return in how many seconds something may be claimed; None where nothing waits."""
        return postgres_share.due_in(self._store, account)

    def give_back(self, entries: Sequence[Entry]) -> list[bool]:
        """claimed(epoch) → planned: a clean stop before anything was sent."""
        return self._store.write(lambda w: postgres_send.give_back(w, entries))

    def burn(self, burns: Sequence[Burn]) -> list[bool]:
        """claimed(epoch) → sending(epoch), on the server's disk on return; False = do not send."""
        return self._store.write(lambda w: postgres_send.burn(w, burns))

    def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Record outcomes as `rules.rule_on` says; False = the entry moved on, nothing changed."""
        return self._store.write(lambda w: postgres_settle.settle(w, settlements))

    def recover(self, account: Account) -> int:
        """sending, whose lease ran out or whose process is gone here → unknown; return how many."""
        return self._store.write(lambda w: postgres_send.recover(w, account))

    def take_back(self, account: Account) -> int:
        """claimed, by nobody any more → planned; return how many."""
        return self._store.write(lambda w: postgres_send.take_back(w, account))

    def take_look_ups(self, account: Account, limit: int) -> list[Entry]:
        """Return unknown entries that are to be looked up now, each to one caller at a time."""
        return self._store.write(lambda w: postgres_share.take_look_ups(w, account, limit))

    def take_turn(self, account: Account, gap: float) -> float:
        """Take the next turn of the account's pace; return the seconds until it comes."""
        if gap <= 0:
            return postgres_share.paused(self._store, account)
        return self._store.write(lambda w: postgres_share.take_turn(w, account, gap))

    def pause(self, account: Account, seconds: float) -> None:
        """Let no turn of the account come before that many seconds have passed."""
        self._store.write(lambda w: postgres_share.pause(w, account, seconds))

    # -------------------------------------------------------------- history
    def journal(self, entry_ids: Sequence[int]) -> list[Transition]:
        """Return what became of these entries, step by step, the oldest first."""
        return postgres_history.transitions(self._store, entry_ids)

    def save_run(self, record: RunRecord) -> None:
        """Insert or replace a run's record."""
        self._store.write(lambda w: postgres_history.save_run(w, record))

    def load_run(self, run_id: str | None) -> RunRecord | None:
        """Return one run with its document, the newest where None."""
        return postgres_history.load_run(self._store, run_id)

    def list_runs(self) -> list[RunRecord]:
        """Return all runs, newest first, without documents."""
        return postgres_history.list_runs(self._store)

    def purge_runs(self, before: float) -> int:
        """Remove documents of runs that ended before that time; return how many."""
        return self._store.write(lambda w: postgres_history.purge_runs(w, before))

    def purge_payloads(self, before: float) -> int:
        """Remove the content of orders created or refused before that time; return how many."""
        return self._store.write(lambda w: postgres_history.purge_payloads(w, before))

    def save_catalogue(self, account: Account, document: bytes, fetched_at: float) -> None:
        """Keep what the account may order, for checks without a connection."""
        self._store.write(
            lambda w: postgres_history.save_catalogue(w, account, document, fetched_at)
        )

    def load_catalogue(self, environment: str) -> tuple[Account, bytes, float] | None:
        """Return the kept catalogue if exactly one account of the environment has one."""
        return postgres_history.load_catalogue(self._store, environment)

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        self._store.close()
