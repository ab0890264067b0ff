"""Long layout: headers, keys, words, numbers, blank cells; findings in the sheet's own words."""

import numpy as np
import pytest

from loader.core.errors import InputError
from loader.core.model import CellFact, FactKind, RaggedRow, Result
from tests.unit.core.mapped import PLAIN, check, contents, profile, put, sheet
from tests.unit.core.tables import codes, only, orders, placed

PATTERN = 'version = 1\n[key]\npattern = "{Client}-{batch}"\n'
PRODUCT = '[columns]\n"Middel" = "product"\n"Moment" = "time_of_administration"\n'
DUTCH = (
    PATTERN + '[columns]\n"Middel" = "product"\n"Stuks" = "serving_size"\n'
    '"Moment" = "time_of_administration"\n'
    '[values.time_of_administration]\n"\'s ochtends" = "Morning"\n"\'s avonds" = "Evening"\n'
)
HEADERS = ("Client", "Middel", "Stuks", "Moment")


def filled_down(text: str) -> str:
    """Return a profile that fills the client's number down."""
    return text.replace("version = 1\n", 'version = 1\nfill_down = ["Client"]\n', 1)


def test_their_headers_and_words_become_ours() -> None:
    """A row in the sheet's own words gives the order that it means, under a key of the batch."""
    result = check(DUTCH, sheet(HEADERS, ("7", "Zinc 15 mg", "2", "'S  Ochtends")), batch="2026-11")
    assert codes(result) == []
    assert contents(result) == {"7-2026-11": [("Morning", "Zinc 15 mg", 2)]}


@pytest.mark.parametrize("mark", ['"', "〃", "idem"])
def test_a_ditto_mark_under_fill_down_takes_the_value_above(mark: str) -> None:
    """The person declared that the cells of this column go on; a mark says the same once more."""
    rows = [("7", "Zinc 15 mg", "1", "'s avonds"), (mark, "Iron 18 mg", "2", "'s avonds")]
    result = check(filled_down(DUTCH), sheet(HEADERS, *rows), batch="b")
    assert codes(result) == ["MAP-FILLED"]
    assert contents(result) == {"7-b": [("Evening", "Zinc 15 mg", 1), ("Evening", "Iron 18 mg", 2)]}
    without = check(DUTCH, sheet(HEADERS, *rows), batch="b")
    assert codes(without) == ["KEY-MISSING"]
    assert [order.result.value for order in without.orders] == ["to_correct"]


def test_a_finding_shows_their_header_and_value() -> None:
    """What is wrong stands at their cell, with their text and what it was read as."""
    text = DUTCH + '"tja" = "Sometime"\n'
    result = check(text, sheet(HEADERS, ("7", "Zinc 15 mg", "2", "Tja")), batch="b")
    finding = only(result)
    assert placed(finding) == ("TIME-UNUSUAL", "warning", "D2", "Moment", 2, "7-b")
    assert finding.found == "Tja"
    assert finding.message.endswith('It was read as "Sometime".')


def test_a_personal_value_is_not_repeated_in_the_message() -> None:
    """Where the column is about a person, the mapped value stays out of the words."""
    text = PLAIN + '"Who" = "first_name"\n[values.first_name]\n"A" = "-"\n'
    source = sheet(("No", "Who", "Product ID"), ("1", "A", "x"))
    source.headers = tuple(h for h in source.headers if h != "First name")
    source.rows = [[c for n, c in enumerate(row) if n != 3] for row in source.rows]
    finding = next(f for f in check(text, source).findings if f.column == "first_name")
    assert finding.found == "A"
    assert "read as" not in finding.message


def test_a_missing_value_is_told_under_their_header() -> None:
    """The message names the column as the sheet does."""
    text = PLAIN + '"Woonplaats" = "city"\n'
    source = sheet(("No", "Woonplaats", "Product"), ("1", "", "Zinc 15 mg"))
    source.headers = tuple("Other" if h == "City" else h for h in source.headers)
    finding = next(f for f in check(text, source).findings if f.code == "VALUE-MISSING")
    assert (finding.cell, finding.header) == ("B2", "Woonplaats")
    assert finding.message == "Woonplaats is missing."


