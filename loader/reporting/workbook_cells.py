"""Cells of the workbooks that we write: every value a text that no spreadsheet program runs.

A text goes in as an inline string in a cell formatted as text, with the mark of a leading
apostrophe, so that it stays a text when somebody edits the cell. Nothing is ever a formula or a
link.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

LONGEST = 32_767  # UTF-16 units that a cell holds
_WIDEST = 42  # characters
_NARROWEST = 8
_MOST_LINES = 20
_SAMPLED = 500  # rows by which the width of a column is settled
# What XML cannot hold, or gives back as something else: a lone CR becomes a line feed.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
_UNSAFE = re.compile(f"[{_CONTROL}]|_(?=x[0-9A-Fa-f]{{4}}[_{_CONTROL}])")


class Look(Enum):
    """How a cell looks, and with it what it means."""

    PLAIN = "plain"
    OURS = "ours"
    ADVICE = "advice"
    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"
    GOOD = "good"
    HEADER = "header"
    OUR_HEADER = "our header"
    NEEDED_HEADER = "needed header"
    EXAMPLE = "example"
    TITLE = "title"
    HEADING = "heading"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Value:
    """A cell to write: its text or number, its look, and the note that is shown beside it."""

    content: str | int
    look: Look = Look.PLAIN
    note: str = ""


def escaped(text: str) -> str:
    """Return the text as XLSX stores it: `_xHHHH_` for what XML cannot hold.

    An underscore that would begin such an escape is itself escaped, so that any text that has
    whole characters reads back the same.
    """
    return _UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def fits(text: str) -> bool:
    """True where a cell can hold the text."""
    return len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) // 2 <= LONGEST


# ------------------------------------------------------------------ looks
def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def _edge(colour: str, style: Any = "thin") -> Border:  # noqa: ANN401  # openpyxl's literals
    side = Side(style=style, color=colour)
    return Border(left=side, right=side, top=side, bottom=side)


_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_FORMATS: dict[Look, dict[str, Any]] = {
    Look.PLAIN: {"alignment": _TOP},
    Look.OURS: {"alignment": _WRAPPED, "fill": _fill("F2F2F2"), "font": Font(bold=True)},
    Look.ADVICE: {"alignment": _WRAPPED, "fill": _fill("F2F2F2")},
    Look.ERROR: {"alignment": _TOP, "fill": _fill("FFC7CE"), "border": _edge("9C0006", "medium")},
    Look.CONFIRM: {"alignment": _TOP, "fill": _fill("FFE0B2"), "border": _edge("B35900", "medium")},
    Look.WARNING: {"alignment": _TOP, "fill": _fill("FFF9C4"), "border": _edge("8A7A00")},
    Look.GOOD: {"alignment": _WRAPPED, "fill": _fill("D9EAD3"), "font": Font(bold=True)},
    Look.HEADER: {"alignment": _WRAPPED, "fill": _fill("DCE6F1"), "font": Font(bold=True)},
    Look.OUR_HEADER: {
        "alignment": _WRAPPED, "fill": _fill("404040"), "font": Font(bold=True, color="FFFFFF"),
    },
    Look.NEEDED_HEADER: {
        "alignment": _WRAPPED, "fill": _fill("1F4E79"), "font": Font(bold=True, color="FFFFFF"),
    },
    Look.EXAMPLE: {"alignment": _TOP, "font": Font(italic=True, color="7F7F7F")},
    Look.TITLE: {"alignment": _WRAPPED, "font": Font(bold=True, size=16)},
    Look.HEADING: {"alignment": _WRAPPED, "font": Font(bold=True, size=12)},
    Look.WORDS: {"alignment": _WRAPPED},
}  # fmt: skip
_BOLD = frozenset({Look.HEADING, Look.HEADER, Look.OUR_HEADER, Look.NEEDED_HEADER})
AUTHOR = "order-loader"


class Book:
    """A workbook on its way; `sheet` adds one, `content` ends it. Written row by row."""

    def __init__(self, title: str) -> None:
        """Begin a workbook; `title` is for its properties."""
        self._book = Workbook(write_only=True)
        self._book.properties.title, self._book.properties.creator = title, AUTHOR
        self._styles: dict[Look, Any] = {}

    def sheet(
        self,
        name: str,
        rows: list[list[Value]],
        *,
        widths: list[float] | None = None,
        freeze: str = "A2",
        filtered: bool = True,
        prepare: Callable[[Any], None] = lambda page: None,
    ) -> None:
        """Add a sheet of these rows, the first of them its header.

        `prepare` is given openpyxl's sheet before its rows: columns are written first.
        """
        page: Any = self._book.create_sheet(name)
        page.freeze_panes = freeze or None
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
        columns = max(map(len, rows), default=1)
        widths = widths or column_widths(rows)
        for place, width in enumerate(widths, 1):
            page.column_dimensions[get_column_letter(place)].width = width
        prepare(page)
        for number, row in enumerate(rows, 1):
            page.row_dimensions[number].height = row_height(row, widths)
            page.append([self._cell(page, value) for value in row])
        if filtered:
            page.auto_filter.ref = f"A1:{get_column_letter(columns)}{len(rows)}"

    def content(self) -> bytes:
        """Return the whole file."""
        stream = BytesIO()
        self._book.save(stream)
        return stream.getvalue()

    def _cell(self, page: Any, value: Value) -> Any:  # noqa: ANN401  # openpyxl's, without types
        if isinstance(value.content, int):
            cell: Any = WriteOnlyCell(page, value=value.content)
        else:
            cell = WriteOnlyCell(page)
            if value.content:
                # Set past the setter, which makes a formula of `=` and an error of `#N/A`.
                cell._value, cell.data_type = escaped(value.content), "s"
        cell._style = self._style(page, value.look, text=isinstance(value.content, str))
        if value.note:
            cell.comment = _note(value.note)
        return cell

    def _style(self, page: Any, look: Look, *, text: bool) -> Any:  # noqa: ANN401  # openpyxl's
        """Return the style, made once: openpyxl looks each part up anew when it is set."""
        key: Any = (look, text)
        if key not in self._styles:
            cell: Any = WriteOnlyCell(page, value="x")
            for part, chosen in _FORMATS[look].items():
                setattr(cell, part, chosen)
            if text:
                cell.number_format = "@"
                cell.quotePrefix = True
            self._styles[key] = cell._style
        return self._styles[key]


def column_widths(rows: list[list[Value]]) -> list[float]:
    """Return a width per column, in characters, by what stands in its first rows."""
    width: dict[int, float] = {}
    for number, row in enumerate(rows[:_SAMPLED]):
        for place, value in enumerate(row):
            lines = str(value.content)[:200].split("\n")
            # A header may take two lines, and has the button of the filter beside it.
            wanted = max(map(len, lines)) * (0.7 if number == 0 else 1) + 3
            width[place] = min(max(width.get(place, _NARROWEST), wanted), _WIDEST)
    return [width[place] for place in sorted(width)]


def row_height(row: list[Value], widths: list[float]) -> float:
    """Return the height of a row in points: not every program makes wrapped words fit."""
    lines = 1
    for value, width in zip(row, widths, strict=False):
        if isinstance(value.content, str) and _FORMATS[value.look]["alignment"] is _WRAPPED:
            size = 1.6 if value.look is Look.TITLE else 1.15 if value.look in _BOLD else 1.0
            parts = value.content.split("\n")
            needed = sum(max(ceil(len(part) * size / width), 1) for part in parts)
            lines = max(lines, ceil(needed * min(size, 1.5)))
    return 15.0 * min(lines, _MOST_LINES) + 1


def _note(text: str) -> Comment:
    note = Comment(_UNSAFE_IN_NOTE.sub("�", text), AUTHOR)
    lines = sum(1 + len(line) // 44 for line in text.split("\n"))
    note.width, note.height = 340, min(20 + 18 * lines, 400)
    return note


_UNSAFE_IN_NOTE = re.compile(f"[{_CONTROL}]")
