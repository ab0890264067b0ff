"""What a profile adds to the rules: defaults, needed columns, limits, the box, accepted codes."""

from itertools import pairwise

import pytest

from tests.unit.core.mapped import PLAIN, check, contents, profile, sheet
from tests.unit.core.tables import TableSource, codes, only, orders, placed

HEADERS = ("No", "Product", "Days", "AM/PM", "Zip")
ROWS = [
    ("1", "Zinc 15 mg", "10", "Morning", "1010"), ("1", "Iron 18 mg", "", "Morning", ""),
    ("2", "Zinc 15 mg", "", "Evening", ""),
]  # fmt: skip


def bodies(text: str, *rows: tuple[str, ...]) -> dict[str, str]:
    """Return the request of each order, as text."""
    result = check(text, sheet(HEADERS, *(rows or ROWS)))
    return {key: (order.body or b"").decode() for key, order in orders(result).items()}


def test_a_default_fills_what_has_no_value_anywhere_in_its_group() -> None:
    """One row that has the value is enough for its order or line; only the others are filled."""
    text = PLAIN + "[defaults]\nduration = 20\npostal_code = '1020'\n"
    sent = bodies(text)
    assert '"duration":10' in sent["1"]
    assert '"duration":20' in sent["2"]
    assert '"postal_code":"1010"' in sent["1"]
    assert '"postal_code":"1020"' in sent["2"]


def test_a_default_is_noted_once_for_the_file() -> None:
    """The note says what was filled in, how often; a personal value is not repeated."""
    text = PLAIN + "[defaults]\nduration = 20\npostal_code = '1020'\nserving_size = 1\n"
    notes = [f for f in check(text, sheet(HEADERS, *ROWS)).findings if f.code == "MAP-DEFAULT"]
    assert [note.row for note in notes] == [None] * 3
    assert sorted(note.message for note in notes) == [
        'duration: "20" of the profile was filled in once, where the file has none.',
        "postal_code: a value of the profile was filled in once, where the file has none.",
        'serving_size: "1" of the profile was filled in 3 times, where the file has none.',
    ]


def test_a_default_that_nothing_needs_is_silent() -> None:
    """Where every group has a value, nothing is filled in and nothing said."""
    text = PLAIN + "[defaults]\ncountry_name = 'Norway'\n"
    assert codes(check(text, sheet(HEADERS, *ROWS))) == []


def test_a_default_goes_only_where_it_can_stand() -> None:
    """A time and a size are no matter of a standalone product, a quantity of nothing else."""
    text = PLAIN + (
        "[defaults]\nserving_size = 1\nquantity = 2\nis_expedited = true\n"
        'time_of_administration = "Morning"\n'
    )
    headers = ("No", "Product", "Standalone id")
    bottle = "00000000-0000-4000-8000-000000000301"
    rows = [("1", "Zinc 15 mg", ""), ("2", "", bottle)]
    result = check(text, sheet(headers, *rows), catalogue=None)
    assert {f.code for f in result.findings} == {"MAP-DEFAULT"}
    body = orders(result)["2"].body or b""
    assert b'"quantity":2' in body
    assert b'"is_expedited":true' in body
    assert b"serving_size" not in body


def test_a_default_time_joins_the_pouch_of_that_time() -> None:
    """Rows without a time go into the pouch that the default names."""
    text = PLAIN + '[defaults]\ntime_of_administration = "Morning"\n'
    rows = [("1", "Zinc 15 mg", "", "Morning", ""), ("1", "Iron 18 mg", "", "", "")]
    result = check(text, sheet(HEADERS, *rows))
    assert contents(result) == {
        "1": [("Morning", "Zinc 15 mg", None), ("Morning", "Iron 18 mg", None)]
    }


def test_required_columns_are_needed_once_per_group() -> None:
    """What the profile requires is missed at its own place, on the first row of the group."""
    text = PLAIN + '[rules]\nrequired = ["postal_code", "serving_size", "email"]\n'
    result = check(text, sheet(HEADERS, *ROWS))
    assert {(f.code, f.row, f.column, f.cell) for f in result.findings} == {
        ("MAP-REQUIRED", 2, "serving_size", None), ("MAP-REQUIRED", 2, "email", None),
        ("MAP-REQUIRED", 3, "serving_size", None), ("MAP-REQUIRED", 4, "serving_size", None),
        ("MAP-REQUIRED", 4, "email", None), ("MAP-REQUIRED", 4, "postal_code", "E4"),
    }  # fmt: skip
    assert {order.result.value for order in result.orders} == {"to_correct"}


def test_a_required_column_may_have_a_default() -> None:
    """Defaults are filled in before the demands are looked at."""
    text = PLAIN + "[defaults]\npostal_code = '1020'\n[rules]\nrequired = ['postal_code']\n"
    assert codes(check(text, sheet(HEADERS, *ROWS))) == ["MAP-DEFAULT"]


