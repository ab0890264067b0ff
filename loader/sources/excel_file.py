"""XLSX order files: sheet and header by evidence, cells as text with the facts beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from loader.core.errors import InputError
from loader.core.findings import Finding
from loader.core.model import CellFact, InputFile, RawSlice, RawTable, ReadOptions
from loader.core.privacy import printable
from loader.sources.excel_container import checked_archive, damage_is_refused
from loader.sources.excel_layout import Layout, settle_layout
from loader.sources.excel_rows import SheetRow, SheetRows
from loader.sources.excel_sheet import collector_off
from loader.sources.excel_workbook import Sheet, Workbook, open_workbook
from loader.sources.file_bytes import read_whole
from loader.sources.table import (
    BATCH_ROWS,
    MIN_HEADERS,
    Recognise,
    SlicePile,
    came_back,
    known_among,
    no_data_rows,
    note,
    open_elsewhere,
    skipped_rows,
)


@dataclass(frozen=True, slots=True)
class ExcelSource:
    """Source of .xlsx workbooks; `recognise` tells whether the text of a header is known.

    Slices have about `slice_rows` rows.
    """

    recognise: Recognise
    slice_rows: int = 50_000

    def open(self, path: Path, options: ReadOptions) -> RawTable:
        """Return the table; raises `InputError` for a file that cannot be read as a whole."""
        whole = read_whole(path)
        with damage_is_refused(whole.name):
            workbook = open_workbook(whole, checked_archive(whole))
            rows = self._choose(workbook, options)
            layout = settle_layout(rows, self.recognise, options.hidden_rows)
        hidden = frozenset(rows.scan.hidden if options.hidden_rows == "skip" else ())
        slices = _slices(rows, layout, hidden, self.slice_rows)
        first = next(slices, None)
        if first is None:
            raise no_data_rows(rows.where, layout.header_row)
        unseen = [_not_read(sheet) for sheet in workbook.sheets if not sheet.visible]
        return RawTable(
            file=InputFile(str(path), whole.sha256, rows.sheet.name, None, None),
            headers=layout.headers,
            header_row=layout.header_row,
            slices=chain([first], slices),
            first_column=layout.first_column,
            findings=(
                *open_elsewhere(path),
                *layout.findings,
                *unseen,
                *skipped_rows(rows.header_row, rows.skip_rows, rows.sheet.name),
            ),
        )  # fmt: skip

    # -------------------------------------------------------------- the sheet
    def _choose(self, workbook: Workbook, options: ReadOptions) -> SheetRows:
        """Return the named sheet, else the only visible one with data or with known headers."""
        wanted = options.sheet
        visible = [sheet for sheet in workbook.sheets if sheet.visible]
        if wanted is not None:
            named = next((sheet for sheet in workbook.sheets if sheet.name == wanted), None)
            if named is None or not named.visible:
                raise _no_such_sheet(workbook, wanted, hidden=named is not None)
            visible = [named]
        scanned = [_scanned(workbook, sheet, options) for sheet in visible]
        filled = [rows for rows in scanned if rows.scan.last_row]
        if not filled:
            raise InputError(
                f"{workbook.name} is empty: {_listed(visible)} no filled cell.",
                hint="Choose the file that holds the orders. Hidden sheets are never read: unhide"
                " the one that is meant.",
            )
        if len(filled) == 1:
            return filled[0]
        known = [rows for rows in filled if self._has_header(rows)]
        if len(known) != 1:
            raise InputError(
                f"{workbook.name} has {len(filled)} sheets with data:"
                f" {_names([rows.sheet for rows in filled])}. Nobody can say which one holds the"
                " orders.",
                hint=f'Name it, such as --sheet "{printable(filled[0].sheet.name, 60)}".',
            )
        return known[0]

    def _has_header(self, rows: SheetRows) -> bool:
        first = next(iter(rows.first(1)), None)
        return first is not None and known_among(first[1], self.recognise) >= MIN_HEADERS


def _scanned(workbook: Workbook, sheet: Sheet, options: ReadOptions) -> SheetRows:
    """Return the rows of a sheet without those that a mapping profile leaves out."""
    rows = SheetRows(workbook.name, sheet, workbook.read(sheet))
    if options.header_row == 1 and not options.skip_rows:
        return rows
    first = next(iter(rows.first(1)), None) if rows.scan.last_row else None
    if first is not None and came_back(first[1]):
        return rows
    return replace(rows, header_row=options.header_row, skip_rows=options.skip_rows)


def _names(sheets: list[Sheet]) -> str:
    return ", ".join(f'"{printable(sheet.name, 60)}"' for sheet in sheets)


def _listed(sheets: list[Sheet]) -> str:
    if not sheets:
        return "it has no sheet that can be seen, and so"
    return f"sheet {_names(sheets)} has" if len(sheets) == 1 else f"sheets {_names(sheets)} have"


def _no_such_sheet(workbook: Workbook, wanted: str, *, hidden: bool) -> InputError:
    seen = _names([sheet for sheet in workbook.sheets if sheet.visible]) or "none"
    why = "is hidden, and hidden sheets are never read" if hidden else "does not exist"
    return InputError(
        f'Sheet "{printable(wanted, 60)}" of {workbook.name} {why}. Visible sheets: {seen}.',
        hint="Unhide it in Excel and save the file." if hidden else "Name one of these exactly.",
    )


def _not_read(sheet: Sheet) -> Finding:
    message = f'The hidden sheet "{printable(sheet.name, 60)}" was not read.'
    return note("FILE-HIDDEN-SHEET", message, sheet=sheet.name)


# ------------------------------------------------------------------ rows → slices
def _slices(
    rows: SheetRows, layout: Layout, hidden: frozenset[int], slice_rows: int
) -> Iterator[RawSlice]:
    pile = SlicePile(layout.width)
    below = (row for row in rows if row.number > layout.header_row)
    while True:
        with collector_off():
            batch = list(islice(below, min(slice_rows, BATCH_ROWS)))
            _add(pile, batch, layout, hidden)
        if not batch:
            break
        if len(pile.rows) >= slice_rows:
            yield pile.take()
            pile = SlicePile(layout.width)
    if pile.rows:
        yield pile.take()


def _add(pile: SlicePile, batch: list[SheetRow], layout: Layout, hidden: frozenset[int]) -> None:
    for position, row in enumerate(batch, len(pile.rows)):
        if row.number in hidden:
            pile.hidden.append(position)
        for place, kind, detail in row.facts:
            column = place - layout.first_column
            if 0 <= column < layout.width:
                pile.facts.append(CellFact(position, column, kind, detail))
    texts = [row.texts[layout.begin : layout.begin + layout.width] for row in batch]
    pile.add([row.number for row in batch], texts)
