"""A release is the one way by which an unknown order is sent again: its guards, one by one."""

from loader.sandbox import Fault
from tests.proof.conftest import Play
from tests.proof.failpoints import FIRST_BYTE, Stop
from tests.proof.game import LATER_ON, Played
from tests.proof.outcomes import OUTCOMES
from tests.proof.schedule import Move, Schedule

KEY = "r-1"


def released(played: Played) -> list[str]:
    """Return the evidence of every release in the ledger's journal."""
    return [
        step.evidence
        for step in played.evidence.steps
        if (step.was, step.became) == ("unknown", "planned")
    ]


def test_not_before_the_window_has_passed(play: Play) -> None:
    """Asked at once, a release changes nothing: the order stays unknown, and one POST was sent."""
    moves = [Move("submit"), Move("release"), Move("resume")]
    faults = OUTCOMES["reset before"](KEY)
    (played,) = play([Schedule(seed=0, keys=(KEY,), faults=faults, moves=moves, released=False)])
    assert (played.wrong, played.states, released(played)) == ([], {KEY: "unknown"}, [])
    assert len(played.evidence.creates) == 1


def test_not_while_its_sender_lives(play: Play) -> None:
    """A worker that is held up for days keeps its order: its request still leaves, and is made."""
    moves = [
        Move("submit", stop=Stop("after enter")),
        Move("work", stop=Stop(FIRST_BYTE, how="halt"), rival="release", step=LATER_ON),
    ]
    (played,) = play([Schedule(seed=0, keys=(KEY,), moves=moves, released=False)])
    assert (played.wrong, played.halted, released(played)) == ([], 1, [])
    assert played.states == {KEY: "created"}
    assert len(played.evidence.creates) == 1
    became = [step.became for step in played.evidence.steps]
    assert "unknown" in became, "the release had looked at it"


def test_then_it_is_sent_once_more(play: Play) -> None:
    """Days later, not found and its sender gone: released by name, resumed, made once."""
    (played,) = play(
        [
            Schedule(
                seed=0, keys=(KEY,), faults=OUTCOMES["reset before"](KEY), moves=[Move("submit")]
            )
        ]
    )
    assert (played.wrong, played.states) == ([], {KEY: "created"})
    assert len(played.evidence.creates) == 2
    assert [len(one.made) for one in played.evidence.creates] == [0, 1]
    (evidence,) = released(played)
    assert evidence.startswith("Released by ada on ")


def test_what_turns_up_before_the_release_is_not_sent_again(play: Play) -> None:
    """An order that was made late is found by the look-ups of the release: created, one POST."""
    moves = [Move("submit"), Move("release", step=LATER_ON)]
    (played,) = play(
        [Schedule(seed=0, keys=(KEY,), faults=OUTCOMES["made late"](KEY), moves=moves)]
    )
    assert (played.wrong, played.states) == ([], {KEY: "created"})
    assert len(played.evidence.creates) == 1


def test_not_where_the_look_ups_are_not_answered(play: Play) -> None:
    """A look-up that says nothing is no evidence: the order stays unknown."""
    blind = Fault(what="status", status=404, body="<html>", key=KEY, operation="lookup", times=-1)
    moves = [Move("submit"), Move("release", step=LATER_ON), Move("resume")]
    faults = [*OUTCOMES["reset before"](KEY), blind]
    (played,) = play([Schedule(seed=0, keys=(KEY,), faults=faults, moves=moves, released=False)])
    assert (played.wrong, played.states, released(played)) == ([], {KEY: "unknown"}, [])
    assert len(played.evidence.creates) == 1
