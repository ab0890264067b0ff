"""What each kind of reply comes to: the result, the ledger's state, the exit code."""

import re

import pytest

from loader.core.model import Run
from loader.sandbox import Fault
from tests.integration.submission.rehearsal import (
    Rehearsal,
    answer,
    body,
    create,
    results,
    row,
    rows,
)  # fmt: skip

# Replies from which nothing may be concluded, scripted before anything is made …
NOTHING_CONCLUDED = [
    create("reset"),
    create("close"),
    create("hang", seconds=3),
    create("drip", status=201, body={"order": {"id": "x"}}, every=0.2),
    create("truncate", bytes=10),
    create("garbage", status=201),
    create("garbage", status=422),
    *(answer(status) for status in (301, 404, 408, 409, 500, 502, 503, 504)),
    answer(200, body={"order": {"id": "x"}}),
    answer(201, body={"order": {}}),
    create("status", status=204),
    create("status", status=422, body="<html>Bad Gateway</html>", content_type="text/html"),
    *(
        answer(422, body={"code": code, "type": kind, "message": "no"})
        for code, kind in (
            ("OS0001", "INTERNAL_SERVER_ERROR"),
            ("OS0002", "CROSS_SERVICE_ERROR"),
            ("OS0004", "CROSS_SERVICE_ERROR"),
            ("OS0007", "INTERNAL_SERVER_ERROR"),
            ("OS9999", "VALIDATION_ERROR"),
        )
    ),
]
NO = [
    *(answer(status) for status in (400, 413, 415, 422)),
    answer(422, body={"code": "OS0003", "type": "VALIDATION_ERROR", "message": "no"}),
    answer(422, body={"message": "Validation error", "errors": [{"message": "no", "type": "x"}]}),
    answer(422, body={"statusCode": 422, "error": "Unprocessable Entity", "message": "no"}),
]


def label(fault: Fault) -> str:
    """Return what a fault is, for the name of its test."""
    said = fault.body if isinstance(fault.body, dict) else {"text": ""}
    code = said.get("code") or "-".join(said)
    return "-".join(filter(None, (fault.what, str(fault.status or ""), code)))


def key_of(fault: Fault) -> str:
    """Return the number of the order that meets a fault: what the fault is."""
    return re.sub("[^A-Za-z0-9-]", "-", label(fault))


def sent_into(rehearsal: Rehearsal, faults: list[Fault], when: str) -> Run:
    """Send one order into each fault, and a sound one after each, so that the run goes on."""
    rehearsal.sandbox.add_faults(
        [{**fault.as_mapping(), "key": key_of(fault), "when": when} for fault in faults]
    )
    rehearsal.concurrency = 1
    keys = [key for fault in faults for key in (key_of(fault), f"{key_of(fault)}-next")]
    assert len(keys) == len(set(keys))
    return rehearsal.submit([row(key) for key in keys])


def ends(run: Run, faults: list[Fault]) -> dict[str, str]:
    """Return the results of the orders that met a fault; the sound ones were created."""
    met = {key_of(fault) for fault in faults}
    others = {key: result for key, result in results(run).items() if key not in met}
    assert set(others.values()) == {"created"}
    return {key: result for key, result in results(run).items() if key in met}


def test_what_proves_nothing_stays_unknown(rehearsal: Rehearsal) -> None:
    """Nothing was made, nothing is found: each outcome stays unknown, exit 6, one POST each."""
    run = sent_into(rehearsal, NOTHING_CONCLUDED, "before")
    assert ends(run, NOTHING_CONCLUDED) == {key_of(one): "unknown" for one in NOTHING_CONCLUDED}
    assert run.exit_code == 6
    for order in run.orders:
        assert rehearsal.posts(order.key) == order.attempts == 1
        if order.result == "unknown":
            assert rehearsal.states()[order.key] == "unknown"
            assert order.error is not None
            assert "second" in order.error["message"], "it says why it is not simply sent again"


def test_what_was_made_is_found_at_the_end(rehearsal: Rehearsal) -> None:
    """Orders that were made although the reply proves nothing are looked up: created, exit 0."""
    run = sent_into(rehearsal, NOTHING_CONCLUDED, "after")
    assert ends(run, NOTHING_CONCLUDED) == {key_of(one): "created" for one in NOTHING_CONCLUDED}
    assert run.exit_code == 0
    assert {rehearsal.posts(order.key) for order in run.orders} == {1}


