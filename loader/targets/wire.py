"""One request, one exchange: the only place of the loader that touches the network.

What holds for every exchange, and why:
- It has one total deadline: httpx's own timeouts are per read, and a server that drips one byte
  at a time would hold them for ever.
- The request is written at most once. httpx transports are used without httpx's client, so
  there is no redirect, no cookie jar, no retry, no proxy from the environment, no log line.
- `Exchange.sent` is evidence: it turns True at httpcore's `http11.send_request_headers.started`,
  the moment before the first byte is written. Nothing of the request has left before it.
- The reply is read as it comes, up to a cap; a compressed reply is not inflated.
- A connection is used again only after a clean exchange, and only within `IDLE_LIMIT` of it:
  a connection that the other side gave up unnoticed turns a request into an unknown outcome.
- Each slot has its own transport with one connection: httpx's shared pool scans all of its
  connections for each request and falls behind at 64 of them.

A cancelled exchange raises `CancelledError` to its caller, who knows no more than that the
request may have left: after a burn the outcome is unknown.
"""

import asyncio
import contextlib
import importlib.util
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from loader.ports import Clock
from loader.targets.failures import Failure, Stage, failure_of
from loader.targets.leftover import has_leftover

ORDER_REPLY_CAP = 4 * 1024 * 1024
PAGE_CAP = 32 * 1024 * 1024
IDLE_LIMIT = 2.0  # seconds; servers commonly give up after 5
_NO_TIMEOUTS = {"connect": None, "read": None, "write": None, "pool": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, complete. `may_send` is asked just before its first byte."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    cap: int = ORDER_REPLY_CAP
    may_send: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one request came to.

    `status` and `headers` are there as soon as they arrived, whatever happened afterwards;
    `body` only where all of it arrived and `failure` is None. `whole` is True where the request
    had been written to its end before the reply. `wait` is for how many seconds the API asks
    everybody to wait; the account's pace fills it in.
    """

    sent: bool
    whole: bool = False
    status: int | None = None
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    body: bytes = field(default=b"", repr=False)
    failure: Failure | None = None
    elapsed: float = 0.0
    wait: float | None = None


# httpcore tries to import sniffio several times for each request. Where it is not installed,
# each try searches the whole path: two thirds of a request's processor time. This answers at once.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # read as "there is none"


class _Refrained(Exception):
    """Raised inside the library to leave it before the first byte."""


@dataclass(slots=True)
class _Progress:
    """How far an exchange has come, as the library's trace tells it."""

    may_send: Callable[[], bool] | None
    stage: Stage = Stage.CONNECT
    whole: bool = False
    stream: Any = None

    @property
    def sent(self) -> bool:
        return self.stage in (Stage.SENT, Stage.REPLY)

    async def note(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self.stream = info["return_value"]
        elif event == "connection.start_tls.started":
            self.stage = Stage.TLS
        elif event == "http11.send_request_headers.started":
            if self.may_send is not None and not self.may_send():
                raise _Refrained
            self.stage = Stage.SENT
        elif event == "http11.send_request_body.complete":
            self.whole = True


@dataclass(slots=True)
class _Slot:
    """A place for one exchange at a time; `clean` where its connection may be used again."""

    transport: httpx.AsyncHTTPTransport | None = None
    used_at: float = 0.0
    clean: bool = False


class Wire:
    """Exchanges with one host, `slots` at a time at most."""

    def __init__(
        self, base_url: str, *, slots: int, clock: Clock, tls: ssl.SSLContext | None = None
    ) -> None:
        self._base_url = base_url
        self._clock = clock
        self._tls = tls or _client_tls(base_url)
        if not self._tls.check_hostname or self._tls.verify_mode is not ssl.CERT_REQUIRED:
            raise ValueError("a TLS context that does not verify the server")
        # Last in, first out: few slots in use stay warm instead of all going stale in turn.
        self._free: asyncio.LifoQueue[_Slot] = asyncio.LifoQueue()
        for _ in range(slots):
            self._free.put_nowait(_Slot())
        self._closed = False

    async def exchange(self, call: Call, deadline: float) -> Exchange:
        """Send `call` once, or not at all; raises nothing but `CancelledError`.

        `deadline` is a time of the running loop; waiting for a slot counts.
        """
        started = time.monotonic()
        slot = await self._free_slot(deadline)
        if slot is None:
            return Exchange(sent=False, failure=Failure.NO_SLOT, elapsed=time.monotonic() - started)
        try:
            return await self._send(slot, call, deadline, started)
        finally:
            try:
                if not slot.clean or self._closed:
                    await _drop(slot)
                slot.used_at = self._clock.ticks()
            finally:
                self._free.put_nowait(slot)

    async def _free_slot(self, deadline: float) -> _Slot | None:
        if asyncio.get_running_loop().time() >= deadline:  # a timeout would wait for an await
            return None
        try:
            async with asyncio.timeout_at(deadline):
                return await self._free.get()
        except TimeoutError:
            return None

    async def _send(self, slot: _Slot, call: Call, deadline: float, started: float) -> Exchange:
        progress = _Progress(call.may_send)
        try:
            request = self._request(call, progress)
        except (ValueError, httpx.InvalidURL):
            return Exchange(sent=False, failure=Failure.REQUEST_INVALID)
        response: httpx.Response | None = None
        body = b""
        failure: Failure | None = None
        limit = asyncio.timeout_at(deadline)
        try:
            async with limit:
                transport = await self._ready(slot)
                slot.clean = False
                response = await transport.handle_async_request(request)
                progress.stage = Stage.REPLY
                failure, body = await _read(response, call.cap)
                slot.clean = failure is None and not has_leftover(transport, response)
        except _Refrained:
            failure = Failure.BURN_STALE
        except Exception as error:  # whatever a library raises, the outcome must not be lost
            late = limit.expired()
            failure = _late(progress.sent) if late else failure_of(error, progress.stage)
        finally:
            if progress.stage is Stage.TLS:  # httpcore leaves a handshake that is cut off open
                await _close(progress.stream)
        return Exchange(
            sent=progress.sent,
            whole=progress.whole,
            status=None if response is None else response.status_code,
            headers=httpx.Headers() if response is None else response.headers,
            body=body,
            failure=failure,
            elapsed=time.monotonic() - started,
        )

    async def _ready(self, slot: _Slot) -> httpx.AsyncHTTPTransport:
        """Return the slot's transport, without a connection that has been idle too long.

        The clock counts sleep: httpcore's own limit does not notice that a laptop slept.
        """
        if slot.transport is not None and self._clock.ticks() - slot.used_at > IDLE_LIMIT:
            await _drop(slot)
        if slot.transport is None:
            slot.transport = httpx.AsyncHTTPTransport(
                verify=self._tls,
                trust_env=False,
                http1=True,
                http2=False,
                retries=0,
                limits=httpx.Limits(
                    max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_LIMIT
                ),
            )
        return slot.transport

    def _request(self, call: Call, progress: _Progress) -> httpx.Request:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **call.headers}
        return httpx.Request(
            call.method,
            self._base_url + call.path,
            headers=headers,
            content=call.body or None,
            extensions={"trace": progress.note, "timeout": _NO_TIMEOUTS},
        )

    async def aclose(self) -> None:
        """Close idle connections now, busy ones when their exchange ends."""
        self._closed = True
        idle = [self._free.get_nowait() for _ in range(self._free.qsize())]
        for slot in idle:
            await _drop(slot)
            self._free.put_nowait(slot)


def _client_tls(base_url: str) -> ssl.SSLContext:
    """Return the one context of all slots; certificates take long to load, so only for https."""
    if base_url.startswith("https:"):
        return httpx.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _read(response: httpx.Response, cap: int) -> tuple[Failure | None, bytes]:
    """Read the body as it comes; a reply that is left half-read takes its connection along."""
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return Failure.REPLY_ENCODED, b""
    if int(response.headers.get("content-length", "0")) > cap:
        return Failure.REPLY_TOO_LARGE, b""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > cap:
            return Failure.REPLY_TOO_LARGE, b""
    return None, bytes(body)


def _late(sent: bool) -> Failure:
    return Failure.DEADLINE if sent else Failure.CONNECT_TIMEOUT


async def _drop(slot: _Slot) -> None:
    transport, slot.transport = slot.transport, None
    if transport is not None:
        await _close(transport)


async def _close(what: Any) -> None:  # noqa: ANN401  # httpx's transports, httpcore's streams
    """Close it; whatever goes wrong in closing has no bearing on what the exchange came to."""
    with contextlib.suppress(Exception):
        await what.aclose()
