"""Sending the entries of one run: claim, burn, one request, record. Never twice.

The first order goes alone; then as many senders as asked for work side by side. Each step is
durable before the next one begins, whatever happens in between.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loader.app.brake import Brake, short
from loader.app.scribe import Scribe
from loader.core.adopt import differences
from loader.core.errors import Defect, LedgerBusy, LedgerError, LoaderError, SignInError
from loader.core.lifecycle import State, Verdict
from loader.core.payload import request_of
from loader.core.person_and_parcel import consumer_id, tracking
from loader.ports import Burn, Clock, Entry, Ledger, LookUp, Reply, Settlement, Sight, Target

MARGIN = 30.0  # seconds by which a lease outlasts the deadline of its request
NAP = 0.05  # seconds between two looks for entries that are due
LONGEST_NAP = 1.0
USUAL_WAIT = 1.0  # seconds before a deferred order is due, where the API does not say
SETTLE_AGAIN = (0.5, 1.0, 2.0)  # seconds before each further try to record an outcome
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
    """One run's sending. `timeout` is the deadline of one request in seconds."""

    ledger: Ledger
    target: Target
    clock: Clock
    run_id: str
    owner: str
    concurrency: int
    timeout: float
    progress: Progress = lambda entry_id, state: None
    brake: Brake = field(default_factory=Brake)
    _due: dict[int, float] = field(default_factory=dict, repr=False)
    _unknown: dict[int, Entry] = field(default_factory=dict, repr=False)
    _failure: Exception | None = field(default=None, repr=False)

    async def run(self) -> None:
        """Send all that is planned or due; return when nothing is left or the brake is pulled.

        A ledger that fails pulls the brake. Any other failure is raised again, after every
        request that was on its way has ended and is recorded.
        """
        async with self.scribe() as scribe:
            waiting = self.ledger.of_run(self.run_id)
            self._due = {e.id: e.not_before for e in waiting if e.state is State.DEFERRED}
            await self._work(scribe, most=1)
            async with asyncio.TaskGroup() as senders:
                for _ in range(self.concurrency):
                    senders.create_task(self._work(scribe))
            if self._failure is None and not self.brake.sign_in_refused:
                await self._settle_unknown(scribe)
        if self._failure is not None and not isinstance(self._failure, LoaderError):
            raise self._failure

    def scribe(self) -> Scribe:
        """Return the scribe of this run; a lease outlasts the longest request."""
        return Scribe(self.ledger, self.run_id, self.owner, self.timeout + MARGIN)

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
        ready = asyncio.ensure_future(self.target.ready())
        pulled = asyncio.ensure_future(self.brake.pulled())
        await asyncio.wait({ready, pulled}, return_when=asyncio.FIRST_COMPLETED)
        pulled.cancel()
        if not ready.done():
            ready.cancel()
            return False
        try:
            self.brake.check_pause(ready.result())
        except SignInError as refused:
            self.brake.sign_in_refused = True
            self.brake.pull(refused.message)
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
        reply = await self.target.create(
            entry.body, attempt=attempt,
            still_ours=lambda: self.clock.ticks() - claim.since < MARGIN,
        )  # fmt: skip
        self.brake.count(reply)
        await self._record(scribe, entry, attempt, reply)

    async def _nothing_there(self, scribe: Scribe, entry: Entry) -> bool:
        """First contact: look the key up before its first POST; True where it may be sent."""
        seen = await self.target.look_up(entry.lookup_id)
        if seen.sight is Sight.ABSENT:
            return True
        if seen.sight is Sight.FOUND:
            await self._adopt(scribe, entry, seen, "", frozenset({State.CLAIMED}))
        else:
            await scribe.give_back(entry)
            self.brake.heed(seen.reply)
            self.brake.pull(f"An order could not be looked up before sending: {short(seen.reply)}")
        return False

    async def _record(self, scribe: Scribe, entry: Entry, attempt: str, reply: Reply) -> None:
        if reply.verdict is Verdict.REFUSED:
            seen = await self.target.look_up(entry.lookup_id)
            if seen.sight is Sight.FOUND:
                await self._adopt(scribe, entry, seen, attempt, _FROM_SENDING)
                return
            if seen.sight is Sight.UNCLEAR:
                await self._settle(
                    scribe, entry, State.UNKNOWN, attempt, error=error_of(reply),
                    evidence=f"Refused; the look-up afterwards was unclear: {short(seen.reply)}",
                )  # fmt: skip
                return
        order = reply.order if reply.verdict is Verdict.DONE else None
        state = _STATE_OF[reply.verdict]
        wait = USUAL_WAIT if reply.wait is None else reply.wait
        await self._settle(
            scribe, entry, state, attempt, order=order, evidence=reply.message,
            error=None if order is not None else error_of(reply),
            not_before=self.clock.now() + wait if state is State.DEFERRED else 0.0,
        )  # fmt: skip

    async def _adopt(
        self, scribe: Scribe, entry: Entry, seen: LookUp, attempt: str, since: frozenset[State]
    ) -> None:
        """An order with our look-up id is there: ours if it matches what was sent."""
        order = seen.order or {}
        differing = differences(request_of(entry.body or b"{}"), order)
        await self._settle(
            scribe, entry, State.CONFLICT if differing else State.CREATED, attempt, order=order,
            since=since, evidence=found_there(differing),
            error=conflict_of(differing) if differing else None,
        )  # fmt: skip

    async def _settle(
        self, scribe: Scribe, entry: Entry, state: State, attempt: str, *,
        order: Mapping[str, Any] | None = None, evidence: str = "",
        error: Mapping[str, Any] | None = None, not_before: float = 0.0,
        since: frozenset[State] = _FROM_SENDING,
    ) -> None:  # fmt: skip
        order = order or {}
        settlement = Settlement(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, since=since,
            state=state, attempt=attempt, evidence=evidence, order_id=order.get("id"),
            order_name=order.get("name"), status=order.get("status"), error=error,
            not_before=not_before, consumer_id=consumer_id(order), tracking=tracking(order),
        )  # fmt: skip
        settled = await _recorded(scribe, settlement)
        if settled and state is State.DEFERRED:
            self._due[entry.id] = not_before
        if settled and state is State.UNKNOWN:
            self._unknown[entry.id] = entry
        self.progress(entry.id, state)

    async def _settle_unknown(self, scribe: Scribe) -> None:
        """Look up what this run left unknown; what is not found stays unknown.

        A look-up that is not answered ends it: `reconcile` looks again when the API is back.
        """
        for pause in LATE_LOOKS:
            if not self._unknown:
                return
            await asyncio.sleep(pause)
            for entry in list(self._unknown.values()):
                if await self.look_up(scribe, entry) is Sight.UNCLEAR:
                    return

    async def look_up(self, scribe: Scribe, entry: Entry) -> Sight:
        """Settle one unknown outcome by a look-up, where it shows the order."""
        seen = await self.target.look_up(entry.lookup_id)
        if seen.sight is Sight.FOUND:
            self._unknown.pop(entry.id, None)
            await self._adopt(scribe, entry, seen, "", frozenset({State.UNKNOWN}))
        return seen.sight


async def _recorded(scribe: Scribe, settlement: Settlement) -> bool:
    """Record an outcome; a ledger that is busy or full for a moment must not cost it."""
    for pause in SETTLE_AGAIN:
        try:
            return await scribe.settle(settlement)
        except (LedgerBusy, LedgerError):
            await asyncio.sleep(pause)
    return await scribe.settle(settlement)


def error_of(reply: Reply) -> dict[str, Any]:
    """Return what an order's error says in documents and reports."""
    return {
        "code": reply.code,
        "message": reply.message,
        "http_status": reply.http_status,
        "details": [{"field": field, "message": message} for field, message in reply.details],
    }


def found_there(differing: list[str]) -> str:
    """Return what a look-up that found an order proves, as a sentence for the ledger."""
    if not differing:
        return "Found by look-up, with the content that was sent."
    return f"The API holds another order under this number; it differs in: {', '.join(differing)}."


def conflict_of(differing: list[str]) -> dict[str, Any]:
    """Return the error of an order under whose number the API holds something else."""
    return {"code": "CONFLICT", "message": found_there(differing), "http_status": None,
            "details": []}  # fmt: skip
