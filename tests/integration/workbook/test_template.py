"""The template as a clinic uses it: made, filled in, saved by LibreOffice, sent."""

from pathlib import Path
from typing import Any

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
