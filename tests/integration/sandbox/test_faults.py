"""Each fault as a client on a bare socket sees it, and what the server has done meanwhile."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loader.sandbox import Fault, Sandbox
from loader.sandbox.messages import Json

Build = Callable[..., dict[str, Any]]
Post = Callable[..., bytes]


@pytest.fixture
def api(sandbox: Sandbox, client_of: Callable[..., httpx.Client]) -> httpx.Client:
    """Return a client that also takes what the contract does not allow."""
    return client_of(sandbox, check=False)


@pytest.fixture
def post(sandbox: Sandbox, api: httpx.Client) -> Generator[Post]:
    """Return a function that posts an order on a socket of its own and reads to the end."""
    port = int(sandbox.base_url.rpartition(":")[2])

    def send(body: dict[str, Any], *, limit: int = 10_000_000) -> bytes:
        content = json.dumps(body).encode()
        head = (
            "POST /v2/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: {api.headers['Authorization']}\r\nConnection: close\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(head.encode() + content)
            received = b""
            while len(received) < limit and (block := connection.recv(65_536)):
                received += block
        return received

    yield send
    sandbox.clear_faults()


def stored(api: httpx.Client) -> int:
    """Return how many orders can be seen."""
    count: int = api.get("/v2/orders/count").json()["count"]
    return count


def created(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the truth about the creates."""
    return [record for record in sandbox.truth() if record["operation"] == "create"]


@pytest.mark.parametrize(("when", "orders"), [("before", 0), ("after", 1)])
def test_reset(
    sandbox: Sandbox, api: httpx.Client, post: Post, order: Build, when: str, orders: int
) -> None:
    """The connection is reset, before the commit or after it; the truth says which."""
    sandbox.add_faults([{"what": "reset", "when": when, "operation": "create"}])
    with pytest.raises(ConnectionResetError):
        post(order("K1"))
    assert stored(api) == orders
    (record,) = created(sandbox)
    assert (record["status"], record["fault"]) == (None, f"{when}:reset")
    assert len(record["committed_order_ids"]) == orders


@pytest.mark.parametrize(("when", "orders"), [("before", 0), ("after", 1)])
def test_close(
    sandbox: Sandbox, api: httpx.Client, post: Post, order: Build, when: str, orders: int
) -> None:
    """The connection ends in order and without a byte."""
    sandbox.add_faults([{"what": "close", "when": when, "operation": "create"}])
    assert post(order("K1")) == b""
    assert stored(api) == orders


@pytest.mark.parametrize(("when", "orders"), [("before", 0), ("after", 1)])
def test_hang(
    sandbox: Sandbox, api: httpx.Client, post: Post, order: Build, when: str, orders: int
) -> None:
    """Nothing comes for so many seconds, then the end; the commit did not wait for it."""
    sandbox.add_faults([{"what": "hang", "when": when, "operation": "create", "seconds": 0.3}])
    started = time.monotonic()
    assert post(order("K1")) == b""
    assert 0.3 <= time.monotonic() - started < 2
    assert stored(api) == orders


def test_drip_to_the_end(sandbox: Sandbox, post: Post, order: Build) -> None:
    """The valid reply comes byte by byte, whole where there is time enough."""
    fault = Fault(what="drip", when="after", operation="create", every=0.0001)
    sandbox.add_faults([fault])
    received = post(order("K1"))
    assert received.startswith(b"HTTP/1.1 201 Created\r\n")
    assert json.loads(received.partition(b"\r\n\r\n")[2])["order"]["status"] == "Pending"


def test_drip_that_outlasts_a_read_timeout(sandbox: Sandbox, post: Post, order: Build) -> None:
    """Bytes keep coming, each well within a read timeout, until the seconds are over."""
    sandbox.add_faults(
        [{"what": "drip", "when": "after", "operation": "create", "every": 0.02, "seconds": 0.3}]
    )
    started = time.monotonic()
    received = post(order("K1"))
    assert 0.25 <= time.monotonic() - started < 2
    assert 3 <= len(received) <= 16
    assert b"HTTP/1.1 201 Created".startswith(received)


