"""A declaration checks itself: what contradicts itself cannot be declared."""

import re

import pytest

from schemas.demands import ClearPouch, Level
from schemas.examples import EXAMPLE_CATALOGUE
from schemas.pouch_orders import BY_NAME, FIELDS, HEADERS, KEY, PERSONAL_PATHS, fold, headers_of
from schemas.rules import ALL_CODES, RULES, check_rules_agree
from schemas.vocabulary import Code, Field, Kind, Rule, Severity

# Column, level and JSON path, as the description of the order file has them.
TABLE = """
source_client_order_id order source_client_order_id
client_custom_order_id order client_custom_order_id
source order source
order_type order order_type
order_email order email
order_phone_number order phone_number
note order note
consumer_id order consumer.id
first_name order consumer.first_name
last_name order consumer.last_name
email order consumer.email
phone_number order consumer.phone_number
addressee order shipping_address.addressee
address1 order shipping_address.address1
address2 order shipping_address.address2
city order shipping_address.city
province_name order shipping_address.province_name
postal_code order shipping_address.postal_code
country_name order shipping_address.country_name
action order -
accept order -
replaces order -
order_line line -
line_name line name
physician_name line physician_name
duration line duration
is_expedited line is_expedited
is_priority_shipping line is_priority_shipping
is_priority_production line is_priority_production
lot_information line lot_information
client_custom_order_line_id line client_custom_order_line_id
standalone_id line standalone_id
quantity line quantity
standalone line -
pouch pouch -
time_of_administration pouch time_of_administration
custom_label pouch custom_label
cycle pouch cycle
cycle_length pouch cycle_length
pack_id pouch pack_id
pack pouch -
client_product_id content client_product_id
product content -
serving_size content serving_size
"""


def test_every_column_has_its_level_and_place() -> None:
    """All columns, none besides, in this order."""
    declared = [f"{field.name} {field.level.value} {field.path or '-'}" for field in FIELDS]
    assert declared == TABLE.split("\n")[1:-1]
    assert list(BY_NAME) == [field.name for field in FIELDS]


def test_headers_are_folded_and_name_one_column_each() -> None:
    """Case, blanks, `_`, `-` and `.` do not matter; every alias and path is known."""
    assert fold(" Source_Client-Order.ID\u00a0") == "sourceclientorderid"
    for field in FIELDS:
        for header in (field.name, *field.dotted, *field.aliases):
            assert HEADERS[fold(header)] == field.name


def test_two_columns_that_claim_one_header_are_refused() -> None:
    """At import: nobody could say which one a file means."""
    one, other = (Field(name=name, level=Level.ORDER, about="X.", aliases=("Zip",))
                  for name in ("one", "other"))  # fmt: skip
    with pytest.raises(ValueError, match="'Zip' names both one and other"):
        headers_of((one, other))


def test_personal_paths_lead_to_personal_values() -> None:
    """From the request's root, as the masking of requests needs them."""
    assert "consumer.first_name" in PERSONAL_PATHS
    assert "order_lines.pouches.custom_label" in PERSONAL_PATHS
    assert "order_lines.physician_name" in PERSONAL_PATHS
    assert KEY not in PERSONAL_PATHS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Not a name"}, "not a column name"),
        ({"minimum": 1}, "only whole numbers"),
        ({"allowed_numbers": (1,)}, "only whole numbers"),
        ({"kind": Kind.INTEGER}, "needs bounds"),
        ({"kind": Kind.CHOICE}, "go together"),
        ({"choices": ("A",)}, "go together"),
        ({"always": True}, "say so in words"),
        ({"pattern": "x"}, "a pattern needs words"),
        ({"pattern_words": "x"}, "a pattern needs words"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(change: dict[str, object], said: str) -> None:
    """At import, before anything is read."""
    given = {"name": "x", "level": Level.ORDER, "about": "X."} | change
    with pytest.raises(ValueError, match=said):
        Field(**given)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"kind": Kind.INTEGER, "minimum": 1, "maximum": 60}, "a whole number from 1 to 60"),
        ({"kind": Kind.INTEGER, "minimum": 1}, "a whole number, 1 or more"),
        ({"kind": Kind.INTEGER, "allowed_numbers": (0, 7, 10)}, "0, 7 or 10"),
        ({"kind": Kind.BOOLEAN}, "yes or no"),
        ({"kind": Kind.CHOICE, "choices": ("DTC", "Bulk")}, "DTC or Bulk"),
        ({"max_length": 30}, "text, at most 30 characters"),
        ({"pattern": "x*", "pattern_words": "the letter x", "max_length": 3},
         "the letter x, at most 3 characters"),
        ({"usual": ("Morning", "Evening")}, "text, usually Morning, Evening"),
        ({}, "text"),
    ],
)  # fmt: skip
def test_a_field_says_in_words_what_it_may_hold(field: dict[str, object], words: str) -> None:
    """The words of every finding and page."""
    given = {"name": "x", "level": Level.LINE, "about": "X."} | field
    assert Field(**given).allowed == words  # type: ignore[arg-type]  # fields by name


def test_a_field_that_is_not_sent_has_no_path() -> None:
    """Neither dotted nor from the root."""
    field = BY_NAME["order_line"]
    assert (field.dotted, field.full_path) == ((), None)
    assert BY_NAME["city"].dotted == ("order.shipping_address.city", "shipping_address.city")
    assert BY_NAME["duration"].dotted == ("order_line.duration",)
    assert BY_NAME["serving_size"].full_path == "order_lines.pouches.contents.serving_size"


@pytest.mark.parametrize(
    ("code", "title"), [("lower-case", "T"), ("SINGLE", "T"), ("A B", "T"), ("GOOD-ONE", "")]
)
def test_a_code_that_nobody_could_type_or_that_says_nothing_is_refused(
    code: str, title: str
) -> None:
    """Two words at least, in capitals, with title, reason and advice."""
    with pytest.raises(ValueError, match=r"not a code|says too little"):
        Code(code=code, severity=Severity.ERROR, title=title, why="W", fix="F")


def rule(**change: object) -> Rule:
    """Return a rule of our own, with something changed."""
    given: dict[str, object] = {
        "code": "OWN-RULE", "check": ClearPouch(), "severity": Severity.ERROR, "column": KEY,
        "title": "T", "message": "M", "allowed": "A", "why": "W", "fix": "F", "source": "S",
        "passes": ({},), "fails": ({},),
    }  # fmt: skip
    return Rule(**given | change)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "ROW-EMPTY"}, "share a code"),
        ({"code": "KEY-MISSING"}, "share a code"),
        ({"column": "nonsense"}, "no column nonsense"),
        ({"fails": ({"nonsense": "1"},)}, "unknown column"),
        ({"allowed": "at most {limit}"}, "only the message"),
    ],
)
def test_a_rule_that_does_not_fit_the_others_is_refused(
    change: dict[str, object], said: str
) -> None:
    """Codes are unique, columns exist, and only messages are filled in."""
    with pytest.raises(ValueError, match=said):
        check_rules_agree((*RULES, rule(**change)))


def test_every_rule_has_a_page_and_examples() -> None:
    """What it means, why, what to do, and rows that pass and fail."""
    for one in RULES:
        assert ALL_CODES[one.code] == one.page
        assert one.passes
        assert one.fails
        assert not re.search(r"\{(found|value)", one.message)


def test_the_examples_need_no_real_catalogue() -> None:
    """Every id in them is made up, and begins with 00000000-0000-4000-8000."""
    assert all(one.startswith("00000000-0000-4000-8000-") for one in EXAMPLE_CATALOGUE)
