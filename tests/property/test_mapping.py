"""Whatever a wide sheet holds: the same orders as the long one, no row lost, slices do not show."""

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.app.check import CheckedFiles
from loader.core.model import InputSummary, Run
from loader.core.summary import account_for_rows
from tests.unit.core.mapped import PLAIN, PRODUCTS, check, sheet

WIDE = (
    PLAIN + '[wide.cells."AM"]\ntime_of_administration = "Morning"\n'
    '[wide.cells."PM"]\ntime_of_administration = "Evening"\n'
    '[wide.products."Zn"]\nproduct = "Zinc 15 mg"\ntime_of_administration = "Midday"\n'
)
LONG = PLAIN + '"T" = "time_of_administration"\n"P" = "product"\n"S" = "serving_size"\n'
TIMES = {"AM": "Morning", "PM": "Evening"}
parts = st.lists(
    st.tuples(st.sampled_from(["", "1", "2", "3"]), st.sampled_from(PRODUCTS)),
    max_size=3, unique_by=lambda part: part[1],
)  # fmt: skip
people = st.lists(st.tuples(parts, parts, st.sampled_from(["", "1"])), min_size=1, max_size=6)


def bodies(result: CheckedFiles) -> list[tuple[str, object]]:
    """Return every order's number and request."""
    return [(order.key, orjson.loads(order.body or b"null")) for order in result.orders]


@settings(max_examples=8, deadline=None)
@given(people, st.integers(1, 4))
def test_wide_and_long_sheets_of_the_same_orders_give_the_same_requests(
    persons: list[tuple[list[tuple[str, str]], list[tuple[str, str]], str]], slice_rows: int
) -> None:
    """The layout of a sheet never changes what is ordered, wherever slices are cut."""
    wide, long = [], []
    for number, (morning, evening, zinc) in enumerate(persons):
        if not (morning or evening or zinc):
            morning = [("1", PRODUCTS[0])]
        cells = [
            "; ".join(f"{size} x {name}" if size else name for size, name in one)
            for one in (morning, evening)
        ]
        wide.append((str(number), *cells, zinc))
        for time, one in (("Morning", morning), ("Evening", evening)):
            long += [(str(number), time, name, size) for size, name in one]
        if zinc:
            long.append((str(number), "Midday", "Zinc 15 mg", zinc))
    accepted = frozenset({"DOSE-TWICE", "SIZE-LARGE"})
    by_row = check(
        WIDE, sheet(("No", "AM", "PM", "Zn"), *wide, slice_rows=slice_rows), accepted=accepted
    )
    by_content = check(LONG, sheet(("No", "T", "P", "S"), *long), accepted=accepted)
    assert bodies(by_row) == bodies(by_content)
    assert all(order.result == "ready" for order in by_row.orders)


texts = st.text(st.sampled_from("12x; ,Zinc-½\t\u00a0#"), max_size=12)
rows = st.lists(
    st.tuples(st.sampled_from(["1", "2", "", " ", "Total", "No"]), texts, texts,
              st.sampled_from(["", "1", "0", "x", "-"])),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(rows, st.integers(1, 3), st.booleans())
def test_every_row_is_in_one_order_or_told(
    cells: list[tuple[str, str, str, str]], slice_rows: int, fill: bool
) -> None:
    """No row of any wide sheet is lost or counted twice, and slices change nothing."""
    text = WIDE.replace("version = 1", 'version = 1\nfill_down = ["No"]') if fill else WIDE
    headers = ("No", "AM", "PM", "Zn")
    results = [check(text, sheet(headers, *cells, slice_rows=size)) for size in (slice_rows, 100)]
    for result in results:
        run = Run(
            command="validate", run_id="run_1", env="sandbox", base_url=None, started_at=0.0,
            inputs=[InputSummary(result.inputs[0].file, len(cells))],
            orders=result.orders, findings=result.findings,
        )  # fmt: skip
        account_for_rows(run)
        assert all(f.row is None or 2 <= f.row < 2 + len(cells) for f in result.findings)
    one, other = results
    assert bodies(one) == bodies(other)
    assert set(one.findings) == set(other.findings)
