"""Running again, with the same content or other: no second POST without evidence or a person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from loader.core.errors import SignInError, UsageError
from loader.core.model import Run
from loader.sandbox import EMAIL, PASSWORD
from loader.sandbox.messages import Json
from tests.integration.submission.conftest import Start
from tests.integration.submission.rehearsal import (
    Rehearsal,
    answer,
    create,
    refused_sign_in,
    results,
    row,
    rows,
)  # fmt: skip


def codes(run: Run) -> dict[str, str]:
    """Return the codes of findings that stand on orders, by key."""
    return {one.order: one.code for one in run.findings if one.order is not None}


@contextmanager
def by_hand(rehearsal: Rehearsal) -> Iterator[httpx.Client]:
    """Sign in at the API without this machine's ledger."""
    with httpx.Client(base_url=rehearsal.sandbox.base_url, trust_env=False) as client:
        signed_in = client.post(
            "/v2/authentication/token", json={"email": EMAIL, "password": PASSWORD}
        )
        client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
        yield client


def ordered_elsewhere(rehearsal: Rehearsal, key: str, **changes: Json) -> str:
    """Make an order at the API without this machine's ledger, and return its id."""
    body = {
        "source_client_order_id": key, "client_custom_order_id": key,
        "consumer": {"first_name": "Ada", "last_name": f"Example {key}"},
        "shipping_address": {"address1": "1 Sample Street", "city": "Sampleton",
                             "country_name": "United States"},
        "order_lines": [{"pouches": [{"contents": [
            {"client_product_id": "00000000-0000-4000-8000-000000000101"}]}]}],
        **changes,
    }  # fmt: skip
    with by_hand(rehearsal) as client:
        made = client.post("/v2/orders", json=body)
        assert made.status_code == 201
        return str(made.json()["order"]["id"])


OTHER_CONTENT = {
    "order_lines": [
        {"pouches": [{"contents": [{"client_product_id": "00000000-0000-4000-8000-000000000105"}]}]}
    ]
}


def test_a_finished_file_again_sends_nothing(rehearsal: Rehearsal) -> None:
    """I11: planning after success skips all, and so does sending; no POST at all."""
    path = rehearsal.file(rows(5))
    rehearsal.submit(path)
    before = rehearsal.posts()
    planned, _ = rehearsal.plan(path)
    assert {order.action for order in planned.orders} == {"skip"}
    again = rehearsal.submit(path)
    assert set(results(again).values()) == {"skipped"}
    assert again.exit_code == 0
    assert all(order.order_id and order.order_name for order in again.orders)
    assert rehearsal.posts() == before


def test_other_content_for_a_created_order_is_an_error(rehearsal: Rehearsal) -> None:
    """A created key with other content must be corrected: LEDGER-DIFFERENT, nothing sent."""
    rehearsal.submit([row("A"), row("B")])
    before = rehearsal.posts()
    run = rehearsal.submit([row("A", Serving="2"), row("B")])
    assert results(run) == {"A": "to_correct", "B": "skipped"}
    assert codes(run) == {"A": "LEDGER-DIFFERENT"}
    (finding,) = [one for one in run.findings if one.order == "A"]
    assert (finding.row, finding.cell, finding.header) == (2, "A2", "Order ID")
    assert run.exit_code == 1
    assert rehearsal.posts() == before


def test_other_content_for_an_unknown_order_waits(rehearsal: Rehearsal) -> None:
    """Nobody knows what became of the first content: the second is not accepted, exit 6 or 1."""
    rehearsal.sandbox.add_faults([create("close", key="A")])
    rehearsal.submit([row("A")])
    before = rehearsal.posts()
    run = rehearsal.submit([row("A", Serving="2")])
    assert results(run) == {"A": "to_correct"}
    assert codes(run) == {"A": "LEDGER-BUSY"}
    same = rehearsal.submit([row("A")])
    assert results(same) == {"A": "unknown"}
    assert codes(same) == {"A": "LEDGER-UNKNOWN"}
    assert same.exit_code == 6
    assert rehearsal.posts() == before


