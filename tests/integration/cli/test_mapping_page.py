"""The page about mapping profiles is true: its example is run as it is written."""

import re
import tomllib
from pathlib import Path

import pytest

from loader.core.mapping_profile import profile_of
from tests.integration.cli.machine import ROOT, Machine

PAGE = (ROOT / "docs" / "mapping.md").read_text("utf-8")
PROFILES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
[SHEET] = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_gives_the_orders_that_the_page_says(tmp_path: Path) -> None:
    """The sheet and the profile of the page give two orders, with a note for each liberty."""
    machine = Machine(tmp_path)
    (machine.folder / "list.csv").write_text(SHEET, "utf-8")
    (machine.folder / "list.toml").write_text(PROFILES[0], "utf-8")
    plan = machine.run(
        "plan", "list.csv", "--map", "list.toml", "--batch", "2026-11", "--format", "json"
    )
    assert plan.code == 0, plan.err
    document = plan.document
    assert {one["key"]: one["rows"] for one in document["orders"]} == {
        "7-2026-11": [2, 3], "8-2026-11": [4],
    }  # fmt: skip
    assert {one["code"] for one in document["findings"]} == {
        "MAP-DEFAULT", "MAP-FILLED", "NUMBER-TIDIED",
    }  # fmt: skip


@pytest.mark.parametrize("number", range(len(PROFILES)))
def test_every_profile_of_the_page_can_be_read(number: int) -> None:
    """No example of the page is refused."""
    assert profile_of(tomllib.loads(PROFILES[number]), "page.toml", "0" * 64).unconfirmed == ()


def test_the_commands_of_the_page_work_from_the_first(tmp_path: Path) -> None:
    """Drafting from the page's sheet ends well, and the draft is refused until it is confirmed."""
    machine = Machine(tmp_path)
    (machine.folder / "list.csv").write_text(SHEET, "utf-8")
    assert machine.run("map", "suggest", "list.csv", "-o", "list.toml").code == 0
    refused = machine.run("submit", "list.csv", "--map", "list.toml", "--batch", "1", "--yes")
    assert refused.code == 3
