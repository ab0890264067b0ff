"""Wide layout: one row per person becomes several contents, and findings keep the exact cell."""

import pytest

from loader.core.mapping import Grammar
from loader.core.mapping_wide import Part, parts_of
from loader.core.model import CellFact, FactKind, RaggedRow
from tests.unit.core.mapped import PLAIN, PRODUCTS, check, contents, put, sheet
from tests.unit.core.tables import codes, only, orders, placed

CELLS = (
    PLAIN + '"Days" = "duration"\n'
    '[wide.cells."AM"]\ntime_of_administration = "Morning"\n'
    '[wide.cells."PM"]\ntime_of_administration = "Evening"\n'
)
HEADERS = ("No", "Days", "AM", "PM")
COLUMNS = PLAIN + (
    '[wide.products."Zn"]\nproduct = "Zinc 15 mg"\ntime_of_administration = "Morning"\n'
    '[wide.products."Fe"]\nproduct = "Iron 18 mg"\ntime_of_administration = "Morning"\n'
)
NUMBERED = PLAIN + (
    "[wide.numbered]\nfrom = 1\nto = 3\n[wide.numbered.columns]\n"
    '"Item {n}" = "product"\n"Size {n}" = "serving_size"\n"When {n}" = "time_of_administration"\n'
)
SLOTS = ("Item 1", "Size 1", "When 1", "Item 2", "Size 2", "When 2", "Item 3", "Size 3", "When 3")


# ------------------------------------------------------------------ the grammar
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2 x Zinc 15 mg; Iron 18 mg", [Part("Zinc 15 mg", "2"), Part("Iron 18 mg")]),
        ("2 X Zinc 15 mg;", [Part("Zinc 15 mg", "2")]),
        ("12x Zinc 15 mg", [Part("Zinc 15 mg", "12")]),
        ("5-HTP 100 mg", [Part("5-HTP 100 mg")]),
        ("5 Xylitol", [Part("5 Xylitol")]),
        ("Omega x Plus", [Part("Omega x Plus")]),
        (" \t", []),
    ],
)
def test_the_grammar_reads_what_it_says(text: str, parts: list[Part]) -> None:
    """A size, the word and a product; a product alone; parts between separators."""
    assert parts_of(text, Grammar()) == parts


@pytest.mark.parametrize(
    "text",
    ["2 x", "x Zinc", "2,5 x Zinc", "½ x Zinc", "2.0 x Zinc", "Zinc x 2", "Zinc 2 x", "x",
     "2 x 2 x Zinc", "2xZinc", "2 x Zinc x 3", "Zinc 15 x mg", "1/2 x Zinc"],
)  # fmt: skip
def test_what_the_grammar_cannot_read_has_a_trouble(text: str) -> None:
    """No size is guessed: a part that may hold another size is told, whole."""
    [part] = parts_of(text, Grammar())
    assert part.name == text
    assert part.trouble
    assert part.size == ""


def test_nothing_between_two_separators_is_told() -> None:
    """Something may be missing there; only the end of a cell may have a separator too many."""
    first, empty, last = parts_of("Zinc;; Iron;", Grammar())
    assert (first, last) == (Part("Zinc"), Part("Iron"))
    assert empty.trouble == "nothing stands before a ';'"


def test_a_cell_of_very_many_parts_is_no_list() -> None:
    """More than a hundred parts are one trouble."""
    [part] = parts_of("x;" * 100 + "x", Grammar())
    assert "101 parts" in part.trouble


@pytest.mark.parametrize(
    ("grammar", "text", "part"),
    [
        (Grammar(size="after"), "Zinc 15 mg x 2", Part("Zinc 15 mg", "2")),
        (Grammar(size="after", words=("x", "×")), "Zinc ×2", Part("Zinc", "2")),
        (Grammar(size="none"), "2 x Zinc", Part("2 x Zinc")),
        (Grammar(words=()), "2 Zinc", Part("Zinc", "2")),
        (Grammar(words=()), "Zinc", Part("Zinc")),
        (Grammar(separator=" + "), "2 x A+B", Part("A+B", "2")),
    ],
)
def test_other_grammars(grammar: Grammar, text: str, part: Part) -> None:
    """The size may stand after the product, without a word, or nowhere."""
    assert parts_of(text, grammar) == [part]


