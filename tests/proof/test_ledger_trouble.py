"""A ledger that is busy, locked, full, damaged, newer or gone: the command says so, and how on.

With the exit code and the message that a person sees; the server's record tells that nothing was
sent that the ledger could not remember.
"""

import contextlib
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loader.sandbox import Fault, Sandbox, SandboxSettings
from tests.proof.evidence import states_of
from tests.proof.warm import Desk, Ended, Running

HEAD = "Order ID,First name,Last name,Street,City,Country,Product ID\n"
ROW = "{0},Ada,Example {0},1 Sample Street,Sampleton,United States,{1}\n"
PRODUCT = "00000000-0000-4000-8000-000000000101"


@dataclass(frozen=True, slots=True)
class Place:
    """A person's machine beside a sandbox without a defence against duplicates."""

    desk: Desk
    sandbox: Sandbox
    folder: Path

    def file(self, name: str, count: int) -> Path:
        """Write an order file."""
        path = self.folder / f"{name}.csv"
        keys = [f"{name}-{number}" for number in range(1, count + 1)]
        path.write_text(HEAD + "".join(ROW.format(key, PRODUCT) for key in keys))
        return path

    def start(self, path: Path, **limits: int) -> Running:
        """Start `submit`."""
        return self.desk.start(
            "submit", str(path), "--yes", "--format", "json", "--timeout", "5",
            "--base-url", self.sandbox.base_url, **limits,
        )  # fmt: skip

    def submit(self, path: Path, **limits: int) -> Ended:
        """Run `submit`."""
        return self.start(path, **limits).end()

    def resume(self) -> Ended:
        """Run `resume`."""
        url = self.sandbox.base_url
        return self.desk.run("resume", "--no-report", "--format", "json", "--base-url", url)

    @property
    def creates(self) -> list[str]:
        """The key of every create that the server saw."""
        return [
            str(one["source_client_order_id"])
            for one in self.sandbox.truth()
            if one["operation"] == "create"
        ]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return a machine that has sent one order."""
    settings = SandboxSettings(unique_ids=False)
    with Sandbox(tmp_path / "sandbox", settings=settings) as sandbox:
        here = Place(Desk(tmp_path / "home"), sandbox, tmp_path)
        assert here.submit(here.file("first", 1)).code == 0
        yield here


def document(ended: Ended) -> dict[str, Any]:
    """Return the document of a command."""
    found = json.loads(ended.out)
    assert isinstance(found, dict)
    return found


def assert_refused(ended: Ended, code: int, name: str, *words: str) -> None:
    """Assert that a command could not go on, and that it said so with these words and a hint."""
    error = document(ended)["error"]
    assert (ended.code, error["code"]) == (code, name), ended
    assert all(word in error["message"] for word in words), error
    assert error["hint"]


def test_two_processes_on_one_ledger(place: Place) -> None:
    """The second one is told who sends (7) and sends nothing; both files are made once each."""
    slow = Fault(what="delay", when="after", operation="create", seconds=3)
    place.sandbox.add_faults([slow])
    one, other = place.file("one", 3), place.file("other", 2)
    first = place.start(one)
    until = time.monotonic() + 60
    while len(place.creates) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert_refused(place.submit(other), 7, "LEDGER-BUSY", str(first.worker.pid))
    assert first.end().code == 0
    assert place.submit(other).code == 0
    assert sorted(place.creates) == ["first-1", "one-1", "one-2", "one-3", "other-1", "other-2"]


def test_a_disk_that_fills_up(place: Place) -> None:
    """In the middle of a run (5 or 6) or before it (3): nothing is sent without its intent."""
    path = place.file("full", 12)
    size = place.desk.ledger.stat().st_size
    for room in (4_096, 32_768):
        ended = place.submit(path, largest=size + room)
        told = document(ended)
        if ended.code == 3:
            assert_refused(ended, 3, "LEDGER", "disk")
        else:
            assert ended.code in (5, 6), ended
            assert "disk" in told["stopped"]
        burnt = _attempts(place.desk.ledger)
        assert {one["request_id"] for one in place.sandbox.truth()
                if one["operation"] == "create"} <= burnt  # fmt: skip
    assert place.submit(path).code in (0, 6)
    place.resume()
    assert sorted(place.creates) == sorted({*place.creates}), "nothing twice"
    assert set(states_of(place.desk.ledger).values()) <= {"created", "unknown"}


def _attempts(ledger: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(ledger)) as db:
        return {row[0] for row in db.execute("SELECT attempt FROM attempt")}


def test_a_ledger_that_another_program_holds(place: Place) -> None:
    """A writer that does not let go: told as busy (7) after the patience, nothing sent."""
    posts = len(place.creates)
    with contextlib.closing(sqlite3.connect(place.desk.ledger, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        ended = place.submit(place.file("held", 1))
    assert_refused(ended, 7, "LEDGER-BUSY")
    assert len(place.creates) == posts


def _newer(ledger: Path) -> None:
    with contextlib.closing(sqlite3.connect(ledger)) as db:
        db.execute("PRAGMA user_version = 99")


def _corrupt(ledger: Path) -> None:
    content = bytearray(ledger.read_bytes())
    content[4096 : 3 * 4096] = b"\xa5" * (2 * 4096)
    ledger.write_bytes(content)


def _foreign(ledger: Path) -> None:
    ledger.write_bytes(b"Dear Sir or Madam, " * 1000)


def _older(ledger: Path) -> None:
    shutil.copy(ledger.with_name("kept"), ledger)


TROUBLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "newer": (_newer, "newer version"),
    "damaged": (_corrupt, "damaged"),
    "another file": (_foreign, "no ledger"),
    "empty": (lambda ledger: ledger.write_bytes(b""), "ledger"),
    "gone": (lambda ledger: ledger.unlink(), "missing"),
    "an older copy": (_older, "older copy"),
}


def test_a_ledger_that_cannot_be_trusted(place: Place) -> None:
    """It is named with what to do (3), it is left as it is, and nothing is sent with it."""
    ledger = place.desk.ledger
    shutil.copy(ledger, ledger.with_name("kept"))
    assert place.submit(place.file("second", 1)).code == 0
    whole, posts = ledger.read_bytes(), len(place.creates)
    for spoil, words in TROUBLES.values():
        spoil(ledger)
        spoilt = ledger.read_bytes() if ledger.exists() else None
        ended = place.submit(place.file("first", 1))
        assert_refused(ended, 3, "LEDGER", words)
        assert len(place.creates) == posts
        assert (ledger.read_bytes() if ledger.exists() else None) == spoilt
        ledger.write_bytes(whole)
    assert place.submit(place.file("second", 1)).code == 0
    assert len(place.creates) == posts
