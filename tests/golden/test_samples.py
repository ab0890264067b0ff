"""Each sample gives the findings and the exact requests that are committed beside it."""

import csv
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.golden.outcomes import CASES, FILES, Outcome, outcome_of
from tests.golden.regenerate import as_text, expected_path
from tests.golden.samples import SAMPLES

# What is planted in the monthly sample, written down independently of what builds it and of
# what finds it: (order, code, column by the file's own header).
PLANTED = {
    ("2026-11-005", "NUMBER-RANGE", "Days"),
    ("2026-11-009", "PERSON-HALF", "Patient last name"),
    ("2026-11-014", "UUID-FORM", "Product ID"),
    ("2026-11-020", "EMAIL-FORM", "Email"),
    ("2026-11-026", "POUCH-TWICE", "Product ID"),
    ("2026-11-032", "ZIP-ZERO", "Zip"),
    ("2026-11-045", "GROUP-DIFFER", "City"),
    ("2026-11-047", "PHONE-FORM", "Phone"),
    ("2026-11-052", "TIME-UNUSUAL", "AM/PM"),
    ("2026-11-063", "DOSE-TWICE", "Order ID"),
    (None, "HEADER-UNKNOWN", "Internal ref"),
}
# … and what only the catalogue can tell.
PLANTED_FOR_PLAN = {
    ("2026-11-039", "ITEM-UNKNOWN", "Product ID"),
    ("2026-11-058", "SIZE-LARGE", "Serving"),
}
HELD_BACK = {"005", "009", "014", "020", "026", "032", "045", "063"}


@cache
def outcome(case: str, name: str) -> Outcome:
    """Return what comes of a sample; several tests look at it."""
    return outcome_of(SAMPLES / case / name)


def committed(case: str, name: str) -> str:
    """Return what is committed beside a sample."""
    return expected_path(case, name).read_text("utf-8")


@pytest.mark.parametrize(("case", "name"), FILES)
def test_findings_are_those_committed(case: str, name: str) -> None:
    """`validate` and `plan` say of the sample what is committed, word for word and in order."""
    assert as_text(outcome(case, name).told()) == committed(case, f"{name}.json")


@pytest.mark.parametrize(("case", "name"), FILES)
def test_requests_are_those_committed(case: str, name: str) -> None:
    """The bodies that would be sent are exactly those committed, for every file of the case."""
    assert as_text(outcome(case, name).requests()) == committed(case, "requests.json")


def planted(told: dict[str, Any]) -> set[tuple[str | None, str, str | None]]:
    """Return what a document tells, but for notes on what was tidied."""
    return {
        (one["order"], one["code"], one["header"])
        for one in told["findings"]
        if one["severity"] != "note"
    }


@pytest.mark.parametrize("name", CASES["monthly"])
def test_exactly_what_is_planted_is_found(name: str) -> None:
    """Every planted mistake of the monthly sample is found at its place, and nothing else."""
    told = outcome("monthly", name).told()
    assert planted(told["validate"]) == PLANTED
    assert planted(told["plan"]) == PLANTED | PLANTED_FOR_PLAN


@pytest.mark.parametrize("name", CASES["monthly"])
def test_only_orders_with_a_mistake_are_held_back(name: str) -> None:
    """An order is held back by an error or a confirm of its own, and no other order is."""
    told = outcome("monthly", name).told()
    for command, held in (("validate", HELD_BACK), ("plan", HELD_BACK | {"039", "058"})):
        orders = told[command]["orders"]
        assert len(orders) == 63
        to_correct = {key for key, result in orders.items() if result == "to_correct"}
        assert to_correct == {f"2026-11-{number}" for number in held}
        assert set(orders.values()) == {"ready", "to_correct"}


def test_the_readme_lists_what_is_planted() -> None:
    """The sample's README names every planted mistake by its order, its code and its column."""
    text = (SAMPLES / "monthly" / "README.md").read_text("utf-8")
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and "`" in line
    ]
    listed = {(None if row[0] == "all" else f"2026-11-{row[0]}", row[3], row[2]) for row in rows}
    assert listed == PLANTED | PLANTED_FOR_PLAN


@pytest.mark.parametrize("case", CASES)
def test_every_sample_says_what_it_is(case: str) -> None:
    """Each folder of samples has a README that names its files."""
    text = (SAMPLES / case / "README.md").read_text("utf-8")
    assert all(name in text for name in CASES[case])


def test_both_files_of_the_month_hold_the_same_orders() -> None:
    """The CSV and the XLSX file give the same orders with the same requests."""
    one, other = (outcome("monthly", name) for name in CASES["monthly"])
    assert json.dumps(one.requests()) == json.dumps(other.requests())
    assert one.told()["plan"]["orders"] == other.told()["plan"]["orders"]


def ordered(request: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Return every product, pack and bottle of a request with its size or quantity."""
    found: Counter[tuple[str, str]] = Counter()
    for line in request["order_lines"]:
        if "standalone_id" in line:
            found[line["standalone_id"], str(line["quantity"])] += 1
        for pouch in line.get("pouches", ()):
            if "pack_id" in pouch:
                found[pouch["pack_id"], ""] += 1
            for content in pouch.get("contents", ()):
                found[content["client_product_id"], str(content["serving_size"])] += 1
    return found


def test_requests_hold_what_the_file_says() -> None:
    """Read by nothing but the csv module, each order's rows give the products of its request."""
    written: dict[str, Counter[tuple[str, str]]] = {}
    with (SAMPLES / "monthly" / "monthly.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = row["Product ID"] or row["Pack ID"] or row["Standalone ID"]
            counts = written.setdefault(row["Order ID"], Counter())
            counts[one, row["Serving"] or row["Quantity"]] += 1
    requests = json.loads(committed("monthly", "requests.json"))
    assert len(requests) == 53
    assert {key: ordered(request) for key, request in requests.items()} == {
        key: written[key] for key in requests
    }
