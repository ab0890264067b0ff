"""A lock between processes that the kernel lets go of when its holder dies, however it dies.

The file stays behind on purpose: removing it would let two processes lock two different files
of one name.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loader.core.errors import LedgerBusy, LedgerError

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a byte far behind the text: a locked one could not be read

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file `path` (made with mode 0600); `LedgerBusy` where somebody else does."""
    handle = -1
    try:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            _take(handle)
        except OSError as error:
            raise LedgerError(
                f"The lock file {path} cannot be used: {error.strerror}.",
                hint="Check that you may write in the ledger's folder and that its disk has room.",
            ) from error
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def _take(handle: int) -> None:
    if not _try_lock(handle):
        raise _busy(handle)
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())


def _busy(handle: int) -> LedgerBusy:
    os.lseek(handle, 0, os.SEEK_SET)
    holder = os.read(handle, 32).decode("ascii", "replace").strip()
    named = f"process {holder}" if holder.isdecimal() else "another process"
    return LedgerBusy(
        f"Another run is sending for this account already ({named}).",
        hint="Wait until it has ended, or stop it with Ctrl-C; then try again.",
    )
