"""Modules stay small enough to read in one go, and say why they are there."""

import ast
import sys

from tests.house.checkout import CODE, functions, modules

MODULE_LINES = 300
FUNCTION_LINES = 40

# What may be longer, and why. An entry that is no longer needed fails.
LONGER_MODULES = {
    "loader/wiring.py": "one line or a few per adapter: split, nobody could see them all at once",
    "loader/ports.py": "the whole contract between the stages and the world, read as one",
}
LONGER_FUNCTIONS: dict[str, str] = {}


def test_modules_are_short() -> None:
    """A module has at most 300 lines, unless the list says why it may be longer."""
    long = {name for name, source in modules(*CODE) if len(source.splitlines()) > MODULE_LINES}
    assert long == set(LONGER_MODULES)


def test_functions_are_short() -> None:
    """A function has at most 40 lines from its `def` to its end, docstring included."""
    long = {
        f"{name}:{function.name}"
        for name, source in modules(*CODE)
        for function in functions(source)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    }
    assert long == set(LONGER_FUNCTIONS)


def test_modules_say_why_they_are_there() -> None:
    """Every module of the code and of the tests begins with a docstring."""
    silent = [
        name
        for name, source in modules(*CODE, "tests")
        if not (ast.get_docstring(ast.parse(source)) or "").strip()
    ]
    assert silent == []


def test_tests_say_what_holds() -> None:
    """Every test has a docstring, so that its failure can be read without its code."""
    silent = [
        f"{name}:{function.name}"
        for name, source in modules("tests")
        for function in functions(source)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


def test_declarations_need_the_standard_library_alone() -> None:
    """All of `schemas` but the derived `frame` can be read by any Python, nothing installed."""
    foreign = [
        f"{name}: {imported}"
        for name, source in modules("schemas")
        if name != "schemas/frame.py"
        for imported in _imported(source)
        if imported not in sys.stdlib_module_names | {"schemas"}
    ]
    assert foreign == []


def _imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("schemas" if node.level else str(node.module).partition(".")[0])
    return found
