"""The tree of an order in words, packed: what repeats is kept once for all orders.

An order becomes whole numbers: the places of its lines in `lines`, then facts about it, each a
negative number (-1 is the first of `LABELS`) and the places of its parts in `words`. Names and
addresses are kept part by part, because masked parts repeat. A line is [name, facts, pouch …], a
pouch [time, facts, content, size, …], with the places of words and pouches.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from loader.core.model import Order
from loader.core.privacy import Privacy, shown_request
from loader.core.summary import needs_person
from loader.reporting.legible import legible
from loader.reporting.order_rows import request_of
from schemas.pouch_orders import KEY

_TIMES = {"Morning": 0, "Midday": 1, "Evening": 2}
_FLAGS = {
    "is_expedited": "expedited",
    "is_priority_shipping": "priority shipping",
    "is_priority_production": "priority production",
    "is_deleted": "to be removed",
}
# What is told of an order beside its tree, and what joins the parts.
LABELS = (
    ("For", " "), ("Contact", ", "), ("Parcel to", ""), ("Address", ", "), ("Note", ""),
    ("Type", ""), ("Source", ""), ("Status asked for", ""), ("Look-up id", ""),
    ("OK Capsule’s id", ""),
)  # fmt: skip
_NAMES = ("id", "first_name", "last_name")
_STREET = ("address1", "address2", "city", "province_name", "postal_code", "country_name")

Packed = list[int]


@dataclass(slots=True)
class _Table:
    """Values kept once, with their places."""

    values: list[Any] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)
    size: int = 0

    def place(self, value: object) -> int:
        """Return the place of `value`; a new one is added at the end."""
        known = tuple(value) if isinstance(value, list) else value
        place = self.places.get(known)
        if place is None:
            place = self.places[known] = len(self.values)
            self.values.append(legible(value))
            self.size += len(orjson.dumps(self.values[-1])) + 1
        return place


@dataclass(slots=True)
class ContentTables:
    """The words, pouches and lines that the packed orders refer to."""

    privacy: Privacy
    product_names: dict[str, str]
    words: _Table = field(default_factory=_Table)
    pouches: _Table = field(default_factory=_Table)
    lines: _Table = field(default_factory=_Table)

    @property
    def size(self) -> int:
        """Bytes of the tables as JSON."""
        return self.words.size + self.pouches.size + self.lines.size

    def pack(self, order: Order) -> Packed:
        """Return what is kept of an order; nothing where that is nothing."""
        request = request_of(order)
        visible = {} if request is None else shown_request(request, self.privacy)
        lines = visible.get("order_lines") or ()
        packed = [self.lines.place(self._line(line)) for line in lines]
        for place, parts in enumerate(_about(visible, order)):
            texts = [str(part) for part in parts if part]
            if texts:
                packed += [-1 - place, *map(self.words.place, texts)]
        return packed

    def _line(self, line: dict[str, Any]) -> list[int]:
        pouches = sorted(line.get("pouches") or (), key=_time_of_day)
        facts = list(_line_facts(line))
        if line.get("standalone_id"):
            name = self._name(line["standalone_id"])
            facts.insert(0, f"{line.get('quantity') or 1} × {name}")
        return [
            self.words.place(line.get("name") or ""),
            self.words.place(" · ".join(facts)),
            *(self.pouches.place(self._pouch(pouch)) for pouch in pouches),
        ]

    def _pouch(self, pouch: dict[str, Any]) -> list[int]:
        contents: list[tuple[str, int]] = [
            (self._name(content.get("client_product_id")), content.get("serving_size") or 0)
            for content in pouch.get("contents") or ()
        ]
        if pouch.get("pack_id"):
            contents.append((f"Pack: {self._name(pouch['pack_id'])}", 0))
        return [
            self.words.place(pouch.get("time_of_administration") or ""),
            self.words.place(" · ".join(_pouch_facts(pouch))),
            *(part for name, size in contents for part in (self.words.place(name), size)),
        ]

    def _name(self, item: object) -> str:
        return self.product_names.get(str(item).lower()) or str(item)


def _about(request: dict[str, Any], order: Order) -> Iterator[tuple[object, ...]]:
    """Yield the parts of each of the `LABELS`, in their order."""
    consumer, address = request.get("consumer") or {}, request.get("shipping_address") or {}
    yield tuple(consumer.get(name) for name in _NAMES)
    yield (consumer.get("email"), consumer.get("phone_number"),
           request.get("email"), request.get("phone_number"))  # fmt: skip
    yield (address.get("addressee"),)
    yield tuple(address.get(name) for name in _STREET)
    for name in ("note", "order_type", "source", "status"):
        yield (request.get(name),)
    look_up = request.get("client_custom_order_id")
    yield (look_up if look_up != request.get(KEY) else None,)
    # The order number is enough for an order that came out well, and an id takes much room.
    yield (order.order_id if needs_person(order) or not order.order_name else None,)


def _time_of_day(pouch: dict[str, Any]) -> int:
    return _TIMES.get(pouch.get("time_of_administration") or "", len(_TIMES))


def _line_facts(line: dict[str, Any]) -> Iterator[str]:
    if line.get("duration"):
        yield f"{line['duration']} days" if line["duration"] != 1 else "1 day"
    yield from (words for name, words in _FLAGS.items() if line.get(name))
    if line.get("physician_name"):
        yield f"by {line['physician_name']}"
    if line.get("lot_information"):
        yield f"lot {line['lot_information']}"
    if line.get("client_custom_order_line_id"):
        yield f"your line {line['client_custom_order_line_id']}"


def _pouch_facts(pouch: dict[str, Any]) -> Iterator[str]:
    if pouch.get("custom_label"):
        yield f"label “{pouch['custom_label']}”"
    cycle, length = pouch.get("cycle"), pouch.get("cycle_length")
    if cycle and cycle != "daily":
        yield f"days {cycle}" + (f" of {length}" if length else "")
    elif cycle or length:
        yield "daily" + (f", cycle of {length} days" if length else "")
    if pouch.get("is_deleted"):
        yield "to be removed"
