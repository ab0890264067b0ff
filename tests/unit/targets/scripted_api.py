"""A scripted OK Capsule API: the target against a server that answers by the request line."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loader.targets.endpoints import Settings
from loader.targets.okcapsule import OkCapsule
from loader.targets.sign_in import Credentials
from tests.unit.targets.raw_server import (
    RawServer,
    Request,
    Script,
    SmallClock,
    reply,
    routed,
    serving,
)

SIGN_IN = reply(200, b'{"access_token":"access-1","refresh_token":"r","expires_in":86400}')
RENEWED = reply(200, b'{"access_token":"access-2","refresh_token":"r","expires_in":86400}')
CREATED = reply(201, b'{"order":{"id":"a1"}}')
EXPIRED = reply(401, b'{"error":{"message":"Token expired"}}')
NO_ORDER = reply(404, b'{"error":{"errorCode":"RESOURCE_NOT_FOUND","message":"none"}}')
TOKEN = "POST /v2/authentication/token"
REFRESH = "POST /v2/authentication/refresh-token"
CREATE = "POST /v2/orders"
LOOK_UP = "GET /v2/orders/by-client-order-id/"
USER = "GET /v2/authentication/user"
PRODUCTS = "GET /v2/products"
ASSEMBLIES = "GET /v2/assemblies"
BODY = b'{"client_custom_order_id":"A-1"}'


@asynccontextmanager
async def target_for(
    routes: dict[str, bytes | list[bytes]] | Script,
    *,
    timeout: float = 2.0,
    concurrency: int = 4,
    rate: float | None = None,
) -> AsyncGenerator[tuple[OkCapsule, RawServer], None]:
    """Give a target whose server answers by these routes; the sign-in is among them."""
    script = (
        routed({TOKEN: SIGN_IN, REFRESH: RENEWED, **routes}) if isinstance(routes, dict) else routes
    )
    async with serving(script) as server:
        settings = Settings(
            base_url=server.url, timeout=timeout, concurrency=concurrency, rate=rate
        )
        target = OkCapsule(settings, Credentials("me@example.com", "secret"), SmallClock())
        try:
            yield target, server
        finally:
            await target.aclose()


def page(name: str, *entries: dict[str, object], cursor: str | None = None) -> bytes:
    """Return a page of a list."""
    return reply(200, json.dumps({name: entries, "next_cursor": cursor}).encode())


def asked(server: RawServer, line: str) -> list[Request]:
    """Return the requests that begin with `line`."""
    return [request for request in server.requests if request.line.startswith(line)]


def found(**order: object) -> bytes:
    """Return the reply of a look-up that found this."""
    return reply(200, json.dumps({"order": order}).encode())
