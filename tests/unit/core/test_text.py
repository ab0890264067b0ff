"""What spreadsheets do to text: each case has its exact finding, and what is sent is asserted."""

import pytest

from loader.core.model import CellFact, FactKind, Result
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
    results,
    table_of,
)

ZERO_WIDTH = "\u200b"


# ------------------------------------------------------------------ trimmed and composed
def test_blanks_at_either_end_are_trimmed_with_a_note() -> None:
    """Blanks, NBSP, tabs and line breaks have no meaning there."""
    texts = [" Ada", "Ada ", "\u00a0Ada", "Ada\t", "Ada\n", "\r\nAda\r\n", "\u3000Ada\u2003",
             "Ada\u2028", "\x0bAda\x0c"]  # fmt: skip
    column = Column("first_name", texts)
    assert column.told() == column.all_are("TEXT-TRIMMED", "note")
    assert {one["consumer"]["first_name"] for one in column.requests().values()} == {"Ada"}


def test_a_cell_of_blanks_is_an_empty_cell() -> None:
    """It is left out of the request, like any other empty cell."""
    column = Column("address2", [" ", "\u00a0", "\t\n"])
    assert column.told() == column.all_are("TEXT-TRIMMED", "note")
    assert all("address2" not in one["shipping_address"] for one in column.requests().values())


def test_letters_are_composed_and_never_replaced_by_others() -> None:
    """NFC joins letter and accent; NFKC would make other letters of these."""
    column = Column("last_name", ["Zoe\u0308"])
    assert column.told() == column.all_are("TEXT-COMPOSED", "note")
    assert column.requests()["Zoe\u0308"]["consumer"]["last_name"] == "Zoë"
    kept = ["ﬁnch", "Ångström", "Ⅷ", "①", "ﷺ", "ｱ", "ⅻ", "a²"]
    column = Column("last_name", kept)
    assert column.told() == column.none()
    assert [one["consumer"]["last_name"] for one in column.requests().values()] == kept


def test_people_are_called_what_they_are_called() -> None:
    """Short names, signs, smart quotes, mononyms and all scripts are kept as they stand."""
    names = ["O", "Ng", "D\u2019Arcy", "O'Neil", "Smith-Jones", "van der Berg", "Zoë", "李",
             "Нина", "Ægir", "\u201cBobby\u201d", "Jr.", "Sukarno", "Robert'); DROP TABLE--",
             "<b>Ada</b>", "{{7*7}}", "=Ada", "@Ada", "+Ada", "-Ada", "100%"]  # fmt: skip
    column = Column("last_name", names)
    assert column.told() == column.none()
    assert [one["consumer"]["last_name"] for one in column.requests().values()] == names


# ------------------------------------------------------------------ invisible
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u200e"]


def test_invisible_characters_are_removed_from_prose_with_a_warning() -> None:
    """Zero-width and direction characters come along when text is copied."""
    column = Column("city", [f"Spring{sign}field" for sign in INVISIBLE])
    assert column.told() == column.all_are("TEXT-INVISIBLE", "warning")
    cities = {one["shipping_address"]["city"] for one in column.requests().values()}
    assert cities == {"Springfield"}


@pytest.mark.parametrize("name", ["client_custom_order_id", "client_custom_order_line_id", "pouch"])
def test_invisible_characters_in_an_id_are_an_error(name: str) -> None:
    """Two ids that look alike would be two; nothing is removed in silence or aloud."""
    signs = [*INVISIBLE, "\u00a0", "\ufe0f", "\u3164", "\ue000", "\u2000", "\U000e0041"]
    column = Column(name, [f"A{sign}1" for sign in signs])
    assert column.told() == column.all_are("ID-INVISIBLE", "error")


def test_invisible_characters_in_a_uuid_are_named_as_such() -> None:
    """The form of the id looks right, so that is not what is told."""
    column = Column("consumer_id", [f"00000000-0000-4000-8000{ZERO_WIDTH}-000000000401"],
                    also={"first_name": ""})  # fmt: skip
    assert column.told() == column.all_are("ID-INVISIBLE", "error")


