"""One pace for the account: what the API says about waiting holds everybody back."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.core.patience import SPREAD
from loader.targets.pace import RESERVED_FOR, Pace, asked_wait
from loader.targets.wire import Exchange
from tests.unit.targets.raw_server import SmallClock, on_loop

NOW = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)


def replied(status: int = 429, **headers: str) -> Exchange:
    """Return a reply with these headers (underscores for dashes)."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Exchange(sent=True, whole=True, status=status, headers=httpx.Headers(named))


def http_date(seconds: float) -> str:
    """Return the HTTP date so many seconds from `NOW`."""
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("exchange", "wait"),
    [
        (replied(retry_after="7"), 7),
        (replied(retry_after=" 7 "), 7),
        (replied(retry_after="0"), 0),
        (replied(retry_after="86400"), 3600),
        (replied(retry_after="999999999999"), 3600),
        (replied(retry_after=http_date(90)), 90),
        (replied(retry_after=http_date(-90)), 0),
        (replied(retry_after=http_date(999_999)), 3600),
        (replied(retry_after="Sunday, 29-Mar-26 01:00:00 GMT"), 30),  # the old form of a date
        # Nonsense counts as nothing, and a 429 without a figure as the guide's minute.
        (replied(), 60),
        (replied(retry_after=""), 60),
        (replied(retry_after="-5"), 60),
        (replied(retry_after="1e9"), 60),
        (replied(retry_after="soon"), 60),
        (replied(retry_after="\u0663"), 60),
        (replied(retry_after="9" * 5000), 60),
        # It counts with other statuses too, and the window counts when nothing is left of it.
        (replied(503, retry_after="7"), 7),
        (replied(503), None),
        (replied(201), None),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="2026-03-29T01:00:00Z"), 30),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="2026-03-29T01:00:00"), 30),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="2026-03-29T02:00+01:00"), 30),
        (replied(201, x_ratelimit_remaining="-1", x_ratelimit_reset="2026-03-29T01:00:00Z"), 30),
        (replied(201, x_ratelimit_remaining="1", x_ratelimit_reset="2026-03-29T01:00:00Z"), None),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="2020-01-01T00:00:00Z"), 0),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="2099-01-01T00:00:00Z"), 3600),
        (replied(201, x_ratelimit_remaining="0", x_ratelimit_reset="later"), None),
        (replied(201, x_ratelimit_remaining="0"), None),
        (replied(429, x_ratelimit_remaining="0", x_ratelimit_reset="2026-03-29T01:00:00Z"), 30),
        (replied(429, retry_after="45", x_ratelimit_remaining="0",
                 x_ratelimit_reset="2026-03-29T01:00:00Z"), 45),
        # A date is read against the server's own clock, whatever ours says.
        (replied(retry_after=http_date(90), date=http_date(80)), 10),
        (replied(retry_after=http_date(90), date="not a date"), 90),
    ],
)  # fmt: skip
def test_what_the_api_asks_for(exchange: Exchange, wait: float | None) -> None:
    """Both forms of Retry-After and the rate limit's window, within 0 to 3600 seconds."""
    assert asked_wait(exchange, NOW.timestamp()) == wait


def test_the_longest_of_several_counts() -> None:
    """Two headers that disagree: the longer wait is the safe one."""
    headers = httpx.Headers([("Retry-After", "5"), ("Retry-After", "9")])
    exchange = Exchange(sent=True, status=429, headers=headers)
    assert asked_wait(exchange, NOW.timestamp()) == 9


HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@given(HEADER, HEADER, HEADER)
def test_any_header_is_survived(after: str, reset: str, date: str) -> None:
    """Whatever stands in the headers, the wait is bounded."""
    exchange = replied(
        retry_after=after, x_ratelimit_remaining="0", x_ratelimit_reset=reset, date=date
    )
    wait = asked_wait(exchange, NOW.timestamp())
    assert wait is not None
    assert 0 <= wait <= 3600


async def start_times(pace: Pace, callers: int) -> list[float]:
    """Let that many callers ask for a turn at once; return when each got it."""
    started = time.monotonic()

    async def one() -> float:
        assert await pace.turn(60) == 0.0
        return time.monotonic() - started

    return sorted(await asyncio.gather(*(one() for _ in range(callers))))


