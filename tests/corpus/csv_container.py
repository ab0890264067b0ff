"""CSV files as a whole: encodings, delimiters, line ends, headers, and what is no CSV at all."""

import codecs

from tests.corpus.case import (
    KEY,
    Case,
    accepted,
    as_csv,
    as_xlsx,
    corrected,
    in_csv,
    orders,
    refused,
)

_SOUND = as_csv(orders({}))
_TEXT = _SOUND.decode()
_ZOE = as_csv(orders({"first_name": "Zoë"})).decode()
_HEADER, _, _ROW = _TEXT.partition("\n")
_SAVE_AS_UTF8 = '"CSV UTF-8"'


def _headed(headers: str) -> str:
    """Return the sound row below these headers."""
    return f"{headers}\n{_ROW}"


CASES: list[Case] = [
    # -------------------------------------------------------------- accepted
    in_csv("plain UTF-8", _ZOE, accepted(consumer__first_name="Zoë")),
    in_csv("byte order mark", codecs.BOM_UTF8 + _ZOE.encode(), accepted()),
    in_csv("two byte order marks", codecs.BOM_UTF8 * 2 + _SOUND, accepted()),
    in_csv(
        "UTF-16 with its mark", _ZOE.encode("utf-16"), accepted(consumer__first_name="Zoë")
    ),
    in_csv("UTF-16 big endian with its mark", codecs.BOM_UTF16_BE + _ZOE.encode("utf-16-be"),
           accepted(consumer__first_name="Zoë")),
    in_csv("UTF-32 with its mark", _ZOE.encode("utf-32"), accepted()),
    in_csv("a declared Windows encoding", _ZOE.encode("cp1252"),
           accepted(consumer__first_name="Zoë"), encoding="cp1252"),
    in_csv("declared UTF-16 without a mark", _ZOE.encode("utf-16-le"),
           accepted(consumer__first_name="Zoë"), encoding="utf-16-le"),
    in_csv("declared as what its mark says", codecs.BOM_UTF8 + _SOUND, accepted(),
           encoding="UTF8"),
    in_csv("semicolons", as_csv(orders({}), ";"), accepted()),
    in_csv("tabs", as_csv(orders({}), "\t"), accepted()),
    in_csv("pipes", as_csv(orders({}), "|"), accepted()),
    in_csv("tabs under the name .txt", as_csv(orders({}), "\t"), accepted(), file="o.txt"),
    in_csv("a name without an ending", _SOUND, accepted(), file="orders"),
    in_csv("a name in capitals", _SOUND, accepted(), file="ORDERS.CSV"),
    in_csv("more commas in a note than semicolons around it",
           as_csv(orders({"note": "a,b,c,d,e,f,g,h,i,j,k"}), ";"),
           accepted(note="a,b,c,d,e,f,g,h,i,j,k")),
    in_csv("a sep= line", b"sep=;\r\n" + as_csv(orders({}), ";"), accepted()),
    in_csv("a sep= line saved by Excel again", b'"sep=;";;;\r\n' + as_csv(orders({}), ";"),
           accepted()),
    in_csv("a sep= line counts as row 1", b"sep=;\n" + as_csv(orders({"city": ""}), ";"),
           corrected("VALUE-MISSING E3")),
    in_csv("line ends of Windows", as_csv(orders({}), end="\r\n"), accepted()),
    in_csv("line ends of old Macs", as_csv(orders({}), end="\r"), accepted()),
    in_csv("mixed line ends", f"{_HEADER}\r{_ROW.strip()}\r\n" + _ROW.replace("A-1", "A-2"),
           corrected("DOSE-TWICE A3", rows=2, ready=("A-1",))),
    in_csv("no line end at the end", _TEXT.rstrip("\n"), accepted()),
    in_csv("one Ctrl-Z at the end", _SOUND + b"\x1a", accepted("FILE-CTRL-Z file")),
    in_csv("blank lines everywhere", f"\n\n{_HEADER}\n\n \n{_ROW}\n\n\n", accepted()),
    in_csv("blank lines advance the row number",
           f"\n\n{_HEADER}\n\n" + _ROW.replace("Boston", ""), corrected("VALUE-MISSING E5")),
    in_csv("empty columns at the right", f"{_HEADER},,\n{_ROW.strip()},,\n",
           accepted("FILE-EMPTY-COLUMN file: Columns J to K")),
    in_csv("an empty column at the left", f",{_HEADER}\n,{_ROW.replace('Boston', '')}",
           corrected("VALUE-MISSING F2")),
    in_csv("headers by alias and API path", _headed(
        "Order ID,consumer.first_name,Patient last name,Street,shipping_address.city,Zip,"
        "COUNTRY NAME,product-id,Dose"), accepted()),
    in_csv("a line break within a header", _TEXT.replace("first_name", '"First\nname"'),
           accepted()),
    in_csv("blanks around headers", _HEADER.replace(",", " , ") + "\n" + _ROW, accepted()),
    # -------------------------------------------------------------- refused: not text
    in_csv("a Windows encoding that nobody declared", _ZOE.encode("cp1252"),
           refused(f"Byte {_ZOE.index('ë') + 1} ", "row 2", "--encoding cp1252", _SAVE_AS_UTF8)),
    in_csv("Japanese that nobody declared", _TEXT.replace("Ann", "花子").encode("shift-jis"),
           refused("row 2", "not valid UTF-8", "nothing is guessed")),
    in_csv("overlong UTF-8", _SOUND.replace(b"Ann", b"A\xc0\x80n"), refused("row 2", "UTF-8")),
    in_csv("half a character as UTF-8", _SOUND.replace(b"Ann", b"\xed\xa0\x80"),
           refused("row 2", "not valid UTF-8")),
    in_csv("a character cut off at the end", _TEXT.rstrip().encode() + b"\xc3",
           refused("row 2", "not valid UTF-8")),
    in_csv("not what was declared", _ZOE.encode("cp1252"), refused("row 2", "not valid UTF-8"),
           encoding="utf-8"),
    in_csv("UTF-16 without a mark", _ZOE.encode("utf-16-le"),
           refused("UTF-16-LE without a byte order mark", "byte 2", "--encoding utf-16-le")),
    in_csv("big endian UTF-16 without a mark", _ZOE.encode("utf-16-be"),
           refused("UTF-16-BE without a byte order mark", "byte 1", "--encoding utf-16-be")),
    in_csv("UTF-16 cut within a character", _ZOE.encode("utf-16")[:-1],
           refused("not valid UTF-16")),
    in_csv("a NUL byte", _SOUND.replace(b"Ann", b"A\0n"),
           refused(f"Byte {_TEXT.index('Ann') + 2} ", "row 2", "NUL")),
    in_csv("NUL bytes after the end", _SOUND + bytes(512), refused("row 3", "NUL")),
    in_csv("no such encoding", _SOUND, refused("'utf-99' is no text encoding", "cp1252"),
           encoding="utf-99"),
    in_csv("a notation for an encoding", _SOUND, refused("no text encoding"),
           encoding="unicode-escape"),
    in_csv("bytes for an encoding", _SOUND, refused("no text encoding"), encoding="base64"),
    in_csv("another encoding than its mark says", codecs.BOM_UTF8 + _SOUND,
           refused("the mark of UTF-8", "Leave the declaration out"), encoding="cp1252"),
    in_csv("UTF-16 declared without saying which", _ZOE.encode("utf-16-le"),
           refused("no byte order mark", "utf-16-le or utf-16-be"), encoding="utf-16"),
    # -------------------------------------------------------------- refused: no table
    in_csv("empty", b"", refused("is empty: 0 bytes")),
    in_csv("nothing but a byte order mark", codecs.BOM_UTF8, refused("is empty: it holds no text")),
    in_csv("nothing but blank lines", b"\n \n\t\n", refused("blank lines only")),
    in_csv("nothing but delimiters", ",,,\n,,,\n", refused("No known header", "map suggest FILE")),
    in_csv("nothing but a Ctrl-Z", b"\x1a", refused("is empty")),
    in_csv("header only", _HEADER, refused("no data rows", "row 1")),
    in_csv("header and blank lines", f"{_HEADER}\n\n,,,\n", refused("no data rows", "row 1")),
    in_csv("a title above the header", f"Orders of May\n{_TEXT}",
           refused("row 1", "header seems to be in row 2", "Delete the rows", "map suggest FILE")),
    in_csv("two titles and a blank line above the header", f"Orders\n\nMay,2026\n{_TEXT}",
           refused("row 1", "header seems to be in row 4")),
    in_csv("no header at all", _ROW, refused("No known header stands in row 1")),
    in_csv("no column for the key", _TEXT.replace(KEY, "Nickname"),
           refused("no column for the order number", '"Order ID"')),
    in_csv("the same header twice", f"{_HEADER},city\n{_ROW.strip()},Ghent\n",
           refused('"city" stands twice in row 1', "columns E and J", "Rename or delete")),
    in_csv("the same header twice but for capitals", f"{_HEADER},CITY\n{_ROW.strip()},Ghent\n",
           refused("stands twice in row 1", "columns E and J")),
    in_csv("two headers for one column", f"{_HEADER},Zip\n{_ROW.strip()},1\n",
           refused("mean postal_code", "'Zip'", "Remove or rename")),
    in_csv("more than 500 columns", as_csv(orders({f"x{n}": "1" for n in range(492)})),
           refused("501 columns", "at most 500")),
    in_csv("an unclosed quote", _TEXT.replace("Ann", '"Ann') + _ROW * 3,
           refused("row 2", "never closed")),
    in_csv("an unclosed quote in the header", _TEXT.replace("first_name", '"first_name'),
           refused("row 1", "never closed")),
    in_csv("text after a closing quote", _TEXT.replace("Ann", '"Ann"ie'),
           refused("Row 2 ", "after a closing quote")),
    in_csv("quotes escaped by backslashes", _TEXT.replace("Ann", r'"\"Ann\", B."'),
           refused("Row 2 ", "after a closing quote", "twice")),
    in_csv("JSON", b'[{"order": "A-1", "city": "Boston"}]\n', refused("No known header")),
    # -------------------------------------------------------------- refused: other kinds
    *(
        in_csv(f"{what} under the name .csv", head + bytes(40), refused(what))
        for what, head in (
            ("a PDF document", b"%PDF-1.7\n"), ("a gzip archive", b"\x1f\x8b\x08\x00"),
            ("a Rich Text document", b"{\\rtf1"), ("a picture (PNG)", b"\x89PNG\r\n\x1a\n"),
            ("an SQLite database", b"SQLite format 3\x00"), ("a RAR archive", b"Rar!\x1a\x07"),
        )
    ),
    in_csv("a web page under the name .csv", b"\n<!DOCTYPE HTML><table>", refused("web page")),
    in_csv("XML under the name .csv", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
           refused("an XML document")),
    in_csv("a workbook under the name .csv", as_xlsx(orders({})),
           refused("named as a text file", "ends in .xlsx")),
    in_csv("CSV under the name .xlsx", _SOUND, refused("named .xlsx", "ends in .csv"),
           file="orders.xlsx"),
    *(
        in_csv(f"CSV under the name {suffix}", _SOUND, refused(f"({suffix})", "save it as"),
               file=f"orders{suffix}")
        for suffix in (".xls", ".xlsb", ".ods", ".xlsm", ".numbers")
    ),
]  # fmt: skip
