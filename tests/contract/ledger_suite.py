"""The suite of the port `Ledger`: what every adapter holds, whatever it stores its entries in.

`test_ledger_port` runs it for each adapter in `ledger_subject.OPENERS`. The expectations are
written out from the exactly-once protocol ("States" 1 to 9), not taken from the code.
"""

import itertools
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loader.core.errors import Defect, LedgerBusy, LedgerError
from loader.core.lifecycle import ARROWS, Operation, State
from loader.ledger.owner import current_owner
from loader.ports import EnterResult, Entry, Ledger, RunRecord, Settlement, Trust
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    MEMORY_DISK,
    OPENERS,
    OTHER_ACCOUNT,
    Child,
    Subject,
    bring_to,
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

IN_FLIGHT = (State.CLAIMED, State.SENDING, State.UNKNOWN)
BUSY, DIFFERENT, ENTERED = EnterResult.BUSY, EnterResult.DIFFERENT, EnterResult.ENTERED


@pytest.fixture(params=OPENERS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Give an adapter whose ledger does not exist yet."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as place:
        found = Subject(request.param, Path(place))
        yield found
        found.close()


@pytest.fixture
def ledger(subject: Subject) -> Ledger:
    """Give a new ledger."""
    return subject.open()


# ------------------------------------------------------------------ who it is
def test_identity_and_secret_stay(subject: Subject, tmp_path: Path) -> None:
    """A ledger keeps its random id and its 32 secret bytes; another ledger has others."""
    first, again = subject.open(), subject.open()
    (tmp_path / "other").mkdir()
    other = Subject(subject.adapter, tmp_path / "other")
    stranger = other.open()
    assert (again.identity, again.secret) == (first.identity, first.secret)
    assert len(first.secret) == 32
    assert stranger.identity != first.identity
    assert stranger.secret != first.secret
    other.close()


def test_closing_twice_is_no_error(ledger: Ledger) -> None:
    """`close` may be called again; any other call is refused in plain words."""
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.find(ACCOUNT)


# ------------------------------------------------------------------ 1. enter
def test_what_is_absent_is_planned(subject: Subject, ledger: Ledger) -> None:
    """A new intent is kept with all it says, planned, under the run that entered it."""
    wanted = intent("Zoë's “1”")
    (entered,) = ledger.enter(ACCOUNT, "run_1", [wanted])
    assert (entered.key, entered.result) == (wanted.key, ENTERED)
    entry = entered.entry
    assert (entry.account, entry.key, entry.operation) == (ACCOUNT, wanted.key, Operation.CREATE)
    assert (entry.state, entry.epoch, entry.attempts) == (State.PLANNED, 0, 0)
    assert (entry.body, entry.fingerprint) == (wanted.body, wanted.fingerprint)
    assert (entry.lookup_id, entry.run_id) == (wanted.lookup_id, "run_1")
    assert (entry.person, entry.contents) == (wanted.person, wanted.contents)
    assert (entry.order_id, entry.order_name, entry.status, entry.error) == (None,) * 4
    assert entry.entered_at == entry.updated_at == subject.clock.now()
    assert ledger.find(ACCOUNT) == ledger.of_run("run_1") == [entry]
    assert subject.open().find(ACCOUNT, [wanted.key]) == [entry]


def test_entries_are_found_by_key_account_and_run(ledger: Ledger) -> None:
    """Each account sees its own entries, each run its own; a key may have several operations."""
    ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("A", operation=Operation.HOLD)])
    ledger.enter(ACCOUNT, "run_2", [intent("B")])
    ledger.enter(OTHER_ACCOUNT, "run_2", [intent("A")])
    assert sorted(e.key for e in ledger.find(ACCOUNT)) == ["A", "A", "B"]
    assert sorted(e.operation for e in ledger.find(ACCOUNT, ["A", "A", "X"])) == ["create", "hold"]
    assert ledger.find(ACCOUNT, []) == []
    assert [e.account for e in ledger.find(OTHER_ACCOUNT, ["A", "B"])] == [OTHER_ACCOUNT]
    assert sorted(e.key for e in ledger.of_run("run_2")) == ["A", "B"]
    assert ledger.of_run("run_3") == []


def test_answers_come_in_the_order_of_the_questions(ledger: Ledger) -> None:
    """`enter` answers each intent in its place, old and new ones mixed."""
    enter(ledger, "B")
    enter(ledger, "D", "other")
    keys = ["C", "B", "A", "D"]
    entered = ledger.enter(ACCOUNT, "run_1", [intent(key) for key in keys])
    assert [one.key for one in entered] == [one.entry.key for one in entered] == keys
    assert [one.result for one in entered] == [ENTERED, EnterResult.SAME, ENTERED, ENTERED]


@pytest.mark.parametrize("state", State)
def test_the_same_content_changes_nothing(ledger: Ledger, state: State) -> None:
    """Same content: SAME, whatever the state; only what waits belongs to the new run from now."""
    before = bring_to(ledger, enter(ledger, "A"), state)
    (entered,) = ledger.enter(ACCOUNT, "run_2", [intent("A")])
    waits = state in (State.PLANNED, State.DEFERRED)
    assert entered.result is EnterResult.SAME
    assert entered.entry.run_id == ("run_2" if waits else "run_1")
    assert replace(entered.entry, run_id="run_1") == before
    assert entry_of(ledger, "A") == entered.entry


