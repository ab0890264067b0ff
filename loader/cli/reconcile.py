"""`order-loader reconcile`."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from loader.cli import options

if TYPE_CHECKING:
    from loader.cli.session import Session
    from loader.core.model import Run


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
    from loader.cli.session import session
    from loader.cli.show import show

    with session(chosen) as opened:
        run = asyncio.run(_reconcile(opened))
    return show(run, options.shown_of(chosen))


async def _reconcile(opened: "Session") -> "Run":
    from loader.app.submitting import reconcile
    from loader.cli.show import facts, new_run_id
    from loader.core.model import Run

    try:
        account = await opened.account()
        run = Run(
            command="reconcile", run_id=new_run_id(), env=opened.settings.env, account=account,
            base_url=opened.connection.base_url, started_at=opened.clock.now(), facts=facts(),
        )  # fmt: skip
        return await reconcile(run, account, opened.means(lambda state: None))
    finally:
        await opened.connection.target.aclose()
