"""What people see, and what nobody may see: words, colours, pipes, files, personal data."""

import csv
import re
import stat
import subprocess
from pathlib import Path

import pytest

from loader.sandbox import Fault
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import LOADER, MONTHLY, SMALLEST, Ended, Machine

REHEARSAL = "This was a rehearsal in the sandbox: nothing was ordered."
ESCAPE = "\x1b"
# A value of its own in every personal column; none of them may be seen.
CANARIES = {
    "first_name": "Canaryfirst", "last_name": "Canarylast", "email": "canary.mail@canary.example",
    "phone_number": "+12135550199", "addressee": "Canaryaddressee", "address1": "99 Canarystreet",
    "address2": "Canaryflat", "city": "Canaryville", "province_name": "Canaryprovince",
    "postal_code": "98765", "order_email": "canary.order@canary.example",
    "order_phone_number": "+12135550188", "note": "Canarynote", "physician_name": "Dr Canary",
}  # fmt: skip
SIGNS = ("anary", "5550199", "5550188", "98765")


def order_file(machine: Machine, name: str, **changes: str) -> Path:
    """Write an order with a canary in every personal column."""
    row = {
        "source_client_order_id": "ORD-1", "country_name": "United States",
        "client_product_id": "00000000-0000-4000-8000-000000000101", **CANARIES, **changes,
    }  # fmt: skip
    path = machine.folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    return path


def betrayed(ended: Ended) -> list[str]:
    """Return what standard output and error betray of the person."""
    return [sign for sign in SIGNS if sign in ended.out + ended.err]


def test_nothing_personal_is_shown_by_default(machine: Machine, serve: Serve) -> None:
    """Sound or wrong, sent or refused with the API's echo of it: no personal value is shown."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url)
    said = {
        "statusCode": 422, "error": "Unprocessable Entity", "message": str(list(CANARIES.values())),
        "details": [{"field": "consumer", "message": value} for value in CANARIES.values()],
    }  # fmt: skip
    sandbox.add_faults([Fault(what="status", status=422, body=said, operation="create", times=-1)])
    sound = order_file(machine, "sound.csv")
    wrong = order_file(machine, "wrong.csv", email="canary at canary", address1="Canary\vstreet")
    for form in ("text", "json"):
        shown = ("--format", form, "-v")
        assert betrayed(machine.run("validate", wrong, *shown)) == []
        refused = machine.run("submit", sound, "--yes", *there, *shown)
        assert refused.code == 1
        assert betrayed(refused) == []
        assert "consumer: " in refused.out or form == "json", "the API's details are shown"
    assert betrayed(machine.run("status", *there, "-v")) == []
    full = machine.run("status", *there, "--format", "json", "--privacy", "full")
    assert set(betrayed(full)) == set(SIGNS), "the test can see what it looks for"


def test_a_stop_repeats_no_word_of_the_api(machine: Machine, serve: Serve) -> None:
    """Why a run stopped is said in our words: the API's could be about a person."""
    sandbox = serve()
    said = {"code": "OS0005", "type": "AUTHENTICATION_ERROR", "message": "Canarylast may not"}
    sandbox.add_faults([Fault(what="status", status=403, body=said, operation="create")])
    path = order_file(machine, "sound.csv")
    ended = machine.run("submit", path, "--yes", "--base-url", sandbox.base_url)
    assert ended.code == 5
    assert betrayed(ended) == []
    assert "This account may not go on: the API answered 403 (OS0005)" in " ".join(
        ended.out.split()
    )


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Machine, dict[str, Ended]]:
    """Return a machine on which the monthly sample was sent, and what the commands printed."""
    machine = Machine(tmp_path_factory.mktemp("output") / "home")
    return machine, {
        "submit": machine.run("submit", MONTHLY, "--yes"),
        "again": machine.run("submit", MONTHLY, "--yes"),
        "status": machine.run("status"),
        "shown": machine.run("runs", "show"),
        "verbose": machine.run("runs", "show", "-v"),
        "report": machine.run("report"),
        "list": machine.run("runs", "list"),
    }


def test_text_fits_80_columns(rehearsed: tuple[Machine, dict[str, Ended]]) -> None:
    """Every line fits a terminal of 80 columns, but for paths and commands, which stay whole."""
    for ended in rehearsed[1].values():
        wide = [line for line in ended.out.splitlines() if len(line) > 80]
        assert [line for line in wide if "/" not in line] == []


def test_what_is_piped_has_no_escape_codes(rehearsed: tuple[Machine, dict[str, Ended]]) -> None:
    """Colours are for terminals: a pipe or a file gets words alone."""
    assert [name for name, e in rehearsed[1].items() if ESCAPE in e.out + e.err] == []


def test_the_last_line_says_that_it_was_a_rehearsal(
    rehearsed: tuple[Machine, dict[str, Ended]],
) -> None:
    """In the sandbox nobody can take what they read for real orders."""
    for name in ("submit", "again", "status", "shown"):
        assert rehearsed[1][name].last == REHEARSAL


