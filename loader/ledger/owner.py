"""Who holds a claim: a name for this process that tells later whether it is gone.

A wrong "gone" could let an order be sent twice, a wrong "cannot tell" only costs the lease's
time: wherever there is doubt, the answer is None and the lease decides.
"""

import functools
import hashlib
import os
import platform
import re
import subprocess
import sys
import uuid
from pathlib import Path

# host.boot/pid/start time; at most nine digits, so that it always fits the system's pid type.
_OWNER = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{0,32})/([1-9][0-9]{0,8})/(\S*)")
_DEAD = frozenset("ZX")


def current_owner() -> str:
    """Return this process's name: "host.boot/pid/start time"; it holds no personal data."""
    _, started = _life(os.getpid()) or ("", "")
    return f"{_host()}.{_boot()}/{os.getpid()}/{started}"


def is_gone(owner: str) -> bool | None:
    """Return whether the process of that name has ended; None where this host cannot tell.

    True only on evidence: the host started again since, no process has that pid, or the pid
    belongs to a process that started at another time. A process in another container is a
    process of another host.
    """
    parts = _OWNER.fullmatch(owner)
    if parts is None or sys.platform == "win32":
        return None
    host, boot, pid, started = parts.groups()
    if host != _host():
        return None
    if boot != _boot():
        return True
    return _process_is_gone(int(pid), started)


def _process_is_gone(pid: int, started: str) -> bool | None:
    try:
        os.kill(pid, 0)  # asks only; hidden processes of others answer too, unlike in /proc
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it exists, under another user
    life = _life(pid)
    if life is None or not started:
        return None
    state, seen = life
    return state in _DEAD or seen != started


def _life(pid: int) -> tuple[str, str] | None:
    """Return a process's state letter and start time, in a form that only has to be equal."""
    if sys.platform == "darwin":
        return from_ps(_ask_ps(pid))
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return fields[0], fields[19]


def from_ps(output: str) -> tuple[str, str] | None:
    """Return state letter and start time from `ps -o stat=,lstart=`; None without a process."""
    state, _, started = output.strip().partition(" ")
    return (state[0], "_".join(started.split())) if state and started else None


def _ask_ps(pid: int) -> str:
    command = ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)]
    plain = {"LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(  # noqa: S603 - a fixed program and a number
        command, capture_output=True, text=True, check=False, env=plain
    ).stdout


@functools.cache
def _host() -> str:
    """Return a digest of what tells hosts and containers apart (the ids themselves stay here)."""
    marks = (_machine(), platform.node(), _pid_namespace())
    return hashlib.sha256("\0".join(marks).encode()).hexdigest()[:16]


def _machine() -> str:
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        text = _text(Path(path))
        if len(text) == 32:
            return text
    return f"{uuid.getnode():012x}"


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


@functools.cache
def _boot() -> str:
    """Return the id of this start of the host; "" where start times need none (no ticks)."""
    return _text(Path("/proc/sys/kernel/random/boot_id")).replace("-", "")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
