"""Files with personal data: for their owner alone, whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from loader.app.private_file import check_writable, write_private


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600 whatever the umask and whatever was there before; nothing else is left."""
    path = tmp_path / "deep" / "file.html"
    before = os.umask(0)
    try:
        write_private(path, b"first")
        path.chmod(0o644)
        write_private(path, b"second")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["file.html"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """A link stays a link, and its target is what is written."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"")
    link.symlink_to(target)
    write_private(link, b"x")
    assert link.is_symlink()
    assert target.read_bytes() == b"x"


@pytest.mark.parametrize("write", [lambda path: write_private(path, b"x"), check_writable])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, write: object) -> None:
    """A folder, a pipe or a device is left as it is."""
    assert callable(write)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (tmp_path, pipe, Path("/dev/null")):
        with pytest.raises(OSError, match="not a file"):
            write(place)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whether a file could be written is found out without writing it."""
    check_writable(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OSError, match="taken"):
        check_writable(tmp_path / "taken" / "file")
