"""What outlives the server: the identity, the orders, and the record of every request."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from loader.sandbox import EMAIL, PASSWORD, Sandbox

Start = Callable[..., Sandbox]
SignIn = Callable[..., httpx.Client]
Build = Callable[..., dict[str, Any]]

SERVE = """
import sys
from loader.sandbox import Sandbox
with Sandbox(state=sys.argv[1]) as sandbox:
    print(sandbox.base_url, flush=True)
    sandbox.serve_forever()
"""


def test_the_identity_stays_with_the_folder(state: Path, tmp_path: Path) -> None:
    """The same folder is the same environment, at another time or at once; another is another."""
    with Sandbox(state=state) as first:
        identity = first.identity
        with Sandbox(state=str(state)) as at_once:
            assert at_once.identity == identity
            assert at_once.base_url != first.base_url
    with Sandbox(state=state) as later, Sandbox(state=tmp_path / "other") as other:
        assert later.identity == identity
        assert other.identity != identity
    assert identity.startswith("sbx_")


def test_orders_and_tokens_outlive_the_server(state: Path, client_of: SignIn, order: Build) -> None:
    """A second server on the folder finds the order, its number and the token."""
    with Sandbox(state=state) as first:
        api = client_of(first)
        made = api.post("/v2/orders", json=order("K1")).json()["order"]
        token = api.headers["Authorization"]
        truth = first.truth()
    with Sandbox(state=state) as second:
        assert second.truth() == truth
        api = client_of(second)
        sent = {"Authorization": token}
        assert api.get(f"/v2/orders/{made['id']}", headers=sent).json()["order"] == made
        assert api.post("/v2/orders", json=order("K2")).json()["order"]["name"] == "OR-10002"


def test_folder_and_files_are_for_their_owner_alone(state: Path, sandbox: Sandbox) -> None:
    """The folder is 0700 and every file in it 0600, the journal of the open database too."""
    assert state.stat().st_mode & 0o777 == 0o700
    files = list(state.iterdir())
    assert len(files) >= 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_reply_that_left_is_never_lost(state: Path, client_of: SignIn, order: Build) -> None:
    """A server killed at once after its reply has the order and its truth."""
    command = [sys.executable, "-c", SERVE, str(state)]
    made: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        with httpx.Client(base_url=url) as client:
            credentials = {"email": EMAIL, "password": PASSWORD}
            token = client.post("/v2/authentication/token", json=credentials).json()
            sent = {"Authorization": f"Bearer {token['access_token']}"}
            for number in range(20):
                reply = client.post("/v2/orders", json=order(f"K{number}"), headers=sent)
                made.append(reply.json()["order"]["id"])
            os.kill(server.pid, signal.SIGKILL)
    with Sandbox(state=state) as again:
        listed = client_of(again).get("/v2/orders").json()["orders"]
        committed = [r["committed_order_ids"] for r in again.truth() if r["operation"] == "create"]
    assert [item["id"] for item in listed] == made
    assert committed == [[order_id] for order_id in made]


def test_the_truth_says_what_arrived_and_what_was_done(
    sandbox: Sandbox, api: httpx.Client, order: Build
) -> None:
    """Every field of the record of a create, with the hash of the exact bytes."""
    body = json.dumps(order("K1"), indent=3).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Request-Id": "r-1",
        "X-Order-Loader-Attempt": "7",
    }
    made = api.post("/v2/orders", content=body, headers=headers).json()["order"]
    record = sandbox.truth()[-1]
    received_at, committed_at = record.pop("received_at"), record.pop("committed_at")
    assert received_at <= committed_at
    assert record == {
        "sequence": 2,
        "method": "POST",
        "path": "/v2/orders",
        "operation": "create",
        "source_client_order_id": "K1",
        "client_custom_order_id": "K1",
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "request_id": "r-1",
        "attempt": "7",
        "committed_order_ids": [made["id"]],
        "changed_order_ids": [],
        "status": 201,
        "fault": None,
    }


def test_the_truth_knows_the_order_behind_every_operation(
    sandbox: Sandbox, api: httpx.Client, order: Build
) -> None:
    """Look-up, read, update and delete are recorded with the ids of the order they are about."""
    body = order(source_client_order_id="S1", client_custom_order_id="C1")
    made = api.post("/v2/orders", json=body).json()["order"]["id"]
    path = f"/v2/orders/{made}"
    api.get("/v2/orders/by-client-order-id/C1")
    api.get("/v2/orders/by-client-order-id/none")
    api.get(path)
    api.put(path, json={"note": "x"})
    api.delete(path)
    kept = [
        (
            record["operation"],
            record["source_client_order_id"],
            record["client_custom_order_id"],
            record["changed_order_ids"],
            record["status"],
        )
        for record in sandbox.truth()[2:]
    ]
    assert kept == [
        ("lookup", "S1", "C1", [], 200),
        ("lookup", None, "none", [], 404),
        ("read", "S1", "C1", [], 200),
        ("update", "S1", "C1", [made], 200),
        ("delete", "S1", "C1", [made], 204),
    ]


def test_a_request_is_on_record_before_it_is_answered(
    sandbox: Sandbox, api: httpx.Client, order: Build
) -> None:
    """While a request is held up, the truth already has it, without a status."""
    sandbox.add_faults([{"what": "delay", "operation": "create", "seconds": 1}])
    thread = threading.Thread(target=lambda: api.post("/v2/orders", json=order("K1")))
    thread.start()
    while thread.is_alive() and len(sandbox.truth()) < 2:
        pass
    record = sandbox.truth()[1]
    assert (record["status"], record["committed_order_ids"]) == (None, [])
    thread.join()
    assert sandbox.truth()[1]["status"] == 201


def test_everything_that_reaches_the_api_is_on_record(
    sandbox: Sandbox, api: httpx.Client, raw: Callable[[bytes], bytes]
) -> None:
    """Refused, unknown and malformed requests count too; the sandbox's own surface does not."""
    api.get("/v2/nothing")
    api.get("/orders")
    api.post("/v2/orders", content=b"{", headers={"Content-Type": "application/json"})
    raw(b"nonsense\r\n\r\n")
    raw(b"POST /v2/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nshort")
    kept = [(r["operation"], r["status"]) for r in sandbox.truth()[1:]]
    assert kept == [
        ("unknown", 404),
        ("unknown", 400),
        ("create", 400),
        ("unknown", 400),
        ("create", 400),
    ]


