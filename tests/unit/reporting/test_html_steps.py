"""What to do next follows from the results, and never invites a second order."""

import time
from datetime import UTC, datetime

import pytest

from loader.core.findings import Finding, Severity
from loader.core.model import Action, InputFile, InputSummary, Order, Result, Run
from loader.core.privacy import Privacy
from loader.reporting.finding_cards import finding_cards
from loader.reporting.next_command import Step
from loader.reporting.next_steps import next_steps
from loader.reporting.order_rows import order_rows
from loader.reporting.short_plan import short_plan

ORDER = Order(key="RX-1", rows=(2,))


def run_of(*orders: Order, command: str = "submit", **about: object) -> Run:
    """Return a run of these orders in the test environment."""
    run = Run(command=command, run_id="run_1", env="stage", base_url=None, started_at=0.0)
    run.orders = list(orders)
    for name, value in about.items():
        setattr(run, name, value)
    return run


def order(result: Result, key: str = "RX-1", **about: object) -> Order:
    """Return an order that ended so."""
    return Order(key=key, rows=(2,), result=result, **about)  # type: ignore[arg-type]  # as in Order


def steps_of(run: Run) -> list[Step]:
    """Return the steps of a run as the report makes them."""
    cards = finding_cards(run, Privacy.MASKED)
    return next_steps(run, order_rows(run, cards, Privacy.MASKED), cards)


def finding(severity: Severity, code: str, key: str | None) -> Finding:
    """Return a finding on a row."""
    return Finding(code=code, severity=severity, message="It is so.", row=2, order=key)


def commands(step: Step) -> list[str]:
    """Return the lines that the step offers for copying."""
    return [line for _, line in step.commands]


def test_an_unknown_outcome_is_looked_up_and_never_sent_by_hand() -> None:
    """The first step names the look-up before anything that sends."""
    first = steps_of(run_of(order(Result.UNKNOWN), order(Result.REFUSED)))[0]
    assert "Never send it again by hand" in first.text
    assert commands(first) == [
        "order-loader reconcile --env stage",
        "order-loader resume run_1 --env stage",
        "order-loader release RX-1 --because WHY --env stage",
    ]


@pytest.mark.parametrize("result", [Result.DEFERRED, Result.NOT_SENT])
def test_what_waits_is_resumed(result: Result) -> None:
    """Orders that were confirmed and not sent need one command, which names the run."""
    (step,) = steps_of(run_of(order(result)))
    assert commands(step) == ["order-loader resume run_1 --env stage"]


def test_status_speaks_of_many_runs() -> None:
    """The report of `status` names no run in the command: without one, all are resumed."""
    (step,) = steps_of(run_of(order(Result.NOT_SENT), command="status"))
    assert commands(step) == ["order-loader resume --env stage"]


def test_a_refusal_repeats_what_was_said_and_how_often() -> None:
    """Equal reasons are told once, with the number of their orders."""
    said = {"message": "No Packaging Asset Group ID found for the order line"}
    run = run_of(*(order(Result.REFUSED, f"RX-{n}", error=said) for n in range(3)))
    (step,) = steps_of(run)
    assert step.points == ("No Packaging Asset Group ID found for the order line (3 orders)",)
    assert commands(step) == ["order-loader resume run_1 --refused --env stage"]


def test_a_conflict_goes_to_support_with_both_numbers() -> None:
    """Support needs the clinic's number and the vendor's; no command is offered."""
    (step,) = steps_of(run_of(order(Result.CONFLICT, order_name="OR-7")))
    assert step.title.startswith("Contact OK Capsule support")
    assert step.points == ("RX-1 – OK Capsule’s OR-7",)
    assert step.commands == ()


def test_correcting_ends_in_the_same_command() -> None:
    """The person is told how many orders to correct and that finished ones are skipped."""
    run = run_of(
        order(Result.TO_CORRECT), order(Result.TO_CORRECT, "RX-2"), order(Result.CREATED, "RX-3"),
        findings=[finding(Severity.ERROR, "EMAIL-FORM", key) for key in ("RX-1", "RX-2")],
        facts={"Command": "order-loader submit march.csv --env stage"},
    )  # fmt: skip
    step = steps_of(run)[0]
    assert step.title == "Correct 2 orders in your spreadsheet"
    assert "what is finished is skipped" in step.text
    assert commands(step) == ["order-loader submit march.csv --env stage"]


def test_rows_outside_any_order_are_to_correct_too() -> None:
    """A row that belongs to no order is not forgotten because no order counts it."""
    run = run_of(order(Result.CREATED), findings=[finding(Severity.ERROR, "KEY-MISSING", None)])
    assert steps_of(run)[0].title == "Correct 1 row outside any order in your spreadsheet"


def test_a_doubt_is_told_apart_from_a_fault() -> None:
    """An order that only waits for a person's word is not called wrong; the code is named."""
    run = run_of(
        order(Result.TO_CORRECT),
        findings=[finding(Severity.CONFIRM, "ZIP-ZERO", "RX-1")],
    )
    (step,) = steps_of(run)
    assert step.title == "Look at 1 order that needs your confirmation"
    assert step.points == ("ZIP-ZERO: It is so.",)
    assert "“accept”" in step.text
    assert "--accept" in step.text


