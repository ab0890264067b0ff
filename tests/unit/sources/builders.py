"""Order files built in the tests themselves: CSV bytes, and workbooks part by part.

openpyxl writes only what is sound; what must be refused or looked at closer is put together here
from the XML of its parts.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from loader.core.errors import InputError
from loader.core.model import RawTable, ReadOptions
from loader.ports import Source

HEADERS = ("order_id", "first_name", "city", "postal_code", "note")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN_TYPE = f"{_SHEETML}.sheet.main+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def known(header: str) -> bool:
    """Recognise the headers of these tests, in any case and with blanks around them."""
    return header.strip().casefold() in HEADERS


# ------------------------------------------------------------------ what was read
def read(source: Source, path: Path, options: ReadOptions | None = None) -> "Table":
    """Open the file and take all of its slices."""
    raw = source.open(path, options or ReadOptions())
    rows: list[int] = []
    cells: list[list[str]] = []
    facts: list[tuple[int, str, str, str]] = []
    ragged: list[tuple[int, int, int]] = []
    hidden: list[int] = []
    for piece in raw.slices:
        numbers = [int(number) for number in piece.rows]
        rows += numbers
        cells += [list(row) for row in piece.cells.itertuples(index=False, name=None)]
        facts += [
            (numbers[f.position], raw.headers[f.column], f.kind.value, f.detail)
            for f in piece.facts
        ]
        ragged += [(numbers[r.position], r.found, r.expected) for r in piece.ragged]
        hidden += [numbers[position] for position in piece.hidden]
    return Table(raw, rows, cells, facts, ragged, hidden)


def read_unless_refused(source: Source, path: Path) -> "Table | None":
    """Read the file; None where it is refused in words, with a hint."""
    try:
        return read(source, path)
    except InputError as problem:
        if problem.message and problem.hint:
            return None
        raise


@dataclass(frozen=True, slots=True)
class Table:
    """A raw table with its slices put together; facts name row number, header, kind, detail."""

    raw: RawTable
    rows: list[int]
    cells: list[list[str]]
    facts: list[tuple[int, str, str, str]]
    ragged: list[tuple[int, int, int]]
    hidden: list[int]

    def codes(self) -> list[str]:
        """Return the codes of the file-wide findings."""
        return [finding.code for finding in self.raw.findings]

    def kinds(self) -> list[tuple[int, str, str]]:
        """Return the facts without their details."""
        return [fact[:3] for fact in self.facts]


# ------------------------------------------------------------------ CSV
def csv_text(
    rows: Iterable[Sequence[str]], delimiter: str = ",", end: str = "\n", *, quoted: bool = False
) -> str:
    """Return the rows as CSV; cells are quoted where they must be, or all of them.

    Written out here: the standard library's writer leaves a lone CR unquoted.
    """
    special = (delimiter, '"', "\r", "\n")

    def cell(text: str) -> str:
        needed = quoted or any(sign in text for sign in special)
        return '"' + text.replace('"', '""') + '"' if needed else text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def saved(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write the content exactly as it is, and return the path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


# ------------------------------------------------------------------ XLSX
def text_cell(ref: str, text: str) -> str:
    """Return a cell with text of its own (an inline string)."""
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def value_cell(ref: str, value: str, *, kind: str = "n", style: int = 0, formula: str = "") -> str:
    """Return a cell with a stored value, and a formula where one is given."""
    function = f"<f>{escape(formula)}</f>" if formula else ""
    return f'<c r="{ref}" t="{kind}" s="{style}">{function}<v>{escape(value)}</v></c>'


def row(number: int, *cells: str, attributes: str = "") -> str:
    """Return a row of cells."""
    return f'<row r="{number}" {attributes}>{"".join(cells)}</row>'


def text_row(number: int, texts: Sequence[str], first: str = "A", attributes: str = "") -> str:
    """Return a row of texts, beginning in column `first` (A to Z)."""
    letters = [chr(ord(first) + position) for position in range(len(texts))]
    cells = (text_cell(f"{a}{number}", t) for a, t in zip(letters, texts, strict=True) if t)
    return row(number, *cells, attributes=attributes)


def sheet(*rows: str, dimension: str = "", after: str = "") -> str:
    """Return a sheet's XML."""
    head = f'<dimension ref="{dimension}"/>' if dimension else ""
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}" xmlns:r="{_RELS}">{head}'
        f"<sheetData>{''.join(rows)}</sheetData>{after}</worksheet>"
    )


