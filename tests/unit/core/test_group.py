"""Rows → lines and pouches: the tree that a file means, and where nobody can say which."""

from typing import Any

import pytest

from loader.core.payload import request_of
from schemas.examples import BOTTLE, BOTTLE_ROW, PACK, PACK_ROW
from schemas.pouch_orders import KEY
from tests.unit.core.tables import check_rows, codes, only

Row = dict[str, str]
BARE = {"time_of_administration": ""}


def product(number: int, **cells: str) -> Row:
    """Return a row with another product."""
    return {"client_product_id": f"00000000-0000-4000-8000-{number:012d}", **cells}


def tree(*rows: Row) -> list[Any]:
    """Return the lines of the one order of these rows: its pouches, each with its numbers."""
    result = check_rows(*rows)
    assert codes(result) == [], result.findings
    [order] = result.orders
    return [_line(line) for line in request_of(order.body or b"")["order_lines"]]


def _line(line: dict[str, Any]) -> object:
    if "standalone_id" in line:
        return "bottle"
    return [_pouch(pouch) for pouch in line["pouches"]]


def _pouch(pouch: dict[str, Any]) -> object:
    if "pack_id" in pouch:
        return "pack"
    return [int(content["client_product_id"][-12:]) for content in pouch["contents"]]


# ------------------------------------------------------------------ lines
def test_without_names_contents_are_one_line_and_everything_else_is_a_line_of_its_own() -> None:
    """The API knows three kinds of line, one kind per line; order is that of first appearance."""
    rows = [product(1), PACK_ROW, product(2), BOTTLE_ROW, {**PACK_ROW, "serving_size": ""},
            product(3, time_of_administration="Evening")]  # fmt: skip
    rows[4] = {**PACK_ROW, "time_of_administration": "Evening"}
    assert tree(*rows) == [[[1, 2], [3]], ["pack"], "bottle", ["pack"]]


def test_rows_with_one_line_name_are_one_line_wherever_they_stand() -> None:
    """Lines come in the order of their first rows."""
    rows = [product(1, order_line="b"), product(2, order_line="a"), product(3, order_line="b")]
    assert tree(*rows) == [[[1, 3]], [[2]]]


def test_line_names_are_told_apart_within_an_order_only() -> None:
    """Another order may use the same names."""
    result = check_rows(
        product(1, order_line="1", duration="10"),
        product(1, order_line="1", duration="20", **{KEY: "ORD-2", "first_name": "Bo"}),
    )
    assert codes(result) == []


def test_packs_of_a_named_line_have_a_pouch_each() -> None:
    """One row is one pouch filled from a pack."""
    rows = [{**PACK_ROW, "order_line": "1"},
            {**PACK_ROW, "order_line": "1", "time_of_administration": "Evening"}]  # fmt: skip
    assert tree(*rows) == [["pack", "pack"]]


def test_an_order_in_which_only_some_rows_name_their_line_is_an_error_on_the_others() -> None:
    """Nobody can say to which line they belong, and nothing else is said of them."""
    rows = [product(1, order_line="1"), product(2), BOTTLE_ROW, BOTTLE_ROW]
    told = [(f.code, f.row, f.column) for f in check_rows(*rows).findings if f.column]
    assert told == [("LINE-SOME", row, "order_line") for row in (3, 4, 5)]


def test_a_line_that_mixes_kinds_is_an_error_on_the_odd_row() -> None:
    """A row that names nothing to send has no kind: it is not what the others differ from."""
    rows = [{"client_product_id": "", "order_line": "1"}, product(1, order_line="1"),
            {**PACK_ROW, "order_line": "1"}, product(2, order_line="1")]  # fmt: skip
    told = [(f.code, f.row) for f in check_rows(*rows).findings]
    assert told == [("ROW-EMPTY", 2), ("LINE-KINDS", 4)]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({"standalone_id": BOTTLE, "quantity": "1"}, {"quantity": "1"}, "ROW-SECOND"),
        ({"standalone_id": BOTTLE, "quantity": "1"}, {"quantity": "2"}, "ROW-SECOND"),
        ({"pack_id": PACK, "pouch": "A"}, {}, "ROW-SECOND"),
        ({"pack_id": PACK, "pouch": "A"}, {"duration": "10"}, "ROW-SECOND"),
    ],
)
def test_a_second_row_for_one_standalone_line_or_one_pack_is_an_error(
    first: Row, second: Row, code: str
) -> None:
    """Only one can be sent; accepting a double must never send less than the file says."""
    base = {**BARE, "client_product_id": "", "order_line": "1"}
    result = check_rows({**base, **first}, {**base, **first, **second})
    assert code in codes(result)
    assert "ROW-TWICE" not in codes(result)
    [finding] = [f for f in result.findings if f.code == code]
    assert (finding.row, finding.severity.value) == (3, "error")


