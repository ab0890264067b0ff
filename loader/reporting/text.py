"""A run in words for a terminal of 80 columns: what, where, why, how to fix; then what to do next.

It says what the HTML report says, in the same words: both are made from the same parts.
"""

import textwrap
from collections.abc import Iterator
from typing import ClassVar

import click

from loader.core.findings import Severity
from loader.core.model import Result, Run
from loader.core.privacy import Privacy, printable
from loader.core.summary import totals
from loader.reporting.finding_cards import Card, Value, finding_cards
from loader.reporting.headline import amount, headline, lead
from loader.reporting.next_command import Step
from loader.reporting.next_steps import next_steps
from loader.reporting.order_rows import OrderRow, order_rows
from loader.reporting.screen import width

_COLOURS = {
    Severity.ERROR: "red",
    Severity.CONFIRM: "magenta",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
_MOST_CARDS = 15
_MOST_VALUES = 4
_MOST_ORDERS = 10
_PRESSING = (Result.UNKNOWN, Result.CONFLICT, Result.REFUSED)
_DETAILS = "Details"  # how an order's error calls the API's words on single fields
_MARGIN = "   | "
_MASKED = (
    "(masked: what is found in columns about people is shown as a first sign, x for letters and 9"
    " for digits; --privacy full shows it)"
)


class TextReport:
    """A run for the terminal (implements `ports.ReportFormat`); `verbose` leaves nothing out."""

    suffix: ClassVar[str] = ".txt"

    def __init__(self, *, verbose: bool = False) -> None:
        self._verbose = verbose
        self._width = width()

    def render(self, run: Run, privacy: Privacy) -> bytes:
        """Return the text as UTF-8, with colours; personal values as `privacy` allows them."""
        cards = finding_cards(run, privacy)
        rows = order_rows(run, cards, privacy)
        lines = [
            *(self._table(rows) if run.command == "status" else ()),
            *self._cards(run, cards),
            *self._orders(rows),
            *self._outcome(run),
            *self._steps(next_steps(run, rows, cards)),
        ]
        return "\n".join(lines).encode("utf-8", "replace")

    # ------------------------------------------------------------- findings
    def _cards(self, run: Run, cards: list[Card]) -> Iterator[str]:
        told = [card for card in cards if self._verbose or card.severity is not Severity.NOTE]
        most = len(told) if self._verbose else _MOST_CARDS
        explained = False
        for card in told[:most]:
            yield from self._card(run, card)
            if card.masked and not explained:
                explained = True
                yield from self._labelled("", _MASKED)
            yield ""
        if len(told) > most:
            more = amount(len(told) - most, "more kind")
            yield f"… and {more} of finding: see the report, or -v."
            yield ""
        notes = sum(card.count for card in cards if card.severity is Severity.NOTE)
        if notes and not self._verbose:
            yield f"{amount(notes, 'note')} on what was tidied: see the report, or -v."
            yield ""

    def _card(self, run: Run, card: Card) -> Iterator[str]:
        word = f"{card.severity}{' (accepted)' if card.accepted else ''}"
        styled = click.style(f"{word}[{card.code}]", fg=_COLOURS[card.severity], bold=True)
        message = f"{card.title.rstrip('.')}."
        if card.says_more and card.message:
            message = card.message
        yield from self._headed(styled, len(word) + len(card.code) + 2, message)
        file = card.file or (run.inputs[0].file.path if run.inputs else "")
        place = [file, f"sheet {card.sheet}" if card.sheet else ""]
        place.append(f'column "{printable(card.column, 40)}"' if card.column else "")
        yield from self._indented(", ".join(part for part in place if part), "  --> ", "      ")
        values = card.values if self._verbose else card.values[:_MOST_VALUES]
        for value in values:
            yield from self._value(card, value)
        more = len(card.values) - len(values) + card.more
        if more:
            yield f"{_MARGIN}… and {amount(more, 'more value')}"
        yield from self._labelled("allowed", card.allowed)
        if card.holds_back and card.orders:
            yield from self._labelled("keeps back", _named(card.orders))
        yield from self._labelled("help", card.help)

    def _value(self, card: Card, value: Value) -> Iterator[str]:
        place = f"cell {value.cells}" if value.cells else _rows(value.rows)
        if not card.placed:
            place = ""
        said = printable(value.found, 60) if value.found else value.why
        found = f": {said}" if said else ""
        yield from self._labelled("found", f"{place}{found}".lstrip(": "))
        if not card.message and value.message.rstrip(".") != card.title.rstrip("."):
            yield from self._labelled("", value.message)
        if value.suggestion:
            yield from self._labelled("suggested", printable(value.suggestion, 100))

    # ------------------------------------------------------------- orders, outcome, what next
    def _table(self, rows: list[OrderRow]) -> Iterator[str]:
        """Every order with where it stands: this is what `status` is asked for."""
        cells = [
            (printable(row.order.key), row.standing.label, row.number or "–", row.status or "–")
            for row in rows
        ]
        if not cells:
            return
        cells.insert(0, ("Order", "Stands", "Their number", "Status there"))
        wide = [max(len(row[place]) for row in cells) for place in range(3)]
        for place, row in enumerate(cells):
            line = "  ".join(
                f"{cell:<{width}}" for cell, width in zip(row, [*wide, 0], strict=True)
            )
            yield click.style(line.rstrip(), bold=not place)
        yield ""

    def _orders(self, rows: list[OrderRow]) -> Iterator[str]:
        pressing = [row for row in rows if row.order.result in _PRESSING]
        most = len(pressing) if self._verbose else _MOST_ORDERS
        for row in sorted(pressing, key=lambda row: row.urgency)[:most]:
            label = row.standing.label.lower()
            rest = f"order {printable(row.order.key)}{_rows(row.rows, ', ')}"
            rest += f", {row.number}" if row.number else ""
            yield from self._headed(click.style(label, fg="red", bold=True), len(label), rest)
            if row.message:
                yield from self._labelled("because", printable(row.message))
            for one in (text for name, text in row.errors if name == _DETAILS):
                yield from self._labelled("", printable(one))
        if len(pressing) > most:
            yield f"… and {amount(len(pressing) - most, 'more order')}: see the report, or -v."
        if pressing:
            yield ""

    def _outcome(self, run: Run) -> Iterator[str]:
        for line in textwrap.wrap(f"{headline(run)} {lead(run)}".strip(), self._width):
            yield click.style(line, bold=True)
        counted = totals(run)
        files = ", ".join(printable(one.file.path) for one in run.inputs)
        if files:
            read = f"Read: {amount(counted['rows'], 'row')} in {files}."
            yield from self._indented(read, "", "  ")
        pouches = sum(o.pouches or 0 for o in run.orders if o.result is Result.READY)
        if pouches:
            yield f"The ready orders make {pouches:,} pouches."
        for one in run.not_checked:
            yield from textwrap.wrap(
                one, self._width, initial_indent="Not checked: ", subsequent_indent="  "
            )

    def _steps(self, steps: list[Step]) -> Iterator[str]:
        yield ""
        yield click.style("What to do next", bold=True)
        for number, step in enumerate(steps, 1):
            yield from self._indented(f"{number}. {step.title}", "  ", "     ")
            for text in (step.text, *(f"- {point}" for point in step.points)):
                yield from self._indented(text, "     ", "     ")
            for what, line in step.commands:
                yield from self._indented(what, "     ", "     ")
                yield f"       {line}"

    # ------------------------------------------------------------- layout
    def _headed(self, head: str, shown: int, text: str) -> Iterator[str]:
        first, *rest = textwrap.wrap(
            text, self._width, initial_indent=" " * (shown + 2), subsequent_indent="  "
        ) or [""]
        yield f"{head}: {first.lstrip()}"
        yield from rest

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        yield from self._indented(text, f"{_MARGIN}{label:<10} ", f"{_MARGIN}{'':<10} ")

    def _indented(self, text: str, first: str, then: str) -> Iterator[str]:
        yield from textwrap.wrap(
            text, self._width, initial_indent=first, subsequent_indent=then,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip


def _named(keys: tuple[str, ...]) -> str:
    more = len(keys) - _MOST_VALUES
    rest = f" and {more:,} more" if more > 0 else ""
    word = "order" if len(keys) == 1 else "orders"
    return f"{word} {printable(', '.join(keys[:_MOST_VALUES]))}{rest}"


def _rows(spans: str, before: str = "") -> str:
    if not spans:
        return ""
    return f"{before}{'row' if spans.isdecimal() else 'rows'} {spans}"
