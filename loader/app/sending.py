"""Sending the entries of one run: claim, burn, one request, record. Never twice.

The first order goes alone; then as many senders as asked for work side by side. Each step is
durable before the next one begins, whatever happens in between.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loader.app.brake import Brake, short
from loader.app.interrupt import unless
from loader.app.outcomes import error_of, found_there, our_error, says_it_exists, text_in
from loader.app.scribe import Scribe
from loader.app.shared_pace import Outbound
from loader.core.adopt import differences
from loader.core.errors import Defect, LedgerBusy, LedgerError, LoaderError, SignInError
from loader.core.lifecycle import State, Verdict
from loader.core.model import Account
from loader.core.payload import request_of
from loader.core.person_and_parcel import consumer_id, tracking
from loader.ports import Burn, Clock, Entry, Ledger, LookUp, Reply, Settlement, Sight

MARGIN = 30.0  # seconds by which a lease outlasts the deadline of its request
NAP = 0.05  # seconds between two looks for entries that are due
LONGEST_NAP = 1.0
USUAL_WAIT = 1.0  # seconds before a deferred order is due, where the API does not say
SETTLE_AGAIN = (0.5, 1.0, 2.0)  # seconds before each further try to record an outcome
NOT_SHOWN = "Refused as an order that is there already, but no look-up shows it yet."
NOT_LOOKED_UP = "Refused, but whether the order is there could not be looked up"
LATE_LOOKS = (0.2, 0.6, 1.5)  # seconds before each look-up of an unknown outcome

# Told after each outcome: the entry's id and the state that it is in now.
Progress = Callable[[int, State], None]
_FROM_SENDING = frozenset({State.SENDING, State.UNKNOWN})
_STATE_OF = {
    Verdict.DONE: State.CREATED,
    Verdict.REFUSED: State.REFUSED,
    Verdict.DEFERRED: State.DEFERRED,
    Verdict.UNKNOWN: State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claimed entry; its lease began after `since` (ticks), so a burn is young until then."""

    entry: Entry
    since: float


