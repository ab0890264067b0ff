"""Results name each order and the person, so that the next month's file makes nobody twice."""

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.integration.workbook.conftest import Clinic

HEADERS = ["Order ID", "First name", "Last name", "consumer_id", "Street", "City", "Country",
           "Product", "Serving", "Note"]  # fmt: skip
PRODUCT = "Vitamin D3 25 mcg"
ADDRESS = ["1 Sample Street", "Sampleton", "United States"]


def write(path: Path, *rows: list[str]) -> Path:
    """Write an order file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *rows])
    return path


def records(path: Path, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet by header."""
    header, *rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_the_next_file_can_name_the_person(clinic: Clinic) -> None:
    """Ids of new people stand in the results; a file that gives one back keeps the person."""
    first = write(
        clinic.folder / "first.csv",
        ["M1", "Ada", "Example", "", *ADDRESS, PRODUCT, "1", "=1+1"],
        ["M2", "Ben", "Example", "", *ADDRESS, PRODUCT, "99999", ""],
    )
    assert clinic.submit(first, "--results", "first.xlsx", "--no-workbook") == 1
    made, kept = records(Path("first.xlsx"), "Results")
    assert (made["Your order"], made["Result"], made["First name"]) == ("M1", "Created", "Ada")
    assert made["OK Capsule order"]
    assert made["Status"] == "Pending"
    assert (kept["Result"], kept["Consumer id of OK Capsule"]) == ("To correct", None)
    rows = records(Path("first.xlsx"), "Orders")
    assert [one["Order ID"] for one in rows] == ["M1", "M2"]
    assert rows[0]["Note"] == "=1+1"
    person = made["Consumer id of OK Capsule"]
    assert rows[0]["Consumer id of OK Capsule"] == person

    second = write(
        clinic.folder / "second.csv", ["M3", "", "", person, *ADDRESS, PRODUCT, "1", "other"]
    )
    assert clinic.submit(second, "--results", "second.xlsx", "--accept", "DOSE-TWICE") == 0
    (again,) = records(Path("second.xlsx"), "Results")
    assert again["Consumer id of OK Capsule"] == person


def test_status_knows_what_the_files_named(clinic: Clinic) -> None:
    """Without a connection, every order of the ledger has its row."""
    path = write(clinic.folder / "f.csv", ["M1", "Ada", "Example", "", *ADDRESS, PRODUCT, "1", ""])
    assert clinic.submit(path) == 0
    assert clinic.do("status", "--results", "status.xlsx") == 0
    (one,) = records(Path("status.xlsx"), "Results")
    assert (one["Your order"], one["Result"]) == ("M1", "Created")
    assert Path("status.xlsx").stat().st_mode & 0o777 == 0o600


PROFILE = """version = 1
[key]
pattern = "{Client}-{batch}"
[consumers]
results = "october.xlsx"
match = ["Client"]
"""


def test_a_profile_names_the_persons_of_last_month(clinic: Clinic) -> None:
    """The same file, unedited, makes new persons once; a client with another name waits."""
    profile = clinic.folder / "clinic.toml"
    profile.write_text(PROFILE.partition("[consumers]")[0], "utf-8")
    headers = ["Client", *HEADERS[1:3], *HEADERS[4:9]]
    path = clinic.folder / "clients.csv"

    def saved(*names: str) -> Path:
        rows = [[str(n), name, "Example", *ADDRESS, PRODUCT, "1"] for n, name in enumerate(names)]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headers, *rows])
        return path

    def send(batch: str, *more: str) -> int:
        return clinic.submit(saved("Ada", "Ben", *more), "--map", profile, "--batch", batch,
                             "--results", f"{batch}.xlsx", "--accept", "DOSE-TWICE")  # fmt: skip

    assert send("october") == 0
    known = [one["Consumer id of OK Capsule"] for one in records(Path("october.xlsx"), "Orders")]
    assert len(set(known)) == 2
    profile.write_text(PROFILE, "utf-8")
    assert send("november", "Cleo") == 0
    again = [one["Consumer id of OK Capsule"] for one in records(Path("november.xlsx"), "Orders")]
    assert again[:2] == known
    assert again[2] not in known

    profile.write_text(PROFILE.replace("october", "november"), "utf-8")
    assert (
        clinic.submit(
            saved("Ada", "Zoe"), "--map", profile, "--batch", "december", "--accept", "DOSE-TWICE"
        )
        == 1
    )
    assert clinic.made()["0-december"] == 1
    assert clinic.made()["1-december"] == 0


