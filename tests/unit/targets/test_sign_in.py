"""One sign-in for all callers: when it is renewed, how often, and what it never gives away."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from loader.core.errors import SignInError
from loader.targets.failures import Failure
from loader.targets.pace import Pace
from loader.targets.paced import PacedWire
from loader.targets.sign_in import Credentials, MemoryTokens, NotAnswered, SignIn, Tokens
from loader.targets.wire import Wire
from tests.unit.targets.raw_server import (
    Connection,
    RawServer,
    Script,
    SmallClock,
    on_loop,
    reply,
    routed,
    serving,
)

USER, PASSWORD = "dr.lovelace@example.com", "correct horse"
TOKEN = "POST /v2/authentication/token "
REFRESH = "POST /v2/authentication/refresh-token "


def granted(number: int, **changes: object) -> bytes:
    """Return the reply that grants tokens with that number."""
    body = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}",
            "expires_in": 86400, **changes}  # fmt: skip
    return reply(200, json.dumps({k: v for k, v in body.items() if v is not None}).encode())


REFUSED = reply(401, b'{"error":{"message":"Incorrect email or password for dr.lovelace"}}')


class Scene:
    """A sign-in against a scripted server."""

    def __init__(self, server: RawServer, *, user_field: str, store: MemoryTokens) -> None:
        self.server = server
        self.clock = SmallClock()
        self.wire = Wire(server.url, slots=4, clock=self.clock)
        self.sign_in = SignIn(
            PacedWire(self.wire, Pace(self.clock), timeout=1.0),
            Credentials(USER, PASSWORD),
            user_field=user_field,
            store=store,
            clock=self.clock,
        )

    def asked(self) -> list[str]:
        """Return what was asked for, in order: token or refresh."""
        paths = [request.line.split()[1] for request in self.server.requests]
        return ["refresh" if path.endswith("refresh-token") else "token" for path in paths]

    async def used_in_vain(self, method: str = "POST") -> str:
        """Take a token, and have a request refused with it."""
        token = await self.sign_in.token()
        self.sign_in.refused(token, method)
        return token


@asynccontextmanager
async def scene(
    script: Script, *, user_field: str = "email", store: MemoryTokens | None = None
) -> AsyncGenerator[Scene, None]:
    """Give a sign-in against a server with that script."""
    async with serving(script) as server:
        one = Scene(server, user_field=user_field, store=store or MemoryTokens())
        try:
            yield one
        finally:
            await one.wire.aclose()


@pytest.mark.parametrize("field", ["email", "username"])
@on_loop
async def test_the_password_signs_in_once(field: str) -> None:
    """The first caller signs in, under the field name that is set; the token is then kept."""
    async with scene(routed({TOKEN: granted(1)}), user_field=field) as one:
        assert [await one.sign_in.token() for _ in range(3)] == ["access-1"] * 3
        assert one.asked() == ["token"]
        request = one.server.requests[0]
        assert json.loads(request.body) == {field: USER, "password": PASSWORD}
        assert request.header("content-type") == ["application/json"]
        assert request.header("authorization") == []


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        (86400, 86400), ("86400", 86400), (100.5, 100.5), (100, 100),
        # What cannot be a life counts as an hour; a longer one than a month as a month.
        (None, 3600), ("", 3600), ("soon", 3600), (-5, 3600), (0, 3600), (True, 3600),
        ([], 3600), ("1e9", 3600), (10**11, 30 * 86400),
    ],
)  # fmt: skip
@on_loop
async def test_a_token_is_renewed_at_four_fifths_of_its_life(
    expires_in: object, life: float
) -> None:
    """Not before, and by the refresh token; the life may be a number or a text."""
    script = routed({TOKEN: granted(1, expires_in=expires_in), REFRESH: granted(2)})
    async with scene(script) as one:
        await one.sign_in.token()
        one.clock.ahead = 0.8 * life - 2
        assert await one.sign_in.token() == "access-1"
        one.clock.ahead = 0.8 * life + 1
        assert await one.sign_in.token() == "access-2"
        assert one.asked() == ["token", "refresh"]
        assert json.loads(one.server.requests[1].body) == {"refresh_token": "refresh-1"}


@pytest.mark.parametrize("comes_back", [None, "", 7])
@on_loop
async def test_a_refresh_token_that_does_not_come_back_is_kept(comes_back: object) -> None:
    """The reply to a refresh may leave it out; the old one then goes on."""
    script = routed({TOKEN: granted(1), REFRESH: granted(2, refresh_token=comes_back)})
    async with scene(script) as one:
        for _ in range(3):
            await one.sign_in.token()
            one.clock.ahead += 86400
        bodies = [json.loads(request.body) for request in one.server.requests[1:]]
        assert bodies == [{"refresh_token": "refresh-1"}] * 2


@on_loop
async def test_twenty_callers_share_one_sign_in_and_one_renewal() -> None:
    """Twenty first callers, and twenty whose token was refused: one request each time."""
    script = routed({TOKEN: [granted(1), granted(3)], REFRESH: granted(2)})
    async with scene(script) as one:
        tokens = await asyncio.gather(*(one.sign_in.token() for _ in range(20)))
        assert set(tokens) == {"access-1"}
        assert one.asked() == ["token"]

        async def refused_with(token: str) -> str:
            one.sign_in.refused(token, "POST")
            return await one.sign_in.token()

        renewed = await asyncio.gather(*(refused_with(token) for token in tokens))
        assert set(renewed) == {"access-2"}
        assert one.asked() == ["token", "refresh"]
        # Late 401s to the old token say nothing about the new one.
        for _ in range(5):
            one.sign_in.refused("access-1", "POST")
        assert await one.sign_in.token() == "access-2"
        assert one.asked() == ["token", "refresh"]
        # Twenty refusals of one token count as one: the next step is the password.
        await one.used_in_vain()
        assert await one.sign_in.token() == "access-3"


@on_loop
async def test_a_refused_refresh_falls_back_to_the_password_once() -> None:
    """A refresh token that is no longer good leads to one sign-in with the password."""
    async with scene(routed({TOKEN: [granted(1), granted(3)], REFRESH: REFUSED})) as one:
        await one.used_in_vain()
        assert await one.sign_in.token() == "access-3"
        assert one.asked() == ["token", "refresh", "token"]


@on_loop
async def test_a_wrong_password_is_tried_once() -> None:
    """The account is not locked by repetition: a refusal holds for all callers to come."""
    async with scene(routed({TOKEN: REFUSED})) as one:
        results = await asyncio.gather(
            *(one.sign_in.token() for _ in range(20)), return_exceptions=True
        )
        assert all(isinstance(result, SignInError) for result in results)
        assert one.asked() == ["token"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
@on_loop
async def test_a_refused_sign_in_says_what_to_do(status: int) -> None:
    """Exit 4 with a hint, and without a word of the vendor's that may name a person."""
    body = json.dumps({"error": {"message": f"no user {USER}"}}).encode()
    async with scene(routed({TOKEN: reply(status, body)})) as one:
        with pytest.raises(SignInError) as caught:
            await one.sign_in.token()
    assert caught.value.exit_code == 4
    assert "stage and production" in caught.value.hint
    assert "lovelace" not in caught.value.message + caught.value.hint


