"""A ledger in a dictionary, and a random walk that holds a real ledger to it.

The model says the protocol once more, in the plainest words, and knows no storage. The walk
calls both with the same arguments, timely, stale and senseless ones, and compares all that can
be seen after every step.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from loader.core.lifecycle import Operation, State
from loader.ports import Burn, EnterResult, Entry, Settlement
from tests.contract.ledger_subject import ACCOUNT, LEASE, MEMORY_DISK, Subject, intent

OWNER = "a process on another host"  # its end cannot be seen: only the lease counts

KEYS = st.sampled_from("AB")
OPERATIONS = st.sampled_from([Operation.CREATE, Operation.UPDATE])
CONTENTS = st.sampled_from(["one", "two"])
RUNS = st.sampled_from(["run_1", "run_2"])
ORDERS = st.sampled_from(["order 1", "order 2"])
OUTCOMES = st.sampled_from(State)

# Written out here once more, so that a slip in the code's own table is seen.
FREELY_SETTLED = {
    State.PLANNED: {State.PLANNED, State.CREATED, State.CONFLICT},
    State.CLAIMED: {State.PLANNED, State.CREATED, State.CONFLICT},
    State.SENDING: {
        State.CREATED, State.REFUSED, State.DEFERRED, State.UNKNOWN, State.CONFLICT,
    },
    State.UNKNOWN: {State.CREATED, State.REFUSED, State.CONFLICT, State.PLANNED},
    State.REFUSED: {State.CREATED, State.CONFLICT, State.PLANNED},
    State.DEFERRED: {State.CREATED, State.CONFLICT, State.PLANNED},
    State.CREATED: {State.CONFLICT},
    State.CONFLICT: set(),
}  # fmt: skip
IN_FLIGHT = {State.CLAIMED, State.SENDING, State.UNKNOWN}


@dataclass
class Row:
    """An entry of the model. `burns` are (epoch, fingerprint) by attempt."""

    key: str
    operation: Operation
    fingerprint: str
    run: str
    look_first: bool
    state: State = State.PLANNED
    epoch: int = 0
    attempts: int = 0
    not_before: float = 0.0
    lease_until: float = 0.0
    order_id: str | None = None
    current: bool = True
    burns: dict[str, tuple[int, str]] = field(default_factory=dict)

    def shown(self) -> tuple[object, ...]:
        """Return what the port shows of it."""
        return (
            self.key, self.operation, self.fingerprint, self.run, self.look_first, self.state,
            self.epoch, self.attempts, self.not_before, self.order_id,
        )  # fmt: skip


def shown(entry: Entry) -> tuple[object, ...]:
    """Return the same of a real entry."""
    return (
        entry.key, entry.operation, entry.fingerprint, entry.run_id, entry.look_first,
        entry.state, entry.epoch, entry.attempts, entry.not_before, entry.order_id,
    )  # fmt: skip


class LedgerWalk(RuleBasedStateMachine):
    """A random walk over one account, with two keys of two operations each."""

    adapter = ""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY_DISK)
        self._subject = Subject(self.adapter, Path(self._folder.name))
        self._clock = self._subject.clock
        self._rows: list[Row] = []  # a row's place is its entry's, counted from 0
        self._attempts = 0
        self._rebuilt = False

    @initialize()
    def open(self) -> None:
        """Begin with an empty ledger."""
        self._ledger = self._subject.open()

    def teardown(self) -> None:
        """Leave nothing behind."""
        self._subject.close()
        self._folder.cleanup()

    def _current(self, key: str, operation: Operation) -> Row | None:
        return next(
            (r for r in self._rows if r.current and (r.key, r.operation) == (key, operation)), None
        )

    # -------------------------------------------------------------- steps
    @rule(key=KEYS, operation=OPERATIONS, content=CONTENTS, run=RUNS)
    def enter(self, key: str, operation: Operation, content: str, run: str) -> None:
        """Enter one intent."""
        wanted = intent(key, content, operation=operation)
        row = self._current(key, operation)
        if row is not None and row.fingerprint == wanted.fingerprint:
            expected = EnterResult.SAME
            if row.state in (State.PLANNED, State.DEFERRED):
                row.run = run
        elif row is not None and row.state in (State.PLANNED, State.DEFERRED, State.REFUSED):
            expected = EnterResult.ENTERED
            row.state, row.fingerprint, row.run = State.PLANNED, wanted.fingerprint, run
            row.not_before = 0.0
        elif row is not None and row.state in IN_FLIGHT:
            expected = EnterResult.BUSY
        elif row is not None and operation is not Operation.UPDATE:
            expected = EnterResult.DIFFERENT
        else:
            expected = EnterResult.ENTERED
            new = Row(key, operation, wanted.fingerprint, run, not self._rebuilt)
            if row is not None:
                row.current, new.epoch = False, row.epoch
            self._rows.append(new)
        (entered,) = self._ledger.enter(ACCOUNT, run, [wanted])
        assert entered.result is expected

    @rule(run=RUNS, limit=st.integers(0, 3))
    def claim(self, run: str, limit: int) -> None:
        """Claim what is free."""
        now = self._clock.now()
        expected: list[Row] = []
        for row in self._rows:
            free = row.run == run and (
                row.state is State.PLANNED
                or (row.state is State.DEFERRED and row.not_before <= now)
                or (row.state is State.CLAIMED and row.lease_until <= now)
            )
            busy = any(
                other is not row and other.key == row.key and other.state in IN_FLIGHT
                for other in self._rows
            )
            if free and not busy and len(expected) < limit:
                row.state, row.epoch, row.lease_until = State.CLAIMED, row.epoch + 1, now + LEASE
                expected.append(row)
        claimed = self._ledger.claim(run, OWNER, limit, LEASE)
        assert [shown(entry) for entry in claimed] == [row.shown() for row in expected]

    @precondition(lambda self: self._rows)
    @rule(data=st.data(), late=st.integers(0, 1))
    def burn(self, data: st.DataObject, late: int) -> None:
        """Burn any entry, sometimes under an older epoch."""
        place, row = self._draw(data)
        self._attempts += 1
        attempt = f"att_{self._attempts}"
        epoch = row.epoch - late
        expected = row.state is State.CLAIMED and not late
        if expected:
            row.state, row.attempts, row.look_first = State.SENDING, row.attempts + 1, False
            row.burns[attempt] = (epoch, row.fingerprint)
        burn = Burn(entry_id=place + 1, epoch=epoch, fingerprint=row.fingerprint, attempt=attempt)
        assert self._ledger.burn([burn]) == [expected]

    @precondition(lambda self: self._rows)
    @rule(data=st.data(), late=st.integers(0, 1))
    def give_back(self, data: st.DataObject, late: int) -> None:
        """Give any entry back, sometimes under an older epoch."""
        place, row = self._draw(data)
        expected = row.state is State.CLAIMED and not late
        entry = next(e for e in self._ledger.of_run(row.run) if e.id == place + 1)
        stale = Entry(**{**_fields(entry), "epoch": entry.epoch - late})
        if expected:
            row.state = State.PLANNED
        assert self._ledger.give_back([stale]) == [expected]

    @precondition(lambda self: self._rows)
    @rule(data=st.data(), to=OUTCOMES, order=ORDERS, late=st.integers(0, 1), wait=st.booleans())
    def conclude(self, data: st.DataObject, to: State, order: str, late: int, wait: bool) -> None:
        """Record what a look-up or a person says, sometimes about an older epoch."""
        place, row = self._draw(data)
        not_before = self._clock.now() + LEASE if wait else 0.0
        expected = True
        if to is State.CREATED and row.state is State.CREATED:
            if row.order_id != order:
                row.state, row.not_before = State.CONFLICT, not_before
        elif not late and to in FREELY_SETTLED[row.state]:
            self._move(row, to, order, not_before)
        else:
            expected = False
        settlement = Settlement(
            entry_id=place + 1,
            epoch=row.epoch - late,
            fingerprint=row.fingerprint,
            since=frozenset(State),
            state=to,
            order_id=order,
            not_before=not_before,
        )
        assert self._ledger.settle([settlement]) == [expected]

    @precondition(lambda self: any(row.burns for row in self._rows))
    @rule(data=st.data(), to=OUTCOMES, order=ORDERS)
    def reply(self, data: st.DataObject, to: State, order: str) -> None:
        """Record the reply of any request there ever was, however late."""
        burnt = [(p, row, a) for p, row in enumerate(self._rows) for a in row.burns]
        place, row, attempt = data.draw(st.sampled_from(burnt))
        epoch, fingerprint = row.burns[attempt]
        is_last = epoch == max(burnt_epoch for burnt_epoch, _ in row.burns.values())
        expected = True
        if to is State.CREATED and row.state is State.CREATED:
            if row.order_id != order:
                row.state, row.not_before = State.CONFLICT, 0.0
        elif to is State.CREATED and row.state is not State.CONFLICT:
            alone = is_last and fingerprint == row.fingerprint
            self._move(row, State.CREATED if alone else State.CONFLICT, order, 0.0)
        elif (epoch, fingerprint) == (row.epoch, row.fingerprint) and (
            to in FREELY_SETTLED[row.state]
        ):
            self._move(row, to, order, 0.0)
        else:
            expected = False
        settlement = Settlement(
            entry_id=place + 1,
            epoch=epoch,
            fingerprint=fingerprint,
            since=frozenset(State),
            state=to,
            attempt=attempt,
            order_id=order,
        )
        assert self._ledger.settle([settlement]) == [expected]

    @rule()
    def recover(self) -> None:
        """Give up on requests whose lease ran out."""
        now = self._clock.now()
        late = [r for r in self._rows if r.state is State.SENDING and r.lease_until <= now]
        for row in late:
            row.state = State.UNKNOWN
        assert self._ledger.recover(ACCOUNT) == len(late)

    @precondition(lambda self: self._rows)
    @rule(data=st.data(), run=RUNS)
    def restart(self, data: st.DataObject, run: str) -> None:
        """Send a refused entry again."""
        place, row = self._draw(data)
        expected = row.state is State.REFUSED
        if expected:
            row.state, row.run, row.not_before = State.PLANNED, run, 0.0
        assert self._ledger.restart(ACCOUNT, run, [place + 1]) == expected

    @rule()
    def rebuild(self) -> None:
        """Learn all that the API holds: what is entered from now on need not be looked up."""
        self._ledger.rebuilt(ACCOUNT)
        self._rebuilt = True

    @rule(seconds=st.sampled_from([1.0, LEASE / 2, LEASE]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._clock.advance(seconds)

    @rule()
    def open_again(self) -> None:
        """Close the ledger and open it again, as the next command does."""
        self._ledger.close()
        self._ledger = self._subject.open()

    # -------------------------------------------------------------- what holds
    @invariant()
    def they_agree(self) -> None:
        """The ledger shows what the model shows, no more and no less."""
        real = sorted(map(shown, self._ledger.find(ACCOUNT)), key=repr)
        assert real == sorted((row.shown() for row in self._rows if row.current), key=repr)
        everything = self._ledger.of_run("run_1") + self._ledger.of_run("run_2")
        assert len(everything) == len(self._rows)

    def _draw(self, data: st.DataObject) -> tuple[int, Row]:
        place = data.draw(st.integers(0, len(self._rows) - 1))
        return place, self._rows[place]

    def _move(self, row: Row, to: State, order: str, not_before: float) -> None:
        row.state, row.not_before = to, not_before
        row.order_id = row.order_id or order


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
