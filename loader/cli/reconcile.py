"""`order-loader reconcile`."""

from typing import Any

import click

from loader.cli import options


@click.command("reconcile")
@options.where
@options.connecting
@options.reporting
@options.shown
def command(**chosen: Any) -> int:
    """Look up orders whose outcome is unknown.

    Nothing is sent. An order that is found with the content that was sent becomes created; one
    that is not found stays unknown, because the look-up may lag behind.
    """
    from loader.app.reconciling import reconcile
    from loader.cli.session import session
    from loader.cli.show import facts, new_run_id, show
    from loader.core.model import Run

    with session(chosen) as opened:
        account = opened.account()
        run = Run(
            command="reconcile", run_id=new_run_id(), env=opened.settings.env, account=account,
            base_url=opened.connection.base_url, started_at=opened.clock.now(),
            facts=facts(opened.settings.ledger),
        )  # fmt: skip
        means = opened.means(lambda entry_id, state: None)
        run = opened.do(reconcile(run, account, means))
    return show(run, options.shown_of(chosen))
