"""A schedule: what a person does, what the server does, and where processes die.

Drawn from a seed alone, so that a seed repeats it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from loader.sandbox import Fault
from tests.proof.commands import LOADER
from tests.proof.failpoints import (
    ARRIVED,
    CLIENT_POINTS,
    FIRST_BYTE,
    LATER,
    SQL,
    WORKED,
    Stop,
)
from tests.proof.outcomes import OUTCOMES, drawn

Doing = Literal[
    "submit", "resume", "refused", "reconcile", "walk", "release", "work", "nightly",
]  # fmt: skip
# The points at which most happens; a sweep goes there more often than to the others.
_BUSY_POINTS = ("before claim", "after claim", "before burn", "after burn", "before create",
                FIRST_BYTE, "after create", "before settle", "after settle", "before look_up",
                "after look_up", "after enter", "after recover", "after save_run")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One command, its process's end, and what another process does while it is held up.

    `step` moves the wall clock and `sleep` the clock that counts sleep, in seconds: from the moment
    at which a process is held up, or from the beginning of a command that is not.
    """

    do: Doing
    version: int = 1
    stop: Stop | None = None
    rival: Doing | None = None
    step: float = 0.0
    sleep: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What happens, in order. `known` is True where the ledger need not look keys up first.

    `witnessed` is True where the machine remembers the ledger outside of it, `released` where a
    person releases in the end what is still unknown, and compares with the whole list.
    """

    seed: int
    keys: Sequence[str]
    faults: Sequence[Fault] = ()
    moves: Sequence[Move] = field(default_factory=tuple)
    concurrency: int = 2
    known: bool = True
    witnessed: bool = True
    released: bool = True
    sender: str = LOADER


def draw(seed: int, *, stops: float, sender: str = LOADER) -> Schedule:
    """Draw a schedule; `stops` is the share of commands whose process is killed or held up."""
    chance = random.Random(seed)
    keys = tuple(f"{seed:x}-{n}" for n in range(1, chance.choice((1, 2, 2, 3, 3, 4, 6)) + 1))
    version, moves = 1, []
    for number in range(chance.choice((1, 2, 2, 3, 4))):
        do: Doing = "submit" if number == 0 else chance.choice(_AFTERWARDS)
        version = chance.choice((version, version, 2, 3)) if do == "submit" and number else version
        move = Move(do, version)
        if do != "nightly" and chance.random() < stops:
            move = _stopped(chance, move)
        moves.append(move)
    return Schedule(
        seed=seed, keys=keys, faults=drawn(chance, keys), moves=tuple(moves),
        concurrency=chance.choice((1, 2, 4)), known=chance.random() < 0.7,
        witnessed=chance.random() < 0.5, released=chance.random() < 0.5, sender=sender,
    )  # fmt: skip


_AFTERWARDS: tuple[Doing, ...] = (
    "submit", "submit", "submit", "resume", "resume", "resume", "reconcile", "refused", "work",
    "walk", "release", "nightly",
)  # fmt: skip


def _stopped(chance: random.Random, move: Move) -> Move:
    """Return a move whose process is killed somewhere, or held up while another one works."""
    if chance.random() < 0.25:
        point = chance.choice(("after claim", "before burn", "after burn", FIRST_BYTE,
                               "after create", "before create", "after enter"))  # fmt: skip
        return Move(
            move.do, move.version, Stop(point, chance.choice((1, 1, 2)), "halt"),
            rival=chance.choice(("resume", "work", "submit", "reconcile")),
            step=chance.choice((0.0, 0.0, 86_400.0, -86_400.0, 3600.0)),
            sleep=chance.choice((0.0, 60.0, 60.0)),
        )  # fmt: skip
    return Move(move.do, move.version, _drawn_stop(chance))


def _drawn_stop(chance: random.Random) -> Stop:
    kind = chance.random()
    if kind < 0.15:
        return Stop(SQL, chance.randint(1, 60))
    if kind < 0.30:
        return Stop(LATER, chance.randint(1, 80))
    if kind < 0.45:
        return Stop(chance.choice((ARRIVED, WORKED)), chance.choice((1, 1, 2)))
    points = _BUSY_POINTS if kind < 0.85 else CLIENT_POINTS
    return Stop(chance.choice(points), chance.choice((1, 1, 1, 2)))


def at_point(point: str, outcome: str, seed: int, sender: str = LOADER) -> Schedule:
    """Return the schedule of a named point and a named outcome of the server.

    Two orders, the first of which meets the outcome; the process that submits dies at the point,
    and then the one that resumes.
    """
    keys = (f"{seed:x}-1", f"{seed:x}-2")
    stop = Stop(point, 12 if point == SQL else 10 if point == LATER else 1)
    return Schedule(
        seed=seed, keys=keys, faults=OUTCOMES[outcome](keys[0]), sender=sender,
        moves=(Move("submit", stop=stop), Move("resume", stop=stop)), known=seed % 4 == 0,
        released=seed % 5 == 0,
        concurrency=1 + seed % 2,
    )  # fmt: skip


# Calls that neither submit nor resume makes, whatever the server does: other commands do, to whose
# points random schedules go.
_ELSEWHERE = frozenset({
    "account_id", "claim_any", "journal", "keys", "load_catalogue", "order_count", "orders",
    "purge_payloads", "purge_runs", "rebuilt", "recent", "remember", "save_catalogue",
    "take_look_ups", "trust",
})  # fmt: skip
POINTS = (
    *(point for point in CLIENT_POINTS if point.split()[1] not in _ELSEWHERE),
    SQL, LATER, ARRIVED, WORKED,
)  # fmt: skip
