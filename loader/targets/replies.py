"""What a reply to a create means: the allow-list of the exactly-once protocol, nothing more.

| what came back | verdict |
| --- | --- |
| never left this machine, for a reason in `NEVER_LEFT` | deferred |
| 429, 401: by status alone, whatever the body | deferred |
| 201 with an order that has an id | done |
| 400, 413, 415, 422 with the API's own error body, code OS0003 or none | refused |
| 403 with the API's own error body, code OS0005 or none | refused, and the run stops |
| everything else | unknown |

A reply counts only when all of it arrived, after all of the request was written, and when it
does not contradict itself: its code fits its status, and the order it shows is ours.
"""

from collections.abc import Mapping
from typing import Any

from loader.core.errors import SignInError
from loader.core.lifecycle import Verdict
from loader.core.privacy import printable
from loader.ports import Reply
from loader.targets.bodies import read_object
from loader.targets.errors import FORBIDDEN, INVALID_REQUEST, ErrorBody, Shape, read_error
from loader.targets.failures import Failure
from loader.targets.wire import Exchange

CONNECT_FAILURES = frozenset(
    {
        Failure.CONNECT_REFUSED,
        Failure.CONNECT_TIMEOUT,
        Failure.CONNECT_FAILED,
        Failure.NAME_NOT_RESOLVED,
        Failure.TLS_FAILED,
    }
)
NEVER_LEFT = CONNECT_FAILURES | {
    Failure.NO_SLOT,
    Failure.PAUSED,
    Failure.NO_SIGN_IN,
    Failure.BURN_STALE,
}
WAIT = frozenset({401, 429})
CREATED = 201
# A definite no, with the one code that fits it.
NO = {
    400: INVALID_REQUEST,
    413: INVALID_REQUEST,
    415: INVALID_REQUEST,
    422: INVALID_REQUEST,
    403: FORBIDDEN,
}
SIGN_IN_WAIT = 1.0  # seconds before an order that met an expired sign-in is due again

_WORDS = {
    Failure.CONNECT_REFUSED: "the API's server refused the connection",
    Failure.CONNECT_TIMEOUT: "no connection came about in time",
    Failure.CONNECT_FAILED: "the API's server could not be reached",
    Failure.NAME_NOT_RESOLVED: "the name of the API's server could not be found",
    Failure.TLS_FAILED: "no secure connection came about",
    Failure.NO_SLOT: "all connections were busy",
    Failure.PAUSED: "the account's pace left it no turn in time",
    Failure.NO_SIGN_IN: "the sign-in was not answered",
    Failure.BURN_STALE: "its turn had passed before it could be sent",
    Failure.REQUEST_INVALID: "the request could not be written",
    Failure.DEADLINE: "no whole answer came in time",
    Failure.CONNECTION_LOST: "the connection broke before an answer came",
    Failure.REPLY_CUT_SHORT: "the answer was cut short",
    Failure.REPLY_TOO_LARGE: "the answer was too large to be read",
    Failure.REPLY_ENCODED: "the answer was compressed although we had asked for plain text",
    Failure.REPLY_NOT_HTTP: "the answer could not be read as HTTP",
    Failure.UNEXPECTED: "the exchange failed in a way that we do not know",
}
_WHY_NOT_AGAIN = (
    'We do not simply "retry later", as the vendor\'s guide says: the order may have been made, '
    "and a second request could make a second one."
)


def classify_create(exchange: Exchange, sent: bytes) -> Reply:
    """Return what `exchange`, a create with the body `sent`, allows us to conclude."""
    status, wait = exchange.status, exchange.wait
    if not exchange.sent:
        return _unsent(exchange)
    error = None if status is None else read_error(status, exchange.body)
    order = _order_made(exchange, error, sent)
    if order is not None:
        return Reply(verdict=Verdict.DONE, http_status=status, order=order, wait=wait)
    verdict = _verdict(exchange, error)
    return Reply(
        verdict=verdict,
        http_status=status,
        code=code_of(exchange, error),
        message=_message(verdict, exchange, error),
        details=() if error is None else error.details,
        wait=SIGN_IN_WAIT if status == 401 and not wait else wait,
        stop=status == 403 or (error is not None and error.code == FORBIDDEN),
    )