def test_a_workbook_without_the_match_is_refused(clinic: Clinic) -> None:
    """Another workbook, or none at all, stops the file before anything is read of it."""
    path = write(clinic.folder / "f.csv", ["M1", "Ada", "Example", "", *ADDRESS, PRODUCT, "1", ""])
    assert clinic.submit(path, "--results", "october.xlsx") == 0
    profile = clinic.folder / "clinic.toml"
    for name, match in (("october.xlsx", "Client"), ("none.xlsx", "Order ID")):
        text = f'version = 1\n[consumers]\nresults = "{name}"\nmatch = "{match}"\n'
        profile.write_text(text, "utf-8")
        assert clinic.submit(path, "--map", profile) == 3


def consumers(clinic: Clinic, results: str, match: str = "Order ID") -> Path:
    """Write a profile that takes persons from a workbook."""
    profile = clinic.folder / "people.toml"
    text = f'version = 1\n[consumers]\nresults = "{results}"\nmatch = "{match}"\n'
    profile.write_text(text, "utf-8")
    return profile


def test_what_is_wrong_with_a_workbook_of_persons_is_said(
    clinic: Clinic, capfd: pytest.CaptureFixture[str]
) -> None:
    """The header that is missing, the sheets looked at, and what to name instead; no option."""
    path = write(clinic.folder / "f.csv", ["M1", "Ada", "Example", "", *ADDRESS, PRODUCT, "1", ""])
    assert clinic.submit(path, "--results", "october.xlsx") == 0
    assert clinic.do("status", "--results", "status.xlsx") == 0
    book = Workbook()
    book.create_sheet("Own").append(["Order ID", "Name"])
    book.save(clinic.folder / "own.xlsx")
    capfd.readouterr()
    for results, match, words in (
        ("october.xlsx", "Ordre ID", ['"Ordre ID"', '"Results", "Orders", "Read me"',
                                      'The nearest there is "Order ID"']),
        ("status.xlsx", "Order ID", ['"Order ID"', '"Results", "Read me"',
                                     "no rows of your own file"]),
        ("own.xlsx", "Order ID", ["no workbook of results", "Consumer id of OK Capsule"]),
    ):  # fmt: skip
        assert clinic.do("validate", path, "--map", consumers(clinic, results, match)) == 3
        told = " ".join(capfd.readouterr().err.split())
        for word in words:
            assert word in told
        assert "--sheet" not in told


def test_persons_of_another_environment_are_refused(
    clinic: Clinic, capfd: pytest.CaptureFixture[str]
) -> None:
    """Their ids mean nobody there, or somebody else; the workbook says where they are from."""
    path = write(clinic.folder / "f.csv", ["M1", "Ada", "Example", "", *ADDRESS, PRODUCT, "1", ""])
    assert clinic.submit(path, "--results", "october.xlsx") == 0
    profile = consumers(clinic, "october.xlsx")
    assert clinic.do("validate", path, "--map", profile, "--no-report") == 0
    capfd.readouterr()
    assert clinic.do("validate", path, "--map", profile, "--env", "prod") == 3
    assert "are those of sandbox; this is prod" in " ".join(capfd.readouterr().err.split())
    book = load_workbook("october.xlsx")
    del book["Read me"]
    book.save("october.xlsx")
    validated = clinic.do("validate", path, "--map", profile, "--env", "prod", "--no-report")
    assert validated == 0
