"""When a run stops, counted reply by reply."""

import asyncio
import time

import pytest

from loader.app.brake import Brake, short
from loader.core.lifecycle import State, Verdict
from loader.ports import Reply

UNKNOWN = Reply(verdict=Verdict.UNKNOWN, http_status=500, code="HTTP-500", message="Ada failed")
MADE = Reply(verdict=Verdict.DONE, http_status=201)
WAIT = Reply(verdict=Verdict.DEFERRED, http_status=429, code="HTTP-429", message="wait")
UNREACHED = Reply(
    verdict=Verdict.DEFERRED, code="CONNECT-REFUSED", sent=False, connect_failed=True,
    message="The API's server refused the connection. Nothing was sent.",
)  # fmt: skip
NOT_SENT = Reply(verdict=Verdict.DEFERRED, code="BURN-STALE", sent=False, message="Its turn went.")

OUTCOMES = {
    Verdict.UNKNOWN: State.UNKNOWN, Verdict.DONE: State.CREATED, Verdict.DEFERRED: State.DEFERRED,
    Verdict.REFUSED: State.REFUSED,
}  # fmt: skip


def after(*replies: Reply) -> Brake:
    """Return a brake that has counted these replies."""
    brake = Brake()
    for reply in replies:
        brake.sent += reply.sent
        brake.heed(reply)
        brake.count(reply, OUTCOMES[reply.verdict])
    return brake


@pytest.mark.parametrize(
    ("replies", "stops"),
    [
        ([UNKNOWN] * 2, False),
        ([UNKNOWN] * 3, True),
        ([UNKNOWN, UNKNOWN, MADE, UNKNOWN], False),
        ([UNKNOWN, WAIT, UNKNOWN, NOT_SENT, UNKNOWN], True),
        ([UNREACHED] * 4, False),
        ([UNREACHED] * 5, True),
        ([UNREACHED] * 4 + [MADE] + [UNREACHED] * 4, False),
        ([UNREACHED] * 4 + [NOT_SENT, UNREACHED], True),
        ([WAIT] * 10, False),
        ([WAIT] * 11, True),
        ([MADE] * 190 + [WAIT] * 20, False),
        ([MADE] * 190 + [WAIT] * 24, True),
        ([MADE] * 1000, False),
    ],
)
def test_what_stops_a_run(replies: list[Reply], stops: bool) -> None:
    """Three unknown in a row, five failures to connect, more retries than a tenth and than ten."""
    assert bool(after(*replies).why) is stops


def test_a_refusal_that_could_not_be_looked_up_counts_as_unknown() -> None:
    """What counts is the outcome that was recorded, not the word of the reply."""
    brake = Brake()
    refused = Reply(verdict=Verdict.REFUSED, http_status=422, code="OS0003")
    for _ in range(3):
        assert not brake.why
        brake.count(refused, State.UNKNOWN)
    assert brake.why.startswith("The outcome of 3 orders in a row is unknown")


@pytest.mark.parametrize(
    ("replies", "blind"),
    [
        ([UNKNOWN] * 2, False),
        ([UNKNOWN] * 3, True),
        ([UNKNOWN, UNKNOWN, None, UNKNOWN, UNKNOWN], False),
        ([Reply(verdict=Verdict.UNKNOWN, http_status=403, stop=True)], True),
        ([Reply(verdict=Verdict.UNKNOWN, http_status=429, wait=300.0)], False),
        ([Reply(verdict=Verdict.UNKNOWN, http_status=429, wait=301.0)], True),
    ],
)
def test_look_ups_have_a_brake_of_their_own(replies: list[Reply | None], blind: bool) -> None:
    """Three without an answer in a row, a no or a long pause end them; the run may still go on."""
    brake = Brake()
    for reply in replies:
        brake.count_look(reply)
    assert (brake.blind, brake.why) == (blind, "")
    assert (brake.unclear is not None) is blind


def test_an_interruption_ends_both() -> None:
    """Ctrl-C stops the sending and the look-ups."""
    brake = Brake()
    brake.interrupt()
    assert (brake.blind, brake.why) == (True, "It was interrupted")


def test_the_first_reason_stays() -> None:
    """What stopped the run is said, not what came of it afterwards."""
    brake = after(UNKNOWN, UNKNOWN, UNKNOWN)
    first = brake.why
    brake.pull("Something else.")
    assert brake.why == first
    assert brake.why == "The outcome of 3 orders in a row is unknown: the API answered 500"


@pytest.mark.parametrize(("seconds", "stops"), [(299.0, False), (300.0, False), (300.1, True)])
def test_a_pause_of_more_than_five_minutes_stops(seconds: float, stops: bool) -> None:
    """Up to five minutes are waited for."""
    brake = Brake()
    brake.check_pause(seconds)
    assert bool(brake.why) is stops


def test_words_of_the_api_are_never_repeated() -> None:
    """Of a reply with a status only the status and the code are said; its words may be personal."""
    coded = Reply(verdict=Verdict.REFUSED, http_status=403, code="OS0005", message="Ada may not")
    assert short(coded) == "the API answered 403 (OS0005)"
    assert short(UNREACHED) == "the API's server refused the connection"
    assert short(None) == "no answer that could be read"


def test_a_refused_sign_in_is_told_from_a_forbidden_account() -> None:
    """Only a sign-in that never was sent counts as one, whatever code the API makes up."""
    refused = Reply(verdict=Verdict.DEFERRED, code="SIGN-IN", sent=False, stop=True,
                    message="The API refused the sign-in. Check the password.")  # fmt: skip
    assert after(refused).sign_in_refused
    assert after(refused).why == "The API refused the sign-in"
    made_up = Reply(verdict=Verdict.REFUSED, http_status=403, code="SIGN-IN", stop=True)
    assert not after(made_up).sign_in_refused
    assert after(made_up).why == "This account may not go on: the API answered 403 (SIGN-IN)"


def test_a_rest_ends_with_the_run() -> None:
    """Who waits for a deferred order does not wait longer than the run may go on."""

    async def rest() -> float:
        brake = Brake()
        asyncio.get_running_loop().call_later(0.05, brake.pull, "stop")
        began = time.monotonic()
        await brake.rest(30.0)
        return time.monotonic() - began

    assert asyncio.run(rest()) < 5
