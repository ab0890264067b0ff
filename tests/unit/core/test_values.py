"""What spreadsheets do to values: each case has its exact finding, at its exact cell.

A case is a text in one column of an otherwise sound order.
"""

import pytest

from loader.core.model import FactKind
from schemas.codes import CODES
from schemas.examples import BOTTLE, PACK, PERSON
from schemas.pouch_orders import KEY
from tests.unit.core.tables import (
    Column,
    TableSource,
    cell_of,
    check_rows,
    check_source,
    codes,
    only,
    placed,
)

ALONE = {"client_product_id": "", "time_of_administration": ""}


# ------------------------------------------------------------------ postal codes
def test_a_number_shown_with_zeros_keeps_them() -> None:
    """2134 in a cell formatted 00000 is 02134: the zeros stay, and a note says so."""
    column = Column("postal_code", ["02134"], fact=FactKind.ZEROS)
    assert column.told() == column.all_are("CELL-ZEROS", "note")
    assert column.requests()["02134"]["shipping_address"]["postal_code"] == "02134"


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("United States", "2134"), ("United States", "2134-1234"), ("United States", "501"),
        ("Puerto Rico", "601"), ("Germany", "1067"), ("Spain", "8001"), ("Norway", "150"),
        ("New Zealand", "622"), ("Singapore", "18956"), ("Brazil", "1310100"), ("Japan", "640941"),
    ],
)  # fmt: skip
def test_a_postal_code_that_is_too_short_waits_for_a_person(country: str, code: str) -> None:
    """Where codes of a country have a fixed length, a shorter one may have lost a zero."""
    column = Column("postal_code", [code], also={"country_name": country})
    assert column.told() == column.all_are("ZIP-ZERO", "confirm")
    assert column.results() == {"to_correct"}


@pytest.mark.parametrize(
    ("country", "texts"),
    [
        ("United States", ["02134", "02134-1234"]),
        ("Norway", ["0150"]),
        ("Netherlands", ["1234 AB", "1234ab"]),
        ("United Kingdom", ["SW1A 1AA", "sw1a1aa"]),
        ("Israel", ["12345", "1234567"]),
        ("Taiwan", ["104", "10603"]),
        ("Hong Kong", ["1", "none"]),
        ("Atlantis Minor", ["1"]),
    ],
)
def test_a_postal_code_of_the_right_form_is_sent(country: str, texts: list[str]) -> None:
    """Whole codes, the shorter of two lengths, and countries without codes raise nothing."""
    column = Column("postal_code", texts, also={"country_name": country})
    told = {one.code for one in column.result.findings}
    assert told <= {"COUNTRY-UNKNOWN"}


@pytest.mark.parametrize(
    ("country", "texts"),
    [
        ("United States", ["2134 5", "K1A 0B1", "021345", "34"]), ("Portugal", ["1000"]),
        ("Netherlands", ["1234", "0123 AB"]), ("Ireland", ["D02", "1"]), ("Canada", ["2134"]),
        ("Israel", ["1234"]), ("Taiwan", ["1040"]),
    ],
)  # fmt: skip
def test_a_postal_code_of_another_form_is_a_warning(country: str, texts: list[str]) -> None:
    """It is sent, and never taken for one that lost a zero where codes are not just digits."""
    column = Column("postal_code", texts, also={"country_name": country})
    assert column.told() == column.all_are("POSTAL-FORM", "warning")
    assert column.results() == {"ready"}


def test_the_country_of_a_postal_code_may_stand_on_another_row_of_the_order() -> None:
    """Order-level cells stand on any row: the code of row 3 is judged by the country of row 2."""
    result = check_rows(
        {"postal_code": ""},
        {"postal_code": "2134", "country_name": "", "client_product_id": PERSON},
    )
    assert placed(only(result)) == (
        "ZIP-ZERO", "confirm", cell_of("postal_code", 3, ["postal_code"]), "postal_code", 3,
        "ORD-1",
    )  # fmt: skip


