"""Order numbers that differ only in capitals: across the files of a run, and against the ledger.

Within one file the declared rule tells them. They may be one order typed in two ways, and would
be two boxes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from loader.app.on_order import on_order
from loader.core.findings import Finding
from loader.core.model import Action, InputSummary, Order, Result
from schemas.rules import RULES

CODE = "KEY-CASE"
_ALLOWED = next(rule.allowed for rule in RULES if rule.code == CODE)


def across_files(orders: Iterable[Order], inputs: list[InputSummary]) -> list[Finding]:
    """Hold back orders of different files whose numbers differ only in capitals; return why."""
    alike: defaultdict[str, list[Order]] = defaultdict(list)
    for order in orders:
        alike[order.key.casefold()].append(order)
    findings = []
    for group in alike.values():
        for order in group:
            others = [one for one in group if one.key != order.key]
            if others and all(one.input != order.input for one in others):
                findings.append(_told(order, others[0].key, "", inputs))
    return findings


def against_ledger(
    orders: Iterable[Order], keys: Sequence[str], inputs: list[InputSummary]
) -> list[Finding]:
    """Hold back orders whose numbers the ledger knows in other capitals only; return why."""
    known = set(keys)
    folded = {key.casefold(): key for key in keys}
    findings = []
    for order in orders:
        other = folded.get(order.key.casefold())
        if other is not None and order.key not in known and order.result is Result.READY:
            where = ", which was planned or sent before,"
            findings.append(_told(order, other, where, inputs))
    return findings


def _told(order: Order, other: str, where: str, inputs: list[InputSummary]) -> Finding:
    order.result, order.action = Result.TO_CORRECT, order.action and Action.NONE
    message = f"The order number differs from {other}{where} only in capitals."
    return on_order(CODE, order, inputs, allowed=_ALLOWED, message=message)