def test_a_size_on_the_other_side_is_told() -> None:
    """Where sizes follow the product, one before it is not taken for a part of the name."""
    [part] = parts_of("2 x Zinc", Grammar(size="after"))
    assert part.trouble


# ------------------------------------------------------------------ rows
@pytest.mark.parametrize("slice_rows", [1, 100])
def test_cells_per_time_of_day_become_pouches(slice_rows: int) -> None:
    """Each cell is a pouch of its time, each part a content; the order's cells count once."""
    rows = [("1", "30", "2 x Zinc 15 mg; Iron 18 mg", "5-HTP 100 mg"), ("2", "", "", "Zinc 15 mg")]
    result = check(CELLS, sheet(HEADERS, *rows, slice_rows=slice_rows))
    assert codes(result) == []
    assert contents(result) == {
        "1": [("Morning", "Zinc 15 mg", 2), ("Morning", "Iron 18 mg", None),
              ("Evening", "5-HTP 100 mg", None)],
        "2": [("Evening", "Zinc 15 mg", None)],
    }  # fmt: skip
    assert [(order.rows, order.pouches) for order in result.orders] == [((2,), 60), ((3,), 30)]
    assert result.inputs[0].rows == 2


def test_a_part_that_cannot_be_read_is_told_at_its_cell() -> None:
    """The finding names the part, at the cell it stands in, and keeps the order back once."""
    result = check(CELLS, sheet(HEADERS, ("1", "30", "Iron 18 mg; 2,5 x Zinc 15 mg", "")))
    finding = only(result)
    assert placed(finding) == ("MAP-CELL", "error", "C2", "AM", 2, "1")
    assert finding.found == "2,5 x Zinc 15 mg"
    assert "such as 2 x Zinc 15 mg" in finding.allowed
    assert orders(result)["1"].result == "to_correct"


def test_each_bad_part_has_its_own_finding() -> None:
    """Two products of one cell that the catalogue lacks are two findings, on one order."""
    result = check(CELLS, sheet(HEADERS, ("1", "30", "Zonc; Iron 18 mg; Irun", "Zonc")))
    told = [(f.code, f.cell, f.found) for f in result.findings]
    assert told == [
        ("NAME-UNKNOWN", "C2", "Zonc"), ("NAME-UNKNOWN", "C2", "Irun"),
        ("NAME-UNKNOWN", "D2", "Zonc"),
    ]  # fmt: skip


def test_an_order_cell_of_a_wide_row_is_told_once() -> None:
    """A fault of the row itself is one finding, however many contents the row has."""
    result = check(CELLS, sheet(HEADERS, ("1", "61", "Zinc 15 mg; Iron 18 mg", "5-HTP 100 mg")))
    assert placed(only(result)) == ("NUMBER-RANGE", "error", "B2", "Days", 2, "1")


def test_the_same_product_twice_names_both_cells() -> None:
    """What holds across cells is judged as ever, with the cells of the sheet."""
    result = check(CELLS, sheet(HEADERS, ("1", "30", "Zinc 15 mg; 2 x Zinc 15 mg", "")))
    finding = only(result)
    assert (finding.code, finding.cell, finding.severity.value) == ("POUCH-TWICE", "C2", "confirm")


def test_a_row_without_any_product_is_told() -> None:
    """An order with nothing in it is an error at its row, never left out."""
    result = check(CELLS, sheet(HEADERS, ("1", "30", "", " ")))
    assert placed(only(result)) == ("ROW-EMPTY", "error", "C2", "AM", 2, "1")


