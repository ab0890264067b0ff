"""The report can be read: by day and night, on a small screen, enlarged, printed, and by ear."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenReport
from tests.browser.example_run import example_run

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
CONTROLS = "a, button, input, select, summary, [tabindex='0']"


@pytest.mark.parametrize("env", ["stage", "prod"])
@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_enough_contrast(dark: bool, env: str, open_report: OpenReport) -> None:
    """In the light and in the dark scheme each text reaches WCAG AA against its background."""
    run = example_run()
    run.env = env
    page = open_report(run, dark=dark)
    page.get_by_role("button", name="Open all on this page").click()
    result = page.evaluate(CONTRAST)
    assert result["checked"] > 500
    assert result["poor"] == []


def test_dark_is_dark(open_report: OpenReport) -> None:
    """Who asks the system for a dark scheme gets one."""
    colour = "getComputedStyle(document.body).backgroundColor"
    assert open_report(dark=True).evaluate(colour) == "rgb(20, 24, 29)"
    assert open_report().evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 390, 700, 900, 1280])
def test_nothing_runs_out_of_the_screen(width: int, open_report: OpenReport) -> None:
    """At 320 pixels (which is 400 % of 1280) and above, nothing has to be scrolled sideways."""
    page = open_report(width=width)
    page.get_by_role("button", name="Open all on this page").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_small_screen_each_value_has_its_label(open_report: OpenReport) -> None:
    """Where the table becomes a list, the column's name stands beside each value."""
    page = open_report(width=390)
    cell = page.locator('#body td[data-label="Result"]').first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"Result"'
    assert page.locator("table.orders").get_by_role("columnheader").count() == 7


def test_a_focus_can_be_seen(open_report: OpenReport) -> None:
    """Every control shows a ring when the keyboard reaches it."""
    page = open_report()
    page.locator("details").evaluate("part => { part.open = true; }")
    unseen = []
    for _ in range(page.locator(CONTROLS).count()):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "() => [document.activeElement.outerHTML.slice(0, 80),"
            " parseFloat(getComputedStyle(document.activeElement).outlineWidth),"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        if ring[1] < 2 or ring[2] == "none":
            unseen.append(ring)
    assert unseen == []


def test_headings_and_landmarks_form_an_outline(open_report: OpenReport) -> None:
    """One h1, no level left out, and each part of the page is a named region."""
    page = open_report()
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => +one.tagName[1])")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for role in ("banner", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1
    named = page.get_by_role("region").evaluate_all(
        "all => all.map(one => one.ariaLabelledByElements[0].innerText)"
    )
    assert named == [
        "What to do next", "Unknown and conflicting orders", "What was found in your file",
        "Orders", "What was not checked", "How this run was made",
    ]  # fmt: skip


def test_controls_have_names(open_report: OpenReport) -> None:
    """Nothing that can be worked is silent to a screen reader."""
    page = open_report()
    tree = page.locator("body").aria_snapshot()
    assert re.findall(r"- (?:button|link|searchbox|combobox)(?: \[|:|$)", tree, re.MULTILINE) == []
    for table in page.get_by_role("table").all():
        assert table.locator("caption").count() or table.get_attribute("aria-labelledby")


def text_of_pages(page: Page) -> int:
    """Return how many pages the report has on A4."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def test_print_holds_everything_and_no_controls(open_report: OpenReport) -> None:
    """On paper all orders are there, not only those of one page, and nothing to click."""
    page = open_report()
    page.emulate_media(media="print")
    for control in ("#tools", "#pager", ".skip"):
        expect(page.locator(control)).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#body tr").count() == 62
    expect(page.get_by_text("Blanks around the text were removed")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#body tr").count() == 50


def test_printing_makes_a_few_pages(open_report: OpenReport) -> None:
    """The browser's own printing lets all orders through and stays within a dozen pages."""
    page = open_report()
    counted = "addEventListener('beforeprint', () => { window.before = true; })"
    page.evaluate(counted)
    assert 5 < text_of_pages(page) < 13
    assert page.evaluate("window.before") is True


def test_print_is_light_in_the_dark(open_report: OpenReport) -> None:
    """Paper is white, whatever scheme the screen has."""
    page = open_report(dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
