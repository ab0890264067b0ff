"""A process is told gone from living only on evidence; every doubt is None."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.ledger import owner
from loader.ledger.owner import current_owner, from_ps, is_gone

ROOT = Path(__file__).parents[3]
SAY = "import sys; from loader.ledger.owner import current_owner; print(current_owner()); "


@pytest.fixture
def child() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a living process and the name that it gives itself."""
    command = [sys.executable, "-c", f"{SAY} sys.stdout.flush(); sys.stdin.readline()"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def test_this_process_is_here() -> None:
    """The name stays the same, holds the pid, and belongs to a living process."""
    assert current_owner() == current_owner()
    assert f"/{os.getpid()}/" in current_owner()
    assert is_gone(current_owner()) is False


def test_the_name_says_nothing_about_the_machine() -> None:
    """Neither the host's name nor its machine id can be read from it."""
    name = current_owner()
    for path in ("/etc/machine-id", "/etc/hostname"):
        if Path(path).exists():
            assert Path(path).read_text().strip() not in name


def test_a_process_is_gone_when_it_was_killed(child: tuple[subprocess.Popen[str], str]) -> None:
    """Living, then killed and not yet collected by its parent, then collected."""
    process, name = child
    assert is_gone(name) is False
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table
    assert is_gone(name) is True
    process.wait()
    assert is_gone(name) is True


def parts() -> tuple[str, str, str, str]:
    """Return host, boot, pid and start time of this process."""
    host, _, rest = current_owner().partition(".")
    boot, pid, started = rest.split("/")
    return host, boot, pid, started


def test_a_pid_that_is_used_again_is_another_process() -> None:
    """The same pid with another start time: the one that was meant is gone."""
    host, boot, pid, started = parts()
    assert is_gone(f"{host}.{boot}/{pid}/{started}0") is True


def test_nothing_outlives_a_restart_of_the_host() -> None:
    """Another boot of this host: gone, whatever has the pid now."""
    host, boot, pid, started = parts()
    assert is_gone(f"{host}.{boot[::-1]}/{pid}/{started}") is True


def test_another_host_cannot_be_seen() -> None:
    """A process elsewhere, in another container too, is never called gone."""
    host, boot, pid, started = parts()
    assert is_gone(f"{host[::-1]}.{boot}/{pid}/{started}") is None


@pytest.mark.parametrize(
    "name",
    ["", "worker 7", "host/1/2", "{host}.{boot}/0/{started}", "{host}.{boot}/-1/{started}",
     "{host}.{boot}/99999999999/{started}", "{host}.{boot}/{pid}/", "{host}.{boot}/x/{started}"],
)  # fmt: skip
def test_what_is_no_such_name_cannot_be_told(name: str) -> None:
    """A name of another form, or without a start time, is never called gone."""
    host, boot, pid, started = parts()
    assert is_gone(name.format(host=host, boot=boot, pid=pid, started=started)) is None


def test_containers_of_a_host_are_hosts_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another process namespace the same machine has another name: its pids mean others."""
    here = owner._host()
    assert owner._host.__wrapped__() == here
    monkeypatch.setattr(owner, "_pid_namespace", lambda: "another")
    assert owner._host.__wrapped__() != here


def test_what_ps_says_is_understood() -> None:
    """On macOS `ps` answers: a state letter and a start time, or nothing for a missing process."""
    assert from_ps("S+   Fri Nov  6 09:05:00 2026\n") == ("S", "Fri_Nov_6_09:05:00_2026")
    assert from_ps("Z    Fri Nov 20 16:14:57 2026\n") == ("Z", "Fri_Nov_20_16:14:57_2026")
    assert from_ps("") is None
