"""Orders as the API returns them: what is stored, minus what the vendor keeps to itself."""

from typing import Any

from loader.sandbox.catalogue import Catalogue
from loader.sandbox.rules import DEFAULT_CYCLE_LENGTH, DEFAULT_DURATION, pouch_count

_LINE_TEXTS = (
    "name",
    "physician_name",
    "custom_text_1",
    "custom_text_2",
    "custom_text_3",
    "client_custom_order_line_id",
    "client_custom_line_ids",
    "client_custom_pack_name",
    "special_handling_instructions",
    "lot_information",
    "packaging_asset_group_id",
    "kit_id",
    "share_url",
    "source_line_item_ids",
)
_LINE_FLAGS = (
    "has_special_handling",
    "is_expedited",
    "is_priority_shipping",
    "is_priority_production",
    "is_static_item",
)
_ORDER_TEXTS = (
    "source_client_order_id",
    "client_custom_order_id",
    "email",
    "phone_number",
    "note",
    "pack_builder_id",
    "okc_affiliate_id",
)
_ADDRESS = ("address1", "address2", "city", "province_name", "country_name", "postal_code")


def order_view(
    order: dict[str, Any], number: int, consumer: dict[str, Any] | None, seed: Catalogue
) -> dict[str, Any]:
    """Return a stored order as the API shows it; `number` counts the orders of this sandbox."""
    lines = order["order_lines"]
    return {
        "id": order["id"],
        "client_id": seed.client_id,
        "name": f"OR-{10_000 + number}",
        **{name: order.get(name) for name in _ORDER_TEXTS},
        "billing_status": None,
        "status": order["status"],
        "source": order.get("source", "v2 API"),
        "order_type": order.get("order_type", "DTC"),
        "total_pouch_count": pouch_count(lines),
        "created_by": seed.user_id,
        "updated_by": seed.user_id,
        "composition": _composition(lines),
        "consumer": consumer,
        # The addressee is stored and not returned: the contract has no such field here.
        "shipping_address": {name: order["shipping_address"].get(name) for name in _ADDRESS},
        "order_lines": [_line_view(line, order, seed) for line in lines],
        "created_at": order["created_at"],
        "updated_at": order["updated_at"],
    }


def _composition(lines: list[dict[str, Any]]) -> str:
    standalone = {"standalone_id" in line for line in lines}
    if len(standalone) > 1:
        return "Mixed"
    return "Standalone Only" if standalone == {True} else "Roll Only"


def _line_view(line: dict[str, Any], order: dict[str, Any], seed: Catalogue) -> dict[str, Any]:
    view = {
        "id": line["id"],
        "order_id": order["id"],
        **{name: line.get(name) for name in _LINE_TEXTS},
        **{name: line.get(name, False) for name in _LINE_FLAGS},
        "status": line.get("status") or order["status"],
    }
    if "standalone_id" in line:
        kept = {name: line[name] for name in ("standalone_id", "quantity")}
        return {**view, **kept, "contains_standalone": True}
    pouches = line["pouches"]
    days = line.get("duration", DEFAULT_DURATION)
    return {
        **view,
        "contains_standalone": line.get("contains_standalone", False),
        "duration": days,
        "pouching_summary": _summary(pouches, days),
        "pouches": [_pouch_view(pouch, line["id"], seed) for pouch in pouches],
    }


def _summary(pouches: list[dict[str, Any]], days: int) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for pouch in pouches:
        time_of_day = pouch.get("time_of_administration") or ""
        counts[time_of_day] = counts.get(time_of_day, 0) + (pouch.get("duration") or days)
    return [{"toa": toa, "pouch_count": count} for toa, count in counts.items()]


def _pouch_view(pouch: dict[str, Any], line_id: str, seed: Catalogue) -> dict[str, Any]:
    view = {
        "id": pouch["id"],
        "order_line_id": line_id,
        "time_of_administration": pouch.get("time_of_administration"),
        "custom_label": pouch.get("custom_label"),
        "pack_id": pouch.get("pack_id"),
        "cycle": pouch.get("cycle", "daily"),
        "cycle_length": pouch.get("cycle_length", DEFAULT_CYCLE_LENGTH),
        "duration": pouch.get("duration"),
    }
    if "pack_id" not in pouch:
        view["contents"] = [_content_view(item, pouch["id"], seed) for item in pouch["contents"]]
    return view


def _content_view(item: dict[str, Any], pouch_id: str, seed: Catalogue) -> dict[str, Any]:
    product = seed.products[item["client_product_id"].lower()]
    return {
        "id": item["id"],
        "pouch_id": pouch_id,
        "client_product_id": item["client_product_id"],
        "serving_size": item.get("serving_size", product["serving_size"]),
    }
