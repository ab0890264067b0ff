"""worker: claim and send confirmed entries of any run of an account, until stopped.

Any number may work side by side, on any number of machines that share a ledger: which entry is
whose is decided by claim and burn alone, so that none of them holds the account's lock.
"""

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from loader.app.brake import Brake
from loader.app.interrupt import first_interrupt, stopping
from loader.app.sending import Sender
from loader.app.submitting import Means
from loader.core.errors import LedgerBusy, SignInError
from loader.core.lifecycle import State
from loader.core.model import Account

BREATH = 0.05  # seconds after each stretch of sending
POLL = 1.0  # seconds between two looks for something to send
TIDY = 10.0  # seconds between two looks for what others left behind, and for unknown outcomes


@dataclass(frozen=True, slots=True)
class Worked:
    """What a worker did: its orders by outcome, why it stopped, and whether others still wait."""

    outcomes: Counter[State]
    stopped: str
    waiting: bool

    @property
    def exit_code(self) -> int:
        """6 with unknown outcomes, 5 where orders wait, 1 where some need a person, else 0."""
        if self.outcomes[State.UNKNOWN]:
            return 6
        if self.waiting:
            return 5
        return int(bool(self.outcomes[State.REFUSED] or self.outcomes[State.CONFLICT]))


@dataclass(slots=True)
class Worker:
    """Works for one account. `say` is told what a person should know."""

    account: Account
    means: Means
    say: Callable[[str], None]
    _sender: Sender = field(init=False, repr=False)
    _last: dict[int, State] = field(default_factory=dict, repr=False)
    _tidy_at: float = field(default=0.0, repr=False)

    def __post_init__(self) -> None:
        self.means = replace(self.means, progress=self._note(self.means))
        self._sender = self.means.worker(self.account)

    async def work(self) -> Worked:
        """Send until Ctrl-C, or until the brake is pulled; what is on its way is finished.

        `SignInError` where the sign-in is refused before anything was sent.
        """
        brake = self.means.brake
        _look_whole(self.means, self.account)
        with first_interrupt(self._stop):
            while not brake.why:
                await self._tidy()
                away = self.means.ledger.due_in(self.account)
                if away == 0.0:
                    self._sender = self.means.worker(self.account)
                    await self._sender.run()
                    await brake.rest(BREATH)
                else:
                    await brake.rest(POLL if away is None else min(POLL, away))
        if brake.sign_in_refused and not brake.sent:
            raise SignInError(f"{brake.why}.", hint="Nothing was sent. Sign in, then start again.")
        waiting = self.means.ledger.due_in(self.account) is not None
        return Worked(Counter(self._last.values()), brake.why, waiting)

    async def _tidy(self) -> None:
        """Settle what senders that are gone left behind, and look unknown outcomes up."""
        means = self.means
        if means.clock.ticks() < self._tidy_at:
            return
        self._tidy_at = means.clock.ticks() + TIDY
        means.ledger.recover(self.account)
        means.ledger.take_back(self.account)
        doubtful = means.ledger.take_look_ups(self.account, means.concurrency)
        if doubtful:
            # A look-up that says nothing is no reason to stop sending; a forbidden one is.
            sender = replace(means.worker(self.account), brake=Brake())
            async with sender.scribe() as scribe:
                await sender.look_up(scribe, doubtful)
            means.brake.heed(sender.brake.unclear)

    def _note(self, means: Means) -> Callable[[int, State], None]:
        def note(entry_id: int, state: State) -> None:
            self._last[entry_id] = state
            means.progress(entry_id, state)

        return note

    def _stop(self) -> None:
        self.means.brake.interrupt()
        self.say(stopping(self._sender.in_flight))


def _look_whole(means: Means, account: Account) -> None:
    """Let the ledger be looked at whole, as before every run; whoever holds it has done so."""
    with contextlib.suppress(LedgerBusy), means.ledger.lock(account):
        pass
