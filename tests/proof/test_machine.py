"""A person and a server that do whatever comes to mind, step by step, with real processes.

The invariants are asked after every step, and at the end that nothing was lost.
"""

import asyncio
import contextlib
import shutil
import tempfile
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.proof.commands import shift
from tests.proof.evidence import states_of
from tests.proof.failpoints import ARRIVED, CLIENT_POINTS, SQL, WORKED, Stop
from tests.proof.game import Game, Server
from tests.proof.invariants import violations
from tests.proof.outcomes import LATE, OUTCOMES
from tests.proof.player import lanes
from tests.proof.schedule import Move, Schedule

Answer = TypeVar("Answer")
EXAMPLES, STEPS = 12, 8  # of the short form; `make sweep` draws more

stops = st.one_of(
    st.builds(Stop, st.sampled_from(CLIENT_POINTS), st.integers(1, 2)),
    st.builds(Stop, st.just(SQL), st.integers(1, 60)),
    st.builds(Stop, st.sampled_from((ARRIVED, WORKED)), st.integers(1, 2)),
)
commands = st.sampled_from(("submit", "resume", "reconcile"))
versions = st.integers(1, 3)


class Loop:
    """An event loop in a thread of its own, for servers and commands of a whole test."""

    def __init__(self) -> None:
        """Start it."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run something in it to its end."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Person(RuleBasedStateMachine):
    """Plans, submits, resumes, edits; processes die; the server and the clocks misbehave."""

    loop: ClassVar[Loop]
    server: ClassVar[Server]

    @initialize(count=st.integers(1, 4), known=st.booleans(), abreast=st.sampled_from((1, 2)))
    def begin(self, count: int, known: bool, abreast: int) -> None:
        """Begin with an empty ledger and an empty server."""
        self.folder = Path(tempfile.mkdtemp())
        self.server.sandbox.clear()
        keys = tuple(f"m-{number}" for number in range(1, count + 1))
        schedule = Schedule(seed=0, keys=keys, known=known, concurrency=abreast)
        place = self.folder / "ledger.sqlite3"
        self.game = Game(self.server, schedule, place, self.folder / "clock")
        self.game.begin()

    @rule(version=versions)
    def submit(self, version: int) -> None:
        """Submit the file, as it is now."""
        self.loop.do(self.game.move(Move("submit", version)))

    @rule()
    def resume(self) -> None:
        """Resume what is unfinished."""
        self.loop.do(self.game.move(Move("resume")))

    @rule()
    def reconcile(self) -> None:
        """Look up what is unknown."""
        self.loop.do(self.game.move(Move("reconcile")))

    @rule()
    def work(self) -> None:
        """Let a worker send what waits."""
        self.loop.do(self.game.move(Move("work")))

    @rule()
    def release(self) -> None:
        """Try to release what is unknown; it takes a day, which only the clock can bring."""
        self.loop.do(self.game.move(Move("release")))

    @rule()
    def walk(self) -> None:
        """Compare with the whole list of the API's orders."""
        self.loop.do(self.game.move(Move("walk")))

    @rule()
    def resume_refused(self) -> None:
        """Send what was refused again, after something was mended."""
        self.loop.do(self.game.move(Move("refused")))

    @rule(do=commands, version=versions, stop=stops)
    def killed(self, do: Any, version: int, stop: Stop) -> None:  # noqa: ANN401  # a move's word
        """Do a command in a process that is killed."""
        self.loop.do(self.game.move(Move(do, version, stop)))

    @rule(outcome=st.sampled_from(sorted(OUTCOMES)), number=st.integers(0, 3))
    def misbehave(self, outcome: str, number: int) -> None:
        """Arm the server with a fault for one order's next create."""
        keys = self.game.schedule.keys
        self.server.sandbox.add_faults(OUTCOMES[outcome](keys[number % len(keys)]))

    @rule(version=versions)
    def plan(self, version: int) -> None:
        """Plan the file: the ledger stays as it is, and nothing is sent."""
        before = states_of(self.game.ledger), self.server.sandbox.sequence
        self.loop.do(self.game.plan(version))
        assert (states_of(self.game.ledger), self.server.sandbox.sequence) == before

    @rule()
    def night(self) -> None:
        """Let the vendor's nightly run accept what is pending."""
        self.server.sandbox.run_nightly()

    @rule(step=st.sampled_from((-86_400.0, -3600.0, 0.0, 3600.0, 86_400.0)))
    def set_clock(self, step: float) -> None:
        """Set the machine's wall clock."""
        shift(self.game.clock, step, 0.0)

    @precondition(lambda self: hasattr(self, "game"))
    @invariant()
    def nothing_is_wrong(self) -> None:
        """Hold the twelve invariants, whatever has happened up to now."""
        assert violations(self.game.evidence()) == []
        assert self.game.crashes == []

    def teardown(self) -> None:
        """Let everything settle: then nothing is lost, and a finished file sends nothing."""
        if not hasattr(self, "game"):
            return
        self.server.sandbox.clear_faults()
        self.loop.do(asyncio.sleep(LATE + 0.05))
        self.loop.do(self.game.settle())
        assert self.game.judge().wrong == []
        shutil.rmtree(self.folder)


def test_whatever_a_person_does(tmp_path: Path) -> None:
    """No order of commands, kills, edits, faults, nights and clock steps breaks an invariant."""
    loop = Loop()
    profile = settings.default
    short = profile is None or profile.max_examples <= 100
    chosen = settings(
        max_examples=EXAMPLES if short else 200, stateful_step_count=STEPS if short else 12,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        (lane,) = loop.do(lanes(tmp_path, 1, stack))
        Person.loop, Person.server = loop, lane.server
        run_state_machine_as_test(Person, settings=chosen)
        assert lane.server.sandbox.defects == []
    loop.close()


@pytest.mark.parametrize("point", ["after burn", "after create", ARRIVED])
def test_a_killed_submit_is_told_by_the_next_one(tmp_path: Path, point: str) -> None:
    """The shortest way to a doubt: killed around the request, then simply submitted again."""
    loop = Loop()
    with contextlib.ExitStack() as stack:
        (lane,) = loop.do(lanes(tmp_path, 1, stack))
        moves = [Move("submit", stop=Stop(point)), Move("submit")]
        played = loop.do(lane.play(Schedule(seed=1, keys=("k-1",), moves=moves, released=False)))
        assert played.wrong == []
        assert played.killed == [point]
        assert played.creates == (0 if point == "after burn" else 1)
        assert played.states == {"k-1": "unknown" if point == "after burn" else "created"}
    loop.close()
