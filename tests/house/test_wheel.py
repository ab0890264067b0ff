"""The wheel works by itself: a fresh environment, outside the checkout, offline."""

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.checkout import CODE, ROOT, files

SAMPLE = ROOT / "samples" / "monthly" / "monthly.xlsx"


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment that knows the wheel and its locked dependencies, and nothing else."""

    environment: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, in a folder and home of its own."""
        return subprocess.run(
            [str(self.environment / "bin" / program), *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, "HOME": str(self.folder / "home"), "LANG": "C.UTF-8"},
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout as it is."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in a fresh environment, its dependencies from the files that make keeps."""
    kept = Path(sys.prefix) / "wheels"
    assert kept.is_dir(), "`make test` keeps the locked wheels there; run that once"
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "home").mkdir()
    environment = folder / "environment"
    uv = [sys.executable, "-m", "uv", "--quiet", "--offline", "--no-cache", "--no-config"]
    install = [*uv, "pip", "install", "--python", str(environment), "--no-index"]
    lock = str(ROOT / "requirements" / "runtime.txt")
    for command in (
        [*uv, "venv", "--python", sys.executable, str(environment)],
        [*install, "--find-links", str(kept), "--require-hashes", "--requirement", lock],
        [*install, "--no-deps", str(wheel)],
    ):
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return Installation(environment, folder)


def test_the_wheel_holds_code_types_and_data(wheel: Path) -> None:
    """Every committed file of the two packages is in it, with the demo's sample; no tests."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {name for name in files() if name.startswith(tuple(f"{code}/" for code in CODE))}
    assert wanted >= {"loader/py.typed", "schemas/py.typed", "loader/sandbox/catalogue.json"}
    assert wanted - held == set()
    assert "loader/samples/monthly/monthly.xlsx" in held
    assert {name.partition("/")[0].partition("-")[0] for name in held} == {
        "loader", "schemas", "ok_capsule_order_loader",
    }  # fmt: skip


@pytest.mark.parametrize("package", ["loader", "schemas"])
def test_packages_come_from_the_environment(installation: Installation, package: str) -> None:
    """Neither package is read from the checkout, nor from a namesake."""
    shown = installation.run("python", "-c", f"import {package}; print({package}.__file__)")
    assert Path(shown.stdout.strip()).is_relative_to(installation.environment), shown.stderr


def test_it_says_its_version(installation: Installation) -> None:
    """`--version` answers with the version of the wheel."""
    asked = "import importlib.metadata as m; print(m.version('ok-capsule-order-loader'))"
    version = installation.run("python", "-c", asked).stdout.strip()
    shown = installation.run("order-loader", "--version")
    assert shown.returncode == 0, shown.stderr
    assert version
    assert version in shown.stdout


def test_it_shows_the_columns(installation: Installation) -> None:
    """`schema` prints the declared columns."""
    shown = installation.run("order-loader", "schema")
    assert shown.returncode == 0, shown.stderr
    assert "source_client_order_id" in shown.stdout


def test_it_reads_an_order_file(installation: Installation) -> None:
    """`validate` reads a workbook that lies beside it: 0 or 1, never a failure of ours."""
    shutil.copy(SAMPLE, installation.folder / "monthly.xlsx")
    shown = installation.run(
        "order-loader", "validate", "monthly.xlsx", "--no-report", "--no-input"
    )
    assert shown.returncode in (0, 1), shown.stderr
    assert "Traceback" not in shown.stderr


def test_it_can_be_tried(installation: Installation) -> None:
    """`demo` orders the sample that the wheel carries and leaves its report in the folder."""
    shown = installation.run("order-loader", "demo", "--no-input")
    assert shown.returncode in (0, 1), shown.stderr
    reports = [
        path for path in installation.folder.rglob("*.html") if "environment" not in path.parts
    ]
    assert reports, shown.stdout
    assert any(report.name in shown.stdout + shown.stderr for report in reports)
