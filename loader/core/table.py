"""Checked rows with their groups: what rules are asked about and orders are built from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loader.core.group import Groups, filled, first_of, listed, numbered
from loader.core.model import Catalogue, Mask, Numbers
from loader.core.places import Places


def folded(text: object) -> str:
    """Return a text without case and with single spaces: how names are compared."""
    return " ".join(str(text).casefold().split())


@dataclass(frozen=True, slots=True)
class Table:
    """Checked rows with their groups: what rules are asked about.

    `items` is a number per product, pack or standalone product that a row sends, 0 for none.
    `told` has, per column, the cells in which an error was found already: what they were meant to
    hold is not known. `ragged` are rows whose cells may have slipped into other columns; all but
    their key is left out. `doubtful` are rows of orders whose key cannot be used: once it is
    mended they may belong to different orders.
    """

    frame: pd.DataFrame
    groups: Groups
    places: Places
    catalogue: Catalogue | None
    items: Numbers
    told: Mapping[str, Mask]
    ragged: Mask
    doubtful: Mask

    def given(self, *names: str) -> Mask:
        """Return where one of the columns holds a value, or was meant to hold one."""
        result = self.ragged.copy()
        for name in names:
            result |= filled(self.frame, name)
            if name in self.told:
                result |= self.told[name]
        return result

    def key_of(self, position: int) -> str:
        """Return the key of the order that a row belongs to."""
        return self.groups.keys[int(self.groups.order[position])]

    def numbers(self, name: str) -> Numbers:
        """Return a number per value, the same for texts that are equal when folded; 0 for none."""
        return _numbers(self.frame, name)

    def order_numbers(self, name: str) -> Numbers:
        """Return the number of an order-level value per order, that of its first filled row."""
        numbers = self.numbers(name)
        first = first_of(np.where(numbers > 0, self.groups.order, -1), len(self.groups.keys))
        return np.where(first >= 0, numbers[first], 0)


def items_of(frame: pd.DataFrame) -> Numbers:
    """Return a number per product, pack or standalone product that a row sends; 0 for none."""
    result = np.zeros(len(frame), dtype=np.int64)
    for name in ("client_product_id", "product", "pack_id", "pack", "standalone_id", "standalone"):
        numbers = _numbers(frame, name)
        free = (result == 0) & (numbers > 0)
        result[free] = numbers[free] + result.max(initial=0)
    return result


def _numbers(frame: pd.DataFrame, name: str) -> Numbers:
    result = np.zeros(len(frame), dtype=np.int64)
    present = filled(frame, name)
    if present.any():
        codes, distinct = listed(frame[name][present])
        alike = numbered(np.array([folded(value) for value in distinct], dtype=object))
        result[present] = alike[codes] + 1
    return result
