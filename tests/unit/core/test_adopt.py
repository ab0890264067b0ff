"""Is a found order the one that was sent? Only then is it taken for ours."""

from copy import deepcopy
from typing import Any

import pytest

from loader.core.adopt import differences
from schemas.examples import BOTTLE, P1, P2, PACK

SENT: dict[str, Any] = {
    "source_client_order_id": "ORD-1", "client_custom_order_id": "ORD-1",
    "source": "Clinic", "note": "call first", "order_type": "DTC",
    "consumer": {"first_name": "Ada", "last_name": "Example", "email": "ada@example.com"},
    "shipping_address": {"address1": "1 Sample Street", "address2": "Flat 2", "city": "Sampleton",
                         "country_name": "United States", "postal_code": "02134"},
    "order_lines": [
        {"duration": 30, "physician_name": "Dr. Test", "is_expedited": False,
         "pouches": [{"time_of_administration": "Morning", "custom_label": "AM", "cycle": "1;3",
                      "cycle_length": 7,
                      "contents": [{"client_product_id": P1, "serving_size": 2},
                                   {"client_product_id": P2}]},
                     {"contents": [{"client_product_id": P1, "serving_size": 2}]}]},
        {"pouches": [{"pack_id": PACK}]},
        {"standalone_id": BOTTLE, "quantity": 2},
    ],
}  # fmt: skip


def returned(**changes: object) -> dict[str, Any]:
    """Return the order as the API gives it back, with more than was sent."""
    order = deepcopy(SENT)
    order |= {"id": "o-1", "name": "OR-1", "status": "Pending", "note": None}
    order["order_lines"][0]["pouches"][0]["contents"][1]["serving_size"] = 1
    order["order_lines"][1]["duration"] = 30
    order["order_lines"][0]["pouches"][1]["time_of_administration"] = "Evening"
    return order | changes


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the returned order with another value at a dotted path."""
    order: Any = returned()
    *parents, last = path.split(".")
    node = order
    for name in parents:
        node = node[int(name)] if name.isdigit() else node[name]
    node[int(last) if last.isdigit() else last] = value
    found: dict[str, Any] = order
    return found


def test_the_order_that_was_sent_is_ours() -> None:
    """What the API adds, and defaults that it fills in, do not matter."""
    assert differences(SENT, returned()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("shipping_address.city", "SAMPLETON"), ("shipping_address.city", None),
        ("consumer.first_name", " ada"), ("consumer", None), ("shipping_address", "hidden"),
        ("order_lines.0.pouches.0.contents.0.client_product_id", P1.upper()),
        ("order_lines.0.pouches.0.contents.1.serving_size", 7),
        ("source", "v2 API"), ("note", "PAG not approved"),
        ("order_lines.0.duration", "30"), ("order_lines.0.duration", None),
        ("order_lines.0.duration", [30]), ("order_lines.0.physician_name", "DR.  TEST"),
        ("order_lines.0.pouches.0.custom_label", None), ("consumer.email", "Ada@Example.com"),
    ],
)  # fmt: skip
def test_what_was_not_both_sent_and_returned_is_not_compared(path: str, value: object) -> None:
    """Nor are capitals and blanks; a size that was not sent is the API's to choose."""
    assert differences(SENT, changed(path, value)) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("source_client_order_id", "ORD-2", ["source_client_order_id"]),
        ("source_client_order_id", None, ["source_client_order_id"]),
        ("client_custom_order_id", "ord-1", ["client_custom_order_id"]),
        ("consumer.last_name", "Sample", ["consumer.last_name"]),
        ("shipping_address.address1", "2 Sample Street", ["shipping_address.address1"]),
        ("shipping_address.postal_code", "2134", ["shipping_address.postal_code"]),
        ("order_lines", None, ["products and sizes"]),
        ("order_lines", [], ["products and sizes"]),
        ("order_lines.0.pouches.0.contents.0.serving_size", 1, ["products and sizes"]),
        ("order_lines.0.pouches.0.contents.0.serving_size", None, ["products and sizes"]),
        ("order_lines.0.pouches.0.contents.0.client_product_id", P2, ["products and sizes"]),
        ("order_lines.0.pouches.0.contents", [], ["products and sizes"]),
        ("order_lines.1.pouches.0.pack_id", P1, ["products and sizes"]),
        ("order_lines.2.quantity", 3, ["products and sizes"]),
        ("order_lines.2.standalone_id", PACK, ["products and sizes"]),
        ("order_type", "Bulk", ["order_type"]),
        ("consumer.email", "other@example.com", ["consumer.email"]),
        ("shipping_address.address2", "Flat 3", ["shipping_address.address2"]),
        ("order_lines.0.duration", 60, ["order_lines.duration"]),
        ("order_lines.0.is_expedited", True, ["order_lines.is_expedited"]),
        ("order_lines.0.physician_name", "Dr. Other", ["order_lines.physician_name"]),
        ("order_lines.0.pouches.0.cycle", "1;4", ["order_lines.pouches.cycle"]),
        ("order_lines.0.pouches.0.cycle_length", 10, ["order_lines.pouches.cycle_length"]),
        ("order_lines.0.pouches.0.custom_label", "PM", ["order_lines.pouches.custom_label"]),
        (
            "order_lines.0.pouches.0.time_of_administration",
            "Evening",
            ["order_lines.pouches.time_of_administration"],
        ),
    ],
)
def test_another_order_is_not_ours_and_the_difference_has_a_name(
    path: str, value: object, told: list[str]
) -> None:
    """The two ids and the products with their sizes count without fail."""
    assert differences(SENT, changed(path, value)) == told


def test_a_product_more_or_less_is_another_order() -> None:
    """Contents are compared as a whole."""
    more = returned()
    more["order_lines"][0]["pouches"][0]["contents"].append({"client_product_id": P1})
    assert differences(SENT, more) == ["products and sizes"]


def test_the_order_of_lines_and_contents_does_not_matter() -> None:
    """The API may give them back in another one."""
    order = returned()
    order["order_lines"].reverse()
    order["order_lines"][-1]["pouches"][0]["contents"].reverse()
    assert differences(SENT, order) == []


def test_standalone_lines_may_come_back_without_their_product() -> None:
    """The contract promises none; that the line is there is compared then."""
    order = returned()
    order["order_lines"][2] = {"contains_standalone": True}
    assert differences(SENT, order) == []
    del order["order_lines"][2]
    assert differences(SENT, order) == ["products and sizes"]


def test_the_same_products_in_other_pouches_are_another_order() -> None:
    """Who takes what when is part of the order: products moved, or pouches joined."""
    moved = returned()
    pouches = moved["order_lines"][0]["pouches"]
    pouches[0]["contents"], pouches[1]["contents"] = pouches[1]["contents"], pouches[0]["contents"]
    assert differences(SENT, moved) == ["order_lines.pouches.time_of_administration"]
    joined = returned()
    pouches = joined["order_lines"][0]["pouches"]
    pouches[0]["contents"] += pouches.pop(1)["contents"]
    assert differences(SENT, joined) == ["order_lines.pouches"]


def test_nonsense_is_not_ours() -> None:
    """Whatever came back, there is an answer."""
    odd = {"order_lines": ["x", {"pouches": "y"}, {"pouches": [{"contents": [None]}]}]}
    assert differences(SENT, odd) == [
        "source_client_order_id", "client_custom_order_id", "products and sizes",
    ]  # fmt: skip