@dataclass(slots=True, kw_only=True)
class Sender:
    """One run's sending, or that of `any_of` an account's runs.

    `timeout` is the deadline of one request in seconds.
    """

    ledger: Ledger
    target: Outbound
    clock: Clock
    run_id: str
    owner: str
    concurrency: int
    timeout: float
    progress: Progress = lambda entry_id, state: None
    brake: Brake = field(default_factory=Brake)
    any_of: Account | None = None
    in_flight: int = 0  # requests on their way, or whose outcome is being recorded
    _due: dict[int, float] = field(default_factory=dict, repr=False)
    _unknown: dict[int, Entry] = field(default_factory=dict, repr=False)
    _failure: Exception | None = field(default=None, repr=False)

    async def run(self) -> None:
        """Send all that is planned or due; return when nothing is left or the brake is pulled.

        A ledger that fails pulls the brake. Any other failure is raised again, after every
        request that was on its way has ended and is recorded.
        """
        async with self.scribe() as scribe:
            waiting = [] if self.any_of else self.ledger.of_run(self.run_id)
            self._due = {e.id: e.not_before for e in waiting if e.state is State.DEFERRED}
            await self._work(scribe, most=1)
            async with asyncio.TaskGroup() as senders:
                for _ in range(self.concurrency):
                    senders.create_task(self._work(scribe))
            if self._failure is None and not self.brake.sign_in_refused:
                await self._look_at_the_end(scribe)
        if self._failure is not None and not isinstance(self._failure, LoaderError):
            raise self._failure

    def scribe(self) -> Scribe:
        """Return the scribe of this run; a lease outlasts the longest request."""
        lease = self.timeout + MARGIN
        return Scribe(self.ledger, self.run_id, self.owner, lease, self.any_of)

    async def _work(self, scribe: Scribe, most: int | None = None) -> None:
        """Send one order after the other, `most` at most; a failure lets the others finish."""
        try:
            while most != 0 and (claim := await self._next(scribe)) is not None:
                await self._send(scribe, claim)
                most = None if most is None else most - 1
        except Exception as problem:  # cancelling the others would cost them their outcomes
            self._failure = self._failure or problem
            words = problem.message if isinstance(problem, LoaderError) else "A defect of ours"
            self.brake.pull(words)

    async def _next(self, scribe: Scribe) -> _Claim | None:
        """Claim the next entry, waiting for deferred ones; None when there is nothing to do."""
        while await self._may_go():
            since, asked = self.clock.ticks(), self.clock.now()
            entry = await scribe.claim()
            if entry is not None:
                self._due.pop(entry.id, None)
                return _Claim(entry, since)
            # What was due when we asked and was not handed out is somebody else's by now.
            self._due = {one: due for one, due in self._due.items() if due > asked}
            if not self._due:
                return None
            away = min(self._due.values()) - self.clock.now()
            self.brake.check_pause(away)
            await self.brake.rest(min(max(away, NAP), LONGEST_NAP))
        return None

    async def _may_go(self) -> bool:
        """Wait for the account's pace, but not for longer than the run may go on."""
        if self.brake.why:
            return False
        try:
            pause = await unless(self.brake.pulled(), self.target.ready())
        except SignInError as refused:
            self.brake.sign_in_refused = True
            self.brake.pull(refused.message)
            return False
        if pause is not None:
            self.brake.check_pause(pause)
        return not self.brake.why

    async def _send(self, scribe: Scribe, claim: _Claim) -> None:
        entry = claim.entry
        if entry.look_first and not await self._nothing_there(scribe, entry):
            return
        if self.brake.why:
            await scribe.give_back(entry)
            return
        if entry.body is None:
            raise Defect("An order that waits to be sent has no content in the ledger.")
        attempt = f"att_{secrets.token_hex(12)}"
        burn = Burn(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, attempt=attempt
        )
        if not await scribe.burn(burn):
            return  # somebody else owns it: not ours to send
        self.in_flight += 1
        try:
            await self._request(scribe, claim, attempt)
        finally:
            self.in_flight -= 1

    async def _request(self, scribe: Scribe, claim: _Claim, attempt: str) -> None:
        """Send one request, and record what came of it before anything is counted."""
        entry = claim.entry
        reply = await self.target.create(
            entry.body or b"", attempt=attempt,
            still_ours=lambda: self.clock.ticks() - claim.since < MARGIN,
        )  # fmt: skip
        self.brake.sent += reply.sent
        self.brake.heed(reply)
        self.brake.count(reply, await self._record(scribe, entry, attempt, reply))

    async def _nothing_there(self, scribe: Scribe, entry: Entry) -> bool:
        """First contact, or after a release: look the key up; True where it may be sent."""
        seen = await unless(self.brake.pulled(), self.target.look_up(entry.lookup_id))
        if seen is not None and seen.sight is Sight.ABSENT:
            return True
        if seen is not None and seen.sight is Sight.FOUND:
            await self._adopt(scribe, entry, seen, "", frozenset({State.CLAIMED}))
            return False
        await scribe.give_back(entry)
        if seen is not None:
            self.brake.heed(seen.reply)
            self.brake.pull(f"An order could not be looked up before sending: {short(seen.reply)}")
        return False

    async def _record(self, scribe: Scribe, entry: Entry, attempt: str, reply: Reply) -> State:
        """Record what a reply proves; return the outcome."""
        if reply.verdict is Verdict.REFUSED:
            seen = await self.target.look_up(entry.lookup_id)
            if seen.sight is Sight.FOUND:
                return await self._adopt(scribe, entry, seen, attempt, _FROM_SENDING)
            said = ""
            if seen.sight is Sight.UNCLEAR:
                said = f"{NOT_LOOKED_UP}: {short(seen.reply)}."
            elif says_it_exists(reply):
                said = NOT_SHOWN
            if said:
                return await self._settle(
                    scribe, entry, State.UNKNOWN, attempt, evidence=said,
                    error=error_of(reply) | {"message": f"{said} {reply.message}".strip()},
                )  # fmt: skip
        order = reply.order if reply.verdict is Verdict.DONE else None
        state = _STATE_OF[reply.verdict]
        wait = USUAL_WAIT if reply.wait is None else reply.wait
        return await self._settle(
            scribe, entry, state, attempt, order=order, evidence=reply.message,
            error=None if order is not None else error_of(reply),
            not_before=self.clock.now() + wait if state is State.DEFERRED else 0.0,
        )  # fmt: skip

    async def _adopt(
        self, scribe: Scribe, entry: Entry, seen: LookUp, attempt: str, since: frozenset[State]
    ) -> State:
        """An order with our look-up id is there: ours if it matches what was sent."""
        order = seen.order or {}
        differing = differences(request_of(entry.body or b"{}"), order)
        return await self._settle(
            scribe, entry, State.CONFLICT if differing else State.CREATED, attempt, order=order,
            since=since, evidence=found_there(differing),
            error=our_error("LEDGER-CONFLICT", found_there(differing)) if differing else None,
        )  # fmt: skip

    async def _settle(
        self, scribe: Scribe, entry: Entry, state: State, attempt: str, *,
        order: Mapping[str, Any] | None = None, evidence: str = "",
        error: Mapping[str, Any] | None = None, not_before: float = 0.0,
        since: frozenset[State] = _FROM_SENDING,
    ) -> State:  # fmt: skip
        order = order or {}
        settlement = Settlement(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, since=since,
            state=state, attempt=attempt, evidence=evidence,
            order_id=text_in(order, "id"), order_name=text_in(order, "name"),
            status=text_in(order, "status"), error=error,
            not_before=not_before, consumer_id=consumer_id(order), tracking=tracking(order),
        )  # fmt: skip
        settled = await _recorded(scribe, settlement)
        if settled and state is State.DEFERRED:
            self._due[entry.id] = not_before
        if settled and state is State.UNKNOWN:
            self._unknown[entry.id] = entry
        self.progress(entry.id, state)
        return state

    async def _look_at_the_end(self, scribe: Scribe) -> None:
        """Look up what this run left unknown; a ledger that fails ends the run here, too."""
        try:
            await self._settle_unknown(scribe)
        except LoaderError as problem:
            self.brake.pull(problem.message)

    async def _settle_unknown(self, scribe: Scribe) -> None:
        """Look again and again, with longer pauses; what is not found stays unknown.

        `reconcile` looks again when the API is back, or shows what it made.
        """
        for pause in LATE_LOOKS:
            if not self._unknown:
                return
            await self.brake.rest_between_looks(pause)
            await self.look_up(scribe, list(self._unknown.values()))

    async def look_up(self, scribe: Scribe, entries: Iterable[Entry]) -> dict[str, Sight]:
        """Settle unknown outcomes by look-ups side by side, until the brake makes them blind.

        Returns what was seen, by key; what was not looked up any more is not in it.
        """
        waiting, seen = iter(entries), dict[str, Sight]()

        async def look() -> None:
            for entry in waiting:
                if self.brake.blind:
                    return
                found = await unless(self.brake.blinded(), self.target.look_up(entry.lookup_id))
                if found is None:
                    return
                self.brake.count_look(found.reply)
                if found.sight is Sight.FOUND:
                    self._unknown.pop(entry.id, None)
                    await self._adopt(scribe, entry, found, "", frozenset({State.UNKNOWN}))
                else:
                    self.progress(entry.id, State.UNKNOWN)
                seen[entry.key] = found.sight

        ended = (look() for _ in range(self.concurrency))
        for failure in await asyncio.gather(*ended, return_exceptions=True):
            if failure is not None:
                raise failure
        return seen


async def _recorded(scribe: Scribe, settlement: Settlement) -> bool:
    """Record an outcome; a ledger that is busy or full for a moment must not cost it."""
    for pause in SETTLE_AGAIN:
        try:
            return await scribe.settle(settlement)
        except (LedgerBusy, LedgerError):
            await asyncio.sleep(pause)
    return await scribe.settle(settlement)
