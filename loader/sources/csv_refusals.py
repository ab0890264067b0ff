"""What is said where a CSV file cannot be cut into rows and cells."""

import csv

from loader.core.errors import InputError

EXPORT_AGAIN = "Export the orders again and look whether the file has any content."


def not_cut(name: str, row: int, problem: csv.Error, *, quoted: bool) -> InputError:
    """Return the refusal of a row; `quoted` is whether the file has any quote at all."""
    if "expected after" in str(problem):
        return InputError(
            f"Row {row} of {name} has text after a closing quote.",
            hint='Write a quote inside a quoted cell twice ("5"" pipe"), or look whether a quote'
            " in that row is not closed.",
        )
    if not quoted:
        return InputError(
            f"Row {row} of {name} has a cell of more than 10,000,000 characters.",
            hint="Look whether the file is an order file at all, and export it again.",
        )
    return InputError(
        f"A quote opens in row {row} of {name} and is never closed.",
        hint="Close the quote, or remove it: it would swallow all rows below into one cell.",
    )


def rows_in_a_cell(name: str, row: int) -> InputError:
    """Return the refusal of two stray quotes that make one cell of all that stands between."""
    return InputError(
        f"A quoted cell in row {row} of {name} has whole rows in it.",
        hint="Look for a quote that is opened in that row and closed further down: close it, or"
        " remove both. Nothing was read.",
    )


def blank_lines(name: str) -> InputError:
    """Return the refusal of a file in which nothing can be seen."""
    return InputError(f"{name} is empty: it has blank lines only.", hint=EXPORT_AGAIN)


def blank_for_long(name: str, rows: int) -> InputError:
    """Return the refusal of a file whose first row stands below more blank ones than any sheet."""
    return InputError(
        f"Nothing stands in the first {rows:,} rows of {name}.",
        hint="Delete the blank rows above the header.",
    )
