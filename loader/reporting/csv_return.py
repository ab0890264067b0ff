"""Rows to correct as CSV: delimiter and encoding as read, three columns of ours in front."""

import csv
from io import StringIO

from loader.core.correction import Correction
from loader.core.errors import UsageError
from loader.core.guard import GUARDED_COLUMNS, guarded
from loader.reporting.workbook import correction_workbook, findings_of, texts_of
from loader.reporting.workbook_words import advice, result_of

_MARK = "\ufeff"


def correction_file(found: Correction, suffix: str) -> bytes:
    """Return what goes back: as CSV where the ending is .csv, else as a workbook.

    `UsageError` for CSV where the input was a workbook.
    """
    if suffix.lower() != ".csv":
        return correction_workbook(found)
    if found.file.encoding is None:
        raise UsageError(
            "Rows of an Excel file go back as an Excel file.",
            hint="Name a file that ends in .xlsx: --workbook PATH.xlsx",
        )
    return correction_csv(found)


def correction_csv(found: Correction) -> bytes:
    """Return the rows as CSV bytes; cells that a spreadsheet would run have an apostrophe more."""
    codec = found.file.encoding or "utf-8"
    stream = StringIO(newline="")
    table = csv.writer(stream, delimiter=found.file.delimiter or ",", lineterminator="\r\n")
    table.writerow([*GUARDED_COLUMNS, *map(guarded, (*found.headers, *found.added))])
    for row in found.rows:
        mine = findings_of(found, row)
        words = (result_of(row, mine), _one_line(advice(mine, row.order)))
        ours = [text.encode(codec, "replace").decode(codec) for text in words]
        texts = [text for text, _ in texts_of(found, row)]
        table.writerow([*map(guarded, ours), str(row.number), *map(guarded, texts)])
    mark = _MARK if codec == "utf-8" else ""
    return (mark + stream.getvalue()).encode(codec)


def _one_line(text: str) -> str:
    return text.replace("\n", " / ")
