"""Tables as text: what the file formats share between a file's cells and the raw table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loader.core.errors import HeaderBelow, InputError
from loader.core.findings import Finding, Severity, column_letters
from loader.core.model import CellFact, FactKind, RaggedRow, RawSlice
from loader.core.privacy import mask, printable
from loader.core.returned import is_ours
from schemas.codes import CODES

MAX_COLUMNS = 500
MAX_CELL = 32_767  # characters; what a cell of a spreadsheet may hold
SEARCHED_ROWS = 20  # rows in which a header below a title line is looked for
BATCH_ROWS = 500  # rows that are turned into columns at once
_DRAFT = "`order-loader map suggest FILE` drafts one."
MIN_HEADERS = 2  # known headers that make a row a header and not a coincidence

# The blanks of Unicode. The separators U+001C to U+001F count as blanks in Python alone.
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and not "\x1c" <= c <= "\x1f")

Recognise = Callable[[str], bool]
NumberedRow = tuple[int, Sequence[str]]


def is_blank(cells: Iterable[str]) -> bool:
    """True where no cell holds anything but blanks."""
    return not "".join(cells).strip(BLANKS)


def known_among(cells: Iterable[str], recognise: Recognise) -> int:
    """Return how many of the cells are known headers."""
    return sum(1 for cell in cells if cell.strip(BLANKS) and recognise(cell))


# ------------------------------------------------------------------ the header row
def refuse_unless_header(rows: Sequence[NumberedRow], recognise: Recognise, name: str) -> None:
    """Raise `InputError` where the first row is no header, naming the row that seems to be.

    `rows` are the first non-blank ones, at least one.
    """
    number, first = rows[0]
    known = known_among(first, recognise)
    if known >= MIN_HEADERS:
        return
    for later, cells in rows[1:]:
        if known_among(cells, recognise) >= MIN_HEADERS:
            raise HeaderBelow(
                f"The first filled row of {name} is row {number}; the header seems to be in row"
                f" {later}.",
                hint="Delete the rows above the header, so that it is the first filled row; or"
                f" write header_row = {later} under [file] of a mapping profile (--map). {_DRAFT}",
                row=later,
            )
    if not known:
        raise InputError(
            f"No known header stands in row {number} of {name}: {_shown_row(first)}.",
            hint="The first filled row must hold the column headers. `order-loader schema` lists"
            f" those that are known; a mapping profile (--map) can name your own. {_DRAFT}",
        )


def _shown_row(cells: Sequence[str]) -> str:
    """Return the row's words; only its shape where it may be data instead of headers."""
    filled = [cell.strip(BLANKS) for cell in cells if cell.strip(BLANKS)]
    letters_only = not any(c.isdigit() or c == "@" for cell in filled for c in cell)
    like_headers = letters_only and 1 < len(filled) == len(set(filled)) == len(cells)
    shown = [printable(cell if like_headers else mask(cell), 30) for cell in filled[:6]]
    return ", ".join(f'"{cell}"' for cell in shown) + (" …" if len(filled) > len(shown) else "")


def refuse_unfit_headers(headers: Sequence[str], row: int, first_column: int, name: str) -> None:
    """Raise `InputError` for the same header twice and for more than 500 columns."""
    if len(headers) > MAX_COLUMNS:
        raise InputError(
            f"{name} has {len(headers):,} columns; at most {MAX_COLUMNS} are read.",
            hint="Delete the columns that do not belong to the orders.",
        )
    seen: dict[str, int] = {}
    for position, header in enumerate(headers):
        folded = header.strip(BLANKS).casefold()
        before = seen.setdefault(folded, position)
        if folded and before != position:
            raise InputError(
                f'The header "{printable(header.strip(BLANKS), 60)}" stands twice in row {row} of'
                f" {name}: in columns {column_letters(first_column + before)} and"
                f" {column_letters(first_column + position)}.",
                hint="Rename or delete one of the two columns; nobody can say which one is meant.",
            )


def no_data_rows(name: str, row: int) -> InputError:
    """Return the error for a header with nothing below it."""
    return InputError(
        f"{name} has no data rows: nothing stands below the header in row {row}.",
        hint="Fill in the orders, one content per row, or choose the file or sheet that has them.",
    )


