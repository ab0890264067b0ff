"""Requests: exactly what the cells say, as the bytes that are sent, hashed and kept."""

import gc
import hashlib
from typing import Any

import pytest
import rfc8785

from loader.core import payload
from schemas.examples import BOTTLE, BOTTLE_ROW, P1, PACK, PACK_ROW, PERSON
from schemas.pouch_orders import KEY
from schemas.vocabulary import Row
from tests.unit.core.tables import check_rows

# One text in every column of the order file, and the request that it makes (Create Orders guide).
EVERYTHING: Row = {
    KEY: "ORD-1", "client_custom_order_id": "MY-1", "source": "Shopify", "order_type": "DTC",
    "order_email": "desk@example.com", "order_phone_number": "+12133734254", "note": "Ring twice",
    "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
    "phone_number": "+12133734253", "addressee": "J. Doe", "address1": "742 Evergreen Terrace",
    "address2": "Apt 2B", "city": "Springfield", "province_name": "Illinois",
    "postal_code": "62701", "country_name": "United States", "action": "NEW", "accept": "",
    "order_line": "1", "line_name": "Monthly", "physician_name": "Dr. Smith", "duration": "30",
    "is_expedited": "no", "is_priority_shipping": "yes", "is_priority_production": "no",
    "lot_information": "L1", "client_custom_order_line_id": "LINE-1", "pouch": "A",
    "time_of_administration": "Morning", "custom_label": "AM Vitamins", "cycle": "1;3;5",
    "cycle_length": "7", "client_product_id": P1, "serving_size": "2",
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "source_client_order_id": "ORD-1", "client_custom_order_id": "MY-1", "source": "Shopify",
    "order_type": "DTC", "email": "desk@example.com", "phone_number": "+12133734254",
    "note": "Ring twice",
    "consumer": {
        "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
        "phone_number": "+12133734253",
    },
    "shipping_address": {
        "addressee": "J. Doe", "address1": "742 Evergreen Terrace", "address2": "Apt 2B",
        "city": "Springfield", "province_name": "Illinois", "postal_code": "62701",
        "country_name": "United States",
    },
    "order_lines": [{
        "name": "Monthly", "physician_name": "Dr. Smith", "duration": 30, "is_expedited": False,
        "is_priority_shipping": True, "is_priority_production": False, "lot_information": "L1",
        "client_custom_order_line_id": "LINE-1",
        "pouches": [{
            "time_of_administration": "Morning", "custom_label": "AM Vitamins", "cycle": "1;3;5",
            "cycle_length": 7, "contents": [{"client_product_id": P1, "serving_size": 2}],
        }],
    }],
}  # fmt: skip


def request(*rows: Row) -> dict[str, Any]:
    """Return the request of the one order of these rows."""
    [order] = check_rows(*rows).orders
    return payload.request_of(order.body or b"")


def test_every_column_stands_at_its_place_in_the_request() -> None:
    """Groups, actions and acceptances are not sent; nothing else is left out or added."""
    assert request(EVERYTHING) == REQUEST


def test_an_empty_cell_is_left_out() -> None:
    """Defaults are the API's business."""
    needed = {KEY, "first_name", "last_name", "address1", "city", "country_name",
              "client_product_id"}  # fmt: skip
    sparse = {name: text if name in needed else "" for name, text in EVERYTHING.items()}
    found = request(sparse)
    assert found["order_lines"] == [{"pouches": [{"contents": [{"client_product_id": P1}]}]}]
    assert set(found) == {"source_client_order_id", "client_custom_order_id", "consumer",
                          "shipping_address", "order_lines"}  # fmt: skip


def test_packs_and_standalone_products_have_the_guides_shape() -> None:
    """A pack's pouch has no contents; a standalone line has no pouches."""
    found = request(PACK_ROW, {**BOTTLE_ROW, "duration": ""})
    assert found["order_lines"] == [
        {"pouches": [{"pack_id": PACK, "time_of_administration": "Morning"}]},
        {"standalone_id": BOTTLE, "quantity": 2},
    ]


def test_an_existing_consumer_is_sent_by_id_alone() -> None:
    """No name goes along."""
    found = request({"consumer_id": PERSON, "first_name": "", "last_name": ""})
    assert found["consumer"] == {"id": PERSON}


# ------------------------------------------------------------------ canonical bytes
def test_the_body_is_the_canonical_form_of_the_request() -> None:
    """RFC 8785, by the reference implementation."""
    [order] = check_rows(EVERYTHING).orders
    assert order.body == rfc8785.dumps(REQUEST)


def test_the_fingerprint_is_the_version_and_hash_of_the_body() -> None:
    """Anybody can compute it."""
    assert payload.fingerprint(b"{}") == f"1:{hashlib.sha256(b'{}').hexdigest()}"


