"""HTTP as it comes: kept connections, odd framing, hostile heads; never a traceback or a hang."""

import json
import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import loader.sandbox.api
from loader.sandbox import Sandbox

Raw = Callable[[bytes], bytes]
Build = Callable[..., dict[str, Any]]


def parts(received: bytes) -> tuple[int, dict[str, Any]]:
    """Return status and JSON body of one reply."""
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def head(line: str, *headers: str) -> bytes:
    """Return a head with a host."""
    return "\r\n".join([line, "Host: localhost", *headers, "", ""]).encode("latin-1")


def test_many_requests_share_a_connection(sandbox: Sandbox, api: httpx.Client) -> None:
    """A connection is kept, after refusals and deletions too, and pipelined requests are taken."""
    port = int(sandbox.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        one = head("GET /v2/statuses HTTP/1.1")
        connection.sendall(one * 3 + head("GET /v2/nothing HTTP/1.1", "Connection: close"))
        received = b""
        while block := connection.recv(65_536):
            received += block
    assert received.count(b"HTTP/1.1 401 ") == 3
    assert received.count(b"HTTP/1.1 404 ") == 1


def test_a_body_in_chunks_is_read(sandbox: Sandbox, api: httpx.Client, order: Build) -> None:
    """A chunked body is as good as one with a length; its hash is that of the content."""
    content = json.dumps(order("K1")).encode()
    reply = api.post(
        "/v2/orders",
        content=iter([content[:10], content[10:]]),
        headers={"Content-Type": "application/json"},
    )
    assert reply.request.headers["Transfer-Encoding"] == "chunked"
    assert reply.status_code == 201
    assert api.get("/v2/orders/by-client-order-id/K1").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"\r\n",
        b"2\r\n{}XX0\r\n\r\n",
        b"fffffffffffffffff\r\n",
        b"5\r\n{}",
    ],
)
def test_broken_chunks_are_refused(raw: Raw, body: bytes) -> None:
    """Sizes that are none, missing ends and cut chunks: 400, and the connection ends."""
    sent = head("POST /v2/orders HTTP/1.1", "Transfer-Encoding: chunked") + body
    assert parts(raw(sent))[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: -2"],
        ["Content-Length: two"],
        ["Content-Length: 2_0"],
        ["Transfer-Encoding: gzip"],
    ],
)
def test_an_unclear_length_is_refused(raw: Raw, headers: list[str]) -> None:
    """Two lengths, a length that is none, an unknown coding: 400 before anything is believed."""
    received = raw(head("POST /v2/orders HTTP/1.1", *headers) + b"{}")
    status, body = parts(received)
    assert (status, body["message"]) == (400, "The length of the body is unclear")
    assert received.count(b"HTTP/1.1") == 1


def test_a_body_that_is_too_large_is_refused(
    start: Callable[..., Sandbox], client_of: Callable[..., httpx.Client]
) -> None:
    """413 with a length that says so and with chunks that grow past it; one byte less is read."""
    sandbox = start(max_body_bytes=1_000)
    api = client_of(sandbox)
    sent = {"Content-Type": "application/json"}
    sizes = [1_000, 1_001, 5_000_000]
    got = [
        api.post("/v2/orders", content=b" " * (n - 2) + b"{}", headers=sent).status_code
        for n in sizes
    ]
    assert got == [422, 413, 413]
    chunks = iter([b" " * 600, b" " * 600])
    assert api.post("/v2/orders", content=chunks, headers=sent).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"[" * 5_000 + b"]" * 5_000,
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ],
)
def test_a_body_that_is_no_json_is_refused(api: httpx.Client, body: bytes) -> None:
    """Bad JSON in all its forms is a 400."""
    reply = api.post("/v2/orders", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b"[[1]]"])
@pytest.mark.parametrize("path", ["/v2/orders", "/v2/authentication/token"])
def test_json_that_is_no_object_is_invalid(api: httpx.Client, path: str, body: bytes) -> None:
    """Any other JSON value than an object is a 422."""
    reply = api.post(path, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert "must be of type object" in reply.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 422),
        ("application/json; charset=utf-8", 422),
        ("Application/JSON", 422),
        ("text/json", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_the_content_type_must_be_json(api: httpx.Client, kind: str, status: int) -> None:
    """A body of another type is a 415, parameters of the type do not matter."""
    reply = api.post("/v2/orders", content=b"{}", headers={"Content-Type": kind})
    assert reply.status_code == status


def test_no_body_is_an_empty_object(api: httpx.Client) -> None:
    """No request body is marked as required: what is missing are its fields."""
    assert api.post("/v2/orders").status_code == 422
    assert "'consumer' is required" in api.post("/v2/orders").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 400),
        ("GET", "/orders", 400),
        ("GET", "/v1/orders", 400),
        ("GET", "/V2/orders", 400),
        ("GET", "/v2", 404),
        ("GET", "/v2/", 404),
        ("GET", "/v2/nothing", 404),
        ("GET", "/v2/orders/", 404),
        ("GET", "/v2/orders/a/b", 404),
        ("GET", "/v2/orders/by-client-order-id/", 404),
        ("PATCH", "/v2/orders", 405),
        ("DELETE", "/v2/orders", 405),
        ("POST", "/v2/orders/count", 405),
        ("OPTIONS", "/v2/orders", 405),
        ("BREW", "/v2/orders", 405),
        ("GET", "/v2/orders/%FF", 400),
        ("GET", "/v2/orders/..%2F..%2Fetc", 404),
        ("GET", "/v2/orders/by-client-order-id/a%00b", 404),
    ],
)
def test_paths_and_methods_that_do_not_exist(
    api: httpx.Client, method: str, path: str, status: int
) -> None:
    """No version 400, no such path 404, no such method 405 with the ones that there are."""
    reply = api.request(method, path)
    assert reply.status_code == status
    assert ("Allow" in reply.headers) is (status == 405)


