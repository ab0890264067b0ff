"""Counting: every row ends in one order or one finding, every order in one result, or exit 70."""

import pytest

from loader.core.errors import Defect
from loader.core.findings import Finding, Severity
from loader.core.model import InputFile, InputSummary, Order, Result, Run
from loader.core.summary import account_for_rows, exit_code, needs_person, totals


def run(
    *results: Result, rows: int = 0, findings: tuple[Finding, ...] = (), stopped: str = ""
) -> Run:
    """Return a run with an order per result, each on a row of its own."""
    orders = [Order(key=f"ORD-{n}", rows=(n + 2,), result=r) for n, r in enumerate(results)]
    return Run(
        command="submit", run_id="run_1", env="sandbox", base_url=None, started_at=0.0,
        inputs=[InputSummary(InputFile("a.csv", "0", None, None, None), rows or len(results))],
        orders=orders, findings=list(findings), stopped=stopped,
    )  # fmt: skip


def told(
    code: str, row: int | None, severity: Severity = Severity.ERROR, **more: object
) -> Finding:
    """Return a finding on a row."""
    return Finding(code=code, severity=severity, message="…", row=row, **more)  # type: ignore[arg-type]  # fields by name


def test_every_result_has_a_total_of_its_name() -> None:
    """Also when it is 0; the orders are the sum of them."""
    found = totals(run(Result.CREATED, Result.CREATED, Result.UNKNOWN, rows=9,
                       findings=(told("X-1", 2, Severity.WARNING), told("X-2", 2))))  # fmt: skip
    assert (found["rows"], found["orders"], found["warnings"]) == (9, 3, 1)
    assert (found["created"], found["unknown"], found["refused"]) == (2, 1, 0)
    assert sum(found[result.value] for result in Result) == found["orders"]
    assert {"ready", "to_correct", "created", "skipped", "updated", "cancelled", "held", "unheld",
            "refused", "deferred", "unknown", "not_sent", "conflict"} <= set(found)  # fmt: skip


@pytest.mark.parametrize(
    ("results", "stopped", "code"),
    [
        ((), "", 0), ((Result.READY, Result.CREATED, Result.SKIPPED), "", 0),
        ((Result.CREATED, Result.TO_CORRECT), "", 1), ((Result.REFUSED,), "", 1),
        ((Result.CONFLICT,), "", 1), ((Result.DEFERRED,), "", 5), ((Result.NOT_SENT,), "", 5),
        ((Result.CREATED,), "Ctrl-C", 5), ((Result.UNKNOWN,), "", 6),
        ((Result.TO_CORRECT, Result.DEFERRED), "", 5),
        ((Result.TO_CORRECT, Result.DEFERRED, Result.UNKNOWN), "Ctrl-C", 6),
        ((Result.HELD, Result.UNHELD, Result.UPDATED, Result.CANCELLED), "", 0),
    ],
)  # fmt: skip
def test_where_several_exit_codes_apply_it_is_6_then_5_then_1(
    results: tuple[Result, ...], stopped: str, code: int
) -> None:
    """Unknown outcomes first, then what can be resumed, then what must be corrected."""
    assert exit_code(run(*results, stopped=stopped)) == code


def test_a_row_that_belongs_to_no_order_must_be_corrected_too() -> None:
    """An error without an order counts; a note does not."""
    assert exit_code(run(Result.READY, findings=(told("KEY-MISSING", 9),))) == 1
    assert exit_code(run(Result.READY, findings=(told("FILE-X", None, Severity.NOTE),))) == 0


@pytest.mark.parametrize("code", ["KEY-MISSING", "ROW-CELLS", "ROW-HEADER", "ROW-TOTAL",
                                  "ROW-IGNORED", "ROW-HIDDEN", "FILES-SAME"])  # fmt: skip
def test_a_row_is_accounted_for_by_an_order_or_by_a_finding_that_says_why_not(code: str) -> None:
    """Each of these says why the row belongs to none."""
    account_for_rows(run(Result.READY, rows=2, findings=(told(code, 3),)))


@pytest.mark.parametrize(
    "broken",
    [
        run(Result.READY, rows=2),  # a row was lost
        run(Result.READY, rows=2, findings=(told("TEXT-LONG", 3),)),  # this says not why
        run(Result.READY, rows=2, findings=(told("KEY-MISSING", 3, input=1),)),  # another file
        run(Result.READY, Result.READY, rows=1),  # a row that nobody read
    ],
)
def test_rows_that_do_not_add_up_are_a_defect(broken: Run) -> None:
    """Exit 70, said plainly instead of hidden."""
    with pytest.raises(Defect) as defect:
        account_for_rows(broken)
    assert defect.value.exit_code == 70
    assert "rows were read" in defect.value.message


def test_a_row_in_two_orders_is_a_defect() -> None:
    """It would be sent twice."""
    broken = run(Result.READY, Result.READY)
    broken.orders[1].rows = (2, 3)
    with pytest.raises(Defect, match="1 stand in two orders"):
        account_for_rows(broken)


def test_rows_are_counted_per_file() -> None:
    """The same row number in another file is another row."""
    both = run(Result.READY, Result.READY)
    both.inputs = [InputSummary(both.inputs[0].file, 1), InputSummary(both.inputs[0].file, 1)]
    both.orders[1].input, both.orders[1].rows = 1, (2,)
    account_for_rows(both)


@pytest.mark.parametrize("result", list(Result))
def test_somebody_has_to_act_on_what_is_unknown_unsent_or_to_correct(result: Result) -> None:
    """And on nothing that is done."""
    waits = {"to_correct", "refused", "conflict", "deferred", "not_sent", "unknown"}
    assert needs_person(Order(key="A", rows=(), result=result)) is (result.value in waits)
