"""What a plan would do, on one screen: what somebody has to know before saying yes."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from loader.core.findings import Finding, Severity
from loader.core.model import Action, Order, Result, Run
from loader.core.payload import request_of
from loader.core.privacy import printable
from loader.reporting.headline import amount
from loader.reporting.moments import changeable_until
from loader.reporting.screen import width

_MOST_PRODUCTS = 3
_MOST_KINDS = 4  # of warnings; where there are more, the first ones and the last
_MOST_UNCHECKED = 4
_LABEL = 13  # characters
_PLACES = {
    "sandbox": "a rehearsal, nothing is ordered", "stage": "the test environment, nothing ships",
    "prod": "PRODUCTION, orders are made, shipped and billed",
}  # fmt: skip


def short_plan(run: Run) -> str:
    """Return where the orders would go, how many, what they make, and what nobody could check."""
    rows = [
        ("Environment", f"{run.env}: {_PLACES.get(run.env, 'another environment')}"),
        ("Address", run.base_url or "–"),
        ("Account", run.account.account if run.account else "–"),
        ("Files", ", ".join(one.file.path for one in run.inputs)),
        *_rows("Orders", _orders(run)),
        *_rows("They make", _made(run)),
        *_rows("Changeable", _changeable(run)),
        *_rows("Warnings", _warnings(run.findings)),
        *_rows("Not checked", _not_checked(run)),
    ]
    return "\n".join(chain.from_iterable(_wrapped(label, text) for label, text in rows))


def _rows(label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        yield label, text
        label = ""


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        printable(text), width(), initial_indent=f"  {label:<{_LABEL}}",
        subsequent_indent=" " * (_LABEL + 4), break_on_hyphens=False,
    )  # fmt: skip


# ------------------------------------------------------------------ the orders
def _orders(run: Run) -> Iterator[str]:
    ready = Counter(order.action for order in run.orders if order.result is Result.READY)
    held = {order.key for order in run.orders if order.result is Result.TO_CORRECT}
    wrong = {f.order for f in run.findings if f.severity is Severity.ERROR}
    of_file = any(f.order is None and f.row is None and f.holds_back for f in run.findings)
    waiting = 0 if of_file else len(held - wrong)
    counts = [
        (ready[Action.CREATE], "to create"), (ready[Action.SKIP], "to skip: done before"),
        (waiting, "held back until you confirm"), (len(held) - waiting, "to correct"),
    ]  # fmt: skip
    others = [(number, f"to {action}") for action, number in ready.items()
              if action not in (None, Action.NONE, Action.CREATE, Action.SKIP)]  # fmt: skip
    yield ", ".join(f"{number:,} {words}" for number, words in (*counts, *others))


@dataclass(slots=True)
class _Made:
    """What orders make: lines, pouches, and how many orders hold each product or pack."""

    lines: int = 0
    pouches: int = 0
    pieces: int = 0
    items: Counter[str] = field(default_factory=Counter)

    def add(self, order: Order, request: dict[str, Any]) -> None:
        """Take one order into account."""
        self.pouches += order.pouches or 0
        held: set[str] = set()
        for line in request["order_lines"]:
            self.lines += 1
            if "standalone_id" in line:
                self.pieces += line.get("quantity", 1)
                held.add(line["standalone_id"])
            for pouch in line.get("pouches", ()):
                held |= {content["client_product_id"] for content in pouch.get("contents", ())}
                held |= {pouch["pack_id"]} if "pack_id" in pouch else set()
        self.items.update(one.lower() for one in held)


def _made(run: Run) -> Iterator[str]:
    made = _Made()
    for order in run.orders:
        if order.result is Result.READY and order.action is Action.CREATE and order.body:
            made.add(order, request_of(order.body))
    if not made.lines:
        return
    parts = [amount(made.lines, "order line")]
    parts += [f"{made.pouches:,} pouches"] if made.pouches else []
    parts += [f"{amount(made.pieces, 'standalone product')} not in pouches"] if made.pieces else []
    yield ", ".join(parts)
    most = [
        f"{run.product_names.get(item, item)} in {amount(number, 'order')}"
        for item, number in made.items.most_common(_MOST_PRODUCTS)
    ]
    more = len(made.items) - len(most)
    yield "; ".join([*most, f"and {amount(more, 'other product')}"] if more else most)


def _changeable(run: Run) -> Iterator[str]:
    if any(o.result is Result.READY and o.action is Action.CREATE for o in run.orders):
        yield f"if sent now, until {changeable_until(run)}"


# ------------------------------------------------------------------ what to look at
def _warnings(findings: list[Finding]) -> Iterator[str]:
    """The kinds of warnings in the order of the files, each with how often it stands there."""
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
    counts = Counter(finding.code for finding in warnings)
    first = {finding.code: finding for finding in reversed(warnings)}
    told = [f"{counts[code]:,} × {code}: {first[code].message}" for code in counts]
    if len(told) > _MOST_KINDS:
        left = len(told) - _MOST_KINDS
        told[_MOST_KINDS - 1 : -1] = [f"… {amount(left, 'other kind')} …"]
    if told:
        yield f"{len(warnings):,}; `order-loader plan` shows them all"
        yield from told


def _not_checked(run: Run) -> Iterator[str]:
    yield from run.not_checked[:_MOST_UNCHECKED]
    more = len(run.not_checked) - _MOST_UNCHECKED
    if more > 0:
        yield f"and {more} more: see `order-loader plan`"
