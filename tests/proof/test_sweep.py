"""The sweep in its short form: named points, random schedules, and the four wrong senders."""

from collections.abc import Iterable, Iterator

import pytest

from tests.proof.conftest import Play
from tests.proof.failpoints import Stop
from tests.proof.outcomes import OUTCOMES
from tests.proof.schedule import POINTS, Move, Schedule, at_point, draw
from tests.proof.wrong import WRONG

RANDOM = 16  # schedules of each kind; `make sweep` plays ten thousand
FIRST = 20_261_120


def test_every_outcome(play: Play) -> None:
    """Whatever the server does with a request, before or after the commit: nothing is wrong."""
    schedules = []
    for number, names in enumerate(batched(OUTCOMES, 6)):
        keys = [f"o{number}-{place}" for place in range(len(names))]
        faults = [f for key, name in zip(keys, names, strict=True) for f in OUTCOMES[name](key)]
        moves = [Move("submit"), Move("resume")]
        schedules.append(Schedule(seed=0, keys=keys, faults=faults, moves=moves))
    played = play(schedules)
    assert [(one.schedule, one.wrong) for one in played if one.wrong] == []
    ends = {state for one in played for state in one.states.values()}
    assert ends == {"created", "refused", "conflict"}, "what was unknown is released and made"


def batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield names in groups of a size."""
    waiting = list(names)
    while waiting:
        yield waiting[:size]
        waiting = waiting[size:]


def test_killed_at_every_point(play: Play) -> None:
    """Who dies at any named point makes no duplicate, loses nothing, and tells nothing false.

    Each point meets one outcome of the server here, and all of them in the long sweep.
    """
    names = list(OUTCOMES)
    played = play(
        [at_point(point, names[n % len(names)], (1 << 41) + n) for n, point in enumerate(POINTS)]
    )
    assert [(one.schedule.seed, one.wrong) for one in played if one.wrong] == []
    killed = {point for one in played for point in one.killed}
    # The others are passed only by commands of their own, or after a sender has gone.
    assert len(killed) >= 25, sorted(killed)


@pytest.mark.parametrize("stops", [0.0, 0.7], ids=["faults", "faults and kills"])
def test_random_schedules(play: Play, stops: float) -> None:
    """Whatever the server does and whoever dies, the twelve invariants hold to the end."""
    played = play([draw(FIRST + n, stops=stops) for n in range(RANDOM)])
    assert [(one.schedule.seed, one.wrong) for one in played if one.wrong] == []
    assert sum(one.creates for one in played) > RANDOM
    assert sum(len(one.killed) + one.halted for one in played) >= (8 if stops else 0)


KEYS = ("w-1", "w-2")
_KILLED = Move("submit", stop=Stop("after create"))
_HELD_UP = Move("submit", stop=Stop("after claim", how="halt"), rival="submit", sleep=60.0)
# What each of them cannot stand.
STORIES = {
    "blind retry": ("reset after", Move("submit")),
    "look-up, then send again": ("reset after, seen late", Move("submit")),
    "no intent before sending": ("made", _KILLED),
    "a lease by time alone": ("made", _HELD_UP),
}


def _story(sender: str, of: str) -> Schedule:
    outcome, move = STORIES[of]
    return Schedule(seed=0, keys=KEYS, faults=OUTCOMES[outcome](KEYS[0]), moves=[move],
                    concurrency=1, sender=sender)  # fmt: skip


@pytest.mark.parametrize("sender", WRONG)
def test_a_wrong_sender_is_caught(play: Play, sender: str) -> None:
    """Each of the four makes a second box of supplements, and the checker says so."""
    (played,) = play([_story(sender, sender)])
    assert any(text.startswith("I1 ") for text in played.wrong), played


def test_the_same_stories_do_the_loader_no_harm(play: Play) -> None:
    """What catches the four wrong senders finds nothing wrong with ours."""
    played = play([_story("loader", of) for of in STORIES])
    assert [(one.schedule, one.wrong) for one in played if one.wrong] == []
    assert [bool(one.killed) + one.halted for one in played] == [0, 0, 1, 1]
