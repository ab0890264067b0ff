"""Groups → requests: every order as the exact bytes that are sent, hashed and kept.

A body is canonical JSON (RFC 8785): our names are ASCII and our numbers whole, and for such
documents sorted keys without blanks are the canonical form. An empty cell is left out: defaults
are the API's business.
"""

import gc
import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import orjson

from loader.core.group import CONTENT, STANDALONE, filled
from loader.core.model import Numbers
from loader.core.table import Table
from schemas.demands import Level
from schemas.pouch_orders import FIELDS, KEY
from schemas.vocabulary import Field, Kind

FINGERPRINT_VERSION = "1"
LOOKUP_FIELD = "client_custom_order_id"
DEFAULT_DAYS = 30  # the API's default duration, to count pouches; never sent
_PLAIN_KEY = re.compile(r"[A-Za-z0-9._~-]+")
_BLOCK = 5_000  # orders built between two collections of garbage

Values = dict[int, dict[str, Any]]


def canonical(document: dict[str, Any]) -> bytes:
    """Return the canonical JSON of a request body."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def request_of(body: bytes) -> dict[str, Any]:
    """Return a canonical body as the document that it is."""
    document: dict[str, Any] = orjson.loads(body)
    return document


def fingerprint(body: bytes) -> str:
    """Return the version and SHA-256 of a canonical body."""
    return f"{FINGERPRINT_VERSION}:{hashlib.sha256(body).hexdigest()}"


def lookup_id(key: str) -> str:
    """Return the id by which an order is looked up when the file names none.

    The key itself where it is safe in a path, else a stable token derived from it.
    """
    if _PLAIN_KEY.fullmatch(key) and key.strip("."):
        return key
    return "k-" + b32encode(hashlib.sha256(key.encode()).digest()[:20]).decode().lower()


def keyed_hash(secret: bytes, *parts: str) -> str:
    """Return a hash of personal parts that nobody can try out without the ledger's secret."""
    folded = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return hmac.new(secret, folded.encode(), hashlib.sha256).hexdigest()


def person_parts(request: dict[str, Any]) -> tuple[str, ...]:
    """Return what tells a person from another: the id, or both names."""
    consumer = request["consumer"]
    return consumer.get("id", ""), consumer.get("first_name", ""), consumer.get("last_name", "")


def contents_of(request: dict[str, Any]) -> list[str]:
    """Return what the order contains, sorted: product, pack or standalone with its size."""
    found = []
    for line in request["order_lines"]:
        if "standalone_id" in line:
            found.append(f"standalone:{line['standalone_id'].lower()}:{line.get('quantity')}")
        for pouch in line.get("pouches", ()):
            if "pack_id" in pouch:
                found.append(f"pack:{pouch['pack_id'].lower()}")
            for content in pouch.get("contents", ()):
                size = content.get("serving_size")
                found.append(f"product:{content['client_product_id'].lower()}:{size}")
    return sorted(found)


def pouches_of(request: dict[str, Any]) -> int:
    """Return how many pouches the order makes: pouches × days, over all lines."""
    return sum(
        len(line.get("pouches", ())) * int(line.get("duration", DEFAULT_DAYS))
        for line in request["order_lines"]
    )


# ------------------------------------------------------------------ building
def build(table: Table, wanted: np.ndarray) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (order number, request) for every order in the mask, in order of appearance."""
    groups = table.groups
    values = {level: _values(table, level) for level in Level}
    sort = np.lexsort((np.arange(len(groups.order)), groups.pouch, groups.line, groups.order))
    sort = sort[wanted[groups.order[sort]]]
    starts = np.flatnonzero(np.diff(groups.order[sort], prepend=-1))
    ends = np.append(starts[1:], len(sort))
    for block in range(0, len(starts), _BLOCK):
        enabled = gc.isenabled()
        gc.disable()  # a block of small dictionaries holds no cycles, and is all alive
        try:
            built = [
                _request(table, values, sort[start:end])
                for start, end in zip(
                    starts[block : block + _BLOCK], ends[block : block + _BLOCK], strict=True
                )
            ]
        finally:
            if enabled:
                gc.enable()
        yield from built


def _request(
    table: Table, values: dict[Level, Values], rows: Numbers
) -> tuple[int, dict[str, Any]]:
    groups = table.groups
    number = int(groups.order[rows[0]])
    request = values[Level.ORDER][number]
    request.setdefault(LOOKUP_FIELD, lookup_id(request[KEY]))
    request["order_lines"] = lines = []
    line_number = pouch_number = -1
    for row in rows.tolist():
        if groups.line[row] != line_number:
            line_number = int(groups.line[row])
            line = values[Level.LINE].get(line_number, {})
            lines.append(line)
            pouch_number = -1
        if groups.kind[row] == STANDALONE:
            continue
        if groups.pouch[row] != pouch_number:
            pouch_number = int(groups.pouch[row])
            pouch = values[Level.POUCH].get(pouch_number, {})
            line.setdefault("pouches", []).append(pouch)
        if groups.kind[row] == CONTENT:
            pouch.setdefault("contents", []).append(values[Level.CONTENT].get(row, {}))
    return number, request


def _values(table: Table, level: Level) -> Values:
    """Return group number → nested values of its level; the first filled row of a group wins."""
    result: Values = {}
    for declared in FIELDS:
        if declared.level is not level or declared.path is None:
            continue
        present = filled(table.frame, declared.name)
        if not present.any():
            continue
        group = np.arange(len(table.frame)) if level is Level.CONTENT else table.groups.of(level)[0]
        at = np.flatnonzero(present & (group >= 0))[::-1]
        column = table.frame[declared.name].to_numpy(dtype=object)[at]
        _spread(result, group[at].tolist(), map(_converter(declared), column), declared.path)
    return result


def _spread(result: Values, groups: list[int], values: Iterator[Any], path: str) -> None:
    parent, _, name = path.rpartition(".")
    for number, value in zip(groups, values, strict=True):
        node = result.setdefault(number, {})
        if parent:
            node = node.setdefault(parent, {})
        node[name] = value


def _converter(declared: Field) -> Callable[[Any], Any]:
    return {Kind.INTEGER: int, Kind.BOOLEAN: bool}.get(declared.kind, str)
