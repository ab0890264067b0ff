"""The checker can fail: each invariant's violation, planted into copies of ledger and truth."""

import asyncio
import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from loader.sandbox import Fault
from tests.proof.evidence import Evidence, ledger_part, server_part
from tests.proof.failpoints import Stop
from tests.proof.invariants import INVARIANTS, lost, violations
from tests.proof.outcomes import OUTCOMES
from tests.proof.player import lanes
from tests.proof.schedule import Move, Schedule

KEYS = ("0-1", "0-2", "0-3", "0-4")
MADE, REFUSED, UNKNOWN, SECOND = KEYS


@dataclass(frozen=True, slots=True)
class Story:
    """A schedule that was played to its end without a fault of the loader's, and its files."""

    ledger: Path
    server: Path
    evidence: Evidence

    def copy(self, folder: Path) -> "Story":
        """Return a copy to plant a violation into."""
        ledger = Path(shutil.copy(self.ledger, folder / "ledger"))
        server = Path(shutil.copy(self.server, folder / "server"))
        return Story(ledger, server, self.evidence)

    def read(self) -> Evidence:
        """Return the evidence as the two files tell it now."""
        return replace(self.evidence, **ledger_part(self.ledger), **server_part(self.server))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Return a story in which orders are made, refused, unknown, and a process is killed."""
    folder = tmp_path_factory.mktemp("story")
    faults: list[Fault] = [
        *OUTCOMES["422 before"](REFUSED), *OUTCOMES["reset before"](UNKNOWN),
    ]  # fmt: skip
    schedule = Schedule(
        seed=0,
        keys=KEYS,
        faults=faults,
        moves=[Move("submit", stop=Stop("after settle", 3))],
        released=False,
    )
    files: list[Story] = []

    async def work() -> None:
        with contextlib.ExitStack() as stack:
            (lane,) = await lanes(folder, 1, stack)
            lane.keep = True
            played = await lane.play(schedule)
            assert (played.wrong, played.killed) == ([], ["after settle"])
            server = folder / "server"
            with (
                sqlite3.connect(lane.server.sandbox.file) as source,
                sqlite3.connect(server) as target,
            ):
                source.backup(target)
            files.append(Story(lane.place / "ledger.sqlite3", server, played.evidence))

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    return files[0]


def test_nothing_is_wrong_with_the_story(story: Story, tmp_path: Path) -> None:
    """As it was played, the story breaks no invariant: what is found below was planted."""
    evidence = story.copy(tmp_path).read()
    assert violations(evidence) == []
    assert lost(evidence, released=False) == []
    assert lost(evidence, released=True) != []
    states = {row.key: row.state for row in evidence.entries}
    assert states == {MADE: "created", REFUSED: "refused", UNKNOWN: "unknown", SECOND: "created"}
    assert len(evidence.sightings) == len(evidence.creates)
    assert evidence.quiet


_SECOND_ORDER = """
INSERT INTO orders (id, source_client_order_id, client_custom_order_id, twin, status, visible_at,
  created_at, updated_at, document)
SELECT 'second', source_client_order_id, client_custom_order_id, 1, status, 0, created_at,
  updated_at, document FROM orders WHERE source_client_order_id = :made
