"""Killed, interrupted, out of disk: what was sent is known, nothing is sent twice, resume ends it.

Ground truth is the sandbox's own record of every request and order.
"""

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from loader.sandbox import Fault, Sandbox
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import LOADER, MONTHLY, PATIENCE, Ended, Machine

SEND = ("--yes", "--no-report", "--no-workbook")
ORDERS = 53
# Moments of a run, by what the sandbox has seen: the first request on its way, in the middle of
# many, and near the end.
MOMENTS = {"first request": 1, "early": 5, "middle": 25, "late": 50}


def creates(sandbox: Sandbox) -> int:
    """Return how many creates have arrived."""
    return sum(one["operation"] == "create" for one in sandbox.truth())


def made(sandbox: Sandbox) -> Counter[str]:
    """Return how many orders were made of every key."""
    return Counter(
        one["source_client_order_id"] for one in sandbox.truth() for _ in one["committed_order_ids"]
    )


def wait_for(process: "subprocess.Popen[bytes]", sandbox: Sandbox, arrived: int) -> None:
    """Wait until so many creates have arrived."""
    until = time.monotonic() + PATIENCE
    while creates(sandbox) < arrived:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)


def resumed(machine: Machine, sandbox: Sandbox) -> Ended:
    """Resume until nothing waits any more; a look-up may be needed first."""
    ended = machine.run("resume", "--no-report", "--format", "json", "--base-url", sandbox.base_url)
    assert ended.code in (0, 1), ended
    return ended


def assert_all_made_once(machine: Machine, sandbox: Sandbox) -> None:
    """Every order of the sample that can be sent was made exactly once, and the ledger knows."""
    assert set(made(sandbox).values()) == {1}
    assert len(made(sandbox)) == ORDERS
    there = ("--base-url", sandbox.base_url)
    status = machine.run("status", "--format", "json", *there)
    assert {order["result"] for order in status.document["orders"]} == {"created"}
    assert len(status.document["orders"]) == ORDERS
    posts = creates(sandbox)
    again = machine.run("submit", MONTHLY, *SEND, "--format", "json", *there)
    assert again.document["totals"]["skipped"] == ORDERS
    assert creates(sandbox) == posts


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment(machine: Machine, serve: Serve, moment: str) -> None:
    """Kill -9 in the middle of a run: `resume` accounts for every order, and makes each once."""
    sandbox = serve(latency=0.05)
    process = machine.start("submit", MONTHLY, *SEND, "--base-url", sandbox.base_url)
    wait_for(process, sandbox, MOMENTS[moment])
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(0.3)  # what is on its way arrives
    before = made(sandbox)
    document = resumed(machine, sandbox).document
    assert document["totals"]["to_correct"] == 10
    # What was made and recorded before the kill is skipped by the resume, a run of its own.
    assert document["totals"]["created"] + document["totals"]["skipped"] == ORDERS
    assert set(before) <= set(made(sandbox))
    assert_all_made_once(machine, sandbox)


def test_killed_and_submitted_again(machine: Machine, serve: Serve) -> None:
    """Who simply runs the same command again after a kill sends what is left, and nothing twice.

    What was on its way is unknown until it is looked up: at the end of that run, or by resume.
    """
    sandbox = serve(latency=0.05)
    there = ("--base-url", sandbox.base_url)
    process = machine.start("submit", MONTHLY, *SEND, *there)
    wait_for(process, sandbox, 20)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    again = machine.run("submit", MONTHLY, *SEND, *there, "--format", "json")
    assert again.code in (1, 6)
    assert again.document["totals"]["not_sent"] == 0
    resumed(machine, sandbox)
    assert_all_made_once(machine, sandbox)


def test_the_second_ctrl_c_quits(machine: Machine, serve: Serve) -> None:
    """The first Ctrl-C drains, the second quits with 130; resume settles what was on its way."""
    sandbox = serve()
    sandbox.add_faults([Fault(what="delay", when="after", operation="create", seconds=8, times=-1)])
    there = ("--base-url", sandbox.base_url)
    process = machine.start("submit", MONTHLY, *SEND, *there)
    wait_for(process, sandbox, 1)
    process.send_signal(signal.SIGINT)
    time.sleep(1.0)
    assert process.poll() is None, "the first one waits for what is on its way"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=7)
    assert process.returncode == 130
    assert "order-loader resume" in err.decode()
    sandbox.clear_faults()
    assert creates(sandbox) == 1
    resumed(machine, sandbox)
    assert_all_made_once(machine, sandbox)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_one_signal_drains(machine: Machine, serve: Serve, number: signal.Signals) -> None:
    """Ctrl-C, and what a service manager sends: a clean stop, exit 5, nothing unknown."""
    sandbox = serve(latency=0.1)
    there = ("--base-url", sandbox.base_url)
    process = machine.start("submit", MONTHLY, *SEND, *there, "--format", "json")
    wait_for(process, sandbox, 8)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    document = Ended(process.returncode, out.decode(), err.decode()).document
    assert (process.returncode, document["stopped"]) == (5, "It was interrupted")
    assert document["totals"]["unknown"] == 0
    assert document["totals"]["created"] + document["totals"]["not_sent"] == ORDERS
    assert document["totals"]["created"] == sum(made(sandbox).values())


def test_a_full_disk_stops_cleanly(tmp_path: Path, serve: Serve) -> None:
    """A ledger that cannot grow any more stops the run in the middle; resume ends it later."""
    whole = Machine(tmp_path / "whole")
    assert whole.run("submit", MONTHLY, *SEND).code == 1
    needed = (whole.data / "ledger.sqlite3").stat().st_size
    for short in (80_000, 70_000, 90_000, 60_000):  # so that the orders fit and not all outcomes
        machine, sandbox = Machine(tmp_path / str(short)), serve()
        there = ("--base-url", sandbox.base_url)
        command = ("submit", MONTHLY, *SEND, *there, "--format", "json")
        ended = starved(machine, needed - short, *command)
        if ended.code in (5, 6) and ended.document["totals"]["not_sent"]:
            break
    else:
        pytest.fail("no limit was met in the middle of a run")
    assert "the disk" in ended.document["stopped"]
    assert ended.document["totals"]["created"] <= sum(made(sandbox).values())
    resumed(machine, sandbox)
    assert_all_made_once(machine, sandbox)


def starved(machine: Machine, limit: int, *arguments: object) -> Ended:
    """Run a command that may write no file larger than `limit` bytes."""
    words = " ".join(map(str, arguments))
    ended = subprocess.run(
        ["bash", "-c", f"ulimit -f {limit // 1024}; exec {LOADER} {words}"], cwd=machine.folder,
        env=machine.environment({}), stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def test_a_ledger_that_is_damaged_is_never_used(machine: Machine, serve: Serve) -> None:
    """A ledger that cannot be trusted is an unreadable file (3): nothing is sent with it."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url)
    assert machine.run("submit", MONTHLY, *SEND, *there).code == 1
    ledger = machine.data / "ledger.sqlite3"
    kept = shutil.copy(ledger, machine.folder / "kept.sqlite3")
    posts = creates(sandbox)
    for damage in (b"", b"not a ledger at all", Path(kept).read_bytes()[:8192]):
        ledger.write_bytes(damage)
        ended = machine.run("submit", MONTHLY, *SEND, *there, "--format", "json")
        assert (ended.code, ended.document["error"]["code"]) == (3, "LEDGER")
        assert ended.document["error"]["hint"]
    assert creates(sandbox) == posts
