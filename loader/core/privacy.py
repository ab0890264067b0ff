"""Masking: names are health data here. Masked shows the shape of a value, never the value."""

import re
import string
from collections.abc import Iterable
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
_HIDDEN = re.compile(f"[^{re.escape(string.punctuation)} \t\r\n]")


class _Shapes(dict[int, str]):
    """The shape of every character that was met, by its code point, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        known = "9" if character.isdigit() else "x"
        return self.setdefault(code, character if character in _SIGNS else known)


_SHAPES = _Shapes()


def mask(text: str) -> str:
    """Return the shape of `text`: its first character, then x per letter, 9 per digit.

    A wrong e-mail or phone number can still be recognised by its shape, a person cannot. Where
    the first character would be all that there is to hide, it is hidden as well.
    """
    shape = text[:_SHOWN].translate(_SHAPES)
    if _HIDDEN.search(text, 1):
        shape = text[0] + shape[1:]
    return shape if len(text) <= _SHOWN else f"{shape}…"


def shown(text: str | None, *, personal: bool, privacy: Privacy) -> str | None:
    """Return a found value as the privacy allows it; None where it must be left out."""
    if text is None or not personal or privacy is Privacy.FULL:
        return text
    return mask(text) if privacy is Privacy.MASKED else None


Tree = dict[str, "Tree"]


def _tree(paths: Iterable[str]) -> Tree:
    """Return the dotted paths as a tree; a leaf is empty."""
    root: Tree = {}
    for path in paths:
        node = root
        for name in path.split("."):
            node = node.setdefault(name, {})
    return root


_PERSONAL = _tree(PERSONAL_PATHS)


def shown_request(request: dict[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Return a request body with its personal values as the privacy allows them.

    Parts without any are those of the request itself, not copies.
    """
    return request if privacy is Privacy.FULL else _walk(request, _PERSONAL, privacy)


def _walk(node: dict[str, Any], personal: Tree, privacy: Privacy) -> dict[str, Any]:
    if personal.keys().isdisjoint(node):
        return node
    result: dict[str, Any] = {}
    for name, value in node.items():
        inner = personal.get(name)
        if inner is None:
            result[name] = value
        elif inner and isinstance(value, dict):
            result[name] = _walk(value, inner, privacy)
        elif inner and isinstance(value, list):
            result[name] = [_walk(item, inner, privacy) for item in value]
        elif privacy is Privacy.MASKED:
            result[name] = mask(str(value))
    return result


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


_JOINERS = "\u200c\u200d"  # between letters of Persian names and within emoji; they do no harm


def printable(text: str, limit: int = 500) -> str:
    """Return foreign text made safe for a terminal: nothing that steers it, nothing unseen."""
    text = _CONTROLS.sub(" ", text)[:limit]
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS else "\ufffd" for c in text)
