"""Ports: what the use cases need from the world, as Protocols. Adapters implement them.

Source (a file), Target (the API), Ledger (what was sent, durably), ReportFormat, Clock.
Each port has one conformance suite under `tests/contract/` that every adapter passes.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from loader.core.lifecycle import Operation, State, Verdict
from loader.core.model import Account, Catalogue, RawTable, ReadOptions, Run
from loader.core.privacy import Privacy


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> float:
        """Return Unix seconds (wall clock)."""
        ...

    def ticks(self) -> float:
        """Return seconds of a clock that never steps back and counts sleep."""
        ...


class Source(Protocol):
    """A kind of order file."""

    def open(self, path: Path, options: ReadOptions) -> RawTable:
        """Open `path`; raise `InputError` with a hint where it cannot be read as a whole.

        The slices are lazy: an `InputError` may also be raised while they are taken.
        """
        ...


# ------------------------------------------------------------------ target
@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one request came to.

    `http_status` is None where no status line arrived. `code` is the vendor's own code (OS0003,
    RESOURCE_NOT_FOUND), or ours for what happened on the way (CONNECT-REFUSED, DEADLINE …).
    `message` is printable, at most 500 characters, safe to show (the vendor's words, stripped of
    control characters). `details` are the vendor's field errors: (field or "", message).
    `order` is the parsed order of a DONE reply. `wait` is the number of seconds that the API
    asked everybody to wait. `stop` is True where the whole run must stop (403, OS0005, sign-in
    refused). `sent` is False only where no byte of the request can have left this machine.
    """

    verdict: Verdict
    http_status: int | None = None
    code: str = ""
    message: str = ""
    details: tuple[tuple[str, str], ...] = ()
    order: Mapping[str, Any] | None = None
    wait: float | None = None
    stop: bool = False
    sent: bool = True
    connect_failed: bool = False


class Sight(StrEnum):
    """What a look-up saw."""

    FOUND = "found"
    ABSENT = "absent"  # a documented 404 with the API's own error body
    UNCLEAR = "unclear"  # anything else: conclude nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """The answer of a look-up; `order` as the API returned it where FOUND."""

    sight: Sight
    order: Mapping[str, Any] | None = None
    reply: Reply | None = None  # why it is UNCLEAR


