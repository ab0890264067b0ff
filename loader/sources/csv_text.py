"""Encodings of a CSV file: settled by evidence or by declaration, never guessed.

A guess turns "Zoë" into other letters, and a parcel into somebody else's.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from loader.core.errors import InputError
from loader.core.privacy import printable
from loader.sources.file_bytes import WholeFile

DELIMITERS = (",", ";", "\t", "|")
# A cell may hold 32,767 characters; far beyond it, only an unclosed quote explains the length.
CELL_GIVES_UP = 10_000_000

# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs of Python that are notations, not encodings: they would turn backslashes and pluses in
# a cell into other characters, or into half characters.
_NOTATIONS = frozenset(
    {"unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined", "utf-7"}
)
_SAVE_AS_UTF8 = 'In Excel choose "Save As" and the type "CSV UTF-8".'
_CHUNK = 1024 * 1024
_END_OF_FILE = "\x1a"


@dataclass(frozen=True, slots=True)
class CsvText:
    """Decodable text of a file: `data` from byte `start` on, without a final Ctrl-Z.

    `encoding` is the name for the run document, `codec` what decodes without a byte order mark.
    """

    data: bytes
    start: int
    codec: str
    encoding: str
    ctrl_z: bool

    def lines(self) -> TextIO:
        """Return the text from its beginning, line ends as they are."""
        stream = io.BytesIO(self.data)
        stream.seek(self.start)
        return io.TextIOWrapper(stream, encoding=self.codec, newline="")


def settle_text(whole: WholeFile, declared: str | None) -> CsvText:
    """Return the file's text; UTF-8 unless a byte order mark or `declared` says otherwise.

    Raises `InputError` for an unknown or contradicted encoding, and, naming byte and row, for
    bytes that it does not allow and for NUL.
    """
    start, codec = _marked(whole.data)
    encoding = codec.removesuffix("-le").removesuffix("-be") if codec else "utf-8"
    if declared is not None:
        encoding = _declared(declared, codec, whole.name)
    codec = codec or encoding
    mark = _END_OF_FILE.encode(codec)
    ctrl_z = whole.data.endswith(mark)
    data = whole.data[: -len(mark)] if ctrl_z else whole.data
    text = CsvText(data, start, codec, encoding, ctrl_z)
    if len(data) == start:
        raise InputError(
            f"{whole.name} is empty: it holds no text.",
            hint="Export the orders again and look whether the file has any content.",
        )
    _refuse_undecodable(text, whole.name, guessed=declared is None and not start)
    return text


def _marked(data: bytes) -> tuple[int, str]:
    return next(((len(mark), codec) for mark, codec in _MARKS if data.startswith(mark)), (0, ""))


def _declared(declared: str, marked: str, name: str) -> str:
    try:
        codec = codecs.lookup(declared).name
        io.TextIOWrapper(io.BytesIO(), encoding=codec).close()
    except (LookupError, ValueError):
        codec = ""
    if not codec or codec.replace("_", "-") in _NOTATIONS:
        raise InputError(
            f"{printable(declared, 40)!r} is no text encoding that is known.",
            hint="Names such as utf-8, utf-16, cp1252 (Western Windows) or latin-1 are.",
        )
    if marked and codec.removesuffix("-sig") not in (marked, marked[:6]):
        raise InputError(
            f"{name} begins with the mark of {marked.upper()}, and {codec} was declared.",
            hint="Leave the declaration out (--encoding): the mark says what the file is.",
        )
    if not marked and codec in ("utf-16", "utf-32"):
        raise InputError(
            f"{name} has no byte order mark, so that {codec} can be read in two ways.",
            hint=f"Declare {codec}-le or {codec}-be. Better: {_SAVE_AS_UTF8}",
        )
    return codec.removesuffix("-sig")


# ------------------------------------------------------------------ what cannot be text
def _refuse_undecodable(text: CsvText, name: str, *, guessed: bool) -> None:
    data = text.data
    if text.codec == "utf-8" and data.isascii() and b"\0" not in data:
        return
    if guessed and (looks := _unmarked_utf16(data)):
        raise InputError(
            f"{name} looks like {looks.upper()} without a byte order mark: byte"
            f" {data.index(0) + 1} is NUL.",
            hint=f"{_SAVE_AS_UTF8} If you are sure of it, declare --encoding {looks}.",
        )
    try:
        nul = next((at for at in _nul_offsets(text)), None)
    except UnicodeDecodeError as problem:
        row = _row_at(text, data[text.start : problem.start])
        raise InputError(
            f"Byte {problem.start + 1:,} of {name}, in row {row}, is not valid"
            f" {text.encoding.upper()}.",
            hint=f"{_SAVE_AS_UTF8} If you know how the file was written, declare it, such as"
            " --encoding cp1252; nothing is guessed.",
        ) from None
    except UnicodeError:
        message = f"{name} is not valid {text.encoding.upper()}."
        raise InputError(message, hint=_SAVE_AS_UTF8) from None
    if nul is not None:
        row = _row_at(text, data[text.start : nul])
        raise InputError(
            f"Byte {nul + 1:,} of {name}, in row {row}, is NUL: that is no text.",
            hint=f"The file is damaged or of another kind. Export it again. {_SAVE_AS_UTF8}",
        )


def _unmarked_utf16(data: bytes) -> str | None:
    # In text of European letters every second byte is NUL, and hardly one of the others.
    head = data[:200]
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if min(even, odd) > half / 5 or max(even, odd) <= half * 4 / 5:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _nul_offsets(text: CsvText) -> Iterator[int]:
    """Yield the byte offsets of NUL; raises `UnicodeDecodeError` with `start` within the file."""
    decoder = codecs.getincrementaldecoder(text.codec)()
    for begin in range(text.start, len(text.data), _CHUNK):
        chunk = text.data[begin : begin + _CHUNK]
        try:
            decoded = decoder.decode(chunk, final=begin + _CHUNK >= len(text.data))
        except UnicodeDecodeError as problem:
            # The decoder may have kept the beginning of a character from the chunk before.
            problem.start += begin + len(chunk) - len(problem.object)
            raise
        if "\0" in decoded:
            # A character may straddle chunks: count from the beginning.
            before = text.data[text.start :].decode(text.codec).partition("\0")[0]
            yield text.start + len(before.encode(text.codec))


def _row_at(text: CsvText, before: bytes) -> int:
    """Return the number of the row that the text after `before` belongs to."""
    csv.field_size_limit(CELL_GIVES_UP)
    decoded = before.decode(text.codec, errors="replace")
    first = decoded.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    # One character more stands for the place itself, be it in the middle or the start of a row.
    lines = io.StringIO(decoded + "x", newline="")
    rows = 0
    with suppress(csv.Error):
        for _ in csv.reader(lines, delimiter=delimiter):
            rows += 1
    return rows