def test_a_word_for_nothing_is_no_product() -> None:
    """A value that the profile maps to nothing leaves its cell out."""
    text = CELLS + '[values.product]\n"-" = ""\n"Z" = "Zinc 15 mg"\n'
    result = check(text, sheet(HEADERS, ("1", "30", "-", "z; -")))
    assert contents(result) == {"1": [("Evening", "Zinc 15 mg", None)]}
    assert codes(result) == []


def test_columns_per_product_hold_the_size() -> None:
    """A size in a product's column is that many of it; an empty cell is none."""
    rows = [("1", "2", ""), ("2", "", "1"), ("3", "1", "x")]
    result = check(COLUMNS, sheet(("No", "Zn", "Fe"), *rows))
    assert contents(result) == {
        "1": [("Morning", "Zinc 15 mg", 2)], "2": [("Morning", "Iron 18 mg", 1)], "3": [],
    }  # fmt: skip
    errors = [placed(f) for f in result.findings if f.severity == "error"]
    assert errors == [("NUMBER-FORM", "error", "C4", "Fe", 4, "3")]


def test_numbered_slots_keep_their_cells() -> None:
    """Slot 2 of a row is read from its own cells; a size without a product is an error there."""
    rows = [
        ("1", "Zinc 15 mg", "1", "Morning", "Iron 18 mg", "2", "Evening", "", "", ""),
        ("2", "", "", "", "Zonc", "0", "Evening", "", "3", ""),
    ]
    result = check(NUMBERED, sheet(("No", *SLOTS), *rows))
    assert contents(result)["1"] == [
        ("Morning", "Zinc 15 mg", 1), ("Evening", "Iron 18 mg", 2),
    ]  # fmt: skip
    told = {(f.code, f.cell, f.header) for f in result.findings if f.severity == "error"}
    assert told == {
        ("NAME-UNKNOWN", "E3", "Item 2"), ("NUMBER-RANGE", "F3", "Size 2"),
        ("ROW-EMPTY", "H3", "Item 3"),
    }  # fmt: skip


# ------------------------------------------------------------------ odd rows and facts
@pytest.mark.parametrize("slice_rows", [1, 100])
def test_rows_that_are_no_order_are_not_taken_apart(slice_rows: int) -> None:
    """A repeated header, a total, a hidden, a ragged and an ignored row have one finding each."""
    text = COLUMNS.replace('"No" =', '"Do" = "action"\n"No" =')
    headers = ("No", "Do", "Zn", "Fe")
    rows = [("1", "", "1", ""), headers, ("Total", "", "1", "2"), ("2", "", "1", "1"),
            ("3", "", "1", "1"), ("4", "Ignore", "1", "1"), ("", "", "2", "2")]  # fmt: skip
    source = sheet(headers, *rows, hidden=[3], ragged=[RaggedRow(4, 2, 9)], slice_rows=slice_rows)
    put(source, 1, source.headers)
    put(source, 2, rows[2])
    result = check(text, source)
    assert [(f.code, f.row) for f in result.findings if f.code != "DOSE-TWICE"] == [
        ("ROW-HEADER", 3), ("ROW-TOTAL", 4), ("ROW-HIDDEN", 5), ("ROW-CELLS", 6),
        ("ROW-IGNORED", 7), ("KEY-MISSING", 8),
    ]  # fmt: skip
    assert result.inputs[0].rows == 7
    assert {key: order.rows for key, order in orders(result).items()} == {"1": (2,), "3": (6,)}