@pytest.mark.parametrize(
    ("limit", "column", "broken"),
    [
        ("duration]\nat_most = 9", "Days", ["C2"]), ("duration]\nat_most = 10", "Days", []),
        ("duration]\nat_least = 11", "Days", ["C2"]), ("duration]\nat_least = 10", "Days", []),
        ("postal_code]\ncharacters = 3", "Zip", ["E2"]),
        ("postal_code]\ncharacters = 4", "Zip", []), ("note]\ncharacters = 1", "", []),
    ],
)  # fmt: skip
def test_tighter_limits_hold(limit: str, column: str, broken: list[str]) -> None:
    """A value outside the profile's limit is an error at its cell; one at the limit is not."""
    result = check(f"{PLAIN}[rules.limits.{limit}\n", sheet(HEADERS, *ROWS))
    assert [f.cell for f in result.findings if f.code == "MAP-LIMIT"] == broken
    assert {f.header for f in result.findings} <= {column}
    assert all("as the profile says" in f.allowed for f in result.findings)


def test_an_order_above_the_box_is_kept_back() -> None:
    """More pouches than fit the box: the order and no other, at the cell of its number."""
    result = check(f"{PLAIN}[rules]\nmax_pouches = 10\n", sheet(HEADERS, *ROWS))
    finding = only(result)
    assert placed(finding) == ("MAP-BOX", "error", "A4", "No", 4, "2")
    assert finding.message == "The order makes 30 pouches, 10 are allowed."
    assert {key: o.result.value for key, o in orders(result).items()} == {
        "1": "ready", "2": "to_correct",
    }  # fmt: skip
    assert result.box_declared
    assert codes(check(f"{PLAIN}[rules]\nmax_pouches = 30\n", sheet(HEADERS, *ROWS))) == []


def test_accepted_codes_hold_for_every_order() -> None:
    """A code that the profile accepts keeps nothing back, and its findings say so."""
    rows = [("1", "Zinc 15 mg", "", "Morning", ""), ("1", "Zinc 15 mg", "1", "Morning", "")]
    held = check(PLAIN, sheet(HEADERS, *rows))
    confirm = {f.code for f in held.findings if f.severity == "confirm"}
    assert confirm
    text = PLAIN.replace("version = 1", f"version = 1\naccept = {sorted(confirm)}")
    result = check(text, sheet(HEADERS, *rows))
    assert [f.accepted for f in result.findings if f.severity == "confirm"] == [True]
    assert orders(result)["1"].result == "ready"


def test_a_draft_is_checked_and_says_that_it_is_one() -> None:
    """Validate works with a draft, and warns once per file."""
    text = PLAIN.replace('"source', '"?source')
    finding = only(check(text, sheet(HEADERS, *ROWS)))
    assert (finding.code, finding.severity.value, finding.row) == ("MAP-DRAFT", "warning", None)
    assert "1 line is not confirmed" in finding.message


def test_findings_stand_in_the_order_of_the_file() -> None:
    """What is told of rows is told from the top to the bottom."""
    text = PLAIN + '[rules]\nrequired = ["email"]\n'
    rows = [(str(n), "Zonk", "", "Morning", "") for n in range(6)]
    told = [f.row or 0 for f in check(text, sheet(HEADERS, *rows)).findings]
    assert all(one <= other for one, other in pairwise(told))


def test_a_profile_costs_nothing_where_there_is_none() -> None:
    """A table without a profile is read as ever."""
    assert not profile(PLAIN).wide
    from tests.unit.core.tables import check_source

    result = check_source(TableSource(("Order ID", "Days"), [("1", "10")]))
    assert "MAP-DRAFT" not in codes(result)


@pytest.mark.parametrize(
    ("text", "headers", "row"),
    [
        (PLAIN, ("No", "Product"), ("1", "Zinc 15 mg")),
        (PLAIN.replace("version = 1", 'version = 1\nignore = ["Pro Tag"]'),
         ("No", "Product", "Pro Tag"), ("1", "Zinc 15 mg", "2")),
    ],
)  # fmt: skip
def test_products_without_any_column_of_sizes_are_told_once(
    text: str, headers: tuple[str, ...], row: tuple[str, ...]
) -> None:
    """The dose may stand in a column that somebody ignored: one warning, which holds nothing."""
    result = check(text, sheet(headers, row, (*row[:1], "Iron 18 mg", *row[2:])), sizes=True)
    told = only(result)
    assert (told.code, told.severity.value, told.row) == ("MAP-NO-SIZES", "warning", None)
    assert result.orders[0].result.value == "ready"


@pytest.mark.parametrize(
    ("text", "headers", "row"),
    [
        (PLAIN, ("No", "Product", "Size"), ("1", "Zinc 15 mg", "")),
        (PLAIN + "[defaults]\nserving_size = 1", ("No", "Product"), ("1", "Zinc 15 mg")),
        (PLAIN + '[wide.cells."AM"]\ntime_of_administration = "Morning"', ("No", "AM"),
         ("1", "Zinc 15 mg")),
        (PLAIN, ("No", "Pack"), ("1", "Sleep")),
    ],
)  # fmt: skip
def test_sizes_that_have_a_place_or_no_product_are_not_asked_for(
    text: str, headers: tuple[str, ...], row: tuple[str, ...]
) -> None:
    """A column, a default or a grammar says what a size is; packs have none."""
    result = check(text, sheet(headers, row), sizes=True)
    assert "MAP-NO-SIZES" not in codes(result)
