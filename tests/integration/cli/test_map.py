"""Mapping profiles on the command line: drafting, checking, planning and refusing."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.integration.cli.machine import SAMPLES, Machine

LONG = SAMPLES / "clinic-long" / "clinic-long.csv"
WIDE = SAMPLES / "clinic-wide" / "clinic-wide.xlsx"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine with the clinics' files in its working folder."""
    machine = Machine(tmp_path)
    for file in (LONG, LONG.with_suffix(".toml"), WIDE, WIDE.with_suffix(".toml")):
        shutil.copy(file, machine.folder)
    return machine


def mapped(name: str, *more: object) -> list[object]:
    """Return the arguments for one of the clinics' files with its profile."""
    return [name, "--map", Path(name).with_suffix(".toml"), "--batch", "2026-11", *more]


def test_a_plan_is_bound_to_its_profile(machine: Machine) -> None:
    """A plan names the profile and its hash; submit refuses it (7) once the profile changed."""
    plan = machine.run("plan", *mapped(LONG.name), "-o", "p.json", "--format", "json")
    assert plan.code == 0, plan.err
    saved = json.loads((machine.folder / "p.json").read_text("utf-8"))
    bound = saved["binds"]["mapping"]
    assert bound["path"] == str(machine.folder / "clinic-long.toml")
    assert plan.document["mapping"] == {**bound, "path": "clinic-long.toml"}
    assert "Praktijk De Linde" in plan.document["facts"]["Mapping profile"]
    profile = machine.folder / "clinic-long.toml"
    profile.write_text(profile.read_text("utf-8") + "\n# looked at\n", "utf-8")
    refused = machine.run("submit", "p.json", "--yes", "--no-report")
    assert refused.code == 7
    assert "clinic-long.toml" in refused.err


def test_a_plan_that_was_made_with_a_profile_knows_it_when_it_is_sent(machine: Machine) -> None:
    """The rows of the file stand in the results, and the next commands read it as the plan did."""
    bad = (machine.folder / LONG.name).read_text("cp1252").replace("Zink 15 mg", "Zilver 15 mg")
    (machine.folder / LONG.name).write_text(bad, "cp1252")
    plan = machine.run("plan", *mapped(LONG.name), "-o", "p.json", "--no-report")
    assert plan.code == 1
    sent = machine.run("submit", "p.json", "--yes", "--results", "r.xlsx", "--workbook", "w.xlsx")
    assert sent.code == 1
    assert "No workbook" not in sent.err
    assert "Without the rows" not in sent.err
    assert len(load_workbook(machine.folder / "r.xlsx").sheetnames) == 3
    again = " ".join(sent.out.split())
    assert "submit p.json" not in again
    assert "clinic-long.csv --map clinic-long.toml --batch 2026-11" in again
    corrected = machine.run("submit", *mapped("w.xlsx")[:1], "--map", "clinic-long.toml",
                            "--batch", "2026-11", "--yes", "--no-report")  # fmt: skip
    assert "Zilver" in corrected.out


def test_a_second_run_of_a_month_sends_nothing_and_the_next_month_does(machine: Machine) -> None:
    """Numbers made with a batch are the same on a second run, and new with another batch."""
    ends = []
    for batch in ("2026-11", "2026-11", "2026-12"):
        sent = machine.run(
            "submit", WIDE.name, "--map", "clinic-wide.toml", "--batch", batch, "--yes",
            "--format", "json", "--accept", "DOSE-TWICE",
        )  # fmt: skip
        totals = sent.document["totals"]
        ends.append((sent.code, totals["created"], totals["skipped"]))
    assert ends == [(0, 5, 0), (0, 0, 5), (0, 5, 0)]


