"""What is taken, and how much of it: doubles are found, and no two rows are mixed up for one."""

import pytest

from loader.app.check import CheckedFiles
from schemas.examples import BOTTLE, BOTTLE_ROW, P1, P2, PACK, PACK_ROW, PERSON
from schemas.pouch_orders import KEY
from tests.unit.core.tables import EXAMPLES, check_rows, codes, only, results

Row = dict[str, str]
OTHER = "00000000-0000-4000-8000-000000000111"


def told(result: CheckedFiles) -> list[tuple[str, int | None]]:
    """Return code and row of all findings."""
    return [(finding.code, finding.row) for finding in result.findings]


# ------------------------------------------------------------------ within one order
def test_the_same_product_twice_in_one_pouch_waits_for_a_person() -> None:
    """The message names the cell of the other row."""
    finding = only(check_rows({}, {"serving_size": "2"}))
    assert (finding.code, finding.severity.value, finding.cell) == ("POUCH-TWICE", "confirm", "H3")
    assert finding.message == "The product also stands in H2, in the same pouch."


def test_the_same_product_in_two_pouches_is_no_double() -> None:
    """It is taken in the morning and in the evening."""
    assert codes(check_rows({}, {"time_of_administration": "Evening"})) == []


def test_a_product_is_the_same_in_either_case() -> None:
    """Ids are compared as ids."""
    rows = [{"client_product_id": "abcdef00-0000-4000-8000-000000000101"},
            {"client_product_id": "ABCDEF00-0000-4000-8000-000000000101"}]  # fmt: skip
    assert codes(check_rows(*rows)) == ["POUCH-TWICE"]


def test_two_rows_exactly_alike_wait_for_a_person() -> None:
    """The finding is on the row, and names the other one."""
    finding = only(check_rows({}, {"client_product_id": OTHER}, {}))
    assert (finding.code, finding.severity.value, finding.row) == ("ROW-TWICE", "confirm", 4)
    assert finding.message == "The row is exactly like row 2."
    assert (finding.cell, finding.column) == (None, None)


def test_rows_are_alike_whatever_stands_in_their_order_level_cells() -> None:
    """These may stand on one row of the order only."""
    assert told(check_rows({}, {"first_name": "", "city": ""})) == [("ROW-TWICE", 3)]


@pytest.mark.parametrize("row", [PACK_ROW, BOTTLE_ROW])
def test_packs_and_standalone_products_are_doubles_where_they_are_exactly_alike(row: Row) -> None:
    """Each would be a line of its own, and shipped twice."""
    assert told(check_rows(row, row)) == [("ROW-TWICE", 3)]
    accepted = check_rows(row, row, accepted=frozenset({"ROW-TWICE"}))
    assert accepted.orders[0].result.value == "ready"
    assert (accepted.orders[0].body or b"").count(b'_id":"00000000-0000-4000') == 2


@pytest.mark.parametrize(
    ("row", "other"),
    [
        (PACK_ROW, {"time_of_administration": "Evening"}),
        (PACK_ROW, {"pack_id": OTHER}),
        (BOTTLE_ROW, {"quantity": "3"}),
        (BOTTLE_ROW, {"standalone_id": OTHER}),
    ],
)
def test_packs_and_standalone_products_that_differ_in_anything_are_not(
    row: Row, other: Row
) -> None:
    """The same pack in the morning and in the evening is meant."""
    assert codes(check_rows(row, {**row, **other})) == []


def test_each_row_is_compared_with_every_row_before_it() -> None:
    """Rows 3 and 4 are alike, and neither is like row 2."""
    evening = {**PACK_ROW, "time_of_administration": "Evening"}
    finding = only(check_rows(PACK_ROW, evening, evening))
    assert (finding.code, finding.row) == ("ROW-TWICE", 4)
    assert finding.message == "The row is exactly like row 3."
    sizes = [{"serving_size": "1"}, {"serving_size": "2"}, {"serving_size": "2"}]
    assert told(check_rows(*sizes)) == [("POUCH-TWICE", 3), ("ROW-TWICE", 4)]


