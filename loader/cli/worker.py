"""`order-loader worker`."""

import json
import time
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.app.sending import Progress
    from loader.app.working import Worked
    from loader.core.lifecycle import State
    from loader.core.model import Account


@click.command("worker")
@options.where
@options.connecting
@options.form
@click.option("-q", "--quiet", is_flag=True, envvar="ORDER_LOADER_QUIET", help="No progress.")
def command(**chosen: Any) -> int:
    """Send confirmed orders from a shared ledger until stopped.

    Any number of workers, on any number of machines, may share a ledger on PostgreSQL
    (--ledger postgresql://USER@HOST/DATABASE), or one in a file on this machine. Orders are
    confirmed by `submit`. Ctrl-C finishes what is on its way; a second one quits.
    """
    from loader.app.working import Worker
    from loader.cli.output import say
    from loader.cli.session import session
    from loader.core.errors import UsageError

    if chosen["env"] == "sandbox" and chosen["base_url"] is None:
        raise UsageError(
            "A worker needs an API that submit and the other workers reach, too.",
            hint="For a rehearsal run `order-loader sandbox`, and pass its address with"
            " --base-url; else name --env stage or --env prod.",
        )
    with session(chosen) as opened:
        account = opened.account()
        say("Working until Ctrl-C.", quiet=chosen["quiet"])
        means = opened.means(_telling(quiet=chosen["quiet"]))
        worked = opened.do(Worker(account, means, say).work())
    _show(worked, account, chosen)
    return worked.exit_code


def _telling(*, quiet: bool) -> "Progress":
    """Return what says now and then, on standard error, how many orders have which outcome."""
    from loader.cli.output import say
    from loader.cli.progress import SECONDS_BETWEEN_LINES, Tally

    tally = Tally(0)
    next_line = time.monotonic() + SECONDS_BETWEEN_LINES

    def tell(entry_id: int, state: "State") -> None:
        nonlocal next_line
        tally.note(entry_id, state)
        if not quiet and time.monotonic() >= next_line:
            next_line = time.monotonic() + SECONDS_BETWEEN_LINES
            say(f"{tally.done:,} orders: {tally}")

    return tell


def _show(worked: "Worked", account: "Account", chosen: dict[str, Any]) -> None:
    from loader.cli.output import result

    counts = {state.value: number for state, number in sorted(worked.outcomes.items())}
    if chosen["form"] == "json":
        document = {
            "schema": "order-loader/worker/1", "env": chosen["env"],
            "environment": account.environment, "account": account.account,
            "outcomes": counts, "waiting": worked.waiting, "stopped": worked.stopped,
        }  # fmt: skip
        result(json.dumps(document))
        return
    told = ", ".join(f"{number:,} {state}" for state, number in counts.items())
    result(f"{worked.stopped}. Orders by outcome: {told or 'none'}.")
    if worked.waiting:
        result("Some orders still wait: start a worker again, or `order-loader resume`.")
