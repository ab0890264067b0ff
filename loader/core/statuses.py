"""What a status that the API gives an order means for another order in its place.

Sources: the order lifecycle guide and the contract's list; the set is open, so that a status that
is not known here counts as one of an order that stands.
"""

_ENDED = frozenset({"voided", "replaced"})
_WAITS_FOR_CHANGES = "needs changes"


def is_cancelled(status: str | None) -> bool:
    """True where the order was cancelled, by whomever."""
    return (status or "").casefold().startswith("cancel")


def comes_to_nothing(status: str | None) -> bool:
    """True where no box comes of the order any more."""
    return is_cancelled(status) or (status or "").casefold() in _ENDED


def may_be_replaced(status: str | None) -> bool:
    """True where another order may take the place of this one without a second box."""
    return comes_to_nothing(status) or (status or "").casefold() == _WAITS_FOR_CHANGES