def test_cells_that_do_not_parse_do_not_make_rows_alike() -> None:
    """What they were meant to hold may differ."""
    result = check_rows({**PACK_ROW, "duration": "ten"}, {**PACK_ROW, "duration": "eleven"})
    assert codes(result) == ["NUMBER-FORM", "NUMBER-FORM"]


def test_rows_of_different_orders_are_not_compared() -> None:
    """Everybody may get the same."""
    assert codes(check_rows({}, {KEY: "ORD-2", "first_name": "Bo"})) == []


# ------------------------------------------------------------------ under two keys
def test_the_same_contents_for_the_same_person_wait_under_the_second_key() -> None:
    """Names are compared without capitals and blanks; the order of the rows does not matter."""
    result = check_rows(
        {}, {"client_product_id": OTHER},
        {KEY: "ORD-2", "first_name": "ADA ", "client_product_id": OTHER},
        {KEY: "ORD-2", "first_name": "", "last_name": "example", "city": "Elsewhere"},
    )  # fmt: skip
    [finding] = [f for f in result.findings if f.code == "DOSE-TWICE"]
    assert (finding.row, finding.cell, finding.order) == (4, "A4", "ORD-2")
    assert "Order ORD-1" in finding.message
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct"}


@pytest.mark.parametrize(
    "other",
    [
        {"last_name": "Sample"},
        {"first_name": "Bo"},
        {"client_product_id": OTHER},
        {"serving_size": "2"},
        {**BOTTLE_ROW},
        {**PACK_ROW},
        {"first_name": "", "last_name": "", "consumer_id": PERSON},
    ],
)
def test_another_person_or_other_contents_are_no_double_dose(other: Row) -> None:
    """Everything that tells two people or two doses apart counts."""
    assert codes(check_rows({}, {KEY: "ORD-2", **other})) == []


def test_an_existing_consumer_is_a_person_too() -> None:
    """By id, in either case."""
    nobody = {"first_name": "", "last_name": "", "consumer_id": PERSON.replace("4", "a")}
    result = check_rows(
        nobody, {**nobody, KEY: "ORD-2", "consumer_id": nobody["consumer_id"].upper()}
    )
    assert codes(result) == ["DOSE-TWICE"]


def test_a_person_with_half_a_name_is_nobody_to_compare() -> None:
    """Two orders for some Ada are not the same person's."""
    half = {"last_name": ""}
    assert codes(check_rows(half, {**half, KEY: "ORD-2"})) == ["PERSON-HALF", "PERSON-HALF"]


def test_contents_that_do_not_parse_are_not_compared() -> None:
    """Two wrong sizes need not be the same size."""
    result = check_rows({"serving_size": "2x"}, {KEY: "ORD-2", "serving_size": "3x"})
    assert codes(result) == ["NUMBER-FORM", "NUMBER-FORM"]


def test_empty_orders_are_not_the_same_dose() -> None:
    """There is nothing in them."""
    empty = {"client_product_id": ""}
    assert codes(check_rows(empty, {**empty, KEY: "ORD-2"})) == ["ROW-EMPTY", "ROW-EMPTY"]


def test_a_name_and_the_id_that_it_stands_for_are_the_same_contents() -> None:
    """With a catalogue the name is known."""
    result = check_rows(
        {}, {KEY: "ORD-2", "client_product_id": "", "product": "vitamin d3 25 MCG"},
        catalogue=EXAMPLES,
    )  # fmt: skip
    assert codes(result) == ["DOSE-TWICE"]


def test_an_order_in_the_place_of_another_is_no_second_dose() -> None:
    """The two that name each other are not compared, in either order; others of the dose are."""
    first, second = {KEY: "A"}, {KEY: "B", "replaces": "A"}
    for rows in ((first, second), (second, first)):
        assert codes(check_rows(*rows)) == []
    third = {KEY: "C", "replaces": "B"}
    told = check_rows(first, second, third).findings
    assert [(f.order, f.message) for f in told] == [
        ("C", "Order A sends the same contents to the same person.")
    ]


