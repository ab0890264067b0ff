"""Which source reads a file: its first bytes decide, then its name; a contradiction is refused."""

from collections.abc import Callable
from pathlib import Path

from loader.core.errors import InputError
from loader.ports import Source
from loader.sources.csv_file import CsvSource
from loader.sources.excel_file import ExcelSource
from loader.sources.file_bytes import read_head, shown_path
from loader.sources.formats import (
    SAVE_AS,
    foreign_content,
    foreign_suffix,
    is_ole,
    is_zip,
    refuse_ole,
)

_HEAD = 4096
_OLE_SEARCHED = 64 * 1024**2
_TEXT_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")


def source_for(path: Path, recognise: Callable[[str], bool]) -> Source:
    """Return the source that reads `path`; `recognise` tells whether a header's text is known.

    Raises `InputError` for what cannot be read at all, for formats that are not read, and for a
    file whose name contradicts its content.
    """
    name, suffix = shown_path(path), path.suffix.lower()
    head = read_head(path, _HEAD)
    if is_ole(head):
        refuse_ole(name, read_head(path, _OLE_SEARCHED))
    if what := foreign_content(head):
        raise InputError(f"{name} is {what}, whatever its name says.", hint=SAVE_AS)
    if what := foreign_suffix(suffix):
        raise InputError(f"{name} is {what} by its name; that is not read.", hint=SAVE_AS)
    if is_zip(head):
        if suffix in _TEXT_SUFFIXES:
            raise InputError(
                f"{name} is named as a text file, and its content is an Excel workbook or another"
                " zip archive.",
                hint=f"If it is a workbook, rename it so that it ends in .xlsx. {SAVE_AS}",
            )
        return ExcelSource(recognise)
    if suffix == ".xlsx":
        raise InputError(
            f"{name} is named .xlsx, and its content is not an Excel workbook.",
            hint="If it is plain text, rename it so that it ends in .csv; if it should be a"
            " workbook, it is damaged: export or copy it again.",
        )
    return CsvSource(recognise)
