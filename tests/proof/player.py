"""Playing a schedule against a real server: commands here, or in real processes that really die.

The processes are forked from a warm one, so that a kill costs a few milliseconds and not the
second that it takes to import everything.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from loader.core.document import to_document
from loader.core.errors import LoaderError
from loader.core.model import Account, Run
from loader.core.privacy import Privacy
from loader.ledger.sqlite import SqliteLedger
from loader.wiring import SystemClock
from tests.proof import evidence as read
from tests.proof.commands import LOADER, TOLD, Job, execute, process, shift
from tests.proof.evidence import Evidence, Statement
from tests.proof.failpoints import LATER, Stop
from tests.proof.invariants import lost, violations
from tests.proof.orders import File
from tests.proof.outcomes import settles_after
from tests.proof.sandbox import WatchedSandbox
from tests.proof.schedule import Move, Schedule

PATIENCE = 120.0  # seconds; a loaded machine is not a defect
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.proof.commands"])


@dataclass(slots=True)
class Played:
    """What came of a schedule."""

    schedule: Schedule
    wrong: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)  # the points at which a process died
    halted: int = 0
    ended: int = 0  # processes that came to their end before their point
    unknown_on_the_way: int = 0
    creates: int = 0
    evidence: Evidence = field(default_factory=Evidence, repr=False)


@dataclass(slots=True)
class Lane:
    """A server, and one schedule after the other against it."""

    folder: Path
    sandbox: WatchedSandbox
    account: Account
    token: str
    keep: bool = False  # what was played; what went wrong is kept always
    _played: int = 0

    @property
    def place(self) -> Path:
        """Where the last schedule's ledger is, or was."""
        return self.folder / f"game-{self._played}"

    async def play(self, schedule: Schedule) -> Played:
        """Play one schedule from an empty server and an empty ledger to its end."""
        await asyncio.to_thread(self.sandbox.clear)
        self._played += 1
        place = self.place
        place.mkdir()
        game = _Game(self, schedule, place / "ledger.sqlite3", place / "clock")
        try:
            played = await game.play()
        except Exception as problem:  # a seed that crashes the loader is a finding too
            problem.add_note(f"schedule of seed {schedule.seed}: {place}")
            raise
        if not (played.wrong or self.keep):
            shutil.rmtree(place)
        return played


