"""Measure a large report: `python -m tests.browser.measure 100000` prints size and times."""

import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from loader.core.privacy import Privacy
from loader.reporting.html import HtmlReport
from tests.browser.conftest import started_browser
from tests.browser.example_run import key, large_run

# What a person does on the page: the words for it, and the script that does it.
DEEDS = {
    "search a key": "const search = byId('search'); search.value = '{key}';"
    " search.dispatchEvent(new Event('input'))",
    "show all": "byId('clear').click()",
    "sort by key": "document.querySelector('th[data-sort=key] button').click()",
    "next page": "byId('following').click()",
}


def main(orders: int) -> None:
    """Render a run of so many orders, open it, and print what it cost."""
    run = large_run(orders)
    began = time.process_time()
    content = HtmlReport().render(run, Privacy.MASKED)
    print(f"{orders:,} orders: rendered in {time.process_time() - began:.1f} s of CPU")
    left_out = re.search(rb"the contents of ([\d,]+) order", content)
    print(
        f"size {len(content) / 1e6:.2f} MB,", (left_out[1].decode() if left_out else "0"), end=" "
    )
    print("trees left out")
    with tempfile.TemporaryDirectory() as folder, started_browser() as browser:
        path = Path(folder) / "report.html"
        path.write_bytes(content)
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(path.as_uri())
        print(f"loaded in {time.perf_counter() - began:.2f} s")
        for words, script in DEEDS.items():
            print(f"{words}: {_milliseconds(page, script.format(key=key(orders)))} ms")


def _milliseconds(page: Page, script: str) -> int:
    code = (
        f"const byId = (id) => document.getElementById(id); const t = performance.now(); {script};"
    )
    return round(float(page.evaluate(f"() => {{ {code} return performance.now() - t; }}")))


if __name__ == "__main__":
    main(int(sys.argv[1]))
