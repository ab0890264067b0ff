"""What passes between the stages: raw tables, orders, the catalogue, a run and its results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from loader.core.errors import Defect
from loader.core.findings import Finding
from loader.core.lifecycle import Operation
from loader.core.mapping import Profile

Rows = np.ndarray[Any, np.dtype[np.int64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


# ------------------------------------------------------------------ what a source hands over
class FactKind(StrEnum):
    """What the file format knows about a cell beyond its text."""

    NUMBER = "number"  # a number cell; its text is the shortest exact decimal, 30.0 → "30"
    ZEROS = "zeros"  # a number shown with leading zeros (format 00000); text has them: "02134"
    DIGITS_LOST = "digits-lost"  # more than 15 digits, or text such as 1.23E+11 in a number cell
    DATE = "date"  # a date or time cell; text is ISO 8601
    BOOLEAN = "boolean"  # TRUE/FALSE cell; text is "TRUE" or "FALSE"
    FORMULA = "formula"  # text is the value that the spreadsheet program computed last
    FORMULA_EMPTY = "formula-empty"  # no computed value stored: it looks blank, and is not
    ERROR = "error"  # #N/A, #REF! …; text is that word
    MERGED = "merged"  # the cell is part of a merged range
    TOO_LONG = "too-long"  # more than a cell may hold


@dataclass(frozen=True, slots=True)
class CellFact:
    """A fact about one cell: 0-based `position` of its row in the slice, 0-based `column`."""

    position: int
    column: int
    kind: FactKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row with another number of cells than the header: `found` instead of `expected`."""

    position: int
    found: int
    expected: int


@dataclass(frozen=True, slots=True)
class RawSlice:
    """A run of data rows as text, nothing judged yet.

    `cells` has one `str` column per header position (labels 0..n-1), "" for an empty cell, no
    missing values. `rows[i]` is the number that a spreadsheet program shows for `cells.iloc[i]`.
    Blank rows are left out. Rows that are too short are filled with "", rows that are too long
    are cut to n columns; both are listed in `ragged`. `hidden` are positions of hidden rows.
    """

    cells: pd.DataFrame
    rows: Rows
    facts: tuple[CellFact, ...] = ()
    ragged: tuple[RaggedRow, ...] = ()
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InputFile:
    """What was read, for the run document."""

    path: str
    sha256: str
    sheet: str | None
    encoding: str | None
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class RawTable:
    """An opened order file: its own headers, then its slices, each to be taken once, in order.

    `headers[i]` is the file's own text of column i (trimmed of nothing). `first_column` is the
    0-based sheet column of headers[0] (an empty leading column must not shift cell addresses).
    `findings` are file-wide notes and warnings (row None) already known at opening.
    """

    file: InputFile
    headers: tuple[str, ...]
    header_row: int
    slices: Iterator[RawSlice]
    first_column: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the person wants the file to be read; None means: settle it by evidence."""

    sheet: str | None = None
    encoding: str | None = None
    hidden_rows: str | None = None  # "read" | "skip" | None = refuse the file
    profile: Profile | None = None  # what the file's own headers and values mean

    @property
    def header_row(self) -> int:
        """The first row that may be the header; 1 where the profile names none."""
        return (self.profile.header_row if self.profile else None) or 1

    @property
    def skip_rows(self) -> frozenset[int]:
        """The rows that the profile leaves out."""
        return self.profile.skip_rows if self.profile else frozenset()


# ------------------------------------------------------------------ catalogue
@dataclass(frozen=True, slots=True)
class Item:
    """A product, pack or standalone product of the account's catalogue.

    `digest` is the SHA-256 of what matters of it to a plan (id, name, active, serving size).
    """

    id: str
    kind: str  # "product" | "pack" | "standalone"
    name: str
    sku: str = ""
    active: bool = True
    serving_size: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the account may order, by lower-case id; `fetched_at` in Unix seconds."""

    items: Mapping[str, Item] = field(default_factory=dict)
    fetched_at: float = 0.0

    def of_kind(self, kind: str) -> list[Item]:
        """Return the items of one kind."""
        return [item for item in self.items.values() if item.kind == kind]


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in, where: the first two parts of every key in the ledger.

    `environment` is "stage", "prod" or "sandbox:<identity>", never a host and port.
    `account` is the API's `client_id`.
    """

    environment: str
    account: str


# ------------------------------------------------------------------ orders
class Result(StrEnum):
    """The one word that every order ends in."""

    READY = "ready"
    TO_CORRECT = "to_correct"
    CREATED = "created"
    SKIPPED = "skipped"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    HELD = "held"
    UNHELD = "unheld"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    CONFLICT = "conflict"


class Action(StrEnum):
    """What a plan would do with an order."""

    CREATE = "create"
    SKIP = "skip"
    UPDATE = "update"
    CANCEL = "cancel"
    HOLD = "hold"
    UNHOLD = "unhold"
    NONE = "none"

    @property
    def operation(self) -> Operation | None:
        """The operation that carries it out; None where nothing is sent."""
        return None if self in (Action.SKIP, Action.NONE) else Operation(self.value)


@dataclass(slots=True, kw_only=True)
class Order:
    """An order as the files describe it, and what became of it.

    `body` is the canonical request (RFC 8785 bytes): the exact bytes that are sent, hashed and
    kept. It is None where the order cannot be built, and so is `pouches`, the number of pouches
    that it makes (pouches × days). `consumer_id` and `tracking` are as the ledger knows them.
    """

    key: str
    rows: tuple[int, ...]
    input: int = 0
    body: bytes | None = None
    pouches: int | None = None
    result: Result = Result.READY
    action: Action | None = None
    order_id: str | None = None
    order_name: str | None = None
    status: str | None = None
    attempts: int = 0
    error: dict[str, Any] | None = None
    consumer_id: str | None = None
    tracking: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class InputSummary:
    """One input of a run, with the number of data rows read from it."""

    file: InputFile
    rows: int


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of one command: all that its JSON document and its report are made from.

    `started_at` and `ended_at` are Unix seconds. `facts` tells how the run was made (versions,
    catalogue, ledger, options), as printable text by label. `product_names` holds the names of
    the products and packs that the run knows, by lower-case id. `mapping` is the path and the
    SHA-256 of the mapping profile, None where there is none.
    """

    command: str
    run_id: str
    env: str
    base_url: str | None
    started_at: float
    ended_at: float = 0.0
    account: Account | None = None
    inputs: list[InputSummary] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    product_names: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0
    stopped: str = ""  # why it stopped early, in words; "" where it did not
    mapping: dict[str, str] | None = None

    @property
    def signed_in(self) -> Account:
        """Whose orders these are; `Defect` where nobody signed in."""
        if self.account is None:
            raise Defect("A run without an account was to be compared or sent.")
        return self.account