OTHER_CONTENT = {
    State.PLANNED: ENTERED,
    State.REFUSED: ENTERED,
    State.DEFERRED: ENTERED,
    State.CLAIMED: BUSY,
    State.SENDING: BUSY,
    State.UNKNOWN: BUSY,
    State.CREATED: DIFFERENT,
    State.CONFLICT: DIFFERENT,
}


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.CANCEL])
@pytest.mark.parametrize("state", State)
def test_other_content_is_taken_where_nothing_was_made(
    subject: Subject, ledger: Ledger, state: State, operation: Operation
) -> None:
    """Other content replaces what waits or was refused, waits for what is in flight, else fails."""
    (first,) = ledger.enter(ACCOUNT, "run_1", [intent("A", operation=operation)])
    before = bring_to(ledger, first.entry, state)
    subject.clock.advance(1)
    wanted = intent("A", "two", operation=operation)
    (entered,) = ledger.enter(ACCOUNT, "run_2", [wanted])
    after = entry_of(ledger, "A", operation)
    assert entered.result is OTHER_CONTENT[state]
    assert entered.entry == after
    if entered.result is not ENTERED:
        assert after == before
        return
    assert after == replace(
        before,
        state=State.PLANNED,
        body=wanted.body,
        fingerprint=wanted.fingerprint,
        contents=wanted.contents,
        run_id="run_2",
        error=None,
        not_before=0.0,
        entered_at=subject.clock.now(),
        updated_at=subject.clock.now(),
    )


