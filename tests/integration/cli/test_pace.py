"""The account's pace and its sign-in, as the protocol has them, through the real command.

What counts is the sandbox's own record of what arrived, and when.
"""

import csv
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from loader.sandbox import EMAIL, PASSWORD, Fault, Sandbox
from loader.sandbox.messages import Json
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import Ended, Machine

PRODUCT = "00000000-0000-4000-8000-000000000101"
HEADERS = ("Order ID", "First name", "Last name", "Street", "City", "Country", "Product ID")


def orders(machine: Machine, count: int) -> Path:
    """Write a file of so many orders, K01 and so on, each for a person of its own."""
    path = machine.folder / "orders.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number in range(1, count + 1):
            key = f"K{number:02}"
            writer.writerow((key, "Ada", f"Example {key}", "1 A", "B", "Austria", PRODUCT))
    return path


def submit(machine: Machine, sandbox: Sandbox, count: int, *more: object) -> Ended:
    """Send so many orders, one at a time unless `more` says otherwise."""
    return machine.run(
        "submit", orders(machine, count), "--yes", "--no-report", "--no-workbook",
        "--base-url", sandbox.base_url, *(more or ("--concurrency", 1)),
    )  # fmt: skip


def seen(sandbox: Sandbox, operation: str = "create", key: str = "") -> list[dict[str, Any]]:
    """Return what arrived of one kind, in its order."""
    return [
        one
        for one in sandbox.truth()
        if one["operation"] == operation and key in ("", one["source_client_order_id"])
    ]


def times(sandbox: Sandbox, operation: str = "create") -> list[float]:
    """Return when it arrived."""
    return [one["received_at"] for one in seen(sandbox, operation)]


def wait(key: str = "K02", after: str = "", status: int = 429, **more: Json) -> Fault:
    """Return the fault that asks to wait."""
    headers = {"Retry-After": after} if after else {}
    given = {"times": 1, "headers": headers, "body": {"error": {"message": "no"}}, **more}
    return Fault(what="status", status=status, key=key, operation="create", **given)


# ------------------------------------------------------------------ what the API asks for
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_holds_everybody_back(machine: Machine, serve: Serve, form: str) -> None:
    """In either form: nothing at all arrives before its time; a moment that has passed is none."""
    sandbox = serve()
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=7)
    past = format_datetime(datetime.now(UTC) - timedelta(days=400), True)
    asked = "2" if form == "seconds" else format_datetime(until, True)
    sandbox.add_faults([wait(after=asked), wait("K03", past)])
    ended = submit(machine, sandbox, 4)
    assert ended.code == 0, ended.err
    [refused, again] = seen(sandbox, key="K02")
    later = [one for one in times(sandbox) if one > refused["received_at"]]
    soonest = refused["received_at"] + 2 if form == "seconds" else until.timestamp()
    assert min(later) >= soonest - 0.05
    assert again["received_at"] - max(soonest, refused["received_at"]) < 5.0
    assert len(seen(sandbox)) == 6


def test_a_long_pause_stops_the_run(machine: Machine, serve: Serve) -> None:
    """More than five minutes nobody waits; an absurd number is taken for an hour at most."""
    sandbox = serve()
    sandbox.add_faults([wait(after="999999999999")])
    ended = submit(machine, sandbox, 4)
    assert ended.code == 5
    assert "The API asks for a pause of 60 minutes" in " ".join(ended.out.split())
    assert len(seen(sandbox)) == 2
    assert "order-loader resume run_" in ended.out


def test_a_used_up_window_pauses_before_it_is_exceeded(machine: Machine, serve: Serve) -> None:
    """`X-RateLimit-Remaining: 0` holds everybody back until the reset, without a refusal."""
    sandbox = serve(rate_limit=12, rate_window=3.0)
    ended = submit(machine, sandbox, 6, "--concurrency", 1)
    assert ended.code == 0, ended.err
    arrived = sorted(one["received_at"] for one in sandbox.truth())
    assert max(later - one for one, later in pairwise(arrived)) > 1.0, "there was a pause"
    refused = len(seen(sandbox)) - 6
    assert refused <= 2, "the header's whole seconds may end a pause a little early"


def test_callers_come_back_one_by_one(machine: Machine, serve: Serve) -> None:
    """Full jitter: after a pause those who waited are spread over it."""
    sandbox = serve(latency=0.5)
    sandbox.add_faults([wait("K03", "2")])
    ended = submit(machine, sandbox, 18, "--concurrency", 8)
    assert ended.code == 0, ended.err
    start = seen(sandbox, key="K03")[0]["received_at"] + 2
    # Eight wait, and each is busy for half a second once it has come back.
    back = [one for one in times(sandbox) if one >= start - 0.05][:6]
    assert back[-1] - back[0] > 0.25


