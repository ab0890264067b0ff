"""What a workbook says beside its sheets: their names, number formats, shared texts, epoch.

openpyxl reads how the parts belong together; the sheets themselves are read by `excel_sheet`.
Pictures, comments, links and pivot tables are not even parsed.
"""

import io
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime

import openpyxl
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, FORMAT_GENERAL
from openpyxl.xml.constants import SHARED_STRINGS, STYLES_TYPE

from loader.core.errors import Defect
from loader.sources.excel_cells import CellReader
from loader.sources.excel_container import DEEPEST, part_of, too_deep
from loader.sources.excel_scan import Grid
from loader.sources.excel_sheet import MAIN, SheetContent, read_sheet
from loader.sources.file_bytes import WholeFile
from loader.sources.xml_stream import walk

# Numbers of formats that have no code in the file. 27 to 36 and 50 to 58 are the dates of East
# Asian editions of Excel (ECMA-376, 18.8.30), which openpyxl does not know.
_BUILT_IN = {**dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy-mm-dd"), **BUILTIN_FORMATS}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, its part of the container, and whether a person can see it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook; `epoch` is the day from which its dates count (1900 or 1904)."""

    name: str
    archive: zipfile.ZipFile
    sheets: tuple[Sheet, ...]
    epoch: datetime
    formats: tuple[str, ...]
    strings: tuple[str, ...]

    def read(self, sheet: Sheet) -> SheetContent:
        """Return all that the sheet holds; raises `InputError` where it must not be read."""
        reader = CellReader(self.epoch, self.formats, self.strings)
        with part_of(self.archive, sheet.part, self.name) as stream:
            return read_sheet(stream, Grid(sheet.name, self.name), reader)


def open_workbook(whole: WholeFile, archive: zipfile.ZipFile) -> Workbook:
    """Return the workbook of a checked container."""
    if not openpyxl.DEFUSEDXML:
        raise Defect(
            "Workbooks are not read without the protection of defusedxml.",
            hint="Install the loader with its dependencies and leave OPENPYXL_DEFUSEDXML unset.",
        )
    with warnings.catch_warnings():
        # openpyxl warns of what it would lose on saving; nothing is saved.
        warnings.simplefilter("ignore")
        reader = ExcelReader(io.BytesIO(whole.data), data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        sheets = tuple(
            Sheet(sheet.name, rel.target, sheet.state == "visible")
            for sheet, rel in reader.parser.find_sheets()
            if rel.Type.endswith("/worksheet")
        )
    kinds = {part.ContentType: part.PartName.lstrip("/") for part in reader.package.Override}
    return Workbook(
        name=whole.name,
        archive=archive,
        sheets=sheets,
        epoch=reader.wb.epoch,
        formats=_read_formats(archive, kinds[STYLES_TYPE], whole.name)
        if STYLES_TYPE in kinds
        else (),
        strings=_read_strings(archive, kinds[SHARED_STRINGS], whole.name)
        if SHARED_STRINGS in kinds
        else (),
    )


def _read_formats(archive: zipfile.ZipFile, part: str, name: str) -> tuple[str, ...]:
    """Return the number format of each cell style.

    openpyxl reads fonts, fills and borders too, and fails on styles that Excel puts up with.
    """
    custom: dict[int, str] = {}
    used: list[int] = []
    inside: list[str] = []

    def begin(element: str, attributes: dict[str, str]) -> None:
        inside.append(element)
        if len(inside) > DEEPEST:
            raise too_deep(name, part)
        if element == f"{MAIN} numFmt":
            custom[int(attributes["numFmtId"])] = attributes.get("formatCode", FORMAT_GENERAL)
        elif element == f"{MAIN} xf" and f"{MAIN} cellXfs" in inside:
            used.append(int(attributes.get("numFmtId", 0)))

    def end(_: str) -> None:
        inside.pop()

    with part_of(archive, part, name) as stream:
        walk(stream, begin, end)
    return tuple(custom.get(n) or _BUILT_IN.get(n, FORMAT_GENERAL) for n in used)


def _read_strings(archive: zipfile.ZipFile, part: str, name: str) -> tuple[str, ...]:
    """Return the shared texts, plain and with their escapes as they are.

    openpyxl's own function drops `x005F_` wherever it stands, after which an escape and a text
    that looks like one cannot be told apart.
    """
    texts: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def begin(element: str, _: dict[str, str]) -> None:
        inside.append(element)
        if len(inside) > DEEPEST:
            raise too_deep(name, part)

    def end(element: str) -> None:
        inside.pop()
        if element == f"{MAIN} si":
            texts.append("".join(pieces))
            pieces.clear()

    def characters(text: str) -> None:
        # Phonetic guides (rPh) are shown above a text and are no part of it.
        if inside[-1] == f"{MAIN} t" and f"{MAIN} rPh" not in inside:
            pieces.append(text)

    with part_of(archive, part, name) as stream:
        walk(stream, begin, end, characters)
    return tuple(texts)
