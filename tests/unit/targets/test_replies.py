"""What a reply to a create means, checked against the protocol's words for every status.

The tables here are written from "What a reply means" in the exactly-once protocol, not from the
code's: a reply is read by an allow-list, and everything else is unknown.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.core.errors import SignInError
from loader.core.lifecycle import Verdict
from loader.targets.failures import Failure
from loader.targets.replies import classify_create, no_sign_in
from loader.targets.wire import Exchange

SENT = b'{"client_custom_order_id":"A-1","source_client_order_id":"A-1"}'
TYPES = {
    "OS0001": "INTERNAL_SERVER_ERROR", "OS0002": "CROSS_SERVICE_ERROR",
    "OS0003": "VALIDATION_ERROR", "OS0004": "CROSS_SERVICE_ERROR",
    "OS0005": "AUTHENTICATION_ERROR", "OS0006": "AUTHENTICATION_ERROR",
    "OS0007": "INTERNAL_SERVER_ERROR",
}  # fmt: skip


def exchange(
    status: int | None,
    body: bytes = b"",
    failure: Failure | None = None,
    whole: bool = True,
    wait: float | None = None,
) -> Exchange:
    """Return an exchange that came to this after its request had left."""
    return Exchange(sent=True, whole=whole, status=status, body=body, failure=failure, wait=wait)


def bodies(status: int) -> dict[str, object]:
    """Return a body of each kind, as a reply with that status would carry it."""
    issue = [{"message": "'consumer' is required", "type": "any.required"}]
    return {
        "order": {"order": {"id": "a1", "status": "Pending"}},
        "order with our ids": {"order": {"id": "a1", "client_custom_order_id": "A-1",
                                         "source_client_order_id": "A-1"}},
        "order with null ids": {"order": {"id": "a1", "client_custom_order_id": None}},
        "order of somebody else": {"order": {"id": "a1", "client_custom_order_id": "B-2"}},
        "order from another source": {"order": {"id": "a1", "source_client_order_id": "a-1"}},
        "order without id": {"order": {"status": "Pending"}},
        "order with empty id": {"order": {"id": ""}},
        "order with blank id": {"order": {"id": " \t"}},
        "order with number id": {"order": {"id": 7}},
        "order with null id": {"order": {"id": None}},
        "orders in a list": {"order": [{"id": "a1"}]},
        "bare order": {"id": "a1", "status": "Pending"},
        "text": "created",
        "nothing": {},
        "null": None,
        "message alone": {"message": "Bad Gateway"},
        "model": {"error": {"message": "No"}},
        "model with message": {"error": {"message": "No"}, "message": "No"},
        "model with a code": {"error": {"errorCode": "RESOURCE_NOT_FOUND", "message": "No"}},
        "model without message": {"error": {"errorCode": "RESOURCE_NOT_FOUND"}},
        "checked": {"message": "Validation error", "errors": issue},
        "checked nested": {"error": {"message": "Validation error", "errors": issue}},
        "guide": {"statusCode": status, "error": "No", "message": "Validation failed",
                  "details": [{"field": "consumer.email", "message": "is not valid"}]},
        "guide of another status": {"statusCode": status + 1, "error": "No", "message": "No"},
        "guide without status": {"error": "No", "message": "No"},
        "guide with a code": {"statusCode": status, "code": "FST_ERR", "error": "No",
                              "message": "No"},
        "OS0003 of another type": {"code": "OS0003", "type": TYPES["OS0001"], "message": "No"},
        "OS0003 and another": {"code": "OS0003", "type": TYPES["OS0003"], "message": "No",
                               "error": {"errorCode": "OS0001", "message": "No"}},
        "OS0009": {"code": "OS0009", "type": "VALIDATION_ERROR", "message": "No"},
        "empty code": {"code": "", "type": "VALIDATION_ERROR", "message": "No"},
        "empty code without type": {"code": "", "message": "No"},
        "number as code": {"code": 3, "type": "VALIDATION_ERROR", "message": "No"},
        **{code: {"code": code, "type": kind, "message": "No"} for code, kind in TYPES.items()},
        **{f"nested {code}": {"error": {"code": code, "type": kind, "message": "No"}}
           for code, kind in TYPES.items()},
        **{f"order and {code}": {"order": {"id": "a1"}, "code": code, "type": kind}
           for code, kind in TYPES.items()},
    }  # fmt: skip


# What the protocol allows; all else is unknown.
DONE = {(201, kind) for kind in ("order", "order with our ids", "order with null ids")}
OWN_SHAPES = {"model", "model with message", "checked", "checked nested", "guide"}
REFUSED = {
    (status, kind)
    for status in (400, 413, 415, 422)
    for kind in OWN_SHAPES | {"OS0003", "nested OS0003"}
} | {(403, kind) for kind in OWN_SHAPES | {"OS0005", "nested OS0005"}}


def allowed(status: int, kind: str) -> Verdict:
    """Return what may be concluded."""
    if status in (401, 429):
        return Verdict.DEFERRED
    if (status, kind) in DONE:
        return Verdict.DONE
    return Verdict.REFUSED if (status, kind) in REFUSED else Verdict.UNKNOWN


def test_every_status_with_every_body() -> None:
    """From 100 to 599, with every shape of body and every code: the allow-list and no more."""
    wrong = []
    tried = 0
    for status in range(100, 600):
        for kind, body in bodies(status).items():
            verdict = classify_create(exchange(status, json.dumps(body).encode()), SENT).verdict
            tried += 1
            if verdict is not allowed(status, kind):
                wrong.append((status, kind, verdict))
    assert wrong == []
    assert tried > 20_000


@pytest.mark.parametrize(
    "status", [100, 200, 201, 202, 204, 302, 400, 403, 404, 409, 422, 500, 503]
)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"<html>Bad Gateway</html>", b"[" * 100_000, b'{"order":' * 100_000,
        b'{"order":{"id":"a1"}', b'{"order":{"id":"a1"}}x', b'\xef\xbb\xbf{"order":{"id":"a1"}}',
        b'{"order":{"id":"a1"},"order":{"id":"a2"}}', b'{"order":{"id":"a1","id":"a2"}}',
        b'{"order":{"id":"a1","n":' + b"9" * 10_000 + b"}}", b'{"order":{"id":"a1","n":NaN}}',
        b'{"order":{"id":"a1","n":' + b"[" * 80 + b"]" * 80 + b"}}",
        b'{"order":{"id":"\\ud800"}}', b'{"code":"OS0001","code":"OS0003"}',
        b'{"error":{"message":"No"},"error":{"message":"Yes"}}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_proves_nothing(status: int, body: bytes) -> None:
    """Broken, ambiguous, bottomless or foreign bodies crash nothing and conclude nothing."""
    assert classify_create(exchange(status, body), SENT).verdict is Verdict.UNKNOWN


@given(st.integers(100, 999), st.binary(max_size=200))
def test_any_bytes_are_survived(status: int, body: bytes) -> None:
    """Whatever comes back, there is a verdict, and never "done" without a 201."""
    verdict = classify_create(exchange(status, body), body).verdict
    assert verdict is not Verdict.DONE or status == 201


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["order", "id", "error", "message", "errors", "code", "type", "errorCode", "details",
             "field", "statusCode", "client_custom_order_id"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.sampled_from([201, 400, 401, 403, 404, 422, 429, 500]), JSON, JSON)
def test_any_json_is_survived(status: int, body: object, sent: object) -> None:
    """Any mixture of the vendor's own names gives a reply that can be shown."""
    reply = classify_create(exchange(status, json.dumps(body).encode()), json.dumps(sent).encode())
    for text in (reply.message, reply.code, *(part for pair in reply.details for part in pair)):
        assert len(text) <= 500
        assert not any(ord(one) < 32 or one in "\x7f\u2028\u202e" for one in text)
    if reply.verdict is Verdict.DONE:
        assert isinstance(body, dict)
        assert reply.order == json.loads(json.dumps(body))["order"]


