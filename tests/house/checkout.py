"""The checkout: its files as git knows them, and its Python modules as trees."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CODE = ("loader", "schemas")


@cache
def files() -> tuple[str, ...]:
    """Return every file that is committed or could be, relative to the checkout."""
    # In a container the checkout may belong to somebody else than the one who runs the tests.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return tuple(
        sorted(name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file())
    )


def text_files() -> list[tuple[str, str]]:
    """Return name and content of every file that is UTF-8 text."""
    found = []
    for name in files():
        try:
            found.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def modules(*folders: str) -> list[tuple[str, str]]:
    """Return name and source of every Python module below these folders."""
    inside = tuple(f"{folder}/" for folder in folders)
    return [
        (name, (ROOT / name).read_text(encoding="utf-8"))
        for name in files()
        if name.endswith(".py") and name.startswith(inside)
    ]


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a module, methods and inner ones too."""
    tree = ast.parse(source)
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def settings() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
