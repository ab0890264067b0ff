"""Cells and rows of workbooks: numbers, dates, formulas, errors, merges, what is hidden or far."""

from collections.abc import Sequence
from itertools import chain

from loader.core.findings import column_letters
from tests.corpus.case import (
    KEY,
    PRODUCT,
    SOUND,
    Case,
    Verdict,
    accepted,
    as_sheet,
    corrected,
    in_xlsx,
    orders,
    refused,
)
from tests.unit.sources.builders import merged, parts, text_cell, value_cell

_TABLE = as_sheet(orders({}))
_TWO = as_sheet(orders({}, {KEY: "B-1", "first_name": "Bob"}))
_PLACES = {name: f"{letter}2" for name, letter in zip(SOUND, "ABCDEFGHI", strict=True)}
_DATES = ("yyyy-mm-dd", "d.m.yyyy hh:mm", "[h]:mm", "hh:mm")
_ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!")
_SHEET = "xl/worksheets/sheet1.xml"


def _book(
    name: str, xml: str, verdict: Verdict, *, formats: Sequence[str] = (),
    shared: Sequence[str] = (), date1904: bool = False,
) -> Case:  # fmt: skip
    """Return a case of a workbook with this sheet."""
    content = parts({"Orders": xml}, formats=formats, shared=shared, date1904=date1904)
    return in_xlsx(name, content, verdict)


def _hidden(name: str, xml: str, verdict: Verdict, choice: str) -> Case:
    return in_xlsx(name, parts({"Orders": xml}), verdict, hidden_rows=choice)


def _cell(
    name: str, column: str, xml: str, verdict: Verdict, *, formats: Sequence[str] = (),
    shared: Sequence[str] = (), date1904: bool = False,
) -> Case:  # fmt: skip
    """Return a case in which `xml` stands for the cell of a column; `@` is its address."""
    place = _PLACES[column]
    table = _TABLE.replace(text_cell(place, SOUND[column]), xml.replace("@", place))
    return _book(name, table, verdict, formats=formats, shared=shared, date1904=date1904)


def _number(name: str, column: str, value: str, verdict: Verdict, form: str = "General") -> Case:
    return _cell(name, column, value_cell("@", value, style=1), verdict, formats=[form])


def _rows(old: str, new: str) -> str:
    return _TWO.replace(old, new)


_THIRD = '<row r="3" '


def _columns(attributes: str) -> str:
    return _TABLE.replace("<sheetData>", f"<cols><col {attributes}/></cols><sheetData>")


_NOT_SEEN = refused("row 3 is hidden or filtered out", "--hidden-rows read")

