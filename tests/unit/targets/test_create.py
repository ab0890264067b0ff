"""The target's way to create: one request, one deadline, and a turn kept for it."""

import asyncio
import time

import pytest

from loader.core.errors import SignInError
from loader.core.lifecycle import Verdict
from loader.ports import Sight
from loader.targets.endpoints import Settings
from loader.targets.okcapsule import OkCapsule
from loader.targets.sign_in import Credentials
from tests.unit.targets.raw_server import (
    Connection,
    SmallClock,
    on_loop,
    reply,
)
from tests.unit.targets.scripted_api import (
    BODY,
    CREATE,
    CREATED,
    EXPIRED,
    REFRESH,
    RENEWED,
    SIGN_IN,
    TOKEN,
    asked,
    target_for,
)


def always() -> bool:
    """Say that the burn is still ours."""
    return True


@on_loop
async def test_a_create_sends_the_frozen_bytes_once() -> None:
    """The very bytes, under the account's token, the attempt's id and the loader's name."""
    async with target_for({CREATE: CREATED}) as (target, server):
        made = await target.create(BODY, attempt="attempt-7", still_ours=always)
    assert (made.verdict, made.http_status) == (Verdict.DONE, 201)
    assert made.order == {"id": "a1"}
    (request,) = asked(server, CREATE)
    assert request.line == "POST /v2/orders HTTP/1.1"
    assert request.body == BODY
    assert request.header("authorization") == ["Bearer access-1"]
    assert request.header("x-request-id") == ["attempt-7"]
    assert request.header("content-type") == ["application/json"]
    assert request.header("user-agent")[0].startswith("order-loader/")


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 408, 409, 422, 425, 429, 500, 503])
@on_loop
async def test_a_create_is_never_sent_again_by_itself(status: int) -> None:
    """Whatever the answer, the request is on the server once: sending again is the app's."""
    async with target_for({CREATE: reply(status, b"{}")}) as (target, server):
        await target.create(BODY, attempt="a", still_ours=always)
        await asyncio.sleep(0.05)
    assert len(asked(server, CREATE)) == 1


@on_loop
async def test_an_expired_sign_in_defers_and_is_renewed_before_the_next() -> None:
    """A 401 made nothing: deferred at once, the token refreshed, the next create goes through."""
    async with target_for({CREATE: [EXPIRED, CREATED]}) as (target, server):
        first = await target.create(BODY, attempt="a", still_ours=always)
        second = await target.create(BODY, attempt="b", still_ours=always)
    assert (first.verdict, first.stop) == (Verdict.DEFERRED, False)
    assert first.wait is not None
    assert 0 < first.wait <= 5
    assert second.verdict is Verdict.DONE
    assert asked(server, CREATE)[1].header("authorization") == ["Bearer access-2"]
    assert len(asked(server, REFRESH)) == 1


@on_loop
async def test_code_os0006_renews_the_sign_in_too() -> None:
    """The code for a missing sign-in leads to one refresh, even with a status that differs."""
    odd = reply(400, b'{"code":"OS0006","type":"AUTHENTICATION_ERROR","message":"No"}')
    async with target_for({CREATE: [odd, CREATED]}) as (target, server):
        first = await target.create(BODY, attempt="a", still_ours=always)
        await target.create(BODY, attempt="b", still_ours=always)
    assert first.verdict is Verdict.UNKNOWN
    assert len(asked(server, REFRESH)) == 1


@on_loop
async def test_twenty_creates_that_meet_a_401_lead_to_one_refresh() -> None:
    """All at once, all refused, all sent again: one refresh for all of them."""
    all_here = asyncio.Barrier(20)

    async def script(connection: Connection) -> None:
        while True:
            request = await connection.request()
            if request.line.startswith(CREATE):
                await all_here.wait()
                fresh = request.header("authorization") == ["Bearer access-2"]
                await connection.send(CREATED if fresh else EXPIRED)
            else:
                await connection.send(RENEWED if "refresh" in request.line else SIGN_IN)

    async with target_for(script, concurrency=20) as (target, server):

        async def until_done(number: int) -> int:
            for tries in range(1, 5):
                made = await target.create(BODY, attempt=f"{number}-{tries}", still_ours=always)
                if made.verdict is Verdict.DONE:
                    return tries
            raise AssertionError("not done after four tries")

        tries = await asyncio.gather(*(until_done(number) for number in range(20)))
    assert set(tries) == {2}
    assert len(asked(server, TOKEN)) == 1
    assert len(asked(server, REFRESH)) == 1


@on_loop
async def test_a_refused_sign_in_stops_the_run_and_sends_nothing() -> None:
    """The order is deferred, the run stops, and the server has seen no order."""
    async with target_for({TOKEN: reply(401, b"{}"), CREATE: CREATED}) as (target, server):
        made = await target.create(BODY, attempt="a", still_ours=always)
        look = await target.look_up("A-1")
        with pytest.raises(SignInError):
            await target.account_id()
        with pytest.raises(SignInError):
            await target.catalogue()
        with pytest.raises(SignInError):
            await target.ready()
    assert (made.verdict, made.stop, made.sent) == (Verdict.DEFERRED, True, False)
    assert look.sight is Sight.UNCLEAR
    assert look.reply is not None
    assert look.reply.stop
    assert asked(server, CREATE) == []
    assert len(asked(server, TOKEN)) == 1


