"""Workers beside each other, killed at any moment: the server sees one POST for each key."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.sandbox import Fault, Sandbox, SandboxSettings
from tests.integration.cli.machine import Machine
from tests.integration.postgres.team import Team, new_ledger, once_each, stop

Gather = Callable[..., Team]


@pytest.fixture
def gather(tmp_path: Path) -> Iterator[Gather]:
    """Give a function that makes a team with a ledger of the named kind."""
    teams: list[Team] = []

    def begin(kind: str, *, latency: float = 0.05) -> Team:
        settings = SandboxSettings(latency=latency)
        sandbox = Sandbox(tmp_path / "sandbox", settings=settings).__enter__()
        machine = Machine(tmp_path / "home")
        teams.append(Team(machine, sandbox, new_ledger(kind, machine.folder)))
        return teams[-1]

    yield begin
    for team in teams:
        team.kill_all()
        team.sandbox.__exit__(None, None, None)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_workers_send_nothing_twice(gather: Gather, kind: str) -> None:
    """Workers and the submit itself are killed and started; each order is sent and made once."""
    team = gather(kind)
    count, drawn = 45, random.Random(7)
    workers = [team.worker("--concurrency", "2") for _ in range(2)]
    submit = team.submit(team.file(count), "--concurrency", "2")
    for share in (5, 15, 25):
        team.until(lambda share=share: len(team.creates()) >= share)  # type: ignore[misc]  # bound now
        victim = submit if share == 15 else workers.pop(drawn.randrange(len(workers)))
        victim.kill()
        if share != 15:
            workers.append(team.worker("--concurrency", "2"))
    team.until(lambda: team.states() == {"created": count})
    ended = [stop(worker) for worker in workers]
    assert {one.code for one in ended} == {0}, ended
    once_each(team, count)
    status = team.run("status", "--format", "json")
    assert status.document["totals"]["created"] == count


def test_a_submit_takes_part_and_waits_for_the_others(gather: Gather) -> None:
    """What workers have in their hands at the end of a submit is waited for, and counted."""
    team = gather("postgresql", latency=0.3)
    worker = team.worker("--concurrency", "6")
    submit = team.submit(team.file(24), "--concurrency", "2", "--format", "json")
    out, err = submit.communicate(timeout=120)
    assert submit.returncode == 0, err
    assert b'"created":24' in out.replace(b" ", b"")
    ended = stop(worker)
    assert ended.code == 0
    once_each(team, 24)
    by_worker = ended.out.partition("Orders by outcome: ")[2]
    assert by_worker.startswith(tuple("123456789")), "the worker had a share of its own"


def test_a_worker_drains_and_leaves_the_rest(gather: Gather) -> None:
    """Ctrl-C finishes what is on its way and exits 5; a worker that is started later goes on."""
    team = gather("postgresql", latency=0.4)
    submit = team.submit(team.file(12), "--concurrency", "1")
    team.until(lambda: len(team.creates()) >= 1)
    submit.kill()
    worker = team.worker("--concurrency", "1")
    team.until(lambda: len(team.creates()) >= 3)
    ended = stop(worker)
    assert ended.code == 5, ended
    assert "Some orders still wait" in ended.out
    assert set(team.states()) <= {"created", "planned", "unknown"}
    last = team.worker("--concurrency", "4")
    team.until(lambda: team.states() == {"created": 12})
    assert stop(last).code == 0
    once_each(team, 12)


def test_the_pace_is_the_accounts(gather: Gather) -> None:
    """Three workers at 12 requests in a second together send 12, and all heed one Retry-After."""
    team = gather("postgresql", latency=0.0)
    body = {"error": {"message": "slow down"}}
    team.sandbox.add_faults([
        Fault(what="status", status=429, body=body, key="R020", operation="create",
              headers={"Retry-After": "2"}),
    ])  # fmt: skip
    planned = team.submit(team.file(1, "FIRST"))
    planned.communicate(timeout=120)
    with team.ledger() as ledger:
        ledger.rebuilt(team.account)  # no look-ups: every turn is a create
    for _ in range(3):
        team.worker("--rate", "12")
    time.sleep(2.0)
    team.submit(team.file(40), "--rate", "12")
    team.until(lambda: team.states() == {"created": 41})
    times = [one["received_at"] for one in team.creates()][1:]
    (refused_at,) = [
        one["received_at"] for one in team.creates()
        if one["source_client_order_id"] == "R020" and not one["committed_order_ids"]
    ]  # fmt: skip
    ahead = [one for one in times if one <= refused_at]
    after = [one for one in times if one > refused_at + 0.35]  # what was on its way may arrive
    assert min(after) - refused_at >= 1.9, "the pause held everybody back"
    for some in (ahead, after):
        most = max(sum(one <= t < one + 1.0 for t in some) for one in some)
        assert most <= 14, f"{most} requests within a second"
    assert len(times) == 41
