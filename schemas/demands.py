"""What a rule can demand of rows, orders, lines and pouches: the kinds of demand, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Where in the tree of an order a value stands."""

    ORDER = "order"
    LINE = "line"
    POUCH = "pouch"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class NotTogether:
    """In one group of `level`, none of `others` may be filled where `field` is."""

    level: Level
    field: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """In one group of `level`, one of `others` must be filled where one of `when` is.

    With an empty `when` it must always be.
    """

    level: Level
    when: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowNeedsOne:
    """Every row names one of these."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowNotBoth:
    """No row fills both a field of the first and one of the second."""

    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneKind:
    """All rows of a line are of one kind: contents, packs or standalone products."""


@dataclass(frozen=True, slots=True)
class OneRow:
    """A standalone line is one row, and so is a pouch that is filled from a pack."""


@dataclass(frozen=True, slots=True)
class AllOrNone:
    """Within a group of `level`, every row that can has `field`, or none has."""

    level: Level
    field: str


@dataclass(frozen=True, slots=True)
class OneValue:
    """Every cell above content level has one value in its group, or is empty."""


@dataclass(frozen=True, slots=True)
class ClearPouch:
    """A row without a pouch name fits exactly one pouch of its line."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """A pouch has at most `limit` contents (`measure` "contents") or pills ("pills")."""

    measure: str
    limit: int


@dataclass(frozen=True, slots=True)
class DistinctContents:
    """A pouch names each product once."""


@dataclass(frozen=True, slots=True)
class DistinctRows:
    """No two rows of an order are exactly alike."""


@dataclass(frozen=True, slots=True)
class DistinctDoses:
    """The same person does not get the same contents under two keys."""


@dataclass(frozen=True, slots=True)
class CycleDays:
    """No day of a pouch's cycle lies after its end; `usual` days where no length is given."""

    usual: int


@dataclass(frozen=True, slots=True)
class DistinctKeys:
    """Keys that differ only in case do not stand beside each other."""


@dataclass(frozen=True, slots=True)
class DistinctLookUps:
    """No two orders would be looked up by the same id: their own, or the one made of the key."""


@dataclass(frozen=True, slots=True)
class DistinctNames:
    """Names that tell groups of one parent apart do so by more than capitals."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostalDigits:
    """A postal code has all the digits that codes of its country have."""


@dataclass(frozen=True, slots=True)
class PostalForm:
    """A postal code looks like those of its country."""


@dataclass(frozen=True, slots=True)
class Uses:
    """An id of `field` is in the catalogue, and it is active."""

    field: str
    kind: str


@dataclass(frozen=True, slots=True)
class UsualSize:
    """A serving size is at most `times` the product's own."""

    times: int


Demand = (
    NotTogether | Needs | RowNeedsOne | RowNotBoth | OneKind | OneRow | AllOrNone | OneValue
    | ClearPouch | AtMost | DistinctContents | DistinctRows | DistinctDoses | CycleDays
    | DistinctKeys | DistinctLookUps | DistinctNames | PostalDigits | PostalForm | Uses | UsualSize
)  # fmt: skip
