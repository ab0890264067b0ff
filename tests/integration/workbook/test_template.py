"""The template as a clinic uses it: made, filled in, saved by LibreOffice, sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.integration.workbook.conftest import Clinic, Convert


def test_filled_in_and_sent(clinic: Clinic, convert: Convert) -> None:
    """The order below the examples is made once, the examples never."""
    path = clinic.folder / "orders.xlsx"
    assert clinic.do("template", path) == 0
    book: Any = load_workbook(path)
    page = book["Orders"]
    place = {cell.value: cell.column for cell in page[1]}
    filled = {
        "Order ID": "T1", "First name": "Ada", "Last name": "Example", "Address1": "1 Sample Road",
        "City": "Sampleton", "Postal code": "02134", "Country name": "United States",
        "Product": "Vitamin D3 25 mcg", "Serving size": 1, "Time of administration": "Morning",
    }  # fmt: skip
    for header, value in filled.items():
        page.cell(page.max_row + (header == "Order ID"), place[header]).value = value
    book.save(path)
    assert clinic.submit(convert(path, "xlsx")) == 0
    assert clinic.made() == {"T1": 1}


def test_a_file_that_exists_is_left_alone(clinic: Clinic) -> None:
    """Somebody's filled template is never written over."""
    path = Path("orders.xlsx")
    path.write_bytes(b"orders")
    assert clinic.do("template", path) == 2
    assert path.read_bytes() == b"orders"


def test_only_excel_can_hold_lists(clinic: Clinic) -> None:
    """Another ending is refused before anything is written."""
    assert clinic.do("template", "orders.csv") == 2
    assert not Path("orders.csv").exists()


def test_one_row_for_each_order(
    clinic: Clinic,
    convert: Convert,
    document: Callable[[], dict[str, Any]],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """A wide template needs no profile: pouches by time of day, a pack, findings at their cells."""
    path = clinic.folder / "orders.xlsx"
    assert clinic.do("template", path, "--layout", "wide") == 0
    book: Any = load_workbook(path)
    page = book["Orders"]
    place = {cell.value: cell.column for cell in page[1]}
    person = {
        "First name": "Ada", "Last name": "Example", "Address1": "1 Sample Road",
        "City": "Sampleton", "Postal code": "02134", "Country name": "United States",
    }  # fmt: skip
    sound = {"Morning product 1": "Vitamin D3 25 mcg", "Morning size 1": 2,
             "Evening product 1": "Vitamin D3 25 mcg"}  # fmt: skip
    rows = [
        {"Order ID": "W1", **person, **sound},
        {"Order ID": "W2", **person, "First name": "Ben", **sound, "Evening size 1": "two"},
    ]
    for row in rows:
        number = page.max_row + 1
        for header, value in row.items():
            page.cell(number, place[header]).value = value
    book.save(path)
    saved = convert(path, "xlsx")
    capfdbinary.readouterr()
    assert clinic.submit(saved, "--format", "json") == 1
    assert clinic.made() == {"W1": 1}
    (finding,) = (f for f in document()["findings"] if f["severity"] == "error")
    assert (finding["cell"], finding["header"]) == (
        f"{page.cell(1, place['Evening size 1']).column_letter}5", "Evening size 1"
    )  # fmt: skip


def test_a_wide_workbook_to_correct_can_be_given_back(clinic: Clinic, convert: Convert) -> None:
    """It is still known for a template, through LibreOffice too; no column of contents is added."""
    path = clinic.folder / "orders.xlsx"
    assert clinic.do("template", path, "--layout", "wide") == 0
    book: Any = load_workbook(path)
    page = book["Orders"]
    place = {cell.value: cell.column for cell in page[1]}
    row = {
        "Order ID": "W1", "First name": "Ada", "Last name": "Example", "Address1": "1 Sample Road",
        "City": "Sampleton", "Postal code": "02134", "Country name": "United States",
        "Morning size 1": 1, "Evening product 1": "Vitamin D3 25 mcg",
    }  # fmt: skip
    number = page.max_row + 1
    for header, value in row.items():
        page.cell(number, place[header]).value = value
    book.save(path)
    assert clinic.submit(path, "--workbook", "back.xlsx") == 1
    again: Any = load_workbook("back.xlsx")
    page = again.worksheets[0]
    place = {cell.value: cell.column for cell in page[1]}
    assert "client_product_id" not in place
    page.cell(2, place["Morning product 1"]).value = "Vitamin D3 25 mcg"
    again.save("back.xlsx")
    assert clinic.submit(convert(Path("back.xlsx"), "xlsx")) == 0
    assert clinic.made() == {"W1": 1}
