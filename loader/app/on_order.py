"""Findings on an order as a whole: they stand at its number, on its first row."""

from loader.core.findings import Finding, Severity
from loader.core.model import InputSummary, Order
from schemas.pouch_orders import KEY
from schemas.rules import ALL_CODES


def on_order(
    code: str, order: Order, inputs: list[InputSummary], *, allowed: str, message: str = "",
    row: int | None = None, accepted: bool = False, column: str | None = KEY, found: str = "",
) -> Finding:  # fmt: skip
    """Return the finding of this code on the order, or on another `row` or `column` of it.

    An order that the ledger alone knows stands in no row of a file.
    """
    page = ALL_CODES[code]
    sheet = inputs[order.input].file.sheet if order.input < len(inputs) else None
    first = order.rows[0] if order.rows else None
    return Finding(
        code=code, severity=Severity(page.severity.value), message=message or f"{page.title}.",
        sheet=sheet, row=first if row is None else row,
        column=column if order.rows else None, found=found or order.key, allowed=allowed,
        help=page.fix, order=order.key, input=order.input, accepted=accepted,
    )  # fmt: skip
