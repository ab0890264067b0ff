"""Kinds of file by their first bytes and by their names, in words for the person who chose one."""

from loader.core.errors import InputError

SAVE_AS = 'Open it in the program that made it and save it as "Excel workbook (.xlsx)" or as CSV.'

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# Formats that hold tables, documents or pictures, and that are not read.
_FOREIGN_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
# HTML and XML tables travel under the names .xls and .csv: programs "export to Excel" that way.
_FOREIGN_MARKUP = (
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<table", "a web page (HTML)"),
    (b"<?xml", "an XML document"),
)
_FOREIGN_SUFFIXES = {
    ".xls": "an Excel 97-2003 workbook (.xls)",
    ".xlt": "an Excel 97-2003 template (.xlt)",
    ".xlsb": "a binary Excel workbook (.xlsb)",
    ".xlsm": "an Excel workbook with macros (.xlsm)",
    ".xltx": "an Excel template (.xltx)",
    ".xltm": "an Excel template with macros (.xltm)",
    ".ods": "an OpenDocument spreadsheet (.ods)",
    ".fods": "an OpenDocument spreadsheet (.fods)",
    ".numbers": "a Numbers spreadsheet (.numbers)",
    ".pdf": "a PDF document",
    ".docx": "a Word document (.docx)",
    ".doc": "a Word document (.doc)",
    ".zip": "a zip archive",
}


def is_zip(head: bytes) -> bool:
    """True where the bytes begin as a zip container does, which .xlsx is."""
    return head.startswith(ZIP_MAGIC)


def is_ole(head: bytes) -> bool:
    """True where the bytes begin as the container of .xls and of encrypted workbooks does."""
    return head.startswith(OLE_MAGIC)


def refuse_ole(name: str, data: bytes) -> None:
    """Raise `InputError`: password-protected where the container says so, else .xls."""
    if _ENCRYPTED in data:
        raise InputError(
            f"{name} is protected with a password.",
            hint="Open it in Excel, remove the password (File, Info, Protect Workbook), save it"
            " as .xlsx and use that copy.",
        )
    raise InputError(
        f"{name} is an old Office file such as an Excel 97-2003 workbook (.xls), not .xlsx.",
        hint=SAVE_AS,
    )


def foreign_content(head: bytes) -> str | None:
    """Return what the bytes are where they are neither text nor a zip container."""
    for magic, what in _FOREIGN_MAGIC:
        if head.startswith(magic):
            return what
    markup = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    return next((what for start, what in _FOREIGN_MARKUP if markup.startswith(start)), None)


def foreign_suffix(suffix: str) -> str | None:
    """Return what a file of that name (suffix with its dot) should be, where it is not read."""
    return _FOREIGN_SUFFIXES.get(suffix.lower())
