"""An empty order workbook, made from the declarations: to be filled by somebody at a clinic."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from loader.core.model import Catalogue, Item
from loader.core.template_stamp import LONG, WIDE, stamp
from loader.reporting.template_columns import Column, long_columns, wide_columns
from loader.reporting.template_words import (
    COLUMNS_HEADER,
    PRODUCTS_HEADER,
    examples,
    how_to,
    wide_examples,
)  # fmt: skip
from loader.reporting.workbook_cells import Book, Look, Value
from schemas.pouch_orders import RESOLVED
from schemas.vocabulary import Field, Kind

ORDERS, PRODUCTS, COLUMNS, HELP = "Orders", "Products", "Columns", "How to fill in"
LAST_ROW = 2_000  # down to which cells are formatted and have their lists
_KINDS = {"product": "Product", "pack": "Pack", "standalone": "Standalone product"}
_LONGEST_PROMPT = 250  # Excel refuses a file with longer ones
_NARROW, _BROAD = 12.0, 32.0  # widths of columns
_LOOKS = {"title": Look.TITLE, "heading": Look.HEADING, "words": Look.WORDS}


def template_workbook(catalogue: Catalogue | None, *, wide: bool = False) -> bytes:
    """Return the workbook as XLSX bytes; with the products of the catalogue where there is one.

    `wide` has one row for each order with places for its products, else one row is one product.
    """
    book = Book("Order template")
    columns = wide_columns() if wide else long_columns()
    offered = _offered(catalogue)
    names = [item.name for item in offered if item.kind == "product"]
    rows = (wide_examples if wide else examples)(names)
    headers = [*_headers(columns), Value(stamp(WIDE if wide else LONG))]
    book.sheet(
        ORDERS, [headers, *(_example(columns, row) for row in rows)], freeze="B2", filtered=False,
        widths=[_width(column) for column in columns] + [3.0],
        prepare=partial(_prepare, columns=columns, places=_places(offered)),
    )  # fmt: skip
    words = [[Value(text, _LOOKS[kind])] for kind, text in how_to(wide=wide)]
    book.sheet(HELP, words, widths=[100.0], freeze="", filtered=False)
    book.sheet(COLUMNS, list(_about(columns)), widths=[28.0, 50.0, 32.0, 50.0, 22.0, 46.0])
    if offered:
        book.sheet(PRODUCTS, list(_products(offered)), widths=[44.0, 20.0, 22.0, 40.0])
    return book.content()


# ------------------------------------------------------------------ the sheet of orders
def _headers(columns: Sequence[Column]) -> list[Value]:
    return [
        Value(one.header, Look.NEEDED_HEADER if one.needed else Look.HEADER, _note(one))
        for one in columns
    ]


def _note(column: Column) -> str:
    field = column.field
    lines = [
        field.about,
        f"Needed: {column.needed}." if column.needed else "",
        f"May hold: {field.allowed}.",
        f"When empty: {field.default}." if field.default else "",
    ]
    return "\n".join(line for line in lines if line)  # fmt: skip


def _width(column: Column) -> float:
    field = column.field
    if field.name in RESOLVED:
        return _BROAD
    short = _is_number(field) or field.kind in (Kind.BOOLEAN, Kind.CHOICE)
    return _NARROW if short else min(max(len(column.header) + 4.0, 16.0), _BROAD)


def _example(columns: Sequence[Column], row: Mapping[str, str]) -> list[Value]:
    """Return an invented row; whole numbers are numbers, as people type them."""
    texts = [(column, row.get(column.header, "")) for column in columns]
    return [
        Value(int(text) if text and _is_number(column.field) else text, Look.EXAMPLE)
        for column, text in texts
    ]


def _is_number(field: Field) -> bool:
    return field.kind is Kind.INTEGER


# ------------------------------------------------------------------ lists and limits
def _prepare(page: Any, columns: Sequence[Column], places: dict[str, str]) -> None:  # noqa: ANN401  # openpyxl's
    """Format the empty cells of each column, and let the program itself check what it can."""
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        format_ = "General" if _is_number(column.field) else "@"
        page.column_dimensions[letter].number_format = format_
        check = _validation(column, places)
        if check is not None:
            check.add(f"{letter}2:{letter}{LAST_ROW}")
            page.data_validations.append(check)
    page.column_dimensions[get_column_letter(len(columns) + 1)].hidden = True


def _validation(column: Column, places: dict[str, str]) -> Any:  # noqa: ANN401  # openpyxl's
    """Return what the spreadsheet program itself may check; None where it can check nothing."""
    field = column.field
    resolved = RESOLVED.get(field.name)
    strict: dict[str, Any] = {"errorStyle": "stop"}
    if field.kind is Kind.CHOICE:
        check = _list_of(field.choices, strict)
    elif field.kind is Kind.BOOLEAN:
        check = _list_of(("yes", "no"), strict)
    elif field.usual:
        check = _list_of(field.usual, {"errorStyle": "warning"})
    elif field.allowed_numbers:
        check = _list_of([str(number) for number in field.allowed_numbers], strict)
    elif _is_number(field):
        check = _whole(field, strict)
    elif resolved is not None and resolved[1] in places:
        check = DataValidation(type="list", formula1=places[resolved[1]], errorStyle="warning")
    elif field.max_length is not None:
        check = DataValidation(
            type="textLength", operator="lessThanOrEqual", formula1=str(field.max_length), **strict
        )
    else:
        return None
    check.allow_blank, check.showErrorMessage, check.showInputMessage = True, True, True
    check.errorTitle, check.error = column.header[:30], f"Allowed: {field.allowed}."[:220]
    check.promptTitle, check.prompt = column.header[:30], field.about[:_LONGEST_PROMPT]
    return check


def _list_of(words: Sequence[str], style: dict[str, Any]) -> DataValidation:
    return DataValidation(type="list", formula1=f'"{",".join(words)}"', **style)


def _whole(field: Field, style: dict[str, Any]) -> DataValidation:
    if field.maximum is None:
        return DataValidation(
            type="whole", operator="greaterThanOrEqual", formula1=str(field.minimum), **style
        )
    return DataValidation(
        type="whole", operator="between", formula1=str(field.minimum),
        formula2=str(field.maximum), **style,
    )  # fmt: skip


# ------------------------------------------------------------------ products, columns
def _offered(catalogue: Catalogue | None) -> list[Item]:
    """Return what may be ordered, by kind and name: each kind is one block of the list."""
    items = catalogue.items.values() if catalogue is not None else ()
    kinds = list(_KINDS)
    active = [item for item in items if item.active and item.kind in kinds]
    return sorted(active, key=lambda item: (kinds.index(item.kind), item.name.casefold(), item.id))


def _places(offered: Sequence[Item]) -> dict[str, str]:
    """Return kind → the cells that list its names."""
    rows: dict[str, list[int]] = {}
    for number, item in enumerate(offered, 2):
        rows.setdefault(item.kind, []).append(number)
    return {kind: f"{PRODUCTS}!$A${at[0]}:$A${at[-1]}" for kind, at in rows.items()}


def _products(offered: Sequence[Item]) -> Iterator[list[Value]]:
    yield [Value(text, Look.OUR_HEADER) for text in PRODUCTS_HEADER]
    for item in offered:
        yield [Value(text) for text in (item.name, item.sku, _KINDS[item.kind], item.id)]


def _about(columns: Sequence[Column]) -> Iterator[list[Value]]:
    yield [Value(text, Look.OUR_HEADER) for text in COLUMNS_HEADER]
    for column in columns:
        field = column.field
        names = "" if column.time else ", ".join(field.aliases)
        texts = (column.header, field.about, column.needed or "no", field.allowed, field.default,
                 names)  # fmt: skip
        first = Look.NEEDED_HEADER if column.needed else Look.HEADER
        yield [Value(texts[0], first), *[Value(text, Look.WORDS) for text in texts[1:]]]
