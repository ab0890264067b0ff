"""The wire with the account's pace: every request waits its turn, every reply is heeded."""

import asyncio
import secrets
from dataclasses import replace

from loader import __version__
from loader.core.patience import LONGEST_PAUSE
from loader.targets.failures import Failure
from loader.targets.pace import Pace
from loader.targets.wire import Call, Exchange, Wire

USER_AGENT = f"order-loader/{__version__}"


class PacedWire:
    """Exchanges with the API at the account's pace. `timeout` is the total deadline of one."""

    def __init__(self, wire: Wire, pace: Pace, timeout: float) -> None:
        self._wire = wire
        self._pace = pace
        self._timeout = timeout

    async def exchange(
        self, call: Call, deadline: float | None = None, *, reserved: bool = False
    ) -> Exchange:
        """Wait for a turn and send `call` once; raises nothing but `CancelledError`.

        With a `deadline` (a time of the running loop) the waiting counts. Without, the call
        waits up to `LONGEST_PAUSE` for its turn and then has `timeout` seconds. Where `reserved`, a
        turn that was reserved for it is used.
        """
        loop = asyncio.get_running_loop()
        if not (reserved and self._pace.take_reserved()):
            patience = LONGEST_PAUSE if deadline is None else deadline - loop.time()
            away = await self._pace.turn(patience)
            if away:
                return Exchange(sent=False, failure=Failure.PAUSED, wait=away)
        until = loop.time() + self._timeout if deadline is None else deadline
        headers = {
            "User-Agent": USER_AGENT,
            "X-Request-Id": secrets.token_hex(16),
            **call.headers,
        }
        exchange = await self._wire.exchange(replace(call, headers=headers), until)
        return replace(exchange, wait=self._pace.heed(exchange))
