"""A draft proposes what is likely, marks it, and comments out what is uncertain."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from loader.core.mapping_draft import profile_text, quoted
from loader.core.mapping_profile import profile_of
from loader.core.mapping_suggest import draft_of, may_be_header
from loader.core.model import CellFact, FactKind, RawSlice, ReadOptions
from schemas.pouch_orders import BY_NAME, HEADERS, fold
from schemas.suggestions import HEADER_WORDS, SUGGESTED, TIME_WORDS
from tests.unit.core.tables import TableSource

LONG = ("Cliëntnummer", "Voornaam", "Order source", "Innamemoment", "Spoed", "Aantal", "Iets")


def drafted(headers: tuple[str, ...], *rows: tuple[str, ...], header_row: int = 1) -> str:
    """Return the draft of a table."""
    table = TableSource(headers, rows).open(Path("f.csv"), ReadOptions())
    return profile_text(draft_of(table), table, header_row)


def line(text: str, header: str) -> str:
    """Return the line of the draft about a header."""
    return next(one for one in text.splitlines() if quoted(header) in one and " = " in one)


def test_words_of_the_trade_are_marked_and_known_headers_are_not() -> None:
    """What only looks right has the mark; what the loader matches by itself needs none."""
    text = drafted(LONG, ("7", "Ada", "web", "'s avonds", "ja", "1", "a"))
    assert line(text, "Voornaam") == '"Voornaam" = "?first_name"'
    assert line(text, "Order source") == '"Order source" = "source"'
    assert 'pattern = "?{Cliëntnummer}-{batch}"' in text
    assert '"\'s avonds" = "?Evening"' in text
    assert 'yes = ["?ja"]' in text


def test_what_may_mean_two_things_is_commented_out() -> None:
    """The candidates are named, and nothing reads the line."""
    text = drafted(LONG, ("7", "Ada", "web", "'s avonds", "ja", "1", "a"))
    assert line(text, "Aantal") == '# "Aantal" = "?"  # by its name: serving_size or quantity'
    assert line(text, "Iets").startswith('# "Iets" = "?"')
    assert "Aantal" not in tomllib.loads(text)["columns"]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["ada@example.com", "ben@example.com"], "email or order_email"),
        (["00000000-0000-4000-8000-000000000101"], "client_product_id or"),
        (["Morning", "avond"], "time_of_administration"),
        (["Germany", "DE"], "country_name"),
        (["+31 20 123 4567", "020-1234567"], "phone_number"),
        (["03/04/2026"], "dates, which no order has"),
    ],
)
def test_what_the_cells_hold_is_evidence_but_no_proof(cells: list[str], column: str) -> None:
    """Cells that look like something name candidates, commented out."""
    text = drafted(("Order no", "Kolom"), *[(str(n), cell) for n, cell in enumerate(cells)])
    found = [one for one in text.splitlines() if one.startswith('# "Kolom" = "?"')]
    assert len(found) == 1
    assert column in found[0]


def test_two_headers_for_one_column_are_left_to_the_person() -> None:
    """Neither of them is taken."""
    text = drafted(("Order no", "Vorname", "Prénom"), ("1", "a", "b"))
    assert line(text, "Vorname").startswith("# ")
    assert line(text, "Prénom").startswith("# ")


def test_a_blank_number_suggests_filling_down_and_does_not_do_it() -> None:
    """fill_down is commented out, as a person has to say that the rows belong together."""
    text = drafted(("Kundennummer", "Produkt"), ("1", "Zinc"), ("", "Iron"))
    assert '# fill_down = ["Kundennummer"]' in text


def test_an_order_number_is_a_column_and_not_a_pattern() -> None:
    """Where the sheet numbers its orders, the draft uses these numbers."""
    text = drafted(("Bestellnummer", "Produkt"), ("1", "Zinc"))
    assert line(text, "Bestellnummer") == '"Bestellnummer" = "?source_client_order_id"'
    assert "[key]" not in text


def test_without_any_number_the_pattern_is_left_open() -> None:
    """Nobody can say what makes an order: the line is commented out."""
    assert '# pattern = "?{their header}-{batch}"' in drafted(("Vorname", "Ort"), ("a", "b"))


def test_columns_of_a_time_of_day_with_products_make_a_wide_draft() -> None:
    """Headers that are times and hold products are cells; with other content they are not."""
    text = drafted(("Kd-Nr", "Matin", "Soir"), ("1", "2 x Zinc 15 mg", "Iron"))
    parsed = tomllib.loads(text)["wide"]
    assert parsed["cells"]["Matin"] == {"time_of_administration": "?Morning"}
    assert parsed["grammar"]["separator"] == "?;"
    assert "wide" not in tomllib.loads(drafted(("Kd-Nr", "Matin"), ("1", "2")))


def test_numbered_columns_make_a_wide_draft() -> None:
    """Product 1, Size 1, Product 2 …: the numbers are found, and the rest is marked."""
    headers = ("Order no", "Product 1", "Size 1", "Product 2", "Size 2", "Address 2")
    parsed = tomllib.loads(drafted(headers, ("1", "Zinc", "1", "", "", "")))["wide"]["numbered"]
    assert (parsed["from"], parsed["to"]) == (1, 2)
    assert parsed["columns"] == {"Product {n}": "?product", "Size {n}": "?serving_size"}
    assert "wide" not in tomllib.loads(drafted(("Order no", "Product 1"), ("1", "Zinc")))


def test_every_draft_is_a_profile_that_is_not_confirmed() -> None:
    """What is drafted can be read, and lists what waits for a person."""
    headers = ("Kd-Nr", 'He said "hm"\\', "Tab\tand\x7f", "Soir", "Moment", "Spoed")
    rows = [("1", "", "", "Zinc 15 mg", "'s Avonds", "Ja"), ("", "", "", "", "'s avonds", "nee")]
    text = drafted(headers, *rows, header_row=3)
    profile = profile_of(tomllib.loads(text), "d.toml", "0" * 64)
    assert profile.header_row == 3
    assert profile.sheet == "Orders"
    assert profile.unconfirmed
    assert list(profile.values["time_of_administration"]) == ["'s avonds"]


def test_a_csv_file_in_another_encoding_keeps_it(tmp_path: Path) -> None:
    """The draft says how the file is read: sheet and encoding, where they are not the usual."""
    table = TableSource(("Order no",), [("1",)]).open(tmp_path, ReadOptions())
    for encoding, told in (("cp1252", 'encoding = "cp1252"'), ("utf-8", "")):
        plain = replace(table.file, sheet=None, encoding=encoding)
        one = replace(table, file=plain, slices=iter([_slice(("1",))]))
        text = profile_text(draft_of(one), one, 1)
        assert told in text
        assert ("[file]" in text) is bool(told)


def _slice(row: tuple[str, ...]) -> RawSlice:
    return next(TableSource(("Order no",), [row]).open(Path("x"), ReadOptions()).slices)


def test_a_number_in_a_header_alone_is_no_slot() -> None:
    """Headers that end in a number and mean nothing that repeats stay what they are."""
    assert "wide" not in tomllib.loads(drafted(("Order no", "Extra 1", "Extra 2"), ("1", "", "")))


def test_usual_times_need_no_words() -> None:
    """Where the sheet says Morning already, no value is drafted."""
    assert "values" not in drafted(("Order no", "Moment", "Spoed"), ("1", "Morning", "yes"))


def test_our_own_columns_are_not_drafted() -> None:
    """A file of ours that comes back has columns that mean nothing."""
    assert "What to do" not in drafted(("Order no", "What to do"), ("1", "x"))


def test_suggested_words_are_never_matched_by_themselves() -> None:
    """A suggestion that is also an alias would be matched in silence; and each names a column."""
    words = {fold(word): name for name, words in HEADER_WORDS.items() for word in words}
    differing = {word for word, name in words.items() if HEADERS.get(word, name) != name}
    assert differing == set()
    assert {name for names in SUGGESTED.values() for name in names} <= BY_NAME.keys()


@pytest.mark.parametrize("text", ["Voornaam", "Zip", "Kd.-Nr.", "Matin", "Product 3", "first_name"])
def test_a_header_is_told_from_a_title(text: str) -> None:
    """Known headers, other people's words for them, times of day and numbered ones are headers."""
    assert may_be_header(text)


