"""What commands that talk to the API share: settings, ledger and connection, opened and closed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from loader import wiring
from loader.app.submitting import Means
from loader.cli import options
from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ports import Clock, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRESS_STEPS = 10  # seconds of silence are worse than a line


@dataclass(frozen=True, slots=True)
class Session:
    """An open ledger and a reached API."""

    settings: wiring.Settings
    ledger: Ledger
    connection: wiring.Connection
    clock: Clock

    def means(self, progress: "Callable[[State], None]") -> Means:
        """Return what sending needs."""
        return Means(
            ledger=self.ledger, target=self.connection.target, clock=self.clock,
            owner=wiring.current_owner(), concurrency=self.settings.concurrency,
            timeout=self.settings.timeout, progress=progress,
        )  # fmt: skip

    async def account(self) -> Account:
        """Sign in and return whose orders these are."""
        return Account(self.connection.environment, await self.connection.target.account_id())


@contextmanager
def session(chosen: dict[str, Any]) -> Iterator[Session]:
    """Open the ledger and reach the API."""
    settings = options.settings_of(chosen)
    clock = wiring.SystemClock()
    with (
        closing(wiring.open_ledger(settings.ledger, clock)) as ledger,
        wiring.connect(settings, clock) as connection,
    ):
        yield Session(settings, ledger, connection, clock)


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> "Iterator[Callable[[State], None]]":
    """Show on standard error how many orders have an outcome; nothing where it is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal or not total:
        yield lambda state: None
        return
    counts: dict[State, int] = {}
    columns = (TextColumn("Sending"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[counts]}"))  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("orders", total=total, counts="")

        def tell(state: State) -> None:
            counts[state] = counts.get(state, 0) + 1
            text = ", ".join(f"{number} {one}" for one, number in counts.items())
            bar.update(task, advance=state is not State.DEFERRED, counts=text)

        yield tell


def say(text: str, *, quiet: bool = False) -> None:
    """Say something on standard error, where results do not go."""
    if not quiet:
        click.echo(text, err=True)
