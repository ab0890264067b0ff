"""What the report says of each order beyond its content: rows, number, message, its findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loader.core import payload
from loader.core.model import Action, Order, Result, Run
from loader.core.privacy import Privacy
from loader.reporting.echoes import without_echoes
from loader.reporting.finding_cards import Card
from loader.reporting.spans import spans
from loader.reporting.standing import Standing, standing, urgency

# What an error tells first, and how it is called.
_ERROR_LABELS = {
    "message": "Message", "details": "Details", "code": "Code", "http_status": "HTTP status",
}  # fmt: skip
_ACTIONS = {
    Action.CREATE: "Create",
    Action.SKIP: "Skip",
    Action.UPDATE: "Change",
    Action.CANCEL: "Cancel",
    Action.HOLD: "Put on hold",
    Action.UNHOLD: "Take off hold",
    Action.NONE: "Nothing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as a row of the report: text that may be shown, nothing that may not.

    `errors` are (label, text) of the last attempt. `cards` are the findings that keep it back,
    then the others. `index` is its place in the run.
    """

    index: int
    order: Order
    standing: Standing
    urgency: int
    rows: str
    action: str
    number: str
    status: str
    message: str
    errors: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]


def order_rows(run: Run, cards: list[Card], privacy: Privacy) -> list[OrderRow]:
    """Return a row for every order, in the order of the run."""
    cards_of: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        for key in card.orders:
            cards_of[key].append(card)
    return [
        _order_row(index, order, tuple(cards_of.get(order.key, ())), privacy)
        for index, order in enumerate(run.orders)
    ]


def _order_row(index: int, order: Order, cards: tuple[Card, ...], privacy: Privacy) -> OrderRow:
    errors = _errors(order, privacy)
    return OrderRow(
        index=index,
        order=order,
        standing=standing(order),
        urgency=urgency(order),
        rows=spans(order.rows),
        action=_ACTIONS[order.action] if order.action else "",
        number=order.order_name or "",
        status=order.status or "",
        message=_message(order, errors, cards),
        errors=errors,
        cards=cards,
    )


def request_of(order: Order) -> dict[str, Any] | None:
    """Return the request of an order; None where none was built or kept."""
    return None if order.body is None else payload.request_of(order.body)


def _errors(order: Order, privacy: Privacy) -> tuple[tuple[str, str], ...]:
    if not order.error:
        return ()
    request = None if privacy is Privacy.FULL else request_of(order)
    return tuple(
        (label, without_echoes(text, request, privacy)) for label, text in _lines(order.error)
    )


def _lines(error: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    known = {name: error[name] for name in _ERROR_LABELS if name in error}
    for name, value in {**known, **error}.items():
        label = _ERROR_LABELS.get(name, name.replace("_", " ").capitalize())
        for one in value if isinstance(value, (list, tuple)) else (value,):
            text = _text(one)
            if text:
                yield label, text


def _text(value: object) -> str:
    """Return a value of an error document as one line: a field and its message, or the value."""
    if isinstance(value, dict):
        return ": ".join(filter(None, map(_text, value.values())))
    if isinstance(value, (list, tuple)):
        return ": ".join(filter(None, map(_text, value)))
    return "" if value is None else str(value)


def _message(order: Order, errors: tuple[tuple[str, str], ...], cards: tuple[Card, ...]) -> str:
    told = dict(reversed(errors))
    if "Message" in told or "Code" in told:
        return told.get("Message") or told["Code"]
    holding = [card for card in cards if card.holds_back]
    if holding:
        more = f" (and {len(holding) - 1} more)" if len(holding) > 1 else ""
        return (holding[0].message or holding[0].title) + more
    if order.result is Result.TO_CORRECT:
        return "Kept back because of something beside it: see the findings."
    return ""