# ------------------------------------------------------------------ pouches
def test_pouches_are_told_apart_by_time_and_label() -> None:
    """Rows need not stand together; pouches come in the order of their first rows."""
    evening = {"time_of_administration": "Evening"}
    rows = [product(1), product(2, **evening), product(3, custom_label="AM"), product(4, **evening)]
    assert tree(*rows) == [[[1, 3], [2, 4]]]


def test_an_empty_label_joins_the_only_pouch_of_its_time() -> None:
    """Whether it stands before or behind the row with the label."""
    rows = [product(1), product(2, custom_label="AM"), product(3)]
    assert tree(*rows) == [[[1, 2, 3]]]


def test_an_empty_label_beside_two_labels_of_its_time_is_an_error() -> None:
    """Two pouches could be meant."""
    rows = [product(1, custom_label="A"), product(2, custom_label="B"), product(3)]
    finding = only(check_rows(*rows))
    assert (finding.code, finding.row, finding.severity.value) == ("POUCH-UNCLEAR", 4, "error")
    assert finding.column == "custom_label"


def test_two_labels_of_one_time_are_two_pouches() -> None:
    """Where every row says which."""
    rows = [product(1, custom_label="A"), product(2, custom_label="B"),
            product(3, custom_label="A")]  # fmt: skip
    assert tree(*rows) == [[[1, 3], [2]]]


def test_a_line_in_which_only_some_rows_have_a_time_is_an_error_on_the_others() -> None:
    """Nobody can say into which pouch they go."""
    result = check_rows(product(1), product(2, **BARE), product(3, **BARE, custom_label="A"))
    assert [(f.code, f.row, f.column) for f in result.findings] == [
        ("POUCH-UNCLEAR", row, "time_of_administration") for row in (3, 4)
    ]


def test_a_line_without_times_is_told_apart_by_labels_alone() -> None:
    """No time at all is a time, too."""
    rows = [product(1, **BARE, custom_label="A"), product(2, **BARE, custom_label="B")]
    assert tree(*rows) == [[[1], [2]]]
    assert tree(product(1, **BARE), product(2, **BARE)) == [[[1, 2]]]


def test_a_row_that_names_nothing_does_not_make_others_unclear() -> None:
    """It has one finding, on itself."""
    rows = [product(1, **BARE), {"client_product_id": ""}]
    assert codes(check_rows(*rows)) == ["ROW-EMPTY"]
    rows = [product(1), {"client_product_id": "", **BARE}]
    assert codes(check_rows(*rows)) == ["ROW-EMPTY"]


def test_named_pouches_are_told_apart_by_name_alone() -> None:
    """Time and label may stand on one row of the pouch, and be empty on the others."""
    rows = [product(1, pouch="A"), product(2, pouch="B", time_of_administration="Evening"),
            product(3, pouch="A", **BARE), product(4, pouch="B", **BARE, custom_label="PM"),
            product(5, pouch="A", **BARE)]  # fmt: skip
    assert tree(*rows) == [[[1, 3, 5], [2, 4]]]


def test_a_line_in_which_only_some_rows_name_their_pouch_is_an_error_on_the_others() -> None:
    """The same holds for pouches as for lines."""
    result = check_rows(product(1, pouch="A"), product(2), product(3, order_line=""))
    assert [(f.code, f.row) for f in result.findings] == [("POUCH-SOME", 3), ("POUCH-SOME", 4)]


def test_standalone_rows_and_packs_need_no_pouch_beside_named_ones() -> None:
    """They are lines of their own, and a pouch is asked for within a line."""
    assert tree(product(1, pouch="A"), BOTTLE_ROW, PACK_ROW) == [[[1]], "bottle", ["pack"]]


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ({"pouch": "A"}, {"pouch": "a"}, "pouch"),
        ({"custom_label": "AM Vitamins"}, {"custom_label": "AM vitamins"}, "custom_label"),
        ({"time_of_administration": "Bedtime"}, {"time_of_administration": "bedtime"},
         "time_of_administration"),
        ({"order_line": "one"}, {"order_line": "One"}, "order_line"),
    ],
)  # fmt: skip
def test_names_that_differ_only_in_capitals_wait_for_a_person(
    first: Row, second: Row, column: str
) -> None:
    """They make two pouches or lines, and may be one that was typed in two ways."""
    result = check_rows(product(1, **first), product(2, **first), product(3, **second),
                        product(4, **second))  # fmt: skip
    [finding] = [f for f in result.findings if f.code == "GROUP-CASE"]
    assert (finding.row, finding.column, finding.severity.value) == (4, column, "confirm")
    assert finding.message.startswith(f"{column} differs from ")
    accepted = check_rows(product(1, **first), product(3, **second),
                          accepted=frozenset({"GROUP-CASE"}))  # fmt: skip
    assert len(accepted.orders) == 1
    assert accepted.orders[0].result.value == "ready"


def test_capitals_do_not_matter_between_pouches_that_have_nothing_in_common() -> None:
    """Labels of different times, and of named pouches, are told apart by more than themselves."""
    rows = [product(1, custom_label="Vitamins"),
            product(2, custom_label="vitamins", time_of_administration="Evening")]  # fmt: skip
    assert tree(*rows) == [[[1], [2]]]
    rows = [product(1, pouch="A", custom_label="V"), product(2, pouch="B", custom_label="v")]
    assert tree(*rows) == [[[1], [2]]]


