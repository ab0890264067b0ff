"""submit: from a confirmed plan to a recorded outcome for every order."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from loader.app.brake import Brake
from loader.app.entering import enter
from loader.app.history import save, tell_results
from loader.app.interrupt import first_interrupt, stopping
from loader.app.planning import NOT_LOOKED_UP, finish
from loader.app.sending import Progress, Sender
from loader.app.shared_pace import SharedPace
from loader.core.errors import LedgerError, SignInError
from loader.core.lifecycle import State
from loader.core.model import Account, Run
from loader.ports import Clock, Ledger, Target

OTHERS = 1.0  # seconds between two looks at what workers are sending for a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What sending needs.

    `timeout` is the deadline of one request in seconds, `rate` the most requests per second.
    `say` is told what a person should know while it goes on.
    """

    ledger: Ledger
    target: Target
    clock: Clock
    owner: str
    concurrency: int
    timeout: float
    rate: float | None = None
    progress: Progress = lambda entry_id, state: None
    say: Callable[[str], None] = lambda words: None
    brake: Brake = field(default_factory=Brake)

    def sender(self, run_id: str, account: Account) -> Sender:
        """Return a sender for one run, at the pace of all that send for the account."""
        gap = 1 / self.rate if self.rate else 0.0
        return Sender(
            ledger=self.ledger, target=SharedPace(self.target, self.ledger, account, gap),
            clock=self.clock, run_id=run_id, owner=self.owner, concurrency=self.concurrency,
            timeout=self.timeout, progress=self.progress, brake=self.brake,
        )  # fmt: skip

    def worker(self, account: Account) -> Sender:
        """Return a sender for whatever waits for the account."""
        return replace(self.sender("", account), any_of=account)


async def submit(run: Run, means: Means) -> Run:
    """Send what a confirmed plan says is to be created; every order ends in one result."""
    run = replace(
        run, command="submit", started_at=means.clock.now(),
        # What the API holds is known by its answers, from here on.
        not_checked=[one for one in run.not_checked if one != NOT_LOOKED_UP],
    )  # fmt: skip
    with means.ledger.lock(run.signed_in):
        take_back(means, run.signed_in, [order.key for order in run.orders])
        save(run, means.ledger, ended=False)
        enter(run, means.ledger)
        sender = means.sender(run.run_id, run.signed_in)
        with interruptible(sender, means.say):
            return await send_and_tell(run, sender, means)


def take_back(means: Means, account: Account, keys: Sequence[str] | None) -> None:
    """Under the account's lock: what a sender that is gone was about to send waits again.

    What it may have sent becomes unknown. Claims of workers, which need no lock, stay theirs; our
    own can only be left over, and a burn under one would fail by compare-and-set.
    """
    ledger = means.ledger
    ledger.recover(account)
    ledger.take_back(account)
    found = ledger.find(account, keys)
    left = [e for e in found if e.state is State.CLAIMED and e.owner == means.owner]
    if left:
        ledger.give_back(left)


# ------------------------------------------------------------------ sending
@contextmanager
def interruptible(sender: Sender, say: Callable[[str], None]) -> Iterator[None]:
    """Let the first Ctrl-C finish what is on its way, and say so; the second one quits."""

    def stop() -> None:
        sender.brake.interrupt()
        say(stopping(sender.in_flight))

    with first_interrupt(stop):
        yield


def _others_are_at_it(run: Run, means: Means) -> bool:
    """True while workers are sending some of the run's orders."""
    flying = (State.CLAIMED, State.SENDING)
    entries = means.ledger.of_run(run.run_id)
    return any(one.state in flying and one.owner != means.owner for one in entries)


async def send_and_tell(run: Run, sender: Sender, means: Means) -> Run:
    """Send the run's entries, then read every order's result back from the ledger.

    `SignInError` where the sign-in was refused before anything was sent.
    """
    brake = sender.brake
    await sender.run()
    while not brake.why and _others_are_at_it(run, means):
        await brake.rest(OTHERS)
        means.ledger.recover(run.signed_in)
        await sender.run()
    run.stopped = brake.why
    tell_results(run, means.ledger)
    if brake.sign_in_refused and not brake.sent:
        save(run, means.ledger, ended=False)
        raise SignInError(
            f"{brake.why}.",
            hint="Nothing was sent. Check the e-mail address and the password, then run"
            f" `order-loader resume {run.run_id}`.",
        )
    finish(run, means.clock)
    try:
        save(run, means.ledger, ended=True)
    except LedgerError as problem:
        # The outcomes are told all the same: the person needs them more than the history does.
        run.stopped = run.stopped or problem.message.rstrip(".")
        finish(run, means.clock)
    return run
