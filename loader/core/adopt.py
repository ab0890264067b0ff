"""Is this the order that we sent? Only an order that matches what was sent is taken for ours.

The two ids and the products with their sizes must come back without fail. Beyond that, every
value that was both sent and returned is compared: what the API leaves out says nothing, and what
it may rewrite by its own guides (`REWRITTEN`) proves nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.pouch_orders import KEY

# What may come back otherwise than it was sent, with the line of the vendor's guides that says so.
REWRITTEN = {
    "source": 'order life cycle: "Read-only fields (cannot be changed by clients)"',
    "note": 'troubleshooting: "Check the order\'s notes for details", which the vendor writes',
}
_IDS = (KEY, "client_custom_order_id")
_LINES = "order_lines"
# What a line, a pouch or a content is made of: one that lacks it is another one.
_MADE_OF = frozenset({"pouches", "contents", "pack_id", "client_product_id"})
_CONTENT = "products and sizes"


def differences(request: Mapping[str, Any], order: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between a sent request and a returned order; [] = ours."""
    differing = [name for name in _IDS if order.get(name) != request.get(name)]
    apart = {*_IDS, *REWRITTEN}
    if not _same_contents(request, order):
        differing.append(_CONTENT)
        apart.add(_LINES)
    rest = {name: value for name, value in request.items() if name not in apart}
    return [*differing, *dict.fromkeys(_unlike(rest, order, ""))]


def _unlike(sent: object, returned: object, path: str) -> list[str]:
    """Return the paths of values that stand on both sides and differ."""
    if isinstance(sent, Mapping):
        children = returned if isinstance(returned, Mapping) else {}
        lost = [name for name in sent if name in _MADE_OF and not children.get(name)]
        if "standalone_id" in sent and children.get("pouches"):
            lost.append("standalone_id")
        return [f"{path}.{name}" for name in lost] or [
            one
            for name, value in sent.items()
            for one in _unlike(value, children.get(name), f"{path}.{name}" if path else name)
        ]
    if isinstance(sent, list):
        return _unlike_lists(sent, returned, path) if isinstance(returned, list) else []
    if returned is None or isinstance(returned, Mapping | list):
        return []
    return [] if _folded(sent) == _folded(returned) else [path]


def _unlike_lists(sent: Sequence[object], returned: Sequence[object], path: str) -> list[str]:
    """Compare in any order: the API may give lines, pouches and contents back in another one."""
    if len(sent) != len(returned):
        return [path]
    odd, left = [], list(returned)
    for one in sorted(sent, key=_leaves, reverse=True):  # who says most finds its like first
        like = next((n for n, other in enumerate(left) if not _unlike(one, other, path)), None)
        if like is None:
            odd.append(one)
        else:
            del left[like]
    pairs = zip(odd, left, strict=True)
    return [differing for one, other in pairs for differing in _unlike(one, other, path)]


def _leaves(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) else 1


def _folded(value: object) -> str:
    return " ".join(str(value).casefold().split())


def _same_contents(request: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    sent, returned = _contents(request), _contents(order)
    if not any("standalone_id" in line for line in _items(order, _LINES)):
        # The contract does not promise that standalone lines come back with their product.
        sent = [content for content in sent if content[0] != "standalone"]
        if len(_items(request, _LINES)) != len(_items(order, _LINES)):
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
    for line in _items(document, _LINES):
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
