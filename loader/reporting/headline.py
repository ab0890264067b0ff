"""The first words of a report: the outcome in a sentence, and what kind of place it happened in."""

from dataclasses import dataclass

from loader.core.model import Run
from loader.reporting.standing import Standing, counted

_WRITES = frozenset({"submit", "resume", "hold", "unhold", "cancel"})
Counts = list[tuple[Standing, int]]

# What may stand first in a headline, and how many further results it names.
_FINE = ("good", "calm")
_MOST_PRESSING = 3
# What to say first where not one order came out well.
_HOPED = {"validate": "is ready", "plan": "can be sent", "submit": "was created"}
_EMPTY = {
    "status": "The ledger holds no orders for this environment and account.",
    "reconcile": "There was nothing to look up.",
    "resume": "Nothing was left to do.",
}
_TITLES = {
    "validate": "Check of order files",
    "plan": "Plan",
    "submit": "Orders sent",
    "resume": "Run resumed",
    "status": "Where the orders stand",
    "reconcile": "Unknown outcomes looked up",
    "release": "Orders released",
}


@dataclass(frozen=True, slots=True)
class Banner:
    """What kind of place the run worked in; `tone` is `calm`, or `strong` for production."""

    tone: str
    title: str
    text: str


def title(run: Run) -> str:
    """Return what kind of report this is."""
    return _TITLES.get(run.command, run.command.capitalize())


def banner(run: Run) -> Banner:
    """Return whether anything real was ordered, and where."""
    writes = run.command in _WRITES
    if run.env == "sandbox":
        return Banner("calm", "A rehearsal: nothing was ordered", "Made in the sandbox.")
    where = f"Address: {run.base_url}" if run.base_url else "No connection was made."
    if run.env == "stage":
        return Banner("calm", "Test environment: nothing ships", where)
    if run.env != "prod":
        return Banner("strong", f"Environment: {run.env}", where)
    words = "these orders are real" if writes else "this run sent nothing"
    return Banner("strong", f"Production: {words}", where)


def headline(run: Run) -> str:
    """Return the outcome in one or two sentences: what was done, and what presses most."""
    first, pressing, _ = _told(run)
    return " ".join(filter(None, (first, _listed(pressing))))


def lead(run: Run) -> str:
    """Return what the headline left out, as one sentence; "" where that is nothing."""
    return _listed(_told(run)[2])


def _told(run: Run) -> tuple[str, Counts, Counts]:
    """Return the first sentence, what else belongs beside it, and what can stand below it."""
    counts, total = counted(run), len(run.orders)
    if not total:
        return _EMPTY.get(run.command, "No orders were found."), [], []
    fine = sorted(
        (one for one in counts if one[0].tone in _FINE),
        key=lambda one: (_FINE.index(one[0].tone), -one[1]),
    )
    rest = [one for one in counts if one[0].tone not in _FINE]
    if fine:
        first, also = _first(*fine[0], total), fine[1:]
    elif run.command in _HOPED and total > 1:
        first, also = f"None of the {total:,} orders {_HOPED[run.command]}.", []
    else:
        first, also, rest = _first(*rest[-1], total), [], rest[:-1]
    return first, rest[-_MOST_PRESSING:], [*reversed(rest[:-_MOST_PRESSING]), *also]


def amount(number: int, noun: str) -> str:
    """Return the number with its noun: "1 order", "1,204 orders"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _first(standing: Standing, number: int, total: int) -> str:
    if number == total == 1:
        return f"The {standing.subject} {standing.one}."
    if number == total:
        return f"All {total:,} {standing.subject}s {standing.many}."
    words = standing.one if number == 1 else standing.many
    return f"{number:,} of {total:,} {standing.subject}s {words}."


def _listed(counts: Counts) -> str:
    parts = []
    for standing, number in counts:
        what = f"{number:,}" if standing.subject == "order" else amount(number, standing.subject)
        parts.append(f"{what} {standing.one if number == 1 else standing.many}")
    return ", ".join(parts) + "." if parts else ""
