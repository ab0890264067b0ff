"""What was confirmed is sent by resume; what was confirmed long ago is asked for again."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from loader.sandbox import Fault, Sandbox
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import PRESCRIPTION, SMALLEST, Machine

SEND = ("--yes", "--no-report", "--no-workbook")
DAY = 86400


@pytest.fixture
def sandbox(serve: Serve) -> Sandbox:
    """Return a sandbox."""
    return serve()


def leave(machine: Machine, sandbox: Sandbox, path: Path, *, days_ago: int = 0) -> str:
    """Leave a run behind whose orders were confirmed and not sent; return its id.

    On a machine that never sent before, each order is looked up first: that is forbidden here.
    """
    there = ("--base-url", sandbox.base_url)
    plan = machine.folder / f"{path.stem}.json"
    assert machine.run("plan", path, "-o", plan, "--no-report", *there).code == 0
    said = {"error": {"message": "Too many requests"}}
    forbidden = Fault(what="status", status=403, body=said, operation="lookup", times=-1)
    sandbox.add_faults([forbidden])
    ended = machine.run("submit", plan, *SEND, *there, "--format", "json")
    sandbox.clear_faults()
    assert ended.code == 5, ended
    assert ended.document["totals"]["not_sent"] == ended.document["totals"]["orders"]
    with contextlib.closing(sqlite3.connect(machine.data / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE entry SET entered_at = entered_at - ?", (days_ago * DAY,))
    return str(ended.document["run_id"])


def posts(sandbox: Sandbox) -> int:
    """Return how many orders were sent."""
    return sum(one["operation"] == "create" for one in sandbox.truth())


def test_what_was_confirmed_is_sent_without_asking(machine: Machine, sandbox: Sandbox) -> None:
    """Confirmed this week: no question; an expected number still has to be right."""
    run_id = leave(machine, sandbox, PRESCRIPTION)
    there = ("--base-url", sandbox.base_url, "--no-report")
    wrong = machine.run("resume", run_id, "--expect-orders", 3, *there)
    assert (wrong.code, posts(sandbox)) == (2, 0)
    right = machine.run("resume", run_id, "--expect-orders", 2, *there, "--format", "json")
    assert (right.code, posts(sandbox)) == (0, 2)
    assert right.document["run_id"] != run_id, "a record of its own"
    assert run_id in right.document["facts"]["Runs"]
    assert right.document["command"] == "resume"


def test_what_was_confirmed_long_ago_is_asked_for_again(machine: Machine, sandbox: Sandbox) -> None:
    """Entries older than 7 days: without a terminal 2, at one a question, with --yes sent."""
    leave(machine, sandbox, PRESCRIPTION, days_ago=8)
    there = ("--base-url", sandbox.base_url, "--no-report")
    nobody = machine.run("resume", *there)
    assert (nobody.code, posts(sandbox)) == (2, 0)
    with machine.at_terminal("resume", *there) as terminal:
        screen = terminal.wait_for("Send 2 orders to sandbox? [y/N]:")
        assert "confirmed more than 7 days ago" in screen
        terminal.type("n\n")
        assert terminal.end().code == 130
    assert posts(sandbox) == 0
    assert machine.run("resume", *there, "--yes").code == 0
    assert posts(sandbox) == 2


def test_production_is_asked_again_by_number(machine: Machine, sandbox: Sandbox) -> None:
    """Old entries of production need the number again, typed or expected."""
    leave(machine, sandbox, SMALLEST, days_ago=8)
    there = ("--base-url", sandbox.base_url, "--no-report", "--env", "prod")
    assert machine.run("resume", *there, "--yes").code == 2
    assert machine.run("resume", *there, "--yes", "--expect-orders", 1).code == 0
    assert posts(sandbox) == 1


def test_several_runs_are_one_document_and_one_report(machine: Machine, sandbox: Sandbox) -> None:
    """Without a run all are resumed: one document, one report, and its run can be named later."""
    leave(machine, sandbox, SMALLEST)
    there = ("--base-url", sandbox.base_url)
    said = {"error": {"message": "no"}}
    sandbox.add_faults([Fault(what="status", status=403, body=said, operation="create")])
    assert machine.run("submit", PRESCRIPTION, *SEND, *there).code == 5
    ended = machine.run("resume", *there, "--format", "json", "--report", "one.html")
    assert ended.code == 1
    assert [one["rows"] for one in ended.document["inputs"]] == [5, 1]
    totals = ended.document["totals"]
    assert (totals["created"], totals["refused"], totals["orders"]) == (2, 1, 3)
    assert (machine.folder / "one.html").is_file()
    later = machine.run("status", ended.document["run_id"], "--format", "json")
    assert later.document["totals"] == totals
    shown = machine.run("report", ended.document["run_id"], "--report", "again.html")
    assert shown.code == 0