@pytest.mark.parametrize("text", ["", "Bestellijst november", "Ada", "Item", "12"])
def test_a_title_is_no_header(text: str) -> None:
    """Other words do not make a header row, but for words that others use."""
    assert may_be_header(text) is (fold(text) in SUGGESTED)


def test_times_of_day_are_those_of_the_platform() -> None:
    """Every word means one of the three times that are supported."""
    assert set(TIME_WORDS.values()) == {"Morning", "Midday", "Evening"}


SIZED = ("Nr", "Produkt", "Pro Tag", "Packung")


def test_only_what_surely_is_for_their_own_use_is_offered_under_ignore() -> None:
    """Birth dates, invoices, internal numbers, remarks and dates; never what is not understood."""
    headers = ("Order no", "Geb.datum", "Factuurnr", "Interne notitie", "Bemerkung", "Besuch",
               "Iets", "Sterkte")  # fmt: skip
    text = drafted(headers, ("1", "", "9", "x", "y", "03.04.2026", "2", "15 mg"))
    own = "Geb.datum", "Factuurnr", "Interne notitie", "Bemerkung", "Besuch"
    assert f"# ignore = [{', '.join(map(quoted, own))}]" in text
    for header in headers[1:]:
        assert f'# {quoted(header)} = "?"  # ' in text
    assert "# ignore = " not in drafted(("Order no", "Iets"), ("1", "a"))


@pytest.mark.parametrize("word", ["Opmerkingen", "Remarques", "Observaciones", "Internal notes"])
def test_remarks_are_never_proposed_to_be_sent(word: str) -> None:
    """What somebody wrote about a person is commented out, with the column that would send it."""
    text = drafted(("Order no", word), ("1", "allergic"))
    assert line(text.split("[columns]")[1], word).startswith(f'# {quoted(word)} = "?"  # remarks')
    assert line(text.split("[columns]")[1], word).endswith(": note")