def test_replaced_content_forgets_the_old_refusal(ledger: Ledger) -> None:
    """Corrected content starts without the old one's error, and keeps the count of requests."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    refusal = replace(outcome(sending, State.REFUSED, attempt=attempt), error={"code": "OS0003"})
    assert ledger.settle([refusal]) == [True]
    assert entry_of(ledger, "A").error == {"code": "OS0003"}
    entry = enter(ledger, "A", "two")
    assert (entry.error, entry.attempts, entry.epoch) == (None, 1, 1)


@pytest.mark.parametrize("state", [State.CREATED, State.CONFLICT])
def test_a_finished_update_gives_way_to_the_next(ledger: Ledger, state: State) -> None:
    """A further UPDATE with other content is planned; the finished one stays in its run."""
    update = Operation.UPDATE
    (first,) = ledger.enter(ACCOUNT, "run_1", [intent("A", operation=update)])
    done = bring_to(ledger, first.entry, state)
    (second,) = ledger.enter(ACCOUNT, "run_2", [intent("A", "two", operation=update)])
    assert (second.result, second.entry.state) == (ENTERED, State.PLANNED)
    assert ledger.find(ACCOUNT) == [second.entry] == ledger.of_run("run_2")
    assert ledger.of_run("run_1") == [done]
    assert claim_one(ledger, second.entry).epoch > done.epoch
    (third,) = ledger.enter(ACCOUNT, "run_3", [intent("A", operation=update)])
    assert third.result is BUSY


def test_one_lookup_id_belongs_to_one_key(ledger: Ledger) -> None:
    """Two keys that claim one look-up id are refused, both named, and nothing is entered."""
    enter(ledger, "A")
    with pytest.raises(LedgerError) as raised:
        ledger.enter(ACCOUNT, "run_1", [intent("C"), intent("B", lookup="lookup A")])
    assert "A and B" in raised.value.message
    assert raised.value.hint
    with pytest.raises(LedgerError, match="X and Y"):
        ledger.enter(ACCOUNT, "run_1", [intent("X", lookup="L"), intent("Y", lookup="L")])
    assert [entry.key for entry in ledger.find(ACCOUNT)] == ["A"]


def test_a_lookup_id_is_shared_only_where_it_does_no_harm(ledger: Ledger) -> None:
    """Another account, and another operation of a key, may have the look-up id of a create."""
    enter(ledger, "A")
    ledger.enter(OTHER_ACCOUNT, "run_1", [intent("B", lookup="lookup A")])
    (update,) = ledger.enter(ACCOUNT, "run_1", [intent("A", operation=Operation.UPDATE)])
    assert update.result is ENTERED


def test_a_key_comes_once_in_a_call(ledger: Ledger) -> None:
    """The same key and operation twice in one call is our own mistake, and said so."""
    with pytest.raises(Defect):
        ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("A", "two")])
    assert ledger.find(ACCOUNT) == []


def test_keys_are_those_of_the_account(subject: Subject, ledger: Ledger) -> None:
    """Every key once, whatever became of it, and none of another account."""
    ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("A", operation=Operation.HOLD)])
    ledger.enter(ACCOUNT, "run_2", [intent("b")])
    ledger.enter(OTHER_ACCOUNT, "run_2", [intent("C")])
    assert sorted(ledger.keys(ACCOUNT)) == ["A", "b"]


def test_recent_entries_come_without_bodies(subject: Subject, ledger: Ledger) -> None:
    """`recent` gives what was entered since, for the near-duplicate check, and no payload."""
    enter(ledger, "A")
    subject.clock.advance(10)
    since = subject.clock.now()
    entry = enter(ledger, "B")
    ledger.enter(OTHER_ACCOUNT, "run_1", [intent("C")])
    assert ledger.recent(ACCOUNT, since) == [replace(entry, body=None)]
    assert len(ledger.recent(ACCOUNT, since - 10)) == 2


# ------------------------------------------------------------------ 2. first contact
def test_every_key_is_looked_up_until_the_account_is_rebuilt(
    subject: Subject, ledger: Ledger
) -> None:
    """A new ledger marks what it enters, in the second file too; a rebuilt account is trusted."""
    assert ledger.trust(ACCOUNT) is Trust.LOOK_FIRST
    first = ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("B")])
    later = subject.open().enter(ACCOUNT, "run_2", [intent("A"), intent("C")])
    assert [one.entry.look_first for one in first + later] == [True] * 4
    ledger.rebuilt(ACCOUNT)
    assert subject.open().trust(ACCOUNT) is Trust.KNOWN
    last = ledger.enter(ACCOUNT, "run_3", [intent("C"), intent("D")])
    assert [one.entry.look_first for one in last] == [True, False]
    assert ledger.trust(OTHER_ACCOUNT) is Trust.LOOK_FIRST
    other = ledger.enter(OTHER_ACCOUNT, "run_1", [intent("A")])
    assert other[0].entry.look_first


def test_an_account_may_be_rebuilt_before_its_first_order(ledger: Ledger) -> None:
    """A listing that was complete is worth the same for an account that this ledger never met."""
    ledger.rebuilt(ACCOUNT)
    assert ledger.trust(ACCOUNT) is Trust.KNOWN
    assert not enter(ledger, "A").look_first


def test_the_mark_stays_until_the_first_request(ledger: Ledger) -> None:
    """A claim still shows `look_first`; once a request was burnt it has done its work."""
    enter(ledger, "A")
    claimed = claim_one(ledger, entry_of(ledger, "A"))
    assert claimed.look_first
    burn_one(ledger, claimed)
    assert not entry_of(ledger, "A").look_first


def test_an_order_found_at_first_contact_is_recorded(ledger: Ledger) -> None:
    """What the API holds already becomes `created` without a request of ours."""
    claimed = claim_one(ledger, enter(ledger, "A"))
    settle(ledger, claimed, State.CREATED)
    entry = entry_of(ledger, "A")
    assert (entry.state, entry.order_id, entry.attempts) == (State.CREATED, "order of A", 0)


# ------------------------------------------------------------------ refused, sent again by hand
def test_only_refused_entries_restart(ledger: Ledger) -> None:
    """`restart` moves refused → planned for the new run, and nothing else, in no other account."""
    entries = [
        bring_to(ledger, enter(ledger, f"K {state}", run=f"run {state}"), state) for state in State
    ]
    ids = [entry.id for entry in entries]
    assert ledger.restart(OTHER_ACCOUNT, "run_2", ids) == 0
    assert ledger.restart(ACCOUNT, "run_2", [*ids, 999]) == 1
    refused = next(entry for entry in entries if entry.state is State.REFUSED)
    (moved,) = ledger.of_run("run_2")
    assert moved == replace(refused, state=State.PLANNED, run_id="run_2", error=None)
    others = {e.id: e.state for e in ledger.find(ACCOUNT) if e.id != refused.id}
    assert others == {e.id: e.state for e in entries if e.id != refused.id}


# ------------------------------------------------------------------ 3. claim
def test_claims_come_in_the_order_of_entry(subject: Subject, ledger: Ledger) -> None:
    """A claim takes at most `limit` entries of the run, first come first, epoch + 1 each."""
    for key in ("C", "A", "B"):
        enter(ledger, key)
    enter(ledger, "0", run="run_2")
    first = ledger.claim("run_1", "me", 2, LEASE)
    assert [entry.key for entry in first] == ["C", "A"]
    assert [(e.state, e.epoch, e.owner) for e in first] == [(State.CLAIMED, 1, "me")] * 2
    assert first[0].body == intent("C").body
    assert [e.key for e in ledger.claim("run_1", "me", 9, LEASE)] == ["B"]
    assert ledger.claim("run_1", "me", 9, LEASE) == []
    assert subject.open().find(ACCOUNT, ["C"]) == first[:1]


def test_a_claim_of_nothing_takes_nothing(ledger: Ledger) -> None:
    """Limit 0 claims nothing."""
    enter(ledger, "A")
    assert ledger.claim("run_1", "me", 0, LEASE) == []
    assert entry_of(ledger, "A").state is State.PLANNED


@pytest.mark.parametrize("state", State)
def test_only_what_waits_is_claimed(ledger: Ledger, state: State) -> None:
    """Planned and due deferred entries are free; a living claim and all others are not."""
    bring_to(ledger, enter(ledger, "A"), state)
    free = bool(ledger.claim("run_1", current_owner(), 9, LEASE))
    assert free is (state in (State.PLANNED, State.DEFERRED))


def test_deferred_entries_wait_for_their_time(subject: Subject, ledger: Ledger) -> None:
    """A deferred entry is claimed at its time and not before."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    due = subject.clock.now() + 30
    wait = replace(outcome(sending, State.DEFERRED, attempt=attempt), not_before=due)
    assert ledger.settle([wait]) == [True]
    assert ledger.claim("run_1", "me", 9, LEASE) == []
    subject.clock.advance(30)
    assert [entry.epoch for entry in ledger.claim("run_1", "me", 9, LEASE)] == [2]


