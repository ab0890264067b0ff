"""Is this the order that we sent? Only an order that matches what was sent is taken for ours.

Compared is what was both sent and returned: the two ids and the products with their sizes
without fail, the person and the address where the API returns them.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from schemas.pouch_orders import KEY

_IDS = (KEY, "client_custom_order_id")
_CONSUMER = ("id", "first_name", "last_name")
_ADDRESS = ("address1", "city", "country_name", "postal_code")


def differences(request: Mapping[str, Any], order: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between a sent request and a returned order; [] = ours."""
    differing = [name for name in _IDS if order.get(name) != request.get(name)]
    if not _same_contents(request, order):
        differing.append("products and sizes")
    for part, names in (("consumer", _CONSUMER), ("shipping_address", _ADDRESS)):
        sent, returned = request.get(part, {}), order.get(part)
        if isinstance(returned, Mapping):
            differing += [
                f"{part}.{name}"
                for name in names
                if name in sent
                and returned.get(name) is not None
                and _folded(sent[name]) != _folded(returned[name])
            ]
    return differing


def _folded(value: object) -> str:
    return " ".join(str(value).casefold().split())


def _same_contents(request: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    sent, returned = _contents(request), _contents(order)
    if not any("standalone_id" in line for line in _items(order, "order_lines")):
        # The contract does not promise that standalone lines come back with their product.
        sent = [content for content in sent if content[0] != "standalone"]
        if len(_items(request, "order_lines")) != len(_items(order, "order_lines")):
            return False
    if Counter(content[:2] for content in sent) != Counter(content[:2] for content in returned):
        return False
    # A size that was not sent is the API's to choose; where one was sent, it must come back.
    left = Counter(returned)
    sized = Counter(content for content in sent if content[2] is not None)
    return all(left[content] >= times for content, times in sized.items())


def _contents(document: Mapping[str, Any]) -> list[tuple[str, str, object]]:
    """Return what an order contains as (kind, id, size or quantity)."""
    found: list[tuple[str, str, object]] = []
    for line in _items(document, "order_lines"):
        if line.get("standalone_id"):
            found.append(("standalone", _folded(line["standalone_id"]), line.get("quantity")))
        for pouch in _items(line, "pouches"):
            if pouch.get("pack_id"):
                found.append(("pack", _folded(pouch["pack_id"]), None))
                continue
            found += [
                ("product", _folded(one.get("client_product_id")), one.get("serving_size"))
                for one in _items(pouch, "contents")
            ]
    return found


def _items(node: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    children = node.get(name)
    if not isinstance(children, list):
        return []
    return [child for child in children if isinstance(child, Mapping)]