def note(code: str, message: str, *, sheet: str | None = None, cell: str | None = None) -> Finding:
    """Return a finding about the whole file, with the severity and help that are declared."""
    page = CODES[code]
    severity = Severity(page.severity.value)
    return Finding(
        code=code, severity=severity, message=message, sheet=sheet, cell=cell, help=page.fix
    )


def came_back(cells: Iterable[str]) -> bool:
    """True for the header of a file that we wrote: no rows of it are left out by their number."""
    return sum(map(is_ours, cells)) > 1


def skipped_rows(header_row: int, skipped: frozenset[int], sheet: str | None) -> list[Finding]:
    """Return the note about rows that a mapping profile leaves out, if it leaves out any."""
    parts = [f"row {row}" for row in sorted(skipped)]
    if header_row > 1:
        parts.insert(0, f"everything above row {header_row}")
    if not parts:
        return []
    message = f"Left out, as the profile says: {', '.join(parts)}."
    return [note("MAP-SKIPPED", message, sheet=sheet)]


def unnamed_column(column: int, row: int, sheet: str | None = None) -> Finding:
    """Return the warning about a column that holds text below an empty header."""
    letters = column_letters(column)
    message = f"Column {letters} has no header and holds values; it is not read."
    return note("FILE-UNNAMED-COLUMN", message, sheet=sheet, cell=f"{letters}{row}")


def open_elsewhere(path: Path) -> list[Finding]:
    """Return the warning about a file that is open in a spreadsheet program, by its lock."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    if not any(lock.exists() for lock in locks):
        return []
    message = f"{printable(path.name, 60)} seems to be open in a spreadsheet program."
    return [note("FILE-OPEN", message)]


def hidden_column(column: int, row: int, header: str, sheet: str) -> Finding:
    """Return the warning about a column that is read though nobody sees it."""
    letters = column_letters(column)
    message = f'Column {letters}, "{printable(header, 60)}", is hidden and is read like the others.'
    return note("FILE-HIDDEN-COLUMN", message, sheet=sheet, cell=f"{letters}{row}")


# ------------------------------------------------------------------ rows → slices
@dataclass(slots=True)
class SlicePile:
    """Rows on their way into a slice: added in small batches, each turned into columns at once.

    Small batches keep the number of live Python texts, and with it memory, low.
    """

    width: int
    rows: list[int] = field(default_factory=list)
    facts: list[CellFact] = field(default_factory=list)
    ragged: list[RaggedRow] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    _parts: list[list[pa.Array]] = field(default_factory=list)

    def add(self, numbers: Sequence[int], cells: Sequence[Sequence[str]]) -> None:
        """Add rows of at least `width` cells each."""
        if not numbers:
            return
        self.rows.extend(numbers)
        columns = zip(range(self.width), zip(*cells, strict=True), strict=False)
        self._parts.append([pa.array(column, type=pa.large_string()) for _, column in columns])

    def take(self) -> RawSlice:
        """Return what was added, which must be something, as a slice."""
        columns = [pa.concat_arrays(parts) for parts in zip(*self._parts, strict=True)]
        table = pa.table(columns, names=[str(position) for position in range(self.width)])
        cells: pd.DataFrame = table.to_pandas()
        cells.columns = pd.RangeIndex(self.width)
        return RawSlice(
            cells=cells,
            rows=np.array(self.rows, dtype=np.int64),
            facts=(*self.facts, *_too_long(columns)),
            ragged=tuple(self.ragged),
            hidden=tuple(self.hidden),
        )


def _too_long(columns: Sequence[pa.Array]) -> Iterator[CellFact]:
    for column, texts in enumerate(columns):
        # Bytes first: they are at least as many as characters, and known without counting.
        if pc.max(pc.binary_length(texts)).as_py() <= MAX_CELL:
            continue
        lengths = pc.utf8_length(texts)
        for position in pc.indices_nonzero(pc.greater(lengths, MAX_CELL)).to_pylist():
            detail = f"{lengths[position].as_py():,} characters"
            yield CellFact(position, column, FactKind.TOO_LONG, detail)