@pytest.mark.parametrize(
    "owner", ["somebody on another host", current_owner()], ids=["another host", "this process"]
)
def test_a_claim_is_free_when_its_lease_ran_out(
    subject: Subject, ledger: Ledger, owner: str
) -> None:
    """Claimed stays claimed until the lease is over; then the next claim has the next epoch."""
    enter(ledger, "A")
    (first,) = ledger.claim("run_1", owner, 1, LEASE)
    subject.clock.advance(LEASE - 1)
    assert ledger.claim("run_1", "me", 1, LEASE) == []
    subject.clock.advance(1)
    (second,) = ledger.claim("run_1", "me", 1, LEASE)
    assert (second.epoch, second.owner) == (first.epoch + 1, "me")
    assert ledger.burn([burn_of(first, "att_late")]) == [False]
    assert ledger.burn([burn_of(second, "att_new")]) == [True]


@pytest.mark.parametrize("state", State)
def test_one_operation_of_a_key_is_in_flight(ledger: Ledger, state: State) -> None:
    """While one operation is claimed, sending or unknown, no other of its key is claimed."""
    bring_to(ledger, enter(ledger, "A"), state)
    ledger.enter(ACCOUNT, "run_2", [intent("A", operation=Operation.CANCEL), intent("B")])
    ledger.enter(OTHER_ACCOUNT, "run_2", [intent("A")])
    claimed = ledger.claim("run_2", "me", 9, LEASE)
    others = [(e.account, e.key) for e in claimed if e.operation is not Operation.CANCEL]
    assert others == [(ACCOUNT, "B"), (OTHER_ACCOUNT, "A")]
    assert (len(claimed) == 3) is (state not in IN_FLIGHT)


def test_of_two_waiting_operations_of_a_key_one_is_claimed(ledger: Ledger) -> None:
    """One claim call takes the first of a key's operations; the next goes when it has ended."""
    hold = intent("A", operation=Operation.HOLD)
    ledger.enter(ACCOUNT, "run_1", [intent("A"), hold, intent("B")])
    first, other = ledger.claim("run_1", "me", 9, LEASE)
    assert [first.operation, other.key] == [Operation.CREATE, "B"]
    assert ledger.claim("run_1", "me", 9, LEASE) == []
    attempt = burn_one(ledger, first)
    settle(ledger, entry_of(ledger, "A"), State.CREATED, attempt=attempt)
    assert [e.operation for e in ledger.claim("run_1", "me", 9, LEASE)] == [Operation.HOLD]


def test_an_unsent_claim_is_given_back(ledger: Ledger) -> None:
    """claimed(epoch) → planned; not under an older epoch, and not once it was burnt."""
    enter(ledger, "A")
    first = claim_one(ledger, entry_of(ledger, "A"))
    assert ledger.give_back([first]) == [True]
    assert (entry_of(ledger, "A").state, entry_of(ledger, "A").epoch) == (State.PLANNED, 1)
    second = claim_one(ledger, entry_of(ledger, "A"))
    assert ledger.give_back([first, second, second]) == [False, True, False]
    third = claim_one(ledger, entry_of(ledger, "A"))
    burn_one(ledger, third)
    assert ledger.give_back([third]) == [False]
    assert entry_of(ledger, "A").state is State.SENDING


# ------------------------------------------------------------------ 4. burn
def test_a_burn_is_had_once(subject: Subject, ledger: Ledger) -> None:
    """claimed(epoch) → sending(epoch) with one more request, durable; a second time is refused."""
    claimed = claim_one(ledger, enter(ledger, "A"))
    burns = [burn_of(claimed, "att_1"), burn_of(claimed, "att_2")]
    assert ledger.burn(burns) == [True, False]
    assert ledger.burn(burns) == [False, False]
    entry = subject.open().find(ACCOUNT, ["A"])[0]
    assert (entry.state, entry.epoch, entry.attempts) == (State.SENDING, 1, 1)


@pytest.mark.parametrize("change", [{"epoch": 0}, {"epoch": 2}, {"fingerprint": "1:0"}, {"id": 99}])
def test_a_burn_of_something_else_is_refused(ledger: Ledger, change: dict[str, object]) -> None:
    """Another epoch, other content, or no such entry: do not send."""
    claimed = claim_one(ledger, enter(ledger, "A"))
    wrong = burn_of(replace(claimed, **change), "att_1")  # type: ignore[arg-type]  # mixed values
    assert ledger.burn([wrong]) == [False]
    assert entry_of(ledger, "A").state is State.CLAIMED


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLAIMED])
def test_only_a_claim_is_burnt(ledger: Ledger, state: State) -> None:
    """From every other state a burn is refused and changes nothing."""
    before = bring_to(ledger, enter(ledger, "A"), state)
    assert ledger.burn([burn_of(before, "att_1")]) == [False]
    assert entry_of(ledger, "A") == before


