"""The wide template: the headers of its places for products, and what they mean when it comes back.

A file with its stamp needs no mapping profile: this is the one that it is read by.
"""

import re
from collections.abc import Iterator, Sequence

from loader.core.mapping import Profile, Slot
from loader.core.template_stamp import is_wide
from schemas.pouch_orders import BY_NAME, MAX_CONTENTS, fold

TIMES = tuple(BY_NAME["time_of_administration"].usual)
PLACES = range(1, MAX_CONTENTS + 1)


def product_header(time: str, number: int) -> str:
    """Return the header of a product's name."""
    return f"{time} product {number}"


def size_header(time: str, number: int) -> str:
    """Return the header of the size of the product of the same number."""
    return f"{time} size {number}"


def pack_header(time: str) -> str:
    """Return the header of a pack."""
    return f"{time} pack"


def wide_profile(headers: Sequence[str]) -> Profile | None:
    """Return what a file with these headers is read by; None unless it is a wide template.

    Places are known by their headers: a person may delete those that they do not use, and may add
    others after the same pattern.
    """
    if not any(map(is_wide, headers)):
        return None
    return Profile(
        path="wide template", sha256="", name="wide template", slots=tuple(_slots(headers))
    )


_PRODUCT = re.compile(rf"({'|'.join(map(fold, TIMES))})product([0-9]+)")


def _slots(headers: Sequence[str]) -> Iterator[Slot]:
    at = {fold(header): header for header in headers}
    for time in TIMES:
        if header := at.get(fold(pack_header(time))):
            yield _slot(time, {header: "pack"})
        for folded, header in at.items():
            match = _PRODUCT.fullmatch(folded)
            if match is None or match[1] != fold(time):
                continue
            size = at.get(fold(size_header(time, int(match[2]))))
            yield _slot(time, {header: "product"} | ({size: "serving_size"} if size else {}))


def _slot(time: str, columns: dict[str, str]) -> Slot:
    return Slot(
        shown=next(iter(columns)), columns=columns, constants={"time_of_administration": time}
    )
