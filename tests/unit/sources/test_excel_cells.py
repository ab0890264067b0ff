"""Cells of a workbook: their text, and what the format knows about them beyond it."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from loader.core.errors import Defect
from loader.core.model import ReadOptions
from loader.sources.excel_file import ExcelSource
from tests.unit.sources.builders import (
    ONE_ORDER,
    Table,
    known,
    parts,
    read,
    row,
    saved,
    sheet,
    text_cell,
    text_row,
    value_cell,
    workbook,
    zipped,
)

Cells = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Table]:
    """Return a function that reads a sheet with one order per row of cell XML."""

    def read_cells(*cells: str, **kind: object) -> Table:
        rows = [row(n, text_cell(f"A{n}", "key"), xml) for n, xml in enumerate(cells, 2)]
        xml = sheet(text_row(1, ["order_id", "note"]), *rows)
        return read(ExcelSource(known), workbook(tmp_path / "orders.xlsx", xml, **kind))

    return read_cells


@pytest.fixture
def cell(opened: Callable[..., Table]) -> Cells:
    """Return a function that gives the text and the kinds of facts of one cell, B2."""

    def read_cell(xml: str, **kind: object) -> tuple[str, list[str]]:
        table = opened(xml, **kind)
        return table.cells[0][1], [fact for _, _, fact in table.kinds()]

    return read_cell


# ------------------------------------------------------------------ numbers
@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("30", "30"),
        ("30.0", "30"),
        ("-0.0", "0"),
        ("1.5", "1.5"),
        ("1.1000000000000001", "1.1"),
        ("0.1", "0.1"),
        ("1E-7", "0.0000001"),
        ("-2.5E-3", "-0.0025"),
        ("2.133734253E9", "2133734253"),
        ("1.23E+11", "123000000000"),
        ("999999999999999", "999999999999999"),
        ("123456789.012345", "123456789.012345"),
        ("0.000123456789012345", "0.000123456789012345"),
    ],
)
def test_numbers_are_the_shortest_exact_decimal(cell: Cells, stored: str, text: str) -> None:
    """However a program stored it: never an exponent, no .0, no binary rounding."""
    assert cell(value_cell("B2", stored)) == (text, ["number"])


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("1234567890123456", "1234567890123456"),
        ("1234567890123450", "1234567890123450"),
        ("1.23456789012345E+19", "12345678901234500000"),
        ("1E+20", "100000000000000000000"),
        ("-1234567890123456", "-1234567890123456"),
        ("0.1234567890123456", "0.1234567890123456"),
    ],
)
def test_more_than_fifteen_digits_are_lost(cell: Cells, stored: str, text: str) -> None:
    """A number cell keeps 15 digits: of a longer id the rest is gone, or zeros."""
    assert cell(value_cell("B2", stored)) == (text, ["digits-lost"])


@pytest.mark.parametrize(
    ("stored", "number_format", "fact"),
    [
        ("123000000000", "0.00E+00", "digits-lost"),
        ("123000000000", "##0.0E+0", "digits-lost"),
        ("123456789012", "0.00E+00", "number"),
        ("1000", "0.00E+00", "number"),
        ("123000000000", "0", "number"),
    ],
)
def test_a_number_cut_to_what_a_power_shows_is_lost(
    cell: Cells, stored: str, number_format: str, fact: str
) -> None:
    """1.23E+11, saved as text and opened again, has zeros where the id had digits."""
    assert cell(value_cell("B2", stored, style=1), formats=[number_format]) == (stored, [fact])


@pytest.mark.parametrize(
    ("stored", "number_format", "text"),
    [
        ("2134", "00000", "02134"),
        ("2134.0", "00000", "02134"),
        ("12345", "00000", "12345"),
        ("123456", "00000", "123456"),
        ("0", "00000", "00000"),
        ("7", "00", "07"),
        ("21341234", "00000-0000", "02134-1234"),
        ("21341234", r"00000\-0000", "02134-1234"),
        ("21341234", '00000"-"0000', "02134-1234"),
        ("121341234", r"00000\-0000", "12134-1234"),
        ("1121341234", r"00000\-0000", "112134-1234"),
        ("2134", "00000;@", "02134"),
        ("2134", "[$-409]00000", "02134"),
        ("12345678", r"000\-00\-0000", "012-34-5678"),
        ("2134", '"D-"00000', "D-02134"),
        ("2134", "00 000", "02 134"),
    ],
)
def test_zeros_of_a_format_are_part_of_the_text(
    cell: Cells, stored: str, number_format: str, text: str
) -> None:
    """A postal code shown as 02134 is 02134, with the literal characters of its format."""
    assert cell(value_cell("B2", stored, style=1), formats=[number_format]) == (text, ["zeros"])


@pytest.mark.parametrize(
    ("stored", "number_format", "text"),
    [
        ("2134", "0", "2134"),
        ("2134", "0.00", "2134"),
        ("2134", "#,##0", "2134"),
        ("2134", '"$"#,##0_);[Red]("$"#,##0)', "2134"),
        ("0.5", "00%", "0.5"),
        ("1.5", "00000", "1.5"),
        ("-5", "00000", "-5"),
        ("5", '0 "days"', "5"),
    ],
)
def test_other_formats_do_not_change_the_number(
    cell: Cells, stored: str, number_format: str, text: str
) -> None:
    """Currency, per cent, thousands and decimals are decoration."""
    assert cell(value_cell("B2", stored, style=1), formats=[number_format]) == (text, ["number"])


@pytest.mark.parametrize("stored", ["1E+400", "-1E+400"])
def test_a_number_that_is_none_is_an_error_cell(cell: Cells, stored: str) -> None:
    """Beyond all numbers: as Excel says it."""
    assert cell(value_cell("B2", stored)) == ("#NUM!", ["error"])


# ------------------------------------------------------------------ dates, booleans, errors
@pytest.mark.parametrize(
    ("stored", "number_format", "text"),
    [
        ("46085", "dd/mm/yyyy", "2026-03-04"),
        ("46085", "[$-409]mmmm d, yyyy;@", "2026-03-04"),
        ("46085.4375", "d/m/yy h:mm", "2026-03-04T10:30:00"),
        ("0.4375", "h:mm", "10:30:00"),
        ("1.5", "[h]:mm", "PT129600S"),
        ("-5", "dd/mm/yyyy", "-5"),
        ("1E+300", "dd/mm/yyyy", "1" + "0" * 300),
    ],
)
def test_dates_are_iso_text(cell: Cells, stored: str, number_format: str, text: str) -> None:
    """However a date is shown; a number that is no date stays one and keeps the fact."""
    got, facts = cell(value_cell("B2", stored, style=1), formats=[number_format])
    assert facts == ["date"]
    assert got == text or (len(text) > 300 and float(got) == float(text))


@pytest.mark.parametrize(
    ("number", "text", "fact"),
    [(14, "2026-03-04", "date"), (31, "2026-03-04", "date"), (58, "2026-03-04", "date"),
     (0, "46085", "number"), (1, "46085", "number"), (49, "46085", "number"),
     (99, "46085", "number")],
)  # fmt: skip
def test_formats_that_every_edition_of_excel_has(
    tmp_path: Path, number: int, text: str, fact: str
) -> None:
    """Formats known by number alone, the dates of East Asian editions among them."""
    rows = row(2, text_cell("A2", "x"), value_cell("B2", "46085", style=1))
    content = parts({"S": sheet(text_row(1, ["order_id", "note"]), rows)}, formats=["x"])
    styles = content["xl/styles.xml"].replace('<xf numFmtId="164"', f'<xf numFmtId="{number}"')
    path = saved(tmp_path / "o.xlsx", zipped({**content, "xl/styles.xml": styles}))
    table = read(ExcelSource(known), path)
    assert table.cells == [["x", text]]
    assert table.kinds() == [(2, "note", fact)]


def test_dates_of_the_1904_system(cell: Cells) -> None:
    """Old Mac workbooks count their days from another day."""
    xml = value_cell("B2", "44623", style=1)
    assert cell(xml, formats=["yyyy-mm-dd"], date1904=True) == ("2026-03-04", ["date"])


def test_dates_stored_as_text_by_the_format(cell: Cells) -> None:
    """A cell of the type d holds ISO text already."""
    assert cell(value_cell("B2", "2026-03-04", kind="d")) == ("2026-03-04", ["date"])


@pytest.mark.parametrize(("stored", "text"), [("1", "TRUE"), ("0", "FALSE")])
def test_booleans(cell: Cells, stored: str, text: str) -> None:
    """TRUE and FALSE in capitals, whatever the language of the spreadsheet program."""
    assert cell(value_cell("B2", stored, kind="b")) == (text, ["boolean"])


@pytest.mark.parametrize("word", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!"])
def test_error_cells_keep_their_word(cell: Cells, word: str) -> None:
    """One popular reader turns them into empty cells."""
    assert cell(value_cell("B2", word, kind="e")) == (word, ["error"])


# ------------------------------------------------------------------ formulas
@pytest.mark.parametrize(
    ("xml", "text", "facts"),
    [
        (value_cell("B2", "30", formula="15*2"), "30", ["number", "formula"]),
        (value_cell("B2", "abc", kind="str", formula="A1"), "abc", ["formula"]),
        (value_cell("B2", "=A1", kind="str", formula="A1"), "=A1", ["formula"]),
        (value_cell("B2", "", kind="str", formula='""'), "", ["formula"]),
        (value_cell("B2", "1", kind="b", formula="1=1"), "TRUE", ["boolean", "formula"]),
        (value_cell("B2", "#N/A", kind="e", formula="NA()"), "#N/A", ["error", "formula"]),
        (value_cell("B2", "", formula="15*2"), "", ["formula-empty"]),
        ('<c r="B2"><f>15*2</f></c>', "", ["formula-empty"]),
        ('<c r="B2"><f t="shared" si="0"/><v>7</v></c>', "7", ["number", "formula"]),
    ],
)
def test_formulas_give_their_last_value(cell: Cells, xml: str, text: str, facts: list[str]) -> None:
    """The value that was computed last, with the fact; without one the cell only looks blank."""
    assert cell(xml) == (text, facts)


def test_a_row_of_formulas_without_values_is_not_blank(tmp_path: Path) -> None:
    """It looks blank and is not, whereas one whose formulas give nothing is."""
    xml = sheet(
        text_row(1, ["order_id", "note"]),
        row(2, value_cell("A2", "", kind="str", formula='""')),
        row(3, value_cell("A3", "", formula="X1")),
        text_row(4, ["A-1"]),
    )
    table = read(ExcelSource(known), workbook(tmp_path / "o.xlsx", xml))
    assert table.rows == [3, 4]
    assert table.kinds() == [(3, "order_id", "formula-empty")]


# ------------------------------------------------------------------ text
def test_text_cells_come_as_they_are(opened: Callable[..., Table]) -> None:
    """Text that looks like a number, a formula or nothing stays text without facts."""
    texts = ["02134", "1E5", "=1+1", "#N/A", "TRUE", " x ", "NA", "null", "a\nb", "<b>&amp;"]
    table = opened(*(text_cell(f"B{n}", text) for n, text in enumerate(texts, 2)))
    assert [cells[1] for cells in table.cells] == texts
    assert table.facts == []


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("a_x000D_b", "a\rb"),
        ("a_x000d__x000A_b", "a\r\nb"),
        ("_x005F_x000D_", "_x000D_"),
        ("x005F_", "x005F_"),
        ("_x005F_x005F_", "_x005F_"),
        ("_x00D_", "_x00D_"),
        ("_xD83D__xDE00_", "_xD83D__xDE00_"),
        ("_x00e9_", "é"),
    ],
)
@pytest.mark.parametrize("place", ["inline", "shared", "formula"])
def test_escapes_are_decoded_as_the_format_says(
    cell: Cells, stored: str, text: str, place: str
) -> None:
    """Inline, shared and computed texts write a character that XML cannot hold as _xHHHH_."""
    xml = {
        "inline": text_cell("B2", stored),
        "shared": value_cell("B2", "0", kind="s"),
        "formula": value_cell("B2", stored, kind="str", formula="A1"),
    }[place]
    assert cell(xml, shared=[f"<t>{stored}</t>"])[0] == text


RICH = (
    "<r><rPr><b/></rPr><t>Zo</t></r><r><t xml:space='preserve'>ë </t></r>"
    '<rPh sb="0" eb="1"><t>phonetic</t></rPh><phoneticPr fontId="1"/>'
)


@pytest.mark.parametrize("place", ["inline", "shared"])
def test_rich_text_is_plain_text(cell: Cells, place: str) -> None:
    """Fonts are dropped, and so are the phonetic guides above a text."""
    inline = f'<c r="B2" t="inlineStr"><is>{RICH}</is></c>'
    xml = inline if place == "inline" else value_cell("B2", "1", kind="s")
    assert cell(xml, shared=["<t>other</t>", RICH]) == ("Zoë ", [])


def test_a_cell_longer_than_a_spreadsheet_allows_is_told(opened: Callable[..., Table]) -> None:
    """Other programs can write more characters into a cell than Excel shows."""
    table = opened(text_cell("B2", "x" * 32_767), text_cell("B3", "y" * 32_768))
    assert table.facts == [(3, "note", "too-long", "32,768 characters")]


def test_facts_keep_their_places_across_slices(tmp_path: Path) -> None:
    """The first, the last and every other row of a slice."""
    rows = [
        row(n, text_cell(f"B{n}", f"k{n}"), value_cell(f"C{n}", str(n), kind="n"))
        for n in range(2, 1202)
    ]
    xml = sheet(text_row(1, ["order_id", "note"], "B"), *rows)
    path = workbook(tmp_path / "o.xlsx", xml)
    for size in (50, 700, 10_000):
        table = read(ExcelSource(known, size), path)
        assert table.cells == [[f"k{n}", str(n)] for n in range(2, 1202)]
        assert table.kinds() == [(n, "note", "number") for n in range(2, 1202)]


# ------------------------------------------------------------------ the reader underneath
def test_the_protection_of_the_xml_reader_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set-up in which openpyxl parses without defusedxml reads nothing."""
    assert openpyxl.DEFUSEDXML
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(Defect, match="defusedxml"):
        read(ExcelSource(known), workbook(tmp_path / "o.xlsx", ONE_ORDER))


def test_styles_that_excel_puts_up_with_are_read(tmp_path: Path) -> None:
    """Cells with a style that does not exist, and formats without a code, are plain."""
    xml = sheet(
        text_row(1, ["order_id", "note"]),
        row(2, text_cell("A2", "x"), value_cell("B2", "5", style=99)),
    )
    table = read(ExcelSource(known), workbook(tmp_path / "o.xlsx", xml), ReadOptions())
    assert table.cells == [["x", "5"]]
