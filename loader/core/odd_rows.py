"""Rows that are no order, or not in order: left out, headers, totals, ragged ones, keyless ones.

Each has one finding that says why; of several reasons the first in this list is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loader.core.findings import Finding
from loader.core.model import Mask, RawSlice
from loader.core.places import Places
from schemas.codes import CODES
from schemas.pouch_orders import KEY
from schemas.words import TOTAL_WORDS

Texts = Mapping[str, pd.Series]

TOTAL_FORM = rf"(?is)(?:{'|'.join(TOTAL_WORDS)})(?:[^a-z0-9].*)?"
# What a line of totals never has: somebody's address, and something to send.
_NEVER_TOTALLED = ("address1", "client_product_id", "product", "pack_id", "pack", "standalone_id",
                   "standalone")  # fmt: skip


@dataclass(frozen=True, slots=True)
class OddRows:
    """Which rows belong to no order, which have cells that are not worth judging, and why."""

    outside: Mask
    unjudged: Mask
    findings: list[Finding]


def find_odd_rows(
    raw: RawSlice, texts: Texts, places: Places, key_errors: Mapping[int, str]
) -> OddRows:
    """Return the odd rows of a slice; `key_errors` has the code of each error in a key cell."""
    keys = texts[KEY]
    ragged = {one.position: one for one in raw.ragged}
    why: dict[int, str] = {}
    for code, positions in (
        ("ROW-HIDDEN", raw.hidden),
        ("ROW-HEADER", _headers_again(texts, places)),
        ("ROW-TOTAL", _totals(raw, texts)),
        ("ROW-CELLS", ragged),
        ("ROW-IGNORED", _ignored(texts)),
        ("KEY-MISSING", np.flatnonzero(keys == "").tolist()),
    ):
        why |= dict.fromkeys((p for p in positions if p not in why), code)
    outside = np.zeros(len(keys), dtype=bool)
    unjudged = np.zeros(len(keys), dtype=bool)
    findings = []
    for position, code in sorted(why.items()):
        outside[position] = code != "ROW-CELLS" or keys.iat[position] == ""
        unjudged[position] = code != "KEY-MISSING"
        message = ""
        if code == "ROW-CELLS":
            one = ragged[position]
            message = f"The row has {one.found} cells, the header {one.expected}."
        finding = places.finding(CODES[code], position, None, message=message)
        if code == "KEY-MISSING":
            finding = _keyless(finding, key_errors, position)
        findings.append(finding)
    return OddRows(outside, unjudged, findings)


def _keyless(finding: Finding, key_errors: Mapping[int, str], position: int) -> Finding:
    """Return the finding with what the file format knows of the key cell that looks empty."""
    if position not in key_errors:
        return finding
    page = CODES[key_errors[position]]
    return replace(finding, message=f"{finding.message} {page.title}.", help=page.fix)


def _ignored(texts: Texts) -> list[int]:
    if "action" not in texts:
        return []
    ignored: list[int] = np.flatnonzero(texts["action"].str.upper() == "IGNORE").tolist()
    return ignored


def _headers_again(texts: Texts, places: Places) -> list[int]:
    """Return rows whose filled cells repeat the headers above them, at least two of them."""
    headers = {name: places.headers[name].text.strip().lower() for name in texts}
    again = np.flatnonzero(texts[KEY].str.lower().isin(["", headers[KEY]]))
    repeated = np.zeros(len(again), dtype=int)
    for name, column in texts.items():
        cells = column.iloc[again].str.lower()
        same = (cells == headers[name]).to_numpy(dtype=bool)
        kept = same | (cells == "").to_numpy(dtype=bool)
        again, repeated = again[kept], (repeated + same)[kept]
    found: list[int] = again[repeated >= 2].tolist()
    return found


def _totals(raw: RawSlice, texts: Texts) -> list[int]:
    """Return rows that sum others up: the order number is a word for it, or the first cell is.

    In a row without an order number only numbers may follow: Sum is a person's name, too.
    """
    bare = np.ones(len(raw.rows), dtype=bool)
    for name in _NEVER_TOTALLED:
        if name in texts:
            bare &= (texts[name] == "").to_numpy(dtype=bool)
    keys = texts[KEY]
    found: list[int] = np.flatnonzero(bare & keys.str.fullmatch(TOTAL_FORM).to_numpy(bool)).tolist()
    keyless = np.flatnonzero(bare & (keys == "").to_numpy(dtype=bool))
    rows = raw.cells.iloc[keyless].to_numpy(object)
    for position, row in zip(keyless.tolist(), rows, strict=True):
        words = [text.strip() for text in row if text.strip()]
        if words and re.fullmatch(TOTAL_FORM, words[0]) and not any(map(_has_letters, words[1:])):
            found.append(position)
    return found


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)
