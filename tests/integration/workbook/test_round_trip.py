"""Corrected as a person would, saved by LibreOffice, given back: every order exactly once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.golden.samples import SAMPLES
from tests.integration.workbook.conftest import Clinic, Convert

VITAMIN = "00000000-0000-4000-8000-000000000101"
# By code: the column to change and what to write there. What only waits is accepted.
CURES = {
    "NUMBER-RANGE": ("Days", "60"), "PERSON-HALF": ("Patient last name", "Example"),
    "UUID-FORM": ("Product ID", VITAMIN), "EMAIL-FORM": ("Email", "ben.sample@example.com"),
    "ITEM-UNKNOWN": ("Product ID", "00000000-0000-4000-8000-000000000104"),
    "GROUP-DIFFER": ("City", None), "ZIP-ZERO": ("Zip", "02134"),
}  # fmt: skip
ACCEPTED = frozenset({"POUCH-TWICE", "SIZE-LARGE", "DOSE-TWICE"})


def correct(path: Path) -> None:
    """Mend each marked cell in place, as its note says."""
    book: Any = load_workbook(path)
    page = book.worksheets[0]
    place = {cell.value: cell.column for cell in page[1]}
    for row in page.iter_rows(min_row=2):
        for cell in row:
            code = cell.comment.text.partition(":")[0] if cell.comment else ""
            if code in CURES:
                column, value = CURES[code]
                page.cell(cell.row, place[column]).value = value
            elif code in ACCEPTED:
                page.cell(cell.row, place["accept"]).value = code
    book.save(path)


@pytest.mark.parametrize("sample", ["monthly.xlsx", "monthly.csv"])
def test_corrected_and_given_back(clinic: Clinic, convert: Convert, sample: str) -> None:
    """The whole month is made, each order once, and a third time sends nothing."""
    original = SAMPLES / "monthly" / sample
    before = original.read_bytes()
    assert clinic.submit(original, "--workbook", "correct.xlsx") == 1
    assert sum(clinic.made().values()) == 53
    correct(clinic.folder / "correct.xlsx")
    saved = convert(clinic.folder / "correct.xlsx", "xlsx")
    assert clinic.submit(saved, "--workbook", "again.xlsx") == 0
    assert len(clinic.made()) == 63
    assert set(clinic.made().values()) == {1}
    assert not (clinic.folder / "again.xlsx").exists()
    assert clinic.submit(saved) == 0
    assert sum(clinic.made().values()) == 63
    assert original.read_bytes() == before


def test_csv_goes_back_as_csv(clinic: Clinic) -> None:
    """The same delimiter, three columns in front, a guarded telephone number sent as it was."""
    lines = (clinic.folder / "in.csv", clinic.folder / "out.csv")
    lines[0].write_text(
        "Order ID;First name;Last name;Phone;Street;City;Country;Product;Serving\n"
        "R1;Ada;Example;+12135550001;1 Sample Street;;United States;Vitamin D3 25 mcg;1\n",
        encoding="utf-8",
    )
    assert clinic.submit(lines[0], "--workbook", lines[1]) == 1
    text = lines[1].read_text(encoding="utf-8-sig")
    assert text.startswith("result;what_to_do;source_row;Order ID;")
    assert ";2;R1;Ada;Example;'+12135550001;1 Sample Street;;" in text
    lines[1].write_text(text.replace("Street;;", "Street;Sampleton;"), encoding="utf-8-sig")
    assert clinic.submit(lines[1]) == 0
    assert clinic.made() == {"R1": 1}


def test_given_back_as_it_is_nothing_gets_through(
    clinic: Clinic, document: Callable[[], dict[str, Any]]
) -> None:
    """What was wrong with a cell beyond its text is still wrong in the workbook."""
    path = odd_workbook(clinic.folder / "odd.xlsx")
    assert clinic.do("validate", path, "--workbook", "back.xlsx", "--format", "json") == 1
    first = document()
    assert clinic.do("validate", "back.xlsx", "--format", "json") == 1
    second = document()
    assert first["totals"]["orders"] == 6
    for found in (first, second):
        assert [one["result"] for one in found["orders"]].count("ready") == 0


def odd_workbook(path: Path) -> Path:
    """Write orders whose cells are wrong in ways that a text cannot say."""
    from datetime import date

    from openpyxl import Workbook

    book: Any = Workbook()
    page = book.active
    page.append(["Order ID", "First name", "Last name", "Street", "City", "Country", "Zip",
                 "Product ID", "Serving"])  # fmt: skip
    for key in ("R1", date(2026, 3, 4), 12345678901234567890, "R4", "R5", "R6"):
        page.append([key, "Ada", "Example", "1 Sample Street", "Sampleton", "United States",
                     "62701", VITAMIN, 1])  # fmt: skip
    page["I2"] = "=1+0"  # never computed
    page["D5"] = date(2026, 1, 2)
    page.merge_cells("I6:J6")
    page["I6"] = 2
    page["D7"] = "#REF!"
    page["J1"] = "Line name"
    book.save(path)
    return path


def test_a_ragged_row_stays_wrong_in_the_workbook(
    clinic: Clinic, document: Callable[[], dict[str, Any]]
) -> None:
    """A row with a cell too many would fit once it is cut: it still holds its order back."""
    path = clinic.folder / "in.csv"
    path.write_text(
        "Order ID,First name,Last name,Street,City,Country,Product ID,Serving\n"
        f"R1,Ada,Example,1 Sample Street,Sampleton,United States,{VITAMIN},1,2\n"
        f"R2,Ben,Example,1 Sample Street,Sampleton,United States,{VITAMIN},1\n",
        encoding="utf-8",
    )
    assert clinic.do("validate", path, "--workbook", "back.xlsx", "--format", "json") == 1
    document()
    assert clinic.do("validate", "back.xlsx", "--format", "json") == 1
    assert [one["result"] for one in document()["orders"]] == ["to_correct"]