@pytest.mark.parametrize("sizes", [("1", "2", "1"), ("2,0", "1", "2"), ("", "1", "2", "1", "3")])
def test_small_whole_numbers_behind_a_product_are_its_size(sizes: tuple[str, ...]) -> None:
    """The dose is proposed with its mark, and never for ignoring."""
    rows = [(str(n), "Zink" if size else "", size, "") for n, size in enumerate(sizes)]
    assert '\n"Pro Tag" = "?serving_size"' in drafted(SIZED, *rows)


@pytest.mark.parametrize(
    "sizes", [("1", "2", "3"), ("1", "1,5", "1"), ("30", "30", "30"), ("1", "", ""), ("", "", "")]
)
def test_other_numbers_behind_a_product_stay_undecided(sizes: tuple[str, ...]) -> None:
    """Running numbers, parts, days and columns that are mostly empty are no doses for sure."""
    rows = [(str(n), "Zink", size, "") for n, size in enumerate(sizes)]
    assert '\n# "Pro Tag" = "?"' in drafted(SIZED, *rows)


def test_a_column_that_is_named_a_number_of_pills_is_the_size() -> None:
    """A word for a number beats a column of nobody knows what; a named size beats both."""
    text = drafted(("Produkt", "Anzahl", "Etwas"), ("Zink", "1", "1"), ("Iron", "1", "2"))
    assert line(text, "Anzahl") == '"Anzahl" = "?serving_size"'
    assert line(text, "Etwas").startswith("# ")
    text = drafted(("Produkt", "Etwas", "Dosis"), ("Zink", "1", "1"), ("Iron", "1", "2"))
    assert line(text, "Etwas").startswith("# ")
    text = drafted(("Produkt", "Eins", "Zwei"), ("Zink", "1", "1"), ("Iron", "1", "2"))
    assert line(text, "Eins").endswith("claimed by two headers: serving_size or one of them to"
                                       " ignore")  # fmt: skip


def test_a_decimal_comma_is_drafted_where_a_number_has_one() -> None:
    """A text such as 2,0 in a column of numbers drafts the sign, with its mark."""
    assert 'decimal_sign = "?,"' in drafted(("Produkt", "Dosis"), ("Zink", "2,0"))
    assert "decimal_sign" not in drafted(("Produkt", "Dosis"), ("Zink 2,0", "2"))


def test_a_bare_number_may_be_the_client() -> None:
    """Nr alone is offered for the key pattern, commented out."""
    text = drafted(("Nr", "Voornaam"), ("1", "Ada"), ("", ""))
    assert '# pattern = "?{Nr}-{batch}"' in text
    assert '# fill_down = ["Nr"]' in text
    assert line(text.split("[columns]")[1], "Nr").startswith('# "Nr" = "?"')


def test_cells_merged_downwards_suggest_filling_down() -> None:
    """Columns of the order with such cells are named beside the number; dates of birth are not."""
    headers = ("Klantnr", "Voornaam", "Achternaam", "Geb.datum", "Product")
    rows = [("1", "Ada", "Example", "1.2.1970", "Zinc"), ("", "", "", "", "Iron")]
    facts = [CellFact(1, n, FactKind.MERGED, f"{c}2:{c}3") for n, c in enumerate("ABCD") if n != 2]
    facts.append(CellFact(1, 2, FactKind.MERGED, "C3:D3"))
    table = TableSource(headers, rows, facts=facts).open(Path("f.xlsx"), ReadOptions())
    assert '# fill_down = ["Klantnr", "Voornaam"]' in profile_text(draft_of(table), table, 1)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (("Naam", "Straat"), "give first and last name a column each"),
        (("Nombre", "Calle"), "give first and last name a column each"),
        (("Straße", "Hausnr"), "write street and house number into one column"),
        (("Product", "Sterkte"), "write product and strength into one column"),
    ],
)
def test_what_no_profile_can_split_or_join_is_said(headers: tuple[str, ...], words: str) -> None:
    """Where the sheet must change, the draft says how."""
    assert words in drafted(("Order no", *headers), ("1", "a", "b"))


def test_a_spanish_sheet_is_understood() -> None:
    """Words that are sure are proposed, one half of a name only beside the other."""
    headers = ("Nº cliente", "Nombre", "Apellidos", "Dirección", "Ciudad", "Código postal", "País",
               "Producto", "Cápsulas al día", "Toma", "Días")  # fmt: skip
    text = drafted(headers, ("1", "Ana", "Muestra", "Calle 1", "Madrid", "28001", "España", "Zinc",
                             "2", "mañana", "30"))  # fmt: skip
    assert set(tomllib.loads(text)["columns"].values()) == {
        "?first_name", "?last_name", "?address1", "?city", "?postal_code", "?country_name",
        "?product", "?serving_size", "?time_of_administration", "?duration",
    }  # fmt: skip
    assert 'pattern = "?{Nº cliente}-{batch}"' in text