def test_an_order_is_kept_back_by_an_empty_part_of_its_key() -> None:
    """A pattern whose part is empty on a row makes no key: the row has no order number."""
    text = PATTERN.replace("{Client}", "{Client}/{Visit}") + PRODUCT
    headers = ("Client", "Visit", "Middel", "Moment")
    rows = [("7", "1", "Zinc 15 mg", "Morning"), ("8", "", "Zinc 15 mg", "Morning")]
    result = check(text, sheet(headers, *rows), batch="b")
    assert placed(only(result)) == ("KEY-MISSING", "error", None, None, 3, "7/1-b")
    assert list(orders(result)) == ["7/1-b"]


def test_two_clients_never_share_a_key() -> None:
    """Where different cells join to the same key, the order is kept back."""
    text = PATTERN.replace("{Client}", "{Client}-{Visit}") + PRODUCT
    headers = ("Client", "Visit", "Middel", "Moment")
    rows = [("1", "2-3", "Zinc 15 mg", "Morning"), ("1-2", "3", "Iron 18 mg", "Morning"),
            ("1", "2", "Zinc 15 mg", "Evening")]  # fmt: skip
    for slice_rows in (1, 5):
        result = check(text, sheet(headers, *rows, slice_rows=slice_rows), batch="b")
        told = {f.code for f in result.findings if f.severity == "error"}
        assert told == {"MAP-KEY"}
        assert orders(result)["1-2-3-b"].result == "to_correct"
        assert orders(result)["1-2-b"].result == "ready"


def test_blanks_around_parts_of_a_key_do_not_count() -> None:
    """A part of the key is the text without the blanks around it."""
    result = check(
        PATTERN + PRODUCT,
        sheet(("Client", "Middel", "Moment"), (" 7\u00a0", "Zinc 15 mg", "Morning")), batch="b",
    )  # fmt: skip
    assert list(orders(result)) == ["7-b"]


@pytest.mark.parametrize("kind", [FactKind.DATE, FactKind.DIGITS_LOST, FactKind.ERROR])
def test_what_the_format_knows_of_a_key_cell_goes_with_the_key(kind: FactKind) -> None:
    """A date in the client's number is an error on the key, at that cell."""
    source = sheet(
        ("Client", "Middel", "Moment"), ("7", "Zinc 15 mg", "Morning"),
        facts=[CellFact(0, 0, kind)],
    )  # fmt: skip
    finding = only(check(PATTERN + PRODUCT, source, batch="b"))
    assert (finding.column, finding.cell) == ("source_client_order_id", "A2")
    assert finding.severity == "error"


# ------------------------------------------------------------------ numbers
@pytest.mark.parametrize(
    ("text", "kind", "size"),
    [("2,0", None, 2), ("2", None, 2), ("2.0", FactKind.NUMBER, 2), ("1.000", None, None),
     ("2.0", None, None), ("1,5", None, None), ("1.5", FactKind.NUMBER, None)],
)  # fmt: skip
def test_a_decimal_comma_is_read_and_a_point_never_a_thousand(
    text: str, kind: FactKind | None, size: int | None
) -> None:
    """With a comma as decimal sign, 2,0 is 2; 1.000 is an error, and number cells stay."""
    declared = DUTCH.replace("[key]", '[file]\ndecimal_sign = ","\n[key]')
    facts = [CellFact(0, 2, kind)] if kind else []
    source = sheet(HEADERS, ("7", "Zinc 15 mg", text, "'s avonds"), facts=facts)
    result = check(declared, source, batch="b")
    if size is None:
        assert [f.code for f in result.findings if f.severity == "error"] == ["NUMBER-FORM"]
        assert result.findings[0].found == text
    else:
        assert contents(result) == {"7-b": [("Evening", "Zinc 15 mg", size)]}


def test_a_decimal_point_stays_the_rule() -> None:
    """Without the declaration 2,0 is no number."""
    source = sheet(HEADERS, ("7", "Zinc 15 mg", "2,0", "'s avonds"))
    assert codes(check(DUTCH, source, batch="b")) == ["NUMBER-FORM"]


