"""Rows that are no order, or not in order: each is accounted for, and keeps back what it must.

Every case is read in slices of all sizes: an order may be cut anywhere.
"""

from collections.abc import Sequence

import pytest

from loader.app.check import CheckedFiles
from loader.core.findings import Finding
from loader.core.model import CellFact, FactKind, InputSummary, RaggedRow, Run
from loader.core.summary import account_for_rows, exit_code
from schemas.examples import P1, PACK, SOUND
from schemas.pouch_orders import KEY
from tests.unit.core.tables import TableSource, check_source, codes, only, results, table_of

HEADERS = list(SOUND)
TOTAL = dict.fromkeys(SOUND, "")
KEYLESS = {KEY: "", "first_name": "Dora"}
Row = dict[str, str]


def order(number: int, **cells: str) -> Row:
    """Return a sound row of order `ORD-<number>`, for somebody of its own."""
    return {KEY: f"ORD-{number}", "first_name": f"Person {number}", **cells}


def check(
    *rows: Row, ragged: Sequence[int] = (), hidden: Sequence[int] = (), slice_rows: int = 1000,
    facts: Sequence[CellFact] = (),
) -> CheckedFiles:  # fmt: skip
    """Check such rows; the ragged ones have a cell too few."""
    headers, cells = table_of(*rows)
    short = [RaggedRow(place, len(headers) - 1, len(headers)) for place in ragged]
    source = TableSource(
        headers, cells, ragged=short, hidden=hidden, slice_rows=slice_rows, facts=facts
    )
    result = check_source(source)
    account_for_rows(run_of(result))
    return result


def run_of(result: CheckedFiles) -> Run:
    """Return a run that holds what was checked."""
    return Run(
        command="validate", run_id="run_1", env="sandbox", base_url=None, started_at=0.0,
        inputs=[InputSummary(one.file, one.rows) for one in result.inputs],
        orders=result.orders, findings=result.findings,
    )  # fmt: skip


def row_findings(result: CheckedFiles) -> list[tuple[str, int | None, str | None]]:
    """Return code, row and order of all findings."""
    return [(f.code, f.row, f.order) for f in result.findings]


SLICES = pytest.mark.parametrize("slice_rows", [1, 2, 3, 1000])


# ------------------------------------------------------------------ no key
@SLICES
def test_a_row_without_a_key_keeps_back_the_order_above_it(slice_rows: int) -> None:
    """It may belong to that order, wherever a slice ends; no other order is held."""
    result = check(order(1), order(2), KEYLESS, KEYLESS, order(3), slice_rows=slice_rows)
    assert row_findings(result) == [("KEY-MISSING", 4, "ORD-2"), ("KEY-MISSING", 5, "ORD-2")]
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct", "ORD-3": "ready"}
    assert exit_code(run_of(result)) == 1


@SLICES
def test_above_means_the_row_above_and_not_the_orders_last_row(slice_rows: int) -> None:
    """Rows of an order may lie apart: it is the order of the nearest row with a key."""
    result = check(order(1), order(2), order(1, client_product_id=PACK), KEYLESS,
                   slice_rows=slice_rows)  # fmt: skip
    assert results(result) == {"ORD-1": "to_correct", "ORD-2": "ready"}


def test_a_first_row_without_a_key_belongs_to_nothing() -> None:
    """There is no order above it; the run still says that something must be corrected."""
    result = check(KEYLESS, order(1))
    assert row_findings(result) == [("KEY-MISSING", 2, None)]
    assert results(result) == {"ORD-1": "ready"}
    assert exit_code(run_of(result)) == 1


@SLICES
def test_a_row_without_a_key_looks_past_headers_and_totals(slice_rows: int) -> None:
    """These are no order: the order that may be meant stands above them."""
    header = dict(zip(HEADERS, HEADERS, strict=True))
    result = check(order(1), order(2), header, {**TOTAL, KEY: "Total"}, KEYLESS,
                   slice_rows=slice_rows)  # fmt: skip
    assert row_findings(result) == [
        ("ROW-HEADER", 4, None), ("ROW-TOTAL", 5, None), ("KEY-MISSING", 6, "ORD-2"),
    ]  # fmt: skip
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct"}


