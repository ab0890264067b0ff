"""Where the table stands on a sheet: header row, columns, and rows that cannot be seen."""

from dataclasses import dataclass

from loader.core.errors import InputError
from loader.core.findings import Finding
from loader.core.model import FactKind
from loader.core.returned import is_ours
from loader.sources.excel_rows import SheetRows
from loader.sources.table import (
    BLANKS,
    SEARCHED_ROWS,
    Recognise,
    hidden_column,
    refuse_unfit_headers,
    refuse_unless_header,
    unnamed_column,
)

_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The table's header and columns: `width` columns from position `begin` of each row.

    `first_column` is the 0-based column of the sheet at that position.
    """

    header_row: int
    headers: tuple[str, ...]
    begin: int
    first_column: int
    findings: tuple[Finding, ...]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.headers)


def settle_layout(rows: SheetRows, recognise: Recognise, hidden_rows: str | None) -> Layout:
    """Return the layout of a sheet with data.

    Raises `InputError` where the first filled row is no header, for headers that cannot be told
    apart, and for hidden rows with data while `hidden_rows` does not say what to do with them.
    """
    first = rows.first(SEARCHED_ROWS)
    if not first:
        raise InputError(
            f"{rows.where} holds blanks only.", hint="Choose the file or sheet with the orders."
        )
    refuse_unless_header(first, recognise, rows.where)
    header_row, header = first[0]
    unnamed = {at for at, text in enumerate(header) if not text.strip(BLANKS)}
    unseen = {row for row in rows.scan.hidden if row > header_row and hidden_rows is None}
    filled, unseen = _survey(rows, header_row, unnamed, unseen)
    if unseen:
        raise _hidden(rows, sorted(unseen))
    named = [at for at in range(len(header)) if at not in unnamed or at in filled]
    begin, end, left = named[0], named[-1] + 1, rows.scan.left
    headers = tuple(text if text.strip(BLANKS) else "" for text in header[begin:end])
    refuse_unfit_headers(headers, header_row, left + begin, rows.where)
    sheet = rows.sheet.name
    findings = [unnamed_column(left + at, header_row, sheet) for at in sorted(filled)]
    findings += [
        hidden_column(at, header_row, text, sheet)
        for at, text in enumerate(headers, left + begin)
        if text and not is_ours(text) and rows.scan.hides(at)
    ]
    return Layout(header_row, headers, begin, left + begin, tuple(findings))


def _survey(
    rows: SheetRows, header_row: int, unnamed: set[int], hidden: set[int]
) -> tuple[set[int], set[int]]:
    """Return which unnamed columns hold something below the header, and which hidden rows do."""
    filled: set[int] = set()
    told: set[int] = set()
    left = rows.scan.left
    if not unnamed and not hidden:
        return filled, told
    for row in rows:
        if row.number <= header_row:
            continue
        filled.update(at for at in unnamed if row.texts[at].strip(BLANKS))
        filled.update(
            column - left
            for column, kind, _ in row.facts
            if column - left in unnamed and kind is FactKind.FORMULA_EMPTY
        )
        if row.number in hidden:
            told.add(row.number)
    return filled, told


def _hidden(rows: SheetRows, hidden: list[int]) -> InputError:
    named = ", ".join(str(row) for row in hidden[:_ROWS_NAMED])
    more = f" and {len(hidden) - _ROWS_NAMED:,} more" if len(hidden) > _ROWS_NAMED else ""
    which = f"row {named} is" if len(hidden) == 1 else f"rows {named}{more} are"
    return InputError(
        f"{rows.where} has data in rows that cannot be seen: {which} hidden or filtered out.",
        hint="Say what is meant: --hidden-rows read orders them too, --hidden-rows skip leaves them"
        " out. Or remove the filter, show all rows, and save the file.",
    )