# ------------------------------------------------------------------ digits that were lost
@pytest.mark.parametrize(
    "name",
    ["client_custom_order_id", "phone_number", "order_phone_number", "postal_code",
     "lot_information", "client_custom_order_line_id"],
)  # fmt: skip
def test_a_number_shown_as_a_power_has_lost_its_digits(name: str) -> None:
    """An id or phone number that stands as 1.23E+11 is an error: nobody knows its digits."""
    column = Column(name, ["1.23E+11", "1,23E+11", "1.23e+11", "1E+11", "-1.5E+12"])
    assert column.told() == column.all_are("CELL-DIGITS", "error")


def test_a_key_shown_as_a_power_has_lost_its_digits() -> None:
    """The key is an id like the others."""
    assert placed(only(check_rows({KEY: "1.23E+11"}))) == (
        "CELL-DIGITS", "error", "A2", KEY, 2, "1.23E+11",
    )  # fmt: skip


def test_an_id_that_only_looks_like_a_power_is_an_id() -> None:
    """A spreadsheet always writes the plus: ids such as 7E12 are somebody's own."""
    column = Column("client_custom_order_id", ["1E5", "7e12", "E+11", "1.2E+", "A1E+11"])
    assert column.told() == column.none()


@pytest.mark.parametrize("name", ["client_custom_order_id", "duration", "lot_information"])
def test_a_number_cell_with_more_than_15_digits_is_an_error(name: str) -> None:
    """What the file format says of lost digits counts in every column."""
    column = Column(name, ["1234567890123456"], fact=FactKind.DIGITS_LOST)
    assert column.told() == column.all_are("CELL-DIGITS", "error")


# ------------------------------------------------------------------ whole numbers
def test_a_whole_number_written_otherwise_is_tidied_with_a_note() -> None:
    """30.0 is 30 and 007 is 7; nothing is put right in silence."""
    column = Column("duration", ["30.0", "30.000", "007", "030", "01.0"])
    assert column.told() == column.all_are("NUMBER-TIDIED", "note")
    sent = [request["order_lines"][0]["duration"] for request in column.requests().values()]
    assert sent == [30, 30, 7, 30, 1]


NOT_NUMBERS = [
    "1.5", "3e1", "1_000", "nan", "inf", "-inf", "NaN", "Infinity", "0x1F", "1,000", "1,0", "+5",
    "5.", ".5", "\uff11\uff12", "\u0663", "\u06f3", "\u096b", "³", "½", "\u2167", "一", "five",
    "5 days", "5 5", "--5", "1e", "1234567890123456", "True", "None", "5\u00a05", "5.0.0", "1/2",
    "0b1", "0o7", "5\u00b2", "1\u066b5",
]  # fmt: skip


@pytest.mark.parametrize("name", ["duration", "serving_size", "cycle_length"])
def test_what_python_or_a_person_would_take_for_a_number_is_an_error(name: str) -> None:
    """Only ASCII digits make a whole number: no exponent, separator, other digits or words."""
    column = Column(name, NOT_NUMBERS)
    assert column.told() == column.all_are("NUMBER-FORM", "error")


def test_a_quantity_that_is_no_number_is_not_taken_for_a_missing_one() -> None:
    """The one finding is about the form: that a quantity is missing would mislead."""
    column = Column("quantity", NOT_NUMBERS, also={**ALONE, "standalone_id": BOTTLE})
    assert column.told() == column.all_are("NUMBER-FORM", "error")


@pytest.mark.parametrize(
    ("name", "texts"),
    [("duration", ["0", "61", "-5", "999999999999999"]), ("serving_size", ["0", "-1"]),
     ("cycle_length", ["1", "8", "9", "11", "-7"])],
)  # fmt: skip
def test_a_number_outside_its_limits_is_an_error(name: str, texts: list[str]) -> None:
    """It parses, and the API would refuse it."""
    column = Column(name, texts)
    assert column.told() == column.all_are("NUMBER-RANGE", "error")


