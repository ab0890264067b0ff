"""Orders as the API lists them, read for one question: does this one send the same to the same?

What the API returns is foreign: every part may be missing or of another type, and then says
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.pouch_orders import KEY

_LOOK_UP = "client_custom_order_id"
Content = tuple[str, str, int]  # kind, id, size; 0 where no size is given


@dataclass(frozen=True, slots=True)
class Seen:
    """An order that the API holds. `day` is its ISO date, `consumer` the id of its person."""

    key: str
    lookup_id: str
    number: str
    day: str
    status: str
    consumer: str
    names: tuple[str, str]
    contents: tuple[Content, ...]

    def is_for(self, consumer: str, names: tuple[str, str]) -> bool:
        """True where the order is for this person, by id where both have one, else by name."""
        if consumer and self.consumer:
            return _folded(consumer) == self.consumer
        return all(names) and (_folded(names[0]), _folded(names[1])) == self.names

    def sends(self, contents: tuple[Content, ...]) -> bool:
        """True where it sends the same: a size that one side does not say may be any."""
        return len(contents) == len(self.contents) and all(
            own[:2] == other[:2] and (own[2] == other[2] or 0 in (own[2], other[2]))
            for own, other in zip(contents, self.contents, strict=True)
        )


def seen(order: Mapping[str, Any]) -> Seen:
    """Return what a listed order says."""
    consumer = order.get("consumer")
    person: Mapping[str, Any] = consumer if isinstance(consumer, Mapping) else {}
    return Seen(
        key=_text(order.get(KEY)), lookup_id=_text(order.get(_LOOK_UP)),
        number=_text(order.get("name")), day=_text(order.get("created_at"))[:10],
        status=_text(order.get("status")), consumer=_folded(_text(person.get("id"))),
        names=(_folded(_text(person.get("first_name"))), _folded(_text(person.get("last_name")))),
        contents=contents_in(order),
    )  # fmt: skip


def contents_in(order: Mapping[str, Any]) -> tuple[Content, ...]:
    """Return what a request or a returned order contains, sorted."""
    return tuple(sorted(_contents(order)))


def _contents(order: Mapping[str, Any]) -> Iterator[Content]:
    for line in _items(order, "order_lines"):
        if standalone := _text(line.get("standalone_id")):
            yield "standalone", _folded(standalone), _size(line.get("quantity"))
        for pouch in _items(line, "pouches"):
            if pack := _text(pouch.get("pack_id")):
                yield "pack", _folded(pack), 0
                continue
            for content in _items(pouch, "contents"):
                product = _folded(_text(content.get("client_product_id")))
                yield "product", product, _size(content.get("serving_size"))


def _items(node: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    children = node.get(name)
    if not isinstance(children, list):
        return []
    return [child for child in children if isinstance(child, Mapping)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _size(value: object) -> int:
    return value if type(value) is int else 0
