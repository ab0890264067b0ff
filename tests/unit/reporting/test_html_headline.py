"""The first words of the report say the outcome, and their numbers add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.core.model import Action, Order, Result, Run
from loader.reporting.headline import banner, headline, lead
from loader.reporting.standing import counted, urgency


def run_of(command: str = "submit", *, env: str = "stage", **numbers: int) -> Run:
    """Return a run with so many orders of each result, or of each action of a plan."""
    orders: list[Order] = []
    for name, number in numbers.items():
        for _ in range(number):
            about = (
                {"result": Result(name)}
                if name in set(Result)
                else {"result": Result.READY, "action": Action(name)}
            )
            orders.append(Order(key=f"K-{len(orders)}", rows=(len(orders) + 2,), **about))
    return Run(
        command=command, run_id="run_1", env=env, base_url=None, started_at=0.0, orders=orders
    )


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (
            run_of(created=58, to_correct=3, unknown=1),
            "58 of 62 orders were created. 3 must be corrected, 1 outcome is unknown.",
        ),
        (run_of(created=1_204), "All 1,204 orders were created."),
        (run_of(created=1), "The order was created."),
        (run_of(skipped=3), "All 3 orders were skipped: done before."),
        (run_of(unknown=1), "The outcome is unknown."),
        (run_of(refused=2), "None of the 2 orders was created. 2 were refused by OK Capsule."),
        (run_of("status", refused=2, created=1),
         "1 of 3 orders was created. 2 were refused by OK Capsule."),
        (run_of("status", deferred=2), "All 2 orders are waiting to be sent."),
        (run_of("validate", ready=5, to_correct=1),
         "5 of 6 orders are ready. 1 must be corrected."),
        (run_of("validate", to_correct=2),
         "None of the 2 orders is ready. 2 must be corrected."),
        (run_of("plan", create=5, to_correct=1),
         "5 of 6 orders would be created. 1 must be corrected."),
        (run_of("validate"), "No orders were found."),
        (run_of("resume"), "Nothing was left to do."),
    ],
)  # fmt: skip
def test_the_outcome_stands_in_a_sentence(run: Run, words: str) -> None:
    """A reader who reads nothing else knows how many orders came out how."""
    assert headline(run) == words


def test_a_long_outcome_is_told_below() -> None:
    """Three further results stand in the headline, the most pressing ones; no result is lost."""
    run = run_of(
        created=9, held=1, skipped=1, to_correct=1, refused=1, deferred=1, conflict=1, unknown=1
    )
    assert headline(run) == (
        "9 of 16 orders were created. 1 was refused by OK Capsule, 1 conflicts with what OK Capsule"
        " holds, 1 outcome is unknown."
    )
    assert lead(run) == (
        "1 must be corrected, 1 is waiting to be sent, 1 was put on hold, 1 was skipped: done"
        " before."
    )


@given(st.lists(st.sampled_from(Result), max_size=30))
def test_tiles_add_up(results: list[Result]) -> None:
    """Whatever the results, each order is counted in exactly one tile."""
    run = run_of()
    run.orders = [Order(key=str(n), rows=(), result=one) for n, one in enumerate(results)]
    assert sum(number for _, number in counted(run)) == len(results)
    assert all(number for _, number in counted(run))


@given(st.lists(st.sampled_from(Action), max_size=10))
def test_tiles_of_a_plan_add_up(actions: list[Action]) -> None:
    """A plan counts what it would do with each ready order."""
    run = run_of("plan")
    run.orders = [Order(key=str(n), rows=(), action=one) for n, one in enumerate(actions)]
    assert sum(number for _, number in counted(run)) == len(actions)


def test_what_may_exist_twice_is_looked_at_first() -> None:
    """Unknown outcomes come first, then conflicts; what is done comes last."""
    results = [Result.CREATED, Result.TO_CORRECT, Result.CONFLICT, Result.UNKNOWN]
    ranked = sorted((Order(key=r, rows=(), result=r) for r in results), key=urgency)
    assert [order.result for order in ranked] == results[::-1]


@pytest.mark.parametrize(
    ("run", "tone", "words"),
    [
        (run_of(env="sandbox"), "calm", "A rehearsal: nothing was ordered"),
        (run_of(env="stage"), "calm", "Test environment: nothing ships"),
        (run_of(env="prod"), "strong", "Production: these orders are real"),
        (run_of("plan", env="prod"), "strong", "Production: this run sent nothing"),
    ],
)
def test_the_banner_says_whether_it_was_real(run: Run, tone: str, words: str) -> None:
    """Nobody takes a rehearsal for an order, or an order for a rehearsal."""
    assert (banner(run).tone, banner(run).title) == (tone, words)
