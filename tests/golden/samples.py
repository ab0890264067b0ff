"""Builds the samples: invented people, synthetic ids, and mistakes planted on purpose.

Run it (`python -m tests.golden.samples`) only to change a sample; the files are committed.
"""

import csv
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

SAMPLES = Path(__file__).parents[2] / "samples"
_ID = "00000000-0000-4000-8000-000000000"

HEADERS = (
    "Order ID", "Existing consumer", "Patient first name", "Patient last name", "Email", "Phone",
    "Street", "Apt", "City", "State", "Zip", "Country", "Doctor", "Days", "AM/PM", "Pouch label",
    "Product ID", "Serving", "Pack ID", "Standalone ID", "Quantity", "Note", "Internal ref",
)  # fmt: skip
_PERSON = HEADERS[1:13]

FIRST = ("Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kim", "Lou",
         "Mia", "Noa", "Otto", "Pia", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Vic", "Wren", "Xia",
         "Yael", "Zoë", "D'Arcy", "Bo", "Null", "Renée")  # fmt: skip
LAST = ("Example", "Sample", "Specimen", "Muster", "Placeholder", "Dummy", "Pattern",
        "Template", "Mockup", "Testcase", "Fixture", "Prototype", "O'Sample", "van der Muster",
        "NA")  # fmt: skip
TOWNS = (("Springfield", "Illinois", "62701"), ("Newark", "New Jersey", "07102"),
         ("Boston", "Massachusetts", "02134"), ("Salem", "Oregon", "97301"),
         ("Concord", "New Hampshire", "03301"), ("Austin", "Texas", "78701"))  # fmt: skip
MORNING = ((101, 1), (109, 1), (112, 1), (110, 1))
EVENING = ((103, 2), (105, 1), (107, 2))
MIDDAY = ((117, 1), (116, 1))

Row = dict[str, str]


