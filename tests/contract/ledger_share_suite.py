"""The suite of the port `Ledger`, third part: what several senders of one account share."""

from dataclasses import replace

import pytest

from loader.core.lifecycle import Operation, State
from loader.ledger.owner import current_owner
from loader.ports import Ledger
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    OTHER_ACCOUNT,
    Child,
    Subject,
    bring_to,
    burn_one,
    enter,
    entry_of,
    intent,
    outcome,
    settle,
)

ELSEWHERE = "a process on another host"


# ------------------------------------------------------------------ entries of any run
def test_a_worker_claims_what_any_run_of_the_account_entered(ledger: Ledger) -> None:
    """In order of entry, whichever run it was; nothing of another account, nothing twice."""
    for number, run in enumerate(("run_1", "run_2", "run_1")):
        enter(ledger, f"K{number}", run=run)
    ledger.enter(OTHER_ACCOUNT, "run_1", [intent("X")])
    assert [e.key for e in ledger.claim_any(ACCOUNT, ELSEWHERE, 2, LEASE)] == ["K0", "K1"]
    (last,) = ledger.claim_any(ACCOUNT, ELSEWHERE, 2, LEASE)
    assert (last.key, last.run_id, last.state, last.epoch) == ("K2", "run_1", State.CLAIMED, 1)
    assert last.body == intent("K2").body
    assert ledger.claim_any(ACCOUNT, ELSEWHERE, 2, LEASE) == []
    assert ledger.claim("run_2", ELSEWHERE, 2, LEASE) == []


def test_runs_and_workers_pass_over_each_others_claims(ledger: Ledger) -> None:
    """What a run has claimed no worker gets, and the other way round; the burns say whose it is."""
    enter(ledger, "A")
    enter(ledger, "B")
    (of_run,) = ledger.claim("run_1", ELSEWHERE, 1, LEASE)
    (of_worker,) = ledger.claim_any(ACCOUNT, "another process", 9, LEASE)
    assert (of_run.key, of_worker.key) == ("A", "B")
    burn_one(ledger, of_run)
    burn_one(ledger, of_worker)


def test_what_a_person_released_is_left_to_resume(ledger: Ledger) -> None:
    """A worker leaves a released order alone; the run that resumes it claims it."""
    settle(ledger, bring_to(ledger, enter(ledger, "A"), State.UNKNOWN), State.PLANNED)
    assert ledger.claim_any(ACCOUNT, ELSEWHERE, 9, LEASE) == []
    assert ledger.due_in(ACCOUNT) is None
    assert [e.key for e in ledger.claim("run_1", ELSEWHERE, 9, LEASE)] == ["A"]


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING, State.UNKNOWN])
def test_a_key_in_flight_waits_for_workers_too(ledger: Ledger, state: State) -> None:
    """While one operation of a key is under way, no worker claims another one of it."""
    bring_to(ledger, enter(ledger, "A"), state)
    ledger.enter(ACCOUNT, "run_2", [intent("A", operation=Operation.HOLD)])
    assert ledger.claim_any(ACCOUNT, ELSEWHERE, 9, LEASE) == []


def test_when_there_is_something_to_do_is_known(subject: Subject, ledger: Ledger) -> None:
    """Now for what is planned, later for what was put off or is held, never without either."""
    assert ledger.due_in(ACCOUNT) is None
    bring_to(ledger, enter(ledger, "done"), State.CREATED)
    assert ledger.due_in(ACCOUNT) is None
    enter(ledger, "held")
    (held,) = ledger.claim("run_1", ELSEWHERE, 1, LEASE)
    assert ledger.due_in(ACCOUNT) == pytest.approx(LEASE)
    enter(ledger, "off", run="run_2")
    (claimed,) = ledger.claim("run_2", ELSEWHERE, 1, LEASE)
    attempt = burn_one(ledger, claimed)
    late = replace(
        outcome(entry_of(ledger, "off"), State.DEFERRED, attempt=attempt),
        not_before=subject.clock.now() + 7.0,
    )
    assert ledger.settle([late]) == [True]
    assert ledger.due_in(ACCOUNT) == pytest.approx(7.0)
    subject.clock.advance(7.0)
    assert ledger.due_in(ACCOUNT) == 0.0
    assert [e.key for e in ledger.claim_any(ACCOUNT, ELSEWHERE, 9, LEASE)] == ["off"]
    assert held.key == "held"
    assert ledger.due_in(OTHER_ACCOUNT) is None


