"""Whatever stands in the data, the page shows it as text and does nothing else."""

import pytest

from loader.core.privacy import Privacy
from loader.reporting.legible import legible
from tests.browser.conftest import OpenReport
from tests.browser.hostile import TEXTS, hostile_run

# What a person can read once every order is open.
READ = "() => document.querySelector('#main').textContent"


@pytest.mark.parametrize("name", TEXTS)
def test_every_value_is_shown_as_it_is(name: str, open_report: OpenReport) -> None:
    """Each field shows its hostile text unchanged, and nothing of it runs or loads anything."""
    run, places = hostile_run(TEXTS[name])
    page = open_report(run, Privacy.FULL)
    page.get_by_role("button", name="Open all on this page").click()
    text = page.evaluate(READ)
    assert [place for place in places if legible(place) not in text] == []
    assert page.locator("#main script, #main img, #main iframe, #main b").count() == 0


@pytest.mark.parametrize("name", ["markup", "script", "closing", "attribute", "template"])
def test_without_scripts_it_is_text_as_well(name: str, open_report: OpenReport) -> None:
    """The part of the page that needs no script escapes as well as the script does."""
    run, _ = hostile_run(TEXTS[name])
    page = open_report(run, Privacy.FULL, scripts=False)
    title = page.locator(".card.error h4").text_content()
    assert title == legible(run.findings[0].message)
    assert page.locator("#main img, #main iframe, #main b").count() == 0


@pytest.mark.parametrize("privacy", [Privacy.MASKED, Privacy.NONE])
@pytest.mark.parametrize("name", ["script", "half"])
def test_masking_survives_hostile_values(
    name: str, privacy: Privacy, open_report: OpenReport
) -> None:
    """The same run can be masked; personal values are then nowhere in the file."""
    run, _ = hostile_run(TEXTS[name])
    page = open_report(run, privacy)
    assert "[last name]" not in page.content()
    assert "[error found]" not in page.content()
    assert page.locator("#body tr").count() == 1


def test_a_hostile_address_does_nothing(open_report: OpenReport) -> None:
    """What somebody writes behind the # is only compared with what is known."""
    page = open_report()
    bad = "result=__proto__&sort=constructor&page=-1e9&finding=NaN&q=<img src=x>&open=toString"
    page.evaluate("hash => { location.hash = hash; }", bad)
    page.wait_for_function("document.querySelector('#shown').textContent.startsWith('0 of 62')")
    assert page.locator("#search").input_value() == "<img src=x>"
