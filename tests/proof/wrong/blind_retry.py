"""The first wrong sender: what was not answered is sent again, as retry libraries do."""

import secrets

from loader.app.submitting import Means
from loader.core.lifecycle import Verdict
from loader.core.model import Run
from loader.ports import Burn
from tests.proof.wrong.steps import STATE_OF, claimed, enter, settle

TRIES = 3


async def blind_retry(run: Run, means: Means) -> None:
    """Send each order up to three times, until it is answered."""
    enter(run, means)
    for entry in claimed(run, means):
        attempt = f"att_{secrets.token_hex(12)}"
        burn = Burn(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, attempt=attempt
        )
        if not means.ledger.burn([burn])[0]:
            continue
        for _ in range(TRIES):
            await means.target.ready()
            reply = await means.target.create(
                entry.body or b"", attempt=attempt, still_ours=lambda: True
            )
            if reply.verdict is not Verdict.UNKNOWN:
                break
        settle(means, entry, reply, attempt, STATE_OF[reply.verdict])
