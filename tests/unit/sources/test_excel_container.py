"""Containers that could harm, or that are something else, are refused before they are inflated."""

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.sources import excel_container
from loader.sources.excel_file import ExcelSource
from tests.unit.sources.builders import (
    MAIN_TYPE,
    ONE_ORDER,
    known,
    parts,
    read,
    read_unless_refused,
    saved,
    sheet,
    text_row,
    value_cell,
    workbook,
    zipped,
)

SHEET = "xl/worksheets/sheet1.xml"
SOUND = parts({"Orders": ONE_ORDER})


def refusal(path: Path) -> str:
    """Return message and hint with which the workbook is refused."""
    with pytest.raises(InputError) as caught:
        read(ExcelSource(known), path)
    assert caught.value.hint
    return f"{caught.value.message} {caught.value.hint}"


def refused(tmp_path: Path, content: bytes) -> str:
    """Return with which words this container is refused."""
    return refusal(saved(tmp_path / "orders.xlsx", content))


def test_a_sound_container_is_read(tmp_path: Path) -> None:
    """The container that the other tests spoil is fine as it is."""
    path = saved(tmp_path / "orders.xlsx", zipped(SOUND))
    assert read(ExcelSource(known), path).rows == [2]
    path = saved(path, zipped(SOUND, zipfile.ZIP_STORED))
    assert read(ExcelSource(known), path).rows == [2]


# ------------------------------------------------------------------ other formats
@pytest.mark.parametrize(
    ("main_type", "words"),
    [
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "macros (.xlsm)"),
        ("application/vnd.ms-excel.template.macroEnabled.main+xml", "macros (.xltm)"),
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "binary Excel workbook"),
        (MAIN_TYPE.replace("sheet.main", "template.main"), "template (.xltx)"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "Word document",
        ),
        ("application/x-unheard-of", "no Excel workbook"),
    ],
)
def test_other_kinds_under_the_name_xlsx_are_named(
    tmp_path: Path, main_type: str, words: str
) -> None:
    """The content says what a workbook is, whatever the file is called."""
    content = zipped(parts({"Orders": ONE_ORDER}, main_type=main_type))
    message = refused(tmp_path, content)
    assert words in message
    assert "save it as" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"Index/Document.iwa": "x"}, "Numbers"),
        ({"readme.txt": "x"}, "a zip archive, and no Excel workbook"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, content: dict[str, str], words: str) -> None:
    """OpenDocument, Numbers and plain zip archives are told apart."""
    assert words in refused(tmp_path, zipped(content))


def test_strict_open_xml_is_refused_with_the_fix(tmp_path: Path) -> None:
    """The strict variant, of which readers return no sheets, is named."""
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = {name: part.replace(main, strict) for name, part in SOUND.items()}
    message = refused(tmp_path, zipped(content))
    assert "Strict Open XML" in message
    assert '"Excel Workbook (.xlsx)"' in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"order_id,city\n1,Boston\n", "no Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "Excel 97-2003"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected with a password",
        ),
    ],
)
def test_what_is_no_zip_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    """The source itself refuses other content, should the file change after it was chosen."""
    assert words in refused(tmp_path, content)


