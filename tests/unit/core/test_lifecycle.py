"""The arrows between states: nothing is sent twice, and nothing is concluded without evidence.

Written down from the exactly-once protocol, "States".
"""

from loader.core.lifecycle import ARROWS, IN_FLIGHT, REPLACEABLE, Operation, State, Verdict
from loader.core.model import Action


def test_a_request_is_sent_from_a_claim_alone() -> None:
    """Burn: claimed → sending, and no other way."""
    assert {start for start, end in ARROWS if end is State.SENDING} == {State.CLAIMED}


def test_what_may_be_on_its_way_never_goes_back_to_waiting() -> None:
    """Recovery leads from sending to unknown, never back to planned."""
    ends = {end for start, end in ARROWS if start is State.SENDING}
    assert not ends & {State.PLANNED, State.CLAIMED, State.SENDING}
    assert State.UNKNOWN in ends


def test_only_a_person_moves_the_unknown_back_to_planned() -> None:
    """Of all that may exist, unknown alone can be released; it is not claimed by itself."""
    assert (State.UNKNOWN, State.PLANNED) in ARROWS
    assert (State.UNKNOWN, State.CLAIMED) not in ARROWS
    assert (State.CREATED, State.PLANNED) not in ARROWS
    assert (State.CONFLICT, State.PLANNED) not in ARROWS


def test_nothing_lowers_created() -> None:
    """Only evidence of a second order leads on, to conflict."""
    assert {end for start, end in ARROWS if start is State.CREATED} == {State.CONFLICT}
    assert not {end for start, end in ARROWS if start is State.CONFLICT}


def test_a_valid_created_of_any_attempt_can_be_recorded() -> None:
    """From every state in which no order is known."""
    known = {State.CREATED, State.CONFLICT}
    assert {start for start, end in ARROWS if end is State.CREATED} == set(State) - known


def test_what_is_claimed_is_planned_deferred_or_claimed_before() -> None:
    """Claim: planned, due deferred, or claimed whose lease ran out."""
    assert {start for start, end in ARROWS if end is State.CLAIMED} == {
        State.PLANNED, State.DEFERRED, State.CLAIMED,
    }  # fmt: skip


def test_other_content_replaces_what_made_nothing_and_waits_for_what_may_have() -> None:
    """Enter: planned, refused and deferred take it; claimed, sending and unknown do not."""
    assert {State.PLANNED, State.REFUSED, State.DEFERRED} == REPLACEABLE
    assert {State.CLAIMED, State.SENDING, State.UNKNOWN} == IN_FLIGHT
    assert all((state, State.PLANNED) in ARROWS for state in REPLACEABLE)


def test_every_action_that_sends_is_an_operation() -> None:
    """Skipping and doing nothing send nothing."""
    assert {action.operation for action in Action} == {*Operation, None}
    assert Action.SKIP.operation is None
    assert Action.NONE.operation is None


def test_a_reply_allows_four_conclusions() -> None:
    """Anything that is not on the allow-list is unknown."""
    assert set(Verdict) == {"done", "refused", "deferred", "unknown"}
