"""The words of the order template, and its examples."""

from collections.abc import Mapping, Sequence

from loader.core.template_wide import product_header, size_header
from loader.reporting.template_columns import header_of
from schemas.demands import Level
from schemas.examples import EXAMPLE_CATALOGUE, P1, P2, SOUND
from schemas.pouch_orders import BY_NAME, KEY

COLUMNS_HEADER = (
    "Column", "What it is for", "Needed", "What may stand there", "When it is empty",
    "Other headers that are understood",
)  # fmt: skip
PRODUCTS_HEADER = ("Name to write into the orders", "Stock number", "What it is", "Its id")
EXAMPLE_KEYS = ("EXAMPLE-1", "EXAMPLE-2")
IGNORED = "IGNORE"

Words = tuple[str, str]  # how it looks, and the text

_THE_SHORT_WAY = {
    False: (
        "1. Write your orders on the sheet “Orders”, below the examples or over them."
        " One row is one product in one pouch.",
        "2. All rows of one order bear the same number in the first column: your own number, and"
        " never the same for another order. Nothing is sent twice under one number.",
        "3. Name, address and so on need to stand only on the first row of an order.",
    ),
    True: (
        "1. Write your orders on the sheet “Orders”, below the examples or over them."
        " One row is one order.",
        "2. Each order has a number of its own in the first column: your own number, and never the"
        " same for another order. Nothing is sent twice under one number.",
        "3. Name the products under the time of day at which they are taken, and their size (how"
        " many of them) beside each.",
    ),
}
_POUCHES = {
    False: (
        "Products of one order with the same time of administration go into one pouch, at most"
        " eight of them. “Duration” is the number of days.",
        "A curated pack fills a pouch on its own: write it into “Pack” and leave “Product” empty."
        " A bottle or tub goes into “Standalone”, with its “Quantity”.",
    ),
    True: (
        "The products of a time of day go into one pouch, at most eight of them. “Duration” is the"
        " number of days. Leave places that you do not need empty, or delete their columns.",
        "A curated pack fills a pouch on its own: write it into “Morning pack”, “Midday pack” or"
        " “Evening pack”. For bottles and tubs, for labels on pouches and for other times, use the"
        " long template: order-loader template FILE.xlsx.",
    ),
}

_OWN_COLUMNS = {
    False: "You may add your own: they are not sent.",
    True: "A column of your own keeps the orders back until somebody accepts that it is not sent"
    " (--accept MAP-HEADER): it could be a place for a product, misspelt.",
}


def how_to(*, wide: bool) -> list[Words]:
    """Return the page of instructions for a layout."""
    return [
        ("title", "How to fill in the order template"),
        ("heading", "The short way"),
        *[("words", text) for text in _THE_SHORT_WAY[wide]],
        ("words",
         "4. Save the file and check it: order-loader validate FILE.xlsx. Nothing is "
         "sent by that. It says what is ready and what to correct."),
        ("words",
         "5. Send it: order-loader submit FILE.xlsx --env prod. It shows what it will "
         "send, and asks before it does."),
        ("heading", "Examples"),
        ("words",
         "The grey rows are examples. They say IGNORE in the column “Action”, and such"
         " rows are never ordered. When you write over one, empty its “Action”, or "
         "your order is left out, too."),
        ("heading", "Pouches"),
        *[("words", text) for text in _POUCHES[wide]],
        ("heading", "Good to know"),
        ("words",
         "Dark columns are needed, at least sometimes; the sheet “Columns” says when. "
         "Point at a header to read what it is for. You may delete columns that you do"
         f" not use, and move them. {_OWN_COLUMNS[wide]}"),
        ("words",
         "Cells are formatted as text, so that 02134 and +1213… stay as you type them."
         " When you paste, choose “values only”, or the formats are lost."),
        ("words",
         "The last, hidden column says by which rules this template was made. Leave it"
         " there: by it the file is known for a template, and you are told when a rule has"
         " changed."),
    ]  # fmt: skip


def examples(names: Sequence[str]) -> list[dict[str, str]]:
    """Return rows of two invented orders, by header; with products of the catalogue, if any."""
    first, second, third = _three(names)
    ignored = {"action": IGNORED, "serving_size": "1"}
    rows = [
        {**_person("Ada"), **ignored, KEY: EXAMPLE_KEYS[0], "product": first,
         "time_of_administration": "Morning"},
        {**ignored, KEY: EXAMPLE_KEYS[0], "product": second, "time_of_administration": "Morning"},
        {**ignored, KEY: EXAMPLE_KEYS[0], "product": third, "time_of_administration": "Evening"},
        {**_person("Ben"), **ignored, KEY: EXAMPLE_KEYS[1], "product": first,
         "time_of_administration": "Evening"},
    ]  # fmt: skip
    return list(map(_by_header, rows))


def wide_examples(names: Sequence[str]) -> list[dict[str, str]]:
    """Return the same orders as one row each, by header."""
    first, second, third = _three(names)
    ada = _by_header({**_person("Ada"), "action": IGNORED, KEY: EXAMPLE_KEYS[0]})
    ben = _by_header({**_person("Ben"), "action": IGNORED, KEY: EXAMPLE_KEYS[1]})
    return [
        ada | _placed("Morning", first, second) | _placed("Evening", third),
        ben | _placed("Evening", first),
    ]


def _placed(time: str, *names: str) -> dict[str, str]:
    places = {product_header(time, number): name for number, name in enumerate(names, 1)}
    return places | {size_header(time, number): "1" for number in range(1, len(names) + 1)}


def _by_header(row: Mapping[str, str]) -> dict[str, str]:
    return {header_of(BY_NAME[name]): text for name, text in row.items()}


def _person(first_name: str) -> dict[str, str]:
    """Return an invented person with a postal code that begins with a zero."""
    known = {name: text for name, text in SOUND.items() if BY_NAME[name].level is Level.ORDER}
    return {
        **known, "first_name": first_name, "postal_code": "02134",
        "province_name": "Massachusetts", "phone_number": "+16175550123", "duration": "30",
    }  # fmt: skip


def _three(names: Sequence[str]) -> list[str]:
    """Return three names of products, of the catalogue where it is known."""
    names = names or [EXAMPLE_CATALOGUE[identity][1] for identity in (P1, P2)]
    return [names[min(number, len(names) - 1)] for number in range(3)]
