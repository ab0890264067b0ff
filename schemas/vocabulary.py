"""What a declaration can say. A declaration checks itself when it is made.

`Field` declares a column, `Rule` something that holds across cells, `Code` the page that
explains a finding. Standard library only: everything else is derived from these.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from schemas.demands import Demand, Level

Row = Mapping[str, str]

# What the vendor's guides write before a field of that level.
DOTTED_PREFIX = {
    Level.ORDER: "order",
    Level.LINE: "order_line",
    Level.POUCH: "pouch",
    Level.CONTENT: "content",
}


class Kind(Enum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    INTEGER = "whole number"
    BOOLEAN = "yes/no"
    UUID = "UUID"
    EMAIL = "e-mail"
    CHOICE = "one of a list"
    CYCLE = "`daily` or day numbers joined by `;`"


class Severity(StrEnum):
    """How much a code weighs. The same words as in a finding."""

    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of an order file.

    `path` is the JSON path below the level's object, None where the column is not sent.
    `max_length` counts characters; `minimum`, `maximum` and `allowed_numbers` bound whole
    numbers; `choices` is the closed list of a CHOICE, `later` what will be of it and is refused by
    this version, by name; `usual` are values beside which others are
    a warning; `pattern` is a regular expression for the whole value, `pattern_words` says it in
    words. `prose` keeps line breaks inside, an `identifier` may hold nothing invisible.
    `personal` values are masked. `default` is what the API takes when the cell is empty; we
    never send it. `needed` says in words when it is needed, "" where it never is. `always` means
    that every group of its level needs it. `source` is the page that gives the limit.
    """

    name: str
    level: Level
    about: str
    kind: Kind = Kind.TEXT
    path: str | None = None
    aliases: Sequence[str] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    allowed_numbers: Sequence[int] = ()
    choices: Sequence[str] = ()
    later: Sequence[str] = ()
    usual: Sequence[str] = ()
    pattern: str | None = None
    pattern_words: str = ""
    prose: bool = False
    identifier: bool = False
    personal: bool = False
    default: str = ""
    needed: str = ""
    always: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"{self.name!r} is not a column name")
        numeric = (self.minimum, self.maximum, *self.allowed_numbers)
        if self.kind is not Kind.INTEGER and any(bound is not None for bound in numeric):
            raise ValueError(f"{self.name}: only whole numbers have bounds")
        if self.kind is Kind.INTEGER and self.minimum is None and not self.allowed_numbers:
            raise ValueError(f"{self.name}: a whole number needs bounds")
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"{self.name}: choices and a CHOICE go together")
        if self.always and not self.needed:
            raise ValueError(f"{self.name}: always needed, so say so in words")
        if (self.pattern is None) != (self.pattern_words == ""):
            raise ValueError(f"{self.name}: a pattern needs words, and words a pattern")

    @property
    def dotted(self) -> tuple[str, ...]:
        """The API paths by which a header may name this column."""
        if self.path is None:
            return ()
        prefixed = f"{DOTTED_PREFIX[self.level]}.{self.path}"
        return (prefixed, self.path) if "." in self.path else (prefixed,)

    @property
    def full_path(self) -> str | None:
        """The path from the request's root, as the privacy rules and the guides know it."""
        if self.path is None:
            return None
        return {
            Level.ORDER: "",
            Level.LINE: "order_lines.",
            Level.POUCH: "order_lines.pouches.",
            Level.CONTENT: "order_lines.pouches.contents.",
        }[self.level] + self.path

    @property
    def allowed(self) -> str:
        """What may stand in a cell, in words."""
        if self.kind is Kind.INTEGER:
            if self.allowed_numbers:
                *most, last = map(str, self.allowed_numbers)
                return f"{', '.join(most)} or {last}"
            if self.maximum is not None:
                return f"a whole number from {self.minimum} to {self.maximum}"
            return f"a whole number, {self.minimum} or more"
        words = {
            Kind.BOOLEAN: "yes or no",
            Kind.UUID: "an id such as 00000000-0000-4000-8000-000000000101",
            Kind.EMAIL: "an e-mail address such as name@example.com",
            Kind.CHOICE: " or ".join(self.choices),
            Kind.CYCLE: "daily, or day numbers such as 1;3;5, none above cycle_length",
        }.get(self.kind, "text")
        if self.pattern_words:
            words = self.pattern_words
        if self.usual:
            words += f", usually {', '.join(self.usual)}"
        return f"{words}, at most {self.max_length} characters" if self.max_length else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The page behind a finding's code: what it means, why it matters, what to do."""

    code: str
    severity: Severity
    title: str
    why: str
    fix: str

    def __post_init__(self) -> None:
        """Refuse a code that nobody could type or that explains nothing."""
        if not re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", self.code):
            raise ValueError(f"{self.code!r} is not a code")
        if not (self.title and self.why and self.fix):
            raise ValueError(f"{self.code}: says too little")


def page(code: str, severity: Severity, title: str, why: str, fix: str) -> Code:
    """Return the page of a code."""
    return Code(code=code, severity=severity, title=title, why=why, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that holds across cells, with rows that pass and rows that fail.

    `column` is where the finding is shown, "" where it is about the whole row. `message` may name
    {field}, {group}, {other}, {other_cell}, {other_row}, {other_order}, {count}, {limit}, {item}:
    never a personal value. `source` cites where the rule comes from.
    """

    code: str
    check: Demand
    severity: Severity
    column: str
    title: str
    message: str
    allowed: str
    why: str
    fix: str
    source: str
    passes: Sequence[Row]
    fails: Sequence[Row]

    @property
    def page(self) -> Code:
        """The page that explains this rule."""
        return Code(
            code=self.code, severity=self.severity, title=self.title, why=self.why, fix=self.fix
        )