def test_files_with_personal_data_are_private(rehearsed: tuple[Machine, dict[str, Ended]]) -> None:
    """Report, workbook and ledger are there where the output says, mode 0600."""
    machine, ended = rehearsed
    named = re.findall(r"^(?:Report|Workbook to correct): (.+)$", ended["submit"].out, re.MULTILINE)
    assert len(named) == 2
    kept = [machine.data / "ledger.sqlite3", machine.data / "sandbox" / "sandbox.sqlite3"]
    for path in [*(machine.folder / name for name in named), *kept]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_text_names_what_a_person_needs(rehearsed: tuple[Machine, dict[str, Ended]]) -> None:
    """Code, place, what was found, what is allowed, what it keeps back, how to mend it; then on."""
    text = rehearsed[1]["submit"].out
    for words in (
        "error[NUMBER-RANGE]: The number is outside its limits.",
        'column "Days"',
        "| found      cell N20: 90",
        "| allowed    a whole number from 1 to 60",
        "| keeps back order 2026-11-005",
        "| help       Correct the number.",
        "53 of 63 orders were created. 10 must be corrected.",
        "What to do next",
    ):
        assert words in text
    order = ["error[", "confirm[", "warning[", "53 of 63", "What to do next", "Report: ", REHEARSAL]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_verbose_leaves_nothing_out(rehearsed: tuple[Machine, dict[str, Ended]]) -> None:
    """`-v` shows every finding that the plain text only counts."""
    plain, verbose = rehearsed[1]["shown"].out, rehearsed[1]["verbose"].out
    assert verbose.count("\nwarning[") >= plain.count("\nwarning[") > 0
    assert "see the report, or -v" not in verbose


def test_a_terminal_has_colours_unless_they_are_not_wanted(machine: Machine) -> None:
    """Errors are red on a terminal; with NO_COLOR or a dumb one not a single code is sent."""
    with machine.at_terminal("validate", "not-there.csv") as terminal:
        assert ESCAPE in terminal.end().err
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with machine.at_terminal("validate", "not-there.csv", **variables) as terminal:
            assert ESCAPE not in terminal.end().err


def test_progress_is_for_people(machine: Machine) -> None:
    """A bar moves on a terminal, and is gone at the end; -q and NO_COLOR leave it out."""
    submit = ("submit", MONTHLY, "--yes", "--no-report", "--no-workbook")
    with machine.at_terminal(*submit) as terminal:
        ended = terminal.end()
    assert "53/53" in ended.err or "Sending" in ended.err
    assert ended.out.startswith("error[")
    second = Machine(machine.home.parent / "second")
    with second.at_terminal(*submit, "-q", NO_COLOR="1") as terminal:
        quiet = terminal.end()
    assert quiet.err == ""


def test_a_reader_that_goes_away_costs_nothing(machine: Machine) -> None:
    """With standard output closed by its reader, the command ends with its own exit code."""
    shell = f"{LOADER} validate {MONTHLY} -v --no-report --no-workbook; echo code $? >&2"
    ended = subprocess.run(
        ["bash", "-c", f"( {shell} ) | head -n 1"], cwd=machine.folder, text=True, check=False,
        env=machine.environment({}), capture_output=True,
    )  # fmt: skip
    assert ended.stdout.startswith("error[")
    assert ended.stderr == "code 1\n"


def test_letters_that_a_terminal_lacks_cost_nothing(machine: Machine) -> None:
    """Where standard output knows few letters, others are replaced, and all is told."""
    ended = machine.run("validate", MONTHLY, "--no-report", PYTHONIOENCODING="latin-1:strict")
    assert ended.code == 1
    assert "in the column ?accept? of the order" in " ".join(ended.out.split())


def test_a_report_that_cannot_be_written(machine: Machine, serve: Serve) -> None:
    """Before sending it stops the command (3, nothing sent); afterwards it costs no result."""
    sandbox = serve()
    (machine.folder / "taken").write_text("", "utf-8")
    impossible = ("--report", "taken/report.html", "--no-workbook")
    there = ("--base-url", sandbox.base_url)
    sent = machine.run("submit", SMALLEST, "--yes", *there, *impossible)
    assert sent.code == 3
    assert "Nothing was sent." in sent.err
    assert [one for one in sandbox.truth() if one["operation"] == "create"] == []
    checked = machine.run("validate", SMALLEST, *impossible)
    assert checked.code == 3
    assert "The order is ready." in checked.out
    assert "The report cannot be written to taken/report.html" in checked.err


def test_a_report_goes_where_it_is_asked_for(machine: Machine) -> None:
    """`--report PATH` writes there, also with JSON; a link is followed, a device left alone."""
    ended = machine.run(
        "validate", SMALLEST, "--format", "json", "--report", machine.folder / "deep" / "r.html"
    )
    assert ended.code == 0
    assert (machine.folder / "deep" / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    (machine.folder / "link.html").symlink_to("deep/r.html")
    assert machine.run("validate", SMALLEST, "--report", "link.html").code == 0
    assert (machine.folder / "link.html").is_symlink()
    device = machine.run("validate", SMALLEST, "--report", "/dev/null")
    assert device.code == 3
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_demo_is_one_command(machine: Machine) -> None:
    """Sandbox, sample, report: one command, a result, and its own ledger; again it sends none."""
    first = machine.run("demo")
    assert first.code == 1
    assert "53 of 63 orders were created" in first.out
    assert first.last == REHEARSAL
    assert re.search(r"^Report: reports/.+\.html$", first.out, re.MULTILINE)
    again = machine.run("demo", "--format", "json")
    assert again.document["totals"]["skipped"] == 53
    assert not (machine.data / "ledger.sqlite3").exists()
    assert (machine.data / "demo" / "ledger.sqlite3").exists()
