"""The report for people: one HTML file that needs nothing else and loads nothing else."""

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Any, ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from loader.core.model import Result, Run
from loader.core.payload import collector_off
from loader.core.privacy import Privacy
from loader.reporting import headline
from loader.reporting.finding_cards import Card, finding_cards, parts
from loader.reporting.legible import legible
from loader.reporting.moments import day, exactly
from loader.reporting.next_command import COMMAND_FACT, command
from loader.reporting.next_steps import next_steps
from loader.reporting.order_columns import order_columns
from loader.reporting.order_rows import OrderRow, order_rows
from loader.reporting.standing import Standing, counted

MOST_PLAIN = 500  # orders that stand in the page itself, for readers without scripts
MOST_CARDS = 200  # kinds of findings that are shown
MOST_PRESSING = 100  # unknown and conflicting orders in their own block
_BAR = 1000  # width of the proportion bar in its own units
_GAP = 4

_EXITS = {
    0: "all good, or nothing to do",
    1: "finished; some orders must be corrected or were refused",
    2: "the command was not called as it can be",
    3: "a file, mapping or setting cannot be read",
    4: "sign-in is needed or was refused",
    5: "stopped early; the rest can be resumed",
    6: "finished; some outcomes are unknown",
    7: "the plan is stale, or another run holds the lock",
    70: "a defect of this program",
    130: "interrupted",
}
# The columns of the table of orders; those that are empty for every order are left out.
_COLUMNS = (
    ("key", "Order"), ("rows", "Rows"), ("standing", "Result"), ("action", "Action"),
    ("number", "Order number"), ("status", "Status"), ("message", "Message"),
)  # fmt: skip
_ALWAYS = ("key", "standing")
_PRIVACY = {
    Privacy.MASKED: "Personal values are masked: the first character, then x for letters and 9 for"
    " digits.",
    Privacy.FULL: "This file shows personal data. Keep it as you keep a patient’s record.",
    Privacy.NONE: "Personal values are left out.",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the proportion bar: where it begins and how wide it is, of 1000."""

    standing: Standing
    start: float
    width: float


class HtmlReport:
    """A run as one self-contained HTML file (implements `ports.ReportFormat`)."""

    suffix: ClassVar[str] = ".html"

    def render(self, run: Run, privacy: Privacy) -> bytes:
        """Return the page as UTF-8; personal values as `privacy` allows them."""
        with collector_off():
            return self._page(run, privacy).encode()

    def _page(self, run: Run, privacy: Privacy) -> str:
        cards = finding_cards(run, privacy)
        rows = order_rows(run, cards, privacy)
        columns = order_columns(run, rows, privacy)
        style, script = _asset("report.css"), _asset("report.js")
        page = _environment().get_template("report.html.jinja")
        return page.render(
            **_first_screen(run, rows, cards),
            **_findings(cards),
            **_orders(rows),
            **_making(run, privacy),
            style=Markup(style),  # noqa: S704 our own file
            script=Markup(script),  # noqa: S704 our own file
            style_hash=_csp_hash(style),
            script_hash=_csp_hash(script),
            data=Markup(columns.json),  # noqa: S704 escaped for a script element
            without_content=columns.without_content,
            run=run,
            command=lambda *words: command(run, *words),
        )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("loader.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=legible,
    )
    environment.filters["with_code"] = _with_code
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.globals["amount"] = headline.amount
    return environment


def _with_code(text: str) -> Markup:
    """Return an escaped text with what stands in `backticks` set as code."""
    escaped = str(escape(legible(text)))
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S704 escaped above


def _asset(name: str) -> str:
    return resources.files("loader.reporting").joinpath("templates", name).read_text("utf-8")


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _first_screen(run: Run, rows: list[OrderRow], cards: list[Card]) -> dict[str, Any]:
    counts = counted(run)
    return {
        "title": headline.title(run),
        "headline": headline.headline(run),
        "lead": headline.lead(run),
        "banner": headline.banner(run),
        "counts": counts,
        "total": len(run.orders),
        "segments": _segments(counts),
        "statuses": _statuses(run),
        "steps": next_steps(run, rows, cards),
    }


def _segments(counts: list[tuple[Standing, int]]) -> list[Segment]:
    """Share out the bar in proportion; what is there at all can be seen."""
    total = sum(number for _, number in counts)
    room = _BAR - _GAP * (len(counts) - 1)
    widths = [max(6.0, room * number / total) for _, number in counts]
    widths = [width * room / sum(widths) for width in widths]
    segments, start = [], 0.0
    for (standing, _), width in zip(counts, widths, strict=True):
        segments.append(Segment(standing, round(start, 1), round(width, 1)))
        start += width + _GAP
    return segments


def _statuses(run: Run) -> list[tuple[str, int]]:
    """Return how many orders have which status at the API, the commonest first."""
    counts: dict[str, int] = {}
    for order in run.orders:
        if order.status:
            counts[order.status] = counts.get(order.status, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])


def _findings(cards: list[Card]) -> dict[str, Any]:
    return {
        "parts": parts(cards[:MOST_CARDS]),
        "cards": {card.number for card in cards[:MOST_CARDS]},
        "cards_left_out": len(cards[MOST_CARDS:]),
    }


def _orders(rows: list[OrderRow]) -> dict[str, Any]:
    pressing = [row for row in rows if row.order.result in (Result.UNKNOWN, Result.CONFLICT)]
    return {
        "pressing": pressing[:MOST_PRESSING],
        "pressing_left_out": len(pressing[MOST_PRESSING:]),
        "plain": sorted(rows, key=lambda row: row.urgency)[:MOST_PLAIN],
        "columns": [
            (name, label)
            for name, label in _COLUMNS
            if name in _ALWAYS or any(getattr(row, name) for row in rows)
        ],
    }


def _making(run: Run, privacy: Privacy) -> dict[str, Any]:
    facts = [
        ("Command", run.command),
        ("Run", run.run_id),
        ("Environment", run.env),
        ("Address", run.base_url or "none: no connection was made"),
        ("Account", run.account.account if run.account else ""),
        ("Started", exactly(run.started_at)),
        ("Ended", exactly(run.ended_at) if run.ended_at else ""),
        ("Exit code", f"{run.exit_code}: {_EXITS.get(run.exit_code, 'not one of this program')}"),
        ("Stopped early", run.stopped),
        *(
            ("To run it again" if name == COMMAND_FACT else name, run.facts[name])
            for name in run.facts
        ),
        ("Privacy", _PRIVACY[privacy]),
    ]
    return {
        "facts": [(name, text) for name, text in facts if text],
        "day": day(run.started_at),
        "keep_safe": _PRIVACY[privacy] if privacy is Privacy.FULL else "",
    }
