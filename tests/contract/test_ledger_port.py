"""Every ledger passes the suite of its port: an adapter joins in `ledger_subject.OPENERS`."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.ledger_model import LedgerWalk
from tests.contract.ledger_subject import OPENERS

PARTS = [f"tests.contract.ledger_{part}suite" for part in ("", "seen_", "share_")]
pytest.register_assert_rewrite(*PARTS)

from tests.contract.ledger_seen_suite import *  # noqa: E402, F403 - the tests, rewritten first
from tests.contract.ledger_share_suite import *  # noqa: E402, F403 - the same
from tests.contract.ledger_suite import *  # noqa: E402, F403 - the same, and the fixtures of all

# A step on a server costs ten times one on a file in memory; `make sweep` still walks far there.
FEWER = {"postgresql": 10}


@pytest.mark.parametrize("adapter", OPENERS)
def test_a_random_walk_agrees_with_the_model(adapter: str) -> None:
    """Whatever is called in whatever order, the ledger and a dictionary show the same."""
    walk = type("Walk", (LedgerWalk,), {"adapter": adapter})
    examples = settings().max_examples // FEWER.get(adapter, 1)
    walks = settings(stateful_step_count=30, max_examples=examples)
    run_state_machine_as_test(walk, settings=walks)
