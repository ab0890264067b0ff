"""The long sweep: every named point × every outcome, then random schedules, then the counts."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from tests.proof.game import Played
from tests.proof.model_walk import WIDER, walk
from tests.proof.outcomes import OUTCOMES
from tests.proof.player import play_in_thread
from tests.proof.schedule import POINTS, Schedule, at_point, draw
from tests.proof.wrong import WRONG

BATCH = 160
SHARE_OF_STOPS = (0.0, 0.0, 0.7)  # of the kinds of random schedules, one after the other
GRID = 1 << 40  # seeds of the named schedules begin here: their keys are nobody else's
CONTROLS = 400  # schedules after which a wrong sender counts as not caught


@dataclass(slots=True)
class Counts:
    """What a sweep has seen so far."""

    schedules: int = 0
    faulty: int = 0  # schedules in which the server misbehaved
    killed: Counter[str] = field(default_factory=Counter)
    halted: int = 0
    orders: int = 0
    creates: int = 0
    unknown: int = 0
    states: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, played: Iterable[Played]) -> None:
        """Count schedules that were played."""
        for one in played:
            self.schedules += 1
            self.faulty += bool(one.schedule.faults)
            self.killed.update(one.killed)
            self.halted += one.halted
            self.orders += len(one.schedule.keys)
            self.creates += one.creates
            self.unknown += one.unknown
            self.states.update(one.states.values())
            if one.wrong:
                self.wrong.append((one.schedule.seed, one.wrong))

    def of(self, *invariants: str) -> int:
        """Return how many violations of these invariants (or "lost") were found."""
        return sum(text.split()[0] in invariants for _, wrong in self.wrong for text in wrong)

    def lines(self) -> Iterator[str]:
        """Yield the figures as they stand in the documentation."""
        known = sum(self.states.values())
        yield f"schedules: {self.schedules:,}, of which with faults of the server: {self.faulty:,}"
        yield (
            f"processes killed: {sum(self.killed.values()):,} at {len(self.killed)} points;"
            f" held up: {self.halted:,}"
        )
        yield f"orders: {self.orders:,}; requests to create: {self.creates:,}"
        found = {"duplicates": "I1", "lost": "lost", "false created": "I2"}
        yield "; ".join(f"{name}: {self.of(which)}" for name, which in found.items())
        others = sum(len(wrong) for _, wrong in self.wrong) - self.of("I1", "I2", "lost")
        yield f"violations of other invariants, and crashes: {others}"
        told = ", ".join(f"{state} {count:,}" for state, count in self.states.most_common())
        share = self.unknown / known if known else 0.0
        yield f"unknown after all look-ups, before any release: {self.unknown:,} ({share:.1%})"
        yield f"in the end: {told}"
        if missed := sorted(set(POINTS) - set(self.killed)):
            yield f"points at which no process has died: {', '.join(missed)}"


def grid(points: Iterable[str], outcomes: Iterable[str]) -> Iterator[Schedule]:
    """Yield named points, each with named outcomes of the server."""
    rows, columns = list(POINTS), list(OUTCOMES)
    for point in points:
        for outcome in outcomes:
            place = rows.index(point) * len(columns) + columns.index(outcome)
            yield at_point(point, outcome, GRID + place)


def stops_of(seed: int) -> float:
    """Return the share of commands that are stopped in the random schedule of a seed."""
    return SHARE_OF_STOPS[seed % len(SHARE_OF_STOPS)]


def at_random(seed: int) -> Iterator[Schedule]:
    """Yield random schedules without end, of seeds from `seed` on."""
    while True:
        yield draw(seed, stops=stops_of(seed))
        seed += 1


def caught(sender: str, seed: int, lanes: int) -> tuple[int, list[str]] | None:
    """Return how many schedules it took to see a wrong sender make a duplicate, and the words."""
    tried = 0
    while tried < CONTROLS:
        batch = [draw(seed + tried + n, stops=0.7, sender=sender) for n in range(40)]
        for one in play(batch, lanes, keep=False):
            tried += 1
            if any(text.startswith("I1 ") for text in one.wrong):
                return tried, one.wrong
    return None


def play(schedules: Sequence[Schedule], lanes: int, *, keep: bool = True) -> list[Played]:
    """Play schedules in a folder of their own, in memory where the system has such a place.

    The folder stays where something went wrong, unless that was to be (`keep` False).
    """
    memory = Path("/dev/shm")  # noqa: S108  # syncing costs nothing there; kills lose nothing
    folder = Path(tempfile.mkdtemp(prefix="proof-", dir=memory if memory.is_dir() else None))
    played = play_in_thread(folder, schedules, lanes)
    if not (keep and any(one.wrong for one in played)):
        shutil.rmtree(folder)
    return played


def sweep(
    seed: int, *, schedules: int, kills: int, seconds: float, lanes: int, points: bool,
    say: Callable[[str], None],
) -> bool:  # fmt: skip
    """Sweep until the counts are reached or the time is over; True where nothing was found.

    Where `points`, the named points come first, each with every outcome of the server.
    """
    until = time.monotonic() + seconds
    walked = [walk(rules) for rules in WIDER]
    for walk_of in walked:
        say(f"model: {walk_of.states:,} states, {walk_of.broken or 'nothing is wrong'}")
    controls = 0
    for sender in WRONG:
        found = caught(sender, seed, lanes)
        controls += found is not None
        say(f"control: {sender}: " + (f"caught after {found[0]}" if found else "NOT CAUGHT"))
    counts = Counts()
    waiting: Iterator[Schedule] = at_random(seed)
    if points:
        counts.add(play(list(grid(POINTS, ["made"])), lanes))
        reached = [point for point in POINTS if counts.killed[point]]
        say(f"{len(reached)} of {len(POINTS)} points are passed by a plain submit and resume")
        others = [outcome for outcome in OUTCOMES if outcome != "made"]
        waiting = chain(grid(reached, others), waiting)
    while time.monotonic() < until and (
        counts.schedules < schedules or sum(counts.killed.values()) < kills
    ):
        played = play(list(islice(waiting, BATCH)), lanes)
        counts.add(played)
        say(
            f"{counts.schedules:,} schedules, {sum(counts.killed.values()):,} kills,"
            f" {len(counts.wrong)} wrong"
        )
        for one in played:
            if one.wrong:
                say(f"seed {one.schedule.seed}: {one.wrong}")
    say(f"first seed: {seed}")
    for line in counts.lines():
        say(line)
    say(f"controls caught: {controls} of {len(WRONG)}")
    sound = not any(walk_of.broken for walk_of in walked)
    return sound and not counts.wrong and controls == len(WRONG)
