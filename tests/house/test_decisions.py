"""Decisions can be found again: numbered without gaps, each in the same four parts."""

import re

from tests.house.checkout import ROOT

FOLDER = ROOT / "docs" / "decisions"
HEADINGS = ["Context", "Decision", "Price", "When to revisit"]
MAX_WORDS = 700  # one page


def decisions() -> dict[str, str]:
    """Return name and text of each decision."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.glob("*.md"))
        if path.name != "README.md"
    }


def test_numbers_have_no_gaps() -> None:
    """0001, 0002, … each once: a decision is never renumbered or taken out."""
    numbers = [name[:5] for name in decisions()]
    assert numbers
    assert numbers == [f"{number:04}-" for number in range(1, len(numbers) + 1)]


def test_each_has_the_four_parts() -> None:
    """A title with the number, then exactly these headings in this order, on one page."""
    for name, text in decisions().items():
        assert text.startswith(f"# {name[:4]} "), name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS, name
        assert len(text.split()) <= MAX_WORDS, name


def test_the_list_names_each() -> None:
    """docs/decisions/README.md links every decision by its own title."""
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name, text in decisions().items():
        title = text.partition("\n")[0].removeprefix("# ")
        assert f"[{title}]({name})" in listed, name
