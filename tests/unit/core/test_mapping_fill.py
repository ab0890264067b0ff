"""Merged cells are filled down where the profile says so, and are errors everywhere else."""

from collections.abc import Sequence

import pytest

from loader.app.check import CheckedFiles
from loader.core.errors import InputError
from loader.core.findings import Severity
from loader.core.model import CellFact, FactKind
from tests.unit.core.mapped import PERSON, PERSON_HEADERS, check
from tests.unit.core.tables import TableSource, results

HEADERS = ("No", *PERSON_HEADERS, "Product", "Serving size")
DOWN = """
version = 1
fill_down = ["No", "First name"]
[columns]
"No" = "source_client_order_id"
"""
ONE = ("", *[""] * len(PERSON))


def rows(*keyed: str) -> list[tuple[str, ...]]:
    """Return a row per number; the cells of the person stand where there is one."""
    sizes = enumerate(keyed, 1)
    return [((k, *PERSON) if k else ONE) + ("Zinc 15 mg", str(n)) for n, k in sizes]


def merged(*ranges: str) -> list[CellFact]:
    """Return the facts on the cells of ranges such as A2:A4, the header being in row 1."""
    facts = []
    for one in ranges:
        first, last = one.split(":")
        for row in range(int(first[1:]), int(last[1:]) + 1):
            for letter in range(ord(first[0]), ord(last[0]) + 1):
                facts.append(CellFact(row - 2, letter - ord("A"), FactKind.MERGED, one))
    return facts


def errors(result: CheckedFiles) -> list[tuple[str, str | None, int | None]]:
    """Return code, cell and row of all errors."""
    told = [f for f in result.findings if f.severity is Severity.ERROR]
    return [(finding.code, finding.cell, finding.row) for finding in told]


def checked(facts: Sequence[CellFact], *keyed: str, slices: int = 99) -> CheckedFiles:
    """Check rows under the profile, each with a size of its own."""
    return check(DOWN, TableSource(HEADERS, rows(*keyed), facts=facts, slice_rows=slices),
                 accepted=frozenset({"CONTENT-TWICE"}))  # fmt: skip


@pytest.mark.parametrize("slices", [1, 2, 99])
def test_cells_merged_downwards_take_the_value_of_the_first(slices: int) -> None:
    """Number and name count for all the rows that they span, wherever a slice ends, and a note."""
    result = checked(merged("A2:A3", "B2:B3"), "1", "", "2", slices=slices)
    assert errors(result) == []
    assert [(order.key, order.rows) for order in result.orders] == [("1", (2, 3)), ("2", (4,))]
    filled = [f.message for f in result.findings if f.code == "MAP-FILLED"]
    assert [message.split(",")[0] for message in filled] == [
        "1 empty cell takes the value above"
    ] * 2


@pytest.mark.parametrize("slices", [1, 99])
def test_a_merge_across_columns_stays_an_error(slices: int) -> None:
    """Nobody can say which column such a value belongs to."""
    result = checked(merged("A2:B3"), "1", "", slices=slices)
    assert {code for code, _, _ in errors(result)} >= {"CELL-MERGED"}
    assert "ready" not in results(result).values()


def test_a_merge_that_the_profile_does_not_fill_stays_an_error() -> None:
    """The last name is not listed under fill_down."""
    assert errors(checked(merged("C2:C3"), "1", "")) == [
        ("CELL-MERGED", "C2", 2), ("CELL-MERGED", "C3", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("slices", [1, 99])
def test_a_merge_never_reaches_into_another_order(slices: int) -> None:
    """The second order's cell is an error; the first order has what it needs."""
    table = rows("1", "2")
    table[1] = ("2", "", *table[1][2:])
    source = TableSource(HEADERS, table, facts=merged("B2:B3"), slice_rows=slices)
    result = check(DOWN, source)
    assert errors(result) == [("CELL-MERGED", "B3", 3)]
    assert results(result) == {"1": "ready", "2": "to_correct"}


@pytest.mark.parametrize("slices", [1, 99])
def test_a_merge_whose_first_row_was_left_out_takes_nothing_from_elsewhere(slices: int) -> None:
    """Row 3 was skipped by its number: what is merged with it is not filled from row 2."""
    facts = merged("A3:A4")
    source = TableSource(HEADERS, rows("1", ""), gaps=[1], slice_rows=slices,
                         facts=[CellFact(1, 0, FactKind.MERGED, facts[0].detail)])  # fmt: skip
    found = errors(check(DOWN, source))
    assert [code for code, _, _ in found] == ["KEY-MISSING"]


def test_an_empty_merge_stays_an_error() -> None:
    """Its first cell holds nothing that could be meant for the others."""
    table = rows("1", "")
    table[0] = ("1", "", *table[0][2:])
    found = errors(check(DOWN, TableSource(HEADERS, table, facts=merged("B2:B3"))))
    assert {("CELL-MERGED", "B2", 2), ("CELL-MERGED", "B3", 3)} <= set(found)


def test_a_header_that_is_filled_down_must_be_in_the_file() -> None:
    """A header that the loader knows by itself needs no line, and yet a column."""
    with pytest.raises(InputError, match="has no column 'First name'"):
        check(DOWN, TableSource(("No", "Zip"), [("1", "")]))
