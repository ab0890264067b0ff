"""Moments as people write them, in the time zone of this machine."""

from datetime import UTC, datetime

from loader.core.cut_off import cut_off
from loader.core.model import Run


def day(seconds: float) -> str:
    """Return a time in this machine's own zone, as people write it."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}"


def exactly(seconds: float) -> str:
    """Return a time in UTC and in this machine's own zone."""
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    local = moment.astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC ({local.isoformat()} {local.tzname()})"


def changeable_until(run: Run) -> str:
    """Return until when orders that the run makes can be changed, for a sentence."""
    return f"{day(cut_off(run.ended_at or run.started_at))} (midnight Pacific time)"
