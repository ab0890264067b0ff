"""The nastiest files: small to send, huge to read for a reader that trusts them."""

import zipfile
from collections.abc import Callable
from io import BytesIO

from tests.corpus.case import as_csv, as_sheet, orders
from tests.unit.sources.builders import merged, parts, row, sheet, text_cell, value_cell, zipped

_SHEET = "xl/worksheets/sheet1.xml"
_TABLE = as_sheet(orders({}))
_SOUND = parts({"Orders": _TABLE}, shared=["<t>x</t>"])


def _inside(more: str) -> bytes:
    """Return the sound workbook with more in its sheet, behind the rows."""
    return zipped({**_SOUND, _SHEET: _TABLE.replace("</sheetData>", more + "</sheetData>")})


def _before(more: str) -> bytes:
    return zipped({**_SOUND, _SHEET: _TABLE.replace("<sheetData>", more + "<sheetData>")})


def _strings(more: str) -> bytes:
    part = _SOUND["xl/sharedStrings.xml"].replace("</sst>", more + "</sst>")
    return zipped({**_SOUND, "xl/sharedStrings.xml": part})


def _laughs() -> bytes:
    lines = ['<!ENTITY a0 "haha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return zipped(
        {**_SOUND, _SHEET: f"<!DOCTYPE x [{''.join(lines)}]>" + _TABLE.partition("\n")[2]}
    )


def _thin() -> bytes:
    """Return a workbook with one cell in column SF of each of 200,000 rows."""
    rows = (row(n, value_cell(f"SF{n}", "1")) for n in range(3, 200_003))
    return _inside("".join(rows))


def _many_parts() -> bytes:
    data = BytesIO(zipped(_SOUND))
    with zipfile.ZipFile(data, "a") as archive:
        for number in range(9_900):
            archive.writestr(f"x/{number}.xml", "<a/>")
    return data.getvalue()


_LONG = 2 * 10**6
NASTY: dict[str, Callable[[], bytes]] = {
    "laughs.xlsx": _laughs,
    "deep.xlsx": lambda: _before("<a>" * _LONG),
    "deep-in-a-row.xlsx": lambda: _inside('<row r="3"><c r="A3">' + "<a>" * _LONG),
    "deep-strings.xlsx": lambda: _strings("<si>" + "<r>" * 5 * _LONG),
    "deep-workbook.xlsx": lambda: zipped({**_SOUND, "xl/workbook.xml": _SOUND[
        "xl/workbook.xml"].replace("<sheets>", "<a>" * _LONG + "<sheets>")}),
    "wide-workbook.xlsx": lambda: zipped({**_SOUND, "xl/workbook.xml": _SOUND[
        "xl/workbook.xml"].replace("<sheets>", "<a/>" * (4 * _LONG) + "<sheets>")}),
    "wide-styles.xlsx": lambda: zipped({**_SOUND, "xl/styles.xml": _SOUND[
        "xl/styles.xml"].replace("<cellXfs", '<cellXfs><xf numFmtId="1"/></cellXfs>' * _LONG
                                 + "<cellXfs")}),
    "long-row.xlsx": lambda: _inside('<row r="3">' + "<c/>" * (4 * _LONG) + "</row>"),
    "empty-rows.xlsx": lambda: _inside("<row/>" * 10**6),
    "crowded-cell.xlsx": lambda: _inside('<row r="3"><c r="A3">' + "<v/>" * (4 * _LONG)),
    "crowded-part.xlsx": lambda: _before("<cols>" + "<col/>" * (4 * _LONG) + "</cols>"),
    "long-text.xlsx": lambda: _inside(row(3, text_cell("A3", "x" * 31_000_000))),
    "far.xlsx": lambda: _inside(row(1_048_576, value_cell("XFD1048576", "1"))),
    "thin.xlsx": _thin,
    "merged.xlsx": lambda: zipped({**_SOUND, _SHEET: _TABLE.replace(
        "</worksheet>", merged("A2:XFD1048576") + "</worksheet>")}),
    "many-merges.xlsx": lambda: zipped({**_SOUND, _SHEET: _TABLE.replace(
        "</worksheet>", merged(*["M2:P9"] * 500_000) + "</worksheet>")}),
    "tall-merges.xlsx": lambda: zipped({**_SOUND, _SHEET: sheet(
        *(row(n, text_cell(f"A{n}", "x")) for n in range(1, 30_000)),
        after=merged(*(f"B{n}:C1048576" for n in range(1, 20_000))))}),
    "many-parts.xlsx": _many_parts,
    "long-number.xlsx": lambda: _inside(row(3, value_cell("A3", "9" * 10**7))),
    "long-power.xlsx": lambda: _inside(row(3, value_cell("A3", "1E-999999"))),
    "quotes.csv": lambda: as_csv(orders({})) + b'"' * 20_000_001,
    "unclosed.csv": lambda: as_csv(orders({})) + b'"' + b"x,y\n" * 8_000_000,
    "one-line.csv": lambda: as_csv(orders({})) + b"," * 20_000_000,
    "wide.csv": lambda: b"a," * 10_000_000 + b"\n" + b"1," * 10_000_000,
    "blank.csv": lambda: b"\n" * 20_000_000,
    "blank-below.csv": lambda: as_csv(orders({})) + b"\n" * 20_000_000,
    "delimiters-below.csv": lambda: as_csv(orders({})) + b",\n" * 15_000_000,
    "late-header.csv": lambda: b" \n" * 10_000_000 + as_csv(orders({})),
    "no-delimiter.csv": lambda: b"x" * 40_000_000,
    "nul.csv": lambda: as_csv(orders({})) + bytes(40_000_000),
}  # fmt: skip
