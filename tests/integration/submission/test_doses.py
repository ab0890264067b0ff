"""The same dose twice, and orders in the place of others, as far as plan and ledger can see."""

import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from loader.app import at_api
from loader.app.planning import NOT_LOOKED_UP
from loader.core.model import Run
from loader.sandbox import EMAIL, PASSWORD, Fault, Sandbox
from loader.targets import catalogue
from tests.integration.submission.rehearsal import (
    PRODUCT,
    Rehearsal,
    Row,
    answer,
    create,
    results,
    row,
)

PERSON = {"first_name": "ADA", "last_name": "Example  A"}  # as `row("A")` has it, but for the form


def elsewhere(sandbox: Sandbox, key: str | None, consumer: dict[str, str], size: int = 1) -> str:
    """Order as another system would, unknown to our ledger; return the id of the consumer."""
    with httpx.Client(base_url=sandbox.base_url) as client:
        token = client.post(
            "/v2/authentication/token", json={"email": EMAIL, "password": PASSWORD}
        ).json()["access_token"]
        content = {"client_product_id": PRODUCT, "serving_size": size}
        made = client.post(
            "/v2/orders", headers={"Authorization": f"Bearer {token}"},
            json={
                **({"source_client_order_id": key} if key else {}), "consumer": consumer,
                "shipping_address": {"address1": "1 A", "city": "B", "country_name": "C"},
                "order_lines": [{"pouches": [{"contents": [content]}]}],
            },
        )  # fmt: skip
        made.raise_for_status()
        return str(made.json()["order"]["consumer"]["id"])


def advance(sandbox: Sandbox, order: str, status: str) -> None:
    """Give an order a status, as the vendor or a person in the portal would."""
    asked = {"order": order, "status": status}
    httpx.post(f"{sandbox.url_admin}advance", json=asked).raise_for_status()