def test_a_needed_cell_of_invisible_characters_is_a_missing_value() -> None:
    """Once they are removed nothing is left, and the graver of two findings is told."""
    finding = only(check_rows({"city": ZERO_WIDTH}))
    assert placed(finding) == ("VALUE-MISSING", "error", cell_of("city"), "city", 2, "ORD-1")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (f"ORD{ZERO_WIDTH}-1", "ID-INVISIBLE"),
        (ZERO_WIDTH, "ID-INVISIBLE"),
        ("ORD\x07-1", "TEXT-CONTROL"),
        ("ORD\t1", "TEXT-CONTROL"),
        ("ORD\n1", "TEXT-LINEBREAK"),
        ("ORD\ufffd1", "TEXT-LOST"),
        ("#N/A", "CELL-ERROR"),
    ],
)
def test_an_unusable_key_is_an_order_of_its_own(key: str, code: str) -> None:
    """The key's cell has one finding; the orders above and below are sent."""
    result = check_rows(
        {"city": "Upper Town"}, {KEY: key, "first_name": "Bo"}, {KEY: "ORD-3", "first_name": "Cy"}
    )
    assert placed(only(result)) == (code, "error", "A3", KEY, 3, key)
    assert results(result) == {"ORD-1": "ready", key: "to_correct", "ORD-3": "ready"}


@pytest.mark.parametrize(
    ("key", "title"),
    [("-", "nothing"), ("N/A", "nothing"), ('"', "above"), ("〃", "above"), ("Idem", "above")],
)
def test_a_row_whose_key_says_nothing_keeps_the_order_above_back(key: str, title: str) -> None:
    """A dash or a ditto mark numbers no order: the row may belong to the one above."""
    result = check_rows({}, {KEY: key, "first_name": "Bo"}, {KEY: "ORD-3", "first_name": "Cy"})
    finding = only(result)
    assert placed(finding) == ("KEY-MISSING", "error", None, None, 3, "ORD-1")
    assert title in finding.message
    assert results(result) == {"ORD-1": "to_correct", "ORD-3": "ready"}


def test_an_order_under_an_unusable_key_is_not_judged_as_a_group() -> None:
    """Its rows may belong to different orders, so that they differ says nothing; cells still do."""
    result = check_rows(
        {KEY: "#N/A"},
        {KEY: "#N/A", "first_name": "Bo", "city": "Elsewhere", "client_product_id": "?"},
        {KEY: "#N/A", "address1": "", "client_product_id": ""},
        {KEY: "1.23E+11", "city": "", "first_name": ""},
    )
    assert [(f.code, f.row) for f in result.findings] == [
        ("CELL-ERROR", 2), ("CELL-ERROR", 3), ("UUID-FORM", 3), ("CELL-ERROR", 4), ("ROW-EMPTY", 4),
        ("CELL-DIGITS", 5),
    ]  # fmt: skip
    assert [order.rows for order in result.orders] == [(2, 3, 4), (5,)]


def test_a_date_in_the_key_is_an_order_of_its_own() -> None:
    """Spreadsheets make dates of texts such as 1-2; no other order is held back by it."""
    headers, cells = table_of(
        {}, {KEY: "2026-02-01", "first_name": "Bo"}, {KEY: "ORD-3", "first_name": "Cy"}
    )
    result = check_source(TableSource(headers, cells, facts=[CellFact(1, 0, FactKind.DATE)]))
    assert placed(only(result)) == ("CELL-DATE", "error", "A3", KEY, 3, "2026-02-01")
    assert results(result) == {"ORD-1": "ready", "2026-02-01": "to_correct", "ORD-3": "ready"}


def test_a_key_is_trimmed_and_composed() -> None:
    """Keys that differ only in blanks at the ends, or in how an accent is written, are one."""
    result = check_rows({KEY: " ORD-Zoe\u0308 "}, {KEY: "ORD-Zoë\u00a0", "serving_size": "2"})
    assert [order.key for order in result.orders] == ["ORD-Zoë"]
    assert codes(result) == ["TEXT-TRIMMED", "TEXT-TRIMMED", "POUCH-TWICE"]


# ------------------------------------------------------------------ what no cell may hold
def test_line_breaks_are_kept_in_notes() -> None:
    """A note is prose: quoted line breaks and tabs inside it are sent as they stand."""
    texts = ["one\ntwo", "one\r\ntwo", "one\ttwo", "one\u2028two"]
    column = Column("note", texts)
    assert column.told() == column.none()
    assert [one["note"] for one in column.requests().values()] == texts


