"""Hosts whose clocks are hours wrong: leases, due times, turns and pauses are the server's."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from loader import wiring
from loader.app.brake import Brake
from loader.app.submitting import Means
from loader.app.working import Worker
from loader.core.lifecycle import State
from loader.core.model import Account
from loader.ledger.postgres import PostgresLedger
from loader.ports import Clock
from loader.sandbox import Fault, Sandbox
from tests.contract.ledger_subject import ACCOUNT, LEASE, bring_to, enter, entry_of, outcome, send
from tests.integration.submission.rehearsal import Rehearsal, rows
from tests.postgres_server import server

HOURS = (5.0, -7.0)


@dataclass(frozen=True, slots=True)
class WrongClock:
    """A host's clock that is wrong by so many seconds, and was never set."""

    wrong_by: float

    def now(self) -> float:
        """Return what the host takes for Unix seconds."""
        return time.time() + self.wrong_by

    def ticks(self) -> float:
        """Return seconds that never step back."""
        return time.monotonic()


@pytest.fixture
def hosts(schema: str) -> Iterator[list[PostgresLedger]]:
    """Give one ledger as two hosts see it, one hours ahead and one hours behind."""
    clocks: list[Clock] = [WrongClock(hours * 3600.0) for hours in HOURS]
    ledgers = [PostgresLedger(server().url, clock, schema=schema) for clock in clocks]
    yield ledgers
    for ledger in ledgers:
        ledger.close()


def test_a_lease_lasts_as_long_for_every_host(hosts: list[PostgresLedger]) -> None:
    """A claim of a host that is ahead is no older to the one behind, and the other way round."""
    for ledger, other in (hosts, reversed(hosts)):
        key = f"K{id(ledger)}"
        enter(ledger, key)
        assert len(ledger.claim("run_1", "a process elsewhere", 9, LEASE)) == 1
        assert other.claim("run_1", "me", 9, LEASE) == []
        assert other.take_back(ACCOUNT) == 0
        entry = entry_of(other, key)
        assert abs(entry.entered_at - time.time()) < 60


def test_a_request_is_given_up_by_the_servers_clock(hosts: list[PostgresLedger]) -> None:
    """A host that is hours ahead does not take a request of a moment ago for lost."""
    ahead, behind = hosts
    enter(behind, "A")
    bring_to(behind, entry_of(behind, "A"), State.SENDING)
    assert ahead.recover(ACCOUNT) == 0
    assert entry_of(ahead, "A").state is State.SENDING


@pytest.mark.parametrize("turned", [False, True])
def test_a_due_time_is_as_far_away_for_every_host(
    hosts: list[PostgresLedger], turned: bool
) -> None:
    """What one host puts off by 40 seconds is 40 seconds away by the clock of each of them."""
    ledger, other = reversed(hosts) if turned else hosts
    own, its = (WrongClock(h * 3600.0) for h in (reversed(HOURS) if turned else HOURS))
    enter(ledger, "A")
    sending, attempt = send(ledger, "A")
    late = replace(outcome(sending, State.DEFERRED, attempt=attempt), not_before=own.now() + 40.0)
    assert ledger.settle([late]) == [True]
    assert entry_of(ledger, "A").not_before - own.now() == pytest.approx(40.0, abs=5.0)
    other.recover(ACCOUNT)  # any write tells it how far its clock is off
    assert entry_of(other, "A").not_before - its.now() == pytest.approx(40.0, abs=5.0)
    assert other.due_in(ACCOUNT) == pytest.approx(40.0, abs=5.0)
    assert other.claim_any(ACCOUNT, "me", 9, LEASE) == []


def test_workers_with_wrong_clocks_send_each_order_once(tmp_path: Path, schema: str) -> None:
    """Two workers, hours apart, with orders put off meanwhile: one POST each, in good time."""
    with Sandbox(tmp_path / "sandbox") as sandbox:
        body = {"error": {"message": "slow down"}}
        sandbox.add_faults([
            Fault(what="status", status=429, body=body, key=key, operation="create",
                  headers={"Retry-After": "1"})
            for key in ("R003", "R011")
        ])  # fmt: skip
        rehearsal = Rehearsal(tmp_path, sandbox)
        planned, _ = rehearsal.plan(rehearsal.file(rows(16)))
        assert planned.account is not None
        began = time.monotonic()
        asyncio.run(_race(schema, rehearsal.settings, planned.account, planned))
        assert time.monotonic() - began < 60
        posts = [one for one in sandbox.truth() if one["operation"] == "create"]
        made = [one for one in posts if one["committed_order_ids"]]
        assert sorted(one["source_client_order_id"] for one in made) == [
            f"R{number:03}" for number in range(1, 17)
        ]
        assert len(posts) == 18


async def _race(schema: str, settings: wiring.Settings, account: Account, planned: object) -> None:
    """Enter the plan's orders, and let two hosts with wrong clocks send them."""
    from loader.app.entering import enter as enter_run
    from loader.core.model import Run

    assert isinstance(planned, Run)
    clocks = [WrongClock(hours * 3600.0) for hours in HOURS]
    with (
        closing(PostgresLedger(server().url, clocks[0], schema=schema)) as one,
        closing(PostgresLedger(server().url, clocks[1], schema=schema)) as two,
        wiring.connect(settings, clocks[0]) as first,
        wiring.connect(settings, clocks[1]) as second,
    ):
        enter_run(planned, one)
        workers = [
            Worker(account, Means(
                ledger=ledger, target=connection.target, clock=clock,
                owner=wiring.current_owner(), concurrency=2, timeout=5.0, brake=Brake(),
            ), print)
            for ledger, connection, clock in zip((one, two), (first, second), clocks, strict=True)
        ]  # fmt: skip

        async def watch() -> None:
            end = time.monotonic() + 60
            while {e.state for e in one.find(account)} != {State.CREATED}:
                assert time.monotonic() < end, [(e.key, e.state) for e in one.find(account)]
                await asyncio.sleep(0.1)
            for worker in workers:
                worker.means.brake.interrupt()

        await asyncio.gather(watch(), *(worker.work() for worker in workers))
        await first.target.aclose()
        await second.target.aclose()