def test_a_refused_order_is_sent_again_only_on_demand(rehearsal: Rehearsal) -> None:
    """Same content: only by `resume --refused`. Corrected content: by the next submit."""
    rehearsal.sandbox.add_faults([answer(422, "A", times=2), answer(422, "B")])
    first = rehearsal.submit([row("A"), row("B"), row("C")])
    assert results(first) == {"A": "refused", "B": "refused", "C": "created"}
    before = rehearsal.posts()
    again = rehearsal.submit([row("A"), row("B"), row("C")])
    assert results(again) == {"A": "refused", "B": "refused", "C": "skipped"}
    assert again.exit_code == 1
    assert rehearsal.resume() is None, "refused is an end: nothing is unfinished"
    assert rehearsal.posts() == before
    corrected = rehearsal.submit(
        [row("B", Serving="2")],
    )
    assert results(corrected) == {"B": "created"}
    resumed = rehearsal.resume(refused=True)
    assert resumed is not None
    assert results(resumed)["A"] == "refused", "the second fault met it"
    resumed = rehearsal.resume(first.run_id, refused=True)
    assert resumed is not None
    assert results(resumed)["A"] == "created"
    assert rehearsal.posts("A") == 3


def test_an_order_that_is_there_already_is_adopted(start: Start) -> None:
    """First contact: every key is looked up before its first POST; what is there is skipped."""
    rehearsal = start(new=True)
    order_id = ordered_elsewhere(rehearsal, "A")
    path = rehearsal.file([row("A"), row("B")])
    planned, _ = rehearsal.plan(path)
    assert {order.key: order.action for order in planned.orders} == {"A": "skip", "B": "create"}
    run = rehearsal.submit(path)
    assert results(run) == {"A": "skipped", "B": "created"}
    assert {order.key: order.order_id for order in run.orders}["A"] == order_id
    assert rehearsal.posts("A") == 1, "the one that was made elsewhere"
    operations = [one["operation"] for one in rehearsal.sandbox.truth()]
    made_here = len(operations) - 1 - operations[::-1].index("create")
    assert operations[:made_here].count("lookup") >= 2


def test_what_first_contact_found_is_remembered(start: Start) -> None:
    """The next run knows the orders that first contact found: none of them is sent then."""
    rehearsal = start(new=True)
    ordered_elsewhere(rehearsal, "A")
    ordered_elsewhere(rehearsal, "C", **OTHER_CONTENT)
    path = rehearsal.file([row("A"), row("B"), row("C")])
    first = rehearsal.submit(path)
    assert results(first) == {"A": "skipped", "B": "created", "C": "conflict"}
    assert codes(first)["C"] == "LEDGER-CONFLICT"
    assert first.exit_code == 1
    assert rehearsal.states() == {"A": "created", "B": "created", "C": "conflict"}
    before = rehearsal.posts()
    second = rehearsal.submit(path)
    assert results(second) == {"A": "skipped", "B": "skipped", "C": "to_correct"}
    assert rehearsal.posts() == before


def test_a_look_up_that_is_unclear_keeps_first_contact_from_sending(start: Start) -> None:
    """A key that cannot be looked up is not sent: the run stops, exit 5, and goes on later."""
    rehearsal = start(new=True)
    unclear = {"what": "status", "status": 404, "body": "x", "operation": "lookup", "times": -1}
    rehearsal.sandbox.add_faults([unclear])
    run = rehearsal.submit(rows(3))
    assert set(results(run).values()) == {"not_sent"}
    assert run.exit_code == 5
    assert rehearsal.posts() == 0
    rehearsal.sandbox.clear_faults()
    resumed = rehearsal.resume()
    assert resumed is not None
    assert set(results(resumed).values()) == {"created"}
    looked_up = [one for one in rehearsal.sandbox.truth() if one["operation"] == "lookup"]
    assert {one["client_custom_order_id"] for one in looked_up} == {"R001", "R002", "R003"}


