"""Masking: names are health data here. Masked shows the shape of a value, never the value."""

import re
import string
from enum import StrEnum
from typing import Any

from schemas.pouch_orders import PERSONAL_PATHS


class Privacy(StrEnum):
    """How much of a person a document shows."""

    MASKED = "masked"  # the shape: first character, then x for letters and 9 for digits
    FULL = "full"
    NONE = "none"  # personal values are left out


_SHOWN = 40
_SIGNS = frozenset(string.punctuation + " \t\r\n")


def mask(text: str) -> str:
    """Return the shape of `text`: its first character, then x per letter, 9 per digit.

    A wrong e-mail or phone number can still be recognised by its shape, a person cannot. Where
    the first character would be all that there is to hide, it is hidden as well.
    """
    rest = "".join(map(_shape, text[1:_SHOWN]))
    first = text[:1] if any(map(_hidden, text[1:])) else "".join(map(_shape, text[:1]))
    return first + rest + ("…" if len(text) > _SHOWN else "")


def _hidden(character: str) -> bool:
    return character not in _SIGNS


def _shape(character: str) -> str:
    if not _hidden(character):
        return character
    return "9" if character.isdigit() else "x"


def shown(text: str | None, *, personal: bool, privacy: Privacy) -> str | None:
    """Return a found value as the privacy allows it; None where it must be left out."""
    if text is None or not personal or privacy is Privacy.FULL:
        return text
    return mask(text) if privacy is Privacy.MASKED else None


def shown_request(request: dict[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Return a copy of a request body with its personal values as the privacy allows them."""
    return request if privacy is Privacy.FULL else _walk(request, "", privacy)


def _walk(node: dict[str, Any], path: str, privacy: Privacy) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in node.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            result[name] = _walk(value, here, privacy)
        elif isinstance(value, list):
            result[name] = [_walk(item, here, privacy) for item in value]
        elif here not in PERSONAL_PATHS:
            result[name] = value
        elif privacy is Privacy.MASKED:
            result[name] = mask(str(value))
    return result


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def printable(text: str, limit: int = 500) -> str:
    """Return foreign text made safe for a terminal: no control or direction characters."""
    return _CONTROLS.sub(" ", text)[:limit]
