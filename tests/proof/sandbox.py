"""A sandbox with a watcher on the server's side: it reads the client's ledger as requests arrive.

So that the loader's own words are not needed for "the intent was durable before the first byte",
and so that a process can be killed at a moment that only the server knows.
"""

import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path

from loader.sandbox import Sandbox, SandboxSettings
from loader.sandbox.truth import Seen
from tests.proof.evidence import Sighting, sighted
from tests.proof.failpoints import ARRIVED, WORKED, Stop


@dataclass(slots=True)
class Watch:
    """What to do as creates come: look into a ledger, and end a process at a moment."""

    ledger: Path | None = None
    stop: Stop | None = None
    pid: int | None = None
    sightings: list[Sighting] = field(default_factory=list)
    _passed: dict[str, int] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, ledger: Path, stop: Stop | None, pid: int | None) -> None:
        """Watch this ledger from now on, and this process."""
        with self._turn:
            self.ledger, self.stop, self.pid, self._passed = ledger, stop, pid, {}

    def arrived(self, seen: Seen) -> None:
        """See a create that has just been recorded by the server, before anything is done."""
        if self.ledger is not None:
            self.sightings.append(sighted(self.ledger, seen.sequence, seen.request_id))
        self._pass(ARRIVED)

    def worked(self) -> None:
        """See a create whose reply is about to leave, or to be kept back."""
        self._pass(WORKED)

    def _pass(self, point: str) -> None:
        with self._turn:
            self._passed[point] = self._passed.get(point, 0) + 1
            stop, pid = self.stop, self.pid
            if stop and pid and stop.point == point and self._passed[point] == stop.nth:
                os.kill(pid, signal.SIGKILL)
                self.pid = None


class WatchedSandbox(Sandbox):
    """A vendor without a defence against duplicates, and a watcher beside it."""

    def __init__(self, folder: Path, settings: SandboxSettings | None = None) -> None:
        """Serve from `folder`; every second request for a key makes a second order."""
        super().__init__(folder, settings=settings or SandboxSettings(unique_ids=False))
        self.file = folder / "sandbox.sqlite3"
        self.watch = Watch()

    def _assemble(self) -> None:
        super()._assemble()
        begin, settle = self._truth.begin, self._truth.settle

        def begun(seen: Seen) -> None:
            begin(seen)
            if seen.operation == "create":
                self.watch.arrived(seen)

        def settled(seen: Seen, status: int | None) -> None:
            settle(seen, status)
            if seen.operation == "create":
                self.watch.worked()

        self._truth.begin = begun  # type: ignore[method-assign]  # the watcher listens in
        self._truth.settle = settled  # type: ignore[method-assign]  # the same

    def clear(self) -> None:
        """Forget orders, requests and faults, and what was watched; who is signed in stays so."""
        self.clear_faults()
        with self._state.transaction() as db:
            for table in ("orders", "fulfillments", "truth"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608  # three names of our own
        self.watch = Watch()

    @property
    def sequence(self) -> int:
        """The number of the last request that was recorded."""
        last: int | None = self._state.rows("SELECT max(sequence) FROM truth")[0][0]
        return last or 0
