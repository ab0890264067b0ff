"""What a status of the API means for an order in place of another, or like it."""

import pytest

from loader.core.statuses import comes_to_nothing, is_cancelled, may_be_replaced


@pytest.mark.parametrize(
    ("status", "meanings"),
    [
        ("Canceled by Client", (True, True, True)), ("Canceled by OKC", (True, True, True)),
        ("Cancelled", (True, True, True)), ("Voided", (False, True, True)),
        ("Replaced", (False, True, True)), ("Needs Changes", (False, False, True)),
        ("Pending", (False, False, False)), ("On Hold", (False, False, False)),
        ("Shipped", (False, False, False)), ("Something New", (False, False, False)),
        ("", (False, False, False)), (None, (False, False, False)),
    ],
)  # fmt: skip
def test_a_status_that_is_not_known_is_that_of_an_order_that_stands(
    status: str | None, meanings: tuple[bool, bool, bool]
) -> None:
    """What was cancelled, voided or replaced comes to nothing; what waits may be replaced."""
    assert (is_cancelled(status), comes_to_nothing(status), may_be_replaced(status)) == meanings