def test_burns_are_answered_in_their_order(ledger: Ledger) -> None:
    """Several burns share one call; each is decided by itself."""
    ledger.enter(ACCOUNT, "run_1", [intent(key) for key in "ABC"])
    a, b, c = ledger.claim("run_1", "me", 3, LEASE)
    stale = replace(b, epoch=0)
    burns = [burn_of(e, f"att_{e.key}") for e in (c, stale, a)]
    assert ledger.burn(burns) == [True, False, True]


def test_no_two_requests_bear_one_attempt(ledger: Ledger) -> None:
    """An attempt id that was used is a defect, and the whole call burns nothing."""
    ledger.enter(ACCOUNT, "run_1", [intent("A"), intent("B")])
    a, b = ledger.claim("run_1", "me", 2, LEASE)
    with pytest.raises(Defect):
        ledger.burn([burn_of(a, "att_1"), burn_of(b, "att_1")])
    assert {entry.state for entry in ledger.find(ACCOUNT)} == {State.CLAIMED}


# ------------------------------------------------------------------ 6. outcomes
@pytest.mark.parametrize("was", State)
def test_outcomes_follow_the_arrows(ledger: Ledger, was: State) -> None:
    """From each state exactly the arrows of the life cycle can be settled; nothing else changes."""
    for to in State:
        key = f"{was} to {to}"
        before = bring_to(ledger, enter(ledger, key, run=key), was)
        stands = ledger.settle([outcome(before, to)])
        after = entry_of(ledger, key)
        same_order = was is to is State.CREATED
        taken = (was, to) in ARROWS and to not in (State.CLAIMED, State.SENDING)
        assert stands == [taken or same_order], to
        assert after.state is (to if taken else was), to
        assert after.epoch == before.epoch
        if not taken:
            assert after == before, to


@pytest.mark.parametrize("change", ["epoch", "fingerprint", "since", "entry_id"])
@pytest.mark.parametrize("to", [s for s in State if (State.SENDING, s) in ARROWS])
def test_outcomes_compare_before_they_set(ledger: Ledger, change: str, to: State) -> None:
    """A look-up's outcome for another epoch, other content or another state changes nothing."""
    other = {"epoch": 0, "fingerprint": "1:0", "since": frozenset({State.CLAIMED}), "entry_id": 99}
    enter(ledger, "A")
    before, _ = send(ledger, "A")
    right = outcome(before, to)
    wrong = replace(right, **{change: other[change]})  # type: ignore[arg-type]  # mixed values
    assert ledger.settle([wrong, right, right]) == [False, True, to is State.CREATED]


def test_an_outcome_brings_what_the_reply_said(subject: Subject, ledger: Ledger) -> None:
    """Order id, name, status, error and the time to wait are kept with the entry."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    done = replace(
        outcome(sending, State.CREATED, attempt=attempt), order_name="OR-1", status="Pending"
    )
    subject.clock.advance(1)
    assert ledger.settle([done]) == [True]
    entry = entry_of(ledger, "A")
    assert (entry.order_id, entry.order_name, entry.status) == ("order of A", "OR-1", "Pending")
    assert entry.updated_at == subject.clock.now()
    enter(ledger, "B")
    sending, attempt = send(ledger, "B")
    error = {"code": "OS0004", "details": [["field", "Zoë"]]}
    unknown = replace(outcome(sending, State.UNKNOWN, attempt=attempt), error=error)
    assert ledger.settle([unknown]) == [True]
    assert entry_of(ledger, "B").error == error


def test_an_owner_is_named_while_the_outcome_is_open(ledger: Ledger) -> None:
    """Claimed, sending and unknown entries name their process (a release asks); others do not."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    settle(ledger, sending, State.UNKNOWN, attempt=attempt)
    unknown = entry_of(ledger, "A")
    assert sending.owner == unknown.owner == current_owner()
    settle(ledger, unknown, State.PLANNED)
    assert entry_of(ledger, "A").owner == ""


