"""The page as a file: it needs nothing else, and says no more of a person than it may."""

import base64
import hashlib
import re
import time
from html.parser import HTMLParser

import orjson
import pytest

from loader.core.model import Order, Run
from loader.core.privacy import Privacy
from loader.reporting.html import MOST_PLAIN, HtmlReport
from tests.browser.example_run import example_run, large_run

LOADING = {"src", "srcset", "data", "action", "formaction", "background", "poster", "ping", "style"}


class Elements(HTMLParser):
    """All elements with their attributes, and the text of style and script elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep what a style or script element holds."""
        if self.cdata_elem:
            tag, attributes = self.found[-1]
            self.inline.append((attributes.get("type") or tag, data))


def page_of(run: Run, privacy: Privacy = Privacy.MASKED) -> str:
    """Return the page as text."""
    return HtmlReport().render(run, privacy).decode()


def elements_of(page: str) -> Elements:
    """Return what stands in the page."""
    elements = Elements()
    elements.feed(page)
    return elements


@pytest.fixture(scope="module")
def page() -> str:
    """Render the example once."""
    return page_of(example_run())


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    """No element names a resource, a handler or a style of its own; links stay in the page."""
    for tag, attributes in elements_of(page).found:
        assert tag not in ("img", "iframe", "object", "embed", "form", "base", "link", "audio")
        assert not LOADING & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_names_exactly_the_one_style_and_the_one_script(page: str) -> None:
    """The hashes in the policy are those of what the page holds; everything else is forbidden."""
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    inline = dict(elements_of(page).inline)
    assert set(inline) == {"style", "script", "application/json"}
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(inline[kind].encode()).digest()).decode()
        assert f"{kind}-src &#39;sha256-{digest}&#39;;" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]


def people(run: Run) -> set[str]:
    """Return all that the requests of a run say of people; the country is no secret."""
    found = set()
    for order in run.orders:
        request = orjson.loads(order.body) if order.body else {}
        found |= set(request.get("consumer", {}).values())
        found |= {v for k, v in request.get("shipping_address", {}).items() if k != "country_name"}
    found |= {finding.found for finding in run.findings if finding.personal and finding.found}
    return {"Dr. Hartwell", "After breakfast", *(str(value).strip() for value in found)}


@pytest.mark.parametrize("privacy", [Privacy.MASKED, Privacy.NONE])
def test_no_personal_value_is_in_the_file(privacy: Privacy) -> None:
    """Masked or left out, no name, address, telephone or e-mail can be found in any part."""
    run = example_run()
    page = page_of(run, privacy)
    known = people(run)
    assert len(known) > 60
    assert {
        value for value in known if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", page)
    } == set()


def test_full_privacy_shows_people_and_says_so() -> None:
    """Who asks for everything gets it, with a word on how to keep the file."""
    page = page_of(example_run(), Privacy.FULL)
    assert "Quillfeather" in page
    assert "This file shows personal data" in page


def test_without_personal_values_no_shape_is_left() -> None:
    """With privacy none, nothing says even how long a name is."""
    page = page_of(example_run(), Privacy.NONE)
    assert "Qxxx" not in page
    assert "xxx@" not in page
    assert "99999" not in page


def test_times_are_told_in_utc_and_in_the_local_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moment stands in both, the local one with its offset and name."""
    monkeypatch.setenv("TZ", "PST8PDT,M3.2.0,M11.1.0")
    time.tzset()
    try:
        page = page_of(example_run())
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "2026-03-02 09:20:00 UTC (2026-03-02T01:20:00-08:00 PST)" in page
    assert "2 March 2026, 01:20 PST" in page


def test_how_the_run_was_made_can_be_checked() -> None:
    """File, hash, sheet, rows, run, command and exit code in words stand at the end."""
    page = page_of(example_run())
    made = page[page.index("How this run was made") :]
    for text in (
        "run_20260302_092000_7f3a", "6: finished; some outcomes are unknown", "march orders.xlsx",
        "9f2feb0f1ef425b292f2f94bd8482494df430413ca85f2f6b1f0e8e9c6f1a2b3", "187", "Orders",
        "order-loader submit &#39;march orders.xlsx&#39; --env stage", "214 products, 12 packs",
    ):  # fmt: skip
        assert text in made


def test_commands_in_a_text_are_set_as_code() -> None:
    """Backticks become code, and only after everything in the text is escaped."""
    run = example_run()
    run.not_checked = ["`order-loader plan` compares", "`<b>` & `x"]
    page = page_of(run)
    assert "<li><code>order-loader plan</code> compares</li>" in page
    assert "<li><code>&lt;b&gt;</code> &amp; `x</li>" in page


def test_a_large_run_keeps_the_plain_part_small() -> None:
    """The page itself holds the first orders only, those that need a person first."""
    run = large_run(MOST_PLAIN + 100)
    page = page_of(run)
    table = page[page.index('id="body"') : page.index("</tbody>\n</table>\n<nav")]
    assert table.count('<tr role="row">') == MOST_PLAIN
    assert "? </span> Unknown" in table.replace("?</span>", "? </span>")[:600]


@pytest.mark.parametrize("command", ["validate", "plan", "submit", "resume", "status", "reconcile"])
def test_an_empty_run_is_a_whole_page(command: str) -> None:
    """A run without orders, files and facts still says what it is and what to do."""
    run = Run(command=command, run_id="run_1", env="sandbox", base_url=None, started_at=0.0)
    page = page_of(run)
    assert "A rehearsal: nothing was ordered" in page
    assert "What to do next" in page


def test_an_order_without_content_is_told_without_it() -> None:
    """Where nothing of an order is kept any more, its row stands all the same."""
    run = example_run()
    run.orders = [Order(key="RX-1", rows=())]
    assert "RX-1" in page_of(run)
