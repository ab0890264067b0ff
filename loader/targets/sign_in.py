"""Signing in: one token for all callers, renewed by one of them.

Sources: the getting started guide (`{email, password}`, refresh at 80 % of a token's life) and
the contract (`username`; `expires_in` as text or number). Tokens and passwords are kept out of
every `repr`, message and log.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Protocol

from loader.core.errors import SignInError
from loader.ports import Clock
from loader.targets.bodies import read_object
from loader.targets.failures import Failure
from loader.targets.paced import PacedWire
from loader.targets.wire import Call, Exchange

TOKEN_PATH = "/v2/authentication/token"  # noqa: S105  # a path, not a password
REFRESH_PATH = "/v2/authentication/refresh-token"
RENEW_AT = 0.8  # of a token's life
USUAL_LIFE = 3600.0  # seconds, where the API does not say; a 401 tells us if it was less
LONGEST_LIFE = 30 * 86400.0

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, what a header can carry
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")
_PASSING = frozenset({408, 425, 429})
# A refusal in words: what happened, and what to do about it.
_REFUSED = (
    "The API refused the sign-in.",
    "Check the e-mail address and the password, and that they belong to this environment: stage "
    "and production have separate ones.",
)
_NO_CREDENTIALS = (
    "There is no valid sign-in, and no e-mail address and password to sign in with.",
    "Set ORDER_LOADER_EMAIL and ORDER_LOADER_PASSWORD, or renew the token in the token file.",
)
_NO_USE = (
    "The API refuses every request although it has granted the sign-in.",
    "Ask your OK Capsule contact whether this user may use the API.",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave; to be renewed from `renew_at` (Unix seconds) on."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    renew_at: float


class TokenStore(Protocol):
    """Where the tokens of one account are kept."""

    def load(self) -> Tokens | None:
        """Return the tokens kept, None where there are none."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep these tokens instead of any others."""
        ...


class MemoryTokens:
    """Tokens that end with the process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None

    def load(self) -> Tokens | None:
        """Return the tokens kept, None where there are none."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep these tokens instead of any others."""
        self._tokens = tokens


class NotAnswered(Exception):
    """A sign-in that was neither granted nor refused; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class SignIn:
    """The one sign-in of an account.

    A token that a request was refused with (401) is renewed before the next request. Where the
    API goes on refusing, the way escalates: the refresh token, then the password, then
    `SignInError`; a request that is let in starts it anew, separately for reading and writing.
    """

    def __init__(
        self,
        wire: PacedWire,
        credentials: Credentials | None,
        *,
        user_field: str,
        store: TokenStore,
        clock: Clock,
    ) -> None:
        self._wire = wire
        self._credentials = credentials
        self._user_field = user_field
        self._store = store
        self._clock = clock
        self._lock = asyncio.Lock()
        self._stale = ""
        self._in_vain: dict[str, int] = {}
        self._refusal: tuple[str, str] | None = None

    async def token(self, deadline: float | None = None) -> str:
        """Return a token to send, renewed where that is due.

        Raises `SignInError` where the API refuses, `NotAnswered` where it does not answer before
        `deadline` (a time of the running loop).
        """
        tokens = self._usable()
        if tokens is not None:
            return tokens.access
        try:
            async with asyncio.timeout_at(deadline), self._lock:
                tokens = self._usable()  # somebody else may have renewed it meanwhile
                if tokens is None:
                    tokens = await self._renewed(deadline)
                    self._store.save(tokens)
                    self._stale = ""
        except TimeoutError as error:
            raise NotAnswered(Failure.NO_SIGN_IN) from error
        return tokens.access

    def _usable(self) -> Tokens | None:
        tokens = self._store.load()
        if tokens is None or tokens.access == self._stale:
            return None
        return tokens if self._clock.now() < tokens.renew_at else None

    def refused(self, token: str, method: str) -> None:
        """Note a 401 to a request sent with `token`: it is renewed before the next request."""
        tokens = self._store.load()
        if tokens is not None and tokens.access == token != self._stale:
            self._stale = token
            self._in_vain[method] = self._in_vain.get(method, 0) + 1

    def let_in(self, method: str) -> None:
        """Note that a request was answered with anything but a 401."""
        self._in_vain[method] = 0

    async def _renewed(self, deadline: float | None) -> Tokens:
        """Return new tokens; a refusal is final, so that no account is locked by repetition."""
        in_vain = max(self._in_vain.values(), default=0)
        if in_vain > 2:
            self._refusal = _NO_USE
        if self._refusal is not None:
            raise SignInError(self._refusal[0], hint=self._refusal[1])
        tokens = self._store.load()
        if tokens is not None and tokens.refresh and in_vain < 2:
            body = {"refresh_token": tokens.refresh}
            renewed = await self._ask(REFRESH_PATH, body, tokens.refresh, deadline)
            if renewed is not None:
                return renewed
        return await self._by_password(deadline)

    async def _by_password(self, deadline: float | None) -> Tokens:
        if self._credentials is None:
            raise SignInError(_NO_CREDENTIALS[0], hint=_NO_CREDENTIALS[1])
        body = {
            self._user_field: self._credentials.user,
            "password": self._credentials.password,
        }
        granted = await self._ask(TOKEN_PATH, body, "", deadline)
        if granted is None:
            self._refusal = _REFUSED
            raise SignInError(_REFUSED[0], hint=_REFUSED[1])
        return granted

    async def _ask(
        self, path: str, body: dict[str, str], refresh: str, deadline: float | None
    ) -> Tokens | None:
        """Return the tokens that the API gives, None where it refuses."""
        asked_at = self._clock.now()
        call = Call(
            method="POST",
            path=path,
            headers={"Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        exchange = await self._wire.exchange(call, deadline)
        status = exchange.status
        if status is not None and 400 <= status < 500 and status not in _PASSING:
            return None
        if exchange.failure is not None and not exchange.sent:
            raise NotAnswered(exchange.failure)
        tokens = _granted(exchange, refresh, asked_at)
        if tokens is None:
            raise NotAnswered(Failure.NO_SIGN_IN)
        return tokens


def _granted(exchange: Exchange, refresh: str, asked_at: float) -> Tokens | None:
    if exchange.status not in (200, 201) or exchange.failure is not None:
        return None
    body = read_object(exchange.body)
    access, new = body.get("access_token"), body.get("refresh_token")
    if not isinstance(access, str) or not _TOKEN.fullmatch(access):
        return None
    return Tokens(
        access=access,
        refresh=new if isinstance(new, str) and new else refresh,
        renew_at=asked_at + RENEW_AT * _life(body.get("expires_in")),
    )


def _life(value: object) -> float:
    """Return a token's life in seconds; the API gives it as a number or as text."""
    text = "" if isinstance(value, bool) else str(value).strip()
    life = float(text) if _NUMBER.fullmatch(text) else 0.0
    return min(life, LONGEST_LIFE) or USUAL_LIFE
