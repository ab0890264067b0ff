"""What the cells of an unknown column look like: evidence for a draft, and no proof."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from loader.core.cells import EMAIL_FORM, UUID_FORM
from schemas.pouch_orders import fold
from schemas.suggestions import COUNTRY_WORDS, TIME_WORDS

HOLDS_DATES = "holds dates, which no order has"
_MOST_OF = 0.8  # of the filled cells are evidence
_MOST_PILLS = 20  # of a product in a pouch; larger numbers are none of pills
_SMALL = r"[1-9][0-9]?(?:[.,]0+)?"
_DATE = r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"


def what_cells_hold(filled: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the columns that filled cells may be of, and what speaks for it in words."""
    if filled and all(map(matches(_DATE), filled)):
        return (), HOLDS_DATES
    for test, columns, why in (
        (matches(EMAIL_FORM), ("email", "order_email"), "holds e-mail addresses"),
        (matches(UUID_FORM), ("client_product_id", "consumer_id", "pack_id", "standalone_id"),
         "holds ids"),
        (lambda text: fold(text) in TIME_WORDS, ("time_of_administration",),
         "holds times of day"),
        (lambda text: fold(text) in COUNTRY_WORDS, ("country_name",),
         "holds countries"),
        (matches(r"\+?[0-9][0-9 ()/.-]{7,18}"), ("phone_number",), "holds telephone numbers"),
    ):  # fmt: skip
        if filled and sum(map(test, filled)) >= _MOST_OF * len(filled):
            return columns, why
    return (), "not known; decide: a column of ours, or ignore"


def matches(form: str) -> Callable[[str], bool]:
    """Return whether a text is of a form, as a function of the text."""
    return lambda text: re.fullmatch(form, text) is not None


def are_sizes(texts: Sequence[str]) -> bool:
    """Return whether texts look like numbers of pills, and not like running numbers."""
    filled = [text for text in texts if text]
    if len(filled) < max(1, _MOST_OF * len(texts)) or not all(map(matches(_SMALL), filled)):
        return False
    numbers = [int(re.split("[.,]", text)[0]) for text in filled]
    rising = len(numbers) > 2 and all(a < b for a, b in pairwise(numbers))
    return max(numbers) <= _MOST_PILLS and not rising