class Target(Protocol):
    """An API that takes orders. All calls share one pace and one sign-in."""

    async def account_id(self) -> str:
        """Sign in if needed and return the API's `client_id`; `SignInError` where refused."""
        ...

    async def catalogue(self) -> Catalogue:
        """Return all products, packs and standalone products; `StoppedEarly` where it cannot."""
        ...

    async def ready(self) -> float:
        """Wait for the account's pace and a valid token, before the intent to send is burnt.

        Returns 0.0 once the next `create` may leave at once, or, without waiting, the seconds of
        a pause that is longer than five minutes. `SignInError` where the sign-in is refused;
        raises for nothing else (a token that cannot be had now shows in the reply of `create`).
        """
        ...

    async def create(self, body: bytes, *, attempt: str, still_ours: Callable[[], bool]) -> Reply:
        """POST exactly these bytes once, under a total deadline; never raises for the network.

        `still_ours` is asked just before the first byte of the request leaves: False means do
        not send (the reply is then DEFERRED, `sent` False, code "BURN-STALE"). `attempt` goes
        along as the header X-Request-Id.
        """
        ...

    async def look_up(self, lookup_id: str) -> LookUp:
        """GET the order whose `client_custom_order_id` is `lookup_id`; never raises."""
        ...

    def orders(
        self, changed_since: float | None = None
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Walk every order that the API lists for the account, page by page.

        Asked for are those that changed at or after `changed_since` (Unix seconds), where it is
        given; an API may list others as well. An order may come twice where others arrive
        meanwhile. `StoppedEarly` where a page cannot be read, `SignInError` where the sign-in is
        refused.
        """
        ...

    async def order_count(self) -> int:
        """Return how many orders the API counts for the account; raises as `orders` does."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


# ------------------------------------------------------------------ ledger
@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a confirmed run wants to be sent for one key.

    `fingerprint` is "1:" + the SHA-256 (hex) of `body`. `person` and `contents` are keyed hashes
    for the near-duplicate check; they outlive the payload.
    """

    key: str
    operation: Operation
    lookup_id: str
    body: bytes
    fingerprint: str
    person: str = ""
    contents: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The ledger's row of a key and operation. Times are Unix seconds.

    `owner` names the process that holds it, or that sent it while its outcome is not known: a
    release asks whether that one is gone. `consumer_id` is the API's id of the person and
    `tracking` the parcel ("number", "carrier", "link", as far as known) once the API told them.
    """

    id: int
    account: Account
    key: str
    operation: Operation
    state: State
    epoch: int
    fingerprint: str
    lookup_id: str
    body: bytes | None
    run_id: str
    attempts: int
    look_first: bool
    not_before: float
    order_id: str | None
    order_name: str | None
    status: str | None
    error: Mapping[str, Any] | None
    entered_at: float
    updated_at: float
    person: str = ""
    contents: str = ""
    owner: str = ""
    consumer_id: str | None = None
    tracking: Mapping[str, str] | None = None

    @property
    def released(self) -> bool:
        """True where a person let it be sent again after an unknown outcome, and it was not yet."""
        waits = self.state in (State.PLANNED, State.CLAIMED, State.DEFERRED)
        return waits and self.look_first and self.attempts > 0


class Trust(StrEnum):
    """What it means that the ledger does not hold a key of an account."""

    KNOWN = "known"  # it was never sent: the ledger was compared with the API, and kept since
    LOOK_FIRST = "look-first"  # another ledger may have sent it: ask the API before the first POST
    REBUILD = "rebuild"  # a ledger was lost or is an older copy: nothing is claimed until rebuilt


class EnterResult(StrEnum):
    """What became of an intent."""

    ENTERED = "entered"  # planned now (new, or it replaced other content that was never made)
    SAME = "same"  # the same content was there already: see the entry's state
    BUSY = "busy"  # other content, and the old one is claimed, sending or unknown
    DIFFERENT = "different"  # other content, and the old one is created or in conflict


@dataclass(frozen=True, slots=True)
class Entered:
    """An intent's key, what became of it, and the entry as it now stands."""

    key: str
    result: EnterResult
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """The intent to send: claimed(epoch) → sending(epoch). `attempt` is unique per request."""

    entry_id: int
    epoch: int
    fingerprint: str
    attempt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """An outcome, to be recorded by compare-and-set on the epoch.

    `since` are the states that it may come from. `attempt` names the request whose reply is the
    evidence ("" where a look-up or a person is). `evidence` is a short printable sentence.
    UNKNOWN → PLANNED is a release by a person: the entry is then looked up before it is sent.
    """

    entry_id: int
    epoch: int
    fingerprint: str
    since: frozenset[State]
    state: State
    attempt: str = ""
    evidence: str = ""
    order_id: str | None = None
    order_name: str | None = None
    status: str | None = None
    error: Mapping[str, Any] | None = None
    not_before: float = 0.0
    consumer_id: str | None = None
    tracking: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An order that the API holds under a key that the ledger does not know.

    `body` is the order as the API returned it, as canonical JSON, and `fingerprint` is
    `payload.seen_fingerprint` of it: nobody knows the bytes that were sent. `state` is CREATED,
    or CONFLICT where the API holds several orders under the key.
    """

    key: str
    lookup_id: str
    body: bytes
    fingerprint: str
    order_id: str
    order_name: str | None
    status: str | None
    state: State = State.CREATED
    error: Mapping[str, Any] | None = None
    evidence: str = ""
    person: str = ""
    contents: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A step of an entry as the journal keeps it; `was` is None where the entry came in."""

    entry_id: int
    at: float
    was: State | None
    became: State
    epoch: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run in the history. `document` is the whole run (personal data inside), None in lists."""

    run_id: str
    command: str
    account: Account | None
    env: str
    started_at: float
    ended_at: float
    exit_code: int | None  # None while it has not ended
    document: bytes | None = None


class Ledger(Protocol):
    """What was meant, sent and concluded, durably. Every call is one transaction, synced to disk.

    Sequences are answered in their order; many waiting callers may therefore share one commit.
    """

    @property
    def identity(self) -> str:
        """A stable random id of this ledger."""
        ...

    @property
    def secret(self) -> bytes:
        """The key of the keyed hashes; never leaves this ledger."""
        ...

    def lock(self, account: Account) -> AbstractContextManager[None]:
        """Hold the account for one sending run; `LedgerBusy` where another process holds it."""
        ...

    def find(self, account: Account, keys: Sequence[str] | None = None) -> list[Entry]:
        """Return the entries of these keys (all keys where None), in no order."""
        ...

    def of_run(self, run_id: str) -> list[Entry]:
        """Return the entries that this run entered or took over."""
        ...

    def recent(self, account: Account, since: float) -> list[Entry]:
        """Return the entries entered at or after `since`, without bodies."""
        ...

    def keys(self, account: Account) -> list[str]:
        """Return every key of the account, each once, in no order: far cheaper than the entries."""
        ...

    def enter(self, account: Account, run_id: str, intents: Sequence[Intent]) -> list[Entered]:
        """Insert what is absent, as `planned`; SAME entries that wait are taken over by this run.

        Until the account is `rebuilt`, new ones are marked `look_first`: each key is looked up
        before its first POST, in every file.
        """
        ...

    def trust(self, account: Account) -> Trust:
        """Return what the ledger's silence about a key of this account means."""
        ...

    def rebuilt(self, account: Account) -> None:
        """Record that every order the API holds for the account is known here: KNOWN from now.

        Only after a listing that was complete (`reconcile --all`).
        """
        ...

    def restart(self, account: Account, run_id: str, entry_ids: Sequence[int]) -> int:
        """Refused → planned under `run_id` (resume --refused); return how many moved."""
        ...

    def claim(self, run_id: str, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim up to `limit` entries of the run, in order of entry; epoch + 1 each.

        Taken are those that are planned, due deferred, or claimed under a lease that ran out or
        by a process that is gone. `LedgerError` where the account must be rebuilt first.
        """
        ...

    def claim_any(self, account: Account, owner: str, limit: int, lease: float) -> list[Entry]:
        """Claim as `claim` does, but of any run of the account: for workers.

        What a person released is left to the run that resumes it.
        """
        ...

    def due_in(self, account: Account) -> float | None:
        """Return in how many seconds `claim_any` may find something; None where nothing waits."""
        ...

    def take_back(self, account: Account) -> int:
        """Plan again what is claimed by nobody any more; return how many.

        That is: the lease ran out, or the process is no more, on this host.
        """
        ...

    def take_look_ups(self, account: Account, limit: int) -> list[Entry]:
        """Return unknown entries that are to be looked up now, each to one caller at a time.

        An entry comes back later, after ever longer pauses, as long as it stays unknown.
        """
        ...

    def take_turn(self, account: Account, gap: float) -> float:
        """Take the next turn of the account's pace, turns being `gap` seconds apart.

        Returns the seconds until it comes, 0.0 or less for now. All that send for the account
        through this ledger share the turns and the pauses.
        """
        ...

    def pause(self, account: Account, seconds: float) -> None:
        """Let no turn of the account come before that many seconds have passed."""
        ...

    def give_back(self, entries: Sequence[Entry]) -> list[bool]:
        """claimed(epoch) → planned: a clean stop before anything was sent."""
        ...

    def burn(self, burns: Sequence[Burn]) -> list[bool]:
        """claimed(epoch) → sending(epoch), attempts + 1; False = somebody else owns it."""
        ...

    def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Record outcomes by compare-and-set; False = not changed (epoch or state moved on)."""
        ...

    def journal(self, entry_ids: Sequence[int]) -> list[Transition]:
        """Return what became of these entries, step by step, the oldest first."""
        ...

    def holders(self, account: Account, lookup_ids: Sequence[str]) -> dict[str, str]:
        """Return the key to which each of these look-up ids belongs, where it has one."""
        ...

    def remember(self, account: Account, run_id: str, found: Sequence[Found]) -> list[str]:
        """Insert orders that the API holds, as `created` or `conflict`; nothing of them is sent.

        Keys that the ledger holds already are left as they are. Returns the keys inserted. A
        look-up id that belongs to another key is replaced by the order's id.
        """
        ...

    def recover(self, account: Account) -> int:
        """Turn sending entries whose sender is gone into unknown ones; return how many.

        Gone: the lease ran out, or the process is no more, on this host.
        """
        ...

    def save_run(self, record: RunRecord) -> None:
        """Insert or replace a run's record."""
        ...

    def load_run(self, run_id: str | None) -> RunRecord | None:
        """Return one run with its document, the newest where None."""
        ...

    def list_runs(self) -> list[RunRecord]:
        """Return all runs, newest first, without documents."""
        ...

    def purge_runs(self, before: float) -> int:
        """Remove documents of runs that ended before that time; return how many."""
        ...

    def purge_payloads(self, before: float) -> int:
        """Remove the content of orders that are done (created, refused) since before that time.

        Products, counts and keyed hashes stay; return how many lost their content. A refused
        order without content cannot be sent again.
        """
        ...

    def save_catalogue(self, account: Account, document: bytes, fetched_at: float) -> None:
        """Keep what the account may order, for checks without a connection."""
        ...

    def load_catalogue(self, environment: str) -> tuple[Account, bytes, float] | None:
        """Return the kept catalogue if exactly one account of the environment has one."""
        ...

    def close(self) -> None:
        """Close the ledger."""
        ...


class ReportFormat(Protocol):
    """A way to show a run."""

    @property
    def suffix(self) -> str:
        """The ending of its files, such as .html."""
        ...

    def render(self, run: Run, privacy: Privacy) -> bytes:
        """Return the whole file."""
        ...
