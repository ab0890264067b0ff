"""Playing schedules against servers of a test's own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from loader.app import releasing, sending
from tests.proof.game import Played
from tests.proof.outcomes import BETWEEN_LOOKS, LATE_LOOKS
from tests.proof.player import play_in_thread
from tests.proof.schedule import Schedule

Play: TypeAlias = Callable[[Sequence[Schedule]], list[Played]]
LANES = 64  # most of a schedule is waiting for late orders and look-ups


@pytest.fixture(autouse=True)
def look_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look unknown outcomes up sooner: what comes late here comes within a third of a second."""
    monkeypatch.setattr(sending, "LATE_LOOKS", LATE_LOOKS)
    monkeypatch.setattr(releasing, "BETWEEN_LOOKS", BETWEEN_LOOKS)


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Return a function that plays schedules."""
    return lambda schedules: play_in_thread(tmp_path / "lanes", schedules, LANES)
