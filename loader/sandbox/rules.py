"""The rules of the vendor's guides that a schema cannot say.

Written from the guides alone: nothing here may be shared with the loader whose requests it judges.
Each function takes a body that has passed the contract's schema.
"""

import re
from collections.abc import Iterator
from typing import Any

from loader.sandbox.catalogue import Catalogue
from loader.sandbox.refusals import Issue

INACTIVE = "The following client products are inactive and cannot be ordered: "
NO_PACKAGING = "No Packaging Asset Group ID found for the order line"
OVER_CAPACITY = "The number of pouches exceeds the capacity of the dispenser box"
NEITHER = "Either pack_id or contents required"
BOTH = "pack_id and contents cannot be used in the same pouch"

MOST_CONTENTS = 8
DEFAULT_DURATION = 30
DEFAULT_CYCLE_LENGTH = 7
_CYCLE_DAYS = re.compile(r"[0-9]{1,4}(?:;[0-9]{1,4})*")


def consumer_issues(consumer: dict[str, Any]) -> Iterator[Issue]:
    """Either an id or both names (create orders guide, Required Fields)."""
    names = [name for name in ("first_name", "last_name") if name in consumer]
    if "id" in consumer and names:
        yield Issue(
            "consumer",
            f"contains a conflict between exclusive peers [id, {names[0]}]",
            "object.oxor",
        )
    if "id" not in consumer:
        for name in ("first_name", "last_name"):
            if name not in consumer:
                yield Issue(f"consumer.{name}", "is required", "any.required")


def shape_issues(lines: list[dict[str, Any]]) -> Iterator[Issue]:
    """Each line is one of the three types, each pouch one of two (Order Line Types)."""
    if not lines:
        yield Issue("order_lines", "must contain at least 1 items", "array.min")
    for number, line in enumerate(lines):
        path = f"order_lines[{number}]"
        if "standalone_id" in line:
            yield from _standalone_shape(path, line)
        else:
            yield from _pack_shape(path, line)


def _standalone_shape(path: str, line: dict[str, Any]) -> Iterator[Issue]:
    if "pouches" in line:
        yield Issue(f"{path}.pouches", "is not allowed with standalone_id", "any.unknown")
    if "quantity" not in line:
        yield Issue(f"{path}.quantity", "is required", "any.required")


def _pack_shape(path: str, line: dict[str, Any]) -> Iterator[Issue]:
    if "quantity" in line:
        yield Issue(f"{path}.quantity", "is not allowed without standalone_id", "any.unknown")
    if "pouches" not in line:
        yield Issue(f"{path}.pouches", "is required", "any.required")
        return
    pouches = line["pouches"]
    if not pouches:
        yield Issue(f"{path}.pouches", "must contain at least 1 items", "array.min")
    for number, pouch in enumerate(pouches):
        yield from _pouch_shape(f"{path}.pouches[{number}]", pouch)
    if len({"pack_id" in pouch for pouch in pouches}) > 1:
        yield Issue(f"{path}.pouches", "must be all of one type of order line", "any.invalid")


def _pouch_shape(path: str, pouch: dict[str, Any]) -> Iterator[Issue]:
    if "pack_id" in pouch and "contents" in pouch:
        yield Issue(path, BOTH, "object.xor", whole=True)
    elif "pack_id" not in pouch and not pouch.get("contents"):
        yield Issue(path, NEITHER, "object.missing", whole=True)
    if len(pouch.get("contents", ())) > MOST_CONTENTS:
        # The schema counts what is sent; an update adds to what is there.
        text = f"must contain less than or equal to {MOST_CONTENTS} items"
        yield Issue(f"{path}.contents", text, "array.max")
    for place, content in enumerate(pouch.get("contents", ())):
        # The schema demands it of a new order; an update may add a content without it.
        if "client_product_id" not in content:
            name = f"{path}.contents[{place}].client_product_id"
            yield Issue(name, "is required", "any.required")
    if not _is_cycle(pouch.get("cycle", "daily"), pouch.get("cycle_length", DEFAULT_CYCLE_LENGTH)):
        yield Issue(
            f"{path}.cycle", "must be daily or day numbers within cycle_length", "any.invalid"
        )