def test_retries_have_a_budget(machine: Machine, serve: Serve) -> None:
    """Ten repetitions in a small run, and it stops: exit 5, nothing was made."""
    sandbox = serve()
    sandbox.add_faults([wait("*", "0", times=-1)])
    ended = submit(machine, sandbox, 2)
    assert ended.code == 5
    assert "Too many requests had to be repeated" in " ".join(ended.out.split())
    assert len(seen(sandbox)) == 11


# ------------------------------------------------------------------ when to stop
def test_three_unknown_outcomes_in_a_row_stop_the_run(machine: Machine, serve: Serve) -> None:
    """The fourth order is not tried; what is unknown comes before what is left: exit 6."""
    sandbox = serve()
    sandbox.add_faults([Fault(what="reset", operation="create", times=-1)])
    ended = submit(machine, sandbox, 6)
    assert ended.code == 6
    assert len(seen(sandbox)) == 3
    assert "The outcome of 3 orders in a row is unknown" in " ".join(ended.out.split())


def test_five_failures_to_connect_stop_the_run(machine: Machine, tmp_path: Path) -> None:
    """The API goes away while somebody answers the question: exit 5, and all can be resumed."""
    with Sandbox(tmp_path / "gone") as sandbox:
        there = ("--base-url", sandbox.base_url)
        known = machine.run("reconcile", "--all", "--no-report", *there)  # nothing to look up first
        assert known.code == 0, known.err
        command = ("submit", orders(machine, 8), "--no-report", "--no-workbook", *there)
        with machine.at_terminal(*command) as terminal:
            terminal.wait_for("[y/N]:")
            sandbox.__exit__(None, None, None)
            terminal.type("y\n")
            ended = terminal.end()
    assert ended.code == 5
    assert "The API could not be reached 5 times" in " ".join(ended.out.split())
    assert "order-loader resume run_" in ended.out


def test_a_refused_sign_in_is_told_before_and_in_the_middle(machine: Machine, serve: Serve) -> None:
    """Exit 4 where nothing was sent; 5 where some were, and the password is tried once alone."""
    sandbox = serve()
    before = machine.run(
        "submit", orders(machine, 3), "--yes", "--no-report", "--base-url", sandbox.base_url,
        ORDER_LOADER_EMAIL=EMAIL, ORDER_LOADER_PASSWORD=PASSWORD + "x",
    )  # fmt: skip
    assert before.code == 4
    assert "The API refused the sign-in." in before.err
    assert (len(seen(sandbox, "token")), seen(sandbox)) == (1, [])
    said = {"error": {"message": "no"}}
    sandbox.add_faults([Fault(what="expire_tokens", operation="create", key="K02")])
    with machine.at_terminal(
        "submit", orders(machine, 3), "--no-report", "--no-workbook", "--concurrency", 1,
        "--base-url", sandbox.base_url,
    ) as terminal:  # fmt: skip
        terminal.wait_for("[y/N]:")
        sandbox.add_faults(
            [Fault(what="status", status=401, body=said, operation=one, times=-1)
             for one in ("refresh", "token")]
        )  # fmt: skip
        terminal.type("y\n")
        ended = terminal.end()
    assert ended.code == 5
    assert len(seen(sandbox)) == 2
    assert len(seen(sandbox, "token")) == 3, "once refused, once granted, once refused"


# ------------------------------------------------------------------ one sign-in for all
def test_a_token_is_renewed_at_four_fifths_of_its_life(machine: Machine, serve: Serve) -> None:
    """By one caller, before it runs out: no request of four senders is ever refused with a 401."""
    sandbox = serve(token_seconds=5.0)
    ended = submit(machine, sandbox, 16, "--concurrency", 4, "--rate", 8)
    assert ended.code == 0, ended.err
    assert len(seen(sandbox)) == 16, "each was sent once"
    [granted] = times(sandbox, "token")
    renewed = [granted, *times(sandbox, "refresh")]
    assert len(renewed) > 1
    assert all(3.9 <= later - one < 5.0 for one, later in pairwise(renewed))


def test_a_401_in_the_middle_is_renewed_once_for_all(machine: Machine, serve: Serve) -> None:
    """All tokens end at once: one refresh, and everything is created, each order once."""
    sandbox = serve(latency=0.1)
    sandbox.add_faults([Fault(what="expire_tokens", operation="create", key="K05")])
    ended = submit(machine, sandbox, 14, "--concurrency", 4)
    assert ended.code == 0, ended.err
    assert (len(times(sandbox, "refresh")), len(times(sandbox, "token"))) == (1, 1)
    made = [one for one in seen(sandbox) if one["committed_order_ids"]]
    assert len({one["source_client_order_id"] for one in made}) == len(made) == 14