def test_created_needs_an_order_id(ledger: Ledger) -> None:
    """`created` without an id is our own mistake: it is refused loudly and changes nothing."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    with pytest.raises(Defect):
        ledger.settle([replace(outcome(sending, State.CREATED, attempt=attempt), order_id=None)])
    assert entry_of(ledger, "A").state is State.SENDING


def test_an_order_found_again_changes_nothing(ledger: Ledger) -> None:
    """The same order id, by whatever evidence and epoch, is true already."""
    before = bring_to(ledger, enter(ledger, "A"), State.CREATED)
    again = replace(outcome(before, State.CREATED), epoch=0, since=frozenset({State.UNKNOWN}))
    assert ledger.settle([again]) == [True]
    assert entry_of(ledger, "A") == before


def test_a_second_order_is_a_conflict(ledger: Ledger) -> None:
    """Another order id under a created key is evidence of a second order; the first id stays."""
    before = bring_to(ledger, enter(ledger, "A"), State.CREATED)
    second = replace(outcome(before, State.CREATED, order="another"), epoch=0)
    assert ledger.settle([second]) == [True]
    after = entry_of(ledger, "A")
    assert (after.state, after.order_id) == (State.CONFLICT, before.order_id)


# What an entry can have become, with nothing burnt, while its first request was still on its way.
MEANWHILE = (
    (State.UNKNOWN,),
    (State.REFUSED,),
    (State.DEFERRED,),
    (State.UNKNOWN, State.PLANNED),
    (State.UNKNOWN, State.REFUSED),
    (State.UNKNOWN, State.PLANNED, State.CLAIMED),
    (State.DEFERRED, State.CLAIMED),
    (State.DEFERRED, State.CLAIMED, State.PLANNED),
    (State.REFUSED, State.PLANNED),
)


def walk(ledger: Ledger, key: str, states: tuple[State, ...]) -> Entry:
    """Take an entry through states in which nothing is burnt."""
    for state in states:
        entry = entry_of(ledger, key)
        if state is State.CLAIMED:
            claim_one(ledger, entry)
        else:
            settle(ledger, entry, state)
    return entry_of(ledger, key)


@pytest.mark.parametrize("states", MEANWHILE, ids=" ".join)
def test_a_late_201_is_recorded(ledger: Ledger, states: tuple[State, ...]) -> None:
    """A valid 201 makes `created` of whatever its entry became, when nothing was burnt since."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    before = walk(ledger, "A", states)
    late = outcome(sending, State.CREATED, attempt=attempt)
    assert ledger.settle([late, late]) == [True, True]
    after = entry_of(ledger, "A")
    assert (after.state, after.order_id) == (State.CREATED, "order of A")
    assert (after.epoch, after.attempts) == (before.epoch, 1)
    assert ledger.burn([burn_of(before, "att_too_late")]) == [False]


@pytest.mark.parametrize(
    "states",
    [
        (),
        (State.UNKNOWN,),
        (State.REFUSED,),
        (State.DEFERRED,),
        (State.UNKNOWN, State.PLANNED),
        (State.DEFERRED, State.CLAIMED),
    ],
    ids=lambda states: " ".join(states) or "sending",
)
def test_a_late_201_after_another_burn_is_a_conflict(
    ledger: Ledger, states: tuple[State, ...]
) -> None:
    """Once another request was burnt there may be two orders, whatever that one came to."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    walk(ledger, "A", (State.DEFERRED,))
    send(ledger, "A")
    walk(ledger, "A", states)
    assert ledger.settle([outcome(sending, State.CREATED, attempt=attempt)]) == [True]
    after = entry_of(ledger, "A")
    assert (after.state, after.order_id, after.attempts) == (State.CONFLICT, "order of A", 2)


@pytest.mark.parametrize(("order", "state"), [("one", State.CREATED), ("two", State.CONFLICT)])
def test_two_201s_agree_or_are_a_conflict(ledger: Ledger, order: str, state: State) -> None:
    """The second request made order one; a late 201 of the first that names another one counts."""
    enter(ledger, "A")
    first, attempt = send(ledger, "A")
    walk(ledger, "A", (State.DEFERRED,))
    second, other = send(ledger, "A")
    assert ledger.settle([outcome(second, State.CREATED, attempt=other, order="one")]) == [True]
    assert ledger.settle([outcome(first, State.CREATED, attempt=attempt, order=order)]) == [True]
    assert (entry_of(ledger, "A").state, entry_of(ledger, "A").order_id) == (state, "one")


def test_a_late_201_of_replaced_content_is_a_conflict(ledger: Ledger) -> None:
    """The order that was made has the old content: the entry with the new one was not made."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    walk(ledger, "A", (State.REFUSED,))
    enter(ledger, "A", "two")
    assert ledger.settle([outcome(sending, State.CREATED, attempt=attempt)]) == [True]
    assert entry_of(ledger, "A").state is State.CONFLICT


def test_a_conflict_stays_a_conflict(ledger: Ledger) -> None:
    """Nothing that a request says ends a conflict."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    before = walk(ledger, "A", (State.CONFLICT,))
    assert ledger.settle([outcome(sending, State.CREATED, attempt=attempt)]) == [False]
    assert entry_of(ledger, "A") == before


@pytest.mark.parametrize("to", [State.REFUSED, State.DEFERRED, State.UNKNOWN])
def test_other_late_replies_change_nothing(ledger: Ledger, to: State) -> None:
    """Only a 201 is worth recording when the entry has moved on to another epoch."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    before = walk(ledger, "A", (State.DEFERRED, State.CLAIMED))
    late = replace(outcome(sending, to, attempt=attempt), since=frozenset(State))
    assert ledger.settle([late]) == [False]
    assert entry_of(ledger, "A") == before


def foreign_attempts(sending: Entry, attempt: str, other: str) -> list[Settlement]:
    """Return 201s whose attempt is not that of the entry, its epoch and its content."""
    right = outcome(sending, State.CREATED, attempt=attempt)
    return [
        replace(right, attempt="att_nobody_burnt"),
        replace(right, attempt=other),
        replace(right, epoch=right.epoch + 1),
        replace(right, fingerprint="1:0"),
    ]


