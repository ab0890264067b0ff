"""The commands of a sweep, as one process does them: in this one, or in one that may be killed."""

import asyncio
import mmap
import ssl
import struct
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from loader.app import reconciling, resuming, submitting
from loader.app.releasing import Release, release
from loader.app.submitting import Means
from loader.app.working import Worker
from loader.core.errors import LoaderError
from loader.core.lifecycle import State
from loader.core.model import Account, Run
from loader.ledger.owner import current_owner, is_gone
from loader.ledger.sqlite import SqliteLedger
from loader.ports import Ledger
from loader.sandbox import EMAIL, PASSWORD
from loader.targets.endpoints import Settings
from loader.targets.okcapsule import OkCapsule
from loader.targets.sign_in import Credentials, MemoryTokens, Tokens
from tests.proof.failpoints import Checkpoint, Stop, watched_ledger, watched_target
from tests.proof.orders import File, planned
from tests.proof.wrong import WRONG

LOADER = "loader"  # the sender that is to be proved
TOLD = 9  # exit status of a process that ended with an error of ours, in words
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing here speaks TLS; certificates cost 20 ms
FOR_EVER = 4e9
SOON = 2.0  # seconds for which a worker of ours waits for a deferred order


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One command. `clock` is a file that shifts the process's time, `witness` a folder."""

    command: str
    ledger: Path
    base_url: str
    account: Account
    token: str
    run_id: str
    file: File
    clock: Path
    witness: Path | None = None
    sender: str = LOADER
    stop: Stop | None = None
    concurrency: int = 2
    timeout: float = 1.0


_SHIFT = struct.Struct("dd")


def shift(place: Path, step: float, sleep: float) -> None:
    """Move the clocks of all processes that read `place`: the wall clock, and seconds of sleep."""
    with place.open("r+b" if place.exists() else "w+b") as file:
        file.write(_SHIFT.pack(step, sleep))


class ShiftedClock:
    """The machine's clocks, moved by what a file says at this moment."""

    def __init__(self, place: Path) -> None:
        """Read the shift from `place`, which is there."""
        with place.open("rb") as file:
            self._shared = mmap.mmap(file.fileno(), _SHIFT.size, prot=mmap.PROT_READ)

    def now(self) -> float:
        """Return Unix seconds."""
        step, sleep = self._shift()
        return time.time() + step + sleep

    def ticks(self) -> float:
        """Return seconds that count sleep and never step."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) + self._shift()[1]

    def _shift(self) -> tuple[float, float]:
        step, sleep = _SHIFT.unpack_from(self._shared)
        return float(step), float(sleep)


async def execute(job: Job) -> Run | None:
    """Do the command to its end; None where it has nothing to tell."""
    clock, checkpoint = ShiftedClock(job.clock), Checkpoint(job.stop)
    tokens = MemoryTokens()
    tokens.save(Tokens(access=job.token, refresh="", renew_at=FOR_EVER))
    with closing(SqliteLedger(job.ledger, clock, witness=job.witness)) as ledger:
        target = OkCapsule(
            Settings(base_url=job.base_url, concurrency=job.concurrency, timeout=job.timeout),
            Credentials(EMAIL, PASSWORD), clock, tokens=tokens, tls=NO_TLS,
        )  # fmt: skip
        means = Means(
            ledger=watched_ledger(ledger, checkpoint), target=watched_target(target, checkpoint),
            clock=clock, owner=current_owner(), concurrency=job.concurrency, timeout=job.timeout,
        )  # fmt: skip
        try:
            if job.sender in WRONG:
                intents = planned(job.file, job.run_id, job.account, job.base_url, ledger)
                await WRONG[job.sender](intents, means)
                return None
            return await COMMANDS[job.command](job, means, ledger)
        finally:
            await target.aclose()


async def _submit(job: Job, means: Means, ledger: Ledger) -> Run | None:
    run = planned(job.file, job.run_id, job.account, job.base_url, ledger)
    return await submitting.submit(run, means)


async def _resume(job: Job, means: Means, ledger: Ledger) -> Run | None:
    refused = job.command == "refused"
    found = resuming.unfinished(means.ledger, job.account, None, job.run_id, refused=refused)
    if found is None:
        return None
    return await resuming.resume(found, means, refused=refused)


async def _reconcile(job: Job, means: Means, ledger: Ledger) -> Run | None:
    run = Run(
        command="reconcile", run_id=job.run_id, env="sandbox", base_url=job.base_url,
        started_at=means.clock.now(), account=job.account,
    )  # fmt: skip
    return await reconciling.reconcile(run, job.account, means, everything=job.command == "walk")


async def _release(job: Job, means: Means, ledger: Ledger) -> Run | None:
    """Release whatever may be unknown, as a person does who has asked the vendor."""
    doubtful = (State.UNKNOWN, State.SENDING)
    unknown = [e.key for e in ledger.find(job.account) if e.state in doubtful]
    if not unknown:
        return None
    run = Run(
        command="release", run_id=job.run_id, env="sandbox", base_url=job.base_url,
        started_at=means.clock.now(), account=job.account,
    )  # fmt: skip
    asked = Release(
        keys=unknown, because="support has no such order", who="ada", window=86_400.0,
        attested=False,
    )  # fmt: skip
    # A command that ended in this process is gone, although the process lives on.
    return await release(
        run, asked, means, lambda owner: owner == current_owner() or is_gone(owner)
    )


async def _work(job: Job, means: Means, ledger: Ledger) -> Run | None:
    """Be a worker until nothing is due soon: no lock of the account, the ledger alone decides."""
    working = asyncio.create_task(Worker(job.account, means, lambda words: None).work())
    while not working.done():
        await asyncio.sleep(0.1)
        away = ledger.due_in(job.account)
        if away is None or away > SOON:
            means.brake.pull("nothing is due")
    await working
    return None


COMMANDS: dict[str, Callable[[Job, Means, Ledger], Awaitable[Run | None]]] = {
    "submit": _submit,
    "resume": _resume,
    "refused": _resume,
    "reconcile": _reconcile,
    "walk": _reconcile,
    "release": _release,
    "work": _work,
}


def process(job: Job) -> None:
    """Do a command as a process of its own does; its exit status says how it ended."""
    try:
        asyncio.run(execute(job))
    except LoaderError:
        raise SystemExit(TOLD) from None
