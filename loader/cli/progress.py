"""How far a run has come: a bar on a terminal, a line now and then elsewhere."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loader.app.sending import Progress
from loader.cli.output import colour, say
from loader.core.lifecycle import State

if TYPE_CHECKING:
    from rich.console import Console

SECONDS_BETWEEN_LINES = 10.0

Show = Callable[[int, int, str], None]  # how many are done, of how many, and how they stand


class Tally:
    """Where the orders of a run stand; an order that moves on is counted once."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._states: dict[int, State] = {}
        self._counts: Counter[State] = Counter()

    def note(self, entry_id: int, state: State) -> None:
        """Take an outcome into account."""
        before = self._states.get(entry_id)
        if before is not None:
            self._counts[before] -= 1
        self._states[entry_id] = state
        self._counts[state] += 1

    @property
    def done(self) -> int:
        """The number of orders that have an outcome; a deferred one has none yet."""
        return len(self._states) - self._counts[State.DEFERRED]

    def __str__(self) -> str:
        counted = ((number, state.value) for state, number in self._counts.items() if number)
        return ", ".join(f"{number:,} {word}" for number, word in counted)


@contextmanager
def progress(total: int, *, quiet: bool, doing: str = "Sending") -> Iterator[Progress]:
    """Show on standard error how far a run has come; nothing where it is not wanted."""
    tally = Tally(total)
    with _shown(doing, quiet=quiet or not total) as show:

        def tell(entry_id: int, state: State) -> None:
            tally.note(entry_id, state)
            show(tally.done, total, str(tally))

        yield tell


@contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how many of how many are done; nothing where it is not wanted."""
    with _shown(what, quiet=quiet) as show:
        yield lambda done, total: show(done, total, "")


@contextmanager
def _shown(what: str, *, quiet: bool) -> Iterator[Show]:
    if quiet:
        yield lambda done, total, tally: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    # Where colours are not wanted, neither are the control codes of a bar that moves.
    if console.is_terminal and colour() is not False:
        with _bar(console, what) as show:
            yield show
    else:
        yield _lines(what)


def _lines(what: str) -> Show:
    next_line = time.monotonic() + SECONDS_BETWEEN_LINES

    def show(done: int, total: int, tally: str) -> None:
        nonlocal next_line
        if time.monotonic() >= next_line:
            next_line = time.monotonic() + SECONDS_BETWEEN_LINES
            say(f"{what}: {done:,} of {total:,} orders{f': {tally}' if tally else ''}")

    return show


@contextmanager
def _bar(console: "Console", what: str) -> Iterator[Show]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(bar_width=20), MofNCompleteColumn(),
               TimeElapsedColumn(), TextColumn("{task.fields[tally]}"))  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("orders", total=None, tally="", visible=False)

        def show(done: int, total: int, tally: str) -> None:
            bar.update(task, completed=done, total=total, tally=tally, visible=True)

        yield show
