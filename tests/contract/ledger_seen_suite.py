"""The suite of the port `Ledger`, second part: what it learns without sending anything."""

import pytest

from loader.core.lifecycle import Operation, State
from loader.ports import EnterResult, Found, Ledger
from tests.contract.ledger_subject import (
    ACCOUNT,
    OTHER_ACCOUNT,
    Subject,
    bring_to,
    enter,
    entry_of,
    intent,
    outcome,
    send,
    settle,
)


def found(key: str, order: str = "", lookup: str = "", state: State = State.CREATED) -> Found:
    """Return an order that the API holds."""
    return Found(
        key=key, lookup_id=lookup or f"lookup {key}", body=f"order {key}".encode(),
        fingerprint=f"seen:{key}", order_id=order or f"o-{key}", order_name=f"OR-{key}",
        status="Pending", state=state, evidence="in the list", person="who", contents="what",
        error={"code": "TWO"} if state is State.CONFLICT else None,
    )  # fmt: skip


# ------------------------------------------------------------------ journal
def test_the_journal_tells_every_step(ledger: Ledger, subject: Subject) -> None:
    """Each transition of the entries asked for, in its order, with its time and evidence."""
    entry = bring_to(ledger, enter(ledger, "A"), State.CREATED)
    enter(ledger, "B")
    steps = ledger.journal([entry.id])
    assert [(one.was, one.became) for one in steps] == [
        (None, State.PLANNED), (State.PLANNED, State.CLAIMED), (State.CLAIMED, State.SENDING),
        (State.SENDING, State.CREATED),
    ]  # fmt: skip
    assert steps[-1].evidence == "seen in a test"
    assert {one.at for one in steps} == {subject.clock.now()}
    assert {one.entry_id for one in steps} == {entry.id}
    assert ledger.journal([]) == []


def test_a_released_order_is_looked_up_before_it_is_sent(ledger: Ledger) -> None:
    """A release: the entry waits, marked to be looked up first, until it is burnt."""
    unknown = bring_to(ledger, enter(ledger, "A"), State.UNKNOWN)
    settle(ledger, unknown, State.PLANNED)
    released = entry_of(ledger, "A")
    assert (released.state, released.look_first, released.attempts) == (State.PLANNED, True, 1)
    assert ledger.journal([released.id])[-1].evidence == "seen in a test"
    (entered,) = ledger.enter(ACCOUNT, "run_2", [intent("A", "other")])
    assert entered.entry.look_first, "corrected content does not take the mark away"
    sent, _ = send(ledger, "A")
    assert not sent.look_first


# ------------------------------------------------------------------ who holds an id
def test_the_holder_of_a_look_up_id_is_known(ledger: Ledger) -> None:
    """A look-up id names the key that has it, in its own account; a free one is left out."""
    ledger.enter(ACCOUNT, "run_1", [intent("A", lookup="X"), intent("B")])
    ledger.enter(OTHER_ACCOUNT, "run_1", [intent("C", lookup="Y")])
    assert ledger.holders(ACCOUNT, ["X", "Y", "Z", "lookup B"]) == {"X": "A", "lookup B": "B"}
    assert ledger.holders(ACCOUNT, []) == {}


# ------------------------------------------------------------------ orders that the API holds
def test_what_the_api_holds_is_remembered_as_made(ledger: Ledger) -> None:
    """A key that the ledger lacks is created at once: nobody can claim it, and it is found."""
    assert ledger.remember(ACCOUNT, "run_1", [found("A"), found("B", state=State.CONFLICT)]) == [
        "A", "B",
    ]  # fmt: skip
    entry = entry_of(ledger, "A")
    assert (entry.state, entry.attempts, entry.epoch) == (State.CREATED, 0, 0)
    assert (entry.order_id, entry.order_name, entry.status) == ("o-A", "OR-A", "Pending")
    assert (entry.body, entry.fingerprint, entry.run_id) == (b"order A", "seen:A", "run_1")
    assert (entry.person, entry.contents, entry.lookup_id) == ("who", "what", "lookup A")
    assert entry_of(ledger, "B").state is State.CONFLICT
    assert entry_of(ledger, "B").error == {"code": "TWO"}
    assert ledger.claim("run_1", "somebody", 10, 60.0) == []
    assert [one.evidence for one in ledger.journal([entry.id])] == ["in the list"]
    (entered,) = ledger.enter(ACCOUNT, "run_2", [intent("A")])
    assert entered.result is EnterResult.DIFFERENT


@pytest.mark.parametrize("state", State)
def test_what_the_ledger_knows_is_not_overwritten(ledger: Ledger, state: State) -> None:
    """A key that has an entry keeps it, whatever its state: only evidence moves it."""
    before = bring_to(ledger, enter(ledger, "A"), state)
    assert ledger.remember(ACCOUNT, "run_2", [found("A"), found("C"), found("C")]) == ["C"]
    assert entry_of(ledger, "A") == before


def test_a_look_up_id_stays_with_one_key(ledger: Ledger) -> None:
    """Where the id belongs to another key already, the order's own id stands for it."""
    enter(ledger, "A")
    ledger.remember(
        ACCOUNT, "run_1", [found("B", lookup="lookup A"), found("C", lookup="X"),
                           found("D", lookup="X")],
    )  # fmt: skip
    assert entry_of(ledger, "B").lookup_id == "o-B"
    assert entry_of(ledger, "C").lookup_id == "X"
    assert entry_of(ledger, "D").lookup_id == "o-D"


def test_a_second_order_seen_for_a_created_key_is_a_conflict(ledger: Ledger) -> None:
    """Evidence of another order under a key that was made: `created` becomes `conflict`."""
    made = bring_to(ledger, enter(ledger, "A"), State.CREATED)
    assert ledger.settle([outcome(made, State.CONFLICT)]) == [True]
    assert entry_of(ledger, "A").state is State.CONFLICT


# ------------------------------------------------------------------ personal data goes
def test_done_orders_lose_their_content_by_age(subject: Subject, ledger: Ledger) -> None:
    """Created and refused ones do, once old enough; the hashes stay; what is open keeps all."""
    states = (State.CREATED, State.REFUSED, State.UNKNOWN, State.CONFLICT, State.DEFERRED)
    for state in states:
        bring_to(ledger, enter(ledger, state.value), state)
    now = subject.clock.now()
    assert ledger.purge_payloads(now) == 0, "not old enough"
    subject.clock.advance(1.0)
    ledger.enter(ACCOUNT, "run_2", [intent("new")])
    bring_to(ledger, entry_of(ledger, "new"), State.CREATED)
    assert ledger.purge_payloads(now + 0.5) == 2
    kept = {entry.key: entry.body is not None for entry in ledger.find(ACCOUNT)}
    assert kept == {
        "created": False, "refused": False, "unknown": True, "conflict": True, "deferred": True,
        "new": True,
    }  # fmt: skip
    created = entry_of(ledger, "created")
    assert (created.person, created.contents) == ("person of created", "contents one")
    (again,) = ledger.enter(ACCOUNT, "run_2", [intent("created")])
    assert again.result is EnterResult.SAME, "the fingerprint still tells it"
    assert ledger.purge_payloads(now + 0.5) == 0


def test_other_operations_keep_their_own_entries(ledger: Ledger) -> None:
    """An order that the API holds is a create; a hold of that key is another matter."""
    ledger.enter(ACCOUNT, "run_1", [intent("A", operation=Operation.HOLD)])
    assert ledger.remember(ACCOUNT, "run_2", [found("A")]) == ["A"]
    assert len(ledger.find(ACCOUNT, ["A"])) == 2
