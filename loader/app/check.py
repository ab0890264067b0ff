"""Files → orders and findings: read in slices, checked column-wise, grouped as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from loader.core import normalise
from loader.core.assemble import assemble
from loader.core.errors import InputError
from loader.core.findings import Finding, Severity
from loader.core.model import (
    Catalogue,
    InputSummary,
    Order,
    RawTable,
    ReadOptions,
    Result,
)  # fmt: skip
from loader.core.places import Places
from loader.core.resolve import names_used
from loader.core.validate import Checked, check_slice
from loader.ports import Source
from schemas.codes import CODES
from schemas.pouch_orders import KEY

OpenSource = Callable[[Path], Source]
Progress = Callable[[str], None]


@dataclass(slots=True)
class CheckedFiles:
    """What all files of a run hold, and what nobody could check."""

    inputs: list[InputSummary] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    names_used: bool = False  # products, packs or standalone products are named, not numbered


def check_files(
    paths: Sequence[Path], source_for: OpenSource, options: ReadOptions, *,
    catalogue: Catalogue | None = None, accepted: frozenset[str] = frozenset(),
) -> CheckedFiles:  # fmt: skip
    """Read and check all files as one run; one unreadable file raises and nothing is kept."""
    result = CheckedFiles()
    for index, path in enumerate(paths):
        table = source_for(path).open(path, options)
        checked, places, notes = _check_table(table, index)
        result.inputs.append(InputSummary(table.file, len(checked.rows)))
        result.names_used |= bool(names_used(checked.frame))
        checked.findings[:0] = notes
        orders, findings = assemble(checked, places, catalogue, accepted)
        result.findings += findings
        result.orders += orders
    if len(paths) > 1:
        _merge(result)
    return result


def _check_table(table: RawTable, index: int) -> tuple[Checked, Places, list[Finding]]:
    matched, unknown = normalise.match_headers(table, index)
    notes = [replace(finding, input=index) for finding in table.findings] + unknown
    headers = normalise.headers_of(table, matched)
    pieces = []
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
    return whole, Places(index, table.file.sheet, headers, whole.rows), notes


def _merge(result: CheckedFiles) -> None:
    """The same key with the same content in two files is one order; with other content, none."""
    first: dict[str, Order] = {}
    kept = []
    for order in result.orders:
        other = first.setdefault(order.key, order)
        if other is order:
            kept.append(order)
        elif order.body is not None and order.body == other.body:
            result.findings += [_two_files("FILES-SAME", order, row, result) for row in order.rows]
        else:
            kept.append(order)
            for one in (order, other):
                one.result = Result.TO_CORRECT
                result.findings.append(_two_files("FILES-DIFFER", one, one.rows[0], result))
    result.orders = kept


def _two_files(code: str, order: Order, row: int, result: CheckedFiles) -> Finding:
    page = CODES[code]
    return Finding(
        code=code, severity=Severity(page.severity.value), message=f"{page.title}.",
        sheet=result.inputs[order.input].file.sheet, row=row, column=KEY,
        allowed="each order in one file", help=page.fix, order=order.key, input=order.input,
    )  # fmt: skip
