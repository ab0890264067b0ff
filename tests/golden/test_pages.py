"""Pages that are made from the declarations, and the example report, are in step with the code."""

import re
from pathlib import Path

import pytest

from tests.golden.example_report import PLACE, example_report
from tests.golden.outcomes import ROOT
from tests.golden.regenerate import ERRORS, PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_are_in_step_with_the_declarations(path: Path) -> None:
    """A page in docs/ is what the declarations give today (`make golden` writes it anew)."""
    assert path.read_text("utf-8") == PAGES[path]()


def test_no_page_tells_of_a_code_that_is_gone() -> None:
    """Every page of a code is made from a code that exists."""
    assert set(ERRORS.iterdir()) == {path for path in PAGES if path.parent == ERRORS}


def test_the_example_report_is_what_the_code_makes() -> None:
    """The committed report is byte for byte what the sample gives in the sandbox today."""
    assert PLACE.read_bytes() == example_report()


def test_the_example_report_tells_no_machine() -> None:
    """Nothing of where and when it was made is in it: no absolute path, no port of the moment."""
    text = PLACE.read_text("utf-8")
    assert str(ROOT) not in text
    assert "/tmp/" not in text  # noqa: S108  # looked for, not used
    assert set(re.findall(r"127\.0\.0\.1:[0-9]+", text)) <= {"127.0.0.1:8642"}