# ------------------------------------------------------------------ what a sender left behind
def test_claims_of_the_gone_are_taken_back(subject: Subject, ledger: Ledger) -> None:
    """A claim is planned again when its process was killed or its lease ran out, not before."""
    enter(ledger, "A")
    with Child(subject, "claim") as child:
        assert child.line() == "A"
        assert ledger.take_back(ACCOUNT) == 0
        child.kill()
    assert ledger.take_back(OTHER_ACCOUNT) == 0
    assert ledger.take_back(ACCOUNT) == 1
    after = entry_of(ledger, "A")
    assert (after.state, after.epoch, after.owner) == (State.PLANNED, 1, "")
    ledger.claim("run_1", ELSEWHERE, 1, LEASE)
    assert ledger.take_back(ACCOUNT) == 0
    subject.clock.advance(LEASE)
    assert ledger.take_back(ACCOUNT) == 1


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLAIMED])
def test_only_claims_are_taken_back(subject: Subject, ledger: Ledger, state: State) -> None:
    """However late it is, nothing that may have been sent is planned again."""
    before = bring_to(ledger, enter(ledger, "A"), state)
    subject.clock.advance(10 * LEASE)
    assert ledger.take_back(ACCOUNT) == 0
    assert entry_of(ledger, "A") == before


# ------------------------------------------------------------------ look-ups
def test_an_unknown_order_is_looked_up_by_one_at_a_time(subject: Subject, ledger: Ledger) -> None:
    """Whoever takes a look-up has it alone; the next one is due later, and later still."""
    unknown = bring_to(ledger, enter(ledger, "A"), State.UNKNOWN)
    bring_to(ledger, enter(ledger, "B"), State.REFUSED)
    assert ledger.take_look_ups(OTHER_ACCOUNT, 9) == []
    assert ledger.take_look_ups(ACCOUNT, 9) == [unknown]
    waits = []
    for _ in range(9):
        waited = 0.0
        while not ledger.take_look_ups(ACCOUNT, 9):
            subject.clock.advance(30.0)
            waited += 30.0
        waits.append(waited)
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]
    settle(ledger, unknown, State.CREATED)
    subject.clock.advance(10_000.0)
    assert ledger.take_look_ups(ACCOUNT, 9) == []


def test_look_ups_are_taken_in_portions(ledger: Ledger) -> None:
    """No more than asked for are taken; the others are left to the next caller."""
    for key in "ABC":
        bring_to(ledger, enter(ledger, key, run=key), State.UNKNOWN)
    first, second = ledger.take_look_ups(ACCOUNT, 2), ledger.take_look_ups(ACCOUNT, 2)
    assert ([e.key for e in first], [e.key for e in second]) == (["A", "B"], ["C"])


# ------------------------------------------------------------------ pace
def test_turns_are_apart_for_all(subject: Subject, ledger: Ledger) -> None:
    """Turns of one account follow each other at the gap, whoever takes them; unused ones go."""
    other = subject.open()
    turns = [one.take_turn(ACCOUNT, 0.5) for one in (ledger, other, ledger)]
    assert turns == pytest.approx([0.0, 0.5, 1.0])
    assert ledger.take_turn(OTHER_ACCOUNT, 0.5) == pytest.approx(0.0)
    subject.clock.advance(60.0)
    assert [ledger.take_turn(ACCOUNT, 0.5), other.take_turn(ACCOUNT, 0.5)] == pytest.approx(
        [0.0, 0.5]
    )


def test_a_pause_holds_everyone_back(subject: Subject, ledger: Ledger) -> None:
    """After a pause was asked for, all turns come after it; a shorter one does not end it."""
    other = subject.open()
    assert other.take_turn(ACCOUNT, 0.0) <= 0.0
    ledger.pause(ACCOUNT, 10.0)
    ledger.pause(ACCOUNT, 3.0)
    assert other.take_turn(ACCOUNT, 0.0) == pytest.approx(10.0)
    assert [other.take_turn(ACCOUNT, 1.0), ledger.take_turn(ACCOUNT, 1.0)] == pytest.approx(
        [10.0, 11.0]
    )
    assert other.take_turn(OTHER_ACCOUNT, 0.0) <= 0.0
    subject.clock.advance(12.0)
    assert other.take_turn(ACCOUNT, 0.0) <= 0.0
    assert other.take_turn(ACCOUNT, 1.0) == pytest.approx(0.0)


def test_a_worker_may_be_the_process_that_claimed(ledger: Ledger) -> None:
    """A process that claims as a worker names itself, as a run does."""
    enter(ledger, "A")
    (claimed,) = ledger.claim_any(ACCOUNT, current_owner(), 1, LEASE)
    assert entry_of(ledger, "A").owner == claimed.owner == current_owner()
