"""A clinic's machine with a sandbox, commands as they are typed, and LibreOffice."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from loader.cli import cli
from loader.cli.failures import run
from loader.sandbox import Sandbox

Convert = Callable[[Path, str], Path]


@dataclass(frozen=True, slots=True)
class Clinic:
    """A folder with a ledger, and the sandbox that it orders from."""

    folder: Path
    sandbox: Sandbox

    def do(self, command: str, *arguments: str | Path) -> int:
        """Run a command; return its exit code."""
        where = ["--base-url", self.sandbox.base_url] if command != "validate" else []
        ledger = ["--ledger", f"sqlite:///{self.folder / 'ledger.sqlite3'}"]
        return run(cli, [command, *map(str, arguments), *where, *ledger])

    def submit(self, *arguments: str | Path) -> int:
        """Send files without being asked."""
        return self.do("submit", *arguments, "--yes", "--no-report", "-q")

    def made(self) -> Counter[str]:
        """Return how many orders the API made under each of our numbers: the truth."""
        return Counter(
            str(seen["source_client_order_id"])
            for seen in self.sandbox.truth()
            for _ in seen["committed_order_ids"]
        )


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """Return a clinic whose working folder is its own."""
    monkeypatch.chdir(tmp_path)
    with Sandbox(tmp_path / "sandbox") as sandbox:
        yield Clinic(tmp_path, sandbox)


@pytest.fixture
def document(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[[], dict[str, object]]:
    """Return a function that takes the JSON document printed last."""
    return lambda: dict(orjson.loads(capfdbinary.readouterr().out))


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Return a function that lets LibreOffice save a file as another kind."""
    office = shutil.which("soffice")
    if office is None:
        pytest.fail("LibreOffice is not installed (Debian: apt install libreoffice-calc-nogui)")

    def save(path: Path, kind: str) -> Path:
        folder = tmp_path / "saved-again"
        subprocess.run(
            [office, "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
             "--convert-to", kind, "--outdir", folder, path],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return folder / f"{path.stem}.{kind.partition(':')[0]}"

    return save