def test_the_same_order_written_otherwise_has_the_same_bytes() -> None:
    """Blanks, capitals of lists, decimals and the order of columns do not change what is sent."""
    one = check_rows({"duration": "30", "order_type": "DTC", "time_of_administration": "Morning"})
    two = check_rows({"order_type": "dtc", "time_of_administration": " morning",
                      "duration": "30.0"})  # fmt: skip
    assert one.orders[0].body == two.orders[0].body


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled: bool) -> None:
    """Also where building fails."""
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(ZeroDivisionError):
            _divide_with_collector_off()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def _divide_with_collector_off() -> None:
    with payload.collector_off():
        assert not gc.isenabled()
        _ = 1 // 0


# ------------------------------------------------------------------ look-up id
@pytest.mark.parametrize("key", ["ORD-1", "a.b_c~d-9", "..a", "A"])
def test_a_key_that_is_safe_in_a_path_is_its_own_look_up_id(key: str) -> None:
    """Letters, digits and . _ ~ - only."""
    assert payload.lookup_id(key) == key


@pytest.mark.parametrize(
    "key", ["ORD 1", "a/b", "Ä-1", "1:2", "%41", "a?b", "a#b", "..", ".", "", "x" * 90 + " y"]
)
def test_any_other_key_is_looked_up_by_a_token_of_it(key: str) -> None:
    """The token is stable, short, safe in a path, and another one for every key."""
    token = payload.lookup_id(key)
    assert token == payload.lookup_id(key) != payload.lookup_id(key + " ")
    assert token.startswith("k-")
    assert len(token) <= 100
    assert token[2:].isascii()
    assert token[2:].isalnum()


def test_the_look_up_id_is_the_files_own_where_it_has_one() -> None:
    """Else the key, because the API can look an order up by that field alone."""
    assert request({"client_custom_order_id": "A/1"})["client_custom_order_id"] == "A/1"
    assert request({})["client_custom_order_id"] == "ORD-1"
    assert request({KEY: "ORD 1"})["client_custom_order_id"] == payload.lookup_id("ORD 1")


def test_two_orders_are_never_looked_up_by_one_id() -> None:
    """Not by their own, and not by one that is the other's key; the later order is told."""
    own = {"client_custom_order_id": "A"}
    bo = {KEY: "ORD-2", "first_name": "Bo"}
    for rows, row, column in (
        (({**own}, {**own, **bo}), 3, "client_custom_order_id"),
        (({}, {**bo, "client_custom_order_id": "ORD-1"}), 3, "client_custom_order_id"),
        (({"client_custom_order_id": "ORD-2"}, {**bo, "client_custom_order_id": ""}), 3, KEY),
    ):
        result = check_rows(*rows)
        assert [(f.code, f.row, f.column) for f in result.findings] == [
            ("LOOKUP-TWICE", row, column)
        ]
        assert "Order ORD-1 " in result.findings[0].message
        assert [order.result.value for order in result.orders] == ["ready", "to_correct"]


# ------------------------------------------------------------------ what is counted and compared
@pytest.mark.parametrize(
    ("rows", "pouches"),
    [
        (({},), 30),
        (({"duration": "10"},), 10),
        (({}, {"time_of_administration": "Evening", "client_product_id": PACK}), 60),
        ((PACK_ROW,), 30),
        ((BOTTLE_ROW,), 0),
        (({"duration": "7"}, {**PACK_ROW, "duration": "60"}, {**BOTTLE_ROW, "duration": ""}), 67),
    ],
)
def test_pouches_are_counted_over_all_lines_and_days(rows: tuple[Row, ...], pouches: int) -> None:
    """Thirty days where the file says none."""
    assert check_rows(*rows).orders[0].pouches == pouches


def test_contents_are_named_whatever_their_order_and_case() -> None:
    """Product, pack and standalone with their sizes, to be compared with other orders."""
    first = request({"client_product_id": P1.replace("1", "a"), "serving_size": "2"}, PACK_ROW,
                    BOTTLE_ROW)  # fmt: skip
    second = request(BOTTLE_ROW, PACK_ROW, {"client_product_id": P1.replace("1", "A"),
                                            "serving_size": "2"})  # fmt: skip
    assert payload.contents_of(first) == payload.contents_of(second)
    assert payload.contents_of(first) != payload.contents_of(request(PACK_ROW, BOTTLE_ROW))


def test_a_person_is_the_id_or_both_names() -> None:
    """What tells one from another, and no more."""
    assert payload.person_parts(REQUEST) == ("", "John", "Doe")
    assert payload.person_parts({"consumer": {"id": "X"}}) == ("X", "", "")


def test_a_keyed_hash_folds_and_keeps_parts_apart() -> None:
    """Case and blanks do not count; which part a text stands in does, and so does the secret."""
    one = payload.keyed_hash(b"k", "Ada", "van  der Berg")
    assert one == payload.keyed_hash(b"k", " ADA", "Van der Berg ")
    assert one != payload.keyed_hash(b"k", "Ada van", "der Berg")
    assert one != payload.keyed_hash(b"l", "Ada", "van der Berg")
    assert "Ada" not in one
