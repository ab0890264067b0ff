"""Builds the two clinic spreadsheets: invented practices, people and addresses, in their own words.

Run it (`python -m tests.golden.clinic_samples`) only to change a sample; the files are committed.
Products are those of the sandbox's catalogue; the profiles beside the files are written by hand.
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from tests.golden.samples import SAMPLES, fixed_times

Row = Sequence[str]

LONG = SAMPLES / "clinic-long"
WIDE = SAMPLES / "clinic-wide"

LONG_TITLE = "Praktijk De Linde · bestellijst november 2026"
LONG_HEADERS = (
    "Cliëntnummer", "Voornaam", "Achternaam", "E-mailadres", "Telefoon", "Straat en nr",
    "Postcode", "Plaats", "Behandelaar", "Aantal dagen", "Innamemoment", "Supplement",
    "Aantal", "Spoed", "Interne opmerking",
)  # fmt: skip
_D3, _MG = "Vitamine D3 25 mcg", "Magnesium Glycinate 120 mg"
_ZN, _O3 = "Zink 15 mg", "Omega-3 500 mg"
_C, _B12, _FE, _K2 = "Vitamine C 500 mg", "Vitamin B12 1000 mcg", "IJzer 18 mg", "K2-100"
_DUTCH = (
    ("Fleur", "Voorbeeld", "fleur@example.com", "+31201234567", "Lindelaan 1", "1011 AB",
     "Amsterdam"),
    ("Joost", "de Vries-Proef", "joost@example.com", "+31301234567", "Kerkstraat 22 bis",
     "3511 AX", "Utrecht"),
    ("Zoë", "'t Hart", "zoe@example.com", "", "Singel 303", "3112 GK", "Schiedam"),
    ("Bram", "Zomer", "", "+31701234567", "Plein 4", "2511 CR", "Den Haag"),
    ("Noor", "El Test", "noor@example.com", "", "Haven 55", "8011 AA", "Zwolle"),
    ("Sem", "Staal", "sem@example.com", "+31502345678", "Grote Markt 6", "9711 LV", "Groningen"),
)  # fmt: skip
_DUTCH_CONTENTS = (
    (("'s ochtends", _D3, "1,0"), ("'s ochtends", _B12, "1"), ("'s avonds", _MG, "2")),
    (("'s ochtends", _O3, "2"), ("'s avonds", _ZN, "1")),
    (("'s ochtends", _D3, "1"), ("'s middags", _C, "1"), ("'s avonds", _MG, "2"),
     ("'s avonds", _ZN, "1")),
    (("'S Ochtends", _FE, "1"), ("'s ochtends", _C, "1")),
    (("'s ochtends", _D3, "2"), ("'s ochtends", _K2, "1")),
    (("'s middags", _O3, "2"), ("'s middags", _B12, "1"), ("'s avonds", _MG, "2")),
)  # fmt: skip

WIDE_HEADERS = (
    "Kd.-Nr.", "Vorname", "Nachname", "Straße", "PLZ", "Ort", "Land", "Telefon", "Tage",
    "Morgens", "Mittags", "Abends", "Omega-3 (morgens)", "Bemerkung",
)  # fmt: skip
_GERMAN = (
    ("1001", "Jürgen", "Muster", "Sonnenallee 7", "01067", "Dresden", "DE", "+493511234567", "30",
     "2 x Vitamin D3 25 mcg; Zinc 15 mg", "", "2 x Magnesium Glycinate 120 mg", "", "ruft an"),
    ("1002", "Änne", "Beispiel", "Am Probierfeld 12a", "80331", "München", "DE", "", "60",
     "Vitamin B12 1000 mcg", "Vitamin C 500 mg", "Magnesium Glycinate 120 mg", "2", ""),
    ("1003", "Otto", "Versuch", "Ring 3", "1010", "Wien", "AT", "+4315551234", "30",
     "-", "Iron 18 mg;", "", "", ""),
    ("1004", "Käthe", "Groß", "Hafenstr. 40", "20095", "Hamburg", "DE", "", "30",
     "Folate 400 mcg; Vitamin B6 25 mg; Vitamin B12 1000 mcg", "-", "-", "1", "neu"),
    ("1005", "Till", "Lang", "Weg 5", "50667", "Köln", "DE", "+492211234567", "28",
     "1 x CoQ10 100 mg", "", "2 x Ashwagandha 300 mg; 2 X Turmeric 500 mg", "", ""),
)  # fmt: skip


def long_rows() -> list[Row]:
    """Return the Dutch list: one row per supplement, the client on the first row alone."""
    rows: list[Row] = []
    for number, (person, contents) in enumerate(zip(_DUTCH, _DUTCH_CONTENTS, strict=True)):
        for at, (when, what, size) in enumerate(contents):
            first = (
                str(4711 + number), *person, "dr. A. Linde", ("30", "60")[number % 2],
            )  # fmt: skip
            head = first if at == 0 else ("",) * len(first)
            urgent = ("ja" if number == 3 else "nee") if at == 0 else ""
            remark = "belt zelf" if number == 1 and at == 0 else ""
            rows.append((*head, when, what, size, urgent, remark))
    return rows


def _write_csv(path: Path, rows: Sequence[Row], encoding: str, delimiter: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def _write_xlsx(path: Path, title: str, rows: Sequence[Row], numbers: Sequence[int]) -> None:
    """Write rows as text, but for whole numbers in the columns that `numbers` names."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            if place - 1 in numbers and text.isdigit():
                cell.value = int(text)
            elif text:
                cell.value, cell.number_format = text, "@"
    sheet.cell(1, 1).font = Font(bold=True)
    book.properties.creator = "order-loader"
    book.properties.created = book.properties.modified = datetime(2026, 11, 1)
    book.save(path)
    fixed_times(path)


def main() -> None:
    """Write both samples."""
    for folder in (LONG, WIDE):
        folder.mkdir(parents=True, exist_ok=True)
    dutch = [(LONG_TITLE, *[""] * 14), [""] * 15, LONG_HEADERS, *long_rows()]
    _write_csv(LONG / "clinic-long.csv", dutch, "cp1252", ";")
    _write_xlsx(LONG / "clinic-long.xlsx", "Bestellijst", dutch, (0, 9, 12))
    german = [WIDE_HEADERS, *_GERMAN]
    _write_csv(WIDE / "clinic-wide.csv", german, "utf-8", ",")
    _write_xlsx(WIDE / "clinic-wide.xlsx", "Patienten", german, (0, 8, 12))


if __name__ == "__main__":
    main()
