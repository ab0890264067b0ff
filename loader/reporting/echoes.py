"""Hiding the personal values of an order where a foreign message repeats them."""

import re
from collections.abc import Iterator
from typing import Any

from loader.core.privacy import Privacy, mask
from schemas.pouch_orders import PERSONAL_PATHS

_HIDDEN = "[hidden]"
# Texts about a person are hidden word by word, too: a message may repeat the surname only.
_WORDWISE = ("consumer.", "shipping_address.")
_SHORTEST_WORD = 3
# Shorter messages reach us whole: what the API says is cut at 500 characters.
_MAY_BE_CUT = 400


def without_echoes(text: str, request: dict[str, Any] | None, privacy: Privacy) -> str:
    """Return `text` with every personal value of its own `request` as the privacy allows it.

    Capitals and blanks are not compared, and a value within a longer word stays. Messages are
    cut at a length, so a value that the end of the text begins is hidden as well.
    """
    if privacy is Privacy.FULL or not request or not text:
        return text
    values = sorted(set(_personal(request, "")), key=len, reverse=True)
    whole = _hide_all(text, values, privacy)
    start = _cut_value(whole, values)
    return whole if start is None else whole[:start] + _HIDDEN


def _hide_all(text: str, values: list[str], privacy: Privacy) -> str:
    # Most values are not in the text at all, and to compile a pattern takes longer than to look.
    folded = _folded(text)
    inside = [words for words in map(str.split, values) if _folded(words[0]) in folded]
    if not inside:
        return text
    pattern = "|".join(r"\s+".join(map(re.escape, words)) for words in inside)

    def hide(found: re.Match[str]) -> str:
        return mask(found.group()) if privacy is Privacy.MASKED else _HIDDEN

    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", hide, text, flags=re.IGNORECASE)


def _folded(text: str) -> str:
    """Return a text such that all that `re.IGNORECASE` takes for alike is alike: İ is an i."""
    return text.casefold().replace("\u0307", "")


def _cut_value(text: str, values: list[str]) -> int | None:
    """Return where a value begins that the end of a long text cut off; None where none does."""
    if len(text) < _MAY_BE_CUT:
        return None
    lowered = text.lower()
    for value in map(str.lower, values):
        for size in range(len(value) - 1, _SHORTEST_WORD, -1):
            if lowered.endswith(value[:size]):
                return len(text) - size
    return None


def _personal(node: object, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _personal(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for value in node:
            yield from _personal(value, path)
    elif path in PERSONAL_PATHS and str(node).strip():
        text = str(node)
        yield text
        if path.startswith(_WORDWISE):
            yield from filter(_tells, re.split(r"\W+", text))
        if path.endswith("phone_number"):
            yield from _digits(text)


def _tells(word: str) -> bool:
    """Return whether a word alone says something: a house number does not, and is in many keys."""
    return len(word) >= _SHORTEST_WORD and not word.isdecimal()


def _digits(text: str) -> Iterator[str]:
    """Yield a telephone number as a message may repeat it: digits only, with and without +."""
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) > _SHORTEST_WORD:
        yield from (digits, f"+{digits}")
