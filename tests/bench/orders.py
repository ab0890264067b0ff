"""A generated order file: five rows an order, thirty columns, a share of the rows wrong."""

import csv
import random
from pathlib import Path

ID = "00000000-0000-4000-8000-000000000"
COLUMNS = (
    "source_client_order_id", "client_custom_order_id", "source", "order_type", "order_email",
    "note", "first_name", "last_name", "email", "phone_number", "addressee", "address1",
    "address2", "city", "province_name", "postal_code", "country_name", "order_line",
    "line_name", "physician_name", "duration", "is_expedited", "lot_information", "pouch",
    "time_of_administration", "custom_label", "cycle", "cycle_length", "client_product_id",
    "serving_size",
)  # fmt: skip
_TIMES = ("Morning", "Morning", "Midday", "Evening", "Evening")
WRONG = (("duration", "90"), ("email", "nobody"), ("client_product_id", "x"), ("city", "C" * 51))


def write(path: Path, rows: int, wrong: float, seed: int = 1) -> None:
    """Write `rows` rows, of which the share `wrong` has one wrong cell."""
    chance = random.Random(seed)  # repeatable, not secret
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            made = row(number)
            if chance.random() < wrong:
                column, value = chance.choice(WRONG)
                made[column] = value
            writer.writerow(made.values())


def row(number: int) -> dict[str, str]:
    """Return the cells of a right row by column."""
    order, place = divmod(number, 5)
    person = f"{order:07d}"
    values = (
        f"ORD-{person}", "", "Clinic", "DTC", "", "", f"First{person}", f"Last{person}",
        f"p{person}@example.com", f"+1213{person}", "", f"{order} Sample Street", "",
        "Springfield", "Illinois", "62701", "United States", "1", "", "Dr. Example", "30", "no",
        "", "", _TIMES[place], "", "daily", "7", f"{ID}{101 + place}", "1",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
