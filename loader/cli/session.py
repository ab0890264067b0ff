"""What commands that talk to the API share: settings, ledger and connection, opened and closed."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from loader import wiring
from loader.app.sending import Progress
from loader.app.submitting import Means
from loader.cli import options
from loader.cli.output import say
from loader.core.model import Account, Run
from loader.ports import Clock, Ledger

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Session:
    """An open ledger and a reached API.

    Questions to the person are asked between the calls of `do`, never inside one: a prompt
    would block the loop, and the loop would keep Ctrl-C from the prompt.
    """

    settings: wiring.Settings
    ledger: Ledger
    connection: wiring.Connection
    clock: Clock
    runner: asyncio.Runner

    def do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run `work` to its end, always in the same loop: its connections belong to it."""
        return self.runner.run(work)

    def means(self, progress: Progress) -> Means:
        """Return what sending needs; what a person should know goes to standard error."""
        return Means(
            ledger=self.ledger, target=self.connection.target, clock=self.clock,
            owner=wiring.current_owner(), concurrency=self.settings.concurrency,
            timeout=self.settings.timeout, rate=self.settings.rate, progress=progress, say=say,
        )  # fmt: skip

    def write_results(self, run: Run, shown: options.Shown) -> None:
        """Where a workbook of results is wanted, write it with the ids of new people."""
        if shown.results is not None:
            from loader.app.consumers import consumers
            from loader.cli.workbooks import write_results

            found = self.do(consumers(run, self.connection.target, self.settings.concurrency))
            write_results(run, shown, found)

    def account(self) -> Account:
        """Sign in and return whose orders these are."""
        return Account(self.connection.environment, self.do(self.connection.target.account_id()))


@contextmanager
def session(chosen: dict[str, Any], *, rebuild: bool = False) -> Iterator[Session]:
    """Open the ledger (a lost one, too, where it is to be rebuilt) and reach the API."""
    settings = options.settings_of(chosen)
    clock = wiring.SystemClock()
    with (
        closing(
            wiring.open_ledger(settings.ledger, clock, watched=settings.watched, rebuild=rebuild)
        ) as ledger,
        wiring.connect(settings, clock) as connection,
        asyncio.Runner() as runner,
    ):
        try:
            yield Session(settings, ledger, connection, clock, runner)
        except Exception:
            runner.run(connection.target.aclose())
            raise
        else:
            runner.run(connection.target.aclose())
        # After Ctrl-C the loop is not run again but by the runner's end, which cancels what is
        # on its way.
