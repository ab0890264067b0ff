"""Results name each order and the person, so that the next month's file makes nobody twice."""

import csv
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

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
