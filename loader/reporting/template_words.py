"""The words of the order template, and its examples."""

from collections.abc import Sequence

from schemas.examples import P1, P2, SOUND
from schemas.pouch_orders import KEY

COLUMNS_HEADER = (
    "Column", "What it is for", "Needed", "What may stand there", "When it is empty",
    "Other headers that are understood",
)  # fmt: skip
PRODUCTS_HEADER = ("Name to write into the orders", "Stock number", "What it is", "Its id")
EXAMPLE_KEYS = ("EXAMPLE-1", "EXAMPLE-2")
IGNORED = "IGNORE"

HOW_TO = (
    ("title", "How to fill in the order template"),
    ("heading", "The short way"),
    ("words",
     "1. Write your orders on the sheet “Orders”, below the examples or over them."
     " One row is one product in one pouch."),
    ("words",
     "2. All rows of one order bear the same number in the first column: your own "
     "number, and never the same for another order. Nothing is sent twice under "
     "one number."),
    ("words", "3. Name, address and so on need to stand only on the first row of an order."),
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
    ("words",
     "Products of one order with the same time of administration go into one "
     "pouch, at most eight of them. “Duration” is the number of days."),
    ("words",
     "A curated pack fills a pouch on its own: write it into “Pack” and leave "
     "“Product” empty. A bottle or tub goes into “Standalone”, with its "
     "“Quantity”."),
    ("heading", "Good to know"),
    ("words",
     "Dark columns are needed, at least sometimes; the sheet “Columns” says when. "
     "Point at a header to read what it is for. You may delete columns that you do"
     " not use, move them, and add your own: they are not sent."),
    ("words",
     "Cells are formatted as text, so that 02134 and +1213… stay as you type them."
     " When you paste, choose “values only”, or the formats are lost."),
    ("words",
     "The last, hidden column says by which rules this template was made. Leave it"
     " there: you are told when a rule has changed."),
)  # fmt: skip


def examples(names: Sequence[str]) -> list[dict[str, str]]:
    """Return rows of two invented orders, with products of the catalogue where there is one."""
    first, second, third = _three(names)
    person = {name: text for name, text in SOUND.items() if name != "client_product_id"}
    shared = {
        **person, "action": IGNORED, "postal_code": "02134", "province_name": "Massachusetts",
        "phone_number": "+16175550123", "duration": "30", "serving_size": "1",
    }  # fmt: skip
    again = {"action": IGNORED, "serving_size": "1"}
    return [
        {**shared, KEY: EXAMPLE_KEYS[0], **first},
        {**again, KEY: EXAMPLE_KEYS[0], "time_of_administration": "Morning", **second},
        {**again, KEY: EXAMPLE_KEYS[0], "time_of_administration": "Evening", **third},
        {**shared, KEY: EXAMPLE_KEYS[1], "first_name": "Ben", "time_of_administration": "Evening",
         **first},
    ]  # fmt: skip


def _three(names: Sequence[str]) -> list[dict[str, str]]:
    if names:
        return [{"product": names[min(number, len(names) - 1)]} for number in range(3)]
    return [{"client_product_id": identity} for identity in (P1, P2, P1)]
