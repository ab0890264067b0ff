"""`order-loader reconcile`."""

from typing import Any

import click

from loader.cli import options


@click.command("reconcile")
@click.option("--all", "everything", is_flag=True,
              help="Compare with every order at OK Capsule; rebuilds a lost ledger.")  # fmt: skip
@options.where
@options.connecting
@options.reporting
@options.shown
def command(everything: bool, **chosen: Any) -> int:
    """Look up orders whose outcome is unknown.

    Nothing is sent. An order that is found with the content that was sent becomes created; one
    that is not found stays unknown, because the look-up may lag behind.
    """
    from loader.app.reconciling import reconcile
    from loader.cli.progress import progress
    from loader.cli.session import session
    from loader.cli.show import facts, new_run_id, show
    from loader.core.model import Run

    shown = options.shown_of(chosen)
    with session(chosen, rebuild=everything) as opened:
        account = opened.account()
        run = Run(
            command="reconcile", run_id=new_run_id(), env=opened.settings.env, account=account,
            base_url=opened.connection.base_url, started_at=opened.clock.now(),
            facts=facts(opened.settings.ledger),
        )  # fmt: skip
        unknown = sum(one.state.value == "unknown" for one in opened.ledger.find(account))
        with progress(unknown, quiet=shown.quiet, doing="Looking up") as tell:
            means = opened.means(tell)
            run = opened.do(reconcile(run, account, means, everything=everything))
    return show(run, shown)
