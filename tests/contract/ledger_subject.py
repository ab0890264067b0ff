"""What the ledger suite needs of an adapter, a clock that stands still, and ways to a state."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path

import psycopg

from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.ledger.owner import current_owner
from loader.ledger.postgres import PostgresLedger
from loader.ledger.sqlite import SqliteLedger
from loader.ports import Burn, Clock, Entry, Intent, Ledger, Settlement
from tests.postgres_server import server

# An adapter joins the suite with one line: how to open the ledger that belongs to a folder.
OPENERS: dict[str, Callable[[Path, Clock], Ledger]] = {
    "sqlite": lambda place, clock: SqliteLedger(place / "ledger.sqlite", clock),
    "postgresql": lambda place, clock: on_server(place, clock),
}

ACCOUNT = Account("stage", "acc-1")
OTHER_ACCOUNT = Account("stage", "acc-2")
LEASE = 60.0  # seconds
ROOT = Path(__file__).parents[2]
# Thousands of commits: on a disk in memory, where there is one, a sync costs nothing. What a
# sync is worth cannot be tested without cutting the power.
_SHM = Path("/dev/shm")  # noqa: S108 - each test makes a private folder in it
MEMORY_DISK = _SHM if _SHM.is_dir() else None
_attempts = count()


class SystemClock:
    """The real time, for processes of their own."""

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time()

    def ticks(self) -> float:
        """Return seconds that never step back."""
        return time.monotonic()


# A server's clock that is held: what the ledger's own function would say is asked elsewhere.
_HOLD = """
CREATE TABLE held_clock (at double precision NOT NULL);
INSERT INTO held_clock VALUES (0);
CREATE OR REPLACE FUNCTION ledger_now() RETURNS double precision LANGUAGE sql VOLATILE
  AS 'SELECT at FROM held_clock';
"""
SERVER = "TEST_POSTGRESQL_SERVER"  # the server's address, for processes of a test's own


def on_server(place: Path, clock: Clock) -> PostgresLedger:
    """Open the ledger of a folder: a schema of its own, whose clock is the test's where held."""
    url = os.environ.get(SERVER) or server().url
    os.environ[SERVER] = url
    schema = f"t_{sha256(str(place).encode()).hexdigest()[:16]}"
    ledger = PostgresLedger(url, clock, schema=schema)
    if isinstance(clock, HeldClock) and not clock.followers:
        db = psycopg.connect(url, autocommit=True, options=f"-c search_path={schema}")
        db.execute(_HOLD)
        clock.followers.append(lambda at: db.execute("UPDATE held_clock SET at = %s", (at,)))
        clock.ends.append(db.close)
        clock.advance(0.0)
    return ledger


class HeldClock:
    """A clock that moves only when it is told to; it begins now, as that of other processes."""

    def __init__(self) -> None:
        self._at = float(int(time.time()))
        self.followers: list[Callable[[float], object]] = []
        self.ends: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return Unix seconds."""
        return self._at

    def ticks(self) -> float:
        """Return the same, as seconds that never step back."""
        return self._at

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._at += seconds
        for follow in self.followers:
            follow(self._at)


@dataclass(slots=True)
class Subject:
    """An adapter under test: its ledger in a folder of the test, opened as often as wanted."""

    adapter: str
    place: Path
    clock: HeldClock = field(default_factory=HeldClock)
    opened: list[Ledger] = field(default_factory=list)

    def open(self) -> Ledger:
        """Open the ledger (again)."""
        ledger = OPENERS[self.adapter](self.place, self.clock)
        self.opened.append(ledger)
        return ledger

    def close(self) -> None:
        """Close all that was opened."""
        for ledger in self.opened:
            ledger.close()
        for end in self.clock.ends:
            end()


class Child:
    """Another process on the same ledger; killed at the latest when the test ends."""

    def __init__(self, subject: Subject, what: str) -> None:
        command = [sys.executable, "-m", "tests.contract.ledger_child"]
        self.process = subprocess.Popen(
            [*command, subject.adapter, str(subject.place), what],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.process.communicate()

    def line(self) -> str:
        """Return the next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Kill it (signal 9) and wait until it is gone."""
        self.process.kill()
        self.process.wait()


def intent(
    key: str, content: str = "one", *, operation: Operation = Operation.CREATE, lookup: str = ""
) -> Intent:
    """Return an intent whose body follows from key, operation and content."""
    body = f"{key} {operation} {content}".encode()
    return Intent(
        key=key,
        operation=operation,
        lookup_id=lookup or f"lookup {key}",
        body=body,
        fingerprint=f"1:{sha256(body).hexdigest()}",
        person=f"person of {key}",
        contents=f"contents {content}",
    )


def entry_of(ledger: Ledger, key: str, operation: Operation = Operation.CREATE) -> Entry:
    """Return the one entry of a key and operation."""
    (entry,) = [e for e in ledger.find(ACCOUNT, [key]) if e.operation is operation]
    return entry


def enter(ledger: Ledger, key: str, content: str = "one", *, run: str = "run_1") -> Entry:
    """Enter a create and return its entry."""
    (entered,) = ledger.enter(ACCOUNT, run, [intent(key, content)])
    return entered.entry


def claim_one(ledger: Ledger, entry: Entry) -> Entry:
    """Claim this entry for this process; nothing else of its run may be free."""
    (claimed,) = ledger.claim(entry.run_id, current_owner(), 10, LEASE)
    assert claimed.id == entry.id
    return claimed


def burn_one(ledger: Ledger, claimed: Entry) -> str:
    """Burn a claimed entry; return the attempt's id."""
    attempt = f"att_{next(_attempts)}"
    assert ledger.burn([burn_of(claimed, attempt)]) == [True]
    return attempt


def burn_of(entry: Entry, attempt: str) -> Burn:
    """Return the burn of a claimed entry."""
    return Burn(
        entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, attempt=attempt
    )


def outcome(entry: Entry, to: State, *, attempt: str = "", order: str | None = None) -> Settlement:
    """Return an outcome of `entry` as it stands, from just its own state."""
    return Settlement(
        entry_id=entry.id,
        epoch=entry.epoch,
        fingerprint=entry.fingerprint,
        since=frozenset({entry.state}),
        state=to,
        attempt=attempt,
        evidence="seen in a test",
        order_id=order or (f"order of {entry.key}" if to is State.CREATED else None),
    )


def settle(ledger: Ledger, entry: Entry, to: State, *, attempt: str = "") -> None:
    """Record an outcome that must stand."""
    assert ledger.settle([outcome(entry, to, attempt=attempt)]) == [True]


def send(ledger: Ledger, key: str) -> tuple[Entry, str]:
    """Claim and burn what waits under `key`; return the entry (sending) and its attempt."""
    claimed = claim_one(ledger, entry_of(ledger, key))
    attempt = burn_one(ledger, claimed)
    return entry_of(ledger, key), attempt


def bring_to(ledger: Ledger, entry: Entry, state: State) -> Entry:
    """Take a planned entry to `state` along the arrows; return it as it stands."""
    key, operation = entry.key, entry.operation
    if state is State.PLANNED:
        return entry
    claimed = claim_one(ledger, entry)
    if state is not State.CLAIMED:
        attempt = burn_one(ledger, claimed)
        sending = entry_of(ledger, key, operation)
        if state is not State.SENDING:
            settle(ledger, sending, state, attempt=attempt)
    return entry_of(ledger, key, operation)