def test_a_definite_no_is_refused_after_one_look_up(rehearsal: Rehearsal) -> None:
    """The API's own no, and no such order there: refused, exit 1, looked up exactly once."""
    run = sent_into(rehearsal, NO, "before")
    assert ends(run, NO) == {key_of(one): "refused" for one in NO}
    assert run.exit_code == 1
    looks = [
        one["client_custom_order_id"]
        for one in rehearsal.sandbox.truth()
        if one["operation"] == "lookup"
    ]
    assert sorted(looks[-len(NO) :]) == sorted(key_of(one) for one in NO)
    assert not {f"{key_of(one)}-next" for one in NO}.intersection(looks)


def test_a_no_to_an_order_that_is_there_is_no_refusal(rehearsal: Rehearsal) -> None:
    """An API that makes the order and then says no is not believed: the look-up finds it."""
    run = sent_into(rehearsal, NO, "after")
    assert ends(run, NO) == {key_of(one): "created" for one in NO}
    assert run.exit_code == 0


def test_a_no_that_cannot_be_looked_up_is_unknown(rehearsal: Rehearsal) -> None:
    """Where the look-up after a no is not answered, nothing is concluded from the no either."""
    unclear = Fault(what="status", status=404, body="gone", operation="lookup", times=-1)
    rehearsal.sandbox.add_faults([answer(422), unclear])
    run = rehearsal.submit([row("A")])
    assert results(run) == {"A": "unknown"}
    rehearsal.sandbox.clear_faults()
    assert results(rehearsal.reconcile())["A"] == "unknown"


@pytest.mark.parametrize(
    "reply",
    [answer(403), answer(403, body={"code": "OS0005", "type": "AUTHENTICATION_ERROR",
                                    "message": "Ada Example may not"})],
    ids=label,
)  # fmt: skip
def test_forbidden_stops_the_run(rehearsal: Rehearsal, reply: Fault) -> None:
    """403 and OS0005: refused like any no, and the run stops before the others are sent."""
    rehearsal.sandbox.add_faults([reply])
    run = rehearsal.submit(rows(9))
    assert results(run)["R001"] == "refused"
    assert list(results(run).values()).count("not_sent") == 8
    assert run.exit_code == 5
    assert run.stopped.startswith("This account may not go on: the API answered 403")
    assert "Ada" not in run.stopped, "words of the API may be personal"


def test_an_expired_sign_in_is_renewed_in_the_middle(rehearsal: Rehearsal) -> None:
    """401 in the middle of a run: one renewal for all, and every order is made once."""
    rehearsal.sandbox.add_faults([create("expire_tokens", key="R003")])
    run = rehearsal.submit(rows(8))
    assert set(results(run).values()) == {"created"}
    renewals = [one for one in rehearsal.sandbox.truth() if one["operation"] == "refresh"]
    assert len(renewals) == 1


def test_too_many_requests_wait_as_long_as_asked(rehearsal: Rehearsal) -> None:
    """429 with Retry-After: deferred, sent again after the pause, created with two attempts."""
    rehearsal.sandbox.add_faults([answer(429, "R002", headers={"Retry-After": "1"})])
    run = rehearsal.submit(rows(3))
    assert set(results(run).values()) == {"created"}
    truth = [
        one
        for one in rehearsal.sandbox.truth()
        if one["source_client_order_id"] == "R002" and one["operation"] == "create"
    ]
    assert len(truth) == 2
    assert truth[1]["received_at"] - truth[0]["received_at"] >= 1.0
    assert {order.key: order.attempts for order in run.orders}["R002"] == 2


def test_the_content_of_a_reply_is_kept_for_the_person(rehearsal: Rehearsal) -> None:
    """A refusal keeps the API's code, words and field errors with its order."""
    details = [{"field": "consumer.email", "message": "must be an address"}]
    said = {"statusCode": 422, "error": "Unprocessable Entity", "message": "Validation failed",
            "details": details}  # fmt: skip
    rehearsal.sandbox.add_faults([answer(422, body=said)])
    (order,) = rehearsal.submit([row("A")]).orders
    assert order.error is not None
    assert order.error["http_status"] == 422
    assert order.error["message"] == "Validation failed"
    assert order.error["details"] == details


def test_a_message_of_the_api_is_printable(rehearsal: Rehearsal) -> None:
    """Control characters in the API's words never reach a terminal."""
    rehearsal.sandbox.add_faults([answer(422, body=body("no\x1b[31m\nway"))])
    (order,) = rehearsal.submit([row("A")]).orders
    assert order.error is not None
    assert order.error["message"] == "no [31m way"