def test_a_draft_checks_and_is_never_sent(machine: Machine) -> None:
    """A draft is private, is kept from being overwritten, and plan and submit refuse it (3)."""
    asked = ["map", "suggest", LONG.name, "--encoding", "cp1252", "-o", "d.toml"]
    assert machine.run(*asked).code == 0
    draft = machine.folder / "d.toml"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    again = machine.run(*asked)
    assert again.code == 3
    assert "is not replaced" in again.err
    checked = machine.run("map", "check", LONG.name, "--map", "d.toml", "--batch", "1")
    assert checked.code == 1
    assert "Not confirmed yet" in checked.out
    for command in ("plan", "submit"):
        refused = machine.run(command, LONG.name, "--map", "d.toml", "--batch", "1", "--yes"
                              if command == "submit" else "--no-report")  # fmt: skip
        assert refused.code == 3
        assert "nobody confirmed" in refused.err


def test_check_shows_rows_before_and_after_without_persons(machine: Machine) -> None:
    """Three rows as they stand and as they become; names and addresses are masked."""
    checked = machine.run("map", "check", *mapped(WIDE.name))
    assert checked.code == 0, checked.out
    assert checked.out.count("  before  ") == 3
    assert "Morgens: 2 x Vitamin D3 25 mcg; Zinc 15 mg" in checked.out
    assert "product: Zinc 15 mg" in checked.out
    for word in ("Muster", "Jürgen", "Sonnenallee", "01067", "ruft an"):
        assert word not in checked.out
    full = machine.run("map", "check", *mapped(WIDE.name), "--privacy", "full")
    assert "Sonnenallee 7" in full.out


def test_check_prints_one_document(machine: Machine) -> None:
    """With --format json: rows, what is open, and the totals of validate."""
    document = machine.run("map", "check", *mapped(LONG.name, "--format", "json")).document
    assert document["schema"] == "order-loader/map-check/1"
    assert [row["row"] for row in document["rows"]] == [4, 5, 6]
    assert document["rows"][0]["after"][0]["time_of_administration"] == "Morning"
    assert document["unmapped_headers"] == document["unconfirmed"] == []
    assert document["totals"]["ready"] == 6
    assert "Magnesium Glycinate 120 mg" in document["values_without_map"]["product"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan", LONG.name, "--batch", "x"], 2, "needs a mapping profile"),
        (["plan", LONG.name, "--map", "clinic-long.toml"], 2, "need --batch"),
        (["map", "check", LONG.name], 2, "needs the profile"),
        (["plan", LONG.name, "--map", "none.toml"], 3, "There is no file"),
        (["plan", LONG.name, "--map", LONG.name], 3, "not UTF-8"),
        (["plan", WIDE.name, "--map", "clinic-long.toml", "--batch", "x"], 3, "header"),
    ],
)
def test_wrong_calls_say_what_is_missing(
    machine: Machine, arguments: list[str], code: int, words: str
) -> None:
    """A batch without use, a profile that is missing or is none: words, and the right code."""
    ended = machine.run(*arguments)
    assert ended.code == code
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_rows_to_correct_come_back_through_the_same_profile(machine: Machine) -> None:
    """The workbook that goes back has no title line, and is read with the profile all the same."""
    text = (machine.folder / LONG.name).read_text("cp1252")
    (machine.folder / LONG.name).write_text(text.replace("Zink 15 mg", "Zunk 15 mg"), "cp1252")
    first = machine.run("plan", *mapped(LONG.name), "--workbook", "back.xlsx", "--no-report")
    assert first.code == 1, first.err
    back = ["back.xlsx", "--map", "clinic-long.toml", "--batch", "2026-11"]
    again = machine.run("plan", *back, "--format", "json")
    assert again.code == 1, again.err
    told = again.document
    assert {order["key"] for order in told["orders"]} == {"4712-2026-11", "4713-2026-11"}
    assert {one["code"] for one in told["findings"] if one["severity"] == "error"} == {
        "NAME-UNKNOWN"
    }


def test_the_report_shows_the_profile(machine: Machine) -> None:
    """The profile and its hash stand under how the run was made."""
    machine.run("validate", *mapped(LONG.name), "--report", "r.html")
    page = (machine.folder / "r.html").read_text("utf-8")
    assert "Mapping profile" in page
    assert "Praktijk De Linde, clinic-long.toml (sha256 " in page
