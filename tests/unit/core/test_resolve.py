"""Names and SKUs stand for ids by exact match only; a near one is suggested, never taken."""

import pytest

from loader.app.check import CheckedFiles
from loader.core.model import Catalogue, Item
from loader.core.payload import request_of
from schemas.examples import BOTTLE, P1, P2, PACK, SOUND
from schemas.pouch_orders import KEY
from tests.unit.core.tables import (
    TableSource,
    cell_of,
    check_rows,
    check_source,
    codes,
    only,
    placed,
)

ID = "00000000-0000-4000-8000-0000000009{:02d}".format
SHELF = Catalogue(
    {
        item.id: item
        for item in (
            Item(P1, "product", "Vitamin D3 25 mcg", sku="VD3-25"),
            Item(P2, "product", "Magnesium 120 mg", sku="MG-120"),
            Item(ID(1), "product", "Twin"),
            Item(ID(2), "product", "TWIN"),
            Item(ID(3), "product", "Retired", active=False),
            Item(ID(4), "product", "Straße"),
            Item(ID(5), "product", "Basics"),
            Item(ID(6), "product", "Magnesium 120 g"),
            Item(PACK, "pack", "Basics", sku="PK-1"),
            Item(BOTTLE, "standalone", "Omega-3 bottle"),
        )
    }
)
NO_ID = {"client_product_id": ""}
ALONE = {**NO_ID, "time_of_administration": ""}


def named(text: str, column: str = "product", **others: str) -> CheckedFiles:
    """Check one row that gives a name in place of the id."""
    return check_rows({**NO_ID, **others, column: text}, catalogue=SHELF)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("Vitamin D3 25 mcg", P1), ("vitamin d3  25 MCG", P1), (" VITAMIN\u00a0D3 25 mcg ", P1),
        ("VD3-25", P1), ("vd3-25", P1), ("STRASSE", ID(4)), ("Basics", ID(5)),
    ],
)  # fmt: skip
def test_a_name_or_sku_matches_after_folding_case_and_blanks(text: str, identity: str) -> None:
    """The request holds the id, and the name is not sent."""
    result = named(text)
    assert not [f for f in result.findings if f.severity.value != "note"]
    [content] = request_of(result.orders[0].body or b"")["order_lines"][0]["pouches"][0]["contents"]
    assert content == {"client_product_id": identity}


def test_packs_and_standalone_products_have_names_of_their_own() -> None:
    """The same name may stand for a product and for a pack."""
    line = request_of(named("Basics", "pack").orders[0].body or b"")["order_lines"][0]
    assert line["pouches"][0]["pack_id"] == PACK
    result = named("omega-3 bottle", "standalone", **ALONE, quantity="2")
    line = request_of(result.orders[0].body or b"")["order_lines"][0]
    assert line == {"standalone_id": BOTTLE, "quantity": 2}


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("Vitamin D3", "product", "NAME-UNKNOWN"),
        ("VitaminD325mcg", "product", "NAME-UNKNOWN"),
        ("PK-1", "product", "NAME-UNKNOWN"),
        ("Twin", "product", "NAME-TWICE"),
        ("Vitamin D3 25 mcg", "pack", "NAME-UNKNOWN"),
        ("Retired", "product", "ITEM-UNKNOWN"),
    ],
)
def test_a_name_that_is_not_exactly_one_item_is_an_error_at_its_cell(
    text: str, column: str, code: str
) -> None:
    """Unknown, ambiguous or inactive: one finding, in the column of the name."""
    finding = only(named(text, column))
    assert placed(finding) == (
        code, "error", cell_of(column, extra=[column]), column, 2, "ORD-1",
    )  # fmt: skip
    assert finding.found == text


def test_a_name_beside_an_id_is_an_error() -> None:
    """If they disagree, nobody can say which one is meant."""
    finding = only(check_rows({"product": "Magnesium 120 mg"}, catalogue=SHELF))
    assert (finding.code, finding.column) == ("NAME-AND-ID", "product")


@pytest.mark.parametrize(
    "text", ["Vitamin D3 25 mg", "Vitamin D3 25 mgc", "Vitamine D3 25 mcg", "Magnesium 120"]
)
def test_a_near_name_is_never_taken(text: str) -> None:
    """25 mg and 25 mcg look alike and are a thousandfold apart: the order is kept back, unbuilt."""
    result = named(text)
    assert only(result).code == "NAME-UNKNOWN"
    assert (result.orders[0].result.value, result.orders[0].body) == ("to_correct", None)


def test_names_without_a_catalogue_are_not_judged_and_nothing_is_built() -> None:
    """What would be sent is not known yet; orders that use ids are built as ever."""
    result = check_rows(
        {**NO_ID, "product": "Zinc"}, {"source_client_order_id": "ORD-2", "first_name": "Bo"}
    )
    assert codes(result) == []
    assert [(order.result.value, order.body is None) for order in result.orders] == [
        ("ready", True), ("ready", False),
    ]  # fmt: skip
    assert result.names_used


def test_a_standalone_product_by_name_needs_its_quantity_too() -> None:
    """With and without a catalogue, and whether the name is known or not."""
    row = {**ALONE, "standalone": "Omega-3 bottle", "quantity": ""}
    assert codes(check_rows(row)) == ["QUANTITY-MISSING"]
    assert codes(check_rows(row, catalogue=SHELF)) == ["QUANTITY-MISSING"]
    wrong = check_rows({**row, "standalone": "Omega"}, catalogue=SHELF)
    assert codes(wrong) == ["NAME-UNKNOWN", "QUANTITY-MISSING"]


def test_rules_speak_of_the_column_in_which_the_row_says_it() -> None:
    """A product that is given by name is told at its name, beside rows that give ids."""
    rows = [
        {"product": ""},
        {**NO_ID, "product": "Magnesium 120 mg"},
        {"client_product_id": P2, "product": ""},
        {**NO_ID, "product": "MG-120"},
    ]
    result = check_rows(*rows, catalogue=SHELF)
    assert [(f.code, f.row, f.column) for f in result.findings] == [
        ("POUCH-TWICE", 4, "client_product_id"), ("POUCH-TWICE", 5, "product"),
    ]  # fmt: skip
    where = [f.message.split()[5].strip(",") for f in result.findings]
    assert where == [cell_of("product", 3, ["product"])] * 2


def test_a_file_of_names_alone_is_told_in_their_column() -> None:
    """There is no column for ids to point at."""
    cells = {**SOUND, "product": "Retired"}
    del cells["client_product_id"]
    empty = {**cells, KEY: "ORD-2", "first_name": "Bo", "product": ""}
    source = TableSource(list(cells), [list(cells.values()), list(empty.values())])
    result = check_source(source, catalogue=SHELF)
    assert [(f.code, f.column, f.cell) for f in result.findings] == [
        ("ITEM-UNKNOWN", "product", "H2"), ("ROW-EMPTY", "product", "H3"),
    ]  # fmt: skip


def test_an_empty_column_of_names_uses_none() -> None:
    """Nothing is left unchecked by it."""
    assert not check_rows({"product": "", "pack": ""}).names_used
