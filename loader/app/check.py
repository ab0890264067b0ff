"""Files → orders and findings: read in slices, checked column-wise, grouped as a whole."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loader.app.key_case import across_files
from loader.app.on_order import on_order
from loader.core import normalise
from loader.core.assemble import assemble
from loader.core.errors import InputError
from loader.core.findings import Finding, column_letters
from loader.core.mapping import Profile
from loader.core.model import (
    Catalogue,
    InputSummary,
    Order,
    RawTable,
    ReadOptions,
    Result,
)  # fmt: skip
from loader.core.places import Header, Places
from loader.core.resolve import names_used
from loader.core.returned import returned
from loader.core.template_wide import wide_profile
from loader.core.validate import Checked, check_slice
from loader.ports import Source
from schemas.pouch_orders import KEY

if TYPE_CHECKING:
    from loader.core.mapping_table import MappedTable

ACCEPT = "accept"
REPLACES = "replaces"

OpenSource = Callable[[Path], Source]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The order that another one takes the place of, and the row that says so."""

    key: str
    row: int


@dataclass(slots=True)
class CheckedFiles:
    """What all files of a run hold.

    `names_used` is True where products, packs or standalone products are named, not numbered.
    `accepted` are codes accepted for every order, `accepted_by` those of the column `accept`, by
    key; `replaces` are the orders that others take the place of, by the key of those. `headers`
    is where each column stands in each file. `box_declared` is True where a profile says how many
    pouches fit a box.
    """

    inputs: list[InputSummary] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    names_used: bool = False
    accepted: frozenset[str] = frozenset()
    accepted_by: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    replaces: dict[str, "Replaced"] = field(default_factory=dict)
    headers: list[Mapping[str, Header]] = field(default_factory=list)
    box_declared: bool = False

    def accepts(self, key: str, code: str) -> bool:
        """Return whether a person has looked at findings of this code and accepts them."""
        return code in self.accepted or code in self.accepted_by.get(key, ())

    def replace_each_other(self, one: str, other: str) -> bool:
        """Return whether one of two orders takes the place of the other."""
        return any(
            key in self.replaces and self.replaces[key].key == place
            for key, place in ((one, other), (other, one))
        )

    def placed(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings on an order as a whole at the cell that they are about."""
        return [self._at_cell(finding) for finding in findings]

    def _at_cell(self, finding: Finding) -> Finding:
        header = self.headers[finding.input].get(finding.column or "")
        if finding.cell is not None or header is None:
            return finding
        cell = f"{column_letters(header.place)}{finding.row}"
        return replace(finding, header=header.text, cell=cell)


def check_files(
    paths: Sequence[Path], source_for: OpenSource, options: ReadOptions, *,
    catalogue: Catalogue | None = None, accepted: frozenset[str] = frozenset(),
) -> CheckedFiles:  # fmt: skip
    """Read and check all files as one run; one unreadable file raises and nothing is kept."""
    if options.profile is not None:
        accepted |= options.profile.accept
    boxed = options.profile is not None and options.profile.max_pouches is not None
    result = CheckedFiles(accepted=accepted, box_declared=boxed)
    for index, path in enumerate(paths):
        opened = source_for(path).open(path, options)
        profile = options.profile or wide_profile(opened.headers)
        table = returned(opened)
        mapped = None if profile is None else _mapped(profile, table, index)
        checked, places, notes = _check_table(table, index, mapped)
        result.inputs.append(InputSummary(table.file, mapped.rows if mapped else len(checked.rows)))
        result.names_used |= bool(names_used(checked.frame))
        checked.findings[:0] = notes
        orders, findings = assemble(checked, places, catalogue, accepted, profile)
        if mapped is not None:
            findings = mapped.told(orders, findings)
        result.findings += findings
        result.orders += orders
        result.headers.append(places.headers)
        _note_accepted(checked, result.accepted_by)
        _note_replaced(checked, places, result.replaces)
    if len(paths) > 1:
        _merge(result)
    return result


def _mapped(profile: Profile, table: RawTable, index: int) -> "MappedTable":
    """Bind the profile to the file; the modules are loaded for those who use one."""
    from loader.core.mapping_bind import bind
    from loader.core.mapping_table import MappedTable

    return MappedTable(profile, bind(profile, table, index), table, index)


def _check_table(
    table: RawTable, index: int, mapped: "MappedTable | None"
) -> tuple[Checked, Places, list[Finding]]:
    notes = [replace(finding, input=index) for finding in table.findings]
    pieces = []
    if mapped is not None:
        headers = mapped.bound.headers
        pieces = list(mapped.pieces())
    else:
        matched, unknown = normalise.match_headers(table, index)
        notes += unknown
        headers = normalise.headers_of(table, matched)
        for raw in table.slices:
            places = Places(index, table.file.sheet, headers, raw.rows)
            pieces.append(check_slice(raw, matched, places))
    if not pieces:
        raise InputError(
            f"{table.file.path} has a header and no rows below it.",
            hint="Add the orders below the header row.",
        )
    whole = Checked(
        frame=pd.concat([piece.frame for piece in pieces], ignore_index=True),
        rows=np.concatenate([piece.rows for piece in pieces]),
        outside=np.concatenate([piece.outside for piece in pieces]),
        findings=[finding for piece in pieces for finding in piece.findings],
    )
    if mapped is not None:
        return whole, mapped.places(whole.rows), notes + mapped.complete(whole)
    return whole, Places(index, table.file.sheet, headers, whole.rows), notes


def _note_accepted(checked: Checked, accepted_by: defaultdict[str, set[str]]) -> None:
    frame = checked.frame
    if ACCEPT not in frame.columns:
        return
    filled = frame[frame[ACCEPT] != ""]
    for key, codes in zip(filled[KEY], filled[ACCEPT], strict=True):
        accepted_by[key] |= {code.strip() for code in codes.upper().split(";")}


def _note_replaced(checked: Checked, places: Places, replaces: dict[str, Replaced]) -> None:
    frame = checked.frame
    if REPLACES not in frame.columns:
        return
    named = (frame[REPLACES] != "").to_numpy() & ~checked.outside
    for position in np.flatnonzero(named).tolist():
        key, other = frame[KEY].array[position], frame[REPLACES].array[position]
        replaces.setdefault(key, Replaced(other, places.row(position)))


def _merge(result: CheckedFiles) -> None:
    """The same key with the same content in two files is one order; with other content, none."""
    first: dict[str, Order] = {}
    kept = []
    for order in result.orders:
        other = first.setdefault(order.key, order)
        if other is order:
            kept.append(order)
        elif order.body is not None and order.body == other.body:
            same = [_two_files("FILES-SAME", order, row, result) for row in order.rows]
            result.findings += result.placed(same)
        else:
            kept.append(order)
            for one in (order, other):
                one.result = Result.TO_CORRECT
                differ = _two_files("FILES-DIFFER", one, one.rows[0], result)
                result.findings += result.placed([differ])
    result.orders = kept
    result.findings += result.placed(across_files(kept, result.inputs))


def _two_files(code: str, order: Order, row: int, result: CheckedFiles) -> Finding:
    allowed = "each order in one file"
    return on_order(code, order, result.inputs, allowed=allowed, row=row)
