"""Write the golden files anew: `make golden`. Read their diff before you commit it.

Written are what must come of each sample, the pages made from the declarations, the help of every
command, and the example report. The samples themselves are inputs, built by
`python -m tests.golden.samples`.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from schemas.pages import codes_markdown, columns_markdown, page_markdown
from schemas.rules import ALL_CODES
from tests.golden import help_pages
from tests.golden.example_report import PLACE, example_report
from tests.golden.outcomes import CASES, ROOT, outcome_of
from tests.golden.samples import SAMPLES

ERRORS = ROOT / "docs" / "errors"
PAGES: dict[Path, Callable[[], str]] = {
    ROOT / "docs" / "columns.md": columns_markdown,
    ERRORS / "README.md": codes_markdown,
    **{ERRORS / f"{code}.md": partial(page_markdown, page) for code, page in ALL_CODES.items()},
    help_pages.PAGES: help_pages.help_pages,
}

_FINDING = re.compile(r'\{\s+"code"[^{}]*\}')


def expected_path(case: str, name: str) -> Path:
    """Return where it is kept what must come of a sample."""
    return SAMPLES / case / "expected" / name


def as_text(document: Any) -> str:  # noqa: ANN401  # any JSON
    """Return a document as it is committed: indented, and each finding on one line."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    return _FINDING.sub(lambda found: " ".join(found[0].split()), text) + "\n"


def main() -> None:
    """Write all golden files."""
    for case, names in CASES.items():
        expected_path(case, "").mkdir(exist_ok=True)
        for name in names:
            outcome = outcome_of(SAMPLES / case / name)
            expected_path(case, f"{name}.json").write_text(as_text(outcome.told()), "utf-8")
            # Files of one case hold the same orders: the requests are kept once.
            expected_path(case, "requests.json").write_text(as_text(outcome.requests()), "utf-8")
    for path, page in PAGES.items():
        path.write_text(page(), "utf-8")
    PLACE.write_bytes(example_report())


if __name__ == "__main__":
    main()
