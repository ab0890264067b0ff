"""The third wrong sender: it sends, and then writes down that it has sent.

Between the two it may die, and nobody knows of the request.
"""

import secrets

from loader.app.submitting import Means
from loader.core.model import Run
from loader.ports import Burn
from tests.proof.wrong.steps import STATE_OF, claimed, enter, settle


async def no_intent(run: Run, means: Means) -> None:
    """Send each order that the ledger does not know as sent, then record intent and outcome."""
    enter(run, means)
    for entry in claimed(run, means):
        attempt = f"att_{secrets.token_hex(12)}"
        await means.target.ready()
        reply = await means.target.create(
            entry.body or b"", attempt=attempt, still_ours=lambda: True
        )
        burn = Burn(
            entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint, attempt=attempt
        )
        if means.ledger.burn([burn])[0]:
            settle(means, entry, reply, attempt, STATE_OF[reply.verdict])
