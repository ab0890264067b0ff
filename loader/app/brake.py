"""When a run has to stop: counted over all senders, said in words for the person who reads it.

The words are ours alone: what the API says may repeat personal data, and stands with its order,
where it can be masked.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

from loader.core.errors import SignInError
from loader.core.lifecycle import State, Verdict
from loader.core.patience import LONGEST_PAUSE, retries_allowed
from loader.ports import Reply

UNKNOWN_IN_A_ROW = 3
UNCLEAR_IN_A_ROW = 3
CONNECT_FAILURES_IN_A_ROW = 5


@dataclass(slots=True)
class Brake:
    """`why` is "" while the run may go on. `sent` counts the creates that left this machine.

    Look-ups have a brake of their own: they go on after the sending has stopped, until `blind`.
    `unclear` is the reply that made them stop, if one did.
    """

    why: str = ""
    sign_in_refused: bool = False
    sent: int = 0
    unclear: Reply | None = None
    _unknown: int = field(default=0, repr=False)
    _unclear: int = field(default=0, repr=False)
    _unreached: int = field(default=0, repr=False)
    _retries: int = field(default=0, repr=False)
    _pulled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _blind: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def interrupt(self) -> None:
        """Stop sending and looking up: a person or the system wants the command to end."""
        self.pull("It was interrupted")
        self._blind.set()

    def pull(self, why: str) -> None:
        """Stop the run; the first reason stays, as words without a full stop."""
        self.why = self.why or why.rstrip(".")
        self._pulled.set()

    async def pulled(self) -> None:
        """Wait until the run has to stop."""
        await self._pulled.wait()

    @property
    def blind(self) -> bool:
        """Whether look-ups are of no use for now."""
        return self._blind.is_set()

    async def blinded(self) -> None:
        """Wait until look-ups are of no use any more."""
        await self._blind.wait()

    async def rest(self, seconds: float) -> None:
        """Wait, but no longer than until the run has to stop."""
        await _wait(self._pulled, seconds)

    async def rest_between_looks(self, seconds: float) -> None:
        """Wait, but no longer than until look-ups are of no use any more."""
        await _wait(self._blind, seconds)

    def count(self, reply: Reply, outcome: State) -> None:
        """Take a create into account, once its outcome is recorded."""
        # A reply that asks to wait says nothing of outcomes, one that never left nothing of
        # connections: neither ends a row.
        if outcome is State.UNKNOWN:
            self._unknown += 1
        elif outcome is not State.DEFERRED:
            self._unknown = 0
        if reply.connect_failed:
            self._unreached += 1
        elif reply.sent:
            self._unreached = 0
        if self._unknown >= UNKNOWN_IN_A_ROW:
            self.pull(f"The outcome of {self._unknown} orders in a row is unknown: {short(reply)}")
        if self._unreached >= CONNECT_FAILURES_IN_A_ROW:
            self.pull(f"The API could not be reached {self._unreached} times: {short(reply)}")
        if reply.verdict is Verdict.DEFERRED:
            self._retries += 1
            if self._retries > retries_allowed(self.sent):
                self.pull(f"Too many requests had to be repeated; the last time, {short(reply)}")

    def count_look(self, reply: Reply | None) -> None:
        """Take a look-up into account; `reply` says why it was unclear, None where it was clear."""
        if reply is None:
            self._unclear = 0
            return
        self._unclear += 1
        paused = (reply.wait or 0.0) > LONGEST_PAUSE
        if reply.stop or paused or self._unclear >= UNCLEAR_IN_A_ROW:
            self.unclear = self.unclear or reply
            self._blind.set()

    def heed(self, reply: Reply | None) -> None:
        """Stop where the reply to any request, a look-up too, forbids this account to go on."""
        if reply is None or not reply.stop:
            return
        if reply.code == SignInError.code and not reply.sent:
            self.sign_in_refused = True
            self.pull(reply.message.partition(". ")[0])
        else:
            self.pull(f"This account may not go on: {short(reply)}")

    def stop_for(self, unclear: Reply) -> None:
        """Stop the run because of what made its look-ups blind."""
        self.heed(unclear)
        self.check_pause(unclear.wait or 0.0)
        self.pull(f"Orders could not be looked up: {short(unclear)}")

    def check_pause(self, seconds: float) -> None:
        """Stop rather than wait for longer than a person would."""
        if seconds > LONGEST_PAUSE:
            self.pull(f"The API asks for a pause of {seconds / 60:.0f} minutes")


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def short(reply: Reply | None) -> str:
    """Return what came back as half a sentence of ours, without a word of the API's."""
    if reply is None:
        return "no answer that could be read"
    if reply.http_status is None:
        message = reply.message.partition(". ")[0].rstrip(".")
        return message[:1].lower() + message[1:]
    code = "" if reply.code in ("", f"HTTP-{reply.http_status}") else f" ({reply.code})"
    return f"the API answered {reply.http_status}{code}"
