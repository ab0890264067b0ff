"""Until when a new order can be changed: OK Capsule accepts what is Pending every night.

The guides say "midnight PST". In summer that may be midnight in California, or an hour later by
the standard time that the words name: whoever wants to stop an order is told the earlier one.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_READINGS = (ZoneInfo("America/Los_Angeles"), timezone(timedelta(hours=-8), "PST"))


def cut_off(now: float) -> float:
    """Return the next cut-off after `now`, both in Unix seconds; the earlier of two readings."""
    return min(_next_midnight(now, zone) for zone in _READINGS)


def _next_midnight(now: float, zone: tzinfo) -> float:
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return midnight.timestamp()
