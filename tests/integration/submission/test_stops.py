"""When a run stops early, it stops cleanly: nothing is lost, and resume goes on."""

import contextlib
import os
import signal
import sqlite3
import threading
import time

import pytest

from loader.core.errors import SignInError
from loader.core.model import Run
from loader.wiring import SystemClock
from tests.integration.submission.conftest import Start
from tests.integration.submission.rehearsal import (
    Rehearsal,
    answer,
    create,
    refused_sign_in,
    results,
    rows,
)  # fmt: skip


def tally(found: dict[str, str]) -> dict[str, int]:
    """Return how often each result occurs."""
    return {one: list(found.values()).count(one) for one in set(found.values())}


def test_three_unknown_outcomes_in_a_row_stop_the_run(rehearsal: Rehearsal) -> None:
    """After three outcomes in a row that nobody knows, nothing more is sent; resume goes on."""
    rehearsal.concurrency = 1
    rehearsal.sandbox.add_faults([create("close", times=3)])
    run = rehearsal.submit(rows(8))
    assert tally(results(run)) == {"unknown": 3, "not_sent": 5}
    assert run.exit_code == 6
    assert run.stopped.startswith("The outcome of 3 orders in a row is unknown")
    assert rehearsal.posts() == 1 + 3  # FIRST, and these
    resumed = rehearsal.resume()
    assert resumed is not None
    assert tally(results(resumed)) == {"unknown": 3, "created": 5}
    assert resumed.exit_code == 6


def test_a_known_outcome_ends_the_row(rehearsal: Rehearsal) -> None:
    """Two unknown, one created, two unknown: four in all, never three in a row."""
    rehearsal.concurrency = 1
    for key in ("R001", "R002", "R004", "R005"):
        rehearsal.sandbox.add_faults([create("close", key=key)])
    run = rehearsal.submit(rows(6))
    assert tally(results(run)) == {"unknown": 4, "created": 2}
    assert run.stopped == ""


def test_a_wait_in_between_does_not_end_the_row(rehearsal: Rehearsal) -> None:
    """A reply that only defers says nothing of outcomes: the row of unknown ones goes on."""
    rehearsal.concurrency = 1
    rehearsal.sandbox.add_faults([
        create("close", key="R001"), create("close", key="R002"),
        answer(401, "R003"), create("close", key="R004"),
    ])  # fmt: skip
    run = rehearsal.submit(rows(8))
    assert run.stopped.startswith("The outcome of 3 orders in a row is unknown")
    assert run.exit_code == 6


def test_a_long_pause_stops_the_run(rehearsal: Rehearsal) -> None:
    """A pause of more than five minutes is not sat out: exit 5 at once, resume later."""
    rehearsal.sandbox.add_faults([answer(429, "R001", headers={"Retry-After": "400"})])
    began = time.monotonic()
    run = rehearsal.submit(rows(4))
    assert time.monotonic() - began < 10
    assert tally(results(run)) == {"deferred": 1, "not_sent": 3}
    assert run.exit_code == 5
    assert run.stopped == "The API asks for a pause of 7 minutes"


def test_five_failures_to_connect_stop_the_run(rehearsal: Rehearsal) -> None:
    """An API that is gone after planning: five tries, then exit 5, and nothing is unknown."""

    def leave() -> None:
        rehearsal.sandbox.__exit__(None, None, None)

    run = rehearsal.submit(rows(8), between=leave)
    rehearsal.sandbox.__enter__()
    assert set(results(run).values()) == {"deferred", "not_sent"}
    assert run.exit_code == 5
    assert run.stopped.startswith("The API could not be reached 5 times")
    resumed = rehearsal.resume(run.run_id)
    assert resumed is not None
    assert (set(results(resumed).values()), resumed.exit_code) == ({"created"}, 0)


def test_a_sign_in_that_is_refused_before_anything_is_sent(rehearsal: Rehearsal) -> None:
    """Exit 4, nothing sent, and the confirmed orders wait for resume."""
    planned, _ = rehearsal.plan(rehearsal.file(rows(3)))
    rehearsal.sandbox.add_faults(refused_sign_in())
    with pytest.raises(SignInError) as refused:
        rehearsal.send(planned)
    assert refused.value.exit_code == 4
    assert "Nothing was sent." in refused.value.hint
    assert rehearsal.posts() == 1
    rehearsal.sandbox.clear_faults()
    resumed = rehearsal.resume()
    assert resumed is not None
    assert set(results(resumed).values()) == {"created"}


