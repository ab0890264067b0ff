"""What an order tells besides its content is taken only where it is what it should be."""

import pytest

from loader.core.person_and_parcel import consumer_id, tracking


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ({"consumer": {"id": "c-1"}}, "c-1"),
        ({"consumer": {"id": ""}}, None),
        ({"consumer": {"id": 7}}, None),
        ({"consumer": "c-1"}, None),
        ({}, None),
    ],
)
def test_the_person_is_an_id_or_nothing(order: dict[str, object], found: str | None) -> None:
    """An id that is text is taken; anything else is as if the API had said nothing."""
    assert consumer_id(order) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([{"children_tracking_numbers": "1Z1, 1Z2"}, {"children_tracking_numbers": "1Z2,1Z3,"}],
         {"number": "1Z1, 1Z2, 1Z3"}),
        ([{"children_tracking_numbers": " "}, {"children_tracking_numbers": None}, {}, "x"], None),
        ([], None),
        (None, None),
    ],
)  # fmt: skip
def test_parcel_numbers_of_all_lines_are_told_once(lines: object, found: object) -> None:
    """Each number stands once, in the order of the lines; without one there is no parcel."""
    assert tracking({"order_lines": lines}) == found