@on_loop
async def test_without_credentials_the_hint_names_the_way() -> None:
    """Nobody to sign in as: nothing is asked, and the message says how to."""
    async with scene(routed({TOKEN: granted(1)})) as one:
        nobody = SignIn(
            PacedWire(one.wire, Pace(one.clock), timeout=1.0),
            None,
            user_field="email",
            store=MemoryTokens(),
            clock=one.clock,
        )
        with pytest.raises(SignInError) as caught:
            await nobody.token()
        assert one.asked() == []
    assert "ORDER_LOADER_PASSWORD" in caught.value.hint
    assert "ORDER_LOADER_EMAIL" in caught.value.hint


@on_loop
async def test_kept_tokens_need_no_password() -> None:
    """Tokens from an earlier sign-in are used and refreshed without credentials."""
    store = MemoryTokens()
    store.save(Tokens("access-0", "refresh-0", renew_at=0.0))
    async with scene(routed({REFRESH: granted(1)}), store=store) as one:
        assert await one.sign_in.token() == "access-1"
        assert one.asked() == ["refresh"]
    kept = store.load()
    assert kept is not None
    assert (kept.access, kept.refresh) == ("access-1", "refresh-1")


@pytest.mark.parametrize(
    "answer",
    [
        reply(500), reply(503, b"{}"), reply(302, b"", "Location: /"), reply(429, b"{}"),
        reply(408), reply(200, b"<html>"), reply(200, b"{}"), reply(200, b'{"access_token":""}'),
        reply(200, b'{"access_token":7}'), reply(200, b'{"access_token":"two words"}'),
        reply(200, b'{"access_token":"line\\r\\nX-Evil: 1"}'),
        reply(200, '{"access_token":"ümlaut"}'.encode()),
    ],
)  # fmt: skip
@on_loop
async def test_no_usable_answer_is_no_refusal(answer: bytes) -> None:
    """An API that stumbles has not refused: the next caller may ask again."""
    script = routed({TOKEN: [answer, granted(2)]})
    async with scene(script) as one:
        with pytest.raises(NotAnswered) as caught:
            await one.sign_in.token()
        assert caught.value.failure is Failure.NO_SIGN_IN
        if b" 429 " not in answer:  # a 429 pauses everybody for a minute
            assert await one.sign_in.token() == "access-2"