def test_one_bad_cell_does_not_hide_another_in_its_column() -> None:
    """A cell that does not parse leaves the limits of the rows around it checked."""
    column = Column("duration", ["90", "many", "61", "30"])
    assert [told[:1] and told[0][0] for told in column.told().values()] == [
        "NUMBER-RANGE", "NUMBER-FORM", "NUMBER-RANGE", [],
    ]  # fmt: skip


# ------------------------------------------------------------------ yes and no
def test_words_for_yes_and_no_come_from_a_list() -> None:
    """The declared words mean yes or no, in any case, and raise nothing."""
    column = Column("is_expedited", ["yes", "Y", "TRUE", "1", "X", "no", "N", "False", "0"])
    assert column.told() == column.none()
    sent = [request["order_lines"][0]["is_expedited"] for request in column.requests().values()]
    assert sent == [True] * 5 + [False] * 4


def test_other_words_are_neither_yes_nor_no() -> None:
    """Nothing is guessed: not even 1.0, on or a tick."""
    texts = ["maybe", "2", "on", "off", "ja", "1.0", "yes please", "nO!", "✓", "t", "f", "\uff11"]
    column = Column("is_expedited", texts)
    assert column.told() == column.all_are("YESNO-FORM", "error")


# ------------------------------------------------------------------ ids, e-mail, lists
def test_only_the_dashed_form_of_a_uuid_is_an_id() -> None:
    """No braces, no bare digits, no other form that a parser would take."""
    texts = [
        "{00000000-0000-4000-8000-000000000401}", "00000000000040008000000000000401",
        "urn:uuid:00000000-0000-4000-8000-000000000401", "00000000-0000-4000-8000-00000000040",
        "00000000-0000-4000-8000-0000000004011", "0000000-00000-4000-8000-000000000401",
        "00000000_0000_4000_8000_000000000401", "g0000000-0000-4000-8000-000000000401",
        "\uff100000000-0000-4000-8000-000000000401", "N/A", "12", "Vitamin D",
    ]  # fmt: skip
    column = Column("consumer_id", texts, also={"first_name": ""})
    assert column.told() == column.all_are("UUID-FORM", "error")


def test_a_uuid_may_be_of_either_case_and_any_version() -> None:
    """An id is sent as it stands."""
    texts = [PERSON, PERSON.upper()[:-1] + "A", "FFFFFFFF-ffff-0fff-0fff-ffffffffffff"]
    column = Column("consumer_id", texts, also={"first_name": ""})
    assert column.told() == column.none()
    assert [request["consumer"] for request in column.requests().values()] == [
        {"id": text} for text in texts
    ]


@pytest.mark.parametrize("name", ["email", "order_email"])
def test_wrong_syntax_of_an_email_address_is_an_error(name: str) -> None:
    """One address, of the plain form, or nothing."""
    column = Column(name, [
        "ada", "ada@", "@example.com", "ada@example", "ada@@example.com", "ada b@example.com",
        "ada@example..com", "ada@-example.com", "ada@example.com.", ".ada@example.com",
        "ada..b@example.com", "ada@exam_ple.com", "a,b@example.com", "ada@example.com;bo@b.com",
        "Ada <ada@example.com>", "adä@example.com", "mailto:ada@example.com", "N/A",
        "ada@[127.0.0.1]", "ada@example.com, bo@example.com", "ada@gmial",
    ])  # fmt: skip
    assert column.told() == column.all_are("EMAIL-FORM", "error")


def test_a_plain_email_address_is_sent() -> None:
    """Plus signs, apostrophes, subdomains, capitals: all in use; and no false suspicion."""
    column = Column("email", [
        "ada@example.com", "a.b+c_d@sub.example.co.uk", "o'neil@example.org", "A@EXAMPLE.COM",
        "ada@ymail.com", "ada@mail.com", "ada@gmail.com", "ada@example.co", "ada@con.example.org",
    ])  # fmt: skip
    assert column.told() == column.none()


