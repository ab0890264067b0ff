"""The table of orders by mouse and keyboard: search, filter, sort, pages, trees, address."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenReport
from tests.browser.example_run import example_run, key, large_run


def keys(page: Page) -> list[str]:
    """Return the orders that the table shows, in its order."""
    return page.locator("#body th").all_text_contents()


def column(page: Page, name: str) -> Locator:
    """Return the header of a column of the table of orders."""
    return page.locator("table.orders").get_by_role("columnheader", name=name, exact=True)


def shown(page: Page) -> str:
    """Return the sentence that says how many are shown; it is announced when it changes."""
    return page.get_by_role("status").text_content() or ""


def test_what_needs_a_person_comes_first(open_report: OpenReport) -> None:
    """The first page begins with unknown, conflict, refused and to correct, and holds 50."""
    page = open_report()
    first = keys(page)
    assert first[:5] == [key(60), key(61), key(62), key(56), key(57)]
    assert len(first) == 50
    assert shown(page) == "62 orders; those that need a person come first."


def test_pages_hold_every_order_once(open_report: OpenReport) -> None:
    """Turning the pages shows all orders, none twice; the ends of the pager do nothing."""
    page = open_report()
    seen = keys(page)
    page.get_by_role("button", name="Previous").dispatch_event("click")
    assert keys(page) == seen
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#page")).to_have_text("Page 2 of 2")
    seen += keys(page)
    page.get_by_role("button", name="Next").dispatch_event("click")
    expect(page.locator("#page")).to_have_text("Page 2 of 2")
    assert sorted(seen) == [key(number) for number in range(1, 63)]
    assert page.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rx-2026-0007", [key(7)]),
        ("OR-20031", [key(31)]),
        ("no packaging", [key(57)]),
        ("row 186", [key(62)]),
        ("shipped", [key(46)]),
        ("nothing like it", []),
    ],
)
def test_search_finds_orders(text: str, found: list[str], open_report: OpenReport) -> None:
    """Key, order number, message, row and status can be searched; the count is told."""
    page = open_report()
    page.get_by_label("Search").fill(text)
    assert keys(page) == found
    assert shown(page).startswith(f"{len(found)} of 62 orders")


def test_a_row_is_found_within_its_span(open_report: OpenReport) -> None:
    """Row 3 belongs to the order of rows 2 to 4 alone, not to those with a 3 in their numbers."""
    page = open_report()
    page.get_by_label("Search").fill("Row 3")
    assert keys(page) == [key(1)]


def test_the_result_filters(open_report: OpenReport) -> None:
    """The list of results shows each with its number, and narrows the table to it."""
    page = open_report()
    page.get_by_label("Result", exact=True).select_option(label="To correct (5)")
    assert keys(page) == [key(number) for number in range(51, 56)]
    page.get_by_role("button", name="Show all orders").click()
    assert len(keys(page)) == 50


def test_tiles_lead_to_their_orders(open_report: OpenReport) -> None:
    """A tile filters the table and takes the reader there."""
    page = open_report()
    page.get_by_role("link", name="2 Unknown").click()
    assert keys(page) == [key(60), key(61)]
    expect(page.locator("#orders")).to_be_focused()
    expect(page.locator("#orders")).to_be_in_viewport()


def test_a_finding_leads_to_its_orders_and_back(open_report: OpenReport) -> None:
    """From a finding to its orders, and from an order to its finding."""
    page = open_report()
    page.get_by_role("link", name="Show these orders for ZIP-ZERO").click()
    assert keys(page) == [key(54), key(55)]
    assert "A zero may be missing" in shown(page)
    page.get_by_role("button", name=key(54)).click()
    page.locator(".detail").get_by_role("link", name="A zero may be missing").click()
    card = page.get_by_role("article", name="A zero may be missing in front of the postal code")
    expect(card).to_be_focused()


def test_columns_sort_both_ways_and_back(open_report: OpenReport) -> None:
    """A click sorts, a second reverses, a third returns to the order of need; it is announced."""
    page = open_report()
    header = column(page, "Rows")
    usual = keys(page)
    header.get_by_role("button").click()
    assert keys(page)[:2] == [key(1), key(2)]
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").click()
    assert keys(page)[:2] == [key(62), key(61)]
    assert header.get_attribute("aria-sort") == "descending"
    header.get_by_role("button").click()
    assert keys(page) == usual
    assert header.get_attribute("aria-sort") is None


def test_numbers_in_keys_sort_as_numbers(open_report: OpenReport) -> None:
    """RX-9 stands before RX-10."""
    run = example_run()
    run.orders = [replace(run.orders[0], key=f"RX-{n}", rows=()) for n in (10, 9, 100)]
    page = open_report(run)
    column(page, "Order").get_by_role("button").click()
    assert keys(page) == ["RX-9", "RX-10", "RX-100"]


def test_an_order_opens_to_its_tree(open_report: OpenReport) -> None:
    """The tree names line, pouches from morning to evening, label, cycle, contents and sizes."""
    page = open_report()
    page.get_by_label("Search").fill(key(56))
    button = page.get_by_role("button", name=key(56))
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    tree = page.locator(".tree")
    times = tree.locator("> li > ul > li > strong").all_text_contents()
    assert times == ["Morning", "Evening"]
    text = tree.inner_text()
    for words in ("Monthly plan", "60 days", "label “Axxxx xxxxxxxxx”", "B-Complex × 2",
                  "Magnesium Glycinate 120 mg × 2"):  # fmt: skip
        assert words in text
    detail = page.locator(".detail").inner_text()
    assert "shipping_address.postal_code: not valid for the province" in detail
    assert '"postal_code" with value "09999" is not valid for Fxxxxxxx' in detail
    button.click()
    assert page.locator(".detail").count() == 0


def test_a_curated_pack_and_a_single_product_have_names(open_report: OpenReport) -> None:
    """A pack and a standalone product are shown by name, not by id."""
    page = open_report()
    for number, words in ((4, "Pack: Daily Basics"), (6, "2 × Electrolyte Powder, tub")):
        page.get_by_label("Search").fill(key(number))
        page.get_by_role("button", name=key(number)).click()
        assert words in page.locator(".tree").inner_text()


def test_everything_works_from_the_keyboard(open_report: OpenReport) -> None:
    """Skip link, search, sort, expand and page are reached and worked without a mouse."""
    page = open_report()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_label("Search").focus()
    page.keyboard.type("RX-2026-006")
    assert len(keys(page)) == 3
    for _ in range(4):  # result, show all, open all, the first header
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert column(page, "Order").get_attribute("aria-sort") == "ascending"
    expect(column(page, "Order").get_by_role("button")).to_be_focused()
    page.get_by_role("button", name=key(60)).focus()
    page.keyboard.press("Space")
    assert page.locator(".detail").count() == 1


def test_the_address_keeps_what_is_shown(open_report: OpenReport) -> None:
    """After a reload the same filter, search, order, page and open trees are there."""
    page = open_report()
    page.get_by_label("Result", exact=True).select_option("created")
    page.get_by_label("Search").fill("RX-2026")
    column(page, "Order number").get_by_role("button").click()
    page.get_by_role("button", name=key(3)).click()
    before = page.locator("#body").inner_text()
    page.reload()
    assert page.locator("#body").inner_text() == before
    assert page.get_by_label("Search").input_value() == "RX-2026"
    assert page.get_by_label("Result", exact=True).input_value() == "created"
    assert page.get_by_role("button", name=key(3)).get_attribute("aria-expanded") == "true"


def test_the_page_is_kept_too(open_report: OpenReport) -> None:
    """A reload on page 2 stays on page 2."""
    page = open_report()
    page.get_by_role("button", name="Next").click()
    before = keys(page)
    page.reload()
    assert keys(page) == before


def test_a_long_run_stays_quick(open_report: OpenReport) -> None:
    """With 5,000 orders the page holds 50 rows at a time and finds any order."""
    page = open_report(large_run(5_000))
    assert page.locator("#body tr").count() == 50
    page.get_by_label("Search").fill(key(4_999))
    assert keys(page) == [key(4_999)]
    page.get_by_role("button", name=key(4_999)).click()
    assert page.locator(".tree").count() == 1


def test_several_files_are_named_in_the_rows(open_report: OpenReport) -> None:
    """Where two files made the run, each order says which file its rows are in."""
    run = example_run()
    run.inputs = [run.inputs[0], replace(run.inputs[0], file=replace(run.inputs[0].file, path="b"))]
    run.orders[0].input = 1
    page = open_report(run)
    page.get_by_label("Search").fill(key(1))
    assert page.locator('#body td[data-label="Rows"]').all_text_contents() == ["b: 2 to 4"]


def test_keys_and_rows_are_unpacked_as_they_were(open_report: OpenReport) -> None:
    """Keys that begin alike, with signs beyond the usual plane, and rows with gaps stay whole."""
    run = example_run()
    about = {"👩‍⚕️A": (2,), "👩‍⚕️B": (9, 11), "👩🏽": (12, 13), "": (), "👩🏽x": (14,)}
    run.orders = [replace(run.orders[0], key=key, rows=rows) for key, rows in about.items()]
    page = open_report(run)
    assert keys(page) == list(about)
    cells = page.locator('#body td[data-label="Rows"]').all_text_contents()
    assert cells == ["2", "9, 11", "12 to 13", "", "14"]
