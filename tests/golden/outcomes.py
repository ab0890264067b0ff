"""What comes of a sample: its findings, where its orders go, and the exact requests.

Everything is real: the files are read, the sandbox is asked over its socket, the ledger is new.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from loader import wiring
from loader.app.planning import Job, plan, validate
from loader.core.model import ReadOptions, Run
from loader.core.payload import request_of
from tests.golden.samples import SAMPLES

ROOT = SAMPLES.parent
CASES = {
    "monthly": ("monthly.csv", "monthly.xlsx"),
    "prescription": ("prescription.csv",),
    "smallest": ("smallest.csv",),
    "clinic-long": ("clinic-long.csv", "clinic-long.xlsx"),
    "clinic-wide": ("clinic-wide.csv", "clinic-wide.xlsx"),
}
BATCH = "2026-11"  # of the orders whose numbers a mapping profile makes
FILES = [(case, name) for case, names in CASES.items() for name in names]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `validate` and `plan` say of one file."""

    validated: Run
    planned: Run

    def told(self) -> dict[str, Any]:
        """Return what is committed as expected: every finding, and the end of every order."""
        return {
            command: {
                "rows": sum(one.rows for one in run.inputs),
                "orders": {order.key: order.result.value for order in run.orders},
                "findings": findings(run),
            }
            for command, run in (("validate", self.validated), ("plan", self.planned))
        }

    def requests(self) -> dict[str, Any]:
        """Return the body of every order that would be sent, by its number."""
        return {
            order.key: request_of(order.body)
            for order in self.planned.orders
            if order.body is not None and order.action is not None and order.action.operation
        }


def findings(run: Run) -> list[dict[str, Any]]:
    """Return where each finding stands, in the order in which they are told."""
    return [
        {
            "code": one.code, "severity": one.severity.value, "row": one.row, "cell": one.cell,
            "header": one.header, "order": one.order,
        }
        for one in run.findings
    ]  # fmt: skip


def options_for(path: Path) -> ReadOptions:
    """Return how a sample is read: with the mapping profile of its name, where there is one."""
    declared = path.with_suffix(".toml")
    if not declared.exists():
        return ReadOptions()
    profile = wiring.mapping_profile(declared, BATCH, wiring.SANDBOX)
    return ReadOptions(profile.sheet, profile.encoding, profile.hidden_rows, profile)


def outcome_of(path: Path) -> Outcome:
    """Validate and plan one file, on a machine that has never seen an order."""
    with sandboxed() as (settings, clock):
        job = Job(
            command="validate", run_id="run_expected", env="sandbox", base_url=None, paths=(path,),
            options=options_for(path),
        )  # fmt: skip
        sources = wiring.source_reading(job.options)
        validated = validate(job, sources, clock, None, None)
        planned = asyncio.run(_planned(replace(job, command="plan"), settings, clock))
        return Outcome(validated, planned)


@contextlib.contextmanager
def sandboxed() -> Iterator[tuple[wiring.Settings, wiring.SystemClock]]:
    """Give settings whose ledger and sandbox are new and go away again."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = f"sqlite:///{Path(folder) / 'ledger.sqlite3'}"
        yield wiring.Settings(env="sandbox", ledger=ledger), wiring.SystemClock()


async def _planned(job: Job, settings: wiring.Settings, clock: wiring.SystemClock) -> Run:
    with (
        contextlib.closing(wiring.open_ledger(settings.ledger, clock)) as ledger,
        wiring.connect(settings, clock) as connection,
    ):
        target = connection.target
        try:
            run, _ = await plan(
                job, wiring.source_reading(job.options), clock, ledger, target,
                connection.environment,
            )  # fmt: skip
        finally:
            await target.aclose()
        return run
