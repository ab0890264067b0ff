"""What this machine remembers of its ledgers, in a folder that is none of theirs.

One small file per ledger: how often it was written to, who it is, where it lay. A ledger that is
missing, was put back from an older copy, or lies in two places is noticed by it before anything
is sent. The count is written after each commit and not synced by itself: a crash of the machine
may set it back, which only means that a copy of those last seconds is not told from the ledger.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loader.core.errors import LedgerError
from loader.ledger.folder import make_folder

_DIGITS = 20
_SUFFIX = ".witness"
_CAP = 8192  # bytes


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a ledger: its identity, its place, and its count of changes."""

    identity: str
    place: Path
    changes: int


class Witness:
    """The memories of all ledgers of this user (files 0600, their folder 0700)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def at(self, place: Path) -> Memory | None:
        """Return the ledger that was last seen at `place` (resolved)."""
        found = [memory for memory in self._all() if memory.place == place]
        return max(found, key=lambda memory: memory.changes, default=None)

    def of(self, identity: str) -> Memory | None:
        """Return what is remembered of a ledger."""
        return _read(self._file(identity))

    def remember(self, memory: Memory) -> None:
        """Write a memory down, on the disk when this returns; `LedgerError` where it cannot be."""
        lines = (f"{memory.changes:0{_DIGITS}}", memory.identity, str(memory.place))
        try:
            make_folder(self._folder)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")  # mode 0600
            with open(handle, "wb") as file:
                file.write("\n".join((*lines, "")).encode("utf-8", "surrogateescape"))
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._file(memory.identity))
        except OSError as error:
            raise LedgerError(
                f"What this machine remembers of its ledgers cannot be written in {self._folder}:"
                f" {error.strerror}.",
                hint="Check that the folder belongs to you and that its disk has room.",
            ) from error

    def count(self, identity: str, changes: int) -> None:
        """Remember a new count of changes; one that cannot be written stays behind for a while."""
        with contextlib.suppress(OSError), self._file(identity).open("r+b", buffering=0) as file:
            # Of two that write at once the lower count may win: it stays behind by that much.
            if int(file.read(_DIGITS) or 0) < changes:
                file.seek(0)
                file.write(b"%0*d" % (_DIGITS, changes))

    def forget(self, memory: Memory) -> None:
        """Remember a ledger no longer."""
        self._file(memory.identity).unlink(missing_ok=True)

    def _file(self, identity: str) -> Path:
        return self._folder / f"{identity}{_SUFFIX}"

    def _all(self) -> Iterator[Memory]:
        for path in self._folder.glob(f"*{_SUFFIX}"):
            memory = _read(path)
            if memory is not None:
                yield memory


def _read(path: Path) -> Memory | None:
    try:
        with path.open("rb") as file:
            text = file.read(_CAP).decode("utf-8", "surrogateescape")
        changes, identity, place = text.rstrip("\n").split("\n", 2)
        return Memory(identity, Path(place), int(changes))
    except (OSError, ValueError):
        return None  # as good as missing: every key is looked up then
