"""Workers as processes of their own, on one ledger, against one sandbox; what must hold of them."""

import csv
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from loader import wiring
from loader.core.model import Account
from loader.ports import Entry, Ledger
from loader.sandbox import Sandbox
from tests.integration.cli.machine import PATIENCE, Ended, Machine
from tests.integration.submission.rehearsal import HEADERS, rows
from tests.postgres_server import server

TIMEOUT = 2.0  # seconds of one request


@dataclass(slots=True)
class Team:
    """A clinic with one ledger, and as many processes on it as a test starts."""

    machine: Machine
    sandbox: Sandbox
    ledger_url: str
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def where(self) -> list[str]:
        """The options that every process is given."""
        return ["--base-url", self.sandbox.base_url, "--ledger", self.ledger_url]

    def file(self, count: int, prefix: str = "R") -> Path:
        """Write a file of orders that may all be sent."""
        path = self.machine.folder / f"{prefix}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADERS, restval="")
            writer.writeheader()
            writer.writerows(rows(count, prefix))
        return path

    def worker(self, *more: str) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        return self._start("worker", *self.where, "--timeout", str(TIMEOUT), *more)

    def submit(self, path: Path, *more: str) -> "subprocess.Popen[bytes]":
        """Start a submit that nobody is asked about."""
        quiet = ("--yes", "--no-report", "--no-workbook", "--timeout", str(TIMEOUT))
        return self._start("submit", str(path), *self.where, *quiet, *more)

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        process = self.machine.start(*arguments)
        self.started.append(process)
        return process

    def run(self, *arguments: object) -> Ended:
        """Run a command to its end."""
        return self.machine.run(*arguments, *self.where)

    def kill_all(self) -> None:
        """Leave no process behind."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    # ------------------------------------------------------------- what is known
    def ledger(self) -> closing[Ledger]:
        """Open the ledger beside the processes."""
        return closing(wiring.open_ledger(self.ledger_url, wiring.SystemClock()))

    @property
    def account(self) -> Account:
        """Whose orders they are."""
        with self.ledger() as ledger:
            (account,) = {run.account for run in ledger.list_runs() if run.account}
        return account

    def entries(self) -> list[Entry]:
        """Return what the ledger knows of every order."""
        with self.ledger() as ledger:
            return ledger.find(self.account)

    def states(self) -> Counter[str]:
        """Return how many orders are in each state."""
        return Counter(entry.state.value for entry in self.entries())

    def creates(self) -> list[dict[str, Any]]:
        """Return every create that reached the sandbox, in order."""
        return [one for one in self.sandbox.truth() if one["operation"] == "create"]

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until something holds; fail where it never does."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.states(), self.said())
            time.sleep(0.05)

    def said(self) -> list[str]:
        """Return what processes that have ended said on standard error."""
        ended = [one for one in self.started if one.poll() is not None]
        return [one.stderr.read().decode()[-500:] for one in ended if one.stderr]


def stop(process: "subprocess.Popen[bytes]") -> Ended:
    """Press Ctrl-C once (as a service manager does) and wait for the end."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out.decode(), err.decode())


def once_each(team: Team, count: int) -> None:
    """Hold that each key was asked for once and made once, and that the ledger names that order."""
    posts = Counter(one["source_client_order_id"] for one in team.creates())
    assert len(posts) == count
    assert set(posts.values()) == {1}
    made = {one["source_client_order_id"]: one["committed_order_ids"] for one in team.creates()}
    entries = {entry.key: entry for entry in team.entries()}
    assert {key: [entry.order_id] for key, entry in entries.items()} == made
    assert {entry.state.value for entry in entries.values()} == {"created"}
    assert {entry.attempts for entry in entries.values()} == {1}


def new_ledger(kind: str, folder: Path) -> str:
    """Return the address of a ledger that does not exist yet."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'ledger.sqlite3'}"
    return server().new_database(f"t_{os.getpid()}_{uuid4().hex[:8]}")