@pytest.mark.parametrize("name", ["email", "order_email"])
def test_a_likely_slip_in_an_email_domain_is_a_warning(name: str) -> None:
    """The order goes; the message names the domain that may be meant."""
    meant = {
        "ada@gmial.com": "gmail.com", "ada@GMAIL.CON": "gmail.com", "ada@yaho.com": "yahoo.com",
        "ada@clinic.example.con": "clinic.example.com", "ada@hotmail.cm": "hotmail.com",
        "ada@example.orgg": "example.org",
    }  # fmt: skip
    column = Column(name, list(meant))
    assert column.told() == column.all_are("EMAIL-SLIP", "warning")
    assert column.results() == {"ready"}
    assert {text: said.split()[-1] for text, said in column.messages().items()} == {
        text: f"{domain}." for text, domain in meant.items()
    }


def test_a_word_of_a_list_in_other_capitals_is_put_right_with_a_note() -> None:
    """The API's own spelling is sent."""
    column = Column("order_type", ["dtc", "BULK", "bulk"])
    assert column.told() == column.all_are("CHOICE-TIDIED", "note")
    assert [one["order_type"] for one in column.requests().values()] == ["DTC", "Bulk", "Bulk"]


def test_a_word_that_is_not_in_the_list_is_an_error() -> None:
    """A closed list is closed."""
    column = Column("order_type", ["Wholesale", "D T C", "DTC;Bulk", "0", "DTCs"])
    assert column.told() == column.all_are("CHOICE-UNKNOWN", "error")


def test_an_unusual_time_of_day_is_a_warning_and_is_sent() -> None:
    """The API accepts other words; the rest of the platform does not know them."""
    column = Column("time_of_administration", ["Bedtime", "AM", "8:00", "Morning or Evening"])
    assert column.told() == column.all_are("TIME-UNUSUAL", "warning")
    for text, request in column.requests().items():
        assert request["order_lines"][0]["pouches"][0]["time_of_administration"] == text


def test_a_cycle_is_daily_or_days() -> None:
    """Day numbers are joined by semicolons, each at most the cycle's length."""
    column = Column("cycle", ["daily", "1", "7", "1;3;5", "7;1"])
    assert column.told() == column.none()


def test_anything_else_is_no_cycle() -> None:
    """Blanks, commas, zero, names of days and other digits are errors."""
    column = Column("cycle", [
        "Daily", "dailyx", "xdaily", "1,3", "1; 3", "0", "1;0", ";1", "1;", "1;;3", "01",
        "mon;wed", "100", "\u0661", "1-3", "daily;1",
    ])  # fmt: skip
    assert column.told() == column.all_are("CYCLE-FORM", "error")


# ------------------------------------------------------------------ telephone
def test_a_telephone_number_in_its_normal_form_raises_nothing() -> None:
    """Plus, digits, and an extension as the guide writes it, which does not count."""
    texts = ["+12133734253", "+12107284548ext12733", "+31201234567", "+441865123456ext1"]
    column = Column("phone_number", texts)
    assert column.told() == column.none()


@pytest.mark.parametrize("name", ["phone_number", "order_phone_number"])
def test_a_formatted_telephone_number_is_a_warning_with_its_normal_form(name: str) -> None:
    """The advice says how to write this very number, without repeating it."""
    advice = {
        "(213) 373-4253": "form: leave out ( ) - blanks, and begin with + and the country code.",
        "+1 213 373 4253": "form: leave out blanks.",
        "+1\u00a0213 3734253": "form: leave out blanks.",
        "2133734253": "form: begin with + and the country code.",
        "+1.213.373.4253": "form: leave out ..",
        "+12133734253 x12": "form.",
        "+0213373425": "form.",
    }
    column = Column(name, list(advice))
    assert column.told() == column.all_are("PHONE-FORM", "warning")
    assert column.results() == {"ready"}
    for text, said in column.messages().items():
        assert said.endswith(advice[text])
        assert not any(character.isdigit() for character in said)


