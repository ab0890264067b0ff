"""Processes forked from a warm one: a few milliseconds each, not the second that imports take."""

import contextlib
import multiprocessing
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
# With what is imported at the first request and by the commands: it would cost each process.
CONTEXT.set_forkserver_preload(
    [
        "tests.proof.commands", "httpcore", "anyio._backends._asyncio", "h11", "encodings.ascii",
        "loader.cli.submit", "loader.cli.resume", "loader.cli.show", "loader.cli.session",
    ]
)  # fmt: skip
PATIENCE = 120.0  # seconds; a loaded machine is not a defect


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, what it said, and the most memory that it had (bytes)."""

    code: int | None
    out: str
    err: str
    memory: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's machine with a home of its own, where the real command line is run."""

    home: Path

    @property
    def ledger(self) -> Path:
        """Where the ledger is kept by default."""
        return self.home / ".local" / "share" / "order-loader" / "ledger.sqlite3"

    def run(self, *arguments: str, largest: int | None = None) -> Ended:
        """Run `order-loader` to its end; `largest` is how large a file (bytes) it may write."""
        return self.start(*arguments, largest=largest).end()

    def start(self, *arguments: str, largest: int | None = None) -> "Running":
        """Start `order-loader`."""
        self.home.mkdir(exist_ok=True)
        number = len(list(self.home.glob("*.out")))
        told = self.home / f"{number}"
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        worker = CONTEXT.Process(
            target=_command, args=(arguments, self.home, told, environment, largest)
        )
        told.with_suffix(".out").touch()
        worker.start()
        return Running(worker, told)


@dataclass(frozen=True, slots=True)
class Running:
    """A command that is under way."""

    worker: "multiprocessing.context.ForkServerProcess"
    told: Path

    def end(self) -> Ended:
        """Wait for its end."""
        self.worker.join(PATIENCE)
        assert self.worker.exitcode is not None, "it does not end"
        parts = [self.told.with_suffix(f".{one}") for one in ("out", "err", "memory")]
        texts = [part.read_text() if part.exists() else "" for part in parts]
        return Ended(self.worker.exitcode, texts[0], texts[1], int(texts[2] or 0))


def _command(
    arguments: tuple[str, ...], home: Path, told: Path, environment: Mapping[str, str],
    largest: int | None,
) -> None:  # fmt: skip
    """Be the command: its own streams, home and limits, then what the installed script does."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, ending in ((1, "out"), (2, "err")):
        handle = os.open(told.with_suffix(f".{ending}"), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(home)
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.argv = ["order-loader", *arguments]
    from loader.cli import main

    try:
        main()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        with contextlib.suppress(OSError):
            told.with_suffix(".memory").write_text(str(used))
