"""Tokens and the pace: who is let in, for how long, how often."""

import time
from collections.abc import Callable

import httpx
import pytest

from loader.sandbox import EMAIL, PASSWORD, Sandbox
from loader.sandbox.routes import ROUTES

Start = Callable[..., Sandbox]
SignIn = Callable[..., httpx.Client]
TOKEN = "/v2/authentication/token"
REFRESH = "/v2/authentication/refresh-token"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}


def test_the_rehearsal_credentials_give_tokens_for_a_day(api: httpx.Client) -> None:
    """The guide's body and reply: email and password in, tokens and the number 86400 out."""
    got = api.post(TOKEN, json=CREDENTIALS).json()
    assert (got["expires_in"], got["token_type"]) == (86_400, "Bearer")
    assert len({got["access_token"], got["refresh_token"], got["id_token"]}) == 3


@pytest.mark.parametrize(
    "body",
    [
        {**CREDENTIALS, "password": "wrong"},
        {**CREDENTIALS, "email": "somebody@example.com"},
        {"email": PASSWORD, "password": EMAIL},
    ],
)
def test_others_are_not_let_in(api: httpx.Client, body: dict[str, str]) -> None:
    """Any other pair is a 401."""
    assert api.post(TOKEN, json=body).status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"username": EMAIL, "password": PASSWORD}, {"email": EMAIL, "password": 1}]
)
def test_a_sign_in_of_another_shape_is_invalid(api: httpx.Client, body: dict[str, object]) -> None:
    """The guide's `email` is needed; the contract's `username` is not known here."""
    assert api.post(TOKEN, json=body).status_code == 422


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer nonsense", "Basic {token}", "{token}", "Bearer {token}x"],
)
def test_a_request_without_a_valid_token_is_refused(api: httpx.Client, header: str) -> None:
    """Missing, misspelt and unknown tokens are a 401 on every operation that needs one."""
    token = api.headers["Authorization"].partition(" ")[2]
    sent = {"Authorization": header.format(token=token)}
    for path in ("user", "orders", "products", "statuses"):
        whole = f"/v2/authentication/{path}" if path == "user" else f"/v2/{path}"
        assert api.get(whole, headers=sent).status_code == 401
    assert api.post("/v2/orders", json={}, headers=sent).status_code == 401


@pytest.mark.parametrize(
    ("method", "template"),
    [
        (method, "/" + "/".join(template))
        for template, methods in ROUTES.items()
        for method, operation in methods.items()
        if operation not in ("token", "refresh")
    ],
)
def test_every_operation_needs_a_token(api: httpx.Client, method: str, template: str) -> None:
    """All operations but the two that give tokens are closed, whatever is asked of them."""
    api.headers.pop("Authorization")
    assert api.request(method, template.replace("*", "any")).status_code == 401


def test_the_user_names_the_client(api: httpx.Client) -> None:
    """The account that orders belong to is read from the signed-in user."""
    user = api.get("/v2/authentication/user").json()
    product = api.get("/v2/products").json()["products"][0]
    assert user["client_id"] == product["client_id"]
    assert user["email"] == EMAIL


def test_tokens_expire_and_are_refreshed(start: Start, client_of: SignIn) -> None:
    """After its seconds an access token is refused as expired; the refresh token gives another."""
    sandbox = start(token_seconds=0.5)
    api = client_of(sandbox)
    tokens = api.post(TOKEN, json=CREDENTIALS).json()
    sent = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert api.get("/v2/statuses", headers=sent).status_code == 200
    time.sleep(0.55)
    refused = api.get("/v2/statuses", headers=sent)
    assert (refused.status_code, refused.json()["message"]) == (401, "Token expired")
    renewed = api.post(REFRESH, json={"refresh_token": tokens["refresh_token"]}).json()
    assert renewed["access_token"] != tokens["access_token"]
    sent = {"Authorization": f"Bearer {renewed['access_token']}"}
    assert api.get("/v2/statuses", headers=sent).status_code == 200


def test_only_a_refresh_token_refreshes(api: httpx.Client) -> None:
    """An access token or an invented one is refused; a body without one is invalid."""
    access = api.headers["Authorization"].partition(" ")[2]
    assert api.post(REFRESH, json={"refresh_token": access}).status_code == 401
    assert api.post(REFRESH, json={"refresh_token": "invented"}).status_code == 401
    assert api.post(REFRESH, json={}).status_code == 422


def test_a_refresh_token_opens_nothing_itself(api: httpx.Client) -> None:
    """A refresh token is no access token."""
    refresh = api.post(TOKEN, json=CREDENTIALS).json()["refresh_token"]
    sent = {"Authorization": f"Bearer {refresh}"}
    assert api.get("/v2/statuses", headers=sent).status_code == 401


def test_tokens_hold_for_every_sandbox_on_the_state(start: Start, client_of: SignIn) -> None:
    """A token of one server is good on another over the same state."""
    first, second = start(), start()
    sent = {"Authorization": client_of(first).headers["Authorization"]}
    assert client_of(second).get("/v2/statuses", headers=sent).status_code == 200


def test_the_pace_is_limited_and_said(start: Start, client_of: SignIn) -> None:
    """Headers count down, the next request is a 429 with Retry-After, then a new window opens."""
    api = client_of(start(rate_limit=3, rate_window=1.0))
    replies = [api.get("/v2/statuses") for _ in range(3)]
    assert [r.status_code for r in replies] == [200, 200, 429]
    assert [r.headers["X-RateLimit-Remaining"] for r in replies] == ["1", "0", "0"]
    assert {r.headers["X-RateLimit-Limit"] for r in replies} == {"3"}
    assert replies[2].headers["X-RateLimit-Reset"].endswith("Z")
    wait = int(replies[2].headers["Retry-After"])
    assert wait == 1
    time.sleep(wait)
    assert api.get("/v2/statuses").status_code == 200


def test_a_limited_request_does_nothing(
    start: Start, client_of: SignIn, order: Callable[..., dict[str, object]]
) -> None:
    """An order that is answered with 429 is not stored; the truth says so."""
    sandbox = start(rate_limit=2)
    api = client_of(sandbox)
    assert [api.post("/v2/orders", json=order()).status_code for _ in "ab"] == [201, 429]
    first, second = sandbox.truth()[1:]
    assert (len(first["committed_order_ids"]), second["committed_order_ids"]) == (1, [])


def test_without_a_limit_there_are_no_headers(api: httpx.Client) -> None:
    """No limit, no X-RateLimit headers, as the vendor's contract attaches them to nothing."""
    assert not [name for name in api.get("/v2/statuses").headers if name.startswith("x-rate")]


def test_latency_is_added_to_every_request(start: Start, client_of: SignIn) -> None:
    """Each reply takes so many seconds longer."""
    api = client_of(start(latency=0.2))
    started = time.monotonic()
    api.get("/v2/statuses")
    assert 0.2 <= time.monotonic() - started < 2


def test_the_visibility_delay_holds_for_every_order(
    start: Start, client_of: SignIn, order: Callable[..., dict[str, object]]
) -> None:
    """With a visibility delay a new order is missed by look-ups at first, without any fault."""
    api = client_of(start(visibility_delay=0.3))
    assert api.post("/v2/orders", json=order("K1")).status_code == 201
    assert api.get("/v2/orders/by-client-order-id/K1").status_code == 404
    time.sleep(0.35)
    assert api.get("/v2/orders/by-client-order-id/K1").status_code == 200
