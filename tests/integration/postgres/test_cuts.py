"""A connection that is cut in the middle of a step: the step is made once, and its answer true."""

from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from loader.core.errors import LedgerError
from loader.core.lifecycle import State
from loader.ledger.owner import current_owner
from loader.ledger.postgres import PostgresLedger
from loader.ports import Entry, Ledger
from loader.wiring import SystemClock
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    bring_to,
    burn_of,
    enter,
    entry_of,
    intent,
    outcome,
)
from tests.integration.postgres.cutter import WAYS, Cutter
from tests.postgres_server import PostgresServer, programs, server

BEGIN, COMMIT = b"BEGIN; INSERT INTO operation", b"COMMIT"
ADVANCE, JOURNAL, ATTEMPT = b"UPDATE entry SET state", b"INSERT INTO journal", b"INTO attempt"
LOCK = b"ORDER BY id FOR UPDATE"

Step = Callable[[Ledger, Entry], object]


def _enter(ledger: Ledger, entry: Entry) -> object:
    (entered,) = ledger.enter(ACCOUNT, "run_1", [intent("A")])
    return entered.result.value


def _claim(ledger: Ledger, entry: Entry) -> object:
    return [(one.key, one.epoch) for one in ledger.claim("run_1", current_owner(), 9, LEASE)]


def _burn(ledger: Ledger, entry: Entry) -> object:
    return ledger.burn([burn_of(entry, f"att_{entry.id}_{entry.epoch}")])


def _settle(ledger: Ledger, entry: Entry) -> object:
    attempt = f"att_{entry.id}_{entry.epoch}"
    return ledger.settle([outcome(entry, State.CREATED, attempt=attempt)])


def prepared(ledger: Ledger, step: str) -> Entry:
    """Take the order A to where the step begins; return its entry (of another key to enter)."""
    if step == "enter":
        return enter(ledger, "Z", run="run_9")
    entry = enter(ledger, "A")
    if step == "claim":
        return entry
    claimed = bring_to(ledger, entry, State.CLAIMED)
    if step == "settle":
        assert _burn(ledger, claimed) == [True]
    return entry_of(ledger, "A")


# step, what it answers, the states that the order passed, where it may be cut
STEPS: dict[str, tuple[Step, object, list[str], tuple[bytes, ...]]] = {
    "enter": (_enter, "entered", ["planned"], (BEGIN, b"INSERT INTO entry", JOURNAL, COMMIT)),
    "claim": (
        _claim, [("A", 1)], ["planned", "claimed"],
        (BEGIN, b"SKIP LOCKED", ADVANCE, JOURNAL, COMMIT),
    ),
    "burn": (
        _burn, [True], ["planned", "claimed", "sending"], (BEGIN, LOCK, ADVANCE, ATTEMPT, COMMIT),
    ),
    "settle": (
        _settle, [True], ["planned", "claimed", "sending", "created"],
        (BEGIN, LOCK, b"UPDATE attempt", ADVANCE, COMMIT),
    ),
}  # fmt: skip
# All ways where it matters who heard what: at the commit. Elsewhere, two that differ the most.
CASES = [
    (step, at, way)
    for step, (*_, places) in STEPS.items()
    for at in places
    for way in (WAYS if at == COMMIT else WAYS[:2])
] + [("claim", ADVANCE, way) for way in WAYS[2:]]


@pytest.mark.parametrize(("step", "at", "way"), CASES)
def test_a_cut_step_is_made_once(
    direct: PostgresLedger, cut: PostgresLedger, cutter: Cutter, step: str, at: bytes, way: str
) -> None:
    """Wherever the connection ends, the step stands once, and the caller hears what stands."""
    entry = prepared(direct, step)
    do, answer, states, _ = STEPS[step]
    cutter.arm(at, way)
    assert do(cut, entry) == answer
    assert cutter.cuts == 1
    after = entry_of(direct, "A")
    assert [one.became for one in direct.journal([after.id])] == states
    assert after.attempts == states.count("sending")
    assert after.epoch == states.count("claimed")


@pytest.mark.parametrize("times", [2, 4])
@pytest.mark.parametrize("way", WAYS)
def test_a_commit_that_is_cut_again_and_again_stands_once(
    direct: PostgresLedger, cut: PostgresLedger, cutter: Cutter, way: str, times: int
) -> None:
    """The question what became of a commit may be cut as well, and is asked until it is known."""
    claimed = prepared(direct, "burn")
    cutter.arm(COMMIT, way)
    assert _burn(cut, claimed) == [True]
    cutter.arm(b"operation", way, times)
    assert _settle(cut, entry_of(direct, "A")) == [True]
    assert cutter.cuts == times
    after = entry_of(direct, "A")
    assert (after.state, after.attempts) == (State.CREATED, 1)
    assert len(direct.journal([after.id])) == 4


def test_a_commit_that_was_lost_cannot_stand_later(
    direct: PostgresLedger, cut: PostgresLedger, cutter: Cutter, schema: str
) -> None:
    """What was looked up and not found is remembered as not standing: nobody commits it after."""
    entry = prepared(direct, "claim")
    cutter.arm(COMMIT, "before")
    assert _claim(cut, entry) == [("A", 1)]
    with closing(psycopg.connect(server().url, options=f"-c search_path={schema}")) as db:
        found = db.execute("SELECT count(*) FROM operation WHERE NOT stands").fetchone()
    assert found == (1,)


def test_a_server_that_stays_away_is_said(
    direct: PostgresLedger, cutter: Cutter, schema: str
) -> None:
    """After its patience a call fails in plain words, and nothing of it stands."""
    ledger = PostgresLedger(cutter.url, SystemClock(), schema=schema, patience=0.5)
    entry = prepared(direct, "burn")
    cutter.arm(BEGIN, "before", times=1000)
    with closing(ledger), pytest.raises(LedgerError, match="cannot be reached") as raised:
        _burn(ledger, entry)
    assert raised.value.hint
    assert entry_of(direct, "A").state is State.CLAIMED


def test_a_server_that_comes_back_goes_on() -> None:
    """A server that was stopped at once and started again holds what was told as done."""
    own = PostgresServer(programs())
    try:
        with closing(PostgresLedger(own.url, SystemClock(), patience=30.0)) as ledger:
            claimed = bring_to(ledger, enter(ledger, "A"), State.CLAIMED)
            assert _burn(ledger, claimed) == [True]
            own.stop()
            own.again()
            assert _settle(ledger, entry_of(ledger, "A")) == [True]
            assert entry_of(ledger, "A").state is State.CREATED
    finally:
        own.remove()