@on_loop
async def test_a_sign_in_that_is_not_answered_says_why() -> None:
    """The reason is kept: no answer in time, or nobody there to connect to."""

    async def silent(connection: Connection) -> None:
        await connection.request()
        await asyncio.sleep(60)

    async with scene(silent) as one:
        deadline = asyncio.get_running_loop().time() + 0.2
        with pytest.raises(NotAnswered) as caught:
            await one.sign_in.token(deadline)
        assert caught.value.failure is Failure.NO_SIGN_IN
    gone = Scene(one.server, user_field="email", store=MemoryTokens())
    with pytest.raises(NotAnswered) as caught:
        await gone.sign_in.token()
    assert caught.value.failure is Failure.CONNECT_REFUSED
    await gone.wire.aclose()


@on_loop
async def test_an_api_that_refuses_every_token_ends_it() -> None:
    """Refresh, then the password, then the end: no endless circle of renewals."""
    script = routed({TOKEN: [granted(1), granted(3)], REFRESH: granted(2)})
    async with scene(script) as one:
        assert await one.used_in_vain() == "access-1"
        assert await one.used_in_vain() == "access-2"
        assert await one.used_in_vain() == "access-3"
        with pytest.raises(SignInError, match="refuses every request"):
            await one.sign_in.token()
        assert one.asked() == ["token", "refresh", "token"]


@on_loop
async def test_a_request_that_is_let_in_starts_the_count_anew() -> None:
    """A token that worked and ran out is refreshed; reading says nothing about writing."""
    script = routed({TOKEN: granted(1), REFRESH: [granted(n) for n in range(2, 9)]})
    async with scene(script) as one:
        for _ in range(5):
            await one.used_in_vain("POST")
            await one.sign_in.token()
            one.sign_in.let_in("POST")
        assert one.asked() == ["token"] + ["refresh"] * 5
        for _ in range(3):
            await one.used_in_vain("POST")
            one.sign_in.let_in("GET")
        with pytest.raises(SignInError):
            await one.sign_in.token()


@on_loop
async def test_a_token_that_is_granted_again_is_not_stale_for_ever() -> None:
    """An API that answers a refresh with the same token is believed, and counted."""
    script = routed({TOKEN: granted(1), REFRESH: granted(1)})
    async with scene(script) as one:
        await one.used_in_vain()
        assert await one.sign_in.token() == "access-1"
        one.sign_in.let_in("POST")
        assert await one.sign_in.token() == "access-1"
        assert one.asked() == ["token", "refresh"]


@on_loop
async def test_a_caller_that_gives_up_leaves_the_way_free() -> None:
    """A caller whose deadline passes while another signs in does not end the other's."""

    async def slow(connection: Connection) -> None:
        while True:
            await connection.request()
            await asyncio.sleep(0.6)
            await connection.send(granted(1))

    async with scene(slow) as one:
        first = asyncio.create_task(one.sign_in.token())
        await asyncio.sleep(0.05)
        with pytest.raises(NotAnswered):
            await one.sign_in.token(asyncio.get_running_loop().time() + 0.1)
        assert await first == "access-1"
        assert one.asked() == ["token"]


@on_loop
async def test_secrets_stay_secret(caplog: pytest.LogCaptureFixture) -> None:
    """No password, token or address in a repr, an exception or a log, however much is logged."""
    caplog.set_level(logging.DEBUG)
    secrets = (USER, PASSWORD, "access-", "refresh-")
    async with scene(routed({TOKEN: granted(1), REFRESH: REFUSED})) as one:
        await one.used_in_vain()
        await one.sign_in.token()
        tokens = Tokens("access-9", "refresh-9", 0.0)
        shown = [repr(Credentials(USER, PASSWORD)), repr(tokens), str(vars(one.sign_in))]
        shown += [repr(NotAnswered(Failure.NO_SIGN_IN))]
    assert caplog.records  # something was logged below us, so that this can fail
    shown += [record.getMessage() for record in caplog.records]
    for secret in secrets:
        leaks = [text for text in shown if secret in text.replace("refresh-token", "")]
        assert leaks == []
