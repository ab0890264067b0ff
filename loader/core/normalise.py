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

from loader.core.errors import InputError
from loader.core.findings import Finding, Severity, column_letters
from loader.core.model import RawTable
from loader.core.places import Header
from schemas.codes import CODES
from schemas.pouch_orders import BY_NAME, HEADERS, KEY, fold
from schemas.vocabulary import Field, Kind
from schemas.words import OUR_COLUMNS

_OURS = {fold(name) for name in OUR_COLUMNS}
_NEAR = 0.82  # difflib's ratio from which a header is taken for a slip of the finger

# Zero-width and direction characters: invisible, and able to make two texts look alike.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("[\t\n\x0b\x0c\r\x85]")
_BLANKS = " \t\n\x0b\x0c\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"  # noqa: E501  # the blanks of Unicode, one list
# What cannot need tidying: printable ASCII with no blank at either end.
_PLAIN = r"[!-~]([ -~]*[!-~])?"


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
            hint='Give the column with your own order numbers the header "Order ID". Headers'
            f" found: {', '.join(repr(header) for header in table.headers[:20])}.",
        )
    return matched, list(_unknown(table, matched, index))


def _unknown(table: RawTable, matched: dict[int, str], index: int) -> Iterator[Finding]:
    missing = [header for header, name in HEADERS.items() if name not in matched.values()]
    for position, header in enumerate(table.headers):
        if position in matched or not header.strip() or fold(header) in _OURS:
            continue
        near = difflib.get_close_matches(fold(header), missing, n=1, cutoff=_NEAR)
        page = CODES["HEADER-NEAR" if near else "HEADER-UNKNOWN"]
        anyway = difflib.get_close_matches(fold(header), list(HEADERS), n=1, cutoff=0.68)
        closest = HEADERS[(near or anyway)[0]] if near or anyway else ""
        yield Finding(
            code=page.code,
            severity=Severity(page.severity.value),
            message=f"The column is not known{f'; the closest is {closest}' if closest else ''}."
            " It is not sent.",
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


def tidy(texts: pd.Series, field: Field) -> tuple[pd.Series, dict[str, list[int]]]:
    """Return the column tidied, and code → positions of the cells where something was done.

    Only cells that are not plain ASCII are looked at one by one.
    """
    odd = np.flatnonzero(~(texts.str.fullmatch(_PLAIN) | (texts == "")).to_numpy(dtype=bool))
    events: dict[str, list[int]] = {}
    if not len(odd):
        return texts, events
    values = texts.to_numpy(dtype=object).copy()
    for position in odd:
        text, codes = tidy_text(values[position], field)
        values[position] = text
        for code in codes:
            events.setdefault(code, []).append(int(position))
    return pd.Series(values, index=texts.index, dtype="str"), events


def tidy_text(text: str, field: Field) -> tuple[str, Sequence[str]]:
    """Return one cell's text tidied, and the codes of what was done or found.

    Composed letters (NFC) never change a name; compatibility forms (NFKC) would.
    """
    codes = []
    is_id = field.identifier or field.kind is Kind.UUID
    if _INVISIBLE.search(text):
        codes.append("ID-INVISIBLE" if is_id else "TEXT-INVISIBLE")
        text = text if is_id else _INVISIBLE.sub("", text)
    stripped = text.strip(_BLANKS)
    if stripped != text:
        codes.append("TEXT-TRIMMED")
    composed = unicodedata.normalize("NFC", stripped)
    if composed != stripped:
        codes.append("TEXT-COMPOSED")
    if _CONTROL.search(composed):
        codes.append("TEXT-CONTROL")
    elif _LINE_BREAK.search(composed) and not field.prose:
        codes.append("TEXT-LINEBREAK")
    return composed, codes


def canonical_columns() -> list[str]:
    """Return the names of all columns, in the order of the declarations."""
    return list(BY_NAME)
