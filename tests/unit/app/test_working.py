"""What a worker's end says, and where a worker makes no sense."""

from collections import Counter

import pytest

from loader.app.working import Worked
from loader.cli import cli
from loader.cli.failures import run
from loader.core.lifecycle import State


@pytest.mark.parametrize(
    ("outcomes", "waiting", "code"),
    [
        ({}, False, 0),
        ({State.CREATED: 3}, False, 0),
        ({State.CREATED: 3}, True, 5),
        ({State.REFUSED: 1}, False, 1),
        ({State.CONFLICT: 1}, False, 1),
        ({State.REFUSED: 1}, True, 5),
        ({State.UNKNOWN: 1, State.REFUSED: 1}, True, 6),
    ],
)
def test_the_exit_code_tells_what_is_left(
    outcomes: dict[State, int], waiting: bool, code: int
) -> None:
    """Unknown outcomes come first, then orders that wait, then what needs a person."""
    assert Worked(Counter(outcomes), "It was interrupted", waiting).exit_code == code


def test_a_worker_without_an_api_of_its_own_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The embedded sandbox lives for one command, and no other worker reaches it: exit 2."""
    assert run(cli, ["worker"]) == 2
    assert "--base-url" in capsys.readouterr().err