def test_yes_and_no_have_their_own_words() -> None:
    """Words for yes and no hold in every yes/no column; a column's own values win."""
    text = PLAIN + '"Spoed" = "is_expedited"\n[yes_no]\nyes = ["ja"]\nno = ["nee"]\n'
    rows = [(str(n), "Zinc 15 mg", word) for n, word in enumerate(("Ja", "nee", "yes", "hm"))]
    result = check(text, sheet(("No", "Product", "Spoed"), *rows))
    errors = [(f.code, f.cell) for f in result.findings if f.severity == "error"]
    assert errors == [("YESNO-FORM", "C5")]


# ------------------------------------------------------------------ filling down
ROWS = [
    ("7", "Zinc 15 mg", "1", "'s ochtends"), ("", "Iron 18 mg", "1", "'s ochtends"),
    ("8", "Zinc 15 mg", "1", "'s avonds"), (" ", "Iron 18 mg", "1", "'s avonds"),
    ("", "5-HTP 100 mg", "1", "'s avonds"),
]  # fmt: skip


@pytest.mark.parametrize("slice_rows", [1, 2, 3, 100])
def test_blank_numbers_take_the_one_above(slice_rows: int) -> None:
    """Rows below a client's first one are of the same order, wherever slices are cut."""
    result = check(filled_down(DUTCH), sheet(HEADERS, *ROWS, slice_rows=slice_rows), batch="b")
    assert {key: order.rows for key, order in orders(result).items()} == {
        "7-b": (2, 3), "8-b": (4, 5, 6),
    }  # fmt: skip
    note = only(result)
    assert (note.code, note.header, note.row) == ("MAP-FILLED", "Client", None)
    assert note.message.startswith("3 empty cells take the value above, first in row 3")


def test_nothing_is_filled_that_is_not_declared() -> None:
    """Without the declaration a row without a number belongs to no order."""
    told = check(DUTCH, sheet(HEADERS, *ROWS), batch="b").findings
    errors = [(f.code, f.row) for f in told if f.severity == "error"]
    assert errors == [("KEY-MISSING", 3), ("KEY-MISSING", 5), ("KEY-MISSING", 6)]


@pytest.mark.parametrize("slice_rows", [1, 100])
def test_nothing_is_filled_from_a_row_that_is_no_order(slice_rows: int) -> None:
    """Below a total, a hidden row, a repeated header and a ragged row nobody can say the order."""
    rows = [
        ("7", "Zinc 15 mg", "1", "'s ochtends"), ("Totaal", "", "1", ""),
        ("", "Iron 18 mg", "1", "'s ochtends"), HEADERS, ("", "Iron 18 mg", "1", "'s ochtends"),
        ("8", "Zinc 15 mg", "1", "'s ochtends"), ("", "Iron 18 mg", "1", "'s ochtends"),
        ("9", "Zinc 15 mg", "1", "'s ochtends"), ("", "Iron 18 mg", "1", "'s ochtends"),
    ]  # fmt: skip
    source = sheet(HEADERS, *rows, hidden=[5], ragged=[RaggedRow(7, 3, 9)], slice_rows=slice_rows)
    put(source, 1, rows[1])
    put(source, 3, source.headers)
    result = check(filled_down(DUTCH), source, batch="b")
    assert {(f.code, f.row) for f in result.findings} == {
        ("ROW-TOTAL", 3), ("KEY-MISSING", 4), ("ROW-HEADER", 5), ("KEY-MISSING", 6),
        ("ROW-HIDDEN", 7), ("KEY-MISSING", 8), ("ROW-CELLS", 9), ("KEY-MISSING", 10),
    }  # fmt: skip


