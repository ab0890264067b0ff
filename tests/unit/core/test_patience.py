"""How often requests may be repeated."""

import pytest

from loader.core.patience import retries_allowed


@pytest.mark.parametrize(
    ("requests", "allowed"), [(0, 10), (100, 10), (109, 10), (110, 11), (5000, 500)]
)
def test_retries_are_the_larger_of_ten_and_a_tenth(requests: int, allowed: int) -> None:
    """Ten in a small run, a tenth in a large one."""
    assert retries_allowed(requests) == allowed
