"""The arrows that sending takes, as entries before and after: the same for every ledger."""

from collections.abc import Iterable
from dataclasses import replace

from loader.core.errors import Defect
from loader.core.lifecycle import ARROWS, State
from loader.ledger.rules import lapsed
from loader.ports import Entry

NO_REPLY = "no reply: sender gone or late"
GIVEN_BACK = "given back unsent"
LEFT_BEHIND = "left unsent by a sender that is gone"


def check_arrow(was: Entry, becomes: Entry) -> None:
    """Raise `Defect` where the life cycle knows no such step, or an epoch would go back."""
    if (was.state, becomes.state) not in ARROWS or becomes.epoch < was.epoch:
        raise Defect(f"A ledger entry cannot go from {was.state} to {becomes.state}.")


def first_free(held: Iterable[tuple[Entry, float]], now: float, limit: int) -> list[Entry]:
    """Return the first `limit` of these entries that nobody holds, one per key.

    Each comes with the end of its lease. Of two operations of a key that wait, the first goes.
    """
    free: dict[tuple[str, str, str], Entry] = {}
    for entry, lease_until in held:
        if len(free) >= limit:
            break
        key = (entry.account.environment, entry.account.account, entry.key)
        taken = entry.state is State.CLAIMED and not lapsed(entry.owner, lease_until, now)
        if key not in free and not taken:
            free[key] = entry
    return list(free.values())


# Seconds to the next look-up of an unknown outcome; each one that finds nothing doubles them.
FIRST_LOOK, LONGEST_LOOK = 30.0, 3600.0


def look_again(looks: int) -> float:
    """Return the seconds to the look-up after this one, `looks` having found nothing before."""
    return min(FIRST_LOOK * 2.0 ** min(looks, 20), LONGEST_LOOK)


def claimed(was: Entry, owner: str, at: float) -> Entry:
    """Return a free entry as it is once `owner` has claimed it."""
    return replace(was, state=State.CLAIMED, epoch=was.epoch + 1, owner=owner, updated_at=at)


def still_claimed(was: Entry | None, epoch: int, fingerprint: str) -> bool:
    """Return whether an entry is claimed under this epoch, with this content."""
    return (
        was is not None
        and was.state is State.CLAIMED
        and (was.epoch, was.fingerprint) == (epoch, fingerprint)
    )


def burnt(was: Entry) -> Entry:
    """Return a claimed entry as it is once the intent to send is written."""
    return replace(was, state=State.SENDING, attempts=was.attempts + 1, look_first=False)
