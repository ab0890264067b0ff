"""The surface under /_sandbox/, through which tests in other processes use a sandbox."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loader.sandbox import Sandbox

Build = Callable[..., dict[str, Any]]


def test_identity_truth_and_count_are_told(
    sandbox: Sandbox, admin: httpx.Client, api: httpx.Client, order: Build
) -> None:
    """What the program sees over Python is the same over HTTP."""
    api.post("/v2/orders", json=order("K1"))
    assert admin.get("identity").json() == {"identity": sandbox.identity}
    assert admin.get("truth").json() == {"truth": sandbox.truth()}
    assert admin.get("orders/count").json() == {"count": 1}
    assert admin.get("defects").json() == {"defects": []}


def test_faults_are_armed_listed_and_disarmed(admin: httpx.Client, api: httpx.Client) -> None:
    """One fault or several; the list shows how often each is still due."""
    one = {"what": "status", "status": 500, "operation": "statuses", "times": 2}
    assert admin.post("faults", json=one).status_code == 200
    assert admin.post("faults", json=[{"what": "close"}]).status_code == 200
    with pytest.raises(AssertionError):  # the contract knows no reply such as the fault's
        api.get("/v2/statuses")
    armed = admin.get("faults").json()["faults"]
    assert [(fault["what"], fault["times"]) for fault in armed] == [("status", 1), ("close", 1)]
    assert admin.delete("faults").json() == {"faults": []}
    assert api.get("/v2/statuses").status_code == 200


@pytest.mark.parametrize("name", ["id", "source_client_order_id", "client_custom_order_id"])
def test_an_order_is_advanced_by_any_of_its_ids(
    admin: httpx.Client, api: httpx.Client, order: Build, name: str
) -> None:
    """The vendor's id and the caller's two all name it; note and tracking are optional."""
    body = order(source_client_order_id="S1", client_custom_order_id="C1")
    made = api.post("/v2/orders", json=body).json()["order"]
    asked = {"order": made[name], "status": "Shipped"}
    reply = admin.post("advance", json=asked).json()
    assert reply == {"order_id": made["id"], "status": "Shipped"}
    path = f"/v2/orders/{made['id']}"
    assert api.get(path).json()["order"]["status"] == "Shipped"
    (fulfillment,) = api.get(f"{path}/fulfillments").json()["fulfillments"]
    assert fulfillment["tracking_info"]["shipping_carrier"] == "FedEx"


@pytest.mark.parametrize(
    "asked",
    [{}, [], {"order": "none", "status": "Shipped"}, {"order": "K1", "status": "Lost"}],
)
def test_what_cannot_be_advanced_is_said(
    admin: httpx.Client, api: httpx.Client, order: Build, asked: object
) -> None:
    """No such order, no such status: 422 with what is allowed."""
    api.post("/v2/orders", json=order("K1"))
    reply = admin.post("advance", json=asked)
    assert reply.status_code == 422
    assert reply.json()["error"]["message"]


def test_the_nightly_run_is_started(admin: httpx.Client, api: httpx.Client, order: Build) -> None:
    """POST nightly does what midnight does and says how many orders it moved."""
    api.post("/v2/orders", json=order("K1"))
    assert admin.post("nightly").json() == {"accepted": 1, "needs_changes": 0}


def test_a_reset_forgets_all_but_the_identity(
    sandbox: Sandbox,
    admin: httpx.Client,
    api: httpx.Client,
    client_of: Callable[..., httpx.Client],
    order: Build,
) -> None:
    """Orders, consumers, truth, tokens and faults are gone; numbers begin anew."""
    identity = sandbox.identity
    api.post("/v2/orders", json=order("K1"))
    sandbox.add_faults([{"what": "reset"}])
    assert admin.post("reset").json() == {"identity": identity}
    assert sandbox.truth() == []
    assert api.get("/v2/statuses").status_code == 401
    again = client_of(sandbox)
    made = again.post("/v2/orders", json=order("K1"))
    assert made.json()["order"]["name"] == "OR-10001"
    assert len(again.get("/v2/consumers").json()["consumers"]) == 15


def test_what_the_surface_does_not_know(admin: httpx.Client) -> None:
    """An unknown path or method names those that there are; bad JSON is a 400."""
    for reply in (admin.get("nothing"), admin.post("identity")):
        assert reply.status_code == 404
        assert "GET /_sandbox/truth" in reply.text
    kind = {"Content-Type": "application/json"}
    assert admin.post("faults", content=b"{", headers=kind).status_code == 400


def test_the_surface_leaves_no_trace_in_the_truth(sandbox: Sandbox, admin: httpx.Client) -> None:
    """Asking for the truth does not change it."""
    for _ in range(2):
        assert admin.get("truth").json() == {"truth": []}
