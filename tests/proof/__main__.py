"""`python -m tests.proof`: the long sweep, or one schedule again by its seed."""

import argparse
import os
import random
import sys

from loader.app import releasing, sending
from tests.proof.outcomes import BETWEEN_LOOKS, LATE_LOOKS, OUTCOMES
from tests.proof.schedule import POINTS, Schedule, at_point, draw
from tests.proof.sweep import GRID, play, stops_of, sweep

HOUR = 3600.0


def main() -> int:
    """Run what was asked for; 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=random.randrange(1 << 31), help="the first seed"
    )
    parser.add_argument("--again", type=int, metavar="SEED", help="play one schedule again")
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=2_000)
    parser.add_argument("--lanes", type=int, default=16, help="schedules side by side")
    parser.add_argument(
        "--seconds", type=float, default=float(os.environ.get("SWEEP_SECONDS", HOUR)),
        help="the most time that it may take (SWEEP_SECONDS; an hour)",
    )  # fmt: skip
    parser.add_argument("--random-only", action="store_true", help="leave the named points out")
    chosen = parser.parse_args()
    sending.LATE_LOOKS, releasing.BETWEEN_LOOKS = LATE_LOOKS, BETWEEN_LOOKS
    if chosen.again is not None:
        return _again(chosen.again)
    clean = sweep(
        chosen.seed, schedules=chosen.schedules, kills=chosen.kills, seconds=chosen.seconds,
        lanes=chosen.lanes, points=not chosen.random_only, say=lambda text: print(text, flush=True),
    )  # fmt: skip
    return 0 if clean else 1


def _again(seed: int) -> int:
    """Play the schedule of a seed, and show it."""
    schedule = _of(seed)
    print(schedule)
    (played,) = play([schedule], 1)
    print("killed:", played.killed, "states:", played.states)
    print("\n".join(played.wrong) or "nothing is wrong")
    return 1 if played.wrong else 0


def _of(seed: int) -> Schedule:
    if seed < GRID:
        return draw(seed, stops=stops_of(seed))
    row, column = divmod(seed - GRID, len(OUTCOMES))
    return at_point(POINTS[row], list(OUTCOMES)[column], seed)


if __name__ == "__main__":
    sys.exit(main())