# ------------------------------------------------------------------ cells of a group
@pytest.mark.parametrize(
    ("column", "value"),
    [("city", "Sampleton"), ("note", "Ring twice"), ("duration", "10"), ("is_expedited", "yes"),
     ("custom_label", "AM"), ("cycle", "1;3"), ("physician_name", "Dr. Example")],
)  # fmt: skip
def test_a_cell_above_content_level_may_stand_on_any_one_row_of_its_group(
    column: str, value: str
) -> None:
    """On the first, the last or all rows: the request is the same."""
    bodies = set()
    for given in ((1, 0, 0), (0, 0, 1), (1, 1, 1)):
        rows = [product(n, **{column: value if given[n] else ""}) for n in range(3)]
        result = check_rows(*rows)
        assert codes(result) == []
        bodies.add(result.orders[0].body)
    assert len(bodies) == 1
    assert value.removeprefix("Dr. ").encode()[:4] in (bodies.pop() or b"") or value == "yes"


@pytest.mark.parametrize(
    ("column", "one", "other", "group"),
    [("city", "Sampleton", "Elsewhere", "order"), ("action", "NEW", "UPDATE", "order"),
     ("accept", "ZIP-ZERO", "ROW-TWICE", "order"), ("duration", "10", "20", "order line"),
     ("is_expedited", "yes", "no", "order line"), ("custom_label", "A", "B", "pouch"),
     ("cycle_length", "7", "10", "pouch")],
)  # fmt: skip
def test_two_values_in_one_group_are_an_error_that_names_both_cells(
    column: str, one: str, other: str, group: str
) -> None:
    """Empty cells between them do not matter."""
    cells = {"pouch": "A"}
    result = check_rows(
        product(1, **cells, **{column: one}), product(2, **cells, **{column: ""}),
        product(3, **cells, **{column: other}), product(4, **cells, **{column: one}),
    )  # fmt: skip
    [finding] = [f for f in result.findings if f.code == "GROUP-DIFFER"]
    letters = (finding.cell or "").rstrip("0123456789")
    assert (finding.row, finding.column, finding.found) == (4, column, other)
    assert finding.message == (
        f"{column} differs from the value in {letters}2 of the same {group}."
    )


def test_ids_that_differ_only_in_capitals_are_one_id() -> None:
    """A UUID means the same in either case."""
    identity = "abcdef00-0000-4000-8000-000000000401"
    nobody = {"first_name": "", "last_name": ""}
    result = check_rows(product(1, consumer_id=identity, **nobody),
                        product(2, consumer_id=identity.upper(), **nobody))  # fmt: skip
    assert codes(result) == []
    assert request_of(result.orders[0].body or b"")["consumer"] == {"id": identity}


def test_a_doubtful_cell_does_not_hide_that_two_cells_differ() -> None:
    """The graver finding of a cell stays: accepting the doubt must not send one of two codes."""
    result = check_rows(
        product(1, postal_code="02134"), product(2, postal_code="2134"),
        accepted=frozenset({"ZIP-ZERO"}),
    )  # fmt: skip
    assert codes(result) == ["GROUP-DIFFER"]
    assert result.orders[0].result.value == "to_correct"


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"pack_id": PACK}, "POUCH-BOTH", "pack_id"),
        ({**PACK_ROW, "serving_size": "2"}, "POUCH-BOTH", "pack_id"),
        ({"quantity": "2"}, "QUANTITY-ALONE", "quantity"),
        ({**PACK_ROW, "quantity": "2"}, "QUANTITY-ALONE", "quantity"),
        ({**BOTTLE_ROW, "quantity": ""}, "QUANTITY-MISSING", "quantity"),
        ({**BOTTLE_ROW, "pouch": "A"}, "STANDALONE-POUCH", "standalone_id"),
        ({**BOTTLE_ROW, "cycle": "daily"}, "STANDALONE-POUCH", "standalone_id"),
        ({**BOTTLE_ROW, "pack_id": PACK}, "STANDALONE-POUCH", "standalone_id"),
        ({**BOTTLE_ROW, "client_product_id": PACK}, "STANDALONE-POUCH", "standalone_id"),
    ],
)
def test_a_row_is_one_content_one_pack_or_one_standalone_product(
    cells: Row, code: str, column: str
) -> None:
    """What stands beside it and belongs to another kind is an error at its column."""
    told = [(f.code, f.column) for f in check_rows(cells).findings]
    assert (code, column) in told


def test_what_is_in_the_way_of_a_standalone_product_is_named_by_its_own_header() -> None:
    """The message speaks of the column as the file calls it."""
    finding = only(check_rows({**BOTTLE_ROW, "custom_label": "A"}))
    assert "custom_label, which belongs to a pouch" in finding.message
