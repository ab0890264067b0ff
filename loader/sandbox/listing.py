"""Lists: filters, order and pages, the same for every resource."""

import base64
import binascii
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from loader.sandbox.messages import Json
from loader.sandbox.refusals import Refusal
from loader.sandbox.state import State

DEFAULT_LIMIT = 50
MOST = 250
ORDER_COLUMNS = {
    "name": "'OR-' || (10000 + seq)",
    "status": "status",
    "source": "source",
    "created_at": "created_at",
    "updated_at": "updated_at",
    # The vendor filters on these too; the sandbox keeps no value for them, so nothing matches.
    "state": "NULL",
    "billing_status": "NULL",
    "submission_date": "NULL",
    "crm_id": "NULL",
}
ORDER_SORTS = {"created_at": "created_at", "updated_at": "updated_at", "name": "seq"}
FIELDS = {
    "products": ("name", "product_name", "client_sku", "active", "product_assembly_type"),
    "assemblies": ("name",),
    "consumers": ("email", "first_name", "last_name"),
    "fulfillments": ("id", "order_id", "consumer_id", "status_id"),
    "statuses": ("id", "name", "group"),
}
SORTS = {
    "products": ("product_name",),
    "assemblies": ("product_name",),
    "consumers": ("first_name", "last_name"),
    "fulfillments": ("created_at", "updated_at"),
}
_TERM = re.compile(r'([A-Za-z_.]+):(?:"([^"]*)"|([^\s"]+))')
_FILTER = re.compile(r"filter\[([A-Za-z_.]+)\](?:\[(gte|gt|lte|lt)\])?")
_SIGNS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "": "="}
# Filters that the guides show as plain query parameters.
_PLAIN = {"products": ("active",), "fulfillments": ("order_id",)}


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: field, sign and value."""

    field: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page and where the next one starts (None at the end)."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def _bad(message: str) -> Refusal:
    return Refusal(400, message)


def conditions(
    params: Mapping[str, str], allowed: Sequence[str], plain: Sequence[str] = ()
) -> list[Condition]:
    """Return the filters of a query string, from `q`, `filter[...]` and plain parameters."""
    found = [Condition(name, "=", params[name]) for name in plain if name in params]
    if params.get("active", "true") not in ("true", "false") and "active" in plain:
        raise _bad("'active' must be true or false")
    for term in re.split(r"\s+AND\s+", params.get("q", "").strip()):
        if not term:
            continue
        match = _TERM.fullmatch(term)
        if match is None:
            raise _bad("q must be terms such as status:Pending, joined by AND")
        found.append(Condition(match[1], "=", match[2] if match[2] is not None else match[3]))
    for name, value in params.items():
        if name.startswith("filter["):
            match = _FILTER.fullmatch(name)
            if match is None:
                raise _bad("a filter must be written filter[field] or filter[field][gte]")
            found.append(Condition(match[1], _SIGNS[match[2] or ""], value))
    for condition in found:
        if condition.field not in allowed:
            raise _bad(f"'{condition.field}' cannot be filtered on")
    return found


def limit_of(params: Mapping[str, str]) -> int:
    """Return the page size."""
    text = params.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= MOST:
        raise _bad(f"'limit' must be an integer from 1 to {MOST}")
    return int(text)


def _sort_of(params: Mapping[str, str], allowed: Sequence[str]) -> tuple[str | None, bool]:
    text = params.get("sort_by", "")
    name = text.removeprefix("-")
    if text and name not in allowed:
        raise _bad("'sort_by' names no property that can be sorted on")
    return name or None, text.startswith("-")


def _cursor(*values: int | str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _read_cursor(params: Mapping[str, str], types: Sequence[type | tuple[type, ...]]) -> list[Any]:
    """Return what a cursor holds, or nothing where there is none."""
    text = params.get("cursor", "")
    if not text:
        return []
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        values = None
    fits = (
        isinstance(values, list)
        and len(values) == len(types)
        and all(isinstance(v, t) for v, t in zip(values, types, strict=True))
    )
    if not fits:
        raise _bad("'cursor' is not one that this API gave out")
    return list(values)


def page_of(resource: str, items: list[dict[str, Any]], params: Mapping[str, str]) -> Page:
    """Return one page of a list that fits in memory."""
    limit = limit_of(params)
    found = filtered(resource, items, params)
    name, backwards = _sort_of(params, SORTS[resource])
    if name is not None:
        found.sort(key=lambda item: str(item[name]), reverse=backwards)
    start = next(iter(_read_cursor(params, (int,))), 0)
    page = found[max(start, 0) : max(start, 0) + limit]
    end = max(start, 0) + limit
    return Page(page, _cursor(end) if end < len(found) else None)


def filtered(
    resource: str, items: list[dict[str, Any]], params: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the items that meet all filters."""
    wanted = conditions(params, FIELDS[resource], _PLAIN.get(resource, ()))
    if any(condition.sign != "=" for condition in wanted):
        raise _bad("only equality can be asked for here")
    return [i for i in items if all(_text(i.get(c.field)) == c.value for c in wanted)]


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# -------------------------------------------------------------------- orders
def _order_where(params: Mapping[str, str]) -> tuple[str, list[Any]]:
    where = ["NOT deleted", "visible_at <= ?"]
    values: list[Any] = [time.time()]
    for condition in conditions(params, tuple(ORDER_COLUMNS)):
        where.append(f"{ORDER_COLUMNS[condition.field]} {condition.sign} ?")
        dated = condition.field in ("created_at", "updated_at")
        values.append(_instant(condition.value) if dated else condition.value)
    return " AND ".join(where), values


def _instant(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        utc = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad("a date filter must be an ISO 8601 instant") from None
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def order_count(state: State, params: Mapping[str, str]) -> int:
    """Return how many visible orders meet the filters."""
    where, values = _order_where(params)
    count: int = state.rows(f"SELECT count(*) FROM orders WHERE {where}", values)[0][0]  # noqa: S608  columns and signs are ours
    return count


def order_rows(state: State, params: Mapping[str, str]) -> tuple[list[Any], str | None]:
    """Return the rows of one page of orders, oldest first unless sorted, and the next cursor.

    The cursor holds the last row's place instead of a count: orders made or deleted while
    somebody walks the list neither repeat nor hide others.
    """
    limit = limit_of(params)
    where, values = _order_where(params)
    name, backwards = _sort_of(params, tuple(ORDER_SORTS))
    column = ORDER_SORTS[name] if name else "seq"
    sign, direction = ("<", "DESC") if backwards else (">", "ASC")
    if place := _read_cursor(params, ((int, str), int)):
        where += f" AND ({column}, seq) {sign} (?, ?)"
        values += place
    rows = state.rows(
        f"SELECT * FROM orders WHERE {where}"  # noqa: S608  columns and signs are from our tables
        f" ORDER BY {column} {direction}, seq {direction} LIMIT ?",
        [*values, limit + 1],
    )
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], _cursor(last[column], last["seq"])
