"""The vendor's limits, field by field, at the limit and one past it, through all of the checks.

The table is written down here as the "Create Orders" guide has it ("Field Constraints", "Less
Common Optional Fields", "Validation Rules"), not read from our declarations.
"""

from typing import Any

import pytest

from loader.core.payload import request_of
from schemas.examples import BOTTLE, PERSON, SOUND
from schemas.pouch_orders import KEY
from tests.unit.core.tables import EXAMPLES, Column, check_rows, codes, only

# Column of the order file, path in the request, longest text that the guide allows.
LONGEST = [
    ("first_name", "consumer.first_name", 100),
    ("last_name", "consumer.last_name", 100),
    ("addressee", "shipping_address.addressee", 200),
    ("address1", "shipping_address.address1", 100),
    ("address2", "shipping_address.address2", 100),
    ("city", "shipping_address.city", 50),
    ("physician_name", "order_lines.0.physician_name", 30),
    ("custom_label", "order_lines.0.pouches.0.custom_label", 30),
]
# Of the order file, where the guide says nothing.
OURS = [
    ("client_custom_order_id", "client_custom_order_id", 100),
    ("source", "source", 100),
]


def at(request: dict[str, Any], path: str) -> object:
    """Return what stands at a dotted path; numbers are places in a list."""
    found: Any = request
    for name in path.split("."):
        found = found[int(name)] if name.isdigit() else found[name]
    return found


@pytest.mark.parametrize(("name", "path", "limit"), LONGEST + OURS)
def test_the_longest_text_is_sent_and_one_more_character_is_an_error(
    name: str, path: str, limit: int
) -> None:
    """At the limit the text arrives whole in the request; past it, length and limit are told."""
    fits, over = "x" * limit, "x" * (limit + 1)
    column = Column(name, [fits, over])
    told = column.all_are("TEXT-LONG", "error")
    assert column.told() == {fits: [], over: told[over]}
    assert at(column.requests()[fits], path) == fits
    [message] = [finding.message for finding in column.result.findings]
    assert message == f"The text has {limit + 1} characters, {limit} are allowed."


@pytest.mark.parametrize(("name", "path"), [("email", "consumer.email"), ("order_email", "email")])
def test_an_email_address_has_at_most_100_characters(name: str, path: str) -> None:
    """consumer.email: 100."""
    fits, over = f"{'x' * 88}@example.com", f"{'x' * 89}@example.com"
    assert (len(fits), len(over)) == (100, 101)
    column = Column(name, [fits, over])
    assert column.told() == {fits: [], over: column.all_are("TEXT-LONG", "error")[over]}
    assert at(column.requests()[fits], path) == fits


@pytest.mark.parametrize(
    ("name", "path"),
    [("phone_number", "consumer.phone_number"), ("order_phone_number", "phone_number")],
)
def test_a_telephone_number_has_at_most_30_characters(name: str, path: str) -> None:
    """consumer.phone_number: 30, with an extension; numbers such as the guide's are warned of."""
    fits, over = f"+12107284548ext{'1' * 15}", f"+12107284548ext{'1' * 16}"
    assert (len(fits), len(over)) == (30, 31)
    column = Column(name, [fits, over])
    assert column.told() == {
        fits: column.all_are("PHONE-FORM", "warning")[fits],
        over: column.all_are("TEXT-LONG", "error")[over],
    }
    assert at(column.requests()[fits], path) == fits


def test_a_key_has_at_most_100_characters() -> None:
    """Of the order file: 1 to 100 printable characters."""
    fits, over = "K" * 100, "K" * 101
    result = check_rows({KEY: fits}, {KEY: over, "first_name": "Bo"})
    assert [(f.code, f.row) for f in result.findings] == [("TEXT-LONG", 3)]
    assert request_of(result.orders[0].body or b"")[KEY] == fits


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("duration", ["1", "30", "60"], ["0", "61"]),
        ("cycle_length", ["0", "7", "10"], ["-1", "1", "6", "8", "9", "11"]),
        ("serving_size", ["1"], ["0"]),
    ],
)
def test_whole_numbers_keep_to_their_limits(name: str, good: list[str], bad: list[str]) -> None:
    """order_line.duration: 1-60. pouch.cycle_length: 0, 7, 10. serving_size: at least 1."""
    column = Column(name, good)
    assert column.told() == column.none()
    found = str(list(column.requests().values()))
    assert all(f"'{name}': {number}" in found for number in good)
    column = Column(name, bad)
    assert column.told() == column.all_are("NUMBER-RANGE", "error")