def _person(number: int) -> Row:
    first, last = FIRST[number % len(FIRST)], LAST[(number * 7 + number // 30) % len(LAST)]
    town, state, code = TOWNS[number % len(TOWNS)]
    mail = "".join(
        c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalpha() or c == ".")
    )
    return {
        "Patient first name": first, "Patient last name": last,
        "Email": f"{mail}{number}@example.com" if number % 3 else "",
        "Phone": f"+1213555{number:04d}" if number % 2 else "",
        "Street": f"{100 + number} Sample Street",
        "Apt": f"Apt {number}" if number % 5 == 0 else "",
        "City": town, "State": state, "Zip": code, "Country": "United States",
        "Doctor": "Dr. Example" if number % 4 == 0 else "",
    }  # fmt: skip


def _existing(number: int) -> Row:
    person = _person(number)
    for name in ("Patient first name", "Patient last name", "Email", "Phone"):
        person[name] = ""
    return {**person, "Existing consumer": f"{_ID}4{1 + number % 14:02d}"}


def _contents(time: str, label: str, products: tuple[tuple[int, int], ...]) -> list[Row]:
    return [
        {"AM/PM": time, "Pouch label": label, "Product ID": f"{_ID}{product}", "Serving": str(size)}
        for product, size in products
    ]


def _order(number: int, rows: list[Row], *, person: Row | None = None) -> list[Row]:
    """An order as people write it: who and where stand on its first row."""
    key = {"Order ID": f"2026-11-{number:03d}", "Internal ref": f"file {number // 10}"}
    first = {**(person or _person(number)), **rows[0]}
    return [{**key, **first}, *({**key, **row} for row in rows[1:])]


def monthly_rows() -> list[Row]:
    """About 60 orders of a clinic's month, in the order of its file."""
    orders: list[list[Row]] = []
    for number in range(1, 63):
        days = {"Days": ("30", "60", "28")[number % 3]}
        match number % 6:
            case 0:
                rows = [{"Pack ID": f"{_ID}20{1 + number % 3}", "AM/PM": "Morning", "Days": "30"}]
            case 1:
                rows = [{"Standalone ID": f"{_ID}30{1 + number % 2}", "Quantity": "2"}]
            case 2:
                rows = _contents("Morning", "", MORNING[: 2 + number % 3])
            case 3:
                rows = _contents("Morning", "AM Vitamins", MORNING)
                rows += _contents("Evening", "PM Vitamins", EVENING)
            case 4:
                rows = _contents("Morning", "", MORNING[:2]) + _contents("Midday", "", MIDDAY)
                rows += _contents("Evening", "", EVENING[:2])
            case _:
                rows = _contents("Evening", "Sleep well", EVENING[:1])
                rows.append({"Standalone ID": f"{_ID}301", "Quantity": "1"})
        if rows[0].get("Product ID"):
            rows[0].update(days)
        person = _existing(number) if number % 9 == 4 else None
        orders.append(_order(number, rows, person=person))
    _plant(orders)
    return [row for order in orders for row in order]


def _plant(orders: list[list[Row]]) -> None:
    """Plant mistakes of different kinds; `samples/monthly/README.md` lists them."""
    orders[4][0]["Days"] = "90"  # 005: more than 60 days
    orders[8][0]["Patient last name"] = ""  # 009: half a name
    orders[13][0]["Product ID"] = "Vitamin D3"  # 014: a name where an id belongs
    orders[19][0]["Email"] = "ben.sample@example"  # 020: no e-mail address
    orders[25][1]["Product ID"] = orders[25][0]["Product ID"]  # 026: a product twice in a pouch
    orders[31][0]["Zip"] = "2134"  # 032: a dropped zero
    orders[38][0]["Product ID"] = f"{_ID}121"  # 039: an inactive product
    orders[44][1]["City"] = "Elsewhere"  # 045: two cities in one order
    orders[46][0]["Phone"] = "(213) 555-0147"  # 047: a warning, not held back
    orders[51][0]["AM/PM"] = "Bedtime"  # 052 … and the other rows of its pouch: an unusual time
    for row in orders[51][1:]:
        row["AM/PM"] = "Bedtime"
    orders[57][-1]["Serving"] = "6"  # 058: a size far above the usual one
    again = [dict(row) for row in orders[9]]  # 010 a second time, under another number
    for row in again:
        row["Order ID"] = "2026-11-063"
    orders.append(again)


PRESCRIPTION_HEADERS = (
    "Prescription no", "Practitioner", "Given name", "Family name", "Address line 1", "Town",
    "Region", "Postcode", "Country", "Days supply", "When", "Supplement id", "Capsules", "Remark",
)  # fmt: skip


def prescription_rows() -> list[Row]:
    """Two prescriptions as a practitioner writes them."""
    one = {"Practitioner": "Dr. A. Example", "Given name": "Hana", "Family name": "Template",
           "Address line 1": "7 Sample Lane", "Town": "Burlington", "Region": "Vermont",
           "Postcode": "05401", "Country": "United States", "Days supply": "60",
           "Remark": "Take with food."}  # fmt: skip
    two = {**one, "Given name": "Ivo", "Family name": "Mockup", "Days supply": "30", "Remark": ""}
    plan = (("RX-1001", one, (("Morning", 101, 1), ("Morning", 115, 1), ("Evening", 103, 2))),
            ("RX-1002", two, (("Morning", 110, 1), ("Evening", 119, 2))))  # fmt: skip
    rows = []
    for key, person, contents in plan:
        for place, (time, product, size) in enumerate(contents):
            row = {"Prescription no": key, "When": time, "Supplement id": f"{_ID}{product}",
                   "Capsules": str(size)}  # fmt: skip
            rows.append({**(person if place == 0 else {}), **row})
    return rows


def write_csv(path: Path, headers: tuple[str, ...], rows: list[Row]) -> None:
    """Write rows as a CSV file as spreadsheet programs do."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_xlsx(path: Path, headers: tuple[str, ...], rows: list[Row]) -> None:
    """Write rows as a workbook: numbers as numbers, postal codes formatted 00000, all else text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append(headers)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBE4")
    sheet.freeze_panes = "B2"
    for number, row in enumerate(rows, 2):
        for place, header in enumerate(headers, 1):
            text = row.get(header, "")
            if not text:
                continue
            cell = sheet.cell(number, place)
            if header in ("Days", "Serving", "Quantity") and text.isdigit():
                cell.value = int(text)
            elif header == "Zip" and len(text) == 5:
                cell.value, cell.number_format = int(text), "00000"
            else:
                cell.value, cell.number_format = text, "@"
    for place in range(1, len(headers) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 14
    book.properties.creator = "order-loader"
    book.properties.created = book.properties.modified = datetime(2026, 11, 1)
    book.save(path)
    fixed_times(path)


def fixed_times(path: Path) -> None:
    """Write the archive again with fixed times, so that the same sample has the same bytes."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name, (2026, 11, 1, 0, 0, 0)), content, ZIP_DEFLATED)


def main() -> None:
    """Write all samples."""
    for folder in ("monthly", "prescription", "smallest"):
        (SAMPLES / folder).mkdir(parents=True, exist_ok=True)
    rows = monthly_rows()
    write_csv(SAMPLES / "monthly" / "monthly.csv", HEADERS, rows)
    write_xlsx(SAMPLES / "monthly" / "monthly.xlsx", HEADERS, rows)
    write_csv(SAMPLES / "prescription" / "prescription.csv", PRESCRIPTION_HEADERS,
              prescription_rows())  # fmt: skip
    write_csv(
        SAMPLES / "smallest" / "smallest.csv",
        ("Order ID", "First name", "Last name", "Street", "City", "Country", "Product ID"),
        [{"Order ID": "ORD-2026-0001", "First name": "Ada", "Last name": "Example",
          "Street": "1 Sample Street", "City": "Sampleton", "Country": "United States",
          "Product ID": f"{_ID}101"}],
    )  # fmt: skip


if __name__ == "__main__":
    main()