def test_a_telephone_number_over_15_characters_is_a_warning() -> None:
    """The sources disagree: 15 in the contract, 30 in the guide."""
    column = Column("phone_number", ["+1213373425312345", "1" * 16, "1" * 30])
    assert column.told() == column.all_are("PHONE-LONG", "warning")


# ------------------------------------------------------------------ words for nothing
@pytest.mark.parametrize("name", ["first_name", "last_name"])
def test_names_that_programs_take_for_nothing_are_peoples_names(name: str) -> None:
    """A person called Null gets an order like everybody else."""
    texts = ["Null", "NA", "None", "True", "Nan", "null", "NULL", "X", "Ng", "O'Neil", "1"]
    column = Column(name, texts)
    assert column.told() == column.none()
    assert [one["consumer"][name] for one in column.requests().values()] == texts


@pytest.mark.parametrize("name", ["first_name", "last_name", "address1", "city", "country_name"])
def test_a_word_for_nothing_in_a_needed_cell_is_an_error(name: str) -> None:
    """It would be printed on a parcel."""
    column = Column(name, ["N/A", "n/a", "-", "--", "?", ".", "TBD", "\u2013"])
    assert column.told() == column.all_are("CELL-PLACEHOLDER", "error")


@pytest.mark.parametrize(
    "name", ["first_name", "city", "email", "phone_number", "postal_code", "note", "serving_size",
             "custom_label", "time_of_administration", "product"]
)  # fmt: skip
def test_a_mark_for_the_cell_above_is_an_error_in_every_column(name: str) -> None:
    """It is never a value, whatever stands above."""
    column = Column(name, ['"', "''", "\u3003", "\u201d", "idem", "Idem", "DITTO", "\u2193"])
    assert column.told() == column.all_are("CELL-DITTO", "error")


@pytest.mark.parametrize("name", ["address2", "province_name", "addressee", "line_name"])
def test_a_word_for_nothing_in_an_optional_cell_is_a_warning(name: str) -> None:
    """It is sent as it stands, and somebody should know."""
    column = Column(name, ["N/A", "-"])
    assert column.told() == column.all_are("CELL-NOTHING", "warning")
    assert column.results() == {"ready"}


def test_a_note_may_say_anything() -> None:
    """In prose a dash is a dash."""
    column = Column("note", ["-", "N/A", "?"])
    assert column.told() == column.none()


# ------------------------------------------------------------------ what the file format knows
@pytest.mark.parametrize(
    ("fact", "text", "code", "severity"),
    [
        (FactKind.ERROR, "#N/A", "CELL-ERROR", "error"),
        (FactKind.ERROR, "#REF!", "CELL-ERROR", "error"),
        (FactKind.FORMULA, "Apt 2B", "CELL-FORMULA", "warning"),
        (FactKind.FORMULA_EMPTY, "", "CELL-FORMULA-EMPTY", "error"),
        (FactKind.DATE, "2026-04-03", "CELL-DATE", "error"),
        (FactKind.MERGED, "Apt 2B", "CELL-MERGED", "error"),
        (FactKind.MERGED, "", "CELL-MERGED", "error"),
        (FactKind.TOO_LONG, "x" * 40_000, "TEXT-LONG", "error"),
    ],
)
@pytest.mark.parametrize("name", ["address2", "lot_information"])
def test_what_the_file_format_knows_of_a_cell_is_told(
    name: str, fact: FactKind, text: str, code: str, severity: str
) -> None:
    """Each fact that matters has its own finding at the cell, whatever the column's limits."""
    column = Column(name, [text], fact=fact)
    assert column.told() == column.all_are(code, severity)
    assert "None" not in column.messages()[text]