NEVER_LEFT = {
    Failure.CONNECT_REFUSED, Failure.CONNECT_TIMEOUT, Failure.CONNECT_FAILED,
    Failure.NAME_NOT_RESOLVED, Failure.TLS_FAILED, Failure.NO_SLOT, Failure.PAUSED,
    Failure.NO_SIGN_IN, Failure.BURN_STALE,
}  # fmt: skip


@pytest.mark.parametrize("failure", Failure)
def test_deferred_needs_the_proof_that_nothing_left(failure: Failure) -> None:
    """A failure on the way is deferred only when it is on the list and no byte has left."""
    unsent = classify_create(Exchange(sent=False, failure=failure), SENT)
    assert unsent.verdict is (Verdict.DEFERRED if failure in NEVER_LEFT else Verdict.UNKNOWN)
    assert not unsent.sent
    assert unsent.code == failure.value
    sent = classify_create(exchange(None, failure=failure), SENT)
    assert sent.verdict is Verdict.UNKNOWN
    assert sent.sent


@pytest.mark.parametrize("failure", Failure)
def test_a_status_without_its_whole_body_proves_nothing(failure: Failure) -> None:
    """Whatever the status line says, only 401 and 429 count by themselves."""
    for status in range(100, 600):
        verdict = classify_create(exchange(status, failure=failure), SENT).verdict
        assert verdict is (Verdict.DEFERRED if status in (401, 429) else Verdict.UNKNOWN)


