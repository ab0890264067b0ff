"""Sending the entries of one run: claim, burn, one request, record. Never twice.

The first order goes alone; then as many senders as asked for work side by side. Each step is
durable before the next one begins, whatever happens in between.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loader.app.brake import Brake
from loader.app.scribe import Scribe
from loader.core.adopt import differences
from loader.core.errors import SignInError
from loader.core.lifecycle import State, Verdict
from loader.core.payload import request_of
from loader.ports import Burn, Clock, Entry, Ledger, LookUp, Reply, Settlement, Sight, Target

MARGIN = 30.0  # seconds by which a lease outlasts the deadline of its request
NAP = 0.05  # seconds between two looks for entries that are deferred
LATE_LOOKS = (0.2, 0.6, 1.5)  # seconds before each look-up of an unknown outcome

Progress = Callable[[State], None]
_FROM_SENDING = frozenset({State.SENDING, State.UNKNOWN})


@dataclass(slots=True)
class Sender:
    """One run's sending. `timeout` is the deadline of one request in seconds."""

    ledger: Ledger
    target: Target
    clock: Clock
    run_id: str
    owner: str
    concurrency: int
    timeout: float
    progress: Progress = lambda state: None
    brake: Brake = field(default_factory=Brake)

    async def run(self) -> None:
        """Send all that is planned or due; return when nothing is left or the brake is pulled."""
        lease = self.timeout + MARGIN
        async with Scribe(self.ledger, self.run_id, self.owner, lease) as scribe:
            first = await self._next(scribe)
            if first is not None:
                await self._send(scribe, first)
                async with asyncio.TaskGroup() as senders:
                    for _ in range(self.concurrency):
                        senders.create_task(self._work(scribe))
            await self._settle_unknown(scribe)

    async def _work(self, scribe: Scribe) -> None:
        while (entry := await self._next(scribe)) is not None:
            await self._send(scribe, entry)

    async def _next(self, scribe: Scribe) -> Entry | None:
        """Claim the next entry, waiting for deferred ones; None when there is nothing to do."""
        while not self.brake.why:
            if not await self._may_go():
                return None
            entry = await scribe.claim()
            if entry is not None:
                return entry
            due = self._next_due()
            if due is None:
                return None
            self.brake.check_pause(due)
            await asyncio.sleep(min(max(due, NAP), 1.0))
        return None

    async def _may_go(self) -> bool:
        try:
            self.brake.check_pause(await self.target.ready())
        except SignInError as refused:
            self.brake.sign_in_refused = True
            self.brake.pull(refused.message)
        return not self.brake.why

    def _next_due(self) -> float | None:
        """Return the seconds until a deferred entry of the run is due; None without any."""
        waiting = [
            entry.not_before
            for entry in self.ledger.of_run(self.run_id)
            if entry.state is State.DEFERRED
        ]
        return max(0.0, min(waiting) - self.clock.now()) if waiting else None

    async def _send(self, scribe: Scribe, entry: Entry) -> None:
        if entry.look_first and not await self._nothing_there(scribe, entry):
            return
        attempt = f"att_{secrets.token_hex(12)}"
        claimed_at = self.clock.ticks()
        burn = Burn(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, attempt=attempt
        )
        if entry.body is None or not await scribe.burn(burn):
            return  # somebody else owns it, or its content was purged: not ours to send
        reply = await self.target.create(
            entry.body, attempt=attempt,
            still_ours=lambda: self.clock.ticks() - claimed_at < MARGIN,
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
            self.brake.pull(f"An order could not be looked up first ({_words(seen)})")
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
                    evidence=f"Refused, but the look-up afterwards was unclear: {_words(seen)}",
                )  # fmt: skip
                return
        order = reply.order if reply.verdict is Verdict.DONE else None
        state = {
            Verdict.DONE: State.CREATED,
            Verdict.REFUSED: State.REFUSED,
            Verdict.DEFERRED: State.DEFERRED,
            Verdict.UNKNOWN: State.UNKNOWN,
        }[reply.verdict]
        await self._settle(
            scribe, entry, state, attempt, order=order, evidence=reply.message,
            error=None if order is not None else error_of(reply),
            not_before=self.clock.now() + (reply.wait or 1.0) if state is State.DEFERRED else 0.0,
        )  # fmt: skip

    async def _adopt(
        self, scribe: Scribe, entry: Entry, seen: LookUp, attempt: str, since: frozenset[State]
    ) -> None:
        """An order with our look-up id is there: ours if it matches what was sent."""
        order = seen.order or {}
        differing = differences(request_of(entry.body or b"{}"), order)
        if differing:
            names = ", ".join(differing)
            await self._settle(
                scribe, entry, State.CONFLICT, attempt, order=order, since=since,
                evidence=f"The API holds another order under this number; it differs in {names}.",
                error={"code": "CONFLICT", "message": "The API holds another order under this"
                       f" number; it differs in: {names}.", "http_status": None},
            )  # fmt: skip
        else:
            await self._settle(
                scribe, entry, State.CREATED, attempt, order=order, since=since,
                evidence="Found by look-up, with the content that was sent.",
            )  # fmt: skip

    async def _settle(
        self, scribe: Scribe, entry: Entry, state: State, attempt: str, *,
        order: Mapping[str, Any] | None = None, evidence: str = "",
        error: Mapping[str, Any] | None = None, not_before: float = 0.0,
        since: frozenset[State] = _FROM_SENDING,
    ) -> None:  # fmt: skip
        order = order or {}
        await scribe.settle(
            Settlement(
                entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, since=since,
                state=state, attempt=attempt, evidence=evidence, order_id=order.get("id"),
                order_name=order.get("name"), status=order.get("status"), error=error,
                not_before=not_before,
            )
        )  # fmt: skip
        self.progress(state)

    async def _settle_unknown(self, scribe: Scribe) -> None:
        """Look up what this run left unknown; what is not found stays unknown."""
        if self.brake.sign_in_refused:
            return
        for pause in LATE_LOOKS:
            unknown = [e for e in self.ledger.of_run(self.run_id) if e.state is State.UNKNOWN]
            if not unknown:
                return
            await asyncio.sleep(pause)
            for entry in unknown:
                await self.look_up(scribe, entry)

    async def look_up(self, scribe: Scribe, entry: Entry) -> Sight:
        """Settle one unknown outcome by a look-up, where it shows the order."""
        seen = await self.target.look_up(entry.lookup_id)
        if seen.sight is Sight.FOUND:
            await self._adopt(scribe, entry, seen, "", frozenset({State.UNKNOWN}))
        return seen.sight


def error_of(reply: Reply) -> dict[str, Any]:
    """Return what an order's error says in documents and reports."""
    return {
        "code": reply.code,
        "message": reply.message,
        "http_status": reply.http_status,
        "details": [{"field": field, "message": message} for field, message in reply.details],
    }


def _words(seen: LookUp) -> str:
    return seen.reply.message if seen.reply is not None else "no answer that could be read"
