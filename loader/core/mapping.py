"""A mapping profile: what somebody's own spreadsheet means, as a person declared it.

Headers are kept as the profile spells them and compared folded, as all headers are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schemas.pouch_orders import fold

BATCH = "batch"  # the word in a key pattern that stands for --batch
_PART = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of a wide row that contents come from.

    `cell` is the header of a cell that names products by the grammar, "" where there is none;
    `columns` are headers whose cells hold one of our columns each; `constants` are what every
    content from here has besides. `shown` is the header that stands for the constants.
    """

    shown: str
    cell: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the cells that belong to the slot."""
        return (self.cell, *self.columns) if self.cell else tuple(self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a cell that names products is written: "2 x Zinc 15 mg; Iron 18 mg".

    `size` is `before` or `after` the name, or `none`; `words` may stand between the two.
    `column` is what a name is: `product` or `client_product_id`.
    """

    separator: str = ";"
    size: str = "before"
    words: tuple[str, ...] = ("x",)
    column: str = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit that is tighter than the API's; `characters` is for text, the others for numbers."""

    at_least: int | None = None
    at_most: int | None = None
    characters: int | None = None


Identity = tuple[str, ...]  # folded texts of the cells by which a row means a person


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom OK Capsule knows, by its id; "" where a workbook names two."""

    id: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A whole profile. `unconfirmed` names the lines that somebody still has to look at.

    `columns` is their header → our column, `values` our column → folded text → our text,
    `skip_rows` are row numbers as a spreadsheet program shows them, `batch` is the word of this
    run. `max_pouches` is the most pouches that an order may make. `results` are workbooks, beside
    the profile, of persons whom OK Capsule knows; a row means one by its cells under `match`.
    `people` is what they hold.
    """

    path: str
    sha256: str
    name: str = ""
    batch: str = ""
    sheet: str | None = None
    encoding: str | None = None
    hidden_rows: str | None = None
    header_row: int | None = None
    skip_rows: frozenset[int] = frozenset()
    decimal_sign: str = "."
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    key_pattern: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    grammar: Grammar = field(default_factory=Grammar)
    required: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    max_pouches: int | None = None
    accept: frozenset[str] = frozenset()
    unconfirmed: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    people: Mapping[Identity, Person] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """How reports name the profile: its own name, file, hash and batch."""
        name = f"{self.name}, " if self.name else ""
        batch = f", batch {self.batch}" if self.batch else ""
        return f"{name}{self.path} (sha256 {self.sha256[:16]}){batch}"

    @property
    def built_in(self) -> bool:
        """True for the profile of our own wide template, which nobody can edit."""
        return not self.sha256

    @property
    def wide(self) -> bool:
        """True where one row of the file holds several contents."""
        return bool(self.slots)

    @property
    def key_headers(self) -> tuple[str, ...]:
        """The headers that the key is made from by the pattern, in its order."""
        return tuple(word for literal, word in key_parts(self.key_pattern) if _is_header(word))

    @property
    def uses_batch(self) -> bool:
        """True where the key pattern names the batch."""
        return any(word == BATCH for _, word in key_parts(self.key_pattern))

    def headers(self) -> Iterator[str]:
        """Yield every header of theirs that becomes one of our columns, some more than once."""
        yield from self.columns
        yield from self.key_headers
        for slot in self.slots:
            yield from slot.headers

    def recognises(self, header: str) -> bool:
        """True where the profile speaks of this header."""
        folded = fold(header)
        return folded in self.ignored or any(
            folded == fold(one) for one in (*self.headers(), *self.match)
        )


def key_parts(pattern: str) -> list[tuple[str, str]]:
    """Return the pattern as (literal, word) pairs; a header, `batch`, or "" at the end."""
    pieces = [*_PART.split(pattern), ""]
    return [(pieces[n], pieces[n + 1]) for n in range(0, len(pieces) - 1, 2)]


def _is_header(word: str) -> bool:
    return bool(word) and word != BATCH
