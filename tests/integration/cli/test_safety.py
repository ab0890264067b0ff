"""Nothing is sent, or told, under a name that it does not have; and who waits is told so."""

import contextlib
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from loader.sandbox import Fault, Sandbox
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import MONTHLY, PRESCRIPTION, SMALLEST, Machine

SEND = ("--yes", "--no-report", "--no-workbook")
SAID = {"error": {"message": "no"}}


# ------------------------------------------------------------------ whose orders they are
def test_a_server_that_does_not_say_who_it_is_gets_nothing(machine: Machine) -> None:
    """A slow sandbox under the name of production is never kept as production: exit 3."""
    with socket.create_server(("127.0.0.1", 0)) as slow:
        url = f"http://127.0.0.1:{slow.getsockname()[1]}"
        ended = machine.run("submit", SMALLEST, *SEND, "--expect-orders", 1, "--env", "prod",
                            "--base-url", url, ORDER_LOADER_EMAIL="a@example.com",
                            ORDER_LOADER_PASSWORD="x")  # fmt: skip
    assert ended.code == 3
    assert "too slow to say that it is one" in ended.err
    assert machine.run("status", "--env", "prod", "--format", "json").document["orders"] == []


@pytest.mark.parametrize(("status", "told"), [(400, False), (503, True)])
def test_a_server_that_is_no_sandbox_says_so(machine: Machine, status: int, told: bool) -> None:
    """A tunnel to the real API answers no, in whatever way; a server that is busy says nothing."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        ended = machine.run("status", "--env", "stage", "--base-url", url)
        server.shutdown()
    assert ("No sandbox answers" in ended.err, ended.code) == (told, 3 if told else 0)


def test_status_of_a_sandbox_that_is_down_shows_no_other_ones_orders(
    machine: Machine, serve: Serve
) -> None:
    """The sandbox named is asked who it is; where it is down, the embedded one is not shown."""
    assert machine.run("submit", SMALLEST, *SEND).code == 0
    down = serve()
    url = down.base_url
    assert machine.run("submit", PRESCRIPTION, *SEND, "--base-url", url).code == 0
    assert machine.run("status", "--base-url", url, "--format", "json").document["totals"][
        "orders"
    ] == 2  # fmt: skip
    down.__exit__(None, None, None)
    ended = machine.run("status", "--base-url", url)
    down.__enter__()
    assert ended.code == 3
    assert "No sandbox answers" in ended.err
    assert ended.out == ""


# ------------------------------------------------------------------ what is asked
def test_refused_orders_of_production_are_asked_about(machine: Machine, serve: Serve) -> None:
    """`resume --refused` sends to production: the number is typed, or expected by a script."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url, "--env", "prod", "--no-report")
    sandbox.add_faults([Fault(what="status", status=422, body=SAID, operation="create")])
    sent = machine.run("submit", SMALLEST, "--yes", "--expect-orders", 1, *there, "--no-workbook")
    assert sent.code == 1
    nobody = machine.run("resume", "--refused", *there, "--yes")
    assert (nobody.code, posts(sandbox)) == (2, 1), "production wants the number, too"
    with machine.at_terminal("resume", "--refused", *there) as terminal:
        screen = terminal.wait_for("Type the number of orders")
        assert "refused before would be sent again" in screen
        terminal.type("no\n")
        assert terminal.end().code == 130
    ended = machine.run("resume", "--refused", *there, "--yes", "--expect-orders", 1)
    assert (ended.code, posts(sandbox)) == (0, 2)


def test_a_finished_file_needs_no_number(machine: Machine, serve: Serve) -> None:
    """A script that runs twice: the second time nothing is sent, and that is no error."""
    there = ("--base-url", serve().base_url, "--env", "prod", "--no-report", "--no-workbook")
    words = ("submit", PRESCRIPTION, "--yes", "--expect-orders", 2, *there)
    assert machine.run(*words).code == 0
    again = machine.run(*words)
    assert (again.code, "sending" in again.err) == (0, False)


