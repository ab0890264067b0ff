"""What is written about an outcome: for the ledger's journal, and with the order for people."""

import re
from collections.abc import Mapping
from typing import Any

from loader.ports import Reply

# The shape of "that number is taken" is not documented; these words are how APIs put it.
_EXISTS = re.compile(r"\b(already|duplicat\w*|unique|taken)\b", re.IGNORECASE)


def error_of(reply: Reply) -> dict[str, Any]:
    """Return what an order's error says in documents and reports."""
    return {
        "code": reply.code,
        "message": reply.message,
        "http_status": reply.http_status,
        "details": [{"field": field, "message": message} for field, message in reply.details],
    }


def our_error(code: str, message: str) -> dict[str, Any]:
    """Return an order's error that no reply stands behind."""
    return {"code": code, "message": message, "http_status": None, "details": []}


def found_there(differing: list[str]) -> str:
    """Return what a look-up that found an order proves, as a sentence for the ledger."""
    if not differing:
        return "Found by look-up, with the content that was sent."
    return f"The API holds another order under this number; it differs in: {', '.join(differing)}."


def text_in(order: Mapping[str, Any], name: str) -> str | None:
    """Return what the API wrote where text belongs; None for anything else."""
    value = order.get(name)
    return value if isinstance(value, str) else None


def says_it_exists(reply: Reply) -> bool:
    """Return whether a refusal says that the order is there: then nobody knows who made it."""
    words = (reply.code, reply.message, *(message for _, message in reply.details))
    return any(_EXISTS.search(text) for text in words)