@dataclass(slots=True)
class _Game:
    """One schedule under way."""

    lane: Lane
    schedule: Schedule
    ledger: Path
    clock: Path
    statements: list[Statement] = field(default_factory=list)
    quiet: list[tuple[int, int]] = field(default_factory=list)
    accounts: list[read.Account] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    played: Played = field(init=False)
    _runs: int = 0
    _version: int = 1

    async def play(self) -> Played:
        self.played = Played(self.schedule)
        self._begin()
        for move in self.schedule.moves:
            await self._move(move)
        self.lane.sandbox.clear_faults()
        await asyncio.sleep(settles_after(self.schedule.faults))
        await self._settle()
        found = self.evidence()
        self.played.wrong += [*violations(found), *self.crashes]
        if self.schedule.sender == LOADER:
            self.played.wrong += [f"lost {text}" for text in lost(found)]
        self.played.states = read.states_of(self.ledger)
        self.played.creates = len(found.creates)
        self.played.evidence = found
        return self.played

    def _begin(self) -> None:
        shift(self.clock, 0.0, 0.0)
        with contextlib.closing(SqliteLedger(self.ledger, SystemClock())) as ledger:
            if self.schedule.known:
                ledger.rebuilt(self.lane.account)
        self.lane.sandbox.watch.expect(self.ledger, None, None)
        self.lane.sandbox.add_faults(self.schedule.faults)

    async def _settle(self) -> None:
        """Do what a careful person does in the end, then run the finished file again."""
        for do in ("reconcile", "resume", "submit", "resume"):
            await self._here(do)
        before = self.lane.sandbox.sequence
        await self._here("submit")
        self.quiet.append((before, self.lane.sandbox.sequence))

    async def _move(self, move: Move) -> None:
        if move.do == "submit":
            self._version = move.version
        if move.do == "nightly":
            await asyncio.to_thread(self.lane.sandbox.run_nightly)
        elif move.stop is None:
            await self._here(move.do)
        else:
            await self._there(move)
        states = read.states_of(self.ledger) if self.ledger.exists() else {}
        self.played.unknown_on_the_way += sum(
            state in ("unknown", "sending") for state in states.values()
        )

    # ------------------------------------------------------------- in this process
    async def _here(self, do: str) -> None:
        """Do a command in this process."""
        job = self._job(do)
        try:
            run = await execute(job)
        except LoaderError as told:  # said in words: nothing to see here but where it stands
            if type(told).__name__ in ("Defect",):
                self.crashes.append(f"{do}: {told.message}")
            return
        if run is not None:
            self._state(run)

    def _state(self, run: Run) -> None:
        """Keep what a run told, and what its ledger held at that moment."""
        document = to_document(run, Privacy.FULL)
        results = {order["key"]: order["result"] for order in document["orders"]}
        self.statements.append(Statement("document", results, read.states_of(self.ledger)))
        if run.inputs:
            self.accounts.append(
                read.Account(
                    sum(one.rows for one in run.inputs),
                    [row for order in run.orders for row in order.rows], (),
                )
            )  # fmt: skip

    # ------------------------------------------------------------- in a process that may die
    async def _there(self, move: Move) -> None:
        """Do a command in a process of its own, and stop it where the move says."""
        stop, watch = move.stop, self.lane.sandbox.watch
        worker = _CONTEXT.Process(target=process, args=(self._job(move.do, stop),))
        worker.start()
        watch.expect(self.ledger, stop, worker.pid)
        if stop and stop.point == LATER:
            asyncio.get_running_loop().call_later(stop.nth / 1000, _kill, worker)
        await self._watch(worker, move)
        await _gone(worker)
        watch.expect(self.ledger, None, None)
        if worker.exitcode == -signal.SIGKILL:
            self.played.killed.append(stop.point if stop else "")
        elif worker.exitcode in (0, TOLD):
            self.played.ended += 1
        else:
            self.crashes.append(f"{move.do} crashed with exit status {worker.exitcode}")
        worker.close()

    async def _watch(self, worker: ForkServerProcess, move: Move) -> None:
        """Wait for the process's end; where it is held up, let the rival work, then go on."""
        while worker.is_alive() and move.stop and move.stop.how == "halt":
            if _is_halted(worker.pid or 0):
                self.played.halted += 1
                shift(self.clock, move.step, move.sleep)
                if move.rival:
                    await self._here(move.rival)
                os.kill(worker.pid or 0, signal.SIGCONT)
                return
            await asyncio.sleep(0.01)

    def _job(self, do: str, stop: Stop | None = None) -> Job:
        self._runs += 1
        return Job(
            command=do, ledger=self.ledger,
            base_url=self.lane.sandbox.base_url, account=self.lane.account, token=self.lane.token,
            run_id=f"run_{self._runs:03}", file=File(self.schedule.keys, self._version),
            sender=self.schedule.sender, stop=stop, concurrency=self.schedule.concurrency,
            clock=self.clock,
        )  # fmt: skip

    def evidence(self) -> Evidence:
        """Read everything that the checker judges by."""
        return Evidence(
            **read.ledger_part(self.ledger), **read.server_part(self.lane.sandbox.file),
            sightings=tuple(self.lane.sandbox.watch.sightings), statements=self.statements,
            accounts=self.accounts, quiet=self.quiet,
        )  # fmt: skip


async def lanes(folder: Path, count: int, stack: contextlib.ExitStack) -> list[Lane]:
    """Start servers, each with an account that is signed in."""
    return [await _lane(folder / f"lane-{number}", stack) for number in range(count)]


async def _lane(folder: Path, stack: contextlib.ExitStack) -> Lane:
    import httpx

    from loader.sandbox import EMAIL, PASSWORD

    folder.mkdir(parents=True)
    sandbox = stack.enter_context(WatchedSandbox(folder / "sandbox"))
    async with httpx.AsyncClient(base_url=sandbox.base_url, trust_env=False) as client:
        answer = await client.post(
            "/v2/authentication/token", json={"email": EMAIL, "password": PASSWORD}
        )
    account = Account(f"sandbox:{sandbox.identity}", "00000000-0000-4000-8000-000000000001")
    return Lane(folder, sandbox, account, answer.json()["access_token"])


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
            defects = [lane.sandbox.defects for lane in opened if lane.sandbox.defects]
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


async def _gone(worker: ForkServerProcess) -> None:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def told() -> None:
        if not ended.done():
            ended.set_result(None)

    loop.add_reader(worker.sentinel, told)
    try:
        async with asyncio.timeout(PATIENCE):
            await ended
    finally:
        loop.remove_reader(worker.sentinel)
    worker.join()


def _kill(worker: ForkServerProcess) -> None:
    with contextlib.suppress(ProcessLookupError, ValueError):
        if worker.pid and worker.is_alive():
            os.kill(worker.pid, signal.SIGKILL)


def _is_halted(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "T"
