"""reconcile: look up every unknown order of the account. Nothing is sent."""

from collections.abc import Mapping, Sequence

from loader.app.history import save, standing
from loader.app.planning import finish
from loader.app.rebuilding import Compared, compare_all, tell_compared
from loader.app.submitting import Means, interruptible, take_back
from loader.core.errors import StoppedEarly
from loader.core.lifecycle import State
from loader.core.model import Account, Run
from loader.ports import Entry, Sight


async def reconcile(run: Run, account: Account, means: Means, *, everything: bool = False) -> Run:
    """Look up every unknown order of the account; `run` is empty and becomes what is known now.

    With `everything`, walk the API's list of orders as well: a lost ledger is rebuilt by it.
    """
    ledger, brake = means.ledger, means.brake
    compared: Compared | None = None
    with ledger.lock(account):
        take_back(means, account, None)
        unknown = [entry for entry in ledger.find(account) if entry.state is State.UNKNOWN]
        sender = means.sender(run.run_id, account)
        with interruptible(sender, means.say):
            async with sender.scribe() as scribe:
                seen = await sender.look_up(scribe, unknown)
            if brake.unclear is not None:
                brake.stop_for(brake.unclear)
            run.stopped = brake.why
            if everything and not run.stopped:
                compared = await _compared(run, account, means)
        standing(run, ledger, ledger.find(account))
        if compared is not None:
            tell_compared(run, account, means, compared)
        _tell_look_ups(run, unknown, seen)
        run = finish(run, means.clock)
        if everything:
            save(run, ledger, ended=True)
    return run


async def _compared(run: Run, account: Account, means: Means) -> Compared | None:
    """Compare with the whole list; None, and `run.stopped` says why, where that was not to be."""
    try:
        return await compare_all(run, account, means)
    except StoppedEarly as problem:
        run.stopped = problem.message.rstrip(".")
        return None


def _tell_look_ups(run: Run, unknown: Sequence[Entry], seen: Mapping[str, Sight]) -> None:
    sights = list(seen.values())
    absent = sights.count(Sight.ABSENT)
    if absent:
        run.not_checked.append(
            f"Orders that were not found: {absent}. The look-up may lag behind, so their outcome"
            " stays unknown, and they are not sent again."
        )
    unclear = sights.count(Sight.UNCLEAR) + len(unknown) - len(sights)
    if unclear:
        run.not_checked.append(f"Orders that could not be looked up: {unclear}. Try again later.")
