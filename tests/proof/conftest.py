"""Lanes for the proof: servers that stay while many schedules are played against them."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.proof.player import Played, lanes, play_all
from tests.proof.schedule import Schedule

Play: TypeAlias = Callable[[Sequence[Schedule]], list[Played]]
LANES = 24  # most of a schedule is waiting for late orders and look-ups


def played(folder: Path, schedules: Sequence[Schedule], *, count: int = LANES) -> list[Played]:
    """Play schedules on lanes of their own, in a thread: signals belong to the main one."""
    found: list[Played] = []
    failures: list[BaseException] = []

    async def work() -> None:
        with contextlib.ExitStack() as stack:
            opened = await lanes(folder, min(count, len(schedules)), stack)
            found.extend(await play_all(opened, schedules))
            assert [lane.sandbox.defects for lane in opened if lane.sandbox.defects] == []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return sorted(found, key=lambda one: one.schedule.seed)


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Return a function that plays schedules."""
    return lambda schedules: played(tmp_path / "lanes", schedules)
