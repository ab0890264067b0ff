"""`sandbox` as its own process: others send to it, it keeps its orders, faults are played."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.integration.cli.machine import PATIENCE, PRESCRIPTION, SMALLEST, Machine

SEND = ("--yes", "--no-report", "--no-workbook", "--format", "json")


@contextmanager
def running(machine: Machine, *arguments: object) -> Iterator[dict[str, Any]]:
    """Run the command until the end of the block; give the document that it prints first."""
    process = machine.start("sandbox", "--port", "0", "--format", "json", *arguments)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "its orders are kept" in err.decode()


def test_a_sandbox_of_its_own(machine: Machine) -> None:
    """It says where it listens; orders sent to it are there after it was started again."""
    with running(machine) as told:
        assert told["schema"] == "order-loader/sandbox/1"
        there = ("--base-url", told["base_url"])
        assert machine.run("submit", PRESCRIPTION, *SEND, *there).code == 0
        # the embedded one keeps the same orders: both lie beside the ledger
        again = machine.run("submit", PRESCRIPTION, *SEND)
        assert again.document["totals"]["skipped"] == 2
    with running(machine) as later:
        assert later["identity"] == told["identity"]
        there = ("--base-url", later["base_url"])
        status = machine.run("status", "--format", "json", *there)
        assert status.document["totals"]["created"] == 2


def test_faults_are_played(machine: Machine) -> None:
    """A file of faults makes the rehearsal go wrong as it says."""
    faults = machine.folder / "faults.json"
    faults.write_text('[{"what": "close", "operation": "create", "times": 1}]', "utf-8")
    with running(machine, "--faults", faults) as told:
        ended = machine.run("submit", SMALLEST, *SEND, "--base-url", told["base_url"])
        assert ended.code == 6
    faults.write_text('[{"what": "nonsense"}]', "utf-8")
    wrong = machine.run("sandbox", "--port", 0, "--faults", faults)
    assert wrong.code == 3
    assert "nonsense" in wrong.err


def test_a_port_that_is_taken(machine: Machine) -> None:
    """Another program on the port: said plainly, with the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = machine.run("sandbox", "--port", taken.getsockname()[1])
    assert ended.code == 3
    assert "--port 0" in ended.err


def test_no_sandbox_where_one_is_named(machine: Machine) -> None:
    """A base URL where nothing answers is said, and is not taken for another environment."""
    ended = machine.run("plan", SMALLEST, "--base-url", "http://127.0.0.1:9", "--format", "json")
    assert ended.code == 3
    assert "No sandbox answers" in ended.document["error"]["message"]


def access_token(told: dict[str, Any]) -> str:
    """Sign in by hand and return the token."""
    answer = httpx.post(
        f"{told['base_url']}/v2/authentication/token", trust_env=False,
        json={"email": told["email"], "password": told["password"]},
    )  # fmt: skip
    return str(answer.json()["access_token"])


def test_a_token_that_somebody_else_keeps(machine: Machine) -> None:
    """ORDER_LOADER_TOKEN_FILE stands for credentials; an empty or wrong one is told apart."""
    path = machine.folder / "token"
    with running(machine) as told:
        there = ("--env", "stage", "--base-url", told["base_url"])
        assert machine.run("submit", SMALLEST, *SEND, *there).code == 0, "a sandbox needs none"
        machine.variables = {"ORDER_LOADER_TOKEN_FILE": str(path)}
        assert machine.run("submit", SMALLEST, *SEND, *there).code == 3
        path.write_text(f"{access_token(told)}\n", "utf-8")
        assert machine.run("submit", SMALLEST, *SEND, *there).code == 0
        path.write_text("wrong", "utf-8")
        refused = machine.run("submit", SMALLEST, *SEND, *there)
        assert refused.code == 4
        assert "wrong" not in refused.out


def test_real_credentials_never_go_to_the_embedded_sandbox(machine: Machine) -> None:
    """Who has production's credentials in the environment can rehearse all the same."""
    machine.variables = {"ORDER_LOADER_EMAIL": "me@example.com", "ORDER_LOADER_PASSWORD": "hush"}
    assert machine.run("submit", SMALLEST, *SEND).code == 0


def test_a_plan_for_another_environment(machine: Machine) -> None:
    """A plan made for the sandbox is not sent elsewhere by leaving out or adding `--env`."""
    with running(machine) as told:
        there = ("--base-url", told["base_url"])
        plan = ("-o", "plan.json", "--no-report", "--env", "stage")
        assert machine.run("plan", SMALLEST, *plan, *there).code == 0
        ended = machine.run("submit", "plan.json", *SEND, *there)
        assert ended.code == 2
        assert "made for stage, not for sandbox" in ended.document["error"]["message"]
        assert machine.run("submit", "plan.json", *SEND, *there, "--env", "stage").code == 0


def test_looking_makes_no_ledger(machine: Machine) -> None:
    """Commands that only look leave a machine as they found it."""
    for command in (
        ("status",), ("runs", "list"), ("report",), ("runs", "show"), ("status", "KEY"),
        ("validate", SMALLEST, "--no-report"), ("runs", "purge", "--older-than", "1", "--yes"),
        ("config", "show"),
    ):  # fmt: skip
        machine.run(*command)
    assert not machine.data.exists()


def test_nobody_accepts_an_error(machine: Machine) -> None:
    """Only what waits for a look can be accepted; an error has to be corrected."""
    ended = machine.run("validate", SMALLEST, "--accept", "NUMBER-RANGE")
    assert ended.code == 2
    assert "NUMBER-RANGE cannot be accepted" in ended.err
    assert machine.run("validate", SMALLEST, "--accept", "zip-zero;DOSE-TWICE").code == 0


def test_modules_of_the_working_folder_are_not_taken(machine: Machine) -> None:
    """The console script uses its own modules, whatever lies in the folder that it is run in."""
    for name in ("loader.py", "click.py", "schemas.py"):
        (machine.folder / name).write_text("raise SystemExit(9)", "utf-8")
    assert machine.run("explain", "ZIP-ZERO").code == 0
