"""reconcile: look up every unknown order of the account. Nothing is sent."""

from loader.app.history import standing
from loader.app.planning import finish
from loader.app.submitting import Means, interruptible, take_back
from loader.core.lifecycle import State
from loader.core.model import Account, Run
from loader.ports import Sight


async def reconcile(run: Run, account: Account, means: Means) -> Run:
    """Look up every unknown order of the account; `run` is empty and becomes what is known now."""
    ledger = means.ledger
    with ledger.lock(account):
        take_back(ledger, account, None)
        unknown = [entry for entry in ledger.find(account) if entry.state is State.UNKNOWN]
        sender = means.sender(run.run_id)
        with interruptible(sender, means.say):
            async with sender.scribe() as scribe:
                seen = await sender.look_up(scribe, unknown)
        if sender.brake.unclear is not None:
            sender.brake.stop_for(sender.brake.unclear)
        run.stopped = sender.brake.why
        standing(run, ledger, ledger.find(account))
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
    return finish(run, means.clock)
