"""Lanes: servers that stay while one schedule after the other is played against them."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from loader.core.model import Account
from loader.sandbox import EMAIL, PASSWORD
from tests.proof.game import Game, Played, Server
from tests.proof.sandbox import WatchedSandbox
from tests.proof.schedule import Schedule


@dataclass(slots=True)
class Lane:
    """A server, and one schedule after the other against it."""

    folder: Path
    server: Server
    keep: bool = False  # what was played; what went wrong is kept always
    _played: int = 0

    @property
    def place(self) -> Path:
        """Where the last schedule's ledger is, or was."""
        return self.folder / f"game-{self._played}"

    async def play(self, schedule: Schedule) -> Played:
        """Play one schedule from an empty server and an empty ledger to its end."""
        await asyncio.to_thread(self.server.sandbox.clear)
        self._played += 1
        place = self.place
        place.mkdir()
        game = Game(self.server, schedule, place / "ledger.sqlite3", place / "clock")
        try:
            played = await game.play()
        except Exception as problem:  # a seed that crashes the loader is a finding too
            problem.add_note(f"schedule of seed {schedule.seed}: {place}")
            raise
        if not (played.wrong or self.keep):
            shutil.rmtree(place)
        return played


async def lanes(folder: Path, count: int, stack: contextlib.ExitStack) -> list[Lane]:
    """Start servers, each with an account that is signed in."""
    return [await _lane(folder / f"lane-{number}", stack) for number in range(count)]


async def _lane(folder: Path, stack: contextlib.ExitStack) -> Lane:
    folder.mkdir(parents=True)
    sandbox = stack.enter_context(WatchedSandbox(folder / "sandbox"))
    async with httpx.AsyncClient(base_url=sandbox.base_url, trust_env=False) as client:
        answer = await client.post(
            "/v2/authentication/token", json={"email": EMAIL, "password": PASSWORD}
        )
    account = Account(f"sandbox:{sandbox.identity}", "00000000-0000-4000-8000-000000000001")
    return Lane(folder, Server(sandbox, account, answer.json()["access_token"]))


async def play_all(lanes: Sequence[Lane], schedules: Sequence[Schedule]) -> list[Played]:
    """Play schedules on all lanes at once."""
    waiting = list(reversed(schedules))
    played: list[Played] = []

    async def go(lane: Lane) -> None:
        while waiting:
            played.append(await lane.play(waiting.pop()))

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(go(lane))
    return played


def play_in_thread(folder: Path, schedules: Sequence[Schedule], count: int) -> list[Played]:
    """Play schedules on `count` lanes of their own, in a thread: signals belong to the main one.

    Returned in the order of the schedules. `AssertionError` where a server has failed of itself.
    """
    played: list[Played] = []
    failures: list[BaseException] = []

    async def work() -> None:
        with contextlib.ExitStack() as stack:
            opened = await lanes(folder, min(count, len(schedules)), stack)
            played.extend(await play_all(opened, schedules))
            defects = [
                lane.server.sandbox.defects for lane in opened if lane.server.sandbox.defects
            ]
            assert not defects, defects

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
    place = {id(schedule): number for number, schedule in enumerate(schedules)}
    return sorted(played, key=lambda one: place[id(one.schedule)])
