"""An empty order workbook, made from the declarations: to be filled by somebody at a clinic."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from loader.core.model import Catalogue, Item
from loader.core.template_stamp import stamp
from loader.reporting.template_words import COLUMNS_HEADER, HOW_TO, PRODUCTS_HEADER, examples
from loader.reporting.workbook_cells import Book, Look, Value
from schemas.pouch_orders import BY_NAME, FIELDS, KEY, RESOLVED
from schemas.vocabulary import Field, Kind

# What most orders need, in the order in which people fill it in; all other columns follow.
USUAL = (
    KEY, "action", "first_name", "last_name", "consumer_id", "email", "phone_number", "address1",
    "address2", "city", "province_name", "postal_code", "country_name", "product", "serving_size",
    "time_of_administration", "custom_label", "duration", "pack", "standalone", "quantity",
    "physician_name", "note",
)  # fmt: skip
ORDERS, PRODUCTS, COLUMNS, HELP = "Orders", "Products", "Columns", "How to fill in"
LAST_ROW = 2_000  # down to which cells are formatted and have their lists
_KINDS = {"product": "Product", "pack": "Pack", "standalone": "Standalone product"}
_LONGEST_PROMPT = 250  # Excel refuses a file with longer ones
_SHORT, _LONG = 12.0, 32.0  # widths of columns


def columns() -> list[Field]:
    """Return every declared column in the order of the template."""
    place = {name: number for number, name in enumerate(USUAL)}
    return sorted(FIELDS, key=lambda field: place.get(field.name, len(USUAL)))


def label(field: Field) -> str:
    """Return the header under which a column stands: words that the loader reads as its name."""
    if field.name == KEY:
        return field.aliases[0]
    words = field.name.replace("_", " ")
    return words[0].upper() + words[1:]


def needed(field: Field) -> str:
    """Return when a column is needed, in words; a name is where the id that it becomes is."""
    becomes = RESOLVED.get(field.name)
    return field.needed or (BY_NAME[becomes[0]].needed if becomes else "")


def template_workbook(catalogue: Catalogue | None) -> bytes:
    """Return the workbook as XLSX bytes; with the products of the catalogue where there is one."""
    book = Book("Order template")
    fields = columns()
    offered = _offered(catalogue)
    book.sheet(
        ORDERS, [_headers(fields), *_examples(fields, offered)], freeze="B2", filtered=False,
        widths=[_width(field) for field in fields] + [3.0],
        prepare=partial(_prepare, fields=fields, places=_places(offered)),
    )  # fmt: skip
    book.sheet(HELP, [[Value(text, _LOOKS[kind])] for kind, text in HOW_TO], widths=[100.0],
               freeze="", filtered=False)  # fmt: skip
    book.sheet(COLUMNS, list(_about(fields)), widths=[28.0, 50.0, 32.0, 50.0, 22.0, 46.0])
    if offered:
        book.sheet(PRODUCTS, list(_products(offered)), widths=[44.0, 20.0, 22.0, 40.0])
    return book.content()


_LOOKS = {"title": Look.TITLE, "heading": Look.HEADING, "words": Look.WORDS}


# ------------------------------------------------------------------ the sheet of orders
def _headers(fields: Sequence[Field]) -> list[Value]:
    cells = [
        Value(label(field), Look.NEEDED_HEADER if needed(field) else Look.HEADER, _note(field))
        for field in fields
    ]
    return [*cells, Value(stamp())]


def _note(field: Field) -> str:
    lines = [
        field.about,
        f"Needed: {needed(field)}." if needed(field) else "",
        f"May hold: {field.allowed}.",
        f"When empty: {field.default}." if field.default else "",
    ]
    return "\n".join(line for line in lines if line)  # fmt: skip


def _width(field: Field) -> float:
    if field.name in RESOLVED:
        return _LONG
    short = _is_number(field) or field.kind in (Kind.BOOLEAN, Kind.CHOICE)
    return _SHORT if short else min(max(len(label(field)) + 4.0, 16.0), _LONG)


def _examples(fields: Sequence[Field], offered: Sequence[Item]) -> Iterator[list[Value]]:
    names = [item.name for item in offered if item.kind == "product"]
    for row in examples(names):
        numbers = {field.name for field in fields if _is_number(field)}
        yield [
            Value(int(text) if field.name in numbers and text else text, Look.EXAMPLE)
            for field in fields
            for text in (row.get(field.name, ""),)
        ]


def _is_number(field: Field) -> bool:
    return field.kind is Kind.INTEGER


# ------------------------------------------------------------------ lists and limits
def _prepare(page: Any, fields: Sequence[Field], places: dict[str, str]) -> None:  # noqa: ANN401  # openpyxl's
    """Format the empty cells of each column, and let the program itself check what it can."""
    for number, field in enumerate(fields, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].number_format = "General" if _is_number(field) else "@"
        check = _validation(field, places)
        if check is not None:
            check.add(f"{letter}2:{letter}{LAST_ROW}")
            page.data_validations.append(check)
    page.column_dimensions[get_column_letter(len(fields) + 1)].hidden = True


def _validation(field: Field, places: dict[str, str]) -> Any:  # noqa: ANN401  # openpyxl's
    """Return what the spreadsheet program itself may check; None where it can check nothing."""
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
    check.errorTitle, check.error = label(field)[:30], f"Allowed: {field.allowed}."[:220]
    check.promptTitle, check.prompt = label(field)[:30], field.about[:_LONGEST_PROMPT]
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


def _about(fields: Sequence[Field]) -> Iterator[list[Value]]:
    yield [Value(text, Look.OUR_HEADER) for text in COLUMNS_HEADER]
    for field in fields:
        texts = (label(field), field.about, needed(field) or "no", field.allowed, field.default,
                 ", ".join(field.aliases))  # fmt: skip
        first = Look.NEEDED_HEADER if needed(field) else Look.HEADER
        yield [Value(texts[0], first), *[Value(text, Look.WORDS) for text in texts[1:]]]
