"""The template is made from the declarations, is read back, and says when they have changed."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from loader.core.model import Catalogue, ReadOptions
from loader.core.normalise import known_header
from loader.core.returned import returned
from loader.core.template_stamp import WIDE, changes, is_stamp, stamp
from loader.reporting.template import template_workbook
from loader.reporting.template_columns import header_of, long_columns, wide_columns
from loader.sources.excel_file import ExcelSource
from schemas.pouch_orders import BY_NAME, FIELDS, HEADERS, fold
from schemas.vocabulary import Kind
from tests.unit.core.tables import EXAMPLES


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a template with the products of the examples."""
    path = tmp_path_factory.mktemp("template") / "orders.xlsx"
    path.write_bytes(template_workbook(EXAMPLES))
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    """Return it as openpyxl sees it."""
    return load_workbook(path)


def test_every_declared_column_stands_there_once() -> None:
    """Whatever is declared appears, under words that are read as that column."""
    assert sorted(column.field.name for column in long_columns()) == sorted(BY_NAME)
    for field in FIELDS:
        assert HEADERS[fold(header_of(field))] == field.name


def test_our_source_finds_the_orders(path: Path) -> None:
    """Of all its sheets only that of the orders is taken for one, and its examples are ignored."""
    table = returned(ExcelSource(known_header).open(path, ReadOptions()))
    assert table.file.sheet == "Orders"
    assert table.findings == ()
    (piece,) = table.slices
    place = list(table.headers).index("Action")
    assert set(piece.cells[place]) == {"IGNORE"}
    assert len(piece.rows) == 4


def test_digits_stay_as_they_are_typed(book: Workbook) -> None:
    """Cells still empty are formatted as text, but for whole numbers."""
    page: Any = book["Orders"]
    for number, column in enumerate(long_columns(), 1):
        letter = page.cell(1, number).column_letter
        wanted = "General" if column.field.kind is Kind.INTEGER else "@"
        assert page.column_dimensions[letter].number_format == wanted, column.header


def test_lists_are_offered(book: Workbook) -> None:
    """Choices, times, yes and no, and the products that can be ordered, each kind by itself."""
    page: Any = book["Orders"]
    offered = {
        page[str(check.sqref).partition("2:")[0] + "1"].value: check.formula1
        for check in page.data_validations.dataValidation
        if check.type == "list"
    }
    assert offered["Time of administration"] == '"Morning,Midday,Evening"'
    assert offered["Is expedited"] == '"yes,no"'
    assert offered["Order type"] == '"DTC,Bulk"'
    assert offered["Cycle length"] == '"0,7,10"'
    products: Any = book["Products"]
    assert [cell.value for (cell,) in products["A2:A12"]] == [
        *[f"Product {n}" for n in range(11, 20)], "Vitamin D3 25 mcg", "Daily Basics"
    ]  # fmt: skip
    assert offered["Product"] == "Products!$A$2:$A$11"
    assert offered["Pack"] == "Products!$A$12:$A$12"
    assert offered["Standalone"] == "Products!$A$13:$A$13"


def test_a_product_that_cannot_be_ordered_is_not_offered(book: Workbook) -> None:
    """Inactive products are left out."""
    products: Any = book["Products"]
    names = {cell.value for cell in products["A"]}
    assert "Magnesium 120 mg" not in names


def test_without_a_catalogue_there_is_no_list_of_products() -> None:
    """An empty catalogue makes neither a sheet nor a list."""
    assert template_workbook(None)
    assert template_workbook(Catalogue())


def test_a_template_of_today_has_nothing_to_say() -> None:
    """The stamp is taken for one, and for today's rules."""
    assert is_stamp(stamp())
    assert not is_stamp("Template name")
    assert changes([stamp()]) == ()
    assert changes(["Order ID"]) == ()


def test_columns_whose_rules_changed_are_named() -> None:
    """Other limits and new columns are a note that names them, and no others."""
    old = " ".join(
        "note=000000" if part.startswith("note=") else part
        for part in stamp().split()
        if not part.startswith("city=")
    )
    (found,) = changes(["Order ID", "Note", old])
    assert found.code == "TEMPLATE-CHANGED"
    assert found.message == "Changed since the template was made: note. New columns: city."
    assert not found.holds_back


def test_a_column_that_vanished_keeps_the_file_back() -> None:
    """Its values would be lost: an error on the file, unless somebody has deleted the column."""
    old = f"{stamp()} blood_type=123456"
    (found,) = changes(["Order ID", "Blood type", old])
    assert (found.code, found.row, found.holds_back) == ("TEMPLATE-GONE", None, True)
    assert "blood_type" in found.message
    assert changes(["Order ID", old]) == ()


# ------------------------------------------------------------------ one row for each order
def test_a_wide_template_has_places_by_time_of_day(tmp_path: Path) -> None:
    """Eight products with their sizes, and a pack, for each time; its examples are ignored."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(template_workbook(EXAMPLES, wide=True))
    table = ExcelSource(known_header).open(path, ReadOptions())
    assert table.headers[-1] == stamp(WIDE)
    for time in ("Morning", "Midday", "Evening"):
        places = [header for header in table.headers if header.startswith(f"{time} ")]
        numbered = [(f"{time} product {n}", f"{time} size {n}") for n in range(1, 9)]
        assert places == [*(header for pair in numbered for header in pair), f"{time} pack"]
    (piece,) = table.slices
    assert set(piece.cells[list(table.headers).index("Action")]) == {"IGNORE"}
    assert len(piece.rows) == 2


def test_places_of_a_wide_template_offer_the_products() -> None:
    """The list of a place is that of its kind, and no place is needed by itself."""
    book = load_workbook(BytesIO(template_workbook(EXAMPLES, wide=True)))
    page: Any = book["Orders"]
    offered = {
        page[str(check.sqref).partition("2:")[0] + "1"].value: check.formula1
        for check in page.data_validations.dataValidation
    }
    assert offered["Evening product 8"] == "Products!$A$2:$A$11"
    assert offered["Midday pack"] == "Products!$A$12:$A$12"
    assert {column.header for column in wide_columns() if column.needed} == {
        "Order ID", "First name", "Last name", "Consumer id", "Address1", "City", "Country name",
    }  # fmt: skip
