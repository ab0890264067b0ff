"""The committed example of a report: the monthly sample, sent to a sandbox.

Everything in it happened, but for what differs from one time to the next: the run's id and
times, the ids that the sandbox gave, its address and identity. Those are put in their place here.
"""

import asyncio
import contextlib
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from loader import __version__, wiring
from loader.app.planning import Job, plan
from loader.app.submitting import Means, submit
from loader.core.model import Account, Run
from loader.core.privacy import Privacy
from tests.golden.outcomes import ROOT, sandboxed

PLACE = ROOT / "reports" / "example-submit.html"
SAMPLE = Path("samples") / "monthly" / "monthly.xlsx"
RUN_ID = "run_20261101T090000_e8a391"
STARTED, SECONDS = 1793523600.0, 4.0  # 2026-11-01 09:00 UTC
BASE_URL = "http://127.0.0.1:8642"


def example_report() -> bytes:
    """Return the page, the same bytes each time."""
    with contextlib.chdir(ROOT), _in_utc(), sandboxed() as (settings, clock):
        run = asyncio.run(_submitted(settings, clock))
        return wiring.html_report().render(_settled(run), Privacy.MASKED)


async def _submitted(settings: wiring.Settings, clock: wiring.SystemClock) -> Run:
    job = Job(
        command="plan", run_id=RUN_ID, env="sandbox", base_url=BASE_URL, paths=(SAMPLE,),
        facts={
            "Command": f"order-loader submit {SAMPLE}",
            "Version": f"order-loader {__version__}",
        },
    )  # fmt: skip
    with (
        contextlib.closing(wiring.open_ledger(settings.ledger, clock)) as ledger,
        wiring.connect(settings, clock) as connection,
    ):
        target = connection.target
        means = Means(
            ledger=ledger, target=target, clock=clock, owner=wiring.current_owner(),
            concurrency=1, timeout=30.0,
        )  # fmt: skip
        try:
            run, _ = await plan(
                job, wiring.source_for, clock, ledger, target, connection.environment
            )
            return await submit(run, means)
        finally:
            await target.aclose()


def _settled(run: Run) -> Run:
    """Return the run with what chance and the clock gave replaced by what is always the same."""
    orders = [
        replace(order, order_id=order.order_id and str(uuid.uuid5(uuid.NAMESPACE_URL, order.key)))
        for order in run.orders
    ]
    account = Account("sandbox:sbx_example", run.signed_in.account)
    return replace(
        run, orders=orders, account=account, started_at=STARTED, ended_at=STARTED + SECONDS
    )


@contextlib.contextmanager
def _in_utc() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