def test_another_order_under_our_number_is_a_conflict(rehearsal: Rehearsal) -> None:
    """The API refuses a number that is taken; what it holds differs: conflict, exit 1."""
    rehearsal.sandbox.add_faults([])
    other = ordered_elsewhere(rehearsal, "A", **OTHER_CONTENT)
    run = rehearsal.submit([row("A"), row("B")])
    assert results(run) == {"A": "conflict", "B": "created"}
    assert run.exit_code == 1
    conflict = next(order for order in run.orders if order.key == "A")
    assert conflict.order_id == other
    assert conflict.error is not None
    assert "products and sizes" in conflict.error["message"]
    again = rehearsal.submit([row("A"), row("B")])
    assert results(again) == {"A": "to_correct", "B": "skipped"}
    assert codes(again) == {"A": "LEDGER-CONFLICT"}
    assert rehearsal.posts("A") == 2, "elsewhere, and ours that was refused"


def test_the_same_order_under_our_number_is_ours(rehearsal: Rehearsal) -> None:
    """Refused as a duplicate of an order with the same content: that is the order, created."""
    order_id = ordered_elsewhere(rehearsal, "A")
    run = rehearsal.submit([row("A")])
    assert results(run) == {"A": "created"}
    assert run.orders[0].order_id == order_id


def test_an_order_that_shows_late_is_found_by_reconcile(rehearsal: Rehearsal) -> None:
    """The look-up lags: unknown at the end of the run, created by a later reconcile, no POST."""
    rehearsal.sandbox.add_faults([
        create("invisible", key="A", seconds=4), create("close", "after", "A")
    ])  # fmt: skip
    run = rehearsal.submit([row("A")])
    assert (results(run), run.exit_code) == ({"A": "unknown"}, 6)
    early = rehearsal.reconcile()
    assert results(early)["A"] in ("unknown", "created")
    while results(rehearsal.reconcile())["A"] == "unknown":
        assert rehearsal.posts("A") == 1
    assert rehearsal.posts("A") == 1
    assert rehearsal.reconcile().exit_code == 0


def test_reconcile_says_what_was_not_found(rehearsal: Rehearsal) -> None:
    """What is not found stays unknown, is said so, and reconcile ends in 6 without a POST."""
    rehearsal.sandbox.add_faults([create("close", key="A")])
    rehearsal.submit([row("A")])
    run = rehearsal.reconcile()
    assert results(run) == {"FIRST": "created", "A": "unknown"}
    assert run.exit_code == 6
    assert any("Orders that were not found: 1" in line for line in run.not_checked)


# ------------------------------------------------------------------ runs that follow each other
def stopped(rehearsal: Rehearsal, *keys: str) -> str:
    """Submit orders, be refused the sign-in before any of them is sent, and return the run."""
    run, _ = rehearsal.plan(rehearsal.file([row(key) for key in keys]))
    rehearsal.sandbox.add_faults(refused_sign_in())
    with pytest.raises(SignInError):
        rehearsal.send(run)
    rehearsal.sandbox.clear_faults()
    assert {rehearsal.states()[key] for key in keys} == {"planned"}
    return run.run_id


def test_a_later_submit_takes_over_what_waits(rehearsal: Rehearsal) -> None:
    """The same file after a stop: everything that waits is sent by the second run, once."""
    stopped(rehearsal, "A", "B")
    run = rehearsal.submit([row("A"), row("B")])
    assert (results(run), run.exit_code) == ({"A": "created", "B": "created"}, 0)
    assert rehearsal.resume() is None


def test_corrected_content_replaces_what_waits(rehearsal: Rehearsal) -> None:
    """An order that was never made is sent as the newest submit has it, and only so."""
    first = stopped(rehearsal, "A")
    second = rehearsal.submit([row("A", Serving="2")])
    assert results(second) == {"A": "created"}
    resumed = rehearsal.resume(first)
    assert resumed is not None
    assert results(resumed) == {"A": "skipped"}
    assert rehearsal.posts("A") == 1