@pytest.mark.parametrize("fact", [FactKind.NUMBER, FactKind.BOOLEAN])
def test_a_number_or_truth_cell_is_no_finding_in_itself(fact: FactKind) -> None:
    """That a text stands in a cell of another type does not matter."""
    column = Column("address2", ["12"], fact=fact)
    assert column.told() == column.none()


def test_an_error_of_a_spreadsheet_is_one_in_a_csv_file_too() -> None:
    """Saved as text it is the same word, and would be printed."""
    column = Column("province_name", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
    assert column.told() == column.all_are("CELL-ERROR", "error")


def test_a_fact_about_a_column_that_is_not_known_says_nothing() -> None:
    """What is not sent is not judged."""
    source = TableSource([KEY, "My own"], [["ORD-1", "#N/A"]])
    assert "CELL-ERROR" not in codes(check_source(source))


@pytest.mark.parametrize(
    ("name", "code"),
    [("address1", "VALUE-MISSING"), ("city", "VALUE-MISSING"), ("first_name", "PERSON-FIRST"),
     ("last_name", "PERSON-HALF"), ("client_product_id", "ROW-EMPTY")],
)  # fmt: skip
def test_a_formula_without_a_value_is_not_told_as_a_missing_value_too(name: str, code: str) -> None:
    """It looks blank and is not: one finding says what to do, and no second one misleads."""
    column = Column(name, [""], fact=FactKind.FORMULA_EMPTY)
    assert column.told() == column.all_are("CELL-FORMULA-EMPTY", "error")
    assert codes(Column(name, [""]).result) == [code]


def test_a_quantity_that_does_not_parse_counts_for_its_whole_line() -> None:
    """Where it stands on another row of the line than the product, nothing is told as missing."""
    line = {**ALONE, "order_line": "1"}
    rows = ({**line, "standalone_id": BOTTLE}, {**line, "quantity": "two"})
    assert codes(check_rows(*rows)) == ["ROW-EMPTY", "NUMBER-FORM"]
    assert codes(check_rows(rows[0])) == ["QUANTITY-MISSING"]


def test_a_cycle_is_not_judged_by_a_length_that_does_not_parse() -> None:
    """1;8 may fit what was meant by the length."""
    assert codes(check_rows({"cycle": "1;8", "cycle_length": "ten"})) == ["NUMBER-FORM"]
    assert codes(check_rows({"cycle": "1;8", "cycle_length": "10"})) == []
    assert codes(check_rows({"cycle": "1;8", "cycle_length": "7"})) == ["CYCLE-DAYS"]
    assert codes(check_rows({"cycle": "1", "cycle_length": "0"})) == ["CYCLE-DAYS"]
    assert codes(check_rows({"cycle": "daily", "cycle_length": "0"})) == []


def test_a_pack_has_no_findings_of_contents() -> None:
    """A row for a pack is judged as one."""
    row = {**ALONE, "pack_id": PACK, "cycle": "daily", "time_of_administration": "Evening"}
    assert codes(check_rows(row)) == []


def test_a_decimal_comma_is_told_how_to_be_read() -> None:
    """2,0 names the setting that reads it; 2,000 and 1,5 do not: they are no 2 and no whole."""
    for text, named in (("2,0", True), ("2,00", True), ("2,000", False), ("1,5", False)):
        told = only(Column("serving_size", [text]).result)
        assert told.code == "NUMBER-FORM"
        assert ('decimal_sign = ","' in told.help) is named


def test_help_that_differs_is_shown_apart() -> None:
    """What can be read by a setting and what cannot are two cards of one column."""
    source = Column("serving_size", ["2,0", "x"])
    assert len({finding.help for finding in source.result.findings}) == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [("KEY-MISSING", "fill_down"), ("CELL-MERGED", "fill_down"), ("ROW-TOTAL", "skip_rows")],
)
def test_help_names_the_setting_that_cures(code: str, words: str) -> None:
    """Where a mapping profile reads the file as it is, the help says by what."""
    assert words in CODES[code].fix