def test_an_attempt_proves_only_its_own_entry(ledger: Ledger) -> None:
    """A reply of a request that this entry did not burn is no evidence for it."""
    enter(ledger, "B", run="run_2")
    _, other = send(ledger, "B")
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    for wrong in foreign_attempts(sending, attempt, other):
        assert ledger.settle([wrong]) == [False]
    assert entry_of(ledger, "A") == sending
    assert entry_of(ledger, "B").state is State.SENDING


def test_outcomes_are_answered_in_their_order(ledger: Ledger) -> None:
    """Several outcomes share one call; each is decided by itself."""
    entries = [bring_to(ledger, enter(ledger, k, run=k), State.SENDING) for k in "ABC"]
    outcomes = [outcome(entry, State.UNKNOWN) for entry in reversed(entries)]
    outcomes[1] = replace(outcomes[1], epoch=0)
    assert ledger.settle(outcomes) == [True, False, True]
    assert [entry_of(ledger, k).state for k in "ABC"] == ["unknown", "sending", "unknown"]


def test_what_the_order_tells_besides_is_kept(ledger: Ledger) -> None:
    """The person's id and the parcel stay with the entry; a later outcome without them too."""
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    parcel = {"number": "1Z 999", "carrier": "Zoë’s", "link": "https://example.com/1Z"}
    made = outcome(sending, State.CREATED, attempt=attempt)
    assert ledger.settle([replace(made, consumer_id="person 1", tracking=parcel)]) == [True]
    after = entry_of(ledger, "A")
    assert (after.consumer_id, after.tracking) == ("person 1", parcel)
    second = replace(outcome(after, State.CONFLICT), order_id="another")
    assert ledger.settle([second]) == [True]
    assert (entry_of(ledger, "A").consumer_id, entry_of(ledger, "A").tracking) == (
        "person 1",
        parcel,
    )


# ------------------------------------------------------------------ 7. recovery
def test_sending_becomes_unknown_when_its_lease_ran_out(subject: Subject, ledger: Ledger) -> None:
    """A burn keeps the lease of its claim; after it the outcome is unknown, never planned."""
    sending = bring_to(ledger, enter(ledger, "A"), State.SENDING)
    subject.clock.advance(LEASE - 1)
    assert ledger.recover(ACCOUNT) == 0
    subject.clock.advance(1)
    assert ledger.recover(OTHER_ACCOUNT) == 0
    assert ledger.recover(ACCOUNT) == 1
    assert ledger.recover(ACCOUNT) == 0
    after = entry_of(ledger, "A")
    assert replace(after, updated_at=sending.updated_at) == replace(sending, state=State.UNKNOWN)
    assert ledger.claim("run_1", "me", 9, LEASE) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.SENDING])
def test_recovery_touches_nothing_else(subject: Subject, ledger: Ledger, state: State) -> None:
    """However late it is: only `sending` is recovered."""
    before = bring_to(ledger, enter(ledger, "A"), state)
    subject.clock.advance(10 * LEASE)
    assert ledger.recover(ACCOUNT) == 0
    assert entry_of(ledger, "A") == before


# ------------------------------------------------------------------ processes
def test_the_claims_of_a_killed_process_are_taken_over_at_once(
    subject: Subject, ledger: Ledger
) -> None:
    """A claim for an hour holds while its process lives, and ends with it."""
    enter(ledger, "A")
    with Child(subject, "claim") as child:
        assert child.line() == "A"
        assert ledger.claim("run_1", current_owner(), 9, LEASE) == []
        child.kill()
        (taken,) = ledger.claim("run_1", current_owner(), 9, LEASE)
        assert taken.epoch == 2


def test_a_burn_outlives_its_process(subject: Subject, ledger: Ledger) -> None:
    """After kill -9 right behind the burn the ledger says `sending`, then unknown, never free."""
    enter(ledger, "A")
    with Child(subject, "burn") as child:
        assert child.process.wait() == -9
    again = subject.open()
    sending = entry_of(again, "A")
    assert (sending.state, sending.epoch, sending.attempts) == (State.SENDING, 1, 1)
    assert again.claim("run_1", "me", 9, LEASE) == []
    assert again.recover(ACCOUNT) == 1
    assert entry_of(again, "A").state is State.UNKNOWN
    assert again.claim("run_1", "me", 9, LEASE) == []
    late = outcome(sending, State.CREATED, attempt="att_of_the_dead")
    assert again.settle([late]) == [True]


def test_two_processes_never_claim_the_same(subject: Subject, ledger: Ledger) -> None:
    """Two processes that claim at once share the entries out between them, each going once."""
    keys = {f"K{number}" for number in range(60)}
    ledger.enter(ACCOUNT, "run_1", [intent(key) for key in sorted(keys)])
    with Child(subject, "claim-30") as one, Child(subject, "claim-30") as two:
        assert [one.line(), two.line()] == ["ready", "ready"]
        one.go_on()
        two.go_on()
        claimed = one.line().split() + two.line().split()
    assert sorted(claimed) == sorted(keys)
    assert {entry.epoch for entry in ledger.find(ACCOUNT)} == {1}