def made_on(rehearsal: Rehearsal, key: str, days_ago: int) -> None:
    """Let the sandbox have made an order so many days ago; it changed just now."""
    [state] = (rehearsal.folder / "sandbox").glob("*.sqlite3")
    made = (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with contextlib.closing(sqlite3.connect(state)) as db, db:
        (document,) = db.execute(
            "SELECT document FROM orders WHERE source_client_order_id = ?", (key,)
        ).fetchone()
        changed = json.dumps({**json.loads(document), "created_at": made}).encode()
        db.execute(
            "UPDATE orders SET document = ?, created_at = ? WHERE source_client_order_id = ?",
            (changed, made, key),
        )


def planned(rehearsal: Rehearsal, *orders: Row, accepted: frozenset[str] = frozenset()) -> Run:
    """Plan these orders."""
    return rehearsal.plan(rehearsal.file(orders), accepted)[0]


def told(run: Run, code: str) -> list[str]:
    """Return the messages of one code."""
    return [finding.message for finding in run.findings if finding.code == code]


def like_a(key: str, **cells: str) -> Row:
    """Return the order A under another number."""
    return row(key, 0, **cells) | {"Last name": "Example A"}


def lists(rehearsal: Rehearsal) -> int:
    """Return how often the orders were listed."""
    return sum(one["operation"] == "list" for one in rehearsal.sandbox.truth())


# ------------------------------------------------------------------ what the API made lately
def test_a_dose_that_another_system_ordered_waits_for_a_look(rehearsal: Rehearsal) -> None:
    """The ledger knows nothing of it; the API's list does, and the order there is named."""
    elsewhere(rehearsal.sandbox, "SHOP-7", PERSON)
    run = planned(rehearsal, like_a("B"), row("C"))
    assert results(run) == {"B": "to_correct", "C": "ready"}
    [message] = told(run, "DOSE-TWICE")
    assert message.startswith("Order SHOP-7 (OK Capsule's OR-10002) of 20")
    again = planned(rehearsal, like_a("B"), accepted=frozenset({"DOSE-TWICE"}))
    assert results(again) == {"B": "ready"}


def test_an_order_without_a_number_of_ours_is_named_by_theirs(rehearsal: Rehearsal) -> None:
    """The portal's orders have no number of ours."""
    elsewhere(rehearsal.sandbox, None, PERSON)
    [message] = told(planned(rehearsal, like_a("B")), "DOSE-TWICE")
    assert message.startswith("OK Capsule's order OR-10002 of 20")


def test_a_person_known_by_id_is_the_same_person(rehearsal: Rehearsal) -> None:
    """An order for an existing consumer is compared by the id that the API gave the person."""
    consumer = elsewhere(rehearsal.sandbox, "SHOP-7", PERSON)
    rehearsal.file([])
    path = rehearsal.folder / "existing.csv"
    path.write_text(
        "Order ID,consumer_id,Street,City,Country,Product ID\n"
        f"B,{consumer.upper()},1 A,B,Austria,{PRODUCT}\n"
    )
    assert results(rehearsal.plan(path)[0]) == {"B": "to_correct"}


def test_another_size_is_another_dose(rehearsal: Rehearsal) -> None:
    """A size that both name must agree; one that our file leaves to the API may be any."""
    elsewhere(rehearsal.sandbox, "SHOP-7", PERSON, size=2)
    assert results(planned(rehearsal, like_a("B", Serving="1"))) == {"B": "ready"}
    assert results(planned(rehearsal, like_a("B", Serving="2"))) == {"B": "to_correct"}
    assert results(planned(rehearsal, like_a("B"))) == {"B": "to_correct"}


def test_of_an_order_that_came_to_nothing_no_dose_comes(rehearsal: Rehearsal) -> None:
    """The list knows better than the ledger what became of an order since."""
    rehearsal.submit([row("A")])
    for status in ("Canceled by Client", "Canceled by OKC", "Voided", "Replaced"):
        advance(rehearsal.sandbox, "A", status)
        assert results(planned(rehearsal, like_a("B"))) == {"B": "ready"}, status
    advance(rehearsal.sandbox, "A", "Accepted")
    assert results(planned(rehearsal, like_a("B"))) == {"B": "to_correct"}


def test_last_months_order_is_no_second_dose(rehearsal: Rehearsal) -> None:
    """An order made before the three weeks is listed, too, where its status moved since."""
    elsewhere(rehearsal.sandbox, "SHOP-7", PERSON)
    made_on(rehearsal, "SHOP-7", 20)
    assert results(planned(rehearsal, like_a("B"))) == {"B": "to_correct"}
    made_on(rehearsal, "SHOP-7", 22)
    assert results(planned(rehearsal, like_a("B"))) == {"B": "ready"}


def test_an_order_whose_outcome_is_unknown_may_be_a_dose(rehearsal: Rehearsal) -> None:
    """It may have been made: the same under another number is asked about, and says why."""
    rehearsal.sandbox.add_faults([create("reset", "before", "A")])
    assert results(rehearsal.submit([row("A")])) == {"A": "unknown"}
    [message] = told(planned(rehearsal, like_a("B")), "DOSE-TWICE")
    assert ", whose outcome is unknown, sends the same" in message


def test_one_list_where_something_is_to_be_sent(rehearsal: Rehearsal) -> None:
    """A plan asks once for the orders of three weeks, and not at all where nothing is sent."""
    before = lists(rehearsal)
    planned(rehearsal, row("A"), row("B"))
    assert lists(rehearsal) - before == 1
    rehearsal.submit([row("A")])
    before = lists(rehearsal)
    planned(rehearsal, row("A"))
    assert lists(rehearsal) == before


@pytest.mark.parametrize("trouble", ["refused", "too long"])
def test_what_could_not_be_listed_is_said(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """A list that ends early costs no plan, and its gap is named."""
    if trouble == "refused":
        said = {"error": {"message": "no"}}
        fault = Fault(what="status", status=400, body=said, operation="list", times=-1)
        rehearsal.sandbox.add_faults([fault])
    else:
        rehearsal.submit([row("X")])
        monkeypatch.setattr(at_api, "MOST_PAGES", 1)
        monkeypatch.setattr(catalogue, "PAGE_SIZE", 1)
    run = planned(rehearsal, row("A"))
    assert results(run) == {"A": "ready"}
    assert run.not_checked[-2:] == [NOT_LOOKED_UP, at_api.NOT_LISTED]


# ------------------------------------------------------------------ in the place of another
def test_in_the_place_of_a_cancelled_order(rehearsal: Rehearsal) -> None:
    """Named in `replaces`, a cancelled order is no second dose; the new one is sent."""
    rehearsal.submit([row("A")])
    advance(rehearsal.sandbox, "A", "Canceled by Client")
    run = rehearsal.submit([like_a("B", replaces="A")])
    assert results(run) == {"B": "created"}
    assert [f.code for f in run.findings] == []
    assert b"replaces" not in (run.orders[0].body or b"")


def test_needs_changes_may_be_replaced(rehearsal: Rehearsal) -> None:
    """An order that waits for changes is made only once they are there."""
    rehearsal.submit([row("A")])
    advance(rehearsal.sandbox, "A", "Needs Changes")
    assert results(planned(rehearsal, like_a("B"))) == {"B": "to_correct"}
    assert results(planned(rehearsal, like_a("B", replaces="A"))) == {"B": "ready"}


def test_a_refused_order_may_be_replaced(rehearsal: Rehearsal) -> None:
    """Nothing was made of it, and nobody has to be asked."""
    rehearsal.sandbox.add_faults([answer(422, "A")])
    rehearsal.submit([row("A")])
    assert planned(rehearsal, like_a("B", replaces="A")).findings == []


def test_an_order_that_stands_is_not_replaced(rehearsal: Rehearsal) -> None:
    """Both would be made: an error at the cell that names it."""
    rehearsal.submit([row("A")])
    for status in ("Pending", "In Production"):
        advance(rehearsal.sandbox, "A", status)
        run = planned(rehearsal, like_a("B", replaces="A"))
        assert results(run) == {"B": "to_correct"}
        [finding] = run.findings
        assert (finding.code, finding.severity, finding.cell) == ("REPLACES-STANDS", "error", "L2")
        assert f"is {status} there" in finding.message


def test_what_may_still_be_sent_is_not_replaced(rehearsal: Rehearsal) -> None:
    """An order whose outcome is unknown, one of the same file, and itself: all of them stand."""
    rehearsal.sandbox.add_faults([create("reset", "before", "A")])
    rehearsal.submit([row("A")])
    run = planned(
        rehearsal, like_a("B", replaces="A"), row("C"), row("D", replaces="C"),
        row("E", replaces="E"),
    )  # fmt: skip
    assert results(run) == {"B": "to_correct", "C": "ready", "D": "to_correct", "E": "to_correct"}
    assert told(run, "REPLACES-STANDS") == [
        "Order A may have been made: its outcome is unknown.",
        "Order C is a new one of the same files.", "An order cannot take its own place.",
    ]  # fmt: skip


def test_a_number_that_nobody_knows_is_a_warning(rehearsal: Rehearsal) -> None:
    """A slip in the number keeps nothing back: the order that it was meant for is compared."""
    run = planned(rehearsal, row("B", replaces="A-l"))
    assert results(run) == {"B": "ready"}
    assert told(run, "REPLACES-UNKNOWN") == ["Nobody knows an order A-l."]


def test_what_could_not_be_asked_is_said(rehearsal: Rehearsal) -> None:
    """A look-up without an answer proves nothing either way."""
    rehearsal.sandbox.add_faults(
        [Fault(what="status", status=500, body="x", operation="lookup", times=-1)]
    )
    run = planned(rehearsal, row("B", replaces="A"))
    assert "Orders to be replaced that could not be looked up: 1." in run.not_checked


# ------------------------------------------------------------------ capitals
def test_numbers_of_the_ledger_in_other_capitals(rehearsal: Rehearsal) -> None:
    """A number that was sent before in other capitals may be the same order, typed again."""
    rehearsal.submit([row("Ord-1")])
    run = planned(rehearsal, row("ORD-1"), row("Ord-1"))
    assert told(run, "KEY-CASE")
    alone: dict[str, Any] = results(planned(rehearsal, row("ORD-1")))
    assert alone == {"ORD-1": "to_correct"}
    [message] = told(planned(rehearsal, row("ORD-1")), "KEY-CASE")
    assert message.startswith("The order number differs from Ord-1, which was planned or sent")
    assert results(planned(rehearsal, row("Ord-1"))) == {"Ord-1": "ready"}, "and is skipped"
