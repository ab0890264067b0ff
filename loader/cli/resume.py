"""`order-loader resume`."""

import time
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.app.resuming import Unfinished
    from loader.cli.session import Session
    from loader.core.model import Account, Run

_OLD = 7 * 86400.0  # seconds after which a confirmation is asked for again


@click.command("resume")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--refused",
    is_flag=True,
    help="Send refused orders again, after something was mended at OK Capsule.",
)
@options.where
@options.connecting
@options.confirming
@options.reporting
@options.results
@options.shown
def command(run_id: str | None, refused: bool, **chosen: Any) -> int:
    """Settle unknown outcomes and send what was confirmed and not sent.

    Without RUN, all unfinished runs of this environment and account are taken.
    """
    from loader.app.resuming import unfinished
    from loader.cli.session import session
    from loader.cli.show import new_run_id, show

    shown = options.shown_of(chosen)
    with session(chosen) as opened:
        account = opened.account()
        found = unfinished(opened.ledger, account, run_id, new_run_id(), refused=refused)
        run = (
            _nothing(opened, account)
            if found is None
            else _resumed(opened, found, refused=refused, chosen=chosen)
        )
        opened.write_results(run, shown)
    return show(run, shown)


def _nothing(opened: "Session", account: "Account") -> "Run":
    from loader.cli.show import facts, new_run_id
    from loader.core.model import Run

    now = opened.clock.now()
    return Run(
        command="resume", run_id=new_run_id(), env=opened.settings.env, account=account,
        base_url=opened.connection.base_url, started_at=now, ended_at=now,
        facts=facts(opened.settings.ledger),
    )  # fmt: skip


def _resumed(
    opened: "Session", found: "Unfinished", *, refused: bool, chosen: dict[str, Any]
) -> "Run":
    from dataclasses import replace

    from loader.app.resuming import resume
    from loader.cli.confirm import amount, confirm
    from loader.cli.output import say
    from loader.cli.progress import progress
    from loader.cli.show import check_report, facts

    shown, writes = options.shown_of(chosen), len(found.to_send)
    settings = opened.settings
    run = replace(
        found.run, command="resume", env=settings.env, base_url=opened.connection.base_url,
        facts=found.run.facts | facts(settings.ledger),
    )  # fmt: skip
    check_report(run, shown)
    old = any(entry.entered_at < time.time() - _OLD for entry in found.to_send)
    again = sum(entry.state.value == "refused" for entry in found.to_send)
    confirm(
        writes, settings.env, chosen, ask=old or again > 0,
        plan=lambda: _asked(writes, again, old=old),
    )  # fmt: skip
    doing = [f"sending {amount(writes)}"] if writes else []
    doing += [f"looking up {amount(found.in_doubt)}"] if found.in_doubt else []
    say(f"Run {run.run_id}: {', '.join(doing) or 'nothing to send'}.", quiet=shown.quiet)
    with progress(writes + found.in_doubt, quiet=shown.quiet) as tell:
        return opened.do(resume(replace(found, run=run), opened.means(tell), refused=refused))


def _asked(writes: int, again: int, *, old: bool) -> str:
    """Say what is agreed to: what was confirmed long ago, and what was refused before."""
    from loader.cli.confirm import amount

    parts = (
        [f"{amount(again)} that OK Capsule refused before would be sent again."] if again else []
    )
    if old:
        parts.append(f"{amount(writes)} would be sent, some confirmed more than 7 days ago.")
    return " ".join(parts)
