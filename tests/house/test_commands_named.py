"""Every command that a message, a hint or a page names is there, with the options it names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from loader.cli import COMMANDS, cli
from tests.house.checkout import ROOT

_SAID = re.compile(r"order-loader ([a-z][^`\"'\n|;,()…]*)")
_OPTION = re.compile(r"--?[a-z][a-z-]*")
# Words that follow the program's name and are no command.
_PROSE = frozenset({"from", "runs here", "is", "and"})


def texts_of(path: Path) -> Iterator[str]:
    """Yield what a module may say: its texts, with a word for each value that is put in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "VALUE"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "command":
            words = [one.value for one in node.args[1:] if isinstance(one, ast.Constant)]
            yield f"order-loader {' '.join(map(str, words))}"


def said(texts: Iterator[str]) -> Iterator[str]:
    """Yield the command lines in the texts, from the word after the program's name on."""
    for text in texts:
        for match in _SAID.finditer(text):
            if match[1].split()[0] not in _PROSE:
                yield match[1].strip()


def problem(line: str) -> str:
    """Return what of a command line does not exist; "" where all of it does."""
    words = line.split()
    command: click.Command | None = None
    for word in words:
        name = word.rstrip(".:")
        if command is None:
            if name not in COMMANDS:
                return f"there is no command {name}"
            command = cli.get_command(click.Context(cli), name)
        elif isinstance(command, click.Group) and name in command.commands:
            command = command.commands[name]
        elif _OPTION.fullmatch(name):
            known = {one for parameter in command.params for one in parameter.opts}
            if name not in known | {"--help"}:
                return f"{command.name} has no option {name}"
    if isinstance(command, click.Group) and len(words) > 1 and words[1].islower():
        return f"{command.name} has no {words[1]}"
    return ""


def sources() -> list[Path]:
    """Return the modules and pages that people read the words of."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    modules = [*(ROOT / "loader").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]
    return [*sorted(modules), *pages]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(path: Path) -> None:
    """Nobody is told to run what is not there yet."""
    texts = texts_of(path) if path.suffix == ".py" else iter([path.read_text(encoding="utf-8")])
    assert [f"{line}: {problem(line)}" for line in said(texts) if problem(line)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("nonsense", "no command nonsense"), ("submit FILE --nonsense", "no option --nonsense"),
        ("runs burn", "runs has no burn"), ("runs list", ""), ("runs purge --older-than DAYS", ""),
        ("submit PLAN --env stage", ""), ("explain CODE.", ""),
    ],
)  # fmt: skip
def test_a_command_that_does_not_exist_is_found(line: str, wrong: str) -> None:
    """The check itself can fail."""
    assert wrong in problem(line) if wrong else problem(line) == ""
