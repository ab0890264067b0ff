"""The columns of the order template, in each layout, in the order in which people fill them in."""

from collections.abc import Iterator
from dataclasses import dataclass

from loader.core.template_wide import PLACES, TIMES, pack_header, product_header, size_header
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, FIELDS, KEY, RESOLVED
from schemas.vocabulary import Field

# What most orders need; all other columns follow.
_PERSON = (
    KEY, "action", "first_name", "last_name", "consumer_id", "email", "phone_number", "address1",
    "address2", "city", "province_name", "postal_code", "country_name",
)  # fmt: skip
_LONG = (
    *_PERSON, "product", "serving_size", "time_of_administration", "custom_label", "duration",
    "pack", "standalone", "quantity", "physician_name", "note",
)  # fmt: skip
_WIDE = (*_PERSON, "duration", "physician_name", "note")
_OF_THE_LINE = ("is_expedited", "is_priority_shipping", "is_priority_production")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the template: what it holds, and the header under which it stands.

    `time` is the time of administration that a place in wide layout belongs to, "" elsewhere.
    """

    field: Field
    header: str
    time: str = ""

    @property
    def needed(self) -> str:
        """When the column is needed, in words; a name is where the id that it becomes is."""
        becomes = RESOLVED.get(self.field.name)
        if self.time:
            return ""
        return self.field.needed or (BY_NAME[becomes[0]].needed if becomes else "")


def long_columns() -> list[Column]:
    """Return every declared column: one row is one product in one pouch."""
    place = {name: number for number, name in enumerate(_LONG)}
    fields = sorted(FIELDS, key=lambda field: place.get(field.name, len(_LONG)))
    return [Column(field, header_of(field)) for field in fields]


def wide_columns() -> list[Column]:
    """Return what an order of one row needs: the person, places for products, the rest."""
    rest = [
        field.name for field in FIELDS if field.level is Level.ORDER and field.name not in _WIDE
    ]
    before = [_plain(name) for name in _WIDE]
    after = [_plain(name) for name in (*_OF_THE_LINE, *rest)]
    return [*before, *(place for time in TIMES for place in _places(time)), *after]


def _places(time: str) -> Iterator[Column]:
    for number in PLACES:
        yield Column(BY_NAME["product"], product_header(time, number), time)
        yield Column(BY_NAME["serving_size"], size_header(time, number), time)
    yield Column(BY_NAME["pack"], pack_header(time), time)


def _plain(name: str) -> Column:
    return Column(BY_NAME[name], header_of(BY_NAME[name]))


def header_of(field: Field) -> str:
    """Return the header of a column: words that the loader reads as its name."""
    if field.name == KEY:
        return field.aliases[0]
    words = field.name.replace("_", " ")
    return words[0].upper() + words[1:]
