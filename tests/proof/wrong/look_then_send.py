"""The second wrong sender: what was not answered is looked up, and sent again if not found.

The look-up may lag, and the first request may still arrive.
"""

import secrets

from loader.app.submitting import Means
from loader.core.lifecycle import State, Verdict
from loader.core.model import Run
from loader.ports import Burn, Sight
from tests.proof.wrong.steps import STATE_OF, claimed, enter, settle

TRIES = 3


async def look_then_send(run: Run, means: Means) -> None:
    """Send each order; where it is not answered and not found, it waits for the next round."""
    enter(run, means)
    for _ in range(TRIES):
        for entry in claimed(run, means):
            attempt = f"att_{secrets.token_hex(12)}"
            burn = Burn(
                entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
                attempt=attempt,
            )  # fmt: skip
            if not means.ledger.burn([burn])[0]:
                continue
            await means.target.ready()
            reply = await means.target.create(
                entry.body or b"", attempt=attempt, still_ours=lambda: True
            )
            state = STATE_OF[reply.verdict]
            if reply.verdict is Verdict.UNKNOWN:
                seen = await means.target.look_up(entry.lookup_id)
                state = State.DEFERRED if seen.sight is Sight.ABSENT else State.UNKNOWN
            settle(means, entry, reply, attempt, state)
