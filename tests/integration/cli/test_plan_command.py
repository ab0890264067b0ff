"""plan and what follows it: where it is saved, from where it is sent, what it says meanwhile."""

import shutil
from pathlib import Path

import pytest

from loader.sandbox import Fault
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import PRESCRIPTION, SMALLEST, Machine

QUIETLY = ("--no-report", "--no-workbook")
CLOSED = "https://127.0.0.1:9"  # the port of discard: nobody listens there


def test_a_saved_plan_is_told_and_sent_from_another_folder(machine: Machine, serve: Serve) -> None:
    """The last words say where the plan is; its files are found wherever it is sent from."""
    there = ("--base-url", serve().base_url, *QUIETLY)
    shutil.copy(SMALLEST, machine.folder / "orders.csv")
    (machine.folder / "profile.toml").write_text(
        'version = 1\n[columns]\n"Order ID" = "source_client_order_id"\n'
    )
    planned = machine.run("plan", "orders.csv", "--map", "profile.toml", "-o", "plan.json", *there)
    assert planned.code == 0, planned.err
    assert "Plan: plan.json (it names people: only you can read it)" in planned.out
    elsewhere = Machine(machine.home / "elsewhere", {"HOME": str(machine.home)})
    sent = elsewhere.run("submit", machine.folder / "plan.json", "--yes", *there)
    assert (sent.code, sent.err.splitlines()[1:]) == (0, []), sent.err
    (machine.folder / "orders.csv").write_bytes(SMALLEST.read_bytes() + b"\n")
    stale = elsewhere.run("submit", machine.folder / "plan.json", "--yes", *there)
    assert stale.code == 7
    assert str(machine.folder / "orders.csv") in stale.err


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("--accept", "DOSE-TWICE"), "--accept"), (("--sheet", "Orders"), "--sheet"),
        (("--hidden-rows", "skip", "--encoding", "cp1252"), "--encoding, --hidden-rows"),
    ],
)  # fmt: skip
def test_options_of_reading_cannot_change_a_saved_plan(
    machine: Machine, serve: Serve, given: tuple[str, ...], named: str
) -> None:
    """They would be left out in silence: exit 2, naming each, and nothing is sent."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url, *QUIETLY)
    assert machine.run("plan", SMALLEST, "-o", "plan.json", *there).code == 0
    refused = machine.run("submit", "plan.json", "--yes", *given, *there)
    assert refused.code == 2
    assert f"A saved plan is sent as it is: {named} would change nothing." in refused.err
    assert not [one for one in sandbox.truth() if one["operation"] == "create"]
    # A variable of the machine speaks of files, not of this plan.
    kept = machine.run("submit", "plan.json", "--yes", *there, ORDER_LOADER_HIDDEN_ROWS="skip")
    assert kept.code == 0


def test_planning_shows_how_far_its_look_ups_are(machine: Machine, serve: Serve) -> None:
    """Until a ledger was compared with the API every key is looked up: that takes its time."""
    sandbox = serve()
    sandbox.add_faults([Fault(what="delay", seconds=1.0, operation="lookup", times=-1)])
    command = ("plan", PRESCRIPTION, *QUIETLY, "--concurrency", 1, "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        terminal.wait_for("Looking up")
        terminal.wait_for("1/2")
        assert terminal.end().code == 0
    quiet = machine.run(*command, "--quiet")
    assert quiet.err == ""


def test_a_machine_without_a_network_is_told_so(machine: Machine) -> None:
    """It is the connection that has to be looked at, not the account."""
    ended = machine.run(
        "plan", SMALLEST, *QUIETLY, "--env", "stage", "--base-url", CLOSED,
        ORDER_LOADER_EMAIL="a@example.com", ORDER_LOADER_PASSWORD="x",
    )  # fmt: skip
    assert ended.code == 5
    assert "OK Capsule cannot be reached. The API's server refused the connection." in ended.err
    assert "connection to the internet" in ended.err
    assert "contact" not in ended.err


def test_the_demo_says_what_can_be_tried_next(machine: Machine) -> None:
    """Its workbook goes to its own ledger; its sample is nobody's file to correct."""
    ended = machine.run("demo", COLUMNS="80")
    steps = ended.out.partition("What to do next")[2]
    assert "order-loader demo" not in steps
    line = next(one for one in steps.splitlines() if "order-loader submit reports/" in one)
    again = machine.run(*line.split()[1:], "--yes")
    assert again.code == 1, again.err
    assert "None of the 10 orders was created" in again.out
    assert Path(machine.folder / "reports").exists()
    assert "-to-correct-to-correct" not in again.out
    assert "order-loader template my-orders.xlsx" in steps
