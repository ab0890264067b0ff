"""Masking: names are health data here. Masked shows the shape of a value, never the value."""

import re
from enum import StrEnum
from typing import Any

from schemas.pouch_orders import PERSONAL_PATHS


class Privacy(StrEnum):
    """How much of a person a document shows."""

    MASKED = "masked"  # the shape: first character, then x for letters and 9 for digits
    FULL = "full"
    NONE = "none"  # personal values are left out


_SHOWN = 40


def mask(text: str) -> str:
    """Return the shape of `text`: its first character, then x per letter, 9 per digit.

    A wrong e-mail or phone number can still be recognised by its shape, a person cannot.
    """
    shape = "".join(_shape(character) for character in text[1:_SHOWN])
    return text[:1] + shape + ("…" if len(text) > _SHOWN else "")


def _shape(character: str) -> str:
    if character.isalpha():
        return "x"
    return "9" if character.isdigit() else character


def shown(text: str | None, *, personal: bool, privacy: Privacy) -> str | None:
    """Return a found value as the privacy allows it; None where it must be left out."""
    if text is None or not personal or privacy is Privacy.FULL:
        return text
    return mask(text) if privacy is Privacy.MASKED else None


def shown_request(request: dict[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Return a copy of a request body with its personal values as the privacy allows them."""
    if privacy is Privacy.FULL:
        return request
    return {name: value for name, value in _walk(request, "", privacy).items() if value is not None}


def _walk(node: dict[str, Any], path: str, privacy: Privacy) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in node.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            result[name] = _walk(value, here, privacy)
        elif isinstance(value, list):
            result[name] = [_walk(item, here, privacy) for item in value]
        elif here in PERSONAL_PATHS:
            if privacy is Privacy.MASKED:
                result[name] = mask(str(value))
        else:
            result[name] = value
    return result


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def printable(text: str, limit: int = 500) -> str:
    """Return foreign text made safe for a terminal: no control or direction characters."""
    return _CONTROLS.sub(" ", text)[:limit]