@pytest.mark.parametrize(("when", "orders"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"message": "later"}, b'{"message":"later"}'),
        ("<h1>502</h1>", b"<h1>502</h1>"),
        (None, b""),
        ([], b"[]"),
    ],
)
def test_status(
    sandbox: Sandbox,
    api: httpx.Client,
    post: Post,
    order: Build,
    when: str,
    orders: int,
    body: Json,
    content: bytes,
) -> None:
    """Any status, body, header and content type, whether an order was made or not."""
    fault = {
        "what": "status",
        "when": when,
        "operation": "create",
        "status": 502,
        "body": body,
        "headers": {"X-Proxy": "edge"},
        "content_type": "text/html",
    }
    sandbox.add_faults([fault])
    head, _, received = post(order("K1")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"X-Proxy: edge" in head
    assert b"Content-Type: text/html" in head
    assert received == content
    assert stored(api) == orders
    assert created(sandbox)[0]["status"] == 502


def test_status_that_http_does_not_know(sandbox: Sandbox, post: Post, order: Build) -> None:
    """A status without a name is sent as well."""
    sandbox.add_faults([{"what": "status", "status": 599, "operation": "create"}])
    assert post(order()).startswith(b"HTTP/1.1 599 Unknown\r\n")


def test_truncate(sandbox: Sandbox, api: httpx.Client, post: Post, order: Build) -> None:
    """The head promises the whole body, and only so many bytes of it come."""
    sandbox.add_faults([{"what": "truncate", "when": "after", "operation": "create", "bytes": 9}])
    head, _, body = post(order("K1")).partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 201")
    assert promised > 1_000
    assert body == b'{"order":'
    assert stored(api) == 1


def test_garbage(sandbox: Sandbox, api: httpx.Client, post: Post, order: Build) -> None:
    """A 201 whose body claims to be JSON and is none."""
    sandbox.add_faults([{"what": "garbage", "when": "after", "operation": "create"}])
    head, _, body = post(order("K1")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201")
    assert b"application/json" in head
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    assert stored(api) == 1


def test_huge(sandbox: Sandbox, post: Post, order: Build) -> None:
    """A body of so many bytes is streamed; a client that turns away does no harm."""
    fault = {"what": "huge", "when": "after", "operation": "create", "bytes": 3_000_000}
    sandbox.add_faults([{**fault, "times": 2}])
    assert len(post(order("K1")).partition(b"\r\n\r\n")[2]) == 3_000_000
    assert len(post(order("K2"), limit=1_000)) >= 1_000


def test_invisible(sandbox: Sandbox, api: httpx.Client, admin: httpx.Client, order: Build) -> None:
    """A committed order is missed by look-up, list and count for a while, and still refused."""
    sandbox.add_faults([{"what": "invisible", "seconds": 0.4}])
    made = api.post("/v2/orders", json=order("K1"))
    assert made.status_code == 201
    path = "/v2/orders/by-client-order-id/K1"
    assert api.get(path).status_code == 404
    assert api.get("/v2/orders").json()["orders"] == []
    assert stored(api) == 0
    assert api.post("/v2/orders", json=order("K1")).status_code == 422
    assert api.get(f"/v2/orders/{made.json()['order']['id']}").status_code == 200
    assert admin.get("orders/count").json() == {"count": 1}
    time.sleep(0.45)
    assert api.get(path).json()["order"] == made.json()["order"]
    assert stored(api) == 1


def test_invisible_joins_an_ending(
    sandbox: Sandbox, api: httpx.Client, post: Post, order: Build
) -> None:
    """Committed, not answered and not found: the case in which nothing may be concluded."""
    sandbox.add_faults(
        [
            {"what": "reset", "when": "after", "operation": "create"},
            {"what": "invisible", "seconds": 30},
        ]
    )
    with pytest.raises(ConnectionResetError):
        post(order("K1"))
    assert api.get("/v2/orders/by-client-order-id/K1").status_code == 404
    (record,) = created(sandbox)
    assert len(record["committed_order_ids"]) == 1
    assert record["fault"] == "after:reset,before:invisible"


def test_twice(sandbox: Sandbox, api: httpx.Client, order: Build) -> None:
    """One request makes two orders with the same ids; the reply and the look-up show the first."""
    sandbox.add_faults([{"what": "twice", "key": "K1"}])
    made = api.post("/v2/orders", json=order("K1")).json()["order"]
    (record,) = created(sandbox)
    assert len(set(record["committed_order_ids"])) == 2
    assert record["committed_order_ids"][0] == made["id"]
    assert api.get("/v2/orders/by-client-order-id/K1").json()["order"]["id"] == made["id"]
    listed = [o["id"] for o in api.get("/v2/orders").json()["orders"]]
    assert listed == record["committed_order_ids"]
    assert api.post("/v2/orders", json=order("K1")).status_code == 422


@pytest.mark.parametrize("when", ["before", "after"])
def test_delay(sandbox: Sandbox, api: httpx.Client, order: Build, when: str) -> None:
    """The normal reply comes later."""
    sandbox.add_faults([{"what": "delay", "when": when, "operation": "create", "seconds": 0.3}])
    started = time.monotonic()
    assert api.post("/v2/orders", json=order("K1")).status_code == 201
    assert 0.3 <= time.monotonic() - started < 2


def test_late_commit(sandbox: Sandbox, api: httpx.Client, post: Post, order: Build) -> None:
    """The connection ends at once, the order appears afterwards."""
    sandbox.add_faults([{"what": "late_commit", "seconds": 0.3}])
    assert post(order("K1")) == b""
    assert stored(api) == 0
    assert created(sandbox)[0]["committed_order_ids"] == []
    deadline = time.monotonic() + 5
    while not stored(api) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert stored(api) == 1
    record = created(sandbox)[0]
    assert len(record["committed_order_ids"]) == 1
    assert record["committed_at"] - record["received_at"] >= 0.3
    assert record["status"] is None


def test_expire_tokens(sandbox: Sandbox, api: httpx.Client) -> None:
    """All access tokens expire in the middle of a session; before the work it is refused too."""
    sandbox.add_faults([{"what": "expire_tokens", "operation": "products"}])
    refused = api.get("/v2/products")
    assert refused.status_code == 401
    assert refused.json()["message"] == "Token expired"


def test_expire_tokens_after_the_work(sandbox: Sandbox, api: httpx.Client) -> None:
    """The request itself still succeeds, the next one does not."""
    sandbox.add_faults([{"what": "expire_tokens", "when": "after", "operation": "products"}])
    assert api.get("/v2/products").status_code == 200
    assert api.get("/v2/products").status_code == 401


@pytest.mark.parametrize(
    ("operation", "method", "path"),
    [
        ("create", "POST", "/v2/orders"),
        ("update", "PUT", "/v2/orders/{id}"),
        ("delete", "DELETE", "/v2/orders/{id}"),
        ("lookup", "GET", "/v2/orders/by-client-order-id/K1"),
        ("read", "GET", "/v2/orders/{id}"),
        ("list", "GET", "/v2/orders"),
        ("count", "GET", "/v2/orders/count"),
        ("token", "POST", "/v2/authentication/token"),
        ("refresh", "POST", "/v2/authentication/refresh-token"),
        ("user", "GET", "/v2/authentication/user"),
        ("products", "GET", "/v2/products"),
        ("assemblies", "GET", "/v2/assemblies"),
        ("consumers", "GET", "/v2/consumers"),
        ("fulfillments", "GET", "/v2/orders/{id}/fulfillments"),
        ("statuses", "GET", "/v2/statuses"),
    ],
)
def test_a_fault_meets_its_operation_and_no_other(
    sandbox: Sandbox, api: httpx.Client, order: Build, operation: str, method: str, path: str
) -> None:
    """Each operation can be disturbed by name, once, and any by `any`."""
    path = path.format(id=api.post("/v2/orders", json=order("K1")).json()["order"]["id"])
    other = "statuses" if operation != "statuses" else "count"
    scripted = {"what": "status", "status": 418}
    sandbox.add_faults([{**scripted, "operation": name} for name in (other, operation)])
    statuses = [api.request(method, path, json={}).status_code for _ in range(2)]
    assert statuses[0] == 418
    assert statuses[1] != 418
    sandbox.clear_faults()
    sandbox.add_faults([Fault(what="status", status=418, operation="any")])
    assert api.request(method, path, json={}).status_code == 418


@pytest.mark.parametrize("key", ["S1", "C1"])
def test_a_fault_meets_its_key_by_either_id(
    sandbox: Sandbox, api: httpx.Client, order: Build, key: str
) -> None:
    """Create, look-up, read and update of one order are met by its ids; others are left alone."""
    body = order(source_client_order_id="S1", client_custom_order_id="C1")
    sandbox.add_faults([Fault(what="status", status=418, key=key, times=-1)])
    assert api.post("/v2/orders", json=order("other")).status_code == 201
    assert api.post("/v2/orders", json=body).status_code == 418
    sandbox.clear_faults()
    path = f"/v2/orders/{api.post('/v2/orders', json=body).json()['order']['id']}"
    sandbox.add_faults([Fault(what="status", status=418, key=key, times=-1)])
    assert api.get(path).status_code == 418
    assert api.put(path, json={}).status_code == 418
    assert api.get("/v2/orders/by-client-order-id/C1").status_code == 418
    assert api.get("/v2/orders/by-client-order-id/other").status_code == 200


def test_a_fault_counts_down_and_minus_one_never_ends(sandbox: Sandbox, api: httpx.Client) -> None:
    """`times` says how many requests are met; the first of two endings goes first."""
    sandbox.add_faults(
        [
            Fault(what="status", status=500, operation="statuses", times=2),
            Fault(what="status", status=503, operation="statuses", times=-1),
        ]
    )
    got = [api.get("/v2/statuses").status_code for _ in range(5)]
    assert got == [500, 500, 503, 503, 503]
    sandbox.clear_faults()
    once = [Fault(what="status", status=status, operation="statuses") for status in (500, 503)]
    sandbox.add_faults(once)
    assert [api.get("/v2/statuses").status_code for _ in range(3)] == [500, 503, 200]
    assert api.get("/v2/statuses").status_code == 200


def test_a_server_that_stops_lets_nobody_hang(
    start: Callable[..., Sandbox],
    client_of: Callable[..., httpx.Client],
    order: Build,
    state: Path,
) -> None:
    """Closing the sandbox ends a request that hangs; a late commit is lost with the server."""
    with Sandbox(state=state) as sandbox:
        api = client_of(sandbox)
        sandbox.add_faults([Fault(what="late_commit", key="K1", seconds=30)])
        with contextlib.suppress(httpx.HTTPError):
            api.post("/v2/orders", json=order("K1"))
        sandbox.add_faults([Fault(what="hang", operation="statuses", seconds=30)])
        with pytest.raises(httpx.ReadTimeout):
            api.get("/v2/statuses", timeout=0.1)
        started = time.monotonic()
    assert time.monotonic() - started < 3
    assert client_of(start()).get("/v2/orders/count").json() == {"count": 0}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "what is needed"),
        ([], "JSON object"),
        ({"what": "explode"}, "what is one of reset, close"),
        ({"what": "reset", "when": "during"}, "when is one of before, after"),
        ({"what": "reset", "operation": "pay"}, "operation is one of any, create"),
        ({"what": "reset", "key": 5}, "key"),
        ({"what": "reset", "key": ""}, "key"),
        ({"what": "reset", "times": 0}, "times"),
        ({"what": "reset", "times": True}, "times"),
        ({"what": "hang", "seconds": -1}, "seconds"),
        ({"what": "hang", "seconds": "3"}, "seconds"),
        ({"what": "drip", "every": 0}, "every"),
        ({"what": "status"}, "needs a status"),
        ({"what": "status", "status": 99}, "status is a number"),
        ({"what": "status", "status": "500"}, "status is a number"),
        ({"what": "status", "status": 500, "headers": {"a": 1}}, "headers"),
        ({"what": "truncate", "bytes": -1}, "bytes"),
        ({"what": "twice", "operation": "update"}, "about a create"),
        ({"what": "reset", "colour": "red"}, "unknown colour; known: body"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    admin: httpx.Client, given: Json, reason: str
) -> None:
    """A wrong fault is named, in the program and over HTTP; none is armed."""
    with pytest.raises(ValueError, match=reason):
        Fault.from_json(json.dumps([given]))
    reply = admin.post("faults", json=[given])
    assert reply.status_code == 422
    assert reason in reply.json()["error"]["message"]
    assert admin.get("faults").json() == {"faults": []}


def test_faults_are_read_from_a_file(tmp_path: Path) -> None:
    """One object or an array, from a file or a text; what is written is what is read."""
    faults = [
        Fault(what="reset", when="after", key="K1", operation="create"),
        Fault(what="status", status=500, body={"a": 1}, headers={"Retry-After": "1"}, times=-1),
    ]
    path = tmp_path / "faults.json"
    path.write_text(json.dumps([fault.as_mapping() for fault in faults]), encoding="utf-8")
    assert Fault.from_json(path) == faults
    assert Fault.from_json('{"what": "close"}') == [Fault(what="close")]
    with pytest.raises(ValueError, match="not JSON"):
        Fault.from_json("what: close")
