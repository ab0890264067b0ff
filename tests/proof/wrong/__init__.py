"""Four senders that anybody might write, each wrong in its own way.

They are real: they use the real ledger and the real API client. The checker must catch every one
of them in a sweep, or it proves nothing about the sender that it passes.
"""

from collections.abc import Awaitable, Callable

from loader.app.submitting import Means
from loader.core.model import Run
from tests.proof.wrong.blind_retry import blind_retry
from tests.proof.wrong.lease_alone import lease_alone
from tests.proof.wrong.look_then_send import look_then_send
from tests.proof.wrong.no_intent import no_intent

WRONG: dict[str, Callable[[Run, Means], Awaitable[None]]] = {
    "blind retry": blind_retry,
    "look-up, then send again": look_then_send,
    "no intent before sending": no_intent,
    "a lease by time alone": lease_alone,
}
