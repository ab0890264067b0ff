"""Containers of .xlsx: checked before anything in them is inflated or parsed as a whole.

A zip archive of a kilobyte can inflate to gigabytes, or name the same part twice with two
contents; an XML part can declare entities that grow without end.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import IO
from xml.parsers import expat

from loader.core.errors import InputError, LoaderError
from loader.core.privacy import printable
from loader.sources.file_bytes import WholeFile
from loader.sources.formats import SAVE_AS, foreign_content, is_ole, is_zip, refuse_ole
from loader.sources.xml_stream import walk

# A sheet of 1,000,000 rows and 30 columns takes 2 to 3 GB of XML, its texts about 2 GB.
MAX_PARTS = 10_000
MAX_PART = 4 * 1024**3
MAX_TOTAL = 8 * 1024**3
# Sheets compress 10 to 40 times. Small parts may do better without harm.
MAX_RATIO = 250
RATIO_FROM = 32 * 1024**2
MAX_INDEX = 4 * 1024**2  # of the parts that only say how the others belong together

DEEPEST = 64  # elements within each other; a part has a dozen
_CHUNK = 64 * 1024
_LOCAL_HEADER = 30
_ENCRYPTED_FLAG = 0x1
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_MAIN = {
    "spreadsheetml.template.main": "an Excel template (.xltx)",
    "ms-excel.sheet.macroenabled": "an Excel workbook with macros (.xlsm)",
    "ms-excel.template.macroenabled": "an Excel template with macros (.xltm)",
    "ms-excel.addin.macroenabled": "an Excel add-in (.xlam)",
    "ms-excel.sheet.binary": "a binary Excel workbook (.xlsb)",
    "wordprocessingml.": "a Word document (.docx)",
    "presentationml.": "a PowerPoint presentation (.pptx)",
}
_BEFORE_XML = b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"
_STRICT = "http://purl.oclc.org/ooxml/"
_EXPORT_AGAIN = "Export or copy it again; if that does not help, open it in Excel and save it anew."


@contextmanager
def damage_is_refused(name: str) -> Iterator[None]:
    """Turn whatever a damaged workbook makes the readers raise into `InputError`.

    The foreign message is left out: it may quote the content of a cell.
    """
    try:
        yield
    except LoaderError:
        raise
    # Zip, inflate, XML and workbook readers raise dozens of kinds of error on damaged bytes; none
    # may reach the person as a traceback.
    except Exception as problem:
        raise InputError(
            f"{name} is damaged: the workbook cannot be read ({type(problem).__name__}).",
            hint=_EXPORT_AGAIN,
        ) from None


def checked_archive(whole: WholeFile) -> zipfile.ZipFile:
    """Return the container of a workbook that is safe to inflate and parse.

    Raises `InputError` for other formats, damage, bombs, and parts that a sound workbook lacks.
    """
    _refuse_other_content(whole)
    try:
        archive = zipfile.ZipFile(io.BytesIO(whole.data))
    except zipfile.BadZipFile:
        raise InputError(
            f"{whole.name} is cut off or damaged: its table of contents cannot be read.",
            hint="Copy or download it again; the transfer may have stopped early.",
        ) from None
    parts = archive.infolist()
    _refuse_names(parts, whole.name)
    _refuse_sizes(parts, whole.name)
    _refuse_overlap(archive, whole)
    for part in parts:
        _refuse_doctype(archive, part, whole.name)
    _refuse_other_kinds(archive, whole.name)
    return archive


def part_of(archive: zipfile.ZipFile, part: str, name: str) -> IO[bytes]:
    """Open a part of the container; `InputError` where the workbook names one that it lacks."""
    try:
        return archive.open(part)
    except KeyError:
        raise InputError(
            f'{name} is damaged: its part "{printable(part, 60)}" is missing.', hint=_EXPORT_AGAIN
        ) from None


def _refuse_other_content(whole: WholeFile) -> None:
    if is_ole(whole.data):
        refuse_ole(whole.name, whole.data)
    if not is_zip(whole.data):
        what = foreign_content(whole.data[:_CHUNK]) or "no Excel workbook (.xlsx)"
        raise InputError(f"{whole.name} is {what} by its content.", hint=SAVE_AS)


# ------------------------------------------------------------------ before inflating
def _unsound(name: str, what: str) -> InputError:
    return InputError(
        f"{name} is no sound workbook: {what}.",
        hint="Do not open it if you do not know where it comes from. Else open it in Excel and"
        " save it anew.",
    )


def too_deep(name: str, part: str) -> InputError:
    """Return the refusal of a part that would fill the memory with elements that never end."""
    what = f"has elements more than {DEEPEST} deep within each other"
    return _unsound(name, f'its part "{printable(part, 60)}" {what}')


def _refuse_names(parts: list[zipfile.ZipInfo], name: str) -> None:
    if len(parts) > MAX_PARTS:
        raise _unsound(name, f"it holds {len(parts):,} parts, and at most {MAX_PARTS:,} are read")
    seen: set[str] = set()
    for part in parts:
        path = part.orig_filename.replace("\\", "/")
        shown = printable(path, 60)
        if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\0" in path:
            raise _unsound(name, f'its part "{shown}" points outside of the file')
        # Names differ in more than case: a reader may take either of two that do not.
        if path.casefold() in seen:
            raise _unsound(name, f'its part "{shown}" is there twice')
        seen.add(path.casefold())


def _refuse_sizes(parts: list[zipfile.ZipInfo], name: str) -> None:
    for part in parts:
        shown = printable(part.filename, 60)
        if part.flag_bits & _ENCRYPTED_FLAG:
            raise InputError(
                f"{name} is protected with a password.",
                hint="Remove the password, save it as .xlsx and use that copy.",
            )
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _unsound(name, f'its part "{shown}" is compressed in a way that Excel never uses')
        bomb = part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size
        if part.file_size > MAX_PART or bomb:
            raise _unsound(
                name, f'its part "{shown}" would grow from {part.compress_size:,} bytes to'
                f" {part.file_size:,}",
            )  # fmt: skip
    total = sum(part.file_size for part in parts)
    if total > MAX_TOTAL:
        raise _unsound(name, f"it would grow to {total:,} bytes")


def _refuse_overlap(archive: zipfile.ZipFile, whole: WholeFile) -> None:
    spans = [(archive.start_dir, archive.start_dir)]
    for part in archive.infolist():
        header = whole.data[part.header_offset : part.header_offset + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or not is_zip(header):
            raise _unsound(whole.name, "its table of contents does not fit its parts")
        path_length, extra_length = struct.unpack("<HH", header[26:30])
        begin = part.header_offset
        end = begin + _LOCAL_HEADER + path_length + extra_length + part.compress_size
        spans.append((begin, end))
    spans.sort()
    if any(end > begin for (_, end), (begin, _) in pairwise(spans)):
        raise _unsound(whole.name, "its parts overlap each other")


# ------------------------------------------------------------------ markup
class _RootReached(Exception):
    """The first element of a part: nothing can be declared after it."""


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    def declared(*_: object) -> None:
        shown = printable(part.filename, 60)
        raise _unsound(name, f'its part "{shown}" declares a document type (DOCTYPE) or entities')

    _first_element(archive, part, declared)


def _first_element(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, declared: Callable[..., None] | None = None
) -> str:
    """Return "namespace name" of the part's first element, "" where it is no XML.

    `declared` is called for a document type, which can only stand before that element.
    """
    found: list[str] = []

    def reached(element: str, _: dict[str, str]) -> None:
        found.append(element)
        raise _RootReached

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = reached
    # Parts that are not well-formed matter only where they are read, and fail there.
    with archive.open(part) as stream, suppress(_RootReached, expat.ExpatError):
        xml = False
        while chunk := stream.read(_CHUNK):
            # Pictures and the like are no XML, and need not be inflated to the end.
            sign = chunk.strip(_BEFORE_XML)[:1]
            xml = xml or sign == b"<"
            if sign and not xml:
                break
            parser.Parse(chunk)
    return "".join(found)


# ------------------------------------------------------------------ kinds of workbook
def _refuse_large(archive: zipfile.ZipFile, part: str, name: str) -> None:
    size = archive.getinfo(part).file_size
    if size > MAX_INDEX:
        shown = printable(part, 60)
        raise _unsound(name, f'its part "{shown}" has {size:,} bytes, and needs some thousand')


def _refuse_other_kinds(archive: zipfile.ZipFile, name: str) -> None:
    names = archive.namelist()
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise InputError(f"{name} is an OpenDocument file (.ods), not .xlsx.", hint=SAVE_AS)
    if any(part.endswith(".iwa") or part == "Index.zip" for part in names):
        raise InputError(f"{name} is a Numbers or Pages document, not .xlsx.", hint=SAVE_AS)
    if _TYPES not in names:
        raise InputError(f"{name} is a zip archive, and no Excel workbook.", hint=SAVE_AS)
    _refuse_large(archive, _TYPES, name)
    kinds: list[tuple[str, str]] = []

    def declared(_: str, attributes: dict[str, str]) -> None:
        kinds.append((attributes.get("PartName", ""), attributes.get("ContentType", "").lower()))

    with archive.open(_TYPES) as stream:
        walk(stream, declared)
    main = [path for path, kind in kinds if kind == _MAIN]
    if not main:
        told = (what for sign, what in _OTHER_MAIN.items() if any(sign in k for _, k in kinds))
        what = next(told, "no Excel workbook")
        raise InputError(f"{name} is {what} by its content, not .xlsx.", hint=SAVE_AS)
    book = main[0].lstrip("/")
    folder, _, base = book.rpartition("/")
    for part in (book, f"{folder}/_rels/{base}.rels".lstrip("/")):
        part_of(archive, part, name).close()
        _refuse_large(archive, part, name)
    root = _first_element(archive, archive.getinfo(book))
    if root.startswith(_STRICT):
        raise InputError(
            f'{name} is saved as "Strict Open XML", a variant of .xlsx that few programs read.',
            hint='Open it in Excel, choose "Save As" and the type "Excel Workbook (.xlsx)", not'
            ' "Strict Open XML Spreadsheet".',
        )
