"""Corrections built in the test itself."""

from collections.abc import Sequence

from loader.core.correction import Cell, Correction, CorrectionRow
from loader.core.findings import Finding, Severity
from loader.core.model import InputFile, Order, Result

HEADERS = ("Order ID", "First name", "Note")
FILE = InputFile("clinic/orders.csv", "0" * 64, None, "utf-8", ";")


def order(key: str = "RX-1", result: Result = Result.TO_CORRECT, **about: object) -> Order:
    """Return an order that waits for its author."""
    return Order(key=key, rows=(2,), result=result, **about)  # type: ignore[arg-type]  # as in Order


def finding(severity: Severity = Severity.ERROR, code: str = "EMAIL-FORM") -> Finding:
    """Return a finding on a cell of row 2."""
    return Finding(
        code=code, severity=severity, message="It is so.", row=2, column="note", header="Note",
        cell="C2", found="was", allowed="this", help="Mend it.", order="RX-1",
    )  # fmt: skip


def correction(
    rows: Sequence[Sequence[str]], *, at_cell: dict[Cell, list[Finding]] | None = None,
    **about: object,
) -> Correction:  # fmt: skip
    """Return what goes back of a file with these rows, from row 2 on, all of one order."""
    given: dict[str, object] = {
        "file": FILE, "run_id": "run_1", "command": "validate", "headers": HEADERS,
        "rows": tuple(
            CorrectionRow(number, tuple(texts), order()) for number, texts in enumerate(rows, 2)
        ),
        "at_cell": at_cell or {},
        "findings": tuple(one for told in (at_cell or {}).values() for one in told),
    }  # fmt: skip
    return Correction(**{**given, **about})  # type: ignore[arg-type]  # as in Correction