@SLICES
def test_below_a_row_that_was_left_out_both_orders_are_kept_back(slice_rows: int) -> None:
    """The row may belong to the order of the row above it, or to the one above that is seen."""
    result = check(order(1), order(2), order(2, action="IGNORE", client_product_id=PACK),
                   order(3), order(2, client_product_id=PACK), KEYLESS, hidden=[4],
                   slice_rows=slice_rows)  # fmt: skip
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct", "ORD-3": "to_correct"}
    assert [f.order for f in result.findings if f.code == "KEY-MISSING"] == ["ORD-2", "ORD-3"]


def test_a_left_out_row_whose_order_is_not_there_passes_the_search_on() -> None:
    """An order without rows cannot be kept back; the one above can."""
    result = check(order(1), order(2, action="IGNORE"), KEYLESS)
    assert row_findings(result) == [("ROW-IGNORED", 3, "ORD-2"), ("KEY-MISSING", 4, "ORD-1")]
    assert results(result) == {"ORD-1": "to_correct"}


def test_the_cells_of_a_row_without_a_key_are_judged_too() -> None:
    """Every problem is found in one pass; these belong to no order."""
    result = check(order(1), {**KEYLESS, "client_product_id": "Vitamin D"})
    assert row_findings(result) == [("KEY-MISSING", 3, "ORD-1"), ("UUID-FORM", 3, None)]


def test_a_key_that_only_looks_empty_is_told_with_what_it_hides() -> None:
    """A formula without a value: the row says what to do about it, in one finding."""
    result = check(order(1), KEYLESS, facts=[CellFact(1, 0, FactKind.FORMULA_EMPTY)])
    finding = only(result)
    assert (finding.code, finding.row, finding.order) == ("KEY-MISSING", 3, "ORD-1")
    assert "formula has no value" in finding.message
    assert "save it" in finding.help


def test_a_key_of_blanks_is_a_missing_one() -> None:
    """A blank is no key, and no note tells of its trimming."""
    assert codes(check(order(1), {**KEYLESS, KEY: " \u00a0"})) == ["KEY-MISSING"]


# ------------------------------------------------------------------ ragged
@SLICES
def test_a_row_with_the_wrong_number_of_cells_keeps_back_the_order_that_it_names(
    slice_rows: int,
) -> None:
    """It is one of the order's rows, and none of its slipped cells is judged."""
    slipped = order(2, address1="Elsewhere", city="+31", client_product_id="Evening")
    result = check(order(1), order(2), slipped, order(3), ragged=[2], slice_rows=slice_rows)
    assert row_findings(result) == [("ROW-CELLS", 4, "ORD-2")]
    assert only(result).message == "The row has 7 cells, the header 8."
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct", "ORD-3": "ready"}
    assert [one.rows for one in result.orders] == [(2,), (3, 4), (5,)]


@SLICES
def test_a_ragged_row_without_a_key_keeps_back_the_order_above(slice_rows: int) -> None:
    """Else the one before."""
    result = check(order(1), order(2), KEYLESS, ragged=[2], slice_rows=slice_rows)
    assert row_findings(result) == [("ROW-CELLS", 4, "ORD-2")]
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct"}


def test_an_order_of_a_ragged_row_alone_is_told_once() -> None:
    """That its address is missing would mislead: it stands in another column."""
    result = check(order(1, address1="", client_product_id=""), ragged=[0])
    assert codes(result) == ["ROW-CELLS"]
    assert results(result) == {"ORD-1": "to_correct"}
    assert exit_code(run_of(result)) == 1