def merged(*ranges: str) -> str:
    """Return the XML that merges these ranges."""
    return "<mergeCells>" + "".join(f'<mergeCell ref="{r}"/>' for r in ranges) + "</mergeCells>"


def orders_sheet(*data: Sequence[str]) -> str:
    """Return a sheet with the known headers in row 1 and these rows below."""
    return sheet(*(text_row(n, texts) for n, texts in enumerate([HEADERS, *data], 1)))


ONE_ORDER = orders_sheet(("A-1", "Ann", "Boston", "02134", "hello"))


def parts(
    sheets: Mapping[str, str], *, states: Mapping[str, str] | None = None,
    formats: Sequence[str] = (), shared: Sequence[str] = (), date1904: bool = False,
    main_type: str = MAIN_TYPE,
) -> dict[str, str]:  # fmt: skip
    """Return the parts of a workbook; `formats[i]` is the number format of style i + 1.

    `shared` are the inner XML of the shared strings, such as `<t>text</t>`.
    """
    overrides = [("xl/workbook.xml", main_type), ("xl/styles.xml", f"{_SHEETML}.styles+xml")]
    entries, relations, result = [], [], {}
    for number, (name, xml) in enumerate(sheets.items(), 1):
        state = (states or {}).get(name, "visible")
        entries.append(
            f'<sheet name={quoteattr(name)} sheetId="{number}" state="{state}" r:id="s{number}"/>'
        )
        relations.append((f"s{number}", "worksheet", f"worksheets/sheet{number}.xml"))
        overrides.append((f"xl/worksheets/sheet{number}.xml", f"{_SHEETML}.worksheet+xml"))
        result[f"xl/worksheets/sheet{number}.xml"] = xml
    relations += [("st", "styles", "styles.xml")]
    if shared:
        relations.append(("ss", "sharedStrings", "sharedStrings.xml"))
        overrides.append(("xl/sharedStrings.xml", f"{_SHEETML}.sharedStrings+xml"))
        items = "".join(f"<si>{text}</si>" for text in shared)
        result["xl/sharedStrings.xml"] = f'{_XML}<sst xmlns="{_MAIN}">{items}</sst>'
    epoch = '<workbookPr date1904="1"/>' if date1904 else ""
    result["xl/workbook.xml"] = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}">{epoch}'
        f"<sheets>{''.join(entries)}</sheets></workbook>"
    )
    result["xl/styles.xml"] = _styles(formats)
    result["xl/_rels/workbook.xml.rels"] = _relations(relations)
    result["_rels/.rels"] = _relations([("w", "officeDocument", "xl/workbook.xml")])
    types = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides
    )
    result["[Content_Types].xml"] = (
        f'{_XML}<Types xmlns="{_PACKAGE}content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )
    return result


def _relations(entries: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{identity}" Type="{_RELS}/{kind}" Target="{target}"/>'
        for identity, kind, target in entries
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}relationships">{inner}</Relationships>'


def _styles(formats: Sequence[str]) -> str:
    numbered = list(enumerate(formats, 164))
    custom = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in numbered
    )
    styles = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        for number in [0, *(number for number, _ in numbered)]
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        f'<numFmts count="{len(numbered)}">{custom}</numFmts>'
        '<fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{len(numbered) + 1}">{styles}</cellXfs></styleSheet>'
    )


def zipped(content: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the parts as a zip archive, in their order."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return data.getvalue()


def workbook(path: Path, *sheets_xml: str, **options: object) -> Path:
    """Write a workbook with sheets named Orders, Sheet2, Sheet3 …; see `parts`."""
    names = ["Orders", *(f"Sheet{number}" for number in range(2, len(sheets_xml) + 1))]
    content = parts(dict(zip(names, sheets_xml, strict=True)), **options)  # type: ignore[arg-type]  # handed on
    return saved(path, zipped(content))