def test_a_sign_in_that_is_refused_in_the_middle(rehearsal: Rehearsal) -> None:
    """After something was sent a refused sign-in is a clean stop: exit 5, not 4."""
    rehearsal.concurrency = 1
    run = rehearsal.submit(
        rows(5),
        between=lambda: rehearsal.sandbox.add_faults(
            [create("expire_tokens", "after", "R002"), *refused_sign_in()]
        ),
    )
    assert tally(results(run)) == {"created": 2, "deferred": 1, "not_sent": 2}
    assert run.exit_code == 5
    assert run.stopped == "The API refused the sign-in"


def test_the_first_order_goes_alone(start: Start) -> None:
    """Whatever the concurrency, the second order leaves only after the first has its outcome."""
    rehearsal = start(latency=0.2)
    rehearsal.concurrency = 4
    rehearsal.submit(rows(6))
    posts = [one for one in rehearsal.sandbox.truth() if one["operation"] == "create"][1:]
    first, second, *others = sorted(one["received_at"] for one in posts)
    assert second - first >= 0.2
    assert others[0] - second < 0.2, "the others go side by side"


def interrupted(rehearsal: Rehearsal, orders: int, *, after: int) -> Run:
    """Send, and press Ctrl-C once when the sandbox has made so many orders."""

    def press() -> None:
        while sum(rehearsal.made().values()) < after:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    run = rehearsal.submit(rows(orders), between=thread.start)
    thread.join()
    return run


def test_ctrl_c_drains(start: Start) -> None:
    """The first Ctrl-C: what is on its way gets its outcome, nothing more is sent, exit 5."""
    rehearsal = start(latency=0.1)
    run = interrupted(rehearsal, 20, after=5)
    counts = tally(results(run))
    assert counts["created"] >= 4
    assert counts["not_sent"] >= 10
    assert counts["created"] + counts["not_sent"] == 20
    assert (run.exit_code, run.stopped) == (5, "It was interrupted")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = rehearsal.resume()
    assert resumed is not None
    assert tally(results(resumed)) == {
        "created": counts["not_sent"], "skipped": counts["created"],
    }  # fmt: skip
    assert resumed.exit_code == 0


def test_ctrl_c_ends_a_pause(rehearsal: Rehearsal) -> None:
    """While everybody waits as the API asked, the first Ctrl-C ends the waiting at once."""
    rehearsal.sandbox.add_faults([answer(429, "R003", headers={"Retry-After": "100"})])
    began = time.monotonic()
    run = interrupted(rehearsal, 6, after=3)
    assert time.monotonic() - began < 20
    assert (run.exit_code, run.stopped) == (5, "It was interrupted")


class Sleeping(SystemClock):
    """The clock of a machine that falls asleep for a minute between any two looks at it."""

    _slept = 0.0

    def ticks(self) -> float:
        """Return seconds that count sleep."""
        self._slept += 60.0
        return super().ticks() + self._slept


def test_a_machine_that_slept_does_not_send(rehearsal: Rehearsal) -> None:
    """Between the burn and the first byte the machine slept: the claim is too old, nothing leaves.

    Meanwhile somebody else could have taken the order over.
    """
    rehearsal.clock = Sleeping()
    run = rehearsal.submit(rows(12))
    assert set(results(run).values()) <= {"deferred", "not_sent"}
    assert {order.error["code"] for order in run.orders if order.error} == {"BURN-STALE"}
    assert run.exit_code == 5
    assert rehearsal.posts() == 1, "the one from before"
    rehearsal.clock = SystemClock()
    resumed = rehearsal.resume()
    assert resumed is not None
    assert set(results(resumed).values()) == {"created"}


def hold_the_ledger(rehearsal: Rehearsal, seconds: float, *, after: int) -> threading.Thread:
    """Return a thread that keeps everybody else from writing the ledger for a time."""
    path = rehearsal.folder / "ledger.sqlite3"

    def hold() -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
            while sum(rehearsal.made().values()) < after:
                time.sleep(0.01)
            holder.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            holder.execute("ROLLBACK")

    return threading.Thread(target=hold)


def test_a_ledger_that_fails_costs_no_outcome(start: Start) -> None:
    """While somebody else keeps the ledger locked, outcomes wait for it and none is lost."""
    rehearsal = start(latency=0.2)
    rehearsal.patience = 0.3
    thread = hold_the_ledger(rehearsal, 1.2, after=3)
    run = rehearsal.submit(rows(20), between=thread.start)
    thread.join()
    counts = tally(results(run))
    assert counts.pop("created") >= 3
    assert set(counts) <= {"not_sent"}, "a claim that met the lock may have stopped the run"
    assert run.exit_code == (5 if counts else 0)
