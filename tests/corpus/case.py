"""What a case is, what can come of it, and how the files of the cases are made."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from loader.core.findings import column_letters
from loader.core.model import ReadOptions
from tests.unit.sources.builders import csv_text, parts, row, sheet, text_cell, zipped

KEY = "source_client_order_id"
PRODUCT = "00000000-0000-4000-8000-000000000101"
OTHER_PRODUCT = "00000000-0000-4000-8000-000000000102"
SOUND: Mapping[str, str] = {
    KEY: "A-1",
    "first_name": "Ann",
    "last_name": "Lee",
    "address1": "1 Main Street",
    "city": "Boston",
    "postal_code": "02134",
    "country_name": "United States",
    "client_product_id": PRODUCT,
    "serving_size": "1",
}  # columns A to I; what a case adds stands from J on
AS_IT_STANDS = ReadOptions()

Told = Sequence[str]
Rows = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What must come of a file.

    `told` are all findings, each as `CODE place` (a cell, `row 3` or `file`), with words of its
    message behind a colon where they matter. `words` stand in the refusal of the whole file.
    `ready` are the orders that could be sent. `sent` are values of the first order's request by
    path, None for what is left out of it.
    """

    exit_code: int
    told: Told = ()
    words: Sequence[str] = ()
    rows: int = 0
    ready: Sequence[str] = ()
    sent: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file that somebody may hand over; `build` makes its bytes.

    `twin` makes those of a workbook with the same texts, which must be read alike.
    """

    name: str
    build: Callable[[], bytes]
    verdict: Verdict
    file: str = "orders.csv"
    options: ReadOptions = AS_IT_STANDS
    twin: Callable[[], bytes] | None = None


# ------------------------------------------------------------------ verdicts
def accepted(*told: str, rows: int = 1, ready: Sequence[str] = ("A-1",), **sent: object) -> Verdict:
    """All orders can be sent; `told` are warnings and notes. In paths, `__` stands for a dot."""
    return Verdict(exit_code=0, told=told, rows=rows, ready=ready, sent=_paths(sent))


def corrected(*told: str, rows: int = 1, ready: Sequence[str] = ()) -> Verdict:
    """Something must be corrected or confirmed; only `ready` can be sent."""
    return Verdict(exit_code=1, told=told, rows=rows, ready=ready)


def refused(*words: str) -> Verdict:
    """The file is refused as a whole, exit 3, in these words among others."""
    return Verdict(exit_code=3, words=words)


def _paths(sent: Mapping[str, object]) -> dict[str, object]:
    return {path.replace("__", "."): value for path, value in sent.items()}


# ------------------------------------------------------------------ tables
def orders(*changes: Mapping[str, str]) -> Rows:
    """Return a header and one sound row per mapping, changed as it says."""
    names = list(dict.fromkeys([*SOUND, *(name for change in changes for name in change)]))
    return [names, *([({**SOUND, **change}).get(n, "") for n in names] for change in changes)]


def as_csv(table: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    """Return the rows as CSV in UTF-8."""
    return csv_text(table, delimiter, end).encode()


def as_sheet(table: Sequence[Sequence[str]], top: int = 1, left: int = 0) -> str:
    """Return the rows as a sheet of texts; what XML cannot hold is escaped as Excel does."""
    return sheet(
        *(
            row(
                number,
                *(
                    text_cell(f"{column_letters(left + place)}{number}", stored(text))
                    for place, text in enumerate(texts)
                    if text
                ),
            )
            for number, texts in enumerate(table, top)
        )
    )


def as_xlsx(table: Sequence[Sequence[str]]) -> bytes:
    """Return the rows as a workbook with one sheet of texts."""
    return zipped(parts({"Orders": as_sheet(table)}))


def stored(text: str) -> str:
    """Return a text as Excel stores it: `_x0001_` for what XML cannot hold."""
    kept = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda sign: f"_x{ord(sign[0]):04X}_", kept)


# ------------------------------------------------------------------ cases
def in_csv(name: str, content: str | bytes, verdict: Verdict, **more: str) -> Case:
    """Return a case of these very bytes, or of this text in UTF-8; `more` are read options."""
    data = content if isinstance(content, bytes) else content.encode()
    return Case(
        name=name, build=lambda: data, verdict=verdict, file=more.pop("file", "orders.csv"),
        options=ReadOptions(**more),  # type: ignore[arg-type]  # the texts among them
    )  # fmt: skip


def in_xlsx(name: str, content: Mapping[str, str | bytes], verdict: Verdict, **more: str) -> Case:
    """Return a case of a workbook with these parts."""
    return Case(
        name=name, build=lambda: zipped(content), verdict=verdict,
        file=more.pop("file", "orders.xlsx"),
        options=ReadOptions(**more),  # type: ignore[arg-type]  # the texts among them
    )  # fmt: skip


def in_both(name: str, verdict: Verdict, *changes: Mapping[str, str]) -> list[Case]:
    """Return the case as CSV, with its twin: texts mean the same in a workbook."""
    table = orders(*changes)
    return [
        Case(name=name, build=lambda: as_csv(table), verdict=verdict, twin=lambda: as_xlsx(table))
    ]
