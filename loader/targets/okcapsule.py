"""The OK Capsule API v2 as a target."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from loader.core.errors import SignInError, StoppedEarly
from loader.core.lifecycle import Verdict
from loader.core.model import Catalogue, Item
from loader.core.patience import LONGEST_PAUSE
from loader.core.privacy import printable
from loader.ports import Clock, LookUp, Reply, Sight
from loader.targets import catalogue as lists
from loader.targets.bodies import read_object
from loader.targets.endpoints import Settings
from loader.targets.errors import SIGN_IN_NEEDED, Shape, read_error
from loader.targets.failures import Failure
from loader.targets.pace import Pace, back_off
from loader.targets.paced import PacedWire
from loader.targets.replies import (
    CONNECT_FAILURES,
    classify_create,
    code_of,
    no_sign_in,
    order_in,
    vendors_words,
    what_happened,
)
from loader.targets.sign_in import Credentials, MemoryTokens, NotAnswered, SignIn, TokenStore
from loader.targets.wire import ORDER_REPLY_CAP, PAGE_CAP, Call, Exchange, Wire

ORDERS = "/v2/orders"
USER = "/v2/authentication/user"
COUNT = "/v2/orders/count"
LOOK_UP = "/v2/orders/by-client-order-id/"
NOT_FOUND = "RESOURCE_NOT_FOUND"
MOST_TRIES = 4  # of a read: once and three times more
MOST_PAGES = 4000

_PASSING_STATUS = frozenset({408, 429, 500, 502, 503, 504})
_LASTING_FAILURE = frozenset({Failure.PAUSED, Failure.REQUEST_INVALID, Failure.REPLY_TOO_LARGE})


class OkCapsule:
    """One signed-in account of the OK Capsule API; all its requests share one pace."""

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials | None,
        clock: Clock,
        *,
        tokens: TokenStore | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout = settings.timeout
        self._clock = clock
        self._pace = Pace(clock, settings.rate)
        self._wire = Wire(settings.base_url, slots=settings.concurrency, clock=clock, tls=tls)
        self._paced = PacedWire(self._wire, self._pace, settings.timeout)
        self._sign_in = SignIn(
            self._paced,
            credentials,
            user_field=settings.sign_in_field,
            store=tokens or MemoryTokens(),
            clock=clock,
        )

    # -------------------------------------------------------------- writing
    async def ready(self) -> float:
        """Wait for a valid token and for a turn, which the next `create` then uses.

        Returns 0.0, or, without waiting, the seconds to a turn that is more than five minutes
        away. Raises `SignInError` where the sign-in is refused; one that is not answered shows
        in the reply of `create`.
        """
        with contextlib.suppress(NotAnswered):
            await self._sign_in.token()
        return await self._pace.reserve(LONGEST_PAUSE)

    async def create(self, body: bytes, *, attempt: str, still_ours: Callable[[], bool]) -> Reply:
        """POST exactly these bytes once; never raises for the network or a refused sign-in.

        The total deadline covers everything: sign-in, waiting for a turn, the request. A create
        that is cancelled may have left; its outcome is unknown to everybody.
        """
        deadline = asyncio.get_running_loop().time() + self._timeout
        call = Call(
            method="POST",
            path=ORDERS,
            headers={"Content-Type": "application/json", "X-Request-Id": attempt},
            body=body,
            may_send=still_ours,
        )
        try:
            return classify_create(await self._signed(call, deadline), body)
        except SignInError as error:
            return no_sign_in(error)

    # -------------------------------------------------------------- reading
    async def look_up(self, lookup_id: str) -> LookUp:
        """GET the order whose `client_custom_order_id` is `lookup_id`.

        Never raises for the network or a refused sign-in.
        """
        if not lookup_id:
            return LookUp(sight=Sight.UNCLEAR)
        try:
            exchange = await self._read(LOOK_UP + _segment(lookup_id), ORDER_REPLY_CAP)
        except SignInError as error:
            return LookUp(sight=Sight.UNCLEAR, reply=no_sign_in(error))
        order = order_in(exchange.body) if exchange.status == 200 else None
        if order is not None and order.get("client_custom_order_id") == lookup_id:
            return LookUp(sight=Sight.FOUND, order=order)
        if _is_absent(exchange):
            return LookUp(sight=Sight.ABSENT)
        return LookUp(sight=Sight.UNCLEAR, reply=_unclear(exchange))

    async def account_id(self) -> str:
        """Return the API's `client_id` of the signed-in user.

        Read from the user, else from the products and orders, which must then all agree. Raises
        `SignInError` where the sign-in is refused, `StoppedEarly` where nothing tells.
        """
        exchange = await self._read(USER, ORDER_REPLY_CAP)
        found = set(_client_ids(read_object(exchange.body))) if exchange.status == 200 else set()
        for name, path in (("products", "/v2/products"), ("orders", ORDERS)):
            if not found and exchange.status is not None:
                exchange = await self._read(lists.page_path(path, None), PAGE_CAP)
                listed = lists.entries(read_object(exchange.body), name) or []
                found = {one for entry in listed for one in _client_ids(entry)}
        if len(found) == 1:
            return found.pop()
        if exchange.status is None:
            raise StoppedEarly(
                f"OK Capsule cannot be reached. {what_happened(exchange)}",
                hint="Nothing was sent. Check the connection to the internet, then try again.",
            )
        raise StoppedEarly(
            f"The API does not tell which account is signed in. {what_happened(exchange)}"
            if not found
            else "The API shows this user several accounts.",
            hint="Ask your OK Capsule contact whether this user belongs to exactly one client.",
        )

    async def catalogue(self) -> Catalogue:
        """Return all products, packs and standalone products.

        Raises `SignInError` where the sign-in is refused, `StoppedEarly` where a page cannot be
        read. An id that is both a product's and a pack's counts as the pack's.
        """
        fetched_at = self._clock.now()
        found: dict[str, Item] = {}
        for name, path in lists.LISTS.items():
            async for listed in self._pages(name, path):
                found.update((item.id.lower(), item) for item in lists.items(name, listed))
        return Catalogue(items=found, fetched_at=fetched_at)

    async def orders(
        self, changed_since: float | None = None
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Walk the orders that the API lists for the account, page by page.

        Raises `SignInError` where the sign-in is refused, `StoppedEarly` where a page cannot be
        read.
        """
        wanted = "" if changed_since is None else lists.changed_filter(changed_since)
        async for listed in self._pages("orders", ORDERS, wanted):
            yield listed

    async def order_count(self) -> int:
        """Return how many orders the API counts for the account; raises as `orders` does."""
        exchange = await self._read(COUNT, ORDER_REPLY_CAP)
        count = read_object(exchange.body).get("count") if exchange.status == 200 else None
        if type(count) is not int or count < 0:
            raise StoppedEarly(
                f"The orders could not be counted. {what_happened(exchange)}",
                hint="Nothing was sent. Run the command again later.",
            )
        return count

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    # -------------------------------------------------------------- requests
    async def _pages(
        self, name: str, path: str, wanted: str = ""
    ) -> AsyncIterator[list[Mapping[str, Any]]]:
        """Yield the entries of each page; a cursor that comes back ends the list."""
        cursor: str | None = None
        asked: set[str | None] = set()
        while cursor not in asked:
            asked.add(cursor)
            exchange = await self._read(lists.page_path(path, cursor, wanted), PAGE_CAP)
            body = read_object(exchange.body)
            listed = lists.entries(body, name) if exchange.status == 200 else None
            if listed is None or len(asked) > MOST_PAGES:
                raise StoppedEarly(
                    f"The {name} could not be read to their end. {what_happened(exchange)}",
                    hint="Nothing was sent. Run the command again later.",
                )
            yield listed
            cursor = lists.next_cursor(body, exchange.headers)
            if cursor is None:
                return

    async def _read(self, path: str, cap: int) -> Exchange:
        """GET `path`, again where that may help: reading makes nothing."""
        call = Call(method="GET", path=path, cap=cap)
        renewed = False
        tries = 1
        while True:
            exchange = await self._signed(call, None)
            if not renewed and _asks_for_sign_in(exchange):
                renewed = True
                continue
            if tries == MOST_TRIES or not _may_pass(exchange) or not self._pace.may_retry():
                return exchange
            await back_off(tries)
            tries += 1

    async def _signed(self, call: Call, deadline: float | None) -> Exchange:
        """Send `call` once with the account's token; `SignInError` where there is none."""
        try:
            token = await self._sign_in.token(deadline)
        except NotAnswered as error:
            return Exchange(sent=False, failure=error.failure)
        headers = {**call.headers, "Authorization": f"Bearer {token}"}
        exchange = await self._paced.exchange(
            replace(call, headers=headers), deadline, reserved=deadline is not None
        )
        if _asks_for_sign_in(exchange):
            self._sign_in.refused(token, call.method)
        elif exchange.status is not None:
            self._sign_in.let_in(call.method)
        return exchange


