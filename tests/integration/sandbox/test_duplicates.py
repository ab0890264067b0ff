"""The vendor's second line of defence: no second order with the same id of the caller's."""

import multiprocessing
import multiprocessing.queues
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from loader.sandbox import EMAIL, PASSWORD, Sandbox
from loader.sandbox.state import State

Start = Callable[..., Sandbox]
SignIn = Callable[..., httpx.Client]
Build = Callable[..., dict[str, Any]]
Results: TypeAlias = "multiprocessing.queues.Queue[tuple[list[int], list[str]]]"
IDS = ("source_client_order_id", "client_custom_order_id")


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("status", [422, 409])
def test_each_id_is_unique_on_its_own(
    start: Start, client_of: SignIn, order: Build, name: str, status: int
) -> None:
    """The same value in one of the two fields is refused, with the status that was set."""
    api = client_of(start(duplicate_status=status))
    assert api.post("/v2/orders", json=order(**{name: "K1"})).status_code == 201
    refused = api.post("/v2/orders", json=order(**{name: "K1"}))
    assert refused.status_code == status
    assert refused.json()["message"] == f"An order with this {name} already exists"
    other = IDS[1 - IDS.index(name)]
    assert api.post("/v2/orders", json=order(**{other: "K1"})).status_code == 201


def test_a_vendor_without_that_defence(start: Start, client_of: SignIn, order: Build) -> None:
    """With `unique_ids` off each request makes an order; the look-up shows the first of them."""
    sandbox = start(unique_ids=False)
    api = client_of(sandbox)
    made = [api.post("/v2/orders", json=order("K1")).json()["order"]["id"] for _ in range(3)]
    assert len(set(made)) == 3
    assert [one["committed_order_ids"] for one in sandbox.truth()[-3:]] == [[one] for one in made]
    look_up = f"/v2/orders/by-client-order-id/{order('K1')['client_custom_order_id']}"
    assert api.get(look_up).json()["order"]["id"] == made[0]


def test_orders_without_ids_are_never_duplicates(api: httpx.Client, order: Build) -> None:
    """Absent and null are no value that could be taken twice."""
    bodies = [order(), order(), order(source_client_order_id=None)] * 2
    assert {api.post("/v2/orders", json=body).status_code for body in bodies} == {201}


@pytest.mark.parametrize("end", ["cancel", "delete"])
def test_a_cancelled_or_deleted_order_keeps_its_ids(
    api: httpx.Client, order: Build, end: str
) -> None:
    """Nothing documented frees the id of an order that is gone, so it stays taken."""
    path = f"/v2/orders/{api.post('/v2/orders', json=order('K1')).json()['order']['id']}"
    if end == "cancel":
        assert api.put(path, json={"status": "Canceled by Client"}).status_code == 200
    else:
        assert api.delete(path).status_code == 204
    assert api.post("/v2/orders", json=order("K1")).status_code == 422


def test_an_update_cannot_take_anothers_id(api: httpx.Client, order: Build) -> None:
    """The ids stay unique when an order is changed; its own id is no duplicate of itself."""
    api.post("/v2/orders", json=order("K1"))
    path = f"/v2/orders/{api.post('/v2/orders', json=order('K2')).json()['order']['id']}"
    assert api.put(path, json={"client_custom_order_id": "K1"}).status_code == 422
    assert api.put(path, json={"client_custom_order_id": "K2"}).status_code == 200
    assert api.put(path, json={"client_custom_order_id": "K3"}).status_code == 200
    assert api.get("/v2/orders/by-client-order-id/K3").status_code == 200


@pytest.mark.parametrize("name", IDS)
def test_two_sandboxes_on_one_state_share_what_is_taken(
    start: Start, client_of: SignIn, order: Build, name: str
) -> None:
    """An id that one server took is refused by the other, which also finds the order."""
    first, second = client_of(start()), client_of(start())
    made = first.post("/v2/orders", json=order(**{name: "K1"})).json()["order"]
    assert second.post("/v2/orders", json=order(**{name: "K1"})).status_code == 422
    assert second.get(f"/v2/orders/{made['id']}").json()["order"] == made


def test_a_race_of_many_makes_one_order(start: Start, client_of: SignIn, order: Build) -> None:
    """Twelve threads on two servers post the same ten keys: one order each."""
    servers = [start(), start()]
    clients = [client_of(servers[n % 2], check=False) for n in range(12)]
    statuses: Counter[int] = Counter()

    def post(client: httpx.Client) -> None:
        for key in range(10):
            statuses[client.post("/v2/orders", json=order(f"K{key}")).status_code] += 1

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {201: 10, 422: 110}
    assert clients[0].get("/v2/orders/count").json() == {"count": 10}


def test_a_transaction_keeps_others_out_from_its_first_read_on(state: Path) -> None:
    """What is read to decide about a duplicate cannot change before the order is written."""
    first, second = State(state), State(state)
    entered = threading.Event()

    def enter() -> None:
        with second.transaction():
            entered.set()

    thread = threading.Thread(target=enter)
    with first.transaction() as db:
        db.execute("SELECT count(*) FROM orders").fetchone()
        thread.start()
        assert not entered.wait(0.3)
    thread.join(10)
    assert entered.is_set()
    first.close()
    second.close()


def _post_all(state: Path, bodies: list[dict[str, Any]], results: Results) -> None:
    """Serve and post from a process of its own."""
    with Sandbox(state=state) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        credentials = {"email": EMAIL, "password": PASSWORD}
        token = client.post("/v2/authentication/token", json=credentials).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        replies = [client.post("/v2/orders", json=body, headers=headers) for body in bodies]
        results.put(([reply.status_code for reply in replies], sandbox.defects))


def test_two_processes_on_one_state_make_one_order_each(state: Path, order: Build) -> None:
    """The uniqueness holds in the file, not in one process's memory."""
    bodies = [order(f"K{n}") for n in range(50)]
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=_post_all, args=(state, bodies, results)) for _ in "ab"]
    for process in processes:
        process.start()
    answers = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(30)
    (first, no_defects), (second, none_either) = answers
    assert no_defects == none_either == []
    assert [sorted(pair) for pair in zip(first, second, strict=True)] == [[201, 422]] * 50