@on_loop
async def test_a_rate_holds_over_all_callers() -> None:
    """Ten callers at fifty a second take a fifth of a second, evenly."""
    times = await start_times(Pace(SmallClock(), rate=50), 10)
    assert times[0] < 0.15
    assert all(at >= 0.02 * number - 0.005 for number, at in enumerate(times))


@on_loop
async def test_without_a_rate_nobody_waits() -> None:
    """No rate of ours and no pause: all start at once."""
    assert (await start_times(Pace(SmallClock()), 100))[-1] < 0.5


@on_loop
async def test_a_pause_holds_everybody_and_lets_them_back_one_by_one() -> None:
    """Nobody starts before the pause is over, and not all start in the same moment."""
    pace = Pace(SmallClock())
    pace.heed(replied(retry_after="1"))
    assert 0.9 < pace.paused_for() <= 1
    times = await start_times(pace, 20)
    assert times[0] >= 0.99
    assert times[-1] - times[0] > 0.2
    assert times[-1] < 1 + SPREAD + 1
    assert pace.paused_for() == 0.0


@on_loop
async def test_a_pause_catches_those_who_wait_for_their_turn() -> None:
    """A 429 that comes while callers wait for the rate holds them too."""
    pace = Pace(SmallClock(), rate=5)
    waiting = asyncio.create_task(start_times(pace, 3))
    await asyncio.sleep(0.05)
    pace.heed(replied(retry_after="1"))
    times = await waiting
    assert times[0] < 0.5
    assert times[1] >= 1.0


@on_loop
async def test_a_shorter_wait_does_not_end_a_longer_pause() -> None:
    """Replies that come in any order leave the longest pause standing."""
    pace = Pace(SmallClock())
    pace.heed(replied(retry_after="100"))
    pace.heed(replied(retry_after="1"))
    pace.heed(replied(201))
    assert pace.paused_for() > 95


@on_loop
async def test_who_has_no_patience_is_told_at_once() -> None:
    """A turn that is too far away is not waited for, and takes nobody else's place."""
    pace = Pace(SmallClock(), rate=1)
    assert await pace.turn(0.05) == 0.0
    started = time.monotonic()
    assert 0.2 < await pace.turn(0.05) <= 1
    assert await pace.turn(5) == 0.0
    assert time.monotonic() - started < 1.8
    pace.heed(replied(retry_after="400"))
    assert 395 < await pace.turn(300) < 400 + SPREAD
    assert time.monotonic() - started < 2.5


@on_loop
async def test_a_pause_counts_sleep() -> None:
    """After a machine slept through the pause, it is over."""
    clock = SmallClock()
    pace = Pace(clock)
    pace.heed(replied(retry_after="100"))
    clock.ahead += 101
    assert pace.paused_for() == 0.0
    assert await pace.turn(0) == 0.0


@on_loop
async def test_a_reserved_turn_is_used_once_and_not_for_long() -> None:
    """What was reserved lets one request out at once, unless a pause or time came between."""
    clock = SmallClock()
    pace = Pace(clock, rate=1)
    assert not pace.take_reserved()
    assert await pace.reserve(0) == 0.0
    assert pace.take_reserved()
    assert not pace.take_reserved()
    clock.ahead += 2
    assert await pace.reserve(0) == 0.0
    clock.ahead += RESERVED_FOR + 0.1
    assert not pace.take_reserved()
    assert await pace.reserve(0) == 0.0
    pace.heed(replied(retry_after="1"))
    assert not pace.take_reserved()
    assert await pace.reserve(0.1) > 0.1


@on_loop
async def test_retries_have_a_budget() -> None:
    """At most the larger of ten and a tenth of the requests."""
    pace = Pace(SmallClock())
    assert [pace.may_retry() for _ in range(12)] == [True] * 10 + [False] * 2
    for _ in range(200):
        await pace.turn(0)
    assert [pace.may_retry() for _ in range(12)] == [True] * 10 + [False] * 2
