"""A filled wide template is read without a profile: its headers say what its places hold."""

import pytest

from loader.core.mapping import Slot
from loader.core.model import CellFact, FactKind, Result
from loader.core.template_stamp import WIDE, changes, is_stamp, is_wide, stamp
from loader.core.template_wide import wide_profile
from tests.unit.core.mapped import CATALOGUE, PERSON, PERSON_HEADERS
from tests.unit.core.tables import TableSource, check_source

MORNING = {"time_of_administration": "Morning"}


def test_only_the_stamp_makes_a_file_wide() -> None:
    """The same headers in anybody's file mean nothing, and neither do they in a long template."""
    headers = ["Order ID", "Morning product 1"]
    assert wide_profile(headers) is None
    assert wide_profile([*headers, stamp()]) is None
    assert wide_profile([*headers, stamp(WIDE)]) is not None


def test_a_wide_stamp_is_a_stamp() -> None:
    """It is taken off like the other, and tells of changed rules like the other."""
    assert is_wide(f" {stamp(WIDE)} ")
    assert is_stamp(stamp(WIDE))
    assert not is_wide(stamp())
    assert changes([stamp(WIDE)]) == ()
    without = " ".join(part for part in stamp(WIDE).split() if not part.startswith("city="))
    (found,) = changes([without])
    assert found.code == "TEMPLATE-CHANGED"


def test_places_are_those_whose_headers_are_there() -> None:
    """A person may delete places, move them, and add one after the same pattern."""
    headers = ["Order ID", "morning SIZE 12", "Morning product 12", "Morning product 2",
               "Evening pack", "Night product 1", "Morning product", stamp(WIDE)]  # fmt: skip
    profile = wide_profile(headers)
    assert profile is not None
    assert profile.slots == (
        Slot(
            shown="Morning product 12", constants=MORNING,
            columns={"Morning product 12": "product", "morning SIZE 12": "serving_size"},
        ),
        Slot(shown="Morning product 2", constants=MORNING,
             columns={"Morning product 2": "product"}),
        Slot(shown="Evening pack", constants={"time_of_administration": "Evening"},
             columns={"Evening pack": "pack"}),
    )  # fmt: skip


def test_a_column_that_the_template_does_not_know_holds_every_order_back() -> None:
    """It may be a dose, typed after a pattern of somebody's own; nobody has a profile to edit."""
    headers = (
        "source_client_order_id", "first_name", "last_name", "address1", "city", "country_name",
        "Morning product 1", "Noon product 1", stamp(WIDE),
    )  # fmt: skip
    row = ("A", "Ada", "Example", "1 A", "Vienna", "Austria", "Zinc 15 mg", "Iron 18 mg", "")
    result = check_source(TableSource(headers, [row]), catalogue=CATALOGUE)
    [told] = [finding for finding in result.findings if finding.code == "MAP-HEADER"]
    assert (told.header, told.severity.value) == ("Noon product 1", "confirm")
    assert told.message == "The template gives this column no meaning. It is not sent."
    assert "Morning product 9" in told.help
    assert "--accept MAP-HEADER" in told.help
    assert "profile" not in told.help
    assert [order.result for order in result.orders] == [Result.TO_CORRECT]


def test_a_size_without_its_product_is_told_as_that() -> None:
    """The sentence names the two cells as the template does."""
    headers = (
        "source_client_order_id", "first_name", "last_name", "address1", "city", "country_name",
        "Morning product 1", "Morning size 1", "Morning product 2", "Morning size 2", stamp(WIDE),
    )  # fmt: skip
    row = ("A", "Ada", "Example", "1 A", "Vienna", "Austria", "Zinc 15 mg", "1", "", "1", "")
    [told] = check_source(TableSource(headers, [row]), catalogue=CATALOGUE).findings
    assert (told.code, told.cell) == ("ROW-EMPTY", "I2")
    assert told.message == "Morning size 2 has no product: Morning product 2 is empty."


@pytest.mark.parametrize("header", ["Evening pack", "Evening product 1"])
def test_a_place_alone_that_looks_empty_is_told_in_the_usual_words(header: str) -> None:
    """A formula without a result stands in it: nothing stands beside it that lacks a product."""
    headers = ("source_client_order_id", *PERSON_HEADERS, header, stamp(WIDE))
    source = TableSource(
        headers, [("A", *PERSON, "", "")], facts=[CellFact(0, 6, FactKind.FORMULA_EMPTY)]
    )
    told = {f.code: f.message for f in check_source(source, catalogue=CATALOGUE).findings}
    assert "has no product:" not in " ".join(told.values())
    assert told.keys() & {"ROW-EMPTY", "CELL-FORMULA-EMPTY"}