def test_no_personal_data_and_no_secret_is_kept_in_the_truth(
    sandbox: Sandbox, api: httpx.Client, order: Build, state: Path
) -> None:
    """Names, addresses, queries and tokens are not in the record, tokens nowhere in the state."""
    api.post("/v2/orders", json=order("K1", email="zanzibar@example.com"))
    api.get("/v2/consumers?q=last_name:Zanzibar")
    text = json.dumps(sandbox.truth())
    for secret in ("Ada", "Sample Street", "zanzibar", "Zanzibar", PASSWORD, "Bearer"):
        assert secret not in text
    token = api.headers["Authorization"].partition(" ")[2].encode()
    assert not any(token in path.read_bytes() for path in state.iterdir())


def test_ids_that_are_no_text_are_not_taken_for_ids(
    sandbox: Sandbox, api: httpx.Client, order: Build
) -> None:
    """A number or an object in place of an id is refused, and the record stays empty there."""
    for value in (5, {"a": 1}, ["K1"]):
        reply = api.post("/v2/orders", json=order(source_client_order_id=value))
        assert reply.status_code == 422
        assert sandbox.truth()[-1]["source_client_order_id"] is None


def test_serving_begins_and_ends(state: Path) -> None:
    """serve_forever starts a sandbox that is not running, and returns when it stops."""
    idle = Sandbox(state=state)
    thread = threading.Thread(target=idle.serve_forever)
    thread.start()
    while thread.is_alive() and not list(state.glob("*-wal")):
        pass
    with pytest.raises(httpx.HTTPStatusError):
        httpx.get(f"{idle.base_url}/v2/statuses").raise_for_status()
    idle.__exit__(None, None, None)
    thread.join(5)
    assert not thread.is_alive()


def test_a_port_that_is_taken_is_an_error_of_the_system(state: Path, sandbox: Sandbox) -> None:
    """A second server cannot take the port; the first goes on."""
    port = int(sandbox.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        Sandbox(state=state, port=port).__enter__()
    assert httpx.get(f"{sandbox.url_admin}identity").json() == {"identity": sandbox.identity}