@pytest.mark.parametrize("custom", ["a b", "a/b", "a?b", "ä€", "a%b", "a+b", "#1"])
def test_an_id_in_a_path_may_hold_anything_encoded(
    api: httpx.Client, order: Build, custom: str
) -> None:
    """A percent-encoded id finds its order, whatever it holds."""
    api.post("/v2/orders", json=order(client_custom_order_id=custom)).raise_for_status()
    reply = api.get(httpx.URL(f"/v2/orders/by-client-order-id/{quote(custom, safe='')}"))
    assert reply.json()["order"]["client_custom_order_id"] == custom


def test_head_has_no_body(raw: Raw) -> None:
    """A refused HEAD is a head alone."""
    received = raw(head("HEAD /v2/orders HTTP/1.1", "Connection: close"))
    assert received.startswith(b"HTTP/1.1 405 ")
    assert received.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /v2/orders HTTP/9.9\r\n\r\n", 505),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (head("GET /v2/orders HTTP/1.1", *(f"X-{n}: 1" for n in range(200))), 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
    ],
)
def test_malformed_heads_get_the_apis_error(raw: Raw, sent: bytes, status: int) -> None:
    """What the standard library answers with HTML is an ErrorModel here."""
    got, body = parts(raw(sent))
    assert got == status
    assert body["error"]["message"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 401),
        ("127.0.0.1:80", 401),
        ("[::1]:8080", 401),
        ("LOCALHOST:1", 401),
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("127.0.0.1.evil.example", 421),
    ],
)
@pytest.mark.parametrize("path", ["/v2/orders", "/_sandbox/identity"])
def test_only_this_machines_names_are_answered(raw: Raw, path: str, host: str, status: int) -> None:
    """A page in a browser that lets its own name point here reaches neither API nor admin."""
    received = raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    expected = 200 if path.startswith("/_") and status == 401 else status
    assert parts(received)[0] == expected


def test_only_the_loopback_address_is_bound(sandbox: Sandbox) -> None:
    """The server listens on 127.0.0.1 and nowhere else."""
    assert sandbox.base_url.startswith("http://127.0.0.1:")
    port = int(sandbox.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_clients_that_go_away_do_no_harm(sandbox: Sandbox, api: httpx.Client) -> None:
    """Connections closed at every point of a request leave the server as it was."""
    port = int(sandbox.base_url.rpartition(":")[2])
    whole = head("POST /v2/orders HTTP/1.1", "Content-Length: 5") + b"hello"
    for length in range(0, len(whole) + 1, 7):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(whole[:length])
    assert api.get("/v2/statuses").status_code == 200
    assert sandbox.defects == []


def test_a_client_that_waits_for_leave_gets_it(raw: Raw) -> None:
    """Expect: 100-continue is answered before the body."""
    sent = head("POST /v2/orders HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")
    received = raw(sent + b"{}")
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 ")


def test_a_defect_is_a_500_without_a_traceback(
    sandbox: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of the sandbox itself shows as the API's 500 and on the list of defects."""

    def fail() -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(loader.sandbox.api, "_statuses", fail)
    reply = api.get("/v2/statuses")
    assert (reply.status_code, reply.json()["message"]) == (500, "Internal server error")
    assert "secret" not in reply.text
    assert ["a secret detail" in text for text in sandbox.defects] == [True]
    assert sandbox.truth()[-1]["status"] == 500
    sandbox.defects.clear()


def test_many_clients_at_once(sandbox: Sandbox, client_of: Callable[..., httpx.Client]) -> None:
    """Sixty-four connections that are opened together are all served."""
    got: list[int] = []

    def ask() -> None:
        url = f"{sandbox.base_url}/v2/statuses"
        with socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0]))) as s:
            s.sendall(head("GET /v2/statuses HTTP/1.1", "Connection: close"))
            got.append(int(s.makefile("rb").readline().split()[1]))

    threads = [threading.Thread(target=ask) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [401] * 64
