"""Cells of a CSV file that a spreadsheet program would run: an apostrophe in front, and off again.

A CSV file cannot say that a cell is text. Whatever begins as a formula does, blanks and
apostrophes before it not counted, gets one apostrophe more; reading takes one away. The two undo
each other exactly, for any text.
"""

import re

# Full-width signs are formulas, too, where Excel is set up for East Asian languages.
_RUNS = re.compile(r"'*(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
# How a CSV file of ours spells the columns in front. Its cells are guarded, also after a
# spreadsheet program has saved them as something else; a workbook of ours spells them with blanks.
GUARDED_COLUMNS = ("result", "what_to_do", "source_row")


def guarded(text: str) -> str:
    """Return the text as it stands in a CSV file of ours."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that a cell of such a file stands for."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