@on_loop
async def test_the_deadline_of_a_create_covers_its_sign_in() -> None:
    """Sign-in, turn and request together take no longer than the deadline; nothing left."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await asyncio.sleep(60)

    async with target_for(script, timeout=0.4) as (target, _):
        started = time.monotonic()
        made = await target.create(BODY, attempt="a", still_ours=always)
        assert 0.3 < time.monotonic() - started < 2
    assert (made.verdict, made.sent, made.code) == (Verdict.DEFERRED, False, "NO-SIGN-IN")


@on_loop
async def test_an_unreachable_api_counts_as_no_connection() -> None:
    """Where not even the sign-in connects, the reply says so: five of them stop a run."""
    async with target_for({CREATE: CREATED}) as (_, server):
        pass  # the server is gone now, and its port with it
    target = OkCapsule(
        Settings(base_url=server.url, timeout=1.0), Credentials("u", "p"), SmallClock()
    )
    made = await target.create(BODY, attempt="a", still_ours=always)
    await target.aclose()
    assert (made.verdict, made.connect_failed) == (Verdict.DEFERRED, True)


@on_loop
async def test_a_burn_that_is_no_longer_ours_sends_nothing() -> None:
    """Asked just before the first byte, a no leaves the order deferred and the server alone."""
    async with target_for({CREATE: CREATED}) as (target, server):
        made = await target.create(BODY, attempt="a", still_ours=lambda: False)
    assert (made.verdict, made.code, made.sent) == (Verdict.DEFERRED, "BURN-STALE", False)
    assert asked(server, CREATE) == []


@on_loop
async def test_a_pause_defers_what_cannot_wait_for_it() -> None:
    """After a 429 the next create does not wait under its burn: nothing left, and how long."""
    busy = reply(429, b"{}", "Retry-After: 100")
    async with target_for({CREATE: [busy, CREATED]}) as (target, server):
        first = await target.create(BODY, attempt="a", still_ours=always)
        started = time.monotonic()
        second = await target.create(BODY, attempt="b", still_ours=always)
        assert time.monotonic() - started < 2
    assert (first.verdict, first.wait) == (Verdict.DEFERRED, 100)
    assert (second.verdict, second.code, second.sent) == (Verdict.DEFERRED, "PAUSED", False)
    assert second.wait is not None
    assert 90 < second.wait < 103
    assert len(asked(server, CREATE)) == 1


@on_loop
async def test_a_cancelled_create_is_passed_on() -> None:
    """Cancelling is not swallowed: the caller alone knows what it had burnt."""

    async def script(connection: Connection) -> None:
        while True:
            request = await connection.request()
            await (asyncio.sleep(60) if "orders" in request.line else connection.send(SIGN_IN))

    async with target_for(script) as (target, server):
        task = asyncio.create_task(target.create(BODY, attempt="a", still_ours=always))
        while not asked(server, CREATE):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


# ------------------------------------------------------------------ ready
@on_loop
async def test_ready_signs_in_and_keeps_a_turn() -> None:
    """After `ready` a create leaves at once, and the rate still holds over all of them."""
    async with target_for({CREATE: CREATED}, rate=2) as (target, server):
        await target.ready()  # the sign-in takes a turn too
        started = time.monotonic()
        for number in range(3):
            assert await target.ready() == 0.0
            before = time.monotonic()
            await target.create(BODY, attempt=str(number), still_ours=always)
            assert time.monotonic() - before < 0.4
        assert 0.9 < time.monotonic() - started < 2
        assert len(asked(server, TOKEN)) == 1
    assert len(asked(server, CREATE)) == 3


@on_loop
async def test_ready_waits_for_a_short_pause_and_tells_of_a_long_one() -> None:
    """A pause of seconds is waited for; one above five minutes is told at once."""
    async with target_for(
        {CREATE: [reply(429, b"{}", "Retry-After: 1"), reply(429, b"{}", "Retry-After: 400")]}
    ) as (target, _):
        await target.create(BODY, attempt="a", still_ours=always)
        started = time.monotonic()
        assert await target.ready() == 0.0
        assert 0.9 < time.monotonic() - started < 5
        await target.create(BODY, attempt="b", still_ours=always)
        started = time.monotonic()
        assert 395 < await target.ready() < 405
        assert time.monotonic() - started < 2


@on_loop
async def test_ready_leaves_a_sign_in_that_stumbles_to_the_create() -> None:
    """A sign-in that is not answered raises nothing: the create's reply will say so."""
    async with target_for({TOKEN: reply(500), CREATE: CREATED}) as (target, server):
        assert await target.ready() == 0.0
        made = await target.create(BODY, attempt="a", still_ours=always)
    assert (made.code, made.sent) == ("NO-SIGN-IN", False)
    assert asked(server, CREATE) == []