def _segment(text: str) -> str:
    """Return `text` as one path segment that no server takes for two, or for "up"."""
    quoted = quote(text, safe="")
    return quoted.replace(".", "%2E") if text in (".", "..") else quoted


def _may_pass(exchange: Exchange) -> bool:
    if exchange.failure is not None:
        return exchange.failure not in _LASTING_FAILURE
    return exchange.status in _PASSING_STATUS


def _is_absent(exchange: Exchange) -> bool:
    """Return True for the documented "no order carries that id", and nothing like it."""
    if exchange.status != 404:
        return False
    error = read_error(404, exchange.body)
    return (
        error is not None
        and error.shape is Shape.MODEL
        and error.consistent
        and error.code in ("", NOT_FOUND)
    )


def _client_ids(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the `client_id` of an object, else those of the objects directly inside it."""
    own = node.get("client_id")
    if isinstance(own, str) and own.strip():
        yield own
        return
    for inner in node.values():
        if isinstance(inner, dict) and isinstance(inner.get("client_id"), str):
            yield inner["client_id"]


def _asks_for_sign_in(exchange: Exchange) -> bool:
    if exchange.status is None or exchange.status < 400:
        return False
    error = read_error(exchange.status, exchange.body)
    return exchange.status == 401 or (error is not None and error.code == SIGN_IN_NEEDED)


def _unclear(exchange: Exchange) -> Reply:
    """Return why a look-up concluded nothing."""
    error = None if exchange.status is None else read_error(exchange.status, exchange.body)
    return Reply(
        verdict=Verdict.UNKNOWN,
        http_status=exchange.status,
        code=code_of(exchange, error),
        message=printable(what_happened(exchange) + vendors_words(error)),
        wait=exchange.wait,
        stop=exchange.status == 403,
        sent=exchange.sent,
        connect_failed=exchange.failure in CONNECT_FAILURES,
    )
