"""Every exit code of the contract, reached for real; failures print one error document."""

import signal
import time

import pytest

from loader.sandbox import Fault
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import MONTHLY, PRESCRIPTION, SMALLEST, Ended, Machine

SEND = ("--yes", "--no-report", "--no-workbook")


def error(ended: Ended) -> str:
    """Return the code of the one error document on standard output; it has a hint as well."""
    document = ended.document
    assert document["schema"] == "order-loader/error/1"
    assert set(document["error"]) == {"code", "message", "hint"}
    assert all(isinstance(value, str) for value in document["error"].values())
    assert document["error"]["message"]
    return str(document["error"]["code"])


def test_0_all_good_or_nothing_to_do(machine: Machine) -> None:
    """Sent, sent again, nothing to resume: all of it is well."""
    assert machine.run("submit", SMALLEST, *SEND).code == 0
    again = machine.run("submit", SMALLEST, *SEND, "--format", "json")
    assert (again.code, again.document["totals"]["skipped"]) == (0, 1)
    nothing = machine.run("resume", "--format", "json")
    assert (nothing.code, nothing.document["orders"]) == (0, [])


def test_1_some_orders_must_be_corrected(machine: Machine) -> None:
    """validate, plan and submit of a file with mistakes: finished, and somebody has to act."""
    assert machine.run("validate", MONTHLY, "--no-report", "--no-workbook").code == 1
    assert machine.run("submit", MONTHLY, *SEND).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", SMALLEST, "--format", "json"),  # nobody to ask
        ("submit", SMALLEST, "--yes", "--expect-orders", "2", "--format", "json"),
        ("submit", SMALLEST, "--env", "moon", "--format", "json"),
        ("submit", SMALLEST, "--no-such-flag", "--format=json"),
        ("submit", "--format", "json"),  # no file
        ("status", "run_none", "--format", "json"),
        ("status", "NO-SUCH-KEY", "--format", "json"),
        ("report", "run_none", "--format", "json"),
        ("resume", "run_none", "--format", "json"),
        ("explain", "NO-SUCH-CODE", "--format", "json"),
        ("validate", SMALLEST, "--accept", "NO-SUCH-CODE", "--format", "json"),
        ("validate", SMALLEST, "--ledger", "mysql://me:secret@host/x", "--format", "json"),
        ("plan", SMALLEST, "--offline", "-o", "p.json", "--format", "json"),
        ("runs", "purge", "--older-than", "9", "--format", "json"),
        ("plan", SMALLEST, "--base-url", "http://example.com", "--format", "json"),
        ("nonsense", "--format", "json"),
    ],
    ids=lambda arguments: "-".join(str(one).rpartition("/")[2] for one in arguments[:4]),
)
def test_2_usage(machine: Machine, arguments: tuple[object, ...]) -> None:
    """A command that was not called as it can be ends in 2, with one document and no secret."""
    ended = machine.run(*arguments)
    assert (ended.code, error(ended)) == (2, "USAGE")
    assert "secret" not in ended.out + ended.err


def test_validate_opens_no_connection_to_a_ledger(machine: Machine) -> None:
    """One on a server is not on this machine: what it would have told is listed as not checked."""
    ended = machine.run("validate", SMALLEST, "--ledger", "postgresql://me:secret@host/x",
                        "--format", "json")  # fmt: skip
    assert ended.code == 0
    assert any("has no ledger" in one for one in ended.document["not_checked"])
    assert "secret" not in ended.out + ended.err


def test_3_what_cannot_be_read(machine: Machine) -> None:
    """A file, a plan or a setting that cannot be read ends in 3."""
    empty, wrong = machine.folder / "empty.csv", machine.folder / "wrong.json"
    empty.write_text("", "utf-8")
    wrong.write_text("{}", "utf-8")
    for arguments in (
        ("validate", "not-there.csv"),
        ("validate", empty),
        ("plan", SMALLEST, "--offline"),
        ("submit", wrong, "--yes"),
        ("validate", SMALLEST, "--ledger", f"sqlite:///{SMALLEST}"),
    ):
        ended = machine.run(*arguments, "--format", "json")
        assert (ended.code, error(ended)) == (3, "LEDGER" if "--ledger" in arguments else "INPUT")


def test_4_sign_in(machine: Machine, serve: Serve) -> None:
    """Without credentials, and with wrong ones: 4, before anything is sent."""
    nobody = machine.run("submit", SMALLEST, *SEND, "--env", "stage", "--format", "json")
    assert (nobody.code, error(nobody)) == (4, "SIGN-IN")
    sandbox = serve()
    machine.variables = {"ORDER_LOADER_EMAIL": "me@example.com", "ORDER_LOADER_PASSWORD": "wrong"}
    refused = machine.run(
        "submit", SMALLEST, *SEND, "--env", "stage", "--base-url", sandbox.base_url,
        "--format", "json",
    )  # fmt: skip
    assert (refused.code, error(refused)) == (4, "SIGN-IN")
    assert "wrong" not in refused.out + refused.err
    assert [one for one in sandbox.truth() if one["operation"] == "create"] == []


