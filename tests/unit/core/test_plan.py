"""What the ledger knows of a key decides: create, skip, or hold back, with the reason."""

import pytest

from loader.core.lifecycle import State
from loader.core.model import Action, InputFile, InputSummary, Order, Result
from loader.core.payload import canonical, fingerprint, request_of, seen_fingerprint
from loader.core.plan import Known, decide, result_of

INPUTS = [InputSummary(InputFile("a.csv", "0" * 64, "Orders", None, None), 1)]


def order(key: str = "ORD-1", lookup: str = "", result: Result = Result.READY) -> Order:
    """Return an order that is ready to be planned."""
    body = canonical({"client_custom_order_id": lookup or key, "source_client_order_id": key})
    return Order(key=key, rows=(5, 6), body=body, result=result)


def planned(
    state: State, *, same: bool = True, status: str | None = None
) -> tuple[Order, list[str]]:
    """Return an order after planning against a ledger that holds its key, and the codes told."""
    one = order()
    known = Known(state, fingerprint(one.body or b"") if same else "1:other", 3, "id-1", "OR-1",
                  status)  # fmt: skip
    findings = decide([one], {"ORD-1": known}, INPUTS)
    return one, [finding.code for finding in findings]


def test_a_key_that_nobody_knows_is_created() -> None:
    """Nothing was sent for it."""
    one = order()
    assert decide([one], {}, INPUTS) == []
    assert (one.action, one.result) == (Action.CREATE, Result.READY)


@pytest.mark.parametrize("state", [State.PLANNED, State.DEFERRED, State.CLAIMED])
def test_the_same_content_that_still_waits_is_to_be_created(state: State) -> None:
    """It enters the ledger once."""
    one, told = planned(state)
    assert (one.action, one.result, told) == (Action.CREATE, Result.READY, [])


@pytest.mark.parametrize("state", [State.PLANNED, State.DEFERRED, State.REFUSED])
def test_other_content_takes_the_place_of_what_made_nothing(state: State) -> None:
    """Planned, deferred and refused entries are replaced."""
    one, told = planned(state, same=False)
    assert (one.action, one.result, told) == (Action.CREATE, Result.READY, [])


def test_what_was_created_is_skipped_with_its_number() -> None:
    """Planning after success skips."""
    one, told = planned(State.CREATED, status="Shipped")
    assert (one.action, one.result, told) == (Action.SKIP, Result.READY, [])
    assert (one.order_id, one.order_name, one.status, one.attempts) == (
        "id-1", "OR-1", "Shipped", 3,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["Canceled by Client", "Canceled by OKC", "Cancelled"])
def test_what_was_cancelled_is_skipped_and_told(status: str) -> None:
    """A new key is needed if it is wanted after all."""
    one, told = planned(State.CREATED, status=status)
    assert (one.action, one.result, told) == (Action.SKIP, Result.READY, ["LEDGER-CANCELLED"])


@pytest.mark.parametrize(
    ("state", "same", "code"),
    [
        (State.CREATED, False, "LEDGER-DIFFERENT"),
        (State.CLAIMED, False, "LEDGER-BUSY"),
        (State.SENDING, False, "LEDGER-BUSY"),
        (State.UNKNOWN, False, "LEDGER-BUSY"),
        (State.CONFLICT, False, "LEDGER-CONFLICT"),
        (State.CONFLICT, True, "LEDGER-CONFLICT"),
    ],
)
def test_what_must_not_be_sent_is_held_back(state: State, same: bool, code: str) -> None:
    """Other content beside one that exists or may exist, and what is in conflict."""
    one, told = planned(state, same=same)
    assert (one.action, one.result, told) == (Action.NONE, Result.TO_CORRECT, [code])


@pytest.mark.parametrize(
    ("state", "code"),
    [(State.SENDING, "LEDGER-UNKNOWN"), (State.UNKNOWN, "LEDGER-UNKNOWN"),
     (State.REFUSED, "LEDGER-REFUSED")],
)  # fmt: skip
def test_the_same_content_of_unknown_or_refused_outcome_is_not_sent_again(
    state: State, code: str
) -> None:
    """Nothing is done and a warning says how to go on."""
    one, told = planned(state)
    assert (one.action, one.result, told) == (Action.NONE, Result.READY, [code])


def test_every_state_has_a_decision_that_never_creates_beside_what_may_exist() -> None:
    """No state is forgotten; where something may exist nothing is created."""
    may_exist = {State.SENDING, State.UNKNOWN, State.CREATED, State.CONFLICT}
    for state in State:
        for same in (True, False):
            one, _ = planned(state, same=same)
            assert one.action is not None
            if state in may_exist:
                assert one.action is not Action.CREATE