def _is_cycle(cycle: str, length: int) -> bool:
    if cycle == "daily":
        return True
    if not _CYCLE_DAYS.fullmatch(cycle):
        return False
    return all(1 <= int(day) <= length for day in cycle.split(";"))


def catalogue_issues(lines: list[dict[str, Any]], seed: Catalogue) -> Iterator[Issue]:
    """What is ordered exists, is ours, is active, and can be packed (Troubleshooting guide)."""
    inactive: dict[str, str] = {}
    for number, line in enumerate(lines):
        ordered: list[dict[str, Any]] = []
        for path, name, item in _ordered(f"order_lines[{number}]", line, seed):
            if item is None:
                yield Issue(path, f"Invalid {name}", "any.invalid", whole=True)
            else:
                ordered.append(item)
        inactive.update({item["id"]: item["name"] for item in ordered if not item["active"]})
        if None in _packaging(line, ordered, seed):
            yield Issue(f"order_lines[{number}]", NO_PACKAGING, "any.invalid", whole=True)
    if inactive:
        names = ", ".join(inactive.values())
        yield Issue("order_lines", f"{INACTIVE}{names}", "any.invalid", whole=True)


def _ordered(
    path: str, line: dict[str, Any], seed: Catalogue
) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Give every product or pack that a line names: its path, the field's name, what it is."""
    if "standalone_id" in line:
        product = seed.own_product(line["standalone_id"])
        usable = product if product and product["is_standalone_kit"] else None
        yield f"{path}.standalone_id", "standalone_id", usable
    for number, pouch in enumerate(line.get("pouches", ())):
        inner = f"{path}.pouches[{number}]"
        if "pack_id" in pouch:
            yield f"{inner}.pack_id", "pack_id", seed.pack(pouch["pack_id"])
        for place, content in enumerate(pouch.get("contents", ())):
            field = f"{inner}.contents[{place}].client_product_id"
            yield field, "client_product_id", seed.own_product(content["client_product_id"])


def _packaging(
    line: dict[str, Any], ordered: list[dict[str, Any]], seed: Catalogue
) -> set[str | None]:
    """Return the packaging groups of a line: the one it names, else those of what it orders."""
    named = line.get("packaging_asset_group_id")
    if named is not None:
        return {named.lower() if named.lower() in seed.packaging else None}
    return {item["packaging_asset_group_id"] for item in ordered}


def needs_inactive_packaging(lines: list[dict[str, Any]], seed: Catalogue) -> bool:
    """Say whether the nightly run finds a packaging design that is not approved."""
    for line in lines:
        items = [item for _, _, item in _ordered("", line, seed) if item is not None]
        if any(group and not seed.packaging[group] for group in _packaging(line, items, seed)):
            return True
    return False


def pouch_count(lines: list[dict[str, Any]]) -> int:
    """Return how many pouches an order makes: pouches x days, over all lines."""
    total = 0
    for line in lines:
        days = line.get("duration", DEFAULT_DURATION)
        total += sum(pouch.get("duration") or days for pouch in line.get("pouches", ()))
    return int(total)


def capacity_issues(lines: list[dict[str, Any]], capacity: int) -> Iterator[Issue]:
    """Too many pouches for the box; the vendor does not say how many fit, and neither do we."""
    if pouch_count(lines) > capacity:
        yield Issue("order_lines", OVER_CAPACITY, "any.invalid", whole=True)


def order_issues(lines: list[dict[str, Any]], seed: Catalogue, capacity: int) -> list[Issue]:
    """Return what is wrong with the lines of an order; shapes first, as a validator would."""
    if issues := list(shape_issues(lines)):
        return issues
    return [*catalogue_issues(lines, seed), *capacity_issues(lines, capacity)]
