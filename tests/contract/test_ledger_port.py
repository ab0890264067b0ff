"""Every ledger passes the suite of its port: an adapter joins in `ledger_subject.OPENERS`."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.ledger_model import LedgerWalk
from tests.contract.ledger_subject import OPENERS

pytest.register_assert_rewrite("tests.contract.ledger_suite", "tests.contract.ledger_seen_suite")

from tests.contract.ledger_seen_suite import *  # noqa: E402, F403 - the second part
from tests.contract.ledger_suite import *  # noqa: E402, F403 - the suite's tests, rewritten first


@pytest.mark.parametrize("adapter", OPENERS)
def test_a_random_walk_agrees_with_the_model(adapter: str) -> None:
    """Whatever is called in whatever order, the ledger and a dictionary show the same."""
    walk = type("Walk", (LedgerWalk,), {"adapter": adapter})
    run_state_machine_as_test(walk, settings=settings(stateful_step_count=30))