CASES: list[Case] = list(chain(
    [
        # ---------------------------------------------------------- numbers
        _number("a postal code shown with its zero", "postal_code", "2134",
                accepted("CELL-ZEROS F2", shipping_address__postal_code="02134"), "00000"),
        _number("a postal code that has lost its zero", "postal_code", "2134",
                corrected("ZIP-ZERO F2")),
        _number("a long postal code shown with zeros", "postal_code", "21341000",
                accepted("CELL-ZEROS F2", shipping_address__postal_code="02134-1000"),
                "00000\\-0000"),
        _number("a postal code of five digits", "postal_code", "62701",
                accepted(shipping_address__postal_code="62701")),
        _number("a number for a key", KEY, "1001", accepted(ready=("1001",))),
        _number("a number with a point for a key", KEY, "1001.0", accepted(ready=("1001",))),
        _number("a number stored as a power", KEY, "1.001E3", accepted(ready=("1001",))),
        _number("a key of 15 digits", KEY, "1" * 15, accepted(ready=("1" * 15,))),
        _number("a key of 16 digits", KEY, "1234567890123456", corrected("CELL-DIGITS A2")),
        _number("a key that was shown as 1.23E+11 and saved so", KEY, "123000000000",
                corrected("CELL-DIGITS A2"), "0.00E+00"),
        _number("a key that is only shown as 1.23E+11", KEY, "123456789012",
                accepted(ready=("123456789012",)), "0.00E+00"),
        _number("a key of a half", KEY, "0.1", accepted(ready=("0.1",))),
        _number("a size with a point", "serving_size", "2.0", accepted()),
        _number("half a size", "serving_size", "1.5", corrected("NUMBER-FORM I2")),
        _number("a rounded size", "serving_size", "0.99999999999999989",
                corrected("CELL-DIGITS I2"), "0"),
        _number("a size shown as a share", "serving_size", "1", accepted(), "0%"),
        _number("a size shown as money", "serving_size", "1", accepted(), '"€" #,##0.00'),
        _number("a size below zero", "serving_size", "-0", corrected("NUMBER-RANGE I2")),
        _number("a number beyond all sense", "serving_size", "1E400", corrected("CELL-ERROR I2")),
        _number("a number of nothing", "serving_size", "NaN",
                refused("damaged", "cell I2 is said to hold a number")),
        _number("a number of words", "serving_size", "two", refused("damaged", "cell I2")),
        _number("a number with underscores", "serving_size", "1_0", refused("cell I2")),
        _number("a number of Arabic digits", "serving_size", "٣", refused("cell I2")),
        _number("a name of digits", "city", "1770", accepted(shipping_address__city="1770")),
        _number("a number formatted as text", KEY, "42", accepted(ready=("42",)), "@"),
        # ---------------------------------------------------------- dates and words
        *(_number(f"a date for a key, shown as {form}", KEY, "46000.5",
                  corrected("CELL-DATE A2"), form) for form in _DATES),
        _number("a date before all dates", KEY, "-5", corrected("CELL-DATE A2"), "yyyy-mm-dd"),
        _number("a date after all dates", KEY, "99999999", corrected("CELL-DATE A2"), "d/m/yy"),
        _number("the day that never was", KEY, "60", corrected("CELL-DATE A2"), "d/m/yy"),
        _cell("a date since 1904", KEY, value_cell("@", "46000", style=1),
              corrected("CELL-DATE A2"), formats=["d/m/yy"], date1904=True),
        _cell("a date written out", KEY, value_cell("@", "2026-05-01T00:00:00", kind="d"),
              corrected("CELL-DATE A2")),
        _cell("TRUE for a name", "last_name", value_cell("@", "1", kind="b"),
              accepted(consumer__last_name="TRUE")),
        *(_cell(f"the error {word}", "city", value_cell("@", word, kind="e"),
                corrected("CELL-ERROR E2")) for word in _ERRORS),
        _cell("an error in a cell that nobody needs", "postal_code",
              value_cell("@", "#N/A", kind="e"), corrected("CELL-ERROR F2")),
        # ---------------------------------------------------------- formulas
        _cell("a formula with its value", "city",
              value_cell("@", "Ghent", kind="str", formula="Z1"),
              accepted("CELL-FORMULA E2", shipping_address__city="Ghent")),
        _cell("a formula with a number", "serving_size", value_cell("@", "2", formula="1+1"),
              accepted("CELL-FORMULA I2")),
        _cell("a formula that gives nothing", "postal_code",
              '<c r="@" t="str"><f>Z1</f><v></v></c>', accepted("CELL-FORMULA F2")),
        _cell("a formula without a value", "city", '<c r="@"><f>Z1</f></c>',
              corrected("CELL-FORMULA-EMPTY E2")),
        _cell("a formula without a value in a cell that nobody needs", "postal_code",
              '<c r="@"><f>Z1</f></c>', corrected("CELL-FORMULA-EMPTY F2")),
        _cell("a formula that failed", "city",
              value_cell("@", "#REF!", kind="e", formula="#REF!"), corrected("CELL-ERROR E2")),
        _cell("a shared formula", "city",
              '<c r="@" t="str"><f t="shared" si="0"/><v>Ghent</v></c>',
              accepted("CELL-FORMULA E2")),
        _cell("an array formula", "city",
              '<c r="@" t="str"><f t="array" ref="E2:E9">Z1:Z8</f><v>Ghent</v></c>',
              accepted("CELL-FORMULA E2")),
        _cell("a command behind a formula", "city",
              value_cell("@", "Ghent", kind="str", formula="cmd|'/c calc'!A1"),
              accepted("CELL-FORMULA E2")),
        # ---------------------------------------------------------- texts
        _cell("rich text", "city", '<c r="@" t="inlineStr"><is><r><t>Bos</t></r><r><rPr><b/></rPr>'
              "<t>ton</t></r></is></c>", accepted(shipping_address__city="Boston")),
        _cell("a shared text", "city", '<c r="@" t="s"><v>1</v></c>',
              accepted(shipping_address__city="Boston"),
              shared=["<t>x</t>", "<r><t>Bos</t></r><r><t>ton</t></r>"]),
        _cell("a guide to the pronunciation", "city", '<c r="@" t="s"><v>0</v></c>',
              accepted(shipping_address__city="東京"),
              shared=['<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>']),
        _cell("a line break as Excel escapes it", "city", text_cell("@", "Bos_x000D_ton"),
              corrected("TEXT-LINEBREAK E2")),
        _cell("line breaks at the end as Excel escapes them", "city",
              text_cell("@", "Boston_x000D_\n"), accepted("TEXT-TRIMMED E2")),
        _cell("a character outside of XML", "city", text_cell("@", "Bos_x0000_ton"),
              corrected("TEXT-CONTROL E2")),
        _cell("half a character, escaped", "city", text_cell("@", "Boston_xD83D_"),
              accepted(shipping_address__city="Boston_xD83D_")),
        _cell("an empty text", "postal_code", text_cell("@", ""),
              accepted(shipping_address__postal_code=None)),
        _cell("a cell of format alone", "postal_code", '<c r="@" s="1"/>', accepted(),
              formats=["00000"]),
        _cell("a text with a format of zeros", "postal_code",
              text_cell("@", "02134").replace("<c ", '<c s="1" '), accepted(), formats=["00000"]),
        _cell("a format that is not there", "serving_size", value_cell("@", "1", style=99),
              accepted()),
        # ---------------------------------------------------------- merged
        _book("merged cells in the data", _TABLE.replace("</worksheet>", merged("E2:F2")
              + "</worksheet>"), corrected("CELL-MERGED E2", "CELL-MERGED F2")),
        _book("cells merged down over rows", _TWO.replace("</worksheet>", merged("E2:E3")
              + "</worksheet>"), corrected("CELL-MERGED E2", "CELL-MERGED E3", rows=2)),
        _book("merged cells beside the table", _TABLE.replace("</worksheet>", merged("M2:P9")
              + "</worksheet>"), accepted()),
        _book("everything merged", _TABLE.replace("</worksheet>", merged("A1:XFD1048576")
              + "</worksheet>"), corrected("KEY-MISSING row 2: merged")),
        _book("merges that overlap", _TABLE.replace("</worksheet>", merged(
              *["A2:I2"] * 9) + "</worksheet>"), refused("damaged", "overlap")),
        _book("a merge that is none", _TABLE.replace("</worksheet>", merged("E2:?")
              + "</worksheet>"), refused("damaged", "address")),
        # ---------------------------------------------------------- hidden rows and columns
        _book("a hidden row", _rows(_THIRD, _THIRD + 'hidden="1" '), _NOT_SEEN),
        _book("a row of no height", _rows(_THIRD, _THIRD + 'ht="0" '), _NOT_SEEN),
        _hidden("a hidden row, to be read", _rows(_THIRD, _THIRD + 'hidden="1" '),
                accepted(rows=2, ready=("A-1", "B-1")), "read"),
        _hidden("a hidden row, to be skipped", _rows(_THIRD, _THIRD + 'hidden="true" '),
                accepted("ROW-HIDDEN row 3", rows=2), "skip"),
        _book("a hidden row of nothing", _TABLE.replace(
            "</sheetData>", '<row r="3" hidden="1"><c r="A3"/></row></sheetData>'), accepted()),
        _book("all rows hidden by default", _TABLE.replace(
            "<sheetData>", '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><sheetData>'),
            accepted()),
        _book("hidden columns", _columns('min="4" max="5" hidden="1"'),
              accepted("FILE-HIDDEN-COLUMN D1", "FILE-HIDDEN-COLUMN E1")),
        _book("a column of no width", _columns('min="5" max="5" width="0"'),
              accepted("FILE-HIDDEN-COLUMN E1")),
        _book("hidden columns beside the table", _columns('min="30" max="16384" hidden="true"'),
              accepted()),
        _book("hidden columns without a number", _columns('min="x" hidden="1"'),
              refused("damaged", "hidden columns")),
        _book("more hidden columns than there are", _TABLE.replace("<sheetData>", "<cols>" + 16_385
              * '<col min="1" max="1" hidden="1"/>' + "</cols><sheetData>"),
              refused("damaged", "hides more")),
        # ---------------------------------------------------------- where the table stands
        _book("an empty row and column first", as_sheet(orders({"city": ""}), 3, 2),
              corrected("VALUE-MISSING G4")),
        _book("rows left out between", _TABLE.replace('r="2"', 'r="200"').replace(
            "2\" t", "200\" t").replace(">Boston<", "> <"), corrected("VALUE-MISSING E200")),
        _book("no row numbers and addresses", _TABLE.replace(' r="1"', "").replace(
            ' r="2"', "").replace('r="', 'x="'), accepted()),
        *(_book(f"a dimension of {told}", _TWO.replace("<sheetData>", f'<dimension ref="{told}"/>'
                "<sheetData>"), accepted(rows=2, ready=("A-1", "B-1")))
          for told in ("A1", "A1:I2", "A1:XFD1048576", "nonsense", "")),
        # ---------------------------------------------------------- far and odd addresses
        _book("a value at the far end", _TABLE.replace("</sheetData>", '<row r="1048576">'
              '<c r="XFD1048576"><v>1</v></c></row></sheetData>'),
              refused("XFD1048576", "at most 500 columns", "delete")),
        _book("a value in the last row", _TABLE.replace("</sheetData>", '<row r="1048576">'
              '<c r="J1048576"><v>1</v></c></row></sheetData>'),
              corrected("FILE-UNNAMED-COLUMN J1", "KEY-MISSING row 1048576", rows=2)),
        _book("a format at the far end", _TABLE.replace("</sheetData>", '<row r="1048576">'
              '<c r="XFD1048576" s="1"/></row></sheetData>'), accepted(), formats=["0"]),
        *(_book(f"the address {told!r}", _TABLE.replace('r="E2"', f'r="{told}"'),
                refused('Sheet "Orders"', "damaged", "Open the file in Excel"))
          for told in ("A0", "XFE2", "AAAA2", "e2", "E3", "E1048577", "E-2", "2E", "C2", "")),
        *(_book(f"the row number {told!r}", _TABLE.replace('r="2"', f'r="{told}"'),
                refused('Sheet "Orders"', "damaged"))
          for told in ("0", "1", "1048577", "-1", "two", "9" * 400)),
        _book("500 columns", as_sheet(orders({f"x{n}": "1" for n in range(491)})), accepted(
            *(f"HEADER-UNKNOWN {column_letters(column)}1" for column in range(9, 500)))),
        _book("501 columns", as_sheet(orders({f"x{n}": "1" for n in range(492)})),
              refused("SG1", "at most 500")),
        _book("a header that is a formula", _TABLE.replace(
            text_cell("E1", "city"), value_cell("E1", "city", kind="str", formula="Z9")),
            accepted()),
        _book("a header that is an error", _TABLE.replace(
            text_cell("E1", "city"), value_cell("E1", "#REF!", kind="e")),
            corrected("HEADER-UNKNOWN E1", "COLUMN-MISSING file")),
        _book("the same order twice under one roof", _TABLE.replace(PRODUCT, "x"),
              corrected("UUID-FORM H2")),
    ],
))  # fmt: skip