def test_a_reply_to_half_a_request_proves_nothing() -> None:
    """A reply that came before the request was written to its end is no answer to the whole."""
    for status in (201, 400, 401, 403, 413, 415, 422, 429, 500):
        for body in bodies(status).values():
            half = exchange(status, json.dumps(body).encode(), whole=False)
            verdict = classify_create(half, SENT).verdict
            assert verdict is (Verdict.DEFERRED if status in (401, 429) else Verdict.UNKNOWN)


def test_which_failures_count_as_no_connection() -> None:
    """Refused, too late, unreachable, nameless, no TLS: these five stop a run when they repeat."""
    replies = {one: classify_create(Exchange(sent=False, failure=one), SENT) for one in Failure}
    assert {one for one, reply in replies.items() if reply.connect_failed} == {
        Failure.CONNECT_REFUSED, Failure.CONNECT_TIMEOUT, Failure.CONNECT_FAILED,
        Failure.NAME_NOT_RESOLVED, Failure.TLS_FAILED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind", "stop"),
    [
        (403, "model", True), (403, "OS0005", True), (403, "nothing", True),
        (403, "OS0003", True), (400, "OS0005", True), (500, "OS0005", True),
        (401, "OS0006", False), (422, "checked", False), (500, "OS0001", False),
        (201, "order", False), (429, "model", False),
    ],
)  # fmt: skip
def test_what_stops_the_run(status: int, kind: str, stop: bool) -> None:
    """403 and OS0005 stop the whole run, whatever else they allow to conclude."""
    body = json.dumps(bodies(status)[kind]).encode()
    assert classify_create(exchange(status, body), SENT).stop is stop


def test_a_refusal_carries_the_vendors_words() -> None:
    """Code, message and the fields' own messages come along for the person who must correct."""
    guide = classify_create(exchange(422, json.dumps(bodies(422)["guide"]).encode()), SENT)
    assert (guide.http_status, guide.message) == (422, "Validation failed")
    assert guide.details == (("consumer.email", "is not valid"),)
    coded = classify_create(exchange(400, json.dumps(bodies(400)["OS0003"]).encode()), SENT)
    assert coded.code == "OS0003"
    checked = classify_create(exchange(422, json.dumps(bodies(422)["checked"]).encode()), SENT)
    assert checked.details == (("", "'consumer' is required"),)


@pytest.mark.parametrize(
    ("status", "kind"), [(503, "nothing"), (500, "OS0007"), (404, "model"), (200, "order")]
)
def test_an_unknown_outcome_says_why_it_is_not_sent_again(status: int, kind: str) -> None:
    """The guide says "retry later"; the message says in plain words why we do not."""
    reply = classify_create(exchange(status, json.dumps(bodies(status)[kind]).encode()), SENT)
    assert str(status) in reply.message
    assert "retry later" in reply.message
    assert "a second request could make a second" in reply.message


def test_the_vendors_words_are_made_safe_to_show() -> None:
    """Terminal control, direction marks and novels in an error message are taken out."""
    text = "bad\x1b[2J\u202e" + "x" * 10_000
    body = json.dumps({"error": {"message": text}}).encode()
    for status in (422, 500):
        message = classify_create(exchange(status, body), SENT).message
        assert len(message) <= 500
        assert "\x1b" not in message
        assert "\u202e" not in message


def test_what_the_api_asks_everybody_to_wait_comes_along() -> None:
    """The seconds that the pace read are in the reply; an expired sign-in waits a moment."""
    assert classify_create(exchange(429, wait=17.0), SENT).wait == 17.0
    assert classify_create(exchange(503, wait=9.0), SENT).wait == 9.0
    assert classify_create(exchange(503), SENT).wait is None
    expired = classify_create(exchange(401), SENT).wait
    assert expired is not None
    assert 0 < expired <= 5


def test_a_refused_sign_in_sends_nothing_and_stops() -> None:
    """Without a sign-in an order waits, and the run stops with the reason and the way out."""
    reply = no_sign_in(SignInError("The API refused the sign-in.", hint="Check the password."))
    assert (reply.verdict, reply.stop, reply.sent) == (Verdict.DEFERRED, True, False)
    assert reply.message == "The API refused the sign-in. Check the password."