"""


def _step(key: str, was: str, became: str, evidence: str = "") -> str:
    return (
        "INSERT INTO journal (at, entry_id, was, became, epoch, attempt, owner, evidence) SELECT"  # noqa: S608  # our own words
        f" 0, id, '{was}', '{became}', epoch, '', '', '{evidence}' FROM entry WHERE key = '{key}'"
    )


def _state(key: str, state: str) -> str:
    return f"UPDATE entry SET state = '{state}' WHERE key = '{key}'"  # noqa: S608  # our own words


_NAMES = {"made": MADE, "refused": REFUSED, "unknown": UNKNOWN, "second": SECOND}


_BY = "Released by ada on 2026-11-20 12:00"
# What is planted, into which file, and the invariant that it breaks.
PLANTED: dict[str, tuple[str, str, str]] = {
    "a second order": ("I1", "server", _SECOND_ORDER),
    "an order that was made by a second request": (
        "I1", "server",
        "INSERT INTO truth (received_at, operation, source_client_order_id, body_sha256,"
        " request_id, committed_order_ids) VALUES (0, 'create', :made, '', 'x', '[\"y\"]')",
    ),
    "created with another id": (
        "I2", "ledger", "UPDATE entry SET order_id = 'other' WHERE key = :made"),
    "created without an order": (
        "I2", "server", "DELETE FROM orders WHERE source_client_order_id = :made"),
    "created, and two on the server": ("I2", "server", _SECOND_ORDER),
    "planned, although it was made": ("I3", "ledger", _state(MADE, "planned")),
    "refused, although it was made": ("I3", "ledger", _state(MADE, "refused")),
    "deferred, although it was made": ("I3", "ledger", _state(MADE, "deferred")),
    "no intent": (
        "I4", "ledger",
        "DELETE FROM attempt WHERE entry_id = (SELECT id FROM entry WHERE key = :made)"),
    "the intent of another order": (
        "I4", "ledger",
        "UPDATE attempt SET entry_id = (SELECT id FROM entry WHERE key = :second), epoch = 77"
        " WHERE entry_id = (SELECT id FROM entry WHERE key = :made)"),
    "another body than was meant": (
        "I5", "server",
        "UPDATE truth SET body_sha256 = 'x' WHERE source_client_order_id = :made"),
    "another fingerprint than was sent": (
        "I5", "ledger",
        "UPDATE attempt SET fingerprint = '1:x'"
        " WHERE entry_id = (SELECT id FROM entry WHERE key = :made)"),
    "two requests of one attempt": (
        "I6", "server",
        "INSERT INTO truth (received_at, operation, source_client_order_id, body_sha256,"
        " request_id)"
        " SELECT received_at, operation, source_client_order_id, body_sha256, request_id FROM truth"
        " WHERE operation = 'create' AND source_client_order_id = :made"),
    "an epoch that went back": (
        "I7", "ledger",
        "UPDATE journal SET epoch = 0 WHERE became = 'created'"
        " AND entry_id = (SELECT id FROM entry WHERE key = :made)"),
    "an entry behind its journal": (
        "I7", "ledger", "UPDATE entry SET epoch = 0 WHERE key = :made"),
    "two claims under one epoch": ("I7", "ledger", _step(MADE, "planned", "claimed")),
    "created, then planned": ("I8", "ledger", _step(MADE, "created", "planned")),
    "created, then a conflict without a second order": (
        "I8", "ledger", _step(MADE, "created", "conflict")),
    "the content of a created order replaced": (
        "I8", "ledger",
        "INSERT INTO replaced (entry_id, at, state, fingerprint, lookup_id, run_id) VALUES"
        " ((SELECT id FROM entry WHERE key = :made), 0, 'created', '', '', '')"),
    "the content of an unknown order replaced": (
        "I8", "ledger",
        "INSERT INTO replaced (entry_id, at, state, fingerprint, lookup_id, run_id) VALUES"
        " ((SELECT id FROM entry WHERE key = :unknown), 0, 'unknown', '', '', '')"),
    "unknown, then planned by nobody": ("I10", "ledger", _step(UNKNOWN, "unknown", "planned")),
    "unknown, then planned without a reason": (
        "I10", "ledger", _step(UNKNOWN, "unknown", "planned", f"{_BY}: ")),
    "unknown, then created without an order": (
        "I10", "ledger", _step(UNKNOWN, "unknown", "created", "found")),
    "unknown, then refused, but it was made": (
        "I10", "ledger", _step(MADE, "unknown", "refused", "no")),
    "unknown, then planned, but it was made": (
        "I10", "ledger", _step(MADE, "unknown", "planned", f"{_BY}: not there")),
    "unknown, then claimed": ("I10", "ledger", _step(UNKNOWN, "unknown", "claimed")),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(story: Story, tmp_path: Path, name: str) -> None:
    """A violation that lies in the files is named by the invariant that it breaks."""
    invariant, where, statement = PLANTED[name]
    copy = story.copy(tmp_path)
    with contextlib.closing(sqlite3.connect(getattr(copy, where))) as db:
        changed = db.execute(statement, _NAMES).rowcount
        db.commit()
    assert changed > 0
    assert invariant in _broken(copy.read())


def _without_intent(evidence: Evidence) -> Evidence:
    seen = [replace(one, state=None, epoch=None) for one in evidence.sightings]
    return replace(evidence, sightings=seen)


def _while_planned(evidence: Evidence) -> Evidence:
    return replace(
        evidence, sightings=[replace(one, state="planned") for one in evidence.sightings]
    )


def _other_result(evidence: Evidence) -> Evidence:
    told = [replace(one, results={MADE: "refused"}) for one in evidence.statements]
    return replace(evidence, statements=told)


def _unheard_of(evidence: Evidence) -> Evidence:
    told = [replace(one, results={"other": "created"}) for one in evidence.statements]
    return replace(evidence, statements=told)


def _row_lost(evidence: Evidence) -> Evidence:
    return replace(evidence, accounts=[replace(one, rows_in=9) for one in evidence.accounts])


def _row_twice(evidence: Evidence) -> Evidence:
    twice = [replace(one, rows_of_orders=[2, 2, 3, 4, 5]) for one in evidence.accounts]
    return replace(evidence, accounts=twice)


# What cannot lie in the files: what was seen or said while the story went on.
SEEN: dict[str, tuple[str, Callable[[Evidence], Evidence]]] = {
    "a request before its intent": ("I4", _without_intent),
    "a request of an entry that is planned": ("I4", _while_planned),
    "a row that is in no order": ("I9", _row_lost),
    "a row in two orders": ("I9", _row_twice),
    "a finished file that sends": ("I11", lambda e: replace(e, quiet=[(0, 1000)])),
    "a document that says something else": ("I12", _other_result),
    "a document that speaks of an order unheard of": ("I12", _unheard_of),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_was_seen_or_said_is_judged(story: Story, name: str) -> None:
    """A violation that only a watcher or a reader could see is named as well."""
    invariant, change = SEEN[name]
    assert _broken(change(story.evidence)) == {invariant}


def test_every_invariant_has_a_violation() -> None:
    """Each of the twelve is broken by something above: none holds whatever happens."""
    broken = {invariant for invariant, *_ in (*PLANTED.values(), *SEEN.values())}
    assert broken == set(INVARIANTS)


@pytest.mark.parametrize("state", ["planned", "claimed", "sending", "deferred", "unknown"])
def test_an_order_that_nobody_would_tell_of_is_lost(
    story: Story, tmp_path: Path, state: str
) -> None:
    """An order on the server that the ledger has not found in the end is lost."""
    copy = story.copy(tmp_path)
    with contextlib.closing(sqlite3.connect(copy.ledger)) as db:
        db.execute(_state(MADE, state))
        db.commit()
    assert lost(copy.read(), released=False)


def _broken(evidence: Evidence) -> set[str]:
    return {text.split()[0] for text in violations(evidence)}
