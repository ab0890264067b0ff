"""How many orders a second each ledger makes durable, beside what its disk can sync.

An order takes three commits: claim, burn, outcome. They are measured one order at a time, and
with 32 senders that share commits as the real ones do (`Scribe`). "+ 8 ms" runs the same with a
library in front of fsync and fdatasync that sleeps 8 ms after each: as on a slow disk.

It is `python -m tests.bench.ledger`, and needs a C compiler for the second half; the processes
that sync (this one's children for SQLite, the server for PostgreSQL) are started with it.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from loader import wiring
from loader.app.scribe import Scribe
from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.core.payload import canonical, fingerprint
from loader.ports import Burn, Intent, Ledger, Settlement
from tests.postgres_server import PostgresServer, programs

ACCOUNT = Account("stage", "bench")
ABREAST = 32
SECONDS = 3.0
SLOWER = 0.008  # seconds
SLOW_SYNC = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int slow(const char *name, int fd) {
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int answer = sync(fd);
    struct timespec pause = {0, 8000000};
    nanosleep(&pause, 0);
    return answer;
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
"""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="order-loader-bench-") as folder:
        Path(folder).chmod(0o711)  # the server's user must reach its own folder in it
        print("| ledger | syncs/s | one at a time: orders/s | 32 senders: orders/s |")
        print("| --- | --- | --- | --- |")
        print("\n".join(table(Path(folder))))


def table(folder: Path) -> Iterator[str]:
    """Yield the rows: each ledger, as it is and with slow syncs."""
    for slow in (None, slow_library(folder)):
        label = "" if slow is None else ", + 8 ms"
        rate = sync_rate(folder, slow)
        yield row(f"SQLite{label}", rate, child(f"sqlite:///{folder / secrets.token_hex(4)}", slow))
        preload = {} if slow is None else {"LD_PRELOAD": str(slow)}
        server = PostgresServer(programs(), on=folder, environment=preload)
        try:
            yield row(f"PostgreSQL{label}", rate, child(server.url, None))
        finally:
            server.remove()


def row(label: str, rate: float, numbers: list[float]) -> str:
    """Return a row of the table."""
    alone, together = numbers
    return f"| {label} | {rate:,.0f} | {alone:,.0f} | {together:,.0f} |"


def slow_library(folder: Path) -> Path | None:
    """Compile the library; None, said, where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        print("No C compiler (cc): syncs are measured as they are only.", file=sys.stderr)
        return None
    source, library = folder / "slow_sync.c", folder / "slow_sync.so"
    source.write_text(SLOW_SYNC, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    library.chmod(0o644)
    return library


def sync_rate(folder: Path, slow: Path | None) -> float:
    """Return how many 4 KiB writes, each synced, the disk takes in a second."""
    code = (
        "import os, sys, time; f = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY); n = 0;"
        " end = time.monotonic() + 2.0\n"
        "while time.monotonic() < end: os.pwrite(f, b'x' * 4096, 0); os.fdatasync(f); n += 1\n"
        "print(n / 2.0)"
    )
    return float(run([sys.executable, "-c", code, str(folder / "probe")], slow))


def child(url: str, slow: Path | None) -> list[float]:
    """Measure in a process of its own, whose syncs may be slow."""
    return [
        float(text) for text in run([sys.executable, "-m", "tests.bench.ledger", url], slow).split()
    ]


def run(command: list[str], slow: Path | None) -> str:
    """Run a command with the slow library, where one is given; return what it prints."""
    more = {} if slow is None else {"LD_PRELOAD": str(slow)}
    done = subprocess.run(
        command, env={**os.environ, **more}, capture_output=True, text=True, check=True
    )
    return done.stdout


# ------------------------------------------------------------------ one ledger
def measure(url: str) -> tuple[float, float]:
    """Return orders per second, one at a time and with 32 senders."""
    with closing(wiring.open_ledger(url, wiring.SystemClock(), watched=False)) as ledger:
        return asyncio.run(rate(ledger, 1)), asyncio.run(rate(ledger, ABREAST))


async def rate(ledger: Ledger, abreast: int) -> float:
    """Return how many orders a second are claimed, burnt and settled."""
    run_id = f"run_{abreast}"
    many = 20_000 if abreast > 1 else 3_000
    for start in range(0, many, 1000):
        ledger.enter(ACCOUNT, run_id, [intent(run_id, n) for n in range(start, start + 1000)])
    done = 0
    end = time.monotonic() + SECONDS

    async def send(scribe: Scribe) -> None:
        nonlocal done
        while time.monotonic() < end and (entry := await scribe.claim()) is not None:
            attempt = f"att_{secrets.token_hex(8)}"
            await scribe.burn(
                Burn(entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
                     attempt=attempt)
            )  # fmt: skip
            await scribe.settle(
                Settlement(entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
                           since=frozenset({State.SENDING}), state=State.CREATED,
                           attempt=attempt, order_id=f"order {entry.id}")
            )  # fmt: skip
            done += 1

    began = time.monotonic()
    async with Scribe(ledger, run_id, wiring.current_owner(), 600.0) as scribe:
        await asyncio.gather(*(send(scribe) for _ in range(abreast)))
    return done / (time.monotonic() - began)


def intent(run_id: str, number: int) -> Intent:
    """Return the intent of an order of about 900 bytes."""
    key = f"{run_id}-{number:06}"
    body = canonical({"source_client_order_id": key, "note": "x" * 850})
    return Intent(
        key=key, operation=Operation.CREATE, lookup_id=key, body=body,
        fingerprint=fingerprint(body),
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:  # a child: one ledger's numbers
        print(*measure(sys.argv[1]))
    else:
        main()
