"""The clinics' own spreadsheets load unedited, and no product or size is another one.

What is expected is written here by hand from looking at the sheets, apart from what reads them.
"""

import json

import pytest

from tests.golden.outcomes import CASES
from tests.golden.test_samples import committed, ordered, outcome

_ID = "00000000-0000-4000-8000-000000000"
# Client → what the Dutch list says: product of the catalogue (its last digits) and size.
LONG = {
    "4711": "101 1, 110 1, 103 2", "4712": "107 2, 105 1", "4713": "101 1, 109 1, 103 2, 105 1",
    "4714": "113 1, 109 1", "4715": "101 2, 115 1", "4716": "107 2, 110 1, 103 2",
}  # fmt: skip
# Patient → what the German list says; a product without a size has the API's.
WIDE = {
    "SO-1001": "101 2, 105 None, 103 2", "SO-1002": "110 None, 107 2, 109 None, 103 None",
    "SO-1003": "113 None", "SO-1004": "112 None, 111 None, 110 None, 107 1",
    "SO-1005": "116 1, 119 2, 118 2",
}  # fmt: skip


def meant(text: str) -> dict[tuple[str, str], int]:
    """Return what a line above means, as counts."""
    pairs = [part.split() for part in text.split(", ")]
    return {(_ID + product, size): 1 for product, size in pairs}


@pytest.mark.parametrize(("case", "sheet"), [("clinic-long", LONG), ("clinic-wide", WIDE)])
def test_each_client_gets_what_the_sheet_says(case: str, sheet: dict[str, str]) -> None:
    """Every order holds exactly the products and sizes of its client."""
    requests = json.loads(committed(case, "requests.json"))
    for request in requests.values():
        for line in request["order_lines"]:
            for content in (one for pouch in line["pouches"] for one in pouch["contents"]):
                content.setdefault("serving_size", None)
    assert {key: dict(ordered(request)) for key, request in requests.items()} == {
        f"{client}-2026-11": meant(text) for client, text in sheet.items()
    }


@pytest.mark.parametrize("case", ["clinic-long", "clinic-wide"])
def test_times_of_day_are_the_platforms(case: str) -> None:
    """Every pouch has one of the three times, whatever the sheet calls it."""
    requests = json.loads(committed(case, "requests.json"))
    times = {
        pouch["time_of_administration"]
        for request in requests.values()
        for line in request["order_lines"]
        for pouch in line["pouches"]
    }
    assert times == {"Morning", "Midday", "Evening"}


@pytest.mark.parametrize("case", ["clinic-long", "clinic-wide"])
def test_nothing_of_a_clinics_sheet_is_held_back(case: str) -> None:
    """All orders of both files are ready, and all that is told are notes."""
    for name in CASES[case]:
        told = outcome(case, name).told()
        for command in ("validate", "plan"):
            assert set(told[command]["orders"].values()) == {"ready"}
            assert {one["severity"] for one in told[command]["findings"]} <= {"note"}
