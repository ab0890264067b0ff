"""The commands that a person is told to type are there and say what they need."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

TARGETS = ["help", "demo", "test", "check", "sweep", "bench", "golden", "lock", "clean"]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person would, also where a make runs the tests."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=env, check=False, capture_output=True, text=True
    )


def test_help_lists_every_target() -> None:
    """`make` and `make help` show each target with a sentence."""
    shown = make().stdout
    assert re.findall(r"^make (\w+) +\w.+$", shown, re.MULTILINE) == TARGETS
    assert make("help").stdout == shown


def test_every_target_is_phony() -> None:
    """A file that happens to be called `test` or `demo` never hides a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^([a-z]+):", makefile, re.MULTILINE) == TARGETS
    assert f".PHONY: {' '.join(TARGETS)}\n" in makefile


def test_readme_begins_with_the_two_commands() -> None:
    """README.md names `make demo` and `make test`."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_an_old_python_is_named(tmp_path: Path) -> None:
    """Where Python cannot serve, make stops with what is needed and how to name another."""
    program(tmp_path, "python-old", "exit 1")
    run = make(f"PYTHON={tmp_path}/python-old", f"DEMO={tmp_path}/environment", "demo")
    assert run.returncode == 2
    assert "Python 3.11 or newer" in run.stdout
    assert "make demo PYTHON=" in run.stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs with just what `.ci/run` starts with: no browser, office or apt-get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname", "make", "git"):
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    program(folder, "python3", f'exec {sys.executable} "$@"')
    return folder


def program(folder: Path, name: str, script: str) -> None:
    """Put a program into the folder."""
    (folder / name).write_text(f"#!{shutil.which('bash')}\n{script}\n")
    (folder / name).chmod(0o755)


def ci(programs: Path) -> subprocess.CompletedProcess[str]:
    """Run `.ci/run` with these programs alone."""
    command = [str(programs / "bash"), ".ci/run"]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": str(programs)}, check=False, capture_output=True, text=True
    )


def test_ci_names_what_another_system_lacks(bare: Path) -> None:
    """Without apt-get, a missing browser or office stops the run and is named, nothing else is."""
    run = ci(bare)
    assert run.returncode == 1
    assert "Missing here: chromium libreoffice-calc-nogui (" in run.stderr
    assert run.stdout == ""


def test_ci_says_that_only_root_can_install(bare: Path) -> None:
    """Somebody who is not root is given the line to type."""
    program(bare, "apt-get", "exit 1")
    program(bare, "id", "echo 1000")
    run = ci(bare)
    assert run.returncode == 1
    assert (
        "sudo sh -c 'apt-get update && apt-get install chromium libreoffice-calc-nogui'"
        in run.stderr
    )
    assert run.stdout == ""


def test_ci_installs_then_checks_then_tests(bare: Path, tmp_path: Path) -> None:
    """As root on Debian all that lacks is installed from a fresh index; the tests come last."""
    log = tmp_path / "log"
    browser = bare / "chromium"
    program(bare, "id", "echo 0")
    install = f'echo "#!/bin/sh" > {browser}; {shutil.which("chmod")} +x {browser}'
    program(bare, "apt-get", f'echo "apt-get $*" >> {log}; {install}')
    (bare / "make").unlink()
    program(bare, "make", f'echo "make $*, CI=$CI" >> {log}')
    run = ci(bare)
    assert run.returncode == 0, run.stderr
    assert log.read_text().splitlines() == [
        "apt-get --quiet=2 update",
        "apt-get --quiet=2 install --yes --no-install-recommends chromium libreoffice-calc-nogui",
        "make check PYTHON=python3, CI=true",
        "make test PYTHON=python3, CI=true",
    ]


def test_ci_installs_nothing_that_is_there(bare: Path, tmp_path: Path) -> None:
    """Where all is there, neither root nor apt-get is needed; a failing check ends the run."""
    log = tmp_path / "log"
    program(bare, "chromium", "exit 0")
    program(bare, "soffice", "exit 0")
    (bare / "make").unlink()
    program(bare, "make", f'echo "make $*" >> {log}; exit 2')
    assert ci(bare).returncode == 2
    assert log.read_text() == "make check PYTHON=python3\n"
