"""Containers of workbooks: what is no .xlsx, what is damaged, and what could harm."""

import io
import struct
import zipfile
from collections.abc import Callable
from itertools import chain

from tests.corpus.case import Case, Verdict, accepted, as_sheet, in_xlsx, orders, refused
from tests.unit.sources.builders import MAIN_TYPE, parts, sheet, text_cell, zipped

_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_TABLE = as_sheet(orders({}))
_SOUND: dict[str, str | bytes] = {**parts({"Orders": _TABLE}, shared=["<t>x</t>"])}
_UNSOUND = "no sound workbook"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _with(name: str, part: str | bytes) -> dict[str, str | bytes]:
    """Return the sound workbook with another part of this name."""
    return {**_SOUND, name: part}


def _part(name: str) -> str:
    found = _SOUND[name]
    return found if isinstance(found, str) else found.decode()


def _without(name: str) -> dict[str, str | bytes]:
    return {part: xml for part, xml in _SOUND.items() if part != name}


def _declaring(name: str, doctype: str) -> dict[str, str | bytes]:
    """Return the sound workbook with a document type in one part."""
    head, _, rest = _part(name).partition("?>\n")
    return _with(name, f"{head}?>\n{doctype}{rest}")


def _spoilt(name: str, spoil: Callable[[bytearray], bytes], verdict: Verdict) -> Case:
    """Return a case of the sound container, spoilt byte by byte."""
    return Case(
        name=name, build=lambda: bytes(spoil(bytearray(zipped(_SOUND)))), verdict=verdict,
        file="orders.xlsx",
    )  # fmt: skip


def _appended(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> Callable[[bytearray], bytes]:
    """Return what adds entries of these names to a container."""

    def spoil(content: bytearray) -> bytes:
        data = io.BytesIO(bytes(content))
        with zipfile.ZipFile(data, "a") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name), "x", compression)
        return data.getvalue()

    return spoil


def _in_directory(
    offset: int, form: str, value: int, part: str = _SHEET
) -> Callable[[bytearray], bytes]:
    """Return what changes the entry of a part in the table of contents."""

    def spoil(content: bytearray) -> bytes:
        entry = content.rindex(part.encode()) - 46
        struct.pack_into(form, content, entry + offset, value)
        return bytes(content)

    return spoil


