"""Files that cannot be read are refused in words; what is hashed is what is parsed."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loader.core.errors import InputError
from loader.sources.file_bytes import MAX_BYTES, read_whole


@contextmanager
def at_the_read(act: Callable[[], object]) -> Iterator[None]:
    """Do `act` once, when the opened file is about to be read."""
    left = [act]

    def watch(_: object, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "read" and left:
            left.pop()()

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)
    assert not left


def test_bytes_and_hash_belong_together(tmp_path: Path) -> None:
    """The hash is that of the file's own bytes."""
    path = tmp_path / "orders.csv"
    path.write_bytes(b"a,b\r\n1,2\r\n")
    whole = read_whole(path)
    assert whole.data == b"a,b\r\n1,2\r\n"
    assert whole.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_link_is_followed(tmp_path: Path) -> None:
    """A symbolic link given by name is read as the file that it leads to."""
    (tmp_path / "real.csv").write_bytes(b"x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert read_whole(tmp_path / "link.csv").data == b"x"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.csv", "There is no file"),
        ("folder", "is a folder"),
        ("pipe", "device or pipe"),
        ("empty.csv", "is empty: 0 bytes"),
        ("huge.csv", "at most"),
        ("loop.csv", "cannot be read"),
        ("nul\0.csv", "no name that a file can have"),
    ],
)
def test_what_is_no_readable_file_is_refused(tmp_path: Path, name: str, words: str) -> None:
    """Missing, folder, pipe, empty, huge, circular link, impossible name: said, with a hint."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.csv").touch()
    with (tmp_path / "huge.csv").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(InputError, match=words) as caught:
        read_whole(tmp_path / name)
    assert caught.value.hint


@contextmanager
def without_privileges() -> Iterator[None]:
    """Act as a user to whom file permissions apply, also where the tests run as root."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    """A file that this user may not open is named, with the system's own reason."""
    path = tmp_path / "orders.csv"
    path.write_bytes(b"x")
    path.chmod(0)
    with without_privileges(), pytest.raises(InputError, match="Permission denied"):
        read_whole(path)


@pytest.mark.parametrize("change", ["grown", "cut", "rewritten", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    """Another program still writes the file, or puts a new one in its place: nothing is used."""
    path, other = tmp_path / "orders.csv", tmp_path / "new.csv"
    for file in (path, other):
        file.write_bytes(b"x" * 100_000)
        os.utime(file, (1, 1))
    act: Callable[[], object] = {
        "grown": lambda: os.truncate(path, 200_000),
        "cut": lambda: os.truncate(path, 50_000),
        "rewritten": lambda: path.write_bytes(b"y" * 100_000),
        "replaced": lambda: other.replace(path),
        "removed": path.unlink,
    }[change]
    words = "There is no file" if change == "removed" else "changed or replaced"
    with at_the_read(act), pytest.raises(InputError, match=words):
        read_whole(path)


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters of a file name do not reach the message."""
    with pytest.raises(InputError) as caught:
        read_whole(tmp_path / "\x1b[31mred.csv")
    assert "\x1b" not in caught.value.message
