"""Encodings are settled by evidence or declared, and never guessed."""

import codecs
import pkgutil
from encodings import __path__ as codec_folders
from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.core.model import ReadOptions
from loader.sources.csv_file import CsvSource
from tests.unit.sources.builders import Table, known, read, saved

TEXT = "order_id,first_name\nA-1,Zoë\nA-2,Łukasz\n"
CELLS = [["A-1", "Zoë"], ["A-2", "Łukasz"]]


def read_csv(path: Path, encoding: str | None = None) -> Table:
    """Read the file with a declared encoding, or none."""
    return read(CsvSource(known), path, ReadOptions(encoding=encoding))


def refusal(path: Path, encoding: str | None = None) -> str:
    """Return the message and the hint with which the file is refused."""
    with pytest.raises(InputError) as caught:
        read_csv(path, encoding)
    assert caught.value.hint
    return f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32"),
    ],
)
def test_a_mark_says_what_the_file_is(tmp_path: Path, content: bytes, encoding: str) -> None:
    """UTF-8 with and without its mark and marked UTF-16 give the same text."""
    table = read_csv(saved(tmp_path / "o.csv", content))
    assert table.raw.headers == ("order_id", "first_name")
    assert table.cells == CELLS
    assert table.raw.file.encoding == encoding


@pytest.mark.parametrize(
    ("declared", "name"),
    [("cp1250", "cp1250"), ("UTF-8", "utf-8"), ("utf-16-be", "utf-16-be"), ("gb18030", "gb18030")],
)
def test_a_declared_encoding_is_used(tmp_path: Path, declared: str, name: str) -> None:
    """Any text codec of Python can be declared, under any of its names."""
    path = saved(tmp_path / "o.csv", TEXT, declared)
    table = read_csv(path, declared)
    assert table.cells == CELLS
    assert table.raw.file.encoding == name


@pytest.mark.parametrize("declared", ["utf-8", "utf-8-sig", "utf_8"])
def test_a_declaration_may_repeat_the_mark(tmp_path: Path, declared: str) -> None:
    """A marked file declared as what it is reads as without the declaration."""
    path = saved(tmp_path / "o.csv", codecs.BOM_UTF8 + TEXT.encode())
    assert read_csv(path, declared).raw.headers == ("order_id", "first_name")


def test_a_declaration_against_the_mark_is_refused(tmp_path: Path) -> None:
    """Reading marked UTF-8 as Windows-1252 would turn letters into others."""
    path = saved(tmp_path / "o.csv", codecs.BOM_UTF8 + TEXT.encode())
    assert "begins with the mark of UTF-8, and cp1252 was declared" in refusal(path, "cp1252")


@pytest.mark.parametrize(
    "declared", ["klingon", "hex", "rot13", "base64", "", "a\0b", "unicode_escape", "idna", "utf-7"]
)
def test_a_name_that_is_no_encoding_is_refused(tmp_path: Path, declared: str) -> None:
    """Unknown names, and codecs that are notations or archives, are refused."""
    path = saved(tmp_path / "o.csv", TEXT)
    assert "no text encoding that is known" in refusal(path, declared)


@pytest.mark.parametrize("declared", ["utf-16", "utf-32"])
def test_unmarked_wide_text_needs_its_byte_order(tmp_path: Path, declared: str) -> None:
    """UTF-16 without a mark can be read in two ways, so the declaration must say which."""
    path = saved(tmp_path / "o.csv", TEXT, f"{declared}-le")
    assert f"Declare {declared}-le or {declared}-be" in refusal(path, declared)


# ------------------------------------------------------------------ what is no text
def test_invalid_bytes_are_named_by_byte_and_row(tmp_path: Path) -> None:
    """Windows text without a declaration is refused at its first byte that is no UTF-8."""
    head = b'order_id,first_name\n\nA-1,"two\nlines"\nA-2,Zo'
    message = refusal(saved(tmp_path / "o.csv", head + b"\xeb\n"))
    assert f"Byte {len(head) + 1:,} of" in message
    assert "in row 4, is not valid UTF-8" in message
    assert "--encoding cp1252" in message


@pytest.mark.parametrize("size", [1024 * 1024 - 2, 1024 * 1024 - 1, 1024 * 1024, 3_000_000])
def test_invalid_bytes_are_found_across_blocks(tmp_path: Path, size: int) -> None:
    """The named byte is right where a character is cut by the block in which it is read."""
    head = b"order_id,first_name\nA-1," + "é".encode() * 3
    content = head + b"x" * (size - len(head)) + b"\xe2\x82" + b"\nA-2,Ann\n"
    message = refusal(saved(tmp_path / "o.csv", content))
    assert f"Byte {size + 1:,} of" in message
    assert "in row 2," in message


