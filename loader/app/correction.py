"""The rows that go back to their author, read again from the file: only they are kept in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from loader.app.check import OpenSource
from loader.core.correction import (
    Cell,
    Correction,
    CorrectionRow,
    column_of,
    rows_to_correct,
    skipped_rows,
)  # fmt: skip
from loader.core.errors import InputError
from loader.core.findings import Finding, Severity
from loader.core.model import FactKind, Order, RawTable, ReadOptions, Run
from loader.core.returned import is_ours, returned
from loader.core.template_stamp import is_stamp, is_wide
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, HEADERS, KEY, fold

MOST_ROWS = 20_000  # beyond that nobody corrects by hand, and writing it takes minutes
ACCEPT = "accept"
# What the file's format knew of a cell and a text cannot say: written as text it would look right.
_UNFIT = {
    FactKind.DATE: "a date", FactKind.DIGITS_LOST: "a number with digits lost",
    FactKind.FORMULA_EMPTY: "a formula without a result", FactKind.MERGED: "part of merged cells",
    FactKind.ERROR: "an error of the spreadsheet", FactKind.TOO_LONG: "too long for a cell",
}  # fmt: skip


def inputs_to_correct(run: Run) -> dict[int, dict[int, Order | None]]:
    """Return the inputs of which something must be corrected, each with its rows."""
    wanted = {index: rows_to_correct(run, index) for index in range(len(run.inputs))}
    return {index: rows for index, rows in wanted.items() if rows}


def correction(
    run: Run, index: int, wanted: dict[int, Order | None], source_for: OpenSource,
    options: ReadOptions,
) -> Correction:  # fmt: skip
    """Read the wanted rows of an input again; `InputError` where the file is another by now.

    `options` are those with which it was read.
    """
    file = run.inputs[index].file
    path = Path(file.path)
    if len(wanted) > MOST_ROWS:
        raise InputError(
            f"{len(wanted):,} rows of {path.name} must be corrected; a workbook is written for at"
            f" most {MOST_ROWS:,}.",
            hint="Correct your own file: the report says where and how.",
        )
    # Rows are chosen by their number, so that hidden ones do no harm here.
    again = replace(options, sheet=file.sheet, encoding=file.encoding, hidden_rows="read")
    opened = source_for(path).open(path, again)
    # The stamp of a template stays: by it the file is known for one when it comes back.
    stamps = {place: text for place, text in enumerate(opened.headers) if is_stamp(text)}
    kept = [p for p, text in enumerate(opened.headers) if p in stamps or not is_ours(text)]
    table = returned(opened)
    table = replace(
        table, headers=tuple(stamps.get(p, text) for p, text in enumerate(table.headers))
    )
    if table.file.sha256 != file.sha256:
        raise InputError(
            f"{path.name} has changed since it was checked.",
            hint="Run the command again, so that the workbook shows what the file holds now.",
        )
    findings = tuple(finding for finding in run.findings if finding.input == index)
    wide = any(map(is_wide, stamps.values())) or bool(options.profile and options.profile.wide)
    return _taken(run, table, kept, wanted, findings, wide=wide)


def _taken(
    run: Run, table: RawTable, kept: list[int], wanted: dict[int, Order | None],
    findings: tuple[Finding, ...], *, wide: bool,
) -> Correction:  # fmt: skip
    at = {place: position for position, place in enumerate(kept)}
    headers = tuple(table.headers[place] for place in kept)
    added = _added(headers, findings, wanted, wide=wide)
    at_cell, at_row = _placed(findings, table, at, (*headers, *added))
    numbers = np.fromiter(wanted, dtype=np.int64, count=len(wanted))
    rows: list[CorrectionRow] = []
    unfit: dict[Cell, str] = {}
    for raw in table.slices:
        chosen = np.flatnonzero(np.isin(raw.rows, numbers))
        texts = raw.cells.iloc[chosen][kept].to_numpy(dtype=object).tolist()
        here = raw.rows[chosen].tolist()
        rows += [CorrectionRow(n, tuple(t), wanted[n]) for n, t in zip(here, texts, strict=True)]
        for fact in (fact for fact in raw.facts if fact.kind in _UNFIT):
            cell = (int(raw.rows[fact.position]), at.get(fact.column, -1))
            if _is_wrong(at_cell.get(cell, ())):
                unfit[cell] = _UNFIT[fact.kind]
        for one in raw.ragged:
            cell = (int(raw.rows[one.position]), _told_by(headers))
            unfit[cell] = f"in a row of {one.found} cells in place of {one.expected}"
        if len(rows) == len(wanted):
            break
    _check_all_there(run, rows, wanted)
    return Correction(
        file=table.file, run_id=run.run_id, command=run.command, headers=headers,
        rows=tuple(rows), added=added, findings=findings, at_cell=at_cell, at_row=at_row,
        unfit={cell: why for cell, why in unfit.items() if cell[0] in wanted},
        skipped=skipped_rows(findings),
    )  # fmt: skip


def _check_all_there(
    run: Run, rows: Sequence[CorrectionRow], wanted: dict[int, Order | None]
) -> None:
    if len(rows) != len(wanted):
        raise InputError(
            f"{len(wanted) - len(rows)} rows that must be corrected were not found again.",
            hint=f"Correct your own file: the report of {run.run_id} says where and how.",
        )


def _is_wrong(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _told_by(headers: Sequence[str]) -> int:
    """Return the last known column, the key apart: an error in it tells of a ragged row."""
    known = [at for at, header in enumerate(headers) if HEADERS.get(fold(header), KEY) != KEY]
    return known[-1] if known else -1


def _added(
    headers: Sequence[str], findings: Sequence[Finding], wanted: dict[int, Order | None], *,
    wide: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Return columns that the file lacks: those of missing values, and that for accepted codes.

    In wide layout contents have places of their own: only the order's columns are added.
    """
    present = {HEADERS.get(fold(header)) for header in headers}
    asked: Iterator[str | None] = (
        finding.column
        for finding in findings
        if finding.cell is None and (finding.row in wanted or finding.code == "COLUMN-MISSING")
    )
    missing = set(asked)
    names = [
        name for name, field in BY_NAME.items()
        if name in missing and (field.level is Level.ORDER or not wide)
    ]  # fmt: skip
    if any(f.severity is Severity.CONFIRM and f.holds_back for f in findings):
        names.append(ACCEPT)
    return tuple(name for name in dict.fromkeys(names) if name not in present)


def _placed(
    findings: Sequence[Finding], table: RawTable, at: dict[int, int], headers: Sequence[str]
) -> tuple[dict[Cell, list[Finding]], dict[int, list[Finding]]]:
    at_cell: dict[Cell, list[Finding]] = {}
    at_row: dict[int, list[Finding]] = {}
    for finding in findings:
        position = None
        if finding.cell is not None:
            position = at.get(column_of(finding.cell) - table.first_column)
        elif finding.column in headers:
            position = headers.index(finding.column)
        if position is not None:
            at_cell.setdefault((finding.row or 0, position), []).append(finding)
        elif finding.row is not None:
            at_row.setdefault(finding.row, []).append(finding)
    return at_cell, at_row