@pytest.mark.parametrize("slice_rows", [1, 100])
def test_a_key_of_two_cells_is_filled_whole_or_not_at_all(slice_rows: int) -> None:
    """A row that has one part of its own never takes the other part from another client."""
    text = PATTERN.replace("{Client}", "{Client}/{Visit}") + PRODUCT
    text = text.replace("version = 1\n", 'version = 1\nfill_down = ["Client", "Visit"]\n', 1)
    headers = ("Client", "Visit", "Middel", "Moment")
    rows = [("7", "1", "Zinc 15 mg", "Morning"), ("", "", "Iron 18 mg", "Morning"),
            ("8", "", "Zinc 15 mg", "Morning")]  # fmt: skip
    result = check(text, sheet(headers, *rows, slice_rows=slice_rows), batch="b")
    assert orders(result)["7/1-b"].rows == (2, 3)
    assert [(f.code, f.row) for f in result.findings if f.severity == "error"] == [
        ("KEY-MISSING", 4)
    ]


@pytest.mark.parametrize("fact", [FactKind.FORMULA_EMPTY, FactKind.MERGED])
def test_a_cell_that_only_looks_blank_is_not_filled(fact: FactKind) -> None:
    """A formula without a result, or a merged cell, is an error and takes nothing from above."""
    source = sheet(HEADERS, *ROWS[:2], facts=[CellFact(1, 0, fact)])
    told = check(filled_down(DUTCH), source, batch="b")
    assert [(f.code, f.row) for f in told.findings] == [("KEY-MISSING", 3)]


@pytest.mark.parametrize("slice_rows", [1, 2, 100])
@pytest.mark.parametrize("numbered", [True, False])
def test_other_cells_are_filled_within_their_order_alone(slice_rows: int, numbered: bool) -> None:
    """A doctor is taken over inside an order, and never by the next client who has none."""
    lines = '["Client", "Bron"]' if not numbered else '["Bron"]'
    text = DUTCH.replace("version = 1\n", f"version = 1\nfill_down = {lines}\n", 1)
    text = text.replace("[columns]\n", '[columns]\n"Bron" = "source"\n')
    rows = [
        ("7", "web", "Zinc 15 mg", "1", "'s avonds"), ("7", "", "Iron 18 mg", "1", "'s avonds"),
        ("8", "", "Zinc 15 mg", "1", "'s ochtends"), ("8", "", "Iron 18 mg", "1", "'s ochtends"),
    ]  # fmt: skip
    if not numbered:
        rows = [(("" if n % 2 else row[0]), *row[1:]) for n, row in enumerate(rows)]
    source = sheet(("Client", "Bron", *HEADERS[1:]), *rows, slice_rows=slice_rows)
    result = check(text, source, batch="b")
    sent = {key: b'"source":"web"' in (o.body or b"") for key, o in orders(result).items()}
    assert sent == {"7-b": True, "8-b": False}
    note = next(f for f in result.findings if f.header == "Bron")
    assert (note.cell, note.message[:12]) == ("B3", "1 empty cell")


# ------------------------------------------------------------------ headers
def test_a_profile_speaks_of_its_headers_alone() -> None:
    """A header row is told by the headers of the profile, in any place of it, ignored ones too."""
    text = DUTCH.replace("version = 1", 'version = 1\nignore = ["For us"]')
    declared = profile(text)
    headers = ("client", "MIDDEL", "for-us", "batch", "Other", "")
    known = [header for header in headers if declared.recognises(header)]
    assert known == ["client", "MIDDEL", "for-us"]


def test_a_client_called_like_the_header_is_no_header_row() -> None:
    """One cell that repeats its header is a value; two are the header again."""
    result = check(DUTCH, sheet(HEADERS, ("Client", "Zinc 15 mg", "1", "'s avonds")), batch="b")
    assert list(orders(result)) == ["Client-b"]


def test_a_header_that_is_gone_stops_the_file() -> None:
    """A renamed column is never dropped in silence: the nearest header is named."""
    with pytest.raises(InputError, match=r"no column 'Moment'.*nearest there is 'Momemt'"):
        check(DUTCH, sheet((*HEADERS[:3], "Momemt"), ("7", "Zinc 15 mg", "2", "x")), batch="b")


def test_headers_alike_but_for_signs_stop_the_file() -> None:
    """Two headers that fold alike cannot be told apart."""
    with pytest.raises(InputError, match="differ in blanks and signs alone"):
        check(PLAIN, sheet(("No", "A-b", "a b"), ("1", "", "")))


