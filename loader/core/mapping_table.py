"""A table under a profile: read in slices, checked by the ordinary stages, told in its own words.

Between reading and telling, rows are place numbers (`loader.core.places`): one row of the file
may hold several contents, and every finding stays exact to the cell that it comes from.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from loader.core.findings import Finding, Severity, column_letters
from loader.core.group import any_filled
from loader.core.mapping import Profile
from loader.core.mapping_bind import Bound
from loader.core.mapping_expand import Expanded, as_it_is, one_per_content
from loader.core.mapping_people import CONSUMER
from loader.core.mapping_rows import Doubt, RowReader
from loader.core.mapping_values import fill_defaults
from loader.core.mapping_wide import readable
from loader.core.model import Order, RawSlice, RawTable, Result, Rows
from loader.core.places import Places, file_row, slot_of
from loader.core.validate import Checked, check_slice
from schemas.codes import APART, CODES, SKIPPED
from schemas.pouch_orders import BY_NAME, KEY

SIZE = "serving_size"
_PRODUCTS = ("product", "client_product_id")
# Rows whose cells are not worth judging: what is said of these rows says all.
_UNJUDGED = APART | SKIPPED | {"ROW-CELLS"}


@dataclass(slots=True)
class MappedTable:
    """One table under a profile that is bound to it. `rows` counts the data rows read."""

    profile: Profile
    bound: Bound
    table: RawTable
    index: int
    rows: int = 0
    notes: list[Finding] = field(default_factory=list)
    _originals: list[tuple[Rows, dict[str, pd.Series]]] = field(default_factory=list)

    def pieces(self) -> Iterator[Checked]:
        """Read and check the slices, each once, in order."""
        reader = RowReader(self.profile, self.bound, self.table.headers)
        for raw in self.table.slices:
            self.rows += len(raw.rows)
            yield self._piece(replace(raw, cells=raw.cells.reset_index(drop=True)), reader)
        for position, rows in reader.fill_down.filled.items():
            self.notes.append(self._filled(position, rows))
        if reader.known:
            self.notes.append(self._known(reader.known))

    def places(self, rows: Rows) -> Places:
        """Return the way back to the file for these place numbers."""
        slots = [slot.headers for slot in self.bound.slots]
        return Places(self.index, self.table.file.sheet, self.bound.headers, rows, slots)

    def expand(self, raw: RawSlice, reader: RowReader) -> tuple[Expanded, list[Doubt]]:
        """Return a slice under our names, and what is to be said of its rows."""
        prepared = reader.read(raw)
        if not self.profile.wide:
            return as_it_is(raw, prepared, self.bound), prepared.doubts

        def meaning(name: str, texts: pd.Series, position: int) -> pd.Series:
            return reader.meaning(name, texts, raw, position, {})

        expanded = one_per_content(raw, prepared, self.bound, self.profile.grammar, meaning)
        rows = file_row(expanded.raw.rows)
        return expanded, [
            replace(doubt, position=at)
            for doubt in prepared.doubts
            for row in [raw.rows[doubt.position]]
            for at in range(*np.searchsorted(rows, [row, row + 1]))
        ]

    def _piece(self, raw: RawSlice, reader: RowReader) -> Checked:
        expanded, doubts = self.expand(raw, reader)
        places = self.places(expanded.raw.rows)
        checked = check_slice(expanded.raw, expanded.matched, places)
        self._originals.append((expanded.raw.rows, expanded.originals))
        own = [
            places.finding(
                CODES["MAP-CELL"], position, column, found=text, allowed=readable(
                    self.profile.grammar
                ), message=f"This part of the cell cannot be read: {words}.",
            )
            for position, column, text, words in expanded.troubles
        ]  # fmt: skip
        own += [
            places.finding(
                CODES[one.code], one.position, one.column, found=one.found,
                suggestion=one.suggestion,
            )
            for one in doubts
        ]  # fmt: skip
        unjudged = {f.row for f in checked.findings if f.code in _UNJUDGED and f.column is None}
        checked.findings[:0] = [finding for finding in own if finding.row not in unjudged]
        return checked

    # -------------------------------------------------------------- the whole file
    def complete(self, checked: Checked) -> list[Finding]:
        """Fill in the defaults of the profile; return what is said of the whole file."""
        for name, count in fill_defaults(checked, self.profile.defaults).items():
            value = self.profile.defaults[name]
            times = "once" if count == 1 else f"{count:,} times"
            shown = "a value" if BY_NAME[name].personal else f'"{value}"'
            message = (
                f"{name}: {shown} of the profile was filled in {times}, where the file has none."
            )
            self.notes.append(self._note("MAP-DEFAULT", message, column=name))
        return [*self._draft(), *self.bound.notes, *self.notes, *self._no_sizes(checked)]

    def _no_sizes(self, checked: Checked) -> list[Finding]:
        """Return what is said where products stand in the file and nothing gives their sizes."""
        given = {*self.bound.columns, *self.profile.defaults}
        given.update(name for slot in self.bound.slots for name in slot.headers)
        if SIZE in given or self.profile.built_in:
            return []
        products = any_filled(checked.frame, _PRODUCTS) & ~checked.outside
        if not products.any():
            return []
        return [self._note("MAP-NO-SIZES", f"{CODES['MAP-NO-SIZES'].title}.", column=SIZE)]

    def _box(self, orders: Iterable[Order]) -> list[Finding]:
        """Hold back orders that make more pouches than the profile allows; say so of each."""
        found = []
        limit = self.profile.max_pouches
        for order in orders:
            if limit is None or order.pouches is None or order.pouches <= limit:
                continue
            order.result = Result.TO_CORRECT
            place = self.bound.headers[KEY]
            found.append(
                replace(
                    self._note("MAP-BOX", f"The order makes {order.pouches} pouches, {limit} are"
                               " allowed.", column=KEY),
                    row=order.rows[0], header=place.text, found=order.key, order=order.key,
                    cell=f"{column_letters(place.place)}{order.rows[0]}",
                    allowed=f"at most {limit} pouches in an order, as the profile says",
                )
            )  # fmt: skip
        return found

    def told(self, orders: list[Order], findings: list[Finding]) -> list[Finding]:
        """Give orders their rows of the file; return the findings with theirs, each once."""
        for order in orders:
            order.rows = tuple(dict.fromkeys(file_row(row) for row in order.rows))
        return [*dict.fromkeys(map(self._in_own_words, findings)), *self._box(orders)]

    def _in_own_words(self, finding: Finding) -> Finding:
        if finding.row is None:
            return finding
        message = self._lone(finding) or finding.message
        if finding.header and finding.column:
            # Elsewhere in a sentence the name of a column may be a word like any other.
            subject = rf"^{re.escape(finding.column)}\b"
            message = re.sub(subject, lambda _: finding.header or "", message)
        found, original = finding.found, self._original(finding)
        if original is not None and found not in (None, original):
            if not finding.personal:
                message += f' It was read as "{found}".'
            found = original
        return replace(finding, row=file_row(finding.row), message=message, found=found)

    def _lone(self, finding: Finding) -> str:
        """Return what is said of a place that has something and no product; "" for others."""
        number = slot_of(finding.row or 0)
        if finding.code != "ROW-EMPTY" or number < 0 or self.bound.slots[number].cell >= 0:
            return ""
        slot = self.bound.slots[number]
        beside = [slot.headers[name].text for name in slot.columns if name not in _PRODUCTS]
        return f"{' or '.join(beside)} has no product: {finding.header} is empty."

    def _original(self, finding: Finding) -> str | None:
        """Return what the cell held before its value was mapped; None where it was not."""
        number = finding.row or 0
        at = bisect_right(self._originals, number, key=lambda piece: int(piece[0][0])) - 1
        rows, columns = self._originals[at]
        if finding.column not in columns:
            return None
        position = int(np.searchsorted(rows, number))
        return str(columns[finding.column].iat[position])

    # -------------------------------------------------------------- notes on the whole file
    def _filled(self, position: int, rows: list[int]) -> Finding:
        header = self.table.headers[position]
        letters = column_letters(self.table.first_column + position)
        names = [name for name, place in self.bound.columns.items() if place == position]
        count = "1 empty cell takes" if len(rows) == 1 else f"{len(rows):,} empty cells take"
        message = f"{count} the value above, first in row {rows[0]}: the profile says so."
        finding = self._note("MAP-FILLED", message, column=names[0] if names else KEY)
        return replace(finding, header=header, cell=f"{letters}{rows[0]}")

    def _known(self, count: int) -> Finding:
        rows = "1 row names a person" if count == 1 else f"{count:,} rows name persons"
        by = ", ".join(f'"{header}"' for header in self.profile.match)
        message = (
            f"{rows} whom OK Capsule knows by id, by {by} in {', '.join(self.profile.results)}."
        )
        return self._note("MAP-PERSON", message, column=CONSUMER)

    def _note(self, code: str, message: str, *, column: str | None = None) -> Finding:
        return whole_file(code, message, self.table.file.sheet, self.index, column=column)

    def _draft(self) -> list[Finding]:
        """Return what is said of a profile that nobody confirmed yet."""
        count = len(self.profile.unconfirmed)
        if not count:
            return []
        lines = "1 line is" if count == 1 else f"{count} lines are"
        return [self._note("MAP-DRAFT", f"The profile is a draft: {lines} not confirmed.")]


def whole_file(
    code: str, message: str, sheet: str | None, index: int, *, column: str | None = None
) -> Finding:
    """Return the finding of this code about a whole file."""
    page = CODES[code]
    return Finding(
        code=code, severity=Severity(page.severity.value), message=message, sheet=sheet,
        column=column, help=page.fix, input=index,
    )  # fmt: skip
