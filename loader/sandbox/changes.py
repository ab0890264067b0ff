"""Partial updates: an item with an id is changed, without one added, with is_deleted removed."""

import uuid
from typing import Any

from loader.sandbox.refusals import Issue, invalid

_INNER = {"order_lines": "pouches", "pouches": "contents", "contents": ""}
_LABEL = {"order_lines": "order line", "pouches": "pouch", "contents": "content"}


def with_ids(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return new lines with an id on every line, pouch and content."""
    return [_fresh(line, "pouches") for line in lines]


def _fresh(item: dict[str, Any], inner: str) -> dict[str, Any]:
    made = {name: value for name, value in item.items() if name != "is_deleted"}
    made["id"] = str(uuid.uuid4())
    if inner and inner in made:
        made[inner] = [_fresh(part, _INNER[inner]) for part in made[inner]]
    return made


def merged(
    stored: list[dict[str, Any]],
    sent: list[dict[str, Any]],
    level: str = "order_lines",
    path: str = "",
) -> list[dict[str, Any]]:
    """Return the stored items of one level with the sent changes applied.

    Raises:
        Refusal: where an id is sent that the order does not have.
    """
    result = {item["id"].lower(): item for item in stored}
    inner = _INNER[level]
    for number, change in enumerate(sent):
        here = f"{path}{level}[{number}]"
        if "id" not in change:
            if change.get("is_deleted"):
                raise invalid([Issue(f"{here}.id", "is required", "any.required")])
            new = _fresh(change, inner)
            result[new["id"]] = new
            continue
        item_id = change["id"].lower()
        if item_id not in result:
            raise invalid(
                [Issue(f"{here}.id", f"is no {_LABEL[level]} of this order", "any.invalid")]
            )
        if change.get("is_deleted"):
            del result[item_id]
        else:
            result[item_id] = _changed(result[item_id], change, inner, f"{here}.")
    return list(result.values())


def _changed(item: dict[str, Any], change: dict[str, Any], inner: str, path: str) -> dict[str, Any]:
    plain = {n: v for n, v in change.items() if n not in ("id", "is_deleted", inner)}
    result = {**item, **plain}
    if inner and inner in change:
        result[inner] = merged(item.get(inner, []), change[inner], inner, path)
        if not result[inner]:
            # All parts removed: the field is gone, which lets a pack take the contents' place.
            del result[inner]
    return result