def test_a_finding_stands_on_the_orders_first_row() -> None:
    """Sheet, row, order and what to do."""
    one = order()
    [finding] = decide([one], {"ORD-1": Known(State.CONFLICT, "1:x")}, INPUTS)
    assert (finding.sheet, finding.row, finding.order, finding.input) == ("Orders", 5, "ORD-1", 0)
    assert finding.found == "ORD-1"
    assert "support" in finding.help


def test_orders_that_must_be_corrected_are_not_planned() -> None:
    """Nor those whose request could not be built."""
    held, unbuilt = order(result=Result.TO_CORRECT), order("ORD-2")
    unbuilt.body = None
    assert decide([held, unbuilt], {}, INPUTS) == []
    assert (held.action, unbuilt.action) == (Action.NONE, Action.NONE)


def test_two_orders_of_one_run_never_share_a_look_up_id() -> None:
    """They may stand in two files, where no rule sees both."""
    first, second = order("ORD-1", "X"), order("ORD-2", "X")
    [finding] = decide([first, second], {}, INPUTS)
    assert (finding.code, finding.order) == ("LOOKUP-TWICE", "ORD-2")
    assert (first.action, second.action) == (Action.CREATE, Action.NONE)
    assert second.result is Result.TO_CORRECT


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (State.CREATED, Result.CREATED), (State.REFUSED, Result.REFUSED),
        (State.DEFERRED, Result.DEFERRED), (State.UNKNOWN, Result.UNKNOWN),
        (State.SENDING, Result.UNKNOWN), (State.CONFLICT, Result.CONFLICT),
        (State.PLANNED, Result.NOT_SENT), (State.CLAIMED, Result.NOT_SENT),
    ],
)  # fmt: skip
def test_every_state_has_its_word(state: State, result: Result) -> None:
    """A request that may be on its way is unknown, not unsent."""
    assert result_of(state) is result


def test_no_state_lacks_a_word() -> None:
    """A new state needs one."""
    assert {result_of(state) for state in State}


# ------------------------------------------------------------------ what was not sent from here
@pytest.mark.parametrize("state", [State.PLANNED, State.DEFERRED])
def test_what_a_person_released_is_left_to_a_resume(state: State) -> None:
    """The same content is not sent by another submit, and that is told; other content is."""
    one = order()
    known = Known(state, fingerprint(one.body or b""), 1, released=True)
    (finding,) = decide([one], {"ORD-1": known}, INPUTS)
    assert (one.action, one.result, finding.code) == (
        Action.NONE, Result.READY, "LEDGER-RELEASED",
    )  # fmt: skip
    changed = order()
    other = Known(state, "1:other", 1, released=True)
    assert decide([changed], {"ORD-1": other}, INPUTS) == []
    assert changed.action is Action.CREATE


@pytest.mark.parametrize(
    ("changes", "action", "codes"),
    [
        ({}, Action.SKIP, []),
        ({"note": "seen by the vendor"}, Action.SKIP, []),
        ({"client_custom_order_id": "other"}, Action.NONE, ["LEDGER-DIFFERENT"]),
    ],
)
def test_what_the_api_held_is_compared_by_its_content(
    changes: dict[str, str], action: Action, codes: list[str]
) -> None:
    """Nobody knows the bytes that were sent: the order itself says whether it is the same."""
    one = order()
    held = {**request_of(one.body or b""), "id": "o-1", **changes}
    known = Known(State.CREATED, seen_fingerprint(canonical(held)), order_id="o-1", seen=held)
    assert [finding.code for finding in decide([one], {"ORD-1": known}, INPUTS)] == codes
    assert one.action is action


def test_what_the_api_held_and_was_purged_is_never_sent_again() -> None:
    """Without its content nothing can be compared: the key was made, so it is skipped."""
    one = order()
    known = Known(State.CREATED, seen_fingerprint(b"{}"), order_id="o-1")
    assert decide([one], {"ORD-1": known}, INPUTS) == []
    assert one.action is Action.SKIP


def test_a_look_up_id_belongs_to_one_key() -> None:
    """An id that the ledger has given to another key holds the order back; its own does not."""
    one, own = order("ORD-1", "SAME"), order("ORD-2", "OWN")
    holders = {"SAME": "ORD-9", "OWN": "ORD-2"}
    (finding,) = decide([one, own], {}, INPUTS, holders)
    assert (finding.code, finding.order) == ("LOOKUP-TWICE", "ORD-1")
    assert (one.result, one.action) == (Result.TO_CORRECT, Action.NONE)
    assert own.action is Action.CREATE
