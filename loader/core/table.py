"""Checked rows with their groups: what rules are asked about and orders are built from."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loader.core.group import Groups, filled
from loader.core.model import Catalogue
from loader.core.places import Places


@dataclass(frozen=True, slots=True)
class Table:
    """Checked rows with their groups: what rules are asked about."""

    frame: pd.DataFrame
    groups: Groups
    places: Places
    catalogue: Catalogue | None
    taken: frozenset[tuple[int, str]] = field(default_factory=frozenset)  # cells told already

    def text(self, name: str) -> np.ndarray:
        """Return a column as folded text; "" everywhere if the file lacks it."""
        if name not in self.frame.columns:
            return np.full(len(self.frame), "", dtype=object)
        column = self.frame[name]
        if column.dtype != "str":
            return column.astype("str").fillna("").to_numpy(dtype=object)
        return column.str.lower().to_numpy(dtype=object)

    def order_values(self, name: str) -> np.ndarray:
        """Return the folded value of an order-level column per order; "" where it has none."""
        values = np.full(len(self.groups.keys), "", dtype=object)
        at = np.flatnonzero(filled(self.frame, name))[::-1]
        values[self.groups.order[at]] = [" ".join(text.split()) for text in self.text(name)[at]]
        return values
