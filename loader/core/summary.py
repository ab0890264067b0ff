"""Counting: every row in one order or one finding, every order in one result. Or exit 70."""

from collections import Counter, defaultdict

from loader.core.errors import Defect
from loader.core.findings import Severity
from loader.core.model import Order, Result, Run
from schemas.codes import UNPLACED

# What each result means for the exit code. Where several apply: 6, then 5, then 1.
_UNKNOWN = (Result.UNKNOWN,)
_STOPPED = (Result.DEFERRED, Result.NOT_SENT)
_TO_CORRECT = (Result.TO_CORRECT, Result.REFUSED, Result.CONFLICT)


def totals(run: Run) -> dict[str, int]:
    """Return the counts of a run; every result has a total of its name, even when it is 0."""
    results = Counter(order.result for order in run.orders)
    counted = {
        "rows": sum(one.rows for one in run.inputs),
        "orders": len(run.orders),
        "warnings": sum(finding.severity is Severity.WARNING for finding in run.findings),
    }
    return counted | {result.value: results[result] for result in Result}


def account_for_rows(run: Run) -> None:
    """Raise `Defect` unless every row read is in exactly one order or in a finding of its own."""
    placed: defaultdict[int, Counter[int | None]] = defaultdict(Counter)
    for order in run.orders:
        placed[order.input].update(order.rows)
    told: defaultdict[int, set[int | None]] = defaultdict(set)
    for finding in run.findings:
        if finding.code in UNPLACED:
            told[finding.input].add(finding.row)
    for index, one in enumerate(run.inputs):
        accounted = placed[index].keys() | told[index]
        doubled = sum(times > 1 for times in placed[index].values())
        if len(accounted) != one.rows or doubled:
            raise Defect(
                f"{one.rows} rows were read from input {index + 1}, {len(accounted)} are accounted"
                f" for, {doubled} stand in two orders.",
                hint="Nothing more was sent. Please report this with the report file.",
            )


def exit_code(run: Run) -> int:
    """Return 0, 1, 5 or 6 as the results and an early stop demand."""
    results = {order.result for order in run.orders}
    if results.intersection(_UNKNOWN):
        return 6
    if run.stopped or results.intersection(_STOPPED):
        return 5
    unplaced = any(f.severity is Severity.ERROR and f.order is None for f in run.findings)
    return 1 if unplaced or results.intersection(_TO_CORRECT) else 0


def needs_person(order: Order) -> bool:
    """True where somebody has to act on the order."""
    return order.result in (*_UNKNOWN, *_STOPPED, *_TO_CORRECT)
