"""The account's pace: one for all requests of all callers, whatever connection they use.

Limits hold for the account. What the API says about waiting (`Retry-After` as seconds or as a
date, `X-RateLimit-Remaining` and `X-RateLimit-Reset`) therefore holds everybody back, and
everybody comes back at a moment of its own (full jitter), not all at once.
"""

import asyncio
import random
import re
from collections import deque
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from loader.core.patience import LONGEST_WAIT, SPREAD, retries_allowed
from loader.ports import Clock
from loader.targets.wire import Exchange

USUAL_WAIT = 60.0  # after a 429 that does not say how long (the guide's own fallback)
BACKOFF = 1.0  # seconds; doubled for each further try (the guide advises 1, 2, 4)
RESERVED_FOR = 5.0  # seconds; a turn that nobody used by then is lost

TOO_MANY_REQUESTS = 429

_SECONDS = re.compile(r"[0-9]{1,12}")
_NOTHING_LEFT = re.compile(r"0+|-[0-9]+")


def asked_wait(exchange: Exchange, now: float) -> float | None:
    """Return for how many seconds the API asks everybody to wait; None where it does not.

    `now` is Unix time; a date is read against the reply's own Date header where it has one, so
    that a clock that is wrong here neither shortens nor stretches a pause. The result is within
    0 to `LONGEST_WAIT`.
    """
    headers = exchange.headers
    here = _date(headers.get("date", "")) or now
    waits = [_retry_after(text, here) for text in headers.get_list("retry-after")]
    waits.append(_window(headers, here))
    known = [wait for wait in waits if wait is not None]
    if known:
        return min(max(0.0, *known), LONGEST_WAIT)
    return USUAL_WAIT if exchange.status == TOO_MANY_REQUESTS else None


def _retry_after(text: str, now: float) -> float | None:
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    date = _date(text)
    return None if date is None else date - now


def _date(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _window(headers: httpx.Headers, now: float) -> float | None:
    """Return the seconds until the window starts anew, where nothing is left of this one."""
    if not _NOTHING_LEFT.fullmatch(headers.get("x-ratelimit-remaining", "").strip()):
        return None
    try:
        reset = datetime.fromisoformat(headers.get("x-ratelimit-reset", "").strip())
        return reset.replace(tzinfo=reset.tzinfo or UTC).timestamp() - now
    except (ValueError, OverflowError):
        return None


class Pace:
    """Gives each request its turn. `rate` is the most turns per second, None for no limit."""

    def __init__(self, clock: Clock, rate: float | None = None) -> None:
        self._clock = clock
        self._gap = 0.0 if rate is None else 1 / rate
        self._next_turn = 0.0
        self._paused_until = 0.0
        self._spread = 0.0
        self._turns = 0
        self._retries = 0
        self._reserved: deque[float] = deque()

    def paused_for(self) -> float:
        """Return for how many more seconds everybody is held back; 0.0 where nobody is."""
        return max(0.0, self._paused_until - self._clock.ticks())

    def heed(self, exchange: Exchange) -> float | None:
        """Pause everybody where the reply asks for it; return the seconds that it asks for."""
        wait = asked_wait(exchange, self._clock.now())
        if wait:
            self._paused_until = max(self._paused_until, self._clock.ticks() + wait)
            self._spread = min(wait, SPREAD)
        return wait

    async def turn(self, patience: float) -> float:
        """Wait for this request's turn; 0.0 when it has come.

        Where it is more than `patience` seconds away, return at once how many it is.
        """
        until = self._clock.ticks() + patience
        while True:
            now = self._clock.ticks()
            paused = self._paused_until > now
            if paused:
                jitter = random.uniform(0, self._spread)  # noqa: S311  # jitter is no secret
                start = self._paused_until + jitter
            else:
                start = max(now, self._next_turn)
            if start > max(now, until):
                return start - now
            if not paused:
                self._next_turn = start + self._gap
            if start > now:
                await asyncio.sleep(start - now)
            if not paused and self._clock.ticks() >= self._paused_until:
                self._turns += 1
                return 0.0

    async def reserve(self, patience: float) -> float:
        """Wait for a turn as `turn` does, and keep it for a request that is about to be sent."""
        away = await self.turn(patience)
        if not away:
            self._reserved.append(self._clock.ticks())
        return away

    def take_reserved(self) -> bool:
        """Take a turn that was reserved a moment ago; False where there is none, or a pause."""
        oldest = self._clock.ticks() - RESERVED_FOR
        while self._reserved and self._reserved[0] < oldest:
            self._reserved.popleft()
        if not self._reserved or self.paused_for():
            return False
        self._reserved.popleft()
        return True

    def may_retry(self) -> bool:
        """Take one retry of a safe request out of the budget; False where it is used up."""
        if self._retries >= retries_allowed(self._turns):
            return False
        self._retries += 1
        return True


async def back_off(tries: int) -> None:
    """Wait before try number `tries` + 1, with full jitter."""
    await asyncio.sleep(random.uniform(0, BACKOFF * 2 ** (tries - 1)))  # noqa: S311  # jitter is no secret