def test_what_a_ragged_row_hides_does_not_change_how_others_are_judged() -> None:
    """Its line, pouch and time may have slipped: the other rows are not compared with it."""
    result = check(
        order(1, order_line="1", pouch="A"), order(1, order_line="", pouch=""),
        order(1, order_line="1", pouch="A", client_product_id=PACK), ragged=[1],
    )  # fmt: skip
    assert codes(result) == ["ROW-CELLS"]


# ------------------------------------------------------------------ headers and totals
@SLICES
def test_a_repeated_header_is_an_error_on_its_row_alone(slice_rows: int) -> None:
    """The orders above and below it are sent."""
    header = dict(zip(HEADERS, map(str.upper, HEADERS), strict=True))
    result = check(order(1), header, order(2), header, slice_rows=slice_rows)
    assert row_findings(result) == [("ROW-HEADER", 3, None), ("ROW-HEADER", 5, None)]
    assert results(result) == {"ORD-1": "ready", "ORD-2": "ready"}
    assert exit_code(run_of(result)) == 1


def test_a_repeated_header_may_lack_some_of_its_cells() -> None:
    """Two cells that repeat their headers are enough, where no other cell says anything else."""
    some = {**TOTAL, "city": "city", "address1": " Address1 "}
    assert codes(check(order(1), some)) == ["ROW-HEADER"]
    assert codes(check(order(1), {**some, KEY: KEY})) == ["ROW-HEADER"]
    assert codes(check(order(1), {**TOTAL, KEY: KEY}))[0] != "ROW-HEADER"
    assert codes(check(order(1), {**some, "first_name": "Ada"}))[0] == "KEY-MISSING"


@pytest.mark.parametrize(
    "cells",
    [
        {KEY: "Total"},
        {KEY: "TOTAL:"},
        {KEY: "Total orders", "city": "12"},
        {KEY: "Grand total", "serving_size": "412"},
        {"first_name": "Total", "serving_size": "412"},
        {"city": "Sum", "serving_size": "412", "duration": "1,200.50 €"},
        {KEY: "Totaal"},
    ],
)
@SLICES
def test_a_line_of_totals_is_an_error_on_its_row_alone(cells: Row, slice_rows: int) -> None:
    """It keeps nothing else back, with or without something in the column of the key."""
    line = {**TOTAL, "serving_size": "", "duration": "", **cells}
    result = check(order(1), order(2), line, slice_rows=slice_rows)
    assert row_findings(result) == [("ROW-TOTAL", 4, None)]
    assert results(result) == {"ORD-1": "ready", "ORD-2": "ready"}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"first_name": "Sum", "last_name": "Chan"}, "KEY-MISSING"),
        ({"first_name": "Totally", "serving_size": "2"}, "KEY-MISSING"),
        ({KEY: "Totals2", "city": "Springfield"}, "PERSON-MISSING"),
        ({"first_name": "Total", "client_product_id": P1}, "KEY-MISSING"),
    ],
)
def test_what_only_resembles_a_total_is_a_row_like_others(cells: Row, told: str) -> None:
    """Sum is a name; and where something is to be sent, nothing is left aside as a total."""
    line = {**TOTAL, "serving_size": "", **cells}
    assert told in codes(check(order(1), line))
    assert "ROW-TOTAL" not in codes(check(order(1), line))


def test_an_order_may_be_called_total() -> None:
    """With an address and a product it is an order."""
    assert results(check(order(1, **{KEY: "Total"}))) == {"Total": "ready"}


def test_a_short_line_of_totals_is_still_one() -> None:
    """In a CSV file it mostly has too few cells."""
    result = check(order(1), {**TOTAL, KEY: "Total", "first_name": "12"}, ragged=[1])
    assert row_findings(result) == [("ROW-TOTAL", 3, None)]
    assert results(result) == {"ORD-1": "ready"}


