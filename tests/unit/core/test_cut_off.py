"""The cut-off is midnight Pacific time, by the earlier of two readings where they differ."""

from datetime import UTC, datetime

import pytest

from loader.core.cut_off import cut_off


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # Winter: both readings are midnight at UTC-8.
        ("2026-01-10 07:59:59", "2026-01-10 08:00"),
        ("2026-01-10 08:00:00", "2026-01-11 08:00"),
        ("2026-11-20 20:00:00", "2026-11-21 08:00"),
        # Summer: midnight in California comes an hour before midnight by standard time.
        ("2026-07-10 06:59:59", "2026-07-10 07:00"),
        ("2026-07-10 07:00:00", "2026-07-10 08:00"),
        ("2026-07-10 08:00:00", "2026-07-11 07:00"),
        # The nights in which the clocks change: 8 March and 1 November 2026.
        ("2026-03-08 08:00:00", "2026-03-09 07:00"),
        ("2026-11-01 07:00:00", "2026-11-01 08:00"),
        ("2026-11-01 08:00:00", "2026-11-02 08:00"),
    ],
)
def test_the_cut_off_of_a_moment(now: str, until: str) -> None:
    """All times UTC: an order that is made in the doubtful hour may be accepted at its end."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    assert datetime.fromtimestamp(cut_off(moment), UTC).strftime("%Y-%m-%d %H:%M") == until
