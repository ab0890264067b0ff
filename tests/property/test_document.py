"""A run written down and read again is the run."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from loader.core.document import SCHEMA, from_document, to_document
from loader.core.findings import Finding, Severity
from loader.core.model import (
    Account,
    Action,
    InputFile,
    InputSummary,
    Order,
    Result,
    Run,
)
from loader.core.payload import canonical
from loader.core.privacy import Privacy

TEXT = st.text(max_size=8)
MAYBE = st.none() | TEXT
NUMBER = st.integers(0, 10**6)
SECONDS = st.floats(0, 4e9, allow_nan=False)
JSON: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    TEXT, TEXT | NUMBER | st.none(), max_size=3
)
POUCHES = st.lists(
    st.fixed_dictionaries({"custom_label": TEXT, "cycle_length": NUMBER}), max_size=2
)
LINES = st.lists(st.fixed_dictionaries({"duration": NUMBER, "pouches": POUCHES}), max_size=2)
REQUESTS = st.fixed_dictionaries(
    {"source_client_order_id": TEXT, "consumer": JSON, "order_lines": LINES},
    optional={"note": TEXT},
)
ORDERS = st.builds(
    Order, key=TEXT, rows=st.lists(NUMBER, max_size=3).map(tuple), input=st.integers(0, 3),
    body=st.none() | REQUESTS.map(canonical),
    pouches=st.none() | NUMBER, result=st.sampled_from(Result),
    action=st.none() | st.sampled_from(Action), order_id=MAYBE, order_name=MAYBE, status=MAYBE,
    attempts=NUMBER, error=st.none() | JSON,
)  # fmt: skip
FINDINGS = st.builds(
    Finding, code=TEXT, severity=st.sampled_from(Severity), message=TEXT, sheet=MAYBE,
    row=st.none() | NUMBER, column=MAYBE, header=MAYBE, cell=MAYBE, found=MAYBE,
    personal=st.booleans(), allowed=TEXT, help=TEXT, order=MAYBE, input=st.integers(0, 3),
    accepted=st.booleans(), suggestion=MAYBE,
)  # fmt: skip
RUNS = st.builds(
    Run, command=TEXT, run_id=TEXT, env=TEXT, base_url=MAYBE, started_at=SECONDS,
    ended_at=SECONDS, account=st.none() | st.builds(Account, TEXT, TEXT),
    inputs=st.lists(
        st.builds(InputSummary, st.builds(InputFile, TEXT, TEXT, MAYBE, MAYBE, MAYBE), NUMBER),
        max_size=2,
    ),
    orders=st.lists(ORDERS, max_size=3), findings=st.lists(FINDINGS, max_size=3),
    not_checked=st.lists(TEXT, max_size=2), facts=st.dictionaries(TEXT, TEXT, max_size=2),
    product_names=st.dictionaries(TEXT, TEXT, max_size=2), exit_code=st.integers(0, 130),
    stopped=TEXT, mapping=st.none() | st.dictionaries(TEXT, TEXT, max_size=2),
)  # fmt: skip


@given(RUNS)
def test_a_run_comes_back_from_its_document_as_it_was(run: Run) -> None:
    """Through JSON and back: nothing is lost, added or changed."""
    document = to_document(run, Privacy.FULL)
    assert document["schema"] == SCHEMA == "order-loader/run/1"
    assert from_document(orjson.loads(orjson.dumps(document))) == run


@given(RUNS)
def test_privacy_changes_values_and_never_the_shape_of_a_document(run: Run) -> None:
    """Programs find every field that they know, whatever the privacy."""
    full, masked, none = (to_document(run, privacy) for privacy in
                          (Privacy.FULL, Privacy.MASKED, Privacy.NONE))  # fmt: skip
    assert list(full) == list(masked) == list(none)
    for name in ("orders", "findings"):
        for one, two, three in zip(full[name], masked[name], none[name], strict=True):
            assert list(one) == list(two) == list(three)
    assert full["totals"] == masked["totals"] == none["totals"]


@given(st.lists(ORDERS, min_size=1, max_size=5))
def test_orders_are_the_sum_over_the_results(orders: list[Order]) -> None:
    """Each order is counted under exactly one word."""
    run = Run(command="plan", run_id="r", env="prod", base_url=None, started_at=0, orders=orders)
    totals = to_document(run, Privacy.FULL)["totals"]
    assert totals["orders"] == len(orders) == sum(totals[result.value] for result in Result)
