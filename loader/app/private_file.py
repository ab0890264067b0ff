"""Files with personal data: readable by their owner alone, there whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file with mode 0600; `OSError` where it cannot be written, and nothing is left."""
    place = _place(path)
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, place)
    except BaseException:
        os.unlink(draft)
        raise


def check_writable(path: Path) -> None:
    """Raise `OSError` where no file can be written there; nothing is left behind."""
    place = _place(path)
    descriptor, probe = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    os.close(descriptor)
    os.unlink(probe)


def _place(path: Path) -> Path:
    """Return where a path leads, its folder made; a device or folder is not to be replaced."""
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "it is not a file")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