@pytest.mark.parametrize("name", ["address1", "custom_label", "lot_information", "pouch"])
def test_line_breaks_are_an_error_elsewhere(name: str) -> None:
    """Each of these is one line on a label."""
    column = Column(name, ["one\ntwo", "one\rtwo", "one\r\ntwo", "one\u2028two", "one\x85two"])
    assert column.told() == column.all_are("TEXT-LINEBREAK", "error")


@pytest.mark.parametrize("name", ["address1", "custom_label", "pouch", "email", "duration"])
def test_control_characters_are_an_error(name: str) -> None:
    """They cannot be printed."""
    column = Column(name, ["a\x00b", "a\x07b", "a\x1bb", "a\x7fb", "a\x9fb", "a\tb", "a\x0bb"])
    assert column.told() == column.all_are("TEXT-CONTROL", "error")


def test_control_characters_are_an_error_in_notes_too() -> None:
    """Only line breaks and tabs are part of prose."""
    column = Column("note", ["a\x00b", "a\x1b[31mb", "a\x0cb", "a\x1cb", "a\uffffb"])
    assert column.told() == column.all_are("TEXT-CONTROL", "error")


@pytest.mark.parametrize("name", ["last_name", "note"])
def test_letters_that_were_lost_are_an_error(name: str) -> None:
    """The sign U+FFFD stands where another program lost a letter."""
    column = Column(name, ["Zo\ufffd"])
    assert column.told() == column.all_are("TEXT-LOST", "error")


def test_symbols_that_cannot_be_printed_on_a_pouch_are_an_error() -> None:
    """The contract's pattern: ASCII letters, digits, blanks and some symbols."""
    column = Column("custom_label", ["Zoë", "a < b", "5 µg", 'say "a"', "a=b", "a\\b", "a`b", "✓"])
    assert column.told() == column.all_are("TEXT-SYMBOL", "error")
    column = Column("custom_label", ["AM Vitamins!?@#$%^&*()", "_-+[]{}':;~/|.,", "0"])
    assert column.told() == column.none()


def test_an_id_of_dots_alone_cannot_be_looked_up() -> None:
    """In the path of a request . and .. would lead elsewhere."""
    column = Column("client_custom_order_id", [".", "..", "..."])
    assert column.told() == column.all_are("TEXT-SYMBOL", "error")
    column = Column("client_custom_order_id", ["..a", "a..", "a/b", "a b", "%2e"])
    assert column.told() == column.none()


def test_over_long_text_says_its_length_and_the_limit() -> None:
    """Lengths are counted in characters, after composing and trimming."""
    column = Column("city", ["x" * 51, "ë" * 51])
    assert column.told() == column.all_are("TEXT-LONG", "error")
    assert set(column.messages().values()) == {"The text has 51 characters, 50 are allowed."}
    fits = ["x" * 50, "ë" * 50, "e\u0308" * 50, " " * 10 + "y" * 50]
    assert Column("city", fits).results() == {"ready"}


def test_a_cell_has_one_finding_the_gravest() -> None:
    """A cell that is trimmed, has a zero-width character and is too long is told as too long."""
    result = check_rows({"city": " " + ZERO_WIDTH + "x" * 51})
    assert codes(result) == ["TEXT-LONG"]
    assert result.orders[0].result is Result.TO_CORRECT


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Zoë’s AM", "Not allowed here: ë ’."),
        ("AM😀😀", "Not allowed here: 😀."),
        ("áéíóúàèìòùâ", "Not allowed here: á é í ó ú à è ì ò ù …."),
    ],
)
def test_the_signs_that_are_not_allowed_are_named(text: str, named: str) -> None:
    """Each once, at most ten of them: nobody has to hunt for an accent in a label."""
    finding = only(check_rows({"custom_label": text}))
    assert (finding.code, finding.message) == ("TEXT-SYMBOL", named)


def test_a_sign_that_shows_nothing_is_named_by_its_number() -> None:
    """A blank of another kind inside a label cannot be told from a blank."""
    assert only(check_rows({"custom_label": "A\u2009M"})).message == "Not allowed here: U+2009."