def test_no_header_for_the_key_stops_the_file() -> None:
    """Neither a pattern nor a column: no order could be told from another."""
    with pytest.raises(InputError, match="names no column"):
        check('version = 1\n[columns]\n"Middel" = "product"\n', sheet(("Middel",), ("x",)))


@pytest.mark.parametrize(
    ("text", "headers", "words"),
    [
        (PLAIN + '"Mail" = "email"\n', ("No", "Mail", "E-mail"), "comes from 'Mail'"),
        (PATTERN, ("Client", "Order ID"), "the key pattern"),
        (PLAIN + '[wide.cells."AM"]\n', ("No", "AM", "Size"), "wide"),
    ],
)
def test_one_column_of_ours_has_one_source(text: str, headers: list[str], words: str) -> None:
    """A header known by itself that means the same as a mapped one must be ignored on purpose."""
    with pytest.raises(InputError, match=words) as refusal:
        check(text, sheet(headers, ["1"] * len(headers)), batch="b")
    assert f"ignore = [{headers[-1]!r}]" in refusal.value.hint


def test_a_header_without_a_meaning_holds_every_order_back() -> None:
    """A column that is neither mapped nor ignored is left out only by a person's word."""
    rows = ("1", "Zinc 15 mg", "2", "x")
    source = sheet(("No", "Product", "Dosis", "Anything"), rows)
    result = check(PLAIN, source)
    told = {f.header: (f.code, f.severity.value) for f in result.findings}
    assert told == dict.fromkeys(("Dosis", "Anything"), ("MAP-HEADER", "confirm"))
    assert [order.result for order in result.orders] == [Result.TO_CORRECT]
    assert "It may be serving_size." in result.findings[0].message
    accepted = check(PLAIN, sheet(source.headers[:4], rows), accepted=frozenset({"MAP-HEADER"}))
    assert [order.result for order in accepted.orders] == [Result.READY]
    ignoring = PLAIN.replace("version = 1", 'version = 1\nignore = ["dosis", "Anything"]')
    assert codes(check(ignoring, sheet(source.headers[:4], rows))) == []


@pytest.mark.parametrize(
    ("header", "words"), [("Servng size", "It may be serving_size."), ("Q7", "no meaning. It is")]
)
def test_a_header_near_a_known_one_is_named(header: str, words: str) -> None:
    """A slip of the finger is told with what it may mean; where nothing is near, nothing is."""
    told = check(PLAIN, sheet(("No", "Product", header), ("1", "Zinc 15 mg", "2"))).findings
    assert [(f.code, f.header) for f in told] == [("MAP-HEADER", header)]
    assert words in told[0].message


def test_row_numbers_are_those_of_the_file() -> None:
    """Blank rows and a first column further right shift nothing."""
    source = sheet(HEADERS, ("7", "Zinc", "1", "x"), gaps=[0], first_column=2)
    finding = next(f for f in check(DUTCH, source, batch="b").findings if f.code == "NAME-UNKNOWN")
    assert (finding.row, finding.cell) == (3, "D3")


def test_the_number_of_rows_is_that_of_the_file() -> None:
    """Rows read are counted as rows of the file, and each is in an order."""
    result = check(filled_down(DUTCH), sheet(HEADERS, *ROWS), batch="b")
    assert result.inputs[0].rows == 5
    rows = np.concatenate([order.rows for order in result.orders])
    assert sorted(rows) == [2, 3, 4, 5, 6]


def test_a_header_stands_only_where_the_sentence_is_about_the_column() -> None:
    """A word such as product stays a word elsewhere."""
    text = (
        'version = 1\n[columns]\n"No" = "source_client_order_id"\n"AM" = "product"\n"Memo" = "note"'
    )
    rows = [("1", "Zonk", "a"), ("1", "", "b")]
    told = {f.code: f.message for f in check(text, sheet(("No", "AM", "Memo"), *rows)).findings}
    assert told["NAME-UNKNOWN"] == "The catalogue has no product of that name."
    assert told["GROUP-DIFFER"].startswith("Memo differs from the value in C2")
    assert "neither a product nor a pack nor a standalone product" in told["ROW-EMPTY"]