def _cut_off(share: int) -> Callable[[bytearray], bytes]:
    return lambda content: bytes(content[: len(content) * share // 100])


def _bomb(_: bytearray) -> bytes:
    """Return a workbook of 100 KB whose sheet has 64 MB."""
    return zipped(_with(_SHEET, _TABLE.replace("</worksheet>", " " * 2**26 + "</worksheet>")))


def _saying(old: str, new: str) -> dict[str, str | bytes]:
    return {name: _part(name).replace(old, new) for name in _SOUND}


def _types(kind: str) -> dict[str, str | bytes]:
    return _saying(MAIN_TYPE, f"application/{kind}")


_STYLES = (
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.styles+xml"/>'
)
_DEEP = "<a>" * 100_000
_RELS = "xl/_rels/workbook.xml.rels"

CASES: list[Case] = list(chain(
    [
        # ---------------------------------------------------------- accepted
        in_xlsx("a sound workbook", _SOUND, accepted()),
        Case(name="nothing compressed", build=lambda: zipped(_SOUND, zipfile.ZIP_STORED),
             verdict=accepted(), file="orders.xlsx"),
        in_xlsx("a workbook without an ending", _SOUND, accepted(), file="orders"),
        in_xlsx("an ending in capitals", _SOUND, accepted(), file="ORDERS.XLSX"),
        in_xlsx("pictures and comments", {
            **_SOUND, "xl/media/image1.png": b"\x89PNG" + bytes(99),
            "xl/comments1.xml": "<comments><comment>call Ann</comment></comments>"}, accepted()),
        in_xlsx("a part that is no XML and not read", _with("docProps/app.xml", "<broken"),
                accepted()),
        in_xlsx("XML in UTF-16", _with(_SHEET, _TABLE.replace('encoding="UTF-8"', "").encode(
            "utf-16")), accepted()),
        in_xlsx("names with a prefix", _with(_SHEET, _TABLE.replace("<", "<x:").replace(
            "<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")), accepted()),
        in_xlsx("a sheet named by an absolute path", _with(_RELS, _part(_RELS).replace(
            'Target="worksheets', 'Target="/xl/worksheets')), accepted()),
        in_xlsx("without number formats", {name: _part(name).replace(_STYLES, "") for name in
                _without("xl/styles.xml")}, accepted()),
        _spoilt("folders as entries", _appended("xl/empty/"), accepted()),
        _spoilt("bytes after the end", lambda content: bytes(content) + bytes(64), accepted()),
        # ---------------------------------------------------------- refused: other kinds
        in_xlsx("macros", _types("vnd.ms-excel.sheet.macroEnabled.main+xml"),
                refused("macros (.xlsm)", "save it as")),
        in_xlsx("a template", _saying(MAIN_TYPE, MAIN_TYPE.replace("sheet.main", "template.main")),
                refused("template (.xltx)", "save it as")),
        in_xlsx("a binary workbook", _types("vnd.ms-excel.sheet.binary.macroEnabled.main"),
                refused("binary Excel workbook (.xlsb)", "save it as")),
        in_xlsx("a Word document", _types(
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
            refused("Word document")),
        in_xlsx("OpenDocument", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
                refused("OpenDocument file (.ods)", "save it as")),
        in_xlsx("Numbers", {"Index/Document.iwa": "x"}, refused("Numbers")),
        in_xlsx("a zip archive", {"orders.csv": "x"}, refused("a zip archive")),
        in_xlsx("Strict Open XML", _saying(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
                refused("Strict Open XML", '"Excel Workbook (.xlsx)"')),
        Case(name="Excel 97", build=lambda: _OLE + bytes(504), file="orders.xlsx",
             verdict=refused("Excel 97-2003", "save it as")),
        Case(name="a password", build=lambda: _OLE + "EncryptedPackage".encode("utf-16-le"),
             file="orders.xlsx", verdict=refused("protected with a password", "remove the")),
        *(in_xlsx(f"a workbook named {suffix}", _SOUND, refused(f"({suffix})", "save it as"),
                  file=f"orders{suffix}") for suffix in (".xls", ".xlsb", ".ods", ".xlsm")),
        in_xlsx("a workbook named .zip", _SOUND, refused("zip archive"), file="orders.zip"),
        # ---------------------------------------------------------- refused: damage
        *(_spoilt(f"cut off after {share} %", _cut_off(share),
                  refused("cut off or damaged", "again")) for share in (2, 50, 99)),
        _spoilt("bytes before the beginning", lambda content: b"MZ" + bytes(62) + bytes(content),
                refused("named .xlsx", "damaged")),
        _spoilt("a wrong checksum", _in_directory(16, "<L", 7), refused("damaged", "Export")),
        _spoilt("a size that is too small", _in_directory(24, "<L", 99), refused("damaged")),
        _spoilt("a size that is too large", _in_directory(24, "<L", 2**20), accepted()),
        *(in_xlsx(f"without {name}", _without(name), refused("damaged", f'"{name}" is missing'))
          for name in (_SHEET, "xl/workbook.xml", _RELS, "xl/styles.xml", _STRINGS)),
        in_xlsx("without a table of types", _without("[Content_Types].xml"),
                refused("no Excel workbook")),
        *(in_xlsx(f"broken XML in {name}", _with(name, _part(name)[:-9]), refused("damaged"))
          for name in (_SHEET, "xl/workbook.xml", _RELS, "[Content_Types].xml", "xl/styles.xml",
                       _STRINGS)),
        in_xlsx("a part of nothing", _with(_SHEET, ""), refused("damaged")),
        in_xlsx("half a character in the XML", _with(
            _SHEET, _TABLE.encode().replace(b"Ann", b"\xed\xa0\x80")), refused("damaged")),
        in_xlsx("a character that XML forbids", _with(_SHEET, _TABLE.replace("Ann", "&#1;")),
                refused("damaged")),
        in_xlsx("XML a hundred thousand levels deep", _with(
            _SHEET, _TABLE.replace("<sheetData>", f"{_DEEP}<sheetData>")), refused("damaged")),
        in_xlsx("text among the shared ones that is not there", _with(_SHEET, _TABLE.replace(
            text_cell("E2", "Boston"), '<c r="E2" t="s"><v>7</v></c>')), refused("damaged")),
        in_xlsx("a shared text below zero", _with(_SHEET, _TABLE.replace(
            text_cell("E2", "Boston"), '<c r="E2" t="s"><v>-1</v></c>')), refused("damaged")),
        # ---------------------------------------------------------- refused: harm
        _spoilt("a bomb", _bomb, refused(_UNSOUND, "would grow", _SHEET)),
        _spoilt("a bomb in a part that nobody reads", lambda _: zipped(
            _with("xl/media/image1.png", bytes(2**26))), refused(_UNSOUND, "image1.png")),
        _spoilt("a size beyond all sense", _in_directory(24, "<L", 2**32 - 2),
                refused(_UNSOUND, "would grow")),
        *(_spoilt(f"an entry named {name!r}", _appended(name), refused(_UNSOUND, words))
          for name, words in (
              ("/etc/passwd", "points outside"), ("../outside.xml", "points outside"),
              ("xl/../../outside.xml", "points outside"), ("xl\\..\\a.xml", "points outside"),
              ("C:/outside.xml", "points outside"), ("XL/Workbook.xml", "is there twice"))),
        _spoilt("an entry packed as Excel never does",
                _appended("xl/a.xml", compression=zipfile.ZIP_LZMA),
                refused(_UNSOUND, "compressed in a way")),
        _spoilt("an entry with a password", _in_directory(8, "<H", 1),
                refused("protected with a password")),
        _spoilt("entries that overlap", _in_directory(42, "<L", 0, _STRINGS),
                refused(_UNSOUND)),
        _spoilt("more entries than any workbook has",
                _appended(*(f"x/{n}" for n in range(10_001))), refused(_UNSOUND, "at most 10,000")),
        in_xlsx("a sheet outside of the container", _with(_RELS, _part(_RELS).replace(
            "worksheets/sheet1.xml", "../../../etc/passwd")), refused("damaged")),
        in_xlsx("a sheet from the network", _with(_RELS, _part(_RELS).replace(
            'Target="worksheets/sheet1.xml"',
            'Target="http://127.0.0.1:9/s.xml" TargetMode="External"')), refused("damaged")),
    ],
    (
        in_xlsx(f"{what} in {name}", _declaring(name, doctype), refused(_UNSOUND, "DOCTYPE", name))
        for what, doctype in (("laughs", _LAUGHS), ("an entity outside", _OUTSIDE))
        for name in (_SHEET, "xl/workbook.xml", _RELS, "[Content_Types].xml", _STRINGS)
    ),
    [
        in_xlsx("a document type in UTF-16", _with(_SHEET, (
            _LAUGHS + _TABLE.partition("?>\n")[2]).encode("utf-16")), refused(_UNSOUND, "DOCTYPE")),
        in_xlsx("a document type in a part that nobody reads",
                _with("docProps/app.xml", _LAUGHS + "<x/>"), refused(_UNSOUND, "DOCTYPE")),
        in_xlsx("a document type behind a megabyte of blanks", _with(
            _SHEET, " " * 2**20 + _LAUGHS + _TABLE.partition("?>\n")[2]),
                refused(_UNSOUND, "DOCTYPE")),
        in_xlsx("a document type behind a comment", _with(
            _SHEET, "<!-- x -->" + _LAUGHS + _TABLE.partition("?>\n")[2]), refused(_UNSOUND)),
        # ---------------------------------------------------------- sheets
        in_xlsx("two sheets with orders", parts({"May": _TABLE, "June": _TABLE}),
                refused('"May", "June"', '--sheet "May"')),
        in_xlsx("two sheets, one with known headers",
                parts({"Notes": as_sheet([["call"], ["Ann"]]), "Orders": _TABLE}), accepted()),
        in_xlsx("two sheets, one named", parts({"May": _TABLE, "June": _TABLE}),
                accepted(), sheet="June"),
        in_xlsx("an empty sheet beside", parts({"Sheet1": sheet(), "Orders": _TABLE}), accepted()),
        in_xlsx("a sheet that does not exist", _SOUND,
                refused('Sheet "July"', "does not exist", '"Orders"'), sheet="July"),
        in_xlsx("a hidden sheet beside", parts({"Orders": _TABLE, "Old": _TABLE},
                states={"Old": "hidden"}), accepted("FILE-HIDDEN-SHEET file")),
        in_xlsx("a very hidden sheet beside", parts({"Orders": _TABLE, "Old": _TABLE},
                states={"Old": "veryHidden"}), accepted("FILE-HIDDEN-SHEET file")),
        in_xlsx("a hidden sheet, named", parts({"Orders": _TABLE, "Old": _TABLE},
                states={"Old": "hidden"}), refused("is hidden", "Unhide"), sheet="Old"),
        in_xlsx("hidden sheets only", parts({"Orders": _TABLE}, states={"Orders": "hidden"}),
                refused("no sheet that can be seen", "unhide")),
        in_xlsx("no sheet at all", parts({}), refused("no sheet that can be seen")),
        in_xlsx("an empty sheet", parts({"Orders": sheet()}), refused("no filled cell")),
        in_xlsx("a header and nothing below", parts({"Orders": as_sheet(orders())}),
                refused("no data rows", "row 1")),
        in_xlsx("a title above the header", parts({"Orders": as_sheet(
            [["Orders of May"], *orders({})])}), refused("row 1", "seems to be in row 2")),
        in_xlsx("the same header twice", parts({"Orders": as_sheet(
            [[*cells, "city"] for cells in orders({})])}), refused("E and J", "Rename")),
    ],
))  # fmt: skip