def test_a_plan_that_was_sent_is_not_asked_about_again(machine: Machine, serve: Serve) -> None:
    """Nothing is said to be sent where all of a plan was made before: no question, exit 0."""
    there = ("--base-url", serve().base_url, "--no-report")
    plan = machine.folder / "plan.json"
    assert machine.run("plan", PRESCRIPTION, "-o", plan, *there).code == 0
    assert "sending 2 orders" in machine.run("submit", plan, "--yes", *there).err
    again = machine.run("submit", plan, *there, "--format", "json")
    assert (again.code, "sending" in again.err) == (0, False)
    assert again.document["totals"]["skipped"] == 2


# ------------------------------------------------------------------ personal data
def test_purging_leaves_no_personal_data_of_done_orders(machine: Machine, serve: Serve) -> None:
    """Names and streets are gone from the ledger's file; the same file is still skipped."""
    there = ("--base-url", serve().base_url, "--no-report", "--no-workbook")
    assert machine.run("submit", PRESCRIPTION, "--yes", *there).code == 0
    file = machine.data / "ledger.sqlite3"
    street = b"7 Sample Lane"
    with PRESCRIPTION.open("rb") as prescription:
        assert street in prescription.read()
    assert street in file.read_bytes()
    with contextlib.closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute("UPDATE entry SET updated_at = updated_at - 40 * 86400")
        ledger.execute("UPDATE run SET ended_at = ended_at - 40 * 86400")
    purged = machine.run("runs", "purge", "--older-than", 30, "--yes", "--format", "json")
    assert purged.document["contents_removed"] == 2
    left = b"".join(one.read_bytes() for one in machine.data.glob("ledger.sqlite3*"))
    assert street not in left
    again = machine.run("submit", PRESCRIPTION, *there, "--format", "json")
    assert (again.code, again.document["totals"]["skipped"]) == (0, 2)


# ------------------------------------------------------------------ signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_says_that_it_drains(
    machine: Machine, serve: Serve, number: signal.Signals
) -> None:
    """One line tells how many are being finished and how to quit; exit 5, and nothing is lost."""
    sandbox = serve(latency=0.3)
    with machine.start("submit", MONTHLY, *SEND, "--base-url", sandbox.base_url) as process:
        until(lambda: posts(sandbox) >= 3)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 5
    (line,) = [one for one in err.decode().splitlines() if one.startswith("Stopping:")]
    assert "being finished; press again to quit." in line
    resumed = machine.run("resume", "--no-report", "--base-url", sandbox.base_url,
                          "--format", "json")  # fmt: skip
    totals = resumed.document["totals"]
    assert totals["unknown"] == totals["not_sent"] == 0
    assert sum(len(one["committed_order_ids"]) for one in sandbox.truth()) == (
        totals["created"] + totals["skipped"]
    )


def test_the_second_signal_quits(machine: Machine, serve: Serve) -> None:
    """While an answer hangs, the second Ctrl-C ends the command: 130; resume settles the rest."""
    sandbox = serve()
    sandbox.add_faults([Fault(what="hang", when="after", seconds=20, operation="create")])
    with machine.start("submit", SMALLEST, *SEND, "--base-url", sandbox.base_url) as process:
        until(lambda: made(sandbox) == 1)
        process.send_signal(signal.SIGINT)
        threading.Timer(0.5, process.send_signal, (signal.SIGINT,)).start()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopping: 1 in flight is being finished" in err.decode()
    resumed = machine.run("resume", "--no-report", "--base-url", sandbox.base_url,
                          "--format", "json")  # fmt: skip
    assert (resumed.code, resumed.document["totals"]["created"]) == (0, 1)
    assert made(sandbox) == posts(sandbox) == 1


def until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds, a minute at most."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def posts(sandbox: Sandbox) -> int:
    """Return how many creates a sandbox saw."""
    return sum(one["operation"] == "create" for one in sandbox.truth())


def made(sandbox: Sandbox) -> int:
    """Return how many orders a sandbox made."""
    return sum(len(one["committed_order_ids"]) for one in sandbox.truth())
