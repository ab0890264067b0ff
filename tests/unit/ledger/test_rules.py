"""The protocol's tables: what becomes of an intent in each state, what each result word is."""

import pytest

from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.ledger.rules import Step, lapsed, step_for
from loader.ports import EnterResult, Entry, Intent


def entry(state: State, operation: Operation) -> Entry:
    """Return an entry with the content "one"."""
    return Entry(
        id=1,
        account=Account("stage", "acc-1"),
        key="A",
        operation=operation,
        state=state,
        epoch=1,
        fingerprint="one",
        lookup_id="A",
        body=b"one",
        run_id="run_1",
        attempts=0,
        look_first=False,
        not_before=0.0,
        order_id=None,
        order_name=None,
        status=None,
        error=None,
        entered_at=0.0,
        updated_at=0.0,
    )


def intent(content: str, operation: Operation) -> Intent:
    """Return an intent for the same key."""
    return Intent(
        key="A", operation=operation, lookup_id="A", body=content.encode(), fingerprint=content
    )


def test_what_is_not_there_is_inserted() -> None:
    """Without an entry every intent is new."""
    assert {step_for(None, intent("one", op)) for op in Operation} == {Step.INSERT}


OTHER_CONTENT = {
    State.PLANNED: Step.REPLACE,
    State.REFUSED: Step.REPLACE,
    State.DEFERRED: Step.REPLACE,
    State.CLAIMED: Step.BUSY,
    State.SENDING: Step.BUSY,
    State.UNKNOWN: Step.BUSY,
    State.CREATED: Step.DIFFERENT,
    State.CONFLICT: Step.DIFFERENT,
}


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("state", State)
def test_each_state_receives_content_its_own_way(state: State, operation: Operation) -> None:
    """Same content keeps or takes over; other content follows the table, finished UPDATEs apart."""
    found = entry(state, operation)
    waits = state in (State.PLANNED, State.DEFERRED)
    assert step_for(found, intent("one", operation)) is (Step.TAKE_OVER if waits else Step.KEEP)
    expected = OTHER_CONTENT[state]
    if operation is Operation.UPDATE and expected is Step.DIFFERENT:
        expected = Step.SUPERSEDE
    assert step_for(found, intent("two", operation)) is expected


def test_each_step_has_its_word() -> None:
    """The caller hears one of four words."""
    assert {step: step.result for step in Step} == {
        Step.INSERT: EnterResult.ENTERED,
        Step.REPLACE: EnterResult.ENTERED,
        Step.SUPERSEDE: EnterResult.ENTERED,
        Step.KEEP: EnterResult.SAME,
        Step.TAKE_OVER: EnterResult.SAME,
        Step.BUSY: EnterResult.BUSY,
        Step.DIFFERENT: EnterResult.DIFFERENT,
    }


@pytest.mark.parametrize(("now", "over"), [(9.9, False), (10.0, True), (11.0, True)])
def test_a_lease_of_somebody_elsewhere_is_a_matter_of_time(now: float, over: bool) -> None:
    """Where the process cannot be seen, only the lease counts."""
    assert lapsed("not a process of this host", 10.0, now) is over
