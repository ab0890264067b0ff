"""The account's catalogue, as the API lists it: products, standalone products and packs.

A pack is what the API calls an assembly. Pages are followed by the `cursor` that the body
(`next_cursor`) or the Link header names; a link is never followed to where it points.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import orjson

from loader.core.model import Item

PAGE_SIZE = 250
LISTS = {"products": "/v2/products", "assemblies": "/v2/assemblies"}


def page_path(path: str, cursor: str | None, wanted: str = "") -> str:
    """Return the request path of the list's page that `cursor` names, its first where None.

    `wanted` is a filter, as a part of the query.
    """
    follow = "" if cursor is None else f"&cursor={quote(cursor, safe='')}"
    return f"{path}?limit={PAGE_SIZE}{wanted}{follow}"


def changed_filter(since: float) -> str:
    """Return the filter for what changed at or after a time (order lifecycle guide)."""
    instant = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"&{quote('filter[updated_at][gte]')}={quote(instant)}"


def next_cursor(body: Mapping[str, Any], headers: httpx.Headers) -> str | None:
    """Return what the next page is asked for with; None where this one is the last."""
    named = body.get("next_cursor")
    if isinstance(named, str | int) and not isinstance(named, bool) and named != "":
        return str(named)
    link = httpx.Response(200, headers=headers).links.get("next", {}).get("url", "")
    try:
        cursors = parse_qs(urlsplit(link).query).get("cursor", [])
    except ValueError:
        return None
    return cursors[0] if cursors else None


def entries(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]] | None:
    """Return the list called `name` in a page; None where the page has no such list."""
    listed = body.get(name)
    if not isinstance(listed, list):
        return None
    return [entry for entry in listed if isinstance(entry, dict)]


def items(name: str, listed: list[Mapping[str, Any]]) -> Iterator[Item]:
    """Yield what can be ordered of a page's entries: those that have an id."""
    for entry in listed:
        item_id = entry.get("id")
        if isinstance(item_id, str) and item_id:
            yield _item(item_id, _kind(name, entry), entry)


def _kind(name: str, entry: Mapping[str, Any]) -> str:
    if name == "assemblies":
        return "pack"
    return "standalone" if entry.get("is_standalone_kit") is True else "product"


def _item(item_id: str, kind: str, entry: Mapping[str, Any]) -> Item:
    title = _text(entry.get("product_name")) or _text(entry.get("name"))
    active = entry.get("active") is not False
    size = entry.get("serving_size")
    serving_size = size if type(size) is int and size >= 1 else None
    what_matters = {"id": item_id, "name": title, "active": active, "serving_size": serving_size}
    canonical = orjson.dumps(what_matters, option=orjson.OPT_SORT_KEYS)
    return Item(
        id=item_id,
        kind=kind,
        name=title,
        sku=_text(entry.get("client_sku")),
        active=active,
        serving_size=serving_size,
        digest=hashlib.sha256(canonical).hexdigest(),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
