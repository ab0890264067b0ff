"""What a person sees without scrolling, and what a person without scripts sees at all."""

import re

import pytest
from playwright.sync_api import expect

from loader.core.model import Result
from tests.browser.conftest import OpenReport
from tests.browser.example_run import example_run, key, large_run, order


def test_the_first_screen_says_the_outcome(open_report: OpenReport) -> None:
    """Environment, headline, tiles and bar can be seen without scrolling."""
    page = open_report()
    for place in (
        page.get_by_text("Test environment: nothing ships"),
        page.get_by_role("heading", level=1),
        page.get_by_role("list", name="Orders by result"),
        page.locator("svg.bar"),
    ):
        expect(place).to_be_in_viewport(ratio=1)
    assert (page.locator("h1").text_content() or "").startswith("44 of 62 orders were created.")
    assert page.title().startswith("44 of 62 orders were created.")


def test_tiles_add_up_to_the_orders(open_report: OpenReport) -> None:
    """The first tile is the sum of the others, and none of them is zero."""
    counts = [int(text) for text in open_report().locator(".tile .count").all_text_contents()]
    assert counts[0] == sum(counts[1:]) == 62
    assert 0 not in counts


def test_the_bar_is_told_in_words(open_report: OpenReport) -> None:
    """Who cannot see the bar hears the same numbers; its parts fill it in proportion."""
    page = open_report()
    name = page.get_by_role("img").locator("title").text_content() or ""
    assert name.startswith("Of 62 orders: 44 created, ")
    assert sum(map(int, re.findall(r"(\d+) [a-z]", name.partition(":")[2]))) == 62
    widths = page.locator("rect").evaluate_all("all => all.map(one => +one.getAttribute('width'))")
    ends = page.locator("rect").last.evaluate(
        "r => +r.getAttribute('x') + +r.getAttribute('width')"
    )
    assert ends == pytest.approx(1000, abs=0.2)
    assert 0.6 < max(widths) / 1000 < 44 / 62


def test_steps_are_numbered_and_name_commands(open_report: OpenReport) -> None:
    """The first thing to do is about the unknown outcomes, with the command that looks."""
    steps = open_report().locator(".steps > li")
    assert steps.first.locator("h3").text_content() == "Find out what became of 2 orders"
    assert steps.first.locator(".command").first.text_content() == (
        "order-loader reconcile --env stage"
    )


def test_unknown_and_conflicting_orders_have_a_block(open_report: OpenReport) -> None:
    """Each is named with its rows and what came back."""
    block = open_report().get_by_role("region", name="Unknown and conflicting orders")
    assert block.locator("li").count() == 3
    text = block.inner_text()
    assert all(key(number) in text for number in (60, 61, 62))
    assert "no answer came within 30 seconds" in text
    assert "OR-19417" in text


def test_production_cannot_be_overlooked(open_report: OpenReport) -> None:
    """In production the banner is strong and says that it is real."""
    run = example_run()
    run.env = "prod"
    banner = open_report(run).get_by_role("banner")
    expect(banner.locator(".strong")).to_contain_text("Production: these orders are real")


def test_without_scripts_the_essentials_are_there(open_report: OpenReport) -> None:
    """Headline, tiles, steps, findings and all 62 orders stand in the page; no dead controls."""
    page = open_report(scripts=False)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(".tile").count() == 13
    assert page.locator(".card").count() == 9
    assert page.locator("#body tr").count() == 62
    assert page.locator("#body th").first.text_content() == key(60)
    expect(page.locator("#without-script")).to_be_visible()
    assert [one.is_visible() for one in page.locator("button, input, select").all()] == [False] * 6


def test_without_scripts_a_long_run_says_what_is_missing(open_report: OpenReport) -> None:
    """Of many orders the first 500 are there, those that need a person first, and it is said."""
    page = open_report(large_run(2_000), scripts=False)
    assert page.locator("#body tr").count() == 500
    results = page.locator("#body .tag").all_text_contents()
    assert sum("Created" not in text for text in results) == 2_000 * 4 // 100
    expect(page.get_by_text("Here are the first 500 of 2,000 orders")).to_be_visible()


def test_a_plain_success_is_short(open_report: OpenReport) -> None:
    """Where all went well, nothing on the page looks like a problem."""
    run = example_run()
    run.orders = [order(number, Result.CREATED) for number in range(1, 4)]
    run.findings, run.stopped, run.exit_code = [], "", 0
    page = open_report(run)
    assert page.locator("h1").text_content() == "All 3 orders were created."
    assert page.locator(".tile").count() == 2
    expect(page.get_by_text("Nothing: no row has a fault or a doubt.")).to_be_visible()
    assert page.get_by_role("region", name="Unknown and conflicting orders").count() == 0
