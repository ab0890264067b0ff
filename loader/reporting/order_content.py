"""The tree of an order in words, packed: what repeats is kept once for all orders.

A line becomes [name, facts, pouch …], a pouch [time, facts, content, size, …]; the words are
places in `words`, the pouches places in `pouches`, the lines places in `lines`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from loader.core.model import Order
from loader.core.privacy import Privacy, shown_request
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
_NAMES = ("id", "first_name", "last_name")
_STREET = ("address1", "address2", "city", "province_name", "postal_code", "country_name")
_LABELS = {
    "note": "Note",
    "order_type": "Type",
    "source": "Source",
    "status": "Status asked for",
    "client_custom_order_id": "Look-up id",
}

Packed = list[Any]


@dataclass(slots=True)
class _Table:
    """Values kept once, with their places."""

    values: list[Any] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)
    size: int = 0

    def place(self, value: object) -> int:
        """Return the place of `value`; a new one is added at the end."""
        value = legible(value)
        known = orjson.dumps(value)
        if known not in self.places:
            self.places[known] = len(self.values)
            self.values.append(value)
            self.size += len(known) + 1
        return self.places[known]


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

    def pack(self, order: Order) -> Packed | None:
        """Return [[label, text, …], [line, …]] of an order; None where nothing of it is kept."""
        request = request_of(order)
        facts = [("OK Capsule’s id", order.order_id)] if order.order_id else []
        if request is None:
            return [self._flat(facts), []] if facts else None
        visible = shown_request(request, self.privacy)
        facts = [*_about(visible), *facts]
        return [
            self._flat(facts),
            [self.lines.place(self._line(line)) for line in visible.get("order_lines") or ()],
        ]

    def _flat(self, facts: list[tuple[str, str]]) -> Packed:
        return [part for label, text in facts for part in (self.words.place(label), legible(text))]

    def _line(self, line: dict[str, Any]) -> Packed:
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

    def _pouch(self, pouch: dict[str, Any]) -> Packed:
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


def _about(request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield who gets the order and what else is asked of it, label by label."""
    consumer, address = request.get("consumer") or {}, request.get("shipping_address") or {}
    contact = [consumer.get("email"), consumer.get("phone_number")]
    contact += [request.get("email"), request.get("phone_number")]
    for label, texts, joint in (
        ("For", (consumer.get(name) for name in _NAMES), " "),
        ("Contact", contact, ", "),
        ("Parcel to", (address.get("addressee"),), ""),
        ("Address", (address.get(name) for name in _STREET), ", "),
    ):
        text = joint.join(str(text) for text in texts if text)
        if text:
            yield label, text
    for name, label in _LABELS.items():
        value = request.get(name)
        if value and not (name == "client_custom_order_id" and value == request.get(KEY)):
            yield label, str(value)


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
