"""The stamp of a template: by which rules it was made, told again when it comes back filled.

It is the header of the last column, so that it survives every way of saving: for each column its
name and a short hash of what the declarations said about it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from loader.core.findings import Finding, Severity
from schemas.codes import CODES
from schemas.pouch_orders import BY_NAME, FIELDS, fold
from schemas.vocabulary import Field

LONG, WIDE = "template", "template-wide"
_STAMP = re.compile(rf"({LONG}|{WIDE})((?: [a-z][a-z0-9_]*=[0-9a-f]{{6}})+)")


def stamp(layout: str = LONG) -> str:
    """Return the stamp of the declarations as they are now, for `LONG` or `WIDE` layout."""
    return " ".join([layout, *(f"{field.name}={_digest(field)}" for field in FIELDS)])


def is_stamp(header: str) -> bool:
    """True for the header that is a template's stamp."""
    return _STAMP.fullmatch(header.strip()) is not None


def is_wide(header: str) -> bool:
    """True for the stamp of a template in wide layout: one row for each order."""
    match = _STAMP.fullmatch(header.strip())
    return match is not None and match[1] == WIDE


def changes(headers: Sequence[str], sheet: str | None = None) -> tuple[Finding, ...]:
    """Return what has changed since the template was made; nothing for a file without a stamp."""
    return tuple(
        finding
        for header in headers
        if is_stamp(header)
        for finding in _changes(header, headers, sheet)
    )


def _changes(text: str, headers: Sequence[str], sheet: str | None) -> Iterator[Finding]:
    known = dict(pair.split("=") for pair in text.split()[1:])
    present = {fold(header) for header in headers}
    gone = [name for name in known if name not in BY_NAME and fold(name) in present]
    if gone:
        yield _finding(
            "TEMPLATE-GONE", f"Columns of the template that no longer exist: {_list(gone)}.", sheet
        )
    other = [name for name in known if name in BY_NAME and known[name] != _digest(BY_NAME[name])]
    new = [name for name in BY_NAME if name not in known]
    parts = [f"Changed since the template was made: {_list(other)}."] if other else []
    parts += [f"New columns: {_list(new)}."] if new else []
    if parts:
        yield _finding("TEMPLATE-CHANGED", " ".join(parts), sheet)


def _finding(code: str, message: str, sheet: str | None) -> Finding:
    page = CODES[code]
    return Finding(
        code=code, severity=Severity(page.severity.value), message=message, sheet=sheet,
        help=page.fix,
    )  # fmt: skip


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


def _digest(field: Field) -> str:
    """Return the hash of what decides about a cell; words and other names may change freely."""
    decides = (
        field.level.value, field.kind.value, field.path, field.max_length, field.minimum,
        field.maximum, tuple(field.allowed_numbers), tuple(field.choices), tuple(field.usual),
        field.pattern, field.needed, field.always, field.prose, field.identifier,
    )  # fmt: skip
    return hashlib.sha256(repr(decides).encode()).hexdigest()[:6]
