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
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import orjson

from loader.core.group import CONTENT, STANDALONE, filled, first_of
from loader.core.model import Mask
from loader.core.table import Table
from schemas.demands import Level
from schemas.pouch_orders import FIELDS, KEY

FINGERPRINT_VERSION = "1"
SEEN = "seen:"  # begins the fingerprint of what was not sent from here
LOOKUP_FIELD = "client_custom_order_id"
DEFAULT_DAYS = 30  # the API's default duration, to count pouches; never sent
_PLAIN_KEY = re.compile(r"[A-Za-z0-9._~-]+")


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


def seen_fingerprint(body: bytes) -> str:
    """Return the fingerprint of an order that was only seen at the API, not sent from here."""
    return f"{SEEN}{hashlib.sha256(body).hexdigest()}"


def was_only_seen(fingerprint: str) -> bool:
    """Return whether a fingerprint is that of an order which the API held, not sent from here."""
    return fingerprint.startswith(SEEN)


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
@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the garbage collector from walking over requests again and again while they are built.

    They hold no cycles, so that nothing waits for it; it is left as it was found.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def build(table: Table, wanted: Mask) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (order number, request) for every order in the mask, in order of appearance."""
    groups = table.groups
    orders, lines, pouches, contents = (_values(table, level) for level in Level)
    sort = np.lexsort((np.arange(len(groups.order)), groups.pouch, groups.line, groups.order))
    sort = sort[wanted[groups.order[sort]]]
    places = zip(
        sort.tolist(), groups.order[sort].tolist(), groups.line[sort].tolist(),
        groups.pouch[sort].tolist(), groups.kind[sort].tolist(), strict=True,
    )  # fmt: skip
    for number, rows in groupby(places, key=itemgetter(1)):
        request = orders[number]
        request.setdefault(LOOKUP_FIELD, lookup_id(request[KEY]))
        request["order_lines"] = made = []
        line_number = pouch_number = -1
        for row, _, line, pouch, kind in rows:
            if line != line_number:
                line_number, pouch_number = line, -1
                made.append(lines[line])
            if kind == STANDALONE:
                continue
            if pouch != pouch_number:
                pouch_number = pouch
                lines[line].setdefault("pouches", []).append(pouches[pouch])
            if kind == CONTENT:
                pouches[pouch].setdefault("contents", []).append(contents[row])
        yield number, request


def _values(table: Table, level: Level) -> list[dict[str, Any]]:
    """Return the values of each group of a level, nested; the first filled row of a group wins."""
    rows = np.arange(len(table.frame))
    group, count = (rows, len(rows)) if level is Level.CONTENT else table.groups.of(level)
    made: list[dict[str, Any]] = [{} for _ in range(count)]
    below: dict[str, list[dict[str, Any]]] = {}
    for declared in FIELDS:
        if declared.level is not level or declared.path is None:
            continue
        first = first_of(np.where(filled(table.frame, declared.name), group, -1), count)
        numbers = np.flatnonzero(first >= 0)
        if not len(numbers):
            continue
        parent, _, name = declared.path.rpartition(".")
        nodes = made
        if parent:
            nodes = below.setdefault(parent, [{} for _ in range(count)])
        values = table.frame[declared.name].iloc[first[numbers]].tolist()
        for number, value in zip(numbers.tolist(), values, strict=True):
            nodes[number][name] = value
    for parent, nodes in below.items():
        for root, node in zip(made, nodes, strict=True):
            if node:
                root[parent] = node
    return made