def test_an_accepted_doubt_asks_for_nothing() -> None:
    """What somebody has accepted is no step any more."""
    doubt = finding(Severity.CONFIRM, "ZIP-ZERO", "RX-1")
    accepted = Finding(
        code=doubt.code, severity=doubt.severity, message="", row=2, order="RX-1", accepted=True
    )
    (step,) = steps_of(run_of(order(Result.SKIPPED), findings=[accepted]))
    assert step.title == "Nothing"


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_check_leads_to_submitting(command: str) -> None:
    """After a check the next command sends the same file, quoted for a shell."""
    read = InputSummary(InputFile("march orders.csv", "0" * 64, None, "utf-8", ","), 1)
    (step,) = steps_of(run_of(order(Result.READY), command=command, inputs=[read]))
    assert commands(step) == ["order-loader submit 'march orders.csv' --env stage"]


def test_the_next_command_works_in_the_same_place() -> None:
    """Ledger, address and the way of reading go along; where the report went does not."""
    read = InputSummary(InputFile("a.csv", "0" * 64, None, "utf-8", ","), 1)
    given = "order-loader validate a.csv --sheet 'May 1' --ledger=sqlite:///x.db --report r.html"
    facts = {"Command": given}
    (step,) = steps_of(run_of(order(Result.READY), command="validate", inputs=[read], facts=facts))
    assert commands(step) == [
        "order-loader submit a.csv --sheet 'May 1' --env stage --ledger=sqlite:///x.db"
    ]


def test_a_plan_file_is_sent_as_it_is() -> None:
    """Where the plan was written to a file, that file is what is submitted."""
    facts = {"Command": "order-loader plan a.csv -o may.plan", "Plan file": "may.plan"}
    (step,) = steps_of(run_of(order(Result.READY), command="plan", facts=facts))
    assert commands(step) == ["order-loader submit may.plan --env stage"]


def test_a_run_that_stopped_says_why() -> None:
    """An early stop is told even where no single order waits."""
    (step,) = steps_of(run_of(order(Result.SKIPPED), stopped="the sign-in was refused"))
    assert "the sign-in was refused" in step.text


def test_a_success_says_until_when_it_can_be_undone() -> None:
    """The person learns of midnight Pacific time while there is time."""
    (step,) = steps_of(run_of(order(Result.CREATED)))
    assert "midnight Pacific time" in step.text


def test_a_rehearsal_leads_to_the_real_thing() -> None:
    """After the sandbox the next environments are named, the harmless one first."""
    read = InputSummary(InputFile("a.csv", "0" * 64, None, "utf-8", ","), 1)
    facts = {"Command": "order-loader submit a.csv --ledger sqlite:///x.db"}
    (step,) = steps_of(run_of(order(Result.CREATED), env="sandbox", inputs=[read], facts=facts))
    assert commands(step) == [
        "order-loader submit a.csv --env stage",
        "order-loader submit a.csv --env prod",
    ]


def test_the_sample_of_the_demo_is_not_ordered_for_real() -> None:
    """After the demo the person's own file is meant, not the sample."""
    run = run_of(order(Result.CREATED), env="sandbox", facts={"Command": "order-loader demo"})
    (step,) = steps_of(run)
    assert commands(step)[0] == "order-loader template my-orders.xlsx"


def test_when_all_is_done_it_says_so() -> None:
    """A report never leaves the reader without an answer."""
    assert [step.title for step in steps_of(run_of(order(Result.SKIPPED)))] == ["Nothing"]


def test_a_workbook_of_the_rows_to_correct_is_named() -> None:
    """Where one was written, the step says where it is and that it takes the file's place."""
    facts = {"Workbook to correct": "reports/x-to-correct.xlsx"}
    (step,) = steps_of(run_of(order(Result.TO_CORRECT), facts=facts))
    assert "correct them in reports/x-to-correct.xlsx" in step.text
    assert "in place of your file" in step.text
    (step,) = steps_of(run_of(order(Result.TO_CORRECT)))
    assert "to-correct" not in step.text


def test_until_when_an_order_can_be_stopped_is_said_in_the_readers_own_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the orders are made, and before somebody says yes to making them."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        ended = datetime(2026, 7, 10, 12, tzinfo=UTC).timestamp()
        made = run_of(order(Result.CREATED), env="prod", ended_at=ended)
        asked = run_of(order(Result.READY, action=Action.CREATE), started_at=ended)
        until = "11 July 2026, 09:00 CEST (midnight Pacific time)"
        assert f"Pending until {until}." in steps_of(made)[-1].text
        assert until in " ".join(short_plan(asked).split())
        assert "midnight" not in short_plan(run_of(order(Result.READY, action=Action.SKIP)))
    finally:
        monkeypatch.undo()
        time.tzset()
