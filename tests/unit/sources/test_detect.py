"""The first bytes decide which source reads a file; its name may not contradict them."""

from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.sources.csv_file import CsvSource
from loader.sources.detect import source_for
from loader.sources.excel_file import ExcelSource
from tests.unit.sources.builders import ONE_ORDER, known, saved, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(100)
TEXT = b"order_id,city\n1,Boston\n"


@pytest.mark.parametrize("name", ["o.csv", "o.txt", "o.tsv", "o.CSV", "o", "o.export", "o.v2.csv"])
def test_text_is_read_as_csv(tmp_path: Path, name: str) -> None:
    """Text under any name that promises nothing else is CSV."""
    assert isinstance(source_for(saved(tmp_path / name, TEXT), known), CsvSource)


@pytest.mark.parametrize("name", ["o.xlsx", "o.XLSX", "o", "o.export"])
def test_a_workbook_is_read_as_such(tmp_path: Path, name: str) -> None:
    """A zip container under any name that promises nothing else is a workbook."""
    assert isinstance(source_for(workbook(tmp_path / name, ONE_ORDER), known), ExcelSource)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("o.xlsx", TEXT, "named .xlsx, and its content is not"),
        ("o.xlsx", OLE, "Excel 97-2003"),
        ("o.xls", OLE, "Excel 97-2003"),
        ("o.csv", OLE, "Excel 97-2003"),
        ("o.xlsx", ENCRYPTED, "protected with a password"),
        ("o.csv", ENCRYPTED, "protected with a password"),
        ("o.xls", TEXT, r"workbook \(\.xls\) by its name"),
        ("o.csv", b"PK\x03\x04" + bytes(100), "named as a text file"),
        ("o.xlsb", b"PK\x03\x04" + bytes(100), "a binary Excel workbook .* by its name"),
        ("o.xlsm", b"PK\x03\x04" + bytes(100), "workbook with macros .* by its name"),
        ("o.ods", b"PK\x03\x04" + bytes(100), "OpenDocument spreadsheet .* by its name"),
        ("o.numbers", b"PK\x03\x04" + bytes(100), "Numbers spreadsheet .* by its name"),
        ("o.pdf", b"%PDF-1.7", "PDF"),
        ("o.csv", b"%PDF-1.7", "PDF"),
        ("o.xls", b"<html><table>", "web page"),
        ("o.csv", b"\xef\xbb\xbf \r\n<!DOCTYPE html>", "web page"),
        ("o.csv", b"<?xml version='1.0'?>", "XML document"),
        ("o.csv", b"\x1f\x8b\x08", "gzip"),
        ("o.csv", b"", "is empty"),
    ],
)
def test_other_formats_are_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """What is not read is named, with what to do instead."""
    with pytest.raises(InputError, match=words) as caught:
        source_for(saved(tmp_path / name, content), known)
    assert caught.value.hint


@pytest.mark.parametrize("content", [OLE, b"PK\x03\x04" + bytes(100)])
def test_foreign_formats_are_told_how_to_go_on(tmp_path: Path, content: bytes) -> None:
    """The hint says to save the file as .xlsx or CSV."""
    with pytest.raises(InputError) as caught:
        source_for(saved(tmp_path / "o.ods", content), known)
    assert ".xlsx" in caught.value.hint
    assert "CSV" in caught.value.hint