def test_resuming_a_run_whose_orders_a_later_run_has(rehearsal: Rehearsal) -> None:
    """The older run can still be named: its own orders are sent, no others of the later run."""
    first = stopped(rehearsal, "A", "B")
    stopped(rehearsal, "B", "C")
    resumed = rehearsal.resume(first)
    assert resumed is not None
    assert results(resumed) == {"A": "created", "B": "created"}
    assert rehearsal.posts("C") == 0
    rest = rehearsal.resume()
    assert rest is not None
    assert results(rest) == {"B": "skipped", "C": "created"}


def test_all_unfinished_runs_are_one_document(rehearsal: Rehearsal) -> None:
    """`resume` without a run takes them all, each order once, and accounts for its rows."""
    first = stopped(rehearsal, "A", "B")
    second = stopped(rehearsal, "B", "C", "D")
    resumed = rehearsal.resume()
    assert resumed is not None
    assert resumed.run_id not in (first, second)
    assert results(resumed) == dict.fromkeys("BCDA", "created")
    assert [one.rows for one in resumed.inputs] == [3, 1]
    assert {order.key: (order.input, order.rows) for order in resumed.orders} == {
        "B": (0, (2,)), "C": (0, (3,)), "D": (0, (4,)), "A": (1, (2,)),
    }  # fmt: skip
    assert resumed.exit_code == 0
    assert rehearsal.resume() is None
    again = rehearsal.resume(resumed.run_id)
    assert again is not None
    assert results(again) == dict.fromkeys("BCDA", "skipped"), "done before, and said so"
    assert rehearsal.posts() == 1 + 4, "FIRST, and these"


def test_a_run_whose_details_were_removed_is_resumed(rehearsal: Rehearsal) -> None:
    """The history may be purged before a run is finished: what was confirmed can still be sent."""
    run = stopped(rehearsal, "A", "B")
    with rehearsal.ledger() as ledger:
        assert ledger.purge_runs(time.time() + 60) >= 1
    resumed = rehearsal.resume(run)
    assert resumed is not None
    assert results(resumed) == {"A": "created", "B": "created"}


def test_a_run_of_another_account_is_not_resumed(rehearsal: Rehearsal, start: Start) -> None:
    """A run belongs to its environment: another sandbox does not send it."""
    run = stopped(rehearsal, "A")
    other = start()
    moved = Rehearsal(rehearsal.folder, other.sandbox)
    with pytest.raises(UsageError, match="another environment"):
        moved.resume(run)
    assert moved.resume() is None


def test_a_run_that_is_not_there_is_said(rehearsal: Rehearsal) -> None:
    """A run id that the ledger lacks is wrong usage."""
    with pytest.raises(UsageError, match="has no run run_x"):
        rehearsal.resume("run_x")


# ------------------------------------------------------------------ the same dose twice
def test_the_same_dose_of_the_last_weeks_waits_for_a_look(rehearsal: Rehearsal) -> None:
    """Same person, same contents, another number, sent days ago: confirm, naming that order."""
    rehearsal.submit([row("A")])
    again = row("B") | {"Last name": "example  a"}
    run = rehearsal.submit([again])
    assert results(run) == {"B": "to_correct"}
    (finding,) = run.findings
    assert (finding.code, finding.severity, finding.cell) == ("DOSE-TWICE", "confirm", "A2")
    assert finding.message.startswith("Order A of 20")
    assert rehearsal.posts("B") == 0
    accepted = rehearsal.submit([again], accepted=frozenset({"DOSE-TWICE"}))
    assert results(accepted) == {"B": "created"}


def test_the_same_dose_is_accepted_in_the_file(rehearsal: Rehearsal) -> None:
    """The column `accept` of the order accepts it, as for any other finding."""
    rehearsal.submit([row("A")])
    run = rehearsal.submit([row("B") | {"Last name": "Example A", "accept": "DOSE-TWICE"}])
    assert results(run) == {"B": "created"}
    assert run.findings[0].accepted


def test_a_refused_order_is_no_dose(rehearsal: Rehearsal) -> None:
    """Nothing was made for a refused order: the same under another number is no second dose."""
    rehearsal.sandbox.add_faults([answer(422, "A")])
    rehearsal.submit([row("A")])
    run = rehearsal.submit([row("B") | {"Last name": "Example A"}])
    assert results(run) == {"B": "created"}