def test_5_stopped_early_and_resumed(machine: Machine, serve: Serve) -> None:
    """A pause of more than five minutes ends the run in 5; `resume` sends what is left."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url)
    wait = Fault(what="status", status=429, headers={"Retry-After": "400"}, operation="create")
    sandbox.add_faults([wait])
    stopped = machine.run("submit", PRESCRIPTION, *SEND, *there, "--format", "json")
    assert stopped.code == 5
    document = stopped.document
    assert document["stopped"] == "The API asks for a pause of 7 minutes"
    assert (document["totals"]["deferred"], document["totals"]["not_sent"]) == (1, 1)
    text = machine.run("resume", *there, "--no-report")
    assert text.code == 5, "the first order waits as long as the API asked"
    assert "order-loader resume" in text.out


def test_6_an_outcome_that_nobody_knows(machine: Machine, serve: Serve) -> None:
    """No answer and no such order: 6, whatever else there is; reconcile says the same."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url)
    sandbox.add_faults([
        Fault(what="reset", operation="create", key="RX-1001"),
        Fault(what="status", status=422, body={"error": {"message": "no"}}, operation="create",
              key="RX-1002"),
    ])  # fmt: skip
    run = machine.run("submit", PRESCRIPTION, *SEND, *there, "--format", "json")
    assert run.code == 6
    assert (run.document["totals"]["unknown"], run.document["totals"]["refused"]) == (1, 1)
    assert machine.run("reconcile", *there, "--no-report").code == 6
    status = machine.run("status", *there, "--format", "json")
    assert (status.code, status.document["totals"]["unknown"]) == (0, 1)


def test_7_a_stale_plan_and_a_second_sender(machine: Machine, serve: Serve) -> None:
    """An input that changed after planning, and an account that somebody else sends for."""
    sandbox = serve(latency=1.0)
    there = ("--base-url", sandbox.base_url)
    mine = machine.folder / "mine.csv"
    mine.write_bytes(SMALLEST.read_bytes())
    assert machine.run("plan", mine, "-o", "plan.json", "--no-report", *there).code == 0
    mine.write_bytes(SMALLEST.read_bytes() + b"\n")
    stale = machine.run("submit", "plan.json", *SEND, *there, "--format", "json")
    assert (stale.code, error(stale)) == (7, "STALE-PLAN")
    assert "mine.csv" in stale.document["error"]["message"]
    first = machine.start("submit", MONTHLY, *SEND, *there)
    while not [one for one in sandbox.truth() if one["operation"] == "create"]:
        assert first.poll() is None
        time.sleep(0.05)
    second = machine.run("submit", SMALLEST, *SEND, *there, "--format", "json")
    assert (second.code, error(second)) == (7, "LEDGER-BUSY")
    first.send_signal(signal.SIGINT)
    first.communicate()
    assert first.returncode == 5, "the first Ctrl-C drains"


def test_70_a_defect_is_said_plainly(machine: Machine) -> None:
    """A library that breaks: 70, the place and no value, and never a traceback."""
    broken = machine.folder / "broken"
    (broken / "openpyxl").mkdir(parents=True)
    (broken / "openpyxl" / "__init__.py").write_text("raise RuntimeError('Ada Example')", "utf-8")
    (broken / "pandas.py").write_text("raise RuntimeError('Ada Example')", "utf-8")
    paths = machine.environment({}).get("PYTHONPATH", "")
    machine.variables = {"PYTHONPATH": f"{broken}:{paths}"}
    for form in ("json", "text"):
        ended = machine.run("validate", SMALLEST, "--format", form)
        assert ended.code == 70
        told = ended.document["error"]["message"] if form == "json" else ended.err
        assert "A defect of this program: RuntimeError at pandas.py:1." in told
        assert "Ada" not in ended.out + ended.err
        assert "Traceback" not in ended.err
    assert error(machine.run("validate", SMALLEST, "--format", "json")) == "DEFECT"


@pytest.mark.parametrize("place", ["variable", "file"])
def test_the_form_of_errors_follows_the_settings(machine: Machine, place: str) -> None:
    """JSON by variable or settings file holds for errors, too; a flag still wins."""
    if place == "variable":
        machine.variables = {"ORDER_LOADER_FORMAT": "json"}
    else:
        (machine.folder / "order-loader.toml").write_text('format = "json"', "utf-8")
    assert error(machine.run("validate", "not-there.csv")) == "INPUT"
    plain = machine.run("validate", "not-there.csv", "--format", "text")
    assert plain.out == ""
    assert plain.err.startswith("error: There is no file not-there.csv.")