# ------------------------------------------------------------------ left out on purpose
@pytest.mark.parametrize("word", ["IGNORE", "ignore", " Ignore "])
@SLICES
def test_an_ignored_row_is_shown_with_its_order_and_no_part_of_it(
    word: str, slice_rows: int
) -> None:
    """Its cells are not judged; the order is sent without it, and a warning says so."""
    result = check(order(1), order(1, action=word, city="Elsewhere", client_product_id="?"),
                   slice_rows=slice_rows)  # fmt: skip
    assert row_findings(result) == [("ROW-IGNORED", 3, "ORD-1")]
    assert only(result).severity.value == "warning"
    assert "it goes without" in only(result).message
    assert [one.rows for one in result.orders] == [(2,)]
    assert results(result) == {"ORD-1": "ready"}
    assert exit_code(run_of(result)) == 0


def test_an_order_whose_rows_are_all_left_out_is_no_order() -> None:
    """Its rows are counted and shown with its key; nothing is to be corrected."""
    result = check(order(1), order(2, action="IGNORE"), order(3), hidden=[2])
    assert row_findings(result) == [("ROW-IGNORED", 3, "ORD-2"), ("ROW-HIDDEN", 4, "ORD-3")]
    assert results(result) == {"ORD-1": "ready"}
    assert result.inputs[0].rows == 3
    assert exit_code(run_of(result)) == 0


@SLICES
def test_a_hidden_row_is_shown_with_its_order_and_no_part_of_it(slice_rows: int) -> None:
    """Nothing of it is judged, not even that it is a header or has no key."""
    header = dict(zip(HEADERS, HEADERS, strict=True))
    result = check(order(1), order(1, city="Elsewhere"), header, KEYLESS, hidden=[1, 2, 3],
                   slice_rows=slice_rows)  # fmt: skip
    assert row_findings(result) == [
        ("ROW-HIDDEN", 3, "ORD-1"), ("ROW-HIDDEN", 4, KEY), ("ROW-HIDDEN", 5, None),
    ]  # fmt: skip
    assert results(result) == {"ORD-1": "ready"}


def test_an_ignored_row_without_a_key_keeps_nothing_back() -> None:
    """It says itself that it is left out."""
    result = check(order(1), {**KEYLESS, "action": "IGNORE"})
    assert row_findings(result) == [("ROW-IGNORED", 3, None)]
    assert results(result) == {"ORD-1": "ready"}


def test_a_ragged_row_is_not_ignored() -> None:
    """Its cells may have slipped, and so may the word."""
    result = check(order(1), order(1, action="IGNORE"), ragged=[1])
    assert row_findings(result) == [("ROW-CELLS", 3, "ORD-1")]


def test_a_file_may_hold_no_order_at_all() -> None:
    """All rows are accounted for, and the exit code says whether there is something to correct."""
    ignored = check(order(1, action="IGNORE"))
    assert (ignored.orders, exit_code(run_of(ignored))) == ([], 0)
    keyless = check(KEYLESS)
    assert (keyless.orders, exit_code(run_of(keyless))) == ([], 1)


# ------------------------------------------------------------------ the order is the unit
def test_one_bad_row_keeps_back_its_whole_order_and_no_other() -> None:
    """However far apart the rows of the order lie, and whatever stands between them."""
    rows = [order(n % 50, client_product_id=f"00000000-0000-4000-8000-{n:012d}")
            for n in range(150)]  # fmt: skip
    rows[107]["client_product_id"] = "Vitamin D"
    result = check(*rows, slice_rows=40)
    assert [key for key, word in results(result).items() if word != "ready"] == ["ORD-7"]
    assert result.orders[7].rows == (9, 59, 109)
    assert result.orders[7].body is None


def test_row_numbers_are_those_of_the_spreadsheet_program() -> None:
    """The header is row 1 and blank rows count, in findings as in orders."""
    headers, cells = table_of(order(1), order(2, city=""), order(3))
    result = check_source(TableSource(headers, cells, gaps=[1, 1, 2], first_column=2))
    assert [one.rows for one in result.orders] == [(2,), (5,), (7,)]
    finding: Finding = only(result)
    assert (finding.row, finding.cell) == (5, "G5")
