"""Every exception from a rule carries its reason, where it is made."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.house.checkout import ROOT, modules, settings

# What switches a rule off, in Python, and what may follow it as a reason.
MARK = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no\s*\w+|mypy:|ruff:)"
    r"(?P<codes>:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|\[[a-z0-9, -]+\])?"
    r"(?P<rest>.*)"
)
REASON = re.compile(r"[\s#,:;(–—-]*\w+(?:\W+\w+)+")


def unexplained(source: str) -> list[int]:
    """Return the lines of a module that switch a rule off without codes or without a reason.

    The reason stands behind the mark, or as a comment of its own on the line above.
    """
    lines = source.splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        mark = MARK.search(line)
        if mark is None:
            continue
        above = lines[number - 2].strip() if number > 1 else ""
        named = mark["codes"] or "pragma" in mark[0]
        if not named or not (REASON.match(mark["rest"]) or above.startswith("#")):
            found.append(number)
    return found


def test_switched_off_rules_say_why() -> None:
    """Each noqa, type: ignore and no-cover names its rule and gives a reason."""
    found = [
        f"{name}:{number}"
        for name, source in modules("loader", "schemas", "tests")
        if name != "tests/house/test_reasons.py"
        for number in unexplained(source)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("x = 1  # noqa: S101", False),
        ("x = 1  # noqa", False),
        ("x = 1  # noqa: S101 - a closed socket is what the caller wants", True),
        ("x = 1  # type: ignore[arg-type]", False),
        ("x = 1  # type: ignore[arg-type]  # the stubs lack this overload", True),
        ("if x:  # pragma: no cover", False),
        ("if x:  # pragma: no cover - Windows only", True),
        ("# the stubs lack it\nx = 1  # type: ignore[arg-type]", True),
        ("# the stubs lack it\nx = 1  # type: ignore", False),
    ],
)
def test_a_reason_is_told_from_none(line: str, explained: bool) -> None:
    """The test above can fail: a bare mark is found, an explained one is not."""
    assert (unexplained(line) == []) is explained


def exceptions(node: object, inside: bool = False) -> Iterator[str]:
    """Yield every text in the settings that stands below a key with `ignore` in its name."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from exceptions(value, inside or "ignore" in key)
    elif isinstance(node, list):
        for value in node:
            yield from exceptions(value, inside)
    elif isinstance(node, str) and inside:
        yield node


def test_settings_that_make_exceptions_say_why() -> None:
    """Ignored rules, imports and warnings have a comment beside them in pyproject.toml."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    entries = {*exceptions(settings()["tool"]), *settings()["tool"]["pytest"]["filterwarnings"][1:]}
    explained = {
        entry
        for entry in entries
        for line in lines
        if f'"{entry}"' in line.partition(" # ")[0] and " # " in line
    }
    assert len(entries) > 5
    assert entries - explained == set()


def test_loosened_types_say_why() -> None:
    """Each override for mypy has a comment on the line above."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    above = [before for before, line in pairwise(lines) if line == "[[tool.mypy.overrides]]"]
    assert above
    assert all(line.startswith("#") for line in above)