def test_one_process_at_a_time_holds_an_account(subject: Subject, ledger: Ledger) -> None:
    """The lock names its holder, leaves other accounts alone, and ends when the holder dies."""
    with Child(subject, "lock") as child:
        assert child.line() == "held"
        with pytest.raises(LedgerBusy, match=str(child.process.pid)), ledger.lock(ACCOUNT):
            pytest.fail("two processes hold one account")
        with ledger.lock(OTHER_ACCOUNT):
            pass
        child.kill()
        with ledger.lock(ACCOUNT):
            pass


def test_a_lock_ends_with_its_block(subject: Subject, ledger: Ledger) -> None:
    """Within a process too an account is held once at a time, and free again after an error."""
    with ledger.lock(ACCOUNT), pytest.raises(LedgerBusy), subject.open().lock(ACCOUNT):
        pytest.fail("two runs hold one account")
    with pytest.raises(ZeroDivisionError), ledger.lock(ACCOUNT):
        raise ZeroDivisionError
    with ledger.lock(ACCOUNT):
        pass


def test_threads_share_a_ledger(ledger: Ledger) -> None:
    """Threads that claim, burn and settle through one object disturb nobody."""
    ledger.enter(ACCOUNT, "run_1", [intent(f"K{number}") for number in range(40)])
    sent: list[str] = []

    def work() -> None:
        while claimed := ledger.claim("run_1", current_owner(), 2, LEASE):
            for entry in claimed:
                attempt = burn_one(ledger, entry)
                sending = replace(entry, state=State.SENDING)
                settle(ledger, sending, State.CREATED, attempt=attempt)
                sent.append(entry.key)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(f"K{number}" for number in range(40))
    assert {entry.state for entry in ledger.find(ACCOUNT)} == {State.CREATED}


# ------------------------------------------------------------------ runs and catalogues
def record(run_id: str, started: float, **changes: object) -> RunRecord:
    """Return the record of a run that is under way."""
    running = RunRecord(
        run_id=run_id,
        command="submit",
        account=ACCOUNT,
        env="stage",
        started_at=started,
        ended_at=0.0,
        exit_code=None,
        document=f"document of {run_id}".encode(),
    )
    return replace(running, **changes)  # type: ignore[arg-type]  # fields of several types


def test_runs_are_kept_and_replaced(subject: Subject, ledger: Ledger) -> None:
    """A run is saved, saved again when it ends, and loaded whole by its id or as the newest."""
    old, new = record("run_b", 10.0), record("run_a", 20.0, account=None)
    assert ledger.load_run(None) is None
    ledger.save_run(new)
    ledger.save_run(old)
    ended = replace(old, ended_at=30.0, exit_code=5, document=b"\x00\xff")
    ledger.save_run(ended)
    again = subject.open()
    assert again.load_run("run_b") == ended
    assert again.load_run(None) == new
    assert again.load_run("run_c") is None
    assert again.list_runs() == [replace(new, document=None), replace(ended, document=None)]


def test_documents_of_old_runs_are_removed(ledger: Ledger) -> None:
    """Runs that ended before the time lose their documents, once; a killed run counts too."""
    ledger.save_run(record("ended before", 1.0, ended_at=9.0, exit_code=0))
    ledger.save_run(record("ended after", 1.0, ended_at=11.0, exit_code=0))
    ledger.save_run(record("killed long ago", 2.0))
    ledger.save_run(record("under way", 10.5))
    assert ledger.purge_runs(10.0) == 2
    assert ledger.purge_runs(10.0) == 0
    left = {run.run_id: ledger.load_run(run.run_id) for run in ledger.list_runs()}
    with_document = {name for name, run in left.items() if run and run.document}
    assert len(left) == 4
    assert with_document == {"ended after", "under way"}


def test_a_catalogue_is_found_by_its_environment(ledger: Ledger) -> None:
    """The kept catalogue of the only account of an environment; of two accounts, none is meant."""
    assert ledger.load_catalogue("stage") is None
    ledger.save_catalogue(ACCOUNT, b"old", 1.0)
    ledger.save_catalogue(ACCOUNT, b"new", 2.0)
    assert ledger.load_catalogue("stage") == (ACCOUNT, b"new", 2.0)
    assert ledger.load_catalogue("prod") is None
    ledger.save_catalogue(OTHER_ACCOUNT, b"other", 3.0)
    assert ledger.load_catalogue("stage") is None


# ------------------------------------------------------------------ many
def test_hundreds_of_intents_are_one_call(ledger: Ledger) -> None:
    """A large call mixes what is new, the same and other, and answers each in its place."""
    count = 2_500
    ledger.enter(ACCOUNT, "run_1", [intent(f"K{n}") for n in range(0, count, 2)])
    content = itertools.cycle(["one", "one", "two", "two"])
    wanted = [intent(f"K{n}", next(content)) for n in range(count)]
    entered = ledger.enter(ACCOUNT, "run_2", wanted)
    assert [one.entry.body for one in entered] == [one.body for one in wanted]
    same = [one.key for one in entered if one.result is EnterResult.SAME]
    assert same == [f"K{n}" for n in range(0, count, 4)]
    assert len(ledger.of_run("run_2")) == count
    assert [e.key for e in ledger.claim("run_2", "me", 3, LEASE)] == ["K0", "K2", "K4"]