# ------------------------------------------------------------------ keys
def test_keys_that_differ_only_in_capitals_keep_back_both_orders() -> None:
    """They may be one order that was typed twice, and a part of an order is never sent."""
    result = check_rows({}, {KEY: "ord-1", "first_name": "Bo"}, {KEY: "Ord-1", "first_name": "Cy"},
                        {KEY: "ORD-2", "first_name": "Di"})  # fmt: skip
    assert [(f.code, f.order, f.message.split()[5]) for f in result.findings] == [
        ("KEY-CASE", "ORD-1", "ord-1"), ("KEY-CASE", "ord-1", "ORD-1"),
        ("KEY-CASE", "Ord-1", "ORD-1"),
    ]  # fmt: skip
    assert results(result)["ORD-2"] == "ready"
    assert list(results(result).values()).count("to_correct") == 3


# ------------------------------------------------------------------ pouches
def test_pills_count_one_where_no_size_is_given() -> None:
    """An empty size is the API's to choose; the warning counts what is known."""
    rows = [{"client_product_id": P1, "serving_size": "8"}, {"client_product_id": P2}]
    assert only(check_rows(*rows)).message == "The pouch has 9 pills."


def test_pills_are_not_told_beside_too_many_supplements() -> None:
    """One finding says what to do."""
    rows = [{"client_product_id": f"00000000-0000-4000-8000-{n:012d}", "serving_size": "2"}
            for n in range(9)]  # fmt: skip
    assert codes(check_rows(*rows)) == ["POUCH-FULL"]


def test_absurd_sizes_are_told_and_do_no_harm() -> None:
    """The largest number that parses, in more rows than would fit a sum of it."""
    rows = [{"serving_size": "9" * 15, "custom_label": str(n // 8)} for n in range(80)]
    assert codes(check_rows(*rows)).count("POUCH-PILLS") == 10


@pytest.mark.parametrize(
    ("cycle", "length", "told"),
    [("7", "", []), ("8", "", ["CYCLE-DAYS"]), ("1;10", "10", []), ("1;11", "10", ["CYCLE-DAYS"]),
     ("1;8", "0", ["CYCLE-DAYS"]), ("daily", "0", [])],
)  # fmt: skip
def test_no_day_of_a_cycle_lies_after_its_end(cycle: str, length: str, told: list[str]) -> None:
    """The length is 7 where none is given, and may stand on another row of the pouch."""
    rows = ({"cycle": cycle}, {"cycle_length": length, "client_product_id": OTHER})
    assert codes(check_rows(*rows)) == told


# ------------------------------------------------------------------ catalogue
@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ({"client_product_id": P2}, "ITEM-UNKNOWN", "is not active"),
        ({"client_product_id": PACK}, "ITEM-UNKNOWN", "is a pack, not a product"),
        ({"client_product_id": PERSON}, "ITEM-UNKNOWN", "no product with this id"),
        ({**PACK_ROW, "pack_id": BOTTLE}, "PACK-UNKNOWN", "is a standalone, not a pack"),
        ({**PACK_ROW, "pack_id": PERSON}, "PACK-UNKNOWN", "no pack with this id"),
        ({**BOTTLE_ROW, "standalone_id": P1}, "STANDALONE-UNKNOWN", "is a product"),
    ],
)
def test_what_the_catalogue_does_not_have_or_not_as_such_is_an_error(
    row: Row, code: str, said: str
) -> None:
    """Every id is checked where there is a catalogue, and none without."""
    finding = only(check_rows(row, catalogue=EXAMPLES))
    assert (finding.code, finding.severity.value) == (code, "error")
    assert said in finding.message
    assert codes(check_rows(row)) == []


def test_the_catalogue_knows_ids_in_either_case() -> None:
    """They are kept in small letters."""
    assert codes(check_rows({"client_product_id": P1.upper()}, catalogue=EXAMPLES)) == []


def test_an_id_that_does_not_parse_is_not_looked_up() -> None:
    """One finding at the cell."""
    result = check_rows({"client_product_id": "Vitamin D3"}, catalogue=EXAMPLES)
    assert codes(result) == ["UUID-FORM"]


@pytest.mark.parametrize(("size", "told"), [("3", []), ("4", ["SIZE-LARGE"]), ("", [])])
def test_a_size_of_more_than_three_times_the_products_own_waits(size: str, told: list[str]) -> None:
    """It may be a slip of the finger; three times is still usual."""
    assert codes(check_rows({"serving_size": size}, catalogue=EXAMPLES)) == told
    assert codes(check_rows({"serving_size": size})) == []
