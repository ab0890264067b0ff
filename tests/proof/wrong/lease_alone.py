"""The fourth wrong sender: whoever holds the lease may send, and a lease ends by time alone.

Who was held up (a laptop that slept, a stopped process) sends after the lease has gone to another,
because nothing is compared between waking up and sending.
"""

import secrets
from dataclasses import replace

from loader.app.submitting import Means
from loader.core.model import Run
from loader.ports import Burn, Entry
from tests.proof.wrong.steps import STATE_OF, claimed, enter, settle

LEASE = 0.05  # seconds


async def lease_alone(run: Run, means: Means) -> None:
    """Send each order whose lease is ours; the intent is written, but nobody asks what it said."""
    enter(run, means)
    for entry in claimed(run, means, LEASE):
        await means.target.ready()
        held, attempt = _note(means, entry)
        reply = await means.target.create(
            held.body or b"", attempt=attempt, still_ours=lambda: True
        )
        settle(means, held, reply, attempt, STATE_OF[reply.verdict])


def _note(means: Means, entry: Entry) -> tuple[Entry, str]:
    """Burn, whoever owns it by now: the lease was ours when we looked."""
    attempt = f"att_{secrets.token_hex(12)}"
    for epoch in (entry.epoch, entry.epoch + 1):
        held = replace(entry, epoch=epoch)
        burn = Burn(entry_id=held.id, epoch=epoch, fingerprint=held.fingerprint, attempt=attempt)
        if means.ledger.burn([burn])[0]:
            return held, attempt
    return entry, attempt
