"""What the SQLite ledger writes down beside its entries: journal, attempts, traces, changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loader.core.lifecycle import State
from loader.ledger.owner import current_owner
from loader.ledger.sqlite import SqliteLedger
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    HeldClock,
    burn_of,
    burn_one,
    claim_one,
    enter,
    entry_of,
    intent,
    outcome,
    send,
    settle,
)


class Case:
    """A ledger, its clock, and a look at its tables from outside."""

    def __init__(self, path: Path) -> None:
        self.clock = HeldClock()
        self.start = self.clock.now()
        self.ledger = SqliteLedger(path, self.clock)
        self._path = path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows as another program sees them."""
        with closing(sqlite3.connect(self._path)) as db:
            return db.execute(query).fetchall()

    def changes(self) -> int:
        """Return the ledger's count of write transactions."""
        ((count,),) = self.rows("SELECT changes FROM meta")
        return int(count)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Give a new ledger to look into."""
    found = Case(tmp_path / "ledger.sqlite")
    yield found
    found.ledger.close()


def test_every_transition_is_in_the_journal(case: Case) -> None:
    """The way of an entry can be read back: when, from where to where, who, on what evidence."""
    ledger, me = case.ledger, current_owner()
    enter(ledger, "A")
    case.clock.advance(1)
    (claimed,) = ledger.claim("run_1", "worker 7", 1, LEASE)
    attempt = burn_one(ledger, claimed)
    case.clock.advance(LEASE)
    ledger.recover(ACCOUNT)
    settle(ledger, entry_of(ledger, "A"), State.PLANNED)
    enter(ledger, "A", "two")
    assert ledger.settle([outcome(claimed, State.CREATED, attempt=attempt)]) == [True]
    at = case.start
    assert case.rows(
        "SELECT at, was, became, epoch, attempt, owner FROM journal WHERE entry_id = 1 ORDER BY id"
    ) == [
        (at, None, "planned", 0, "", me),
        (at + 1, "planned", "claimed", 1, "", "worker 7"),
        (at + 1, "claimed", "sending", 1, attempt, me),
        (at + 1 + LEASE, "sending", "unknown", 1, "", me),
        (at + 1 + LEASE, "unknown", "planned", 1, "", me),
        (at + 1 + LEASE, "planned", "planned", 1, "", me),
        (at + 1 + LEASE, "planned", "conflict", 1, attempt, me),
    ]
    evidence = [row[0] for row in case.rows("SELECT evidence FROM journal ORDER BY id")]
    assert evidence[3] == "no reply: sender gone or late"
    assert evidence[4:6] == ["seen in a test", "other content"]
    assert "order of A" in evidence[6]


def test_what_failed_is_not_in_the_journal(case: Case) -> None:
    """A step that was refused leaves nothing behind."""
    ledger = case.ledger
    entry = enter(ledger, "A")
    before = case.rows("SELECT * FROM journal")
    assert ledger.burn([burn_of(entry, "att_x")]) == [False]
    assert ledger.settle([outcome(entry, State.UNKNOWN)]) == [False]
    assert ledger.give_back([entry]) == [False]
    assert case.rows("SELECT * FROM journal") == before
    assert case.rows("SELECT * FROM attempt") == []


def test_each_request_has_its_row(case: Case) -> None:
    """An attempt is there from the burn on, and is completed by its reply, however late."""
    ledger, at = case.ledger, case.start
    enter(ledger, "A")
    first, one = send(ledger, "A")
    columns = "attempt, entry_id, epoch, burnt_at, ended_at, outcome, order_id"
    query = f"SELECT {columns} FROM attempt ORDER BY epoch"  # noqa: S608 - our own words
    assert case.rows(query) == [(one, 1, 1, at, None, None, None)]
    case.clock.advance(LEASE)
    ledger.recover(ACCOUNT)
    assert case.rows(query) == [(one, 1, 1, at, at + LEASE, "unknown", None)]
    settle(ledger, entry_of(ledger, "A"), State.PLANNED)
    second, two = send(ledger, "A")
    settle(ledger, second, State.REFUSED, attempt=two)
    case.clock.advance(1)
    assert ledger.settle([outcome(first, State.CREATED, attempt=one)]) == [True]
    assert ledger.settle([outcome(first, State.UNKNOWN, attempt=one)]) == [False]
    assert case.rows(query) == [
        (one, 1, 1, at, at + LEASE + 1, "created", "order of A"),
        (two, 1, 2, at + LEASE, at + LEASE, "refused", None),
    ]


def test_replaced_content_leaves_a_trace(case: Case) -> None:
    """The old body, its fingerprint, its run and where it stood are kept."""
    ledger = case.ledger
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    settle(ledger, sending, State.REFUSED, attempt=attempt)
    case.clock.advance(1)
    enter(ledger, "A", "two", run="run_2")
    old = intent("A")
    columns = "entry_id, at, state, fingerprint, lookup_id, run_id, body"
    assert case.rows(f"SELECT {columns} FROM replaced") == [  # noqa: S608 - our own words
        (1, case.start + 1, "refused", old.fingerprint, old.lookup_id, "run_1", old.body)
    ]


def test_the_count_of_changes_tells_copies_apart(case: Case) -> None:
    """Each transaction that changed something counts one; what changed nothing counts none."""
    ledger = case.ledger
    assert case.changes() == 0
    ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("B")])
    assert case.changes() == 1
    ledger.find(ACCOUNT)
    ledger.claim("run_2", "me", 9, LEASE)
    ledger.recover(ACCOUNT)
    ledger.enter(ACCOUNT, "run_1", [intent("A")])
    assert case.changes() == 1
    ledger.give_back(ledger.claim("run_1", "me", 9, LEASE))
    assert case.changes() == 3
    claim_one(ledger, enter(ledger, "C", run="run_3"))
    assert case.changes() == 5
