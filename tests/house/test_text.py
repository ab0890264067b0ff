"""The committed text speaks of the project alone, not of the machine or hand that wrote it."""

import re

import pytest

from tests.house.checkout import text_files

HERE = "tests/house/test_text.py"  # names what it forbids

FORBIDDEN = {
    "a path on somebody's machine": re.compile(r"(?<![\w./-])/(work|root)/|/home/(?!you\b)\w"),
    "the host of a package registry": re.compile(r"pypi\.org|pythonhosted|artifactory|devpi"),
    "an index in place of a hash": re.compile(r"--(extra-)?index-url"),
    "the writer's tools": re.compile(r"(?i)\b(claude|anthropic|chatgpt|copilot|llm)\b"),
    "a note to oneself": re.compile(r"\b(TODO|FIXME|XXX)\b"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORBIDDEN)
def test_committed_text_names_none(what: str) -> None:
    """No committed text file names it; the message lists where."""
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in text_files()
        if name != HERE
        for number, line in enumerate(text.splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path on somebody's machine", "see /root/notes.txt"),
        ("a path on somebody's machine", "open('/work/main/x')"),
        ("the host of a package registry", "from https://pypi.org/simple"),
        ("an index in place of a hash", "--extra-index-url x"),
        ("the writer's tools", "as Claude says"),
        ("a note to oneself", "# TODO later"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, line: str) -> None:
    """Each pattern finds an example of its kind, or the test above proves nothing."""
    assert FORBIDDEN[what].search(line)


@pytest.mark.parametrize(
    "line", ["loader/work/x", "../root/x", "/home/you/orders.csv", "network/root"]
)
def test_the_patterns_leave_plain_text_alone(line: str) -> None:
    """Relative paths and the path of an imagined reader are no machine's."""
    assert not any(pattern.search(line) for pattern in FORBIDDEN.values())
