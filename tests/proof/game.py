"""A schedule under way: commands here, or in real processes that really die.

The processes are forked from a warm one, so that a kill costs a few milliseconds and not the
second that it takes to import everything.
"""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from loader.core.document import to_document
from loader.core.errors import Defect, LedgerBusy, LedgerError, LoaderError
from loader.core.model import Account, Run
from loader.core.privacy import Privacy
from loader.ledger.sqlite import SqliteLedger
from loader.wiring import SystemClock
from tests.proof import evidence as read
from tests.proof.commands import LOADER, TOLD, Job, execute, process, shift
from tests.proof.evidence import Evidence, Statement
from tests.proof.failpoints import LATER, Stop
from tests.proof.invariants import lost, violations
from tests.proof.orders import File, planned
from tests.proof.outcomes import settles_after
from tests.proof.sandbox import WatchedSandbox
from tests.proof.schedule import Move, Schedule
from tests.proof.warm import CONTEXT, PATIENCE

LATER_ON = 4 * 86_400.0  # seconds: after any clock step, and after the visibility window


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
    unknown: int = 0  # before anybody released anything
    creates: int = 0
    evidence: Evidence = field(default_factory=Evidence, repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """A running sandbox, and who is signed in there."""

    sandbox: WatchedSandbox
    account: Account
    token: str


@dataclass(slots=True)
class Game:
    """One schedule under way."""

    server: Server
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
    _walked: bool = False
    _timeout: float = 1.0

    async def play(self) -> Played:
        """Play it to its end, and judge it."""
        self.begin()
        for move in self.schedule.moves:
            await self.move(move)
        self.server.sandbox.clear_faults()
        await asyncio.sleep(settles_after(self.schedule.faults))
        await self.settle()
        return self.judge()

    def judge(self) -> Played:
        """Say what is wrong, now that everything has settled."""
        found = self.evidence()
        self.played.wrong += [*violations(found), *self.crashes]
        if self.schedule.sender == LOADER:
            self.played.wrong += [f"lost {text}" for text in lost(found, self.schedule.released)]
        self.played.states = read.states_of(self.ledger)
        self.played.creates = len(found.creates)
        self.played.evidence = found
        return self.played

    def begin(self) -> None:
        """Make the ledger, and arm the faults."""
        self.played = Played(self.schedule)
        shift(self.clock, 0.0, 0.0)
        with contextlib.closing(self._opened()) as ledger:
            if self.schedule.known:
                ledger.rebuilt(self.server.account)
        self.server.sandbox.watch.expect(self.ledger, None, None)
        self.server.sandbox.add_faults(self.schedule.faults)

    @property
    def _witness(self) -> Path | None:
        return self.ledger.parent / "witness" if self.schedule.witnessed else None

    def _opened(self) -> SqliteLedger:
        return SqliteLedger(self.ledger, SystemClock(), witness=self._witness)

    async def settle(self) -> None:
        """Do what a careful person does four days later, then run the finished file again."""
        shift(self.clock, LATER_ON, 0.0)
        self._timeout = 30.0  # a loaded machine must not make new doubts now
        for do in ("reconcile", "resume", "submit", "resume"):
            await self._here(do)
        self.played.unknown = list(read.states_of(self.ledger).values()).count("unknown")
        if self.schedule.released:
            for do in ("release", "resume", "submit", "resume", "walk"):
                await self._here(do)
            self._walked = self.schedule.sender == LOADER
        before = self.server.sandbox.sequence
        await self._here("submit")
        self.quiet.append((before, self.server.sandbox.sequence))

    async def move(self, move: Move) -> None:
        """Do one command, stopped where the move says."""
        if move.do == "submit":
            self._version = move.version
        if (move.step or move.sleep) and not (move.stop and move.stop.how == "halt"):
            shift(self.clock, move.step, move.sleep)
        if move.do == "nightly":
            await asyncio.to_thread(self.server.sandbox.run_nightly)
        elif move.stop is None:
            await self._here(move.do)
        else:
            await self._there(move)
        states = read.states_of(self.ledger) if self.ledger.exists() else {}
        self.played.unknown_on_the_way += sum(
            state in ("unknown", "sending") for state in states.values()
        )

    async def plan(self, version: int) -> None:
        """Compare a version of the file with the ledger, as a plan does."""
        job = self._job("plan")
        with contextlib.closing(self._opened()) as ledger:
            planned(
                File(self.schedule.keys, version), job.run_id, job.account, job.base_url, ledger
            )

    # ------------------------------------------------------------- in this process
    async def _here(self, do: str) -> None:
        """Do a command in this process."""
        job = self._job(do)
        try:
            run = await execute(job)
        except LedgerBusy:
            return  # another process is at work, as it should be told
        except (LedgerError, Defect) as wrong:  # a ledger that was only killed can be used
            self.crashes.append(f"{do}: {wrong.message}")
            return
        except LoaderError:  # said in words: where the orders stand is seen below
            return
        if run is not None:
            self._state(run)

    def _state(self, run: Run) -> None:
        """Keep what a run told, and what its ledger held at that moment."""
        document = to_document(run, Privacy.FULL)
        results = {order["key"]: order["result"] for order in document["orders"]}
        states = read.states_of(self.ledger)
        self.statements.append(Statement("document", results, states))
        kept = read.history_of(self.ledger, run.run_id)
        if kept is not None:
            self.statements.append(Statement("history", kept, states))
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
        stop, watch = move.stop, self.server.sandbox.watch
        worker = CONTEXT.Process(target=process, args=(self._job(move.do, stop),))
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
                # A shell that ends wakes what it had stopped: then it has gone on by itself.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid or 0, signal.SIGCONT)
                return
            await asyncio.sleep(0.01)

    def _job(self, do: str, stop: Stop | None = None) -> Job:
        self._runs += 1
        return Job(
            command=do, ledger=self.ledger,
            base_url=self.server.sandbox.base_url,
            account=self.server.account, token=self.server.token,
            run_id=f"run_{self._runs:03}", file=File(self.schedule.keys, self._version),
            sender=self.schedule.sender, stop=stop, concurrency=self.schedule.concurrency,
            clock=self.clock, witness=self._witness, timeout=self._timeout,
        )  # fmt: skip

    def evidence(self) -> Evidence:
        """Read everything that the checker judges by."""
        return Evidence(
            **read.ledger_part(self.ledger), **read.server_part(self.server.sandbox.file),
            sightings=tuple(self.server.sandbox.watch.sightings), statements=self.statements,
            accounts=self.accounts, quiet=self.quiet, walked=self._walked,
        )  # fmt: skip


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
