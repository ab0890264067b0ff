"""One pace for all that send for an account through one ledger, on however many machines.

The target keeps its own pace as well; what it learns of a pause holds back everybody here. A turn
is taken only where something waits to be sent: one that nobody uses would be lost to all.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loader.core.errors import LoaderError
from loader.core.lifecycle import Verdict
from loader.core.model import Account
from loader.core.patience import LONGEST_PAUSE, SPREAD
from loader.ports import Ledger, LookUp, Reply, Sight

_SIGNED_OUT = 401


class Outbound(Protocol):
    """What sending needs of a target (see `ports.Target`)."""

    async def ready(self) -> float:
        """Wait for the pace and a token; return the seconds of a pause too long to wait for."""
        ...

    async def create(self, body: bytes, *, attempt: str, still_ours: Callable[[], bool]) -> Reply:
        """POST exactly these bytes once."""
        ...

    async def look_up(self, lookup_id: str) -> LookUp:
        """GET the order whose `client_custom_order_id` is `lookup_id`."""
        ...


@dataclass(frozen=True, slots=True)
class SharedPace:
    """A target whose turns are those of the account; `gap` in seconds, 0.0 for no limit."""

    target: Outbound
    ledger: Ledger
    account: Account
    gap: float = 0.0

    async def ready(self) -> float:
        """Wait for the account's turn and for the target's; see `Target.ready`."""
        waits = await asyncio.to_thread(self.ledger.due_in, self.account)
        away = await self._turn() if waits == 0.0 else 0.0
        return away or await self.target.ready()

    async def create(self, body: bytes, *, attempt: str, still_ours: Callable[[], bool]) -> Reply:
        """POST once; a pause that the reply asks for holds everybody back."""
        reply = await self.target.create(body, attempt=attempt, still_ours=still_ours)
        await self._heed(reply)
        return reply

    async def look_up(self, lookup_id: str) -> LookUp:
        """Look up in the account's turn; never raises."""
        away = 0.0
        with contextlib.suppress(LoaderError):  # a look-up makes nothing: it may go without
            away = await self._turn()
        if away:
            reply = Reply(
                verdict=Verdict.UNKNOWN, code="PAUSED", sent=False, wait=away,
                message="The API asked everybody to wait.",
            )  # fmt: skip
            return LookUp(sight=Sight.UNCLEAR, reply=reply)
        seen = await self.target.look_up(lookup_id)
        await self._heed(seen.reply)
        return seen

    async def _turn(self) -> float:
        """Wait for a turn; without waiting, return the seconds to one that is too far away."""
        while (away := await self._take(self.gap)) > 0:
            if away > LONGEST_PAUSE:
                return away
            # Turns that are apart follow each other; after a pause all would come at once.
            spread = 0.0 if self.gap else min(away, SPREAD)
            await asyncio.sleep(away + random.uniform(0, spread))  # noqa: S311  # jitter is no secret
            # Somebody may have been told to wait meanwhile: then turns are taken anew.
            if await self._take(0.0) <= 0:
                break
        return 0.0

    async def _take(self, gap: float) -> float:
        return await asyncio.to_thread(self.ledger.take_turn, self.account, gap)

    async def _heed(self, reply: Reply | None) -> None:
        # After a 401 the sign-in is renewed here; that is no pause of the account's.
        if reply is not None and reply.wait and reply.http_status != _SIGNED_OUT:
            with contextlib.suppress(LoaderError):  # the outcome of the request matters more
                await asyncio.to_thread(self.ledger.pause, self.account, reply.wait)
