"""A person's machine: a fresh home, a working folder, and the installed command."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOADER = Path(sys.executable).with_name("order-loader")
ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
SMALLEST = SAMPLES / "smallest" / "smallest.csv"
PRESCRIPTION = SAMPLES / "prescription" / "prescription.csv"
MONTHLY = SAMPLES / "monthly" / "monthly.csv"
PATIENCE = 120.0  # seconds; a loaded machine is not a defect

# Makes the terminal on standard input the controlling one, so that its Ctrl-C is a real one.
_WITH_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON document that it must be."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document

    @property
    def last(self) -> str:
        """The last line of the result."""
        return self.out.rstrip("\n").rpartition("\n")[2]


@dataclass(slots=True)
class Machine:
    """A machine on which nothing was ever run; `variables` are added to its environment."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make home and working folder."""
        self.folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        """The folder in which commands are run."""
        return self.home / "work"

    @property
    def data(self) -> Path:
        """Where the ledger is kept by default."""
        return self.home / ".local" / "share" / "order-loader"

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return an environment without anything of the tests' own, but for how to be found."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        plain = {"HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "xterm"}
        return {**kept, **plain, **self.variables, **more}

    def run(self, *arguments: object, timeout: float = PATIENCE, **more: str) -> Ended:
        """Run a command to its end, without a terminal."""
        ended = subprocess.run(
            [str(LOADER), *map(str, arguments)], cwd=self.folder, env=self.environment(more),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def start(self, *arguments: object, **more: str) -> "subprocess.Popen[bytes]":
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [str(LOADER), *map(str, arguments)], cwd=self.folder, env=self.environment(more),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    @contextlib.contextmanager
    def at_terminal(self, *arguments: object, **more: str) -> Iterator["Terminal"]:
        """Run a command whose input and standard error are a terminal of 80 columns."""
        master, slave = os.openpty()
        command = [sys.executable, "-c", _WITH_TERMINAL, str(LOADER), *map(str, arguments)]
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment({"COLUMNS": "80", **more}),
            stdin=slave, stdout=subprocess.PIPE, stderr=slave, start_new_session=True,
        ) as process:  # fmt: skip
            os.close(slave)
            try:
                yield Terminal(process, master)
            finally:
                process.kill()
                os.close(master)


@dataclass(slots=True)
class Terminal:
    """What a person sees on standard error, and types; standard output is read all the while."""

    process: "subprocess.Popen[bytes]"
    master: int
    _seen: bytes = b""
    _out: bytes = b""

    @property
    def seen(self) -> str:
        """What is on the screen."""
        return self._seen.decode(errors="replace")

    def wait_for(self, words: str) -> str:
        """Wait until these words are on the screen; return all that is there."""
        until = time.monotonic() + PATIENCE
        while words not in self.seen:
            assert time.monotonic() < until, f"{words!r} never came: {self.seen!r}"
            assert self._read(), f"it ended: {self.seen!r}"
        return self.seen

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self.master, text.encode())

    def end(self) -> Ended:
        """Wait for the end of the command."""
        until = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < until, f"it does not end: {self.seen!r}"
        return Ended(self.process.wait(PATIENCE), self._out.decode(), self.seen)

    def _read(self) -> bool:
        """Read what is there; False once the command has ended and nothing is left."""
        assert self.process.stdout is not None
        out = self.process.stdout.fileno()
        running = self.process.poll() is None
        ready, _, _ = select.select([self.master, out], [], [], 0.1 if running else 0)
        more = False
        for one in ready:
            try:
                block = os.read(one, 65_536)
            except OSError:  # the other side of the terminal is closed
                continue
            more = more or bool(block)
            if one == out:
                self._out += block
            else:
                self._seen += block
        return running or more
