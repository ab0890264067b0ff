"""Playing schedules against servers of a test's own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.proof.player import Played, play_in_thread
from tests.proof.schedule import Schedule

Play: TypeAlias = Callable[[Sequence[Schedule]], list[Played]]
LANES = 64  # most of a schedule is waiting for late orders and look-ups


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Return a function that plays schedules."""
    return lambda schedules: play_in_thread(tmp_path / "lanes", schedules, LANES)
