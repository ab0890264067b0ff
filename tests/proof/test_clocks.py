"""Clocks that step and machines that sleep, in the middle of sending, while another one works."""

import pytest

from loader.sandbox import Fault
from tests.proof.conftest import Play
from tests.proof.failpoints import FIRST_BYTE, Stop
from tests.proof.game import Played
from tests.proof.outcomes import OUTCOMES
from tests.proof.schedule import Move, Schedule

DAY = 86_400.0
KEYS = ("c-1", "c-2")


def held_up(play: Play, point: str, rival: str, *, step: float = 0.0, sleep: float = 0.0) -> Played:
    """Hold a submit up at a point while clocks move and another process works; then go on."""
    move = Move("submit", stop=Stop(point, how="halt"), rival=rival, step=step, sleep=sleep)  # type: ignore[arg-type]  # a command's name
    (played,) = play([Schedule(seed=0, keys=KEYS, moves=[move], concurrency=1, released=False)])
    assert played.wrong == []
    assert played.halted == 1
    return played


POINTS = ["after claim", "after burn", FIRST_BYTE, "after create"]
# What may happen while it stands still: a step of the clock, or time that it sleeps through.
MOVED = {"a day on": (DAY, 0.0), "a day back": (-DAY, 0.0), "asleep": (0.0, 120.0)}


@pytest.mark.parametrize("point", POINTS)
def test_clocks_move_while_a_worker_takes_over(play: Play, point: str) -> None:
    """Without a lock between them, whatever the clocks do: no second order, nothing lost."""
    moves = [
        Move("submit", stop=Stop(point, how="halt"), rival=rival, step=step, sleep=sleep)
        for step, sleep in MOVED.values()
        for rival in ("work", "resume", "submit")
    ]  # fmt: skip
    schedules = [
        Schedule(seed=n, keys=(f"c{n}-1", f"c{n}-2"), moves=[move], concurrency=1, released=False)
        for n, move in enumerate(moves)
    ]
    played = play(schedules)
    assert [(one.schedule, one.wrong) for one in played if one.wrong] == []
    assert [one.halted for one in played] == [1] * len(moves)


def test_a_burn_that_slept_is_not_sent(play: Play) -> None:
    """Woken after its burn, a process finds its time over and sends nothing by that intent."""
    played = held_up(play, "after burn", "work", sleep=120.0)
    assert played.states == {"c-1": "unknown", "c-2": "created"}
    assert {one.key for one in played.evidence.creates} == {"c-2"}


def test_a_lock_keeps_other_commands_out_whatever_the_clock_says(play: Play) -> None:
    """While a process holds the account, `resume` on this machine does nothing, a day on too."""
    played = held_up(play, "after burn", "resume", step=DAY)
    assert played.states == {"c-1": "created", "c-2": "created"}
    assert len(played.evidence.creates) == 2


@pytest.mark.parametrize("held_back", ["sign in again", "asked to wait"])
def test_a_clock_that_is_put_right_holds_nothing_back(play: Play, held_back: str) -> None:
    """What a clock that was a day ahead has put off is sent once it has been set back."""
    wait = Fault(
        what="status", status=429, headers={"Retry-After": "30"}, operation="create",
        body={"error": {"message": "wait"}},
    )  # fmt: skip
    faults = OUTCOMES[held_back](KEYS[0]) if held_back in OUTCOMES else [wait]
    moves = [
        Move("submit", stop=Stop("after settle"), step=DAY),
        Move("resume", step=1.0),  # the clock is right again
    ]
    schedule = Schedule(
        seed=0, keys=KEYS, faults=faults, moves=moves, concurrency=1, released=False
    )  # fmt: skip
    (played,) = play([schedule])
    assert (played.wrong, played.killed) == ([], ["after settle"])
    (resumed, *_) = played.evidence.statements
    assert set(resumed.results.values()) == {"created"}
