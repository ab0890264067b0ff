"""Help is quick, imports nothing heavy, fits 80 columns, and changes only when it is meant to."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.golden.help_pages import COMMANDS, PAGES, help_page
from tests.integration.cli.machine import Machine

HEAVY = {"httpx", "jinja2", "numpy", "openpyxl", "pandas", "pandera", "pyarrow", "rich", "sqlite3",
         "asyncio", "schemas.pouch_orders"}  # fmt: skip


def with_imports(machine: Machine, *arguments: str) -> tuple[str, set[str]]:
    """Run `python -m loader` and return its output and the modules that it imported."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "loader", *arguments], cwd=machine.folder,
        env=machine.environment({}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout, set(re.findall(r"\|\s+([\w.]+)$", ended.stderr, re.MULTILINE))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "group")
def test_help_of(machine: Machine, command: tuple[str, ...]) -> None:
    """The page is the committed one, fits 80 columns, and needs no heavy library."""
    page, imported = with_imports(machine, *command, "--help")
    assert page == help_page(PAGES.read_text("utf-8"), command)
    assert max(map(len, page.splitlines())) <= 80
    assert "loader.cli" in imported
    assert HEAVY.intersection(imported) == set()


def fastest(command: list[str], machine: Machine) -> float:
    """Return the shortest of five runs in seconds: what the machine's load adds falls away."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command, cwd=machine.folder, env=machine.environment({}), check=True,
                       capture_output=True)  # fmt: skip
        times.append(time.perf_counter() - began)
    return min(times)


def test_help_answers_at_once(machine: Machine) -> None:
    """Help takes little longer than Python and click need to start, whatever the machine.

    The contract asks for 250 ms; there click alone takes about 100.
    """
    bare = fastest([sys.executable, "-c", "import click"], machine)
    for command in ([], ["submit"]):
        taken = fastest([sys.executable, "-m", "loader", *command, "--help"], machine)
        print(f"{' '.join(command) or 'group'} --help: {taken:.3f} s, import click: {bare:.3f} s")
        assert taken < 3 * bare + 0.05


def test_a_broken_settings_file_leaves_the_help(machine: Machine) -> None:
    """Who has a wrong settings file can still read how to run the command."""
    (machine.folder / "order-loader.toml").write_text("= nonsense", "utf-8")
    assert machine.run("submit", "--help").code == 0
    assert machine.run("submit", "x.csv").code == 3


def test_without_a_command_the_help_is_shown(machine: Machine) -> None:
    """`order-loader` alone says what there is; it is not a result, so it is not on stdout."""
    ended = machine.run()
    assert (ended.code, ended.out) == (2, "")
    assert "validate" in ended.err
    assert "error" not in ended.err.partition("Usage")[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_are_completed(machine: Machine, shell: str) -> None:
    """Completion knows the commands, in every shell that click knows."""
    typed = "re" if shell == "fish" else "1"
    machine.variables = {
        "_ORDER_LOADER_COMPLETE": f"{shell}_complete", "COMP_WORDS": "order-loader re",
        "COMP_CWORD": typed,
    }  # fmt: skip
    ended = machine.run()
    assert ended.code == 0
    assert all(word in ended.out for word in ("resume", "reconcile", "report"))
    assert "submit" not in ended.out


def test_a_misspelt_command_gets_a_hint(machine: Machine) -> None:
    """The nearest command is named."""
    ended = machine.run("valdate", "x.csv")
    assert ended.code == 2
    assert "Did you mean validate?" in ended.err


def test_version(machine: Machine) -> None:
    """`--version` names program and version."""
    ended = machine.run("--version")
    assert re.fullmatch(r"order-loader, version [0-9]+\.[0-9]+\.[0-9]+\S*\n", ended.out)


def test_python_m_loader_is_the_same_command(machine: Machine) -> None:
    """`python -m loader` prints what `order-loader` prints."""
    ended = subprocess.run(
        [sys.executable, "-m", "loader", "explain"], cwd=machine.folder,
        env=machine.environment({}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    same = machine.run("explain")
    assert (ended.returncode, ended.stdout) == (same.code, same.out)


@pytest.mark.parametrize("name", ["schemas", "schemas.py"])
def test_foreign_declarations_are_refused(machine: Machine, name: str) -> None:
    """Another package called `schemas` that comes first is named, and nothing is judged by it."""
    place = machine.folder / name
    if place.suffix:
        place.write_text("", "utf-8")
    else:
        place.mkdir()
        (place / "__init__.py").write_text("", "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "loader", "explain"], cwd=machine.folder,
        env=machine.environment({}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if sys.flags.safe_path or not found_first(machine):
        pytest.fail("the working folder is not searched: this test proves nothing")
    assert ended.returncode == 3
    assert str(machine.folder) in ended.stderr


def found_first(machine: Machine) -> bool:
    """Return whether Python would take a module of the working folder for `schemas`."""
    code = "import importlib.util as u; print(u.find_spec('schemas').origin)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=machine.folder, env=machine.environment({}),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Path(found.stdout.strip()).is_relative_to(machine.folder)
