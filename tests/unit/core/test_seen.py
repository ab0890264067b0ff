"""Listed orders: whose they are and what they send, whatever the API leaves out."""

import pytest

from loader.core.seen import contents_in, seen

ORDER = {
    "source_client_order_id": "A", "client_custom_order_id": "a", "name": "OR-1",
    "created_at": "2026-11-03T10:00:00Z", "status": "Pending",
    "consumer": {"id": "C-1", "first_name": "Zoë ", "last_name": "van  Dam"},
    "order_lines": [
        {"pouches": [{"contents": [{"client_product_id": "P2", "serving_size": 2}]},
                     {"pack_id": "K1", "contents": [{"client_product_id": "in the pack"}]}]},
        {"standalone_id": "S1", "quantity": 3},
    ],
}  # fmt: skip


def test_what_a_listed_order_says() -> None:
    """Numbers, day, status, person and contents; a pack's own contents do not count."""
    one = seen(ORDER)
    assert (one.key, one.lookup_id, one.number, one.day) == ("A", "a", "OR-1", "2026-11-03")
    assert one.contents == (("pack", "k1", 0), ("product", "p2", 2), ("standalone", "s1", 3))


@pytest.mark.parametrize(
    "order",
    [
        {}, {"consumer": None, "order_lines": {"pouches": []}, "created_at": 7, "name": None},
        {"consumer": "x", "order_lines": ["x", {"pouches": "x"}]},
    ],
)  # fmt: skip
def test_a_part_that_is_missing_says_nothing(order: dict[str, object]) -> None:
    """Nobody is named and nothing is sent, and no part of another type stops anything."""
    one = seen(order)
    assert (one.key, one.day, one.consumer, one.names) == ("", "", "", ("", ""))
    assert one.contents == ()
    assert not one.is_for("", ("", ""))


@pytest.mark.parametrize(
    ("consumer", "names", "same"),
    [
        ("c-1", ("", ""), True), ("C-2", ("", ""), False), ("C-2", ("Zoë", "van Dam"), False),
        ("", ("zoë", "VAN DAM"), True), ("", ("Zoe", "van Dam"), False), ("", ("Zoë", ""), False),
    ],
)  # fmt: skip
def test_a_person_is_told_by_id_where_both_have_one(
    consumer: str, names: tuple[str, str], same: bool
) -> None:
    """Capitals and blanks do not count; two ids that differ are two people of one name."""
    assert seen(ORDER).is_for(consumer, names) is same


@pytest.mark.parametrize(
    ("size", "same"), [({"serving_size": 2}, True), ({"serving_size": 1}, False), ({}, True)]
)
def test_a_size_that_one_side_leaves_out_may_be_any(size: dict[str, int], same: bool) -> None:
    """The API fills in what a request does not say."""
    listed = seen({"order_lines": [{"pouches": [{"contents": [
        {"client_product_id": "P1", "serving_size": 2}]}]}]})  # fmt: skip
    content = {"client_product_id": "p1", **size}
    request = {"order_lines": [{"pouches": [{"contents": [content]}]}]}
    assert listed.sends(contents_in(request)) is same
    assert not listed.sends((*contents_in(request), ("product", "p2", 1)))
