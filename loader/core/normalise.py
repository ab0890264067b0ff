"""Raw table → texts under canonical names: headers matched, blanks trimmed, nothing guessed.

Whatever is tidied leaves a note, whatever is doubtful a warning. Normalising twice changes
nothing more.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loader.core.errors import InputError
from loader.core.findings import Finding, Severity, column_letters
from loader.core.model import Mask, RawTable
from loader.core.places import Header
from schemas.codes import CODES
from schemas.pouch_orders import HEADERS, KEY, fold
from schemas.vocabulary import Field, Kind
from schemas.words import OUR_COLUMNS

_OURS = {fold(name) for name in OUR_COLUMNS}
_NEAR = 0.82  # difflib's ratio from which a header is taken for a slip of the finger
_LIKE = 0.68  # … and from which a known header is worth naming

# Zero-width and direction characters: invisible, and able to make two texts look alike.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What is drawn as nothing, though Unicode counts it as a letter or a mark: no id may hold it.
_UNDRAWN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
# The blanks of Unicode. The separators U+001C to U+001F count as blanks in Python alone.
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and not "\x1c" <= c <= "\x1f")


def known_header(text: str) -> bool:
    """True where the text is a header of ours, by name, API path or alias."""
    return fold(text) in HEADERS


def match_headers(table: RawTable, index: int) -> tuple[dict[int, str], list[Finding]]:
    """Return position → column name, and a finding for each header that is not known.

    Raises `InputError` where two headers name one column or none is the key: such a file cannot
    be read at all.
    """
    matched: dict[int, str] = {}
    for position, header in enumerate(table.headers):
        name = HEADERS.get(fold(header))
        if name is None:
            continue
        if name in matched.values():
            first = next(p for p, other in matched.items() if other == name)
            raise InputError(
                f"Two columns of {table.file.path} mean {name}: {table.headers[first]!r} and"
                f" {header!r}.",
                hint="Remove or rename one of them; nothing was read.",
            )
        matched[position] = name
    if KEY not in matched.values():
        raise InputError(
            f"{table.file.path} has no column for the order number ({KEY}).",
            hint='Give the column with your own order numbers the header "Order ID"; or let'
            " `order-loader map suggest FILE` draft a mapping profile, which can make numbers of"
            " your own columns. Headers found:"
            f" {', '.join(repr(header) for header in table.headers[:20])}.",
        )
    return matched, list(unknown_headers(table, matched, index))


def unknown_headers(table: RawTable, matched: dict[int, str], index: int) -> Iterator[Finding]:
    """Yield a finding for each header whose position is not matched, nearest known ones named."""
    missing = [header for header, name in HEADERS.items() if name not in matched.values()]
    for position, header in enumerate(table.headers):
        if position in matched or not header.strip() or fold(header) in _OURS:
            continue
        near = difflib.get_close_matches(fold(header), missing, n=1, cutoff=_NEAR)
        like = near or difflib.get_close_matches(fold(header), HEADERS, n=1, cutoff=_LIKE)
        closest = f"; the closest is {HEADERS[like[0]]}" if like else ""
        page = CODES["HEADER-NEAR" if near else "HEADER-UNKNOWN"]
        yield Finding(
            code=page.code,
            severity=Severity(page.severity.value),
            message=f"The column is not known{closest}. It is not sent.",
            sheet=table.file.sheet,
            header=header,
            cell=f"{column_letters(table.first_column + position)}{table.header_row}",
            allowed="a header of the order file",
            help=page.fix,
            input=index,
        )


def headers_of(table: RawTable, matched: dict[int, str]) -> dict[str, Header]:
    """Return column name → the file's own header and its place on the sheet."""
    return {
        name: Header(table.headers[position], table.first_column + position)
        for position, name in matched.items()
    }


# ------------------------------------------------------------------ cells
def tidy(texts: pd.Series, field: Field) -> tuple[pd.Series, dict[str, list[int]]]:
    """Return the column tidied, and code → positions of the cells where something was done.

    Only cells that are not plain ASCII are looked at one by one.
    """
    events: dict[str, list[int]] = {}
    odd = np.flatnonzero(_odd(texts))
    if not len(odd):
        return texts, events
    values = texts.to_numpy(dtype=object).copy()
    for position in odd.tolist():
        values[position], codes = tidy_text(values[position], field)
        for code in codes:
            events.setdefault(code, []).append(position)
    return pd.Series(values, index=texts.index, dtype="str"), events


def _odd(texts: pd.Series) -> Mask:
    """Return where a text may need tidying: not printable ASCII, or with a blank at an end."""
    column = pa.array(texts.array)
    at_an_end = pc.or_(pc.starts_with(column, " "), pc.ends_with(column, " "))
    plain = pc.and_not(pc.ascii_is_printable(column), at_an_end)
    return ~np.asarray(plain, dtype=bool)


def tidy_text(text: str, field: Field) -> tuple[str, Sequence[str]]:
    """Return one cell's text tidied, and the codes of what was done or found.

    Composed letters (NFC) never change a name; compatibility forms (NFKC) would.
    """
    codes = []
    is_id = field.identifier or field.kind is Kind.UUID
    visible = text if is_id else _INVISIBLE.sub("", text)
    if visible != text:
        codes.append("TEXT-INVISIBLE")
    stripped = visible.strip(_BLANKS)
    if stripped != visible:
        codes.append("TEXT-TRIMMED")
    composed = unicodedata.normalize("NFC", stripped)
    if composed != stripped:
        codes.append("TEXT-COMPOSED")
    if defect := _defect(composed, is_id=is_id, prose=field.prose):
        codes.append(defect)
    return composed, codes


def _defect(text: str, *, is_id: bool, prose: bool) -> str:
    """Return the code of what no text of this kind may hold; "" where nothing is wrong."""
    if _CONTROL.search(text) or ("\t" in text and not prose):
        return "TEXT-CONTROL"
    if _LINE_BREAK.search(text) and not prose:
        return "TEXT-LINEBREAK"
    if "\ufffd" in text:
        return "TEXT-LOST"
    if is_id and (not text.isprintable() or _UNDRAWN.search(text)):
        return "ID-INVISIBLE"
    return ""
