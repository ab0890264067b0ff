"""`order-loader release`."""

from typing import Any

import click

from loader.cli import options

_HOUR = 3600.0  # seconds


@click.command("release")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--because", required=True, metavar="TEXT",
              help="Why these orders may be sent again; kept with your name.")  # fmt: skip
@click.option("--attest", is_flag=True,
              help="You have made sure that the process that sent them on another machine has"
              " ended.")  # fmt: skip
@click.option("--visibility-window", type=click.FloatRange(0, 24 * 30), default=24.0,
              show_default=True, metavar="HOURS", envvar="ORDER_LOADER_VISIBILITY_WINDOW",
              help="How long an order that was made may stay invisible to look-ups.")  # fmt: skip
@options.where
@options.connecting
@options.reporting
@options.shown
def command(keys: tuple[str, ...], **chosen: Any) -> int:
    """Let orders of unknown outcome be sent again.

    Only on evidence: a day has passed, two fresh look-ups find nothing, and the process that sent
    them has ended. Nothing is sent here: `order-loader resume` does it, after one more look.
    """
    from loader import wiring
    from loader.app.releasing import Release, release
    from loader.cli.session import session
    from loader.cli.show import facts, new_run_id, show
    from loader.core.errors import UsageError
    from loader.core.model import Run

    because = chosen["because"].strip()
    if not because:
        raise UsageError("--because needs a reason.", hint='Such as --because "support says no".')
    with session(chosen) as opened:
        account = opened.account()
        run = Run(
            command="release", run_id=new_run_id(), env=opened.settings.env, account=account,
            base_url=opened.connection.base_url, started_at=opened.clock.now(),
            facts=facts(opened.settings.ledger),
        )  # fmt: skip
        asked = Release(
            keys=tuple(dict.fromkeys(key.strip() for key in keys)), because=because,
            who=wiring.current_person(), window=chosen["visibility_window"] * _HOUR,
            attested=chosen["attest"],
        )  # fmt: skip
        means = opened.means(lambda entry_id, state: None)
        run = opened.do(release(run, asked, means, wiring.is_gone))
    return show(run, options.shown_of(chosen))
