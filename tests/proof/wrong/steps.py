"""What the four wrong senders share: entering, and recording an outcome."""

from loader.app.submitting import Means
from loader.core import payload
from loader.core.lifecycle import Operation, State, Verdict
from loader.core.model import Run
from loader.ports import Entry, Intent, Reply, Settlement

STATE_OF = {
    Verdict.DONE: State.CREATED,
    Verdict.REFUSED: State.REFUSED,
    Verdict.DEFERRED: State.DEFERRED,
    Verdict.UNKNOWN: State.UNKNOWN,
}


def enter(run: Run, means: Means) -> None:
    """Enter all orders of a run."""
    intents = [
        Intent(
            key=order.key, operation=Operation.CREATE, lookup_id=order.key, body=order.body,
            fingerprint=payload.fingerprint(order.body),
        )
        for order in run.orders
        if order.body is not None
    ]  # fmt: skip
    means.ledger.enter(run.signed_in, run.run_id, intents)


def claimed(run: Run, means: Means, lease: float = 60.0) -> list[Entry]:
    """Claim what any run has left waiting."""
    run_ids = sorted({entry.run_id for entry in means.ledger.find(run.signed_in)})
    return [entry for one in run_ids for entry in means.ledger.claim(one, means.owner, 100, lease)]


def settle(means: Means, entry: Entry, reply: Reply, attempt: str, state: State) -> bool:
    """Record an outcome."""
    order = reply.order or {}
    return means.ledger.settle(
        [
            Settlement(
                entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
                since=frozenset({State.SENDING, State.UNKNOWN}), state=state, attempt=attempt,
                evidence=reply.message or "done", order_id=order.get("id"),
            )
        ]
    )[0]  # fmt: skip