@pytest.mark.parametrize(
    ("kind", "code"),
    [(FactKind.FORMULA, "CELL-FORMULA"), (FactKind.MERGED, "CELL-MERGED"),
     (FactKind.DATE, "CELL-DATE")],
)  # fmt: skip
def test_what_the_format_knows_goes_with_every_part(kind: FactKind, code: str) -> None:
    """A fact about a cell of several products is told once, at that cell."""
    source = sheet(
        HEADERS, ("1", "30", "Zinc 15 mg; Iron 18 mg", "5-HTP 100 mg"),
        facts=[CellFact(0, 2, kind)],
    )  # fmt: skip
    told = {(f.code, f.cell) for f in check(CELLS, source).findings}
    assert told == {(code, "C2")}


@pytest.mark.parametrize("kind", [FactKind.FORMULA_EMPTY, FactKind.MERGED])
def test_a_slot_that_only_looks_empty_keeps_its_order_back(kind: FactKind) -> None:
    """A formula without a result in a slot may be a product: it is an error at that cell."""
    codes_of = {FactKind.FORMULA_EMPTY: "CELL-FORMULA-EMPTY", FactKind.MERGED: "CELL-MERGED"}
    for text, headers, row in (
        (CELLS, HEADERS, ("1", "30", "Zinc 15 mg", "")), (COLUMNS, ("No", "Fe", "x", "Zn"),
                                                         ("1", "1", "", "")),
    ):  # fmt: skip
        result = check(text, sheet(headers, row, facts=[CellFact(0, 3, kind)]))
        errors = {(f.code, f.cell) for f in result.findings if f.severity == "error"}
        assert errors == {(codes_of[kind], "D2")}


def test_a_fact_of_a_numbered_cell_stays_with_its_slot() -> None:
    """A formula in Size 2 is told there, and nothing is told of the other slots."""
    row = ("1", "Zinc 15 mg", "1", "Morning", "Iron 18 mg", "2", "Evening", "", "", "")
    source = sheet(("No", *SLOTS), row, facts=[CellFact(0, 5, FactKind.FORMULA)])
    finding = only(check(NUMBERED, source))
    assert (finding.code, finding.cell, finding.header) == ("CELL-FORMULA", "F2", "Size 2")


def test_a_fact_of_the_row_itself_is_told_once() -> None:
    """A merged cell of the person is one finding, at that cell."""
    row = ("1", "30", "Zinc 15 mg; Iron 18 mg", "")
    source = sheet(HEADERS, row, facts=[CellFact(0, 4, FactKind.MERGED)])
    finding = only(check(CELLS, source))
    assert (finding.code, finding.cell) == ("CELL-MERGED", "E2")


def test_a_key_of_parts_that_clash_is_told_in_wide_layout() -> None:
    """Two persons whose parts join to one number are kept back, once at each row."""
    text = CELLS.replace('[columns]\n"No" = "source_client_order_id"',
                         '[key]\npattern = "{No}-{Sub}"\n[columns]')  # fmt: skip
    rows = [("1", "2-3", "30", "Zinc 15 mg", ""), ("1-2", "3", "30", "Iron 18 mg", "Zinc 15 mg")]
    result = check(text, sheet(("No", "Sub", "Days", "AM", "PM"), *rows))
    told = [(f.code, f.cell) for f in result.findings if f.code == "MAP-KEY"]
    assert told == [("MAP-KEY", "A2"), ("MAP-KEY", "A3")]


def test_sizes_have_the_words_of_the_profile() -> None:
    """Values and decimal sign of the profile hold for sizes in cells of their own."""
    text = COLUMNS.replace("[columns]", '[file]\ndecimal_sign = ","\n[columns]')
    text += '[values.serving_size]\n"one" = "1"\n'
    result = check(text, sheet(("No", "Zn", "Fe"), ("1", "One", "2,0")))
    assert contents(result) == {"1": [("Morning", PRODUCTS[0], 1), ("Morning", PRODUCTS[1], 2)]}
    bad = check(text + '"no" = "none"\n', sheet(("No", "Zn", "Fe"), ("1", "no", "")))
    assert (only(bad).found, only(bad).cell) == ("no", "B2")
    assert only(bad).message.endswith('It was read as "none".')