def test_a_quantity_is_at_least_one() -> None:
    """Standalone: quantity (integer ≥ 1)."""
    row = {"client_product_id": "", "time_of_administration": "", "standalone_id": BOTTLE}
    column = Column("quantity", ["1", "1000"], also=row)
    assert column.told() == column.none()
    assert at(column.requests()["1000"], "order_lines.0") == {
        "standalone_id": BOTTLE, "quantity": 1000,
    }  # fmt: skip
    column = Column("quantity", ["0", "-1"], also=row)
    assert column.told() == column.all_are("NUMBER-RANGE", "error")


@pytest.mark.parametrize("name", ["is_priority_shipping", "is_priority_production", "is_expedited"])
def test_flags_are_true_or_false(name: str) -> None:
    """order_line.is_…: a truth value."""
    column = Column(name, ["yes", "no"])
    assert [at(one, f"order_lines.0.{name}") for one in column.requests().values()] == [True, False]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("lot_information", "order_lines.0.lot_information"),
        ("line_name", "order_lines.0.name"),
        ("note", "note"),
        ("province_name", "shipping_address.province_name"),
        ("postal_code", "shipping_address.postal_code"),
        ("country_name", "shipping_address.country_name"),
        ("client_custom_order_line_id", "order_lines.0.client_custom_order_line_id"),
        ("time_of_administration", "order_lines.0.pouches.0.time_of_administration"),
    ],
)
def test_texts_without_a_limit_are_sent_whole(name: str, path: str) -> None:
    """Where no source gives a length, none is made up."""
    text = "x" * 5000
    column = Column(name, [text])
    assert column.results() == {"ready"}
    assert at(column.requests()[text], path) == text


def products(count: int, sizes: str = "") -> list[dict[str, str]]:
    """Return rows of one pouch, each with another product."""
    return [
        {"client_product_id": f"00000000-0000-4000-8000-{n:012d}", "serving_size": sizes}
        for n in range(count)
    ]


def test_a_pouch_has_at_most_eight_supplements() -> None:
    """Maximum 8 supplements per pouch: the ninth row is told."""
    assert codes(check_rows(*products(8))) == []
    finding = only(check_rows(*products(9)))
    assert (finding.code, finding.severity.value, finding.row) == ("POUCH-FULL", "error", 10)
    assert finding.message == "The pouch has 9 supplements."


def test_more_than_eight_pills_in_a_pouch_are_a_warning() -> None:
    """The sources do not say whether 8 counts supplements or pills."""
    assert codes(check_rows(*products(4, "2"))) == []
    finding = only(check_rows(*products(3, "3")))
    assert (finding.code, finding.severity.value) == ("POUCH-PILLS", "warning")
    assert finding.message == "The pouch has 9 pills."


def test_eight_is_counted_per_pouch() -> None:
    """Sixteen supplements fit in two pouches of one line."""
    rows = [
        {**row, "time_of_administration": time}
        for time, part in (("Morning", products(16)[:8]), ("Evening", products(16)[8:]))
        for row in part
    ]
    assert codes(check_rows(*rows)) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"consumer_id": PERSON}, "PERSON-BOTH"),
        ({"consumer_id": PERSON, "last_name": ""}, "PERSON-BOTH"),
        ({"last_name": ""}, "PERSON-HALF"),
        ({"first_name": ""}, "PERSON-FIRST"),
        ({"first_name": "", "last_name": ""}, "PERSON-MISSING"),
        ({"address1": ""}, "VALUE-MISSING"),
        ({"city": ""}, "VALUE-MISSING"),
        ({"country_name": ""}, "VALUE-MISSING"),
        ({"client_product_id": ""}, "ROW-EMPTY"),
    ],
)
def test_what_every_order_requires(row: dict[str, str], code: str) -> None:
    """Required fields: a consumer by id or by both names, the address, contents."""
    assert codes(check_rows(row)) == [code]


def test_the_smallest_order_is_the_guides_minimal_example() -> None:
    """Consumer, address, one content; the two ids are ours, and nothing else is made up."""
    result = check_rows({"time_of_administration": ""}, catalogue=EXAMPLES)
    assert request_of(result.orders[0].body or b"") == {
        "source_client_order_id": "ORD-1",
        "client_custom_order_id": "ORD-1",
        "consumer": {"first_name": "Ada", "last_name": "Example"},
        "shipping_address": {
            "address1": "1 Sample Street", "city": "Sampleton", "country_name": "United States",
        },
        "order_lines": [{"pouches": [{"contents": [
            {"client_product_id": SOUND["client_product_id"]},
        ]}]}],
    }  # fmt: skip
