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
    """In one group of `level`, one of `others` must be filled where `field` is (or always)."""

    level: Level
    field: str | None
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
    """All rows of a group of `level` are of one kind, told by which of `fields` is filled."""

    level: Level
    fields: tuple[tuple[str, ...], ...]


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
class Uses:
    """An id of `field` is in the catalogue, and it is active."""

    field: str
    kind: str


@dataclass(frozen=True, slots=True)
class UsualSize:
    """A serving size is at most `times` the product's own."""

    times: int


Demand = (
    NotTogether | Needs | RowNeedsOne | RowNotBoth | OneKind | AllOrNone | OneValue | ClearPouch
    | AtMost | DistinctContents | DistinctRows | DistinctDoses | CycleDays | DistinctKeys
    | Uses | UsualSize
)  # fmt: skip