def _order_made(
    exchange: Exchange, error: ErrorBody | None, sent: bytes
) -> Mapping[str, Any] | None:
    """Return the order that a whole 201 shows; None where it is not proof of ours."""
    if exchange.status != CREATED or not _is_complete(exchange):
        return None
    if error is not None and error.code:
        return None
    order = order_in(exchange.body)
    return None if order is None or _contradicts(read_object(sent), order) else order


def order_in(body: bytes) -> Mapping[str, Any] | None:
    """Return the order that a body shows; None where it shows none with an id."""
    order = read_object(body).get("order")
    if not isinstance(order, dict):
        return None
    order_id = order.get("id")
    return order if isinstance(order_id, str) and order_id.strip() else None


def _contradicts(sent: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Return True where an id that we sent came back as another: the reply is not to us."""
    names = ("client_custom_order_id", "source_client_order_id")
    pairs = [(sent.get(name), order.get(name)) for name in names]
    return any(isinstance(b, str) and a is not None and a != b for a, b in pairs)


def _verdict(exchange: Exchange, error: ErrorBody | None) -> Verdict:
    if exchange.status in WAIT:
        return Verdict.DEFERRED
    if _is_complete(exchange) and _is_definite_no(exchange.status, error):
        return Verdict.REFUSED
    return Verdict.UNKNOWN


def _is_complete(exchange: Exchange) -> bool:
    return exchange.failure is None and exchange.whole


def _is_definite_no(status: int | None, error: ErrorBody | None) -> bool:
    if status not in NO or error is None or not error.consistent:
        return False
    return error.code == NO[status] or (not error.code and error.shape is not Shape.CODED)


def code_of(exchange: Exchange, error: ErrorBody | None) -> str:
    """Return the vendor's code, else what went wrong on the way, else the status as a code."""
    if error is not None and error.code:
        return error.code
    return f"HTTP-{exchange.status}" if exchange.failure is None else exchange.failure.value


def _unsent(exchange: Exchange) -> Reply:
    """Return the reply of a request whose first byte never left."""
    failure = exchange.failure or Failure.UNEXPECTED
    known = failure in NEVER_LEFT
    what = _WORDS[failure]
    safe = "Nothing was sent, so it can safely be sent later." if known else _WHY_NOT_AGAIN
    return Reply(
        verdict=Verdict.DEFERRED if known else Verdict.UNKNOWN,
        code=failure.value,
        message=f"{what[0].upper()}{what[1:]}. {safe}",
        wait=exchange.wait,
        sent=False,
        connect_failed=failure in CONNECT_FAILURES,
    )


def what_happened(exchange: Exchange) -> str:
    """Return in one plain sentence what came of a request."""
    parts = []
    if exchange.status is not None:
        parts.append(f"the API answered {exchange.status}")
    if exchange.failure is not None:
        parts.append(_WORDS[exchange.failure])
    elif not exchange.whole:
        parts.append("it did so before it had the whole request")
    sentence = ", but ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def vendors_words(error: ErrorBody | None) -> str:
    """Return what the API said, as a sentence to follow another; "" where it said nothing."""
    return f' It said: "{error.message}"' if error is not None and error.message else ""


def _message(verdict: Verdict, exchange: Exchange, error: ErrorBody | None) -> str:
    if verdict is Verdict.REFUSED and error is not None and error.message:
        return error.message
    if verdict is Verdict.DEFERRED and exchange.status == 401:
        return "The sign-in was no longer valid; it is renewed, and the order is sent later."
    if verdict is Verdict.DEFERRED:
        return "The API asked everybody to wait; the order is sent later."
    why = f" {_WHY_NOT_AGAIN}" if verdict is Verdict.UNKNOWN else ""
    return printable(what_happened(exchange) + why + vendors_words(error))


def no_sign_in(error: SignInError) -> Reply:
    """Return the reply of a create whose sign-in was refused: nothing left, and the run stops."""
    return Reply(
        verdict=Verdict.DEFERRED,
        code=error.code,
        message=printable(f"{error.message} {error.hint}".strip()),
        stop=True,
        sent=False,
    )