# ------------------------------------------------------------------ damage
def test_a_truncated_container_is_refused(tmp_path: Path) -> None:
    """A download that stopped early, wherever it stopped."""
    content = zipped(SOUND)
    for length in range(4, len(content), len(content) // 23):
        assert "cut off or damaged" in refused(tmp_path, content[:length])


def test_damage_anywhere_is_refused_or_harmless(tmp_path: Path) -> None:
    """No flipped byte makes the reader fail in another way than by its own refusal."""
    content = zipped(SOUND)
    whole = read(ExcelSource(known), saved(tmp_path / "orders.xlsx", content))
    for place in range(0, len(content), 7):
        spoilt = bytearray(content)
        spoilt[place] ^= 0x41
        path = saved(tmp_path / "orders.xlsx", bytes(spoilt))
        table = read_unless_refused(ExcelSource(known), path)
        assert table is None or table.cells == whole.cells


@pytest.mark.parametrize("name", sorted(SOUND))
def test_a_missing_part_is_refused_or_not_needed(tmp_path: Path, name: str) -> None:
    """Without any of its parts, a workbook is refused in words or read in full."""
    content = zipped({part: xml for part, xml in SOUND.items() if part != name})
    path = saved(tmp_path / "orders.xlsx", content)
    table = read_unless_refused(ExcelSource(known), path)
    assert table is None or table.rows == [2]


def test_broken_xml_is_refused_without_quoting_it(tmp_path: Path) -> None:
    """The message names the file and never repeats what a cell holds."""
    broken = ONE_ORDER.replace("</sheetData>", "<c t='n'><v>Zoë Miller</v></c></row></sheetData>")
    message = refused(tmp_path, zipped({**SOUND, SHEET: broken}))
    assert "is damaged" in message
    assert "Zoë" not in message


def test_a_number_cell_with_text_is_refused_without_quoting_it(tmp_path: Path) -> None:
    """What openpyxl says of a bad number quotes the cell; our message does not."""
    rows = sheet(
        text_row(1, ["order_id", "city"]), f'<row r="2">{value_cell("A2", "Zoë Miller")}</row>'
    )
    message = refusal(workbook(tmp_path / "orders.xlsx", rows))
    assert "is damaged" in message
    assert "Zoë" not in message


# ------------------------------------------------------------------ entries
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "points outside"),
        ("../outside.xml", "points outside"),
        ("xl/../../outside.xml", "points outside"),
        ("xl\\..\\outside.xml", "points outside"),
        ("C:/outside.xml", "points outside"),
        ("xl/workbook.xml", "is there twice"),
        ("XL/Workbook.xml", "is there twice"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_no_workbook_has_are_refused(tmp_path: Path, name: str, words: str) -> None:
    """Absolute names, `..` and the same name twice are refused, by their names."""
    data = io.BytesIO(zipped(SOUND))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(name, "x")
    message = refused(tmp_path, data.getvalue())
    assert words in message
    assert "no sound workbook" in message


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    """A container with more than 10,000 parts is no workbook."""
    many = {f"xl/media/{number}": b"" for number in range(excel_container.MAX_PARTS)}
    assert "at most 10,000" in refused(tmp_path, zipped({**SOUND, **many}, zipfile.ZIP_STORED))


def test_an_encrypted_entry_is_a_password(tmp_path: Path) -> None:
    """A zip archive with a password is said to have one."""
    content = bytearray(zipped(SOUND))
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    assert "is protected with a password" in refused(tmp_path, bytes(content))


def test_compression_that_excel_never_uses_is_refused(tmp_path: Path) -> None:
    """LZMA and its kind could hide a bomb from the limits on the ratio."""
    assert "never uses" in refused(tmp_path, zipped(SOUND, zipfile.ZIP_LZMA))


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    """Spaces that grow a thousandfold: said with both sizes, and quickly."""
    bomb = zipped({**SOUND, "xl/media/image1.bin": b" " * 40_000_000})
    begun = time.process_time()
    message = refused(tmp_path, bomb)
    assert time.process_time() - begun < 1
    assert "would grow from" in message
    assert "40,000,000" in message


def declared_size(content: bytes, size: int) -> bytes:
    """Return the container with another inflated size in its table of contents, in every entry."""
    spoilt = bytearray(content)
    place = spoilt.find(b"PK\x01\x02")
    while place >= 0:
        spoilt[place + 24 : place + 28] = struct.pack("<I", size)
        place = spoilt.find(b"PK\x01\x02", place + 4)
    return bytes(spoilt)


def test_parts_that_together_grow_too_far_are_refused(tmp_path: Path) -> None:
    """Many parts, each below the limits, may not exceed the limit on all of them."""
    media = {f"xl/media/{n}.bin": b"x" for n in range(300)}
    size = excel_container.RATIO_FROM
    assert size * 300 > excel_container.MAX_TOTAL
    content = declared_size(zipped({**SOUND, **media}), size)
    assert "it would grow to" in refused(tmp_path, content)


def test_a_size_that_lies_is_refused(tmp_path: Path) -> None:
    """A part that inflates to more than it declares does not slip past the limits."""
    assert "is damaged: the workbook" in refused(tmp_path, declared_size(zipped(SOUND), 100))


def test_a_sheet_of_a_million_rows_is_within_the_limits() -> None:
    """1,000,000 × 30 cells of legitimate XML: size and ratio stay below what is refused."""
    line = "".join(
        value_cell(f"{chr(65 + n % 26)}{1_000_000}", "1234567", kind="s") for n in range(30)
    )
    size = 1_000_000 * len(f'<row r="1000000" spans="1:30">{line}</row>')
    assert size < excel_container.MAX_PART
    assert 2 * size < excel_container.MAX_TOTAL
    rows = [
        f'<row r="{r}">'
        + "".join(value_cell(f"{chr(65 + n % 26)}{r}", str(n or r), kind="s") for n in range(30))
        + "</row>"
        for r in range(1, 4_000)
    ]
    repetitive = "".join(rows).encode()
    ratio = len(repetitive) / len(zipped({"sheet": repetitive}))
    assert ratio < excel_container.MAX_RATIO / 2


def test_overlapping_parts_are_refused(tmp_path: Path) -> None:
    """Two names for the same bytes, the trick of the bombs that grow a millionfold."""
    content = bytearray(zipped({**SOUND, "xl/a.xml": "<a/>", "xl/b.xml": "<b/>"}))
    entries = []
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        entries.append(place)
        place = content.find(b"PK\x01\x02", place + 4)
    one, two = entries[-2:]
    content[two + 42 : two + 46] = content[one + 42 : one + 46]
    assert "its parts overlap each other" in refused(tmp_path, bytes(content))


# ------------------------------------------------------------------ markup
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("name", [*sorted(SOUND), "xl/comments1.xml", "customXml/odd.bin"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_in_any_part_is_refused(tmp_path: Path, name: str, encoding: str) -> None:
    """Entities can grow without end or name files: no part may declare any."""
    xml = SOUND.get(name, "<x>&b;</x>").partition("?>\n")[2] or "<x>&b;</x>"
    spoilt = f'<?xml version="1.0" encoding="{encoding}"?><!-- x -->{DOCTYPE}{xml}'
    message = refused(tmp_path, zipped({**SOUND, name: spoilt.encode(encoding)}))
    assert "DOCTYPE" in message
    assert name in message


def test_a_doctype_far_into_a_part_is_found(tmp_path: Path) -> None:
    """A long comment before it does not hide it."""
    comment = f"<!-- {'x' * 300_000} -->"
    spoilt = f"{comment}{DOCTYPE}<x/>".encode()
    assert "DOCTYPE" in refused(tmp_path, zipped({**SOUND, "xl/x.xml": spoilt}))


def test_pictures_and_sloppy_markup_are_left_alone(tmp_path: Path) -> None:
    """Parts that are not read may be anything: pictures, HTML in old drawings."""
    content = zipped(
        {**SOUND, "xl/media/i.png": b"\x89PNG\r\n\x1a\n", "xl/vml.vml": "<xml><br></xml>"}
    )
    path = saved(tmp_path / "orders.xlsx", content)
    assert read(ExcelSource(known), path).rows == [2]
