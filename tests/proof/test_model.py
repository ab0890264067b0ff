"""The protocol's model: every reachable state holds, and every rule taken away is missed."""

import pytest

from tests.proof.model import Rules
from tests.proof.model_walk import WRONG, walk

# Two senders, a crash, two requests, a release, an edit; `make sweep` looks further.
STATES = 30_393


def test_no_reachable_state_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    """All interleavings of senders, crashes, sleep, late arrival, lag and release are safe."""
    walked = walk(Rules())
    with capsys.disabled():
        print(f" model: {walked.states:,} states", end="")
    assert walked.broken == ""
    # Fewer would mean that something can no longer happen in it, and is no longer looked at.
    assert walked.states == STATES


@pytest.mark.parametrize("name", WRONG)
def test_each_rule_is_needed(name: str) -> None:
    """With any one rule taken away, two orders come about under one key."""
    walked = walk(WRONG[name], "I1:")
    assert walked.broken.startswith("I1:"), name
    assert walked.way[-1].orders == 2