def test_text_cut_off_in_a_character_is_refused(tmp_path: Path) -> None:
    """UTF-16 with an odd byte at its end was cut off."""
    content = codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le") + b"A"
    assert "is not valid UTF-16" in refusal(saved(tmp_path / "o.csv", content))


def test_bytes_that_the_declared_encoding_lacks_are_refused(tmp_path: Path) -> None:
    """A declared encoding is as strict as UTF-8."""
    path = saved(tmp_path / "o.csv", b"order_id,first_name\nA-1,Zo\x81\n")
    assert "Byte 27 of" in refusal(path, "cp1252")


@pytest.mark.parametrize(("order", "other"), [("le", "be"), ("be", "le")])
def test_unmarked_utf16_is_refused_by_name(tmp_path: Path, order: str, other: str) -> None:
    """UTF-16 without a mark is recognised, not read: the person may declare it."""
    path = saved(tmp_path / "o.csv", f"{TEXT}A-3,Ā\n", f"utf-16-{order}")
    message = refusal(path)
    assert f"looks like UTF-16-{order.upper()} without a byte order mark" in message
    assert f"utf-16-{other}" not in message
    assert read_csv(path, f"utf-16-{order}").cells == [*CELLS, ["A-3", "Ā"]]


@pytest.mark.parametrize(
    ("content", "byte", "row"),
    [
        (b"order_id,city\nA-1,Bos\0ton\n", 22, 2),
        (b"order_id,city\nA-1,Boston\n\0", 26, 3),
        ("order_id,city\nA-1,Zürich\0\n".encode(), 26, 2),
        (("order_id,city\n" + "A-1,é\n" * 300_000 + "A-2,\0").encode(), 2_100_019, 300_002),
        (bytes(100), 1, 1),
        (b"order_id,city\n" + bytes(100), 15, 2),
        (codecs.BOM_UTF16_LE + "order_id,city\nA-1,\0\n".encode("utf-16-le"), 39, 2),
    ],
)
def test_nul_is_refused_by_byte_and_row(
    tmp_path: Path, content: bytes, byte: int, row: int
) -> None:
    """NUL is no text in any encoding."""
    message = refusal(saved(tmp_path / "o.csv", content))
    assert f"Byte {byte:,} of" in message
    assert f"in row {row}, is NUL" in message


@pytest.mark.parametrize("content", [codecs.BOM_UTF8, codecs.BOM_UTF16_BE, b"\x1a"])
def test_marks_alone_are_an_empty_file(tmp_path: Path, content: bytes) -> None:
    """A byte order mark or a Ctrl-Z without text is an empty file."""
    assert "is empty" in refusal(saved(tmp_path / "o.csv", content))


# ------------------------------------------------------------------ Ctrl-Z
@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode() + b"\x1a",
        codecs.BOM_UTF8 + TEXT.encode() + b"\x1a",
        codecs.BOM_UTF16_LE + (TEXT + "\x1a").encode("utf-16-le"),
        TEXT.rstrip().encode() + b"\x1a",
    ],
)
def test_one_ctrl_z_at_the_very_end_is_left_out(tmp_path: Path, content: bytes) -> None:
    """The end-of-file mark of old programs is no data, and its removal is noted."""
    table = read_csv(saved(tmp_path / "o.csv", content))
    assert table.cells == CELLS
    assert table.codes() == ["FILE-CTRL-Z"]


def test_ctrl_z_elsewhere_is_text(tmp_path: Path) -> None:
    """Only one mark is taken, and only at the very end."""
    table = read_csv(saved(tmp_path / "o.csv", "order_id,city\nA\x1a1,Boston\nB,x\x1a\x1a"))
    assert table.cells == [["A\x1a1", "Boston"], ["B", "x\x1a"]]


def test_every_text_codec_of_python_reads_or_is_refused(tmp_path: Path) -> None:
    """No codec of Python can make the reader fail in another way than by its own refusal."""
    path = saved(tmp_path / "o.csv", b"order_id,city\nA-1,Boston\n")
    for codec in pkgutil.iter_modules(codec_folders):
        try:
            table = read_csv(path, codec.name)
        except InputError:
            continue
        assert table.cells == [["A-1", "Boston"]], codec.name
