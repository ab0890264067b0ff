"""Where an order stands, in a reader's words: label, sign, tone, and how a sentence counts it."""

from collections import Counter
from dataclasses import dataclass

from loader.core.model import Action, Order, Result, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One way in which an order ends, as tiles, filters and sentences name it.

    `one` and `many` follow a number of `subject`s ("3" + " must be corrected"). `tone` is `good`,
    `calm` (nothing to do), `wait`, `act` or `danger`; `sign` repeats it for eyes that see no
    colour.
    """

    name: str
    label: str
    one: str
    many: str
    tone: str
    sign: str
    subject: str = "order"


def _standing(name: str, label: str, one: str, many: str, tone: str) -> Standing:
    return Standing(name=name, label=label, one=one, many=many, tone=tone, sign=_SIGNS[tone])


_SIGNS = {"good": "✓", "calm": "–", "wait": "…", "act": "!", "danger": "?"}

_RESULTS: dict[Result, Standing] = {
    Result.READY: _standing("ready", "Ready", "is ready", "are ready", "good"),
    Result.CREATED: _standing("created", "Created", "was created", "were created", "good"),
    Result.UPDATED: _standing("updated", "Changed", "was changed", "were changed", "good"),
    Result.CANCELLED: _standing(
        "cancelled", "Cancelled", "was cancelled", "were cancelled", "good"
    ),
    Result.HELD: _standing("held", "On hold", "was put on hold", "were put on hold", "good"),
    Result.UNHELD: _standing(
        "unheld", "Off hold", "was taken off hold", "were taken off hold", "good"
    ),
    Result.SKIPPED: _standing(
        "skipped", "Skipped", "was skipped: done before", "were skipped: done before", "calm"
    ),
    Result.UNKNOWN: Standing(
        name="unknown", label="Unknown", one="is unknown", many="are unknown", tone="danger",
        sign="?", subject="outcome",
    ),
    Result.CONFLICT: Standing(
        name="conflict", label="Conflict", one="conflicts with what OK Capsule holds",
        many="conflict with what OK Capsule holds", tone="danger", sign="≠",
    ),
    Result.REFUSED: Standing(
        name="refused", label="Refused", one="was refused by OK Capsule",
        many="were refused by OK Capsule", tone="danger", sign="✕",
    ),
    Result.TO_CORRECT: _standing(
        "to_correct", "To correct", "must be corrected", "must be corrected", "act"
    ),
    Result.DEFERRED: _standing(
        "deferred", "Waiting", "is waiting to be sent", "are waiting to be sent", "wait"
    ),
    Result.NOT_SENT: _standing("not_sent", "Not sent", "was not sent", "were not sent", "wait"),
}  # fmt: skip
_PLANNED: dict[Action, Standing] = {
    Action.CREATE: _standing(
        "create", "To be created", "would be created", "would be created", "good"
    ),
    Action.UPDATE: _standing(
        "update", "To be changed", "would be changed", "would be changed", "good"
    ),
    Action.CANCEL: _standing(
        "cancel", "To be cancelled", "would be cancelled", "would be cancelled", "good"
    ),
    Action.HOLD: _standing(
        "hold", "To be held", "would be put on hold", "would be put on hold", "good"
    ),
    Action.UNHOLD: _standing(
        "unhold", "To be released", "would be taken off hold", "would be taken off hold", "good"
    ),
    Action.SKIP: _standing(
        "skip", "To be skipped", "would be skipped: done before", "would be skipped: done before",
        "calm",
    ),
    Action.NONE: _standing("none", "Nothing to send", "needs nothing", "need nothing", "calm"),
}  # fmt: skip

# The order in which tiles, the bar and the filter name them: done, then what needs a person, the
# most pressing last.
_SHOWN = (
    *(standing for action, standing in _PLANNED.items() if action is not Action.NONE),
    *(_RESULTS[result] for result in Result if _RESULTS[result].tone == "good"),
    _PLANNED[Action.NONE], _RESULTS[Result.SKIPPED], _RESULTS[Result.NOT_SENT],
    _RESULTS[Result.DEFERRED], _RESULTS[Result.TO_CORRECT], _RESULTS[Result.REFUSED],
    _RESULTS[Result.CONFLICT], _RESULTS[Result.UNKNOWN],
)  # fmt: skip
# The order in which a person should look at them.
_URGENCY = {
    name: rank
    for rank, name in enumerate(
        ("unknown", "conflict", "refused", "to_correct", "deferred", "not_sent")
    )
}


def standing(order: Order) -> Standing:
    """Return where the order stands: its result, or what a plan would do with a ready one."""
    if order.result is Result.READY and order.action is not None:
        return _PLANNED[order.action]
    return _RESULTS[order.result]


def urgency(order: Order) -> int:
    """Return 0 for what a person should look at first; what needs nobody shares the last rank."""
    return _URGENCY.get(standing(order).name, len(_URGENCY))


def counted(run: Run) -> list[tuple[Standing, int]]:
    """Return every standing that occurs, with its orders, in the order of display."""
    counts = Counter(standing(order).name for order in run.orders)
    return [(one, counts[one.name]) for one in _SHOWN if counts[one.name]]
