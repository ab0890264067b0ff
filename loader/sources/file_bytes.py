"""Bytes of an order file: read once, so that what is hashed is what is parsed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loader.core.errors import InputError
from loader.core.privacy import printable

MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file's bytes as they were read, and their SHA-256 (hex)."""

    path: Path
    data: bytes
    sha256: str

    @property
    def name(self) -> str:
        """The path, fit to be shown."""
        return shown_path(self.path)


def shown_path(path: Path) -> str:
    """Return the path without characters that could steer a terminal."""
    return printable(str(path))


def read_whole(path: Path) -> WholeFile:
    """Return the whole file.

    Raises `InputError` where it is missing, no regular file, unreadable, empty or over 2 GiB, and
    where it was changed or replaced while it was read.
    """
    with _plain_words(path):
        before = _regular(path)
        with path.open("rb") as stream:
            opened = _identity(os.fstat(stream.fileno()))
            data = stream.read(before.st_size + 1)
            after = _identity(os.fstat(stream.fileno()))
        now = _identity(path.stat())
    if {_identity(before), opened, after} != {now} or len(data) != before.st_size:
        raise InputError(
            f"{shown_path(path)} was changed or replaced while it was read; nothing was used.",
            hint="Wait until the program that writes it has finished, then run the command again.",
        )
    return WholeFile(path, data, hashlib.sha256(data).hexdigest())


def read_head(path: Path, size: int) -> bytes:
    """Return the first `size` bytes; raises as `read_whole` does."""
    with _plain_words(path):
        _regular(path)
        with path.open("rb") as stream:
            return stream.read(size)


def _regular(path: Path) -> os.stat_result:
    # Before opening: a named pipe would keep `open` waiting for somebody to write.
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise InputError(
            f"{shown_path(path)} is a folder, not a file.",
            hint="Name the order files in it one by one: .csv or .xlsx.",
        )
    if not stat.S_ISREG(found.st_mode):
        raise InputError(
            f"{shown_path(path)} is a device or pipe, not a file.",
            hint="Save the orders as a .csv or .xlsx file and name that.",
        )
    if not found.st_size:
        raise InputError(
            f"{shown_path(path)} is empty: 0 bytes.",
            hint="Export the orders again and look whether the file has any content.",
        )
    if found.st_size > MAX_BYTES:
        raise InputError(
            f"{shown_path(path)} has {found.st_size:,} bytes; at most {MAX_BYTES:,} are read.",
            hint="Split the orders into several files, all rows of an order in the same one.",
        )
    return found


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _plain_words(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise InputError(
            f"There is no file {shown_path(path)}.",
            hint="Check the spelling and the folder; put quotes around a name with blanks.",
        ) from None
    except OSError as problem:
        raise InputError(
            f"{shown_path(path)} cannot be read: {problem.strerror or type(problem).__name__}.",
            hint="Close it in other programs, and check that you may open it.",
        ) from problem
    except ValueError:
        raise InputError(
            f"{shown_path(path)} is no name that a file can have.",
            hint="Check the name for characters that cannot be seen.",
        ) from None
