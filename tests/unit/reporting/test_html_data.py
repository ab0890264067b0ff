"""The data for the page's script: complete, small, and harmless whatever it holds."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.core.model import Action, InputFile, InputSummary, Order, Result, Run
from loader.core.privacy import Privacy
from loader.reporting.legible import legible
from loader.reporting.order_columns import Columns, order_columns
from loader.reporting.order_rows import order_rows


def run_of(*orders: Order) -> Run:
    """Return a run of these orders."""
    run = Run(command="submit", run_id="run_1", env="stage", base_url=None, started_at=0.0)
    run.orders = list(orders)
    run.inputs = [InputSummary(InputFile("a.csv", "", None, None, None), len(orders))]
    run.product_names = {"p-1": "Vitamin D3", "p-2": "Daily Basics", "p-3": "Powder"}
    return run


def columns_of(run: Run, privacy: Privacy = Privacy.FULL, most_bytes: int = 10**6) -> Columns:
    """Return the columns of a run."""
    return order_columns(run, order_rows(run, [], privacy), privacy, most_bytes)


def order(key: str, *lines: object, **about: object) -> Order:
    """Return an order with these order lines."""
    body = orjson.dumps({"source_client_order_id": key, "order_lines": lines})
    return Order(key=key, rows=(2,), body=body, **about)  # type: ignore[arg-type]  # as in Order


def whole(column: list[list[Any]]) -> list[str]:
    """Return the texts of a column that keeps only how each differs from the one before."""
    texts = [""]
    for shared, ending in zip(*column, strict=True):
        texts.append(texts[-1][:shared] + ending)
    return texts[1:]


def told(data: dict[str, Any], index: int) -> tuple[list[Any], dict[str, str]]:
    """Return the lines of an order, and what is told of it by label."""
    lines, facts = [], {}
    for number in data["content"][index]:
        if number < 0:
            label, joint = data["labels"][-1 - number]
            facts[label] = ""
        elif facts:
            facts[label] += (joint if facts[label] else "") + data["words"][number]
        else:
            lines.append(data["lines"][number])
    return lines, facts


POUCHES = {
    "duration": 30,
    "pouches": [
        {"time_of_administration": "Evening", "pack_id": "P-2"},
        {
            "time_of_administration": "Morning", "custom_label": "AM", "cycle": "1;3",
            "cycle_length": 7, "contents": [{"client_product_id": "p-1", "serving_size": 2},
                                            {"client_product_id": "p-9"}],
        },
    ],
}  # fmt: skip


def test_a_tree_is_told_in_words_by_time_of_day() -> None:
    """Lines, pouches and contents can be read back, mornings before evenings, with names."""
    run = run_of(order("RX-1", POUCHES, {"standalone_id": "p-3", "quantity": 4}))
    data = json.loads(columns_of(run).json)
    (first, second), _ = told(data, 0)
    words = data["words"]
    assert [words[place] for place in first[:2]] == ["", "30 days"]
    pouches = [[words[place] for place in data["pouches"][one][:2]] for one in first[2:]]
    assert pouches == [["Morning", "label “AM” · days 1;3 of 7"], ["Evening", ""]]
    morning = data["pouches"][first[2]][2:]
    assert [(words[morning[0]], morning[1]), (words[morning[2]], morning[3])] == [
        ("Vitamin D3", 2),
        ("p-9", 0),
    ]
    assert words[data["pouches"][first[3]][2]] == "Pack: Daily Basics"
    assert words[second[1]] == "4 × Powder"


def test_what_repeats_is_kept_once() -> None:
    """A thousand equal trees cost little more than one."""
    one, many = run_of(order("RX", POUCHES)), run_of(*(order("RX", POUCHES) for _ in range(1000)))
    data = json.loads(columns_of(many).json)
    assert data["lines"] == json.loads(columns_of(one).json)["lines"]
    assert whole(data["key"]) == ["RX"] * 1000
    assert told(data, 999) == told(data, 0)
    assert len(columns_of(many).json) < 40_000


def test_trees_that_do_not_fit_are_left_out_and_counted() -> None:
    """Where there is no room for all trees, those that need a person stay and the rest is told."""
    waiting = order("RX-9", POUCHES, result=Result.UNKNOWN)
    run = run_of(*(order(f"RX-{n}", POUCHES, result=Result.CREATED) for n in range(50)), waiting)
    complete = columns_of(run)
    cut = columns_of(run, most_bytes=len(complete.json) - 300)
    data = json.loads(cut.json)
    assert complete.without_content == 0
    assert 0 < cut.without_content == data["content"].count(0) < 51
    assert told(data, 50) == told(json.loads(complete.json), 50)
    assert len(whole(data["key"])) == 51


@pytest.mark.parametrize(
    "text", ["</script><b>", "<!--<script>", "&lt;", "a\u2028b\u2029c", "\ud800", "\x00", '"\\']
)
def test_no_text_can_end_the_script_element(text: str) -> None:
    """The JSON holds no character that means something to an HTML parser, and loses nothing."""
    run = run_of(Order(key=text, rows=(2,), error={"message": text}))
    json_text = columns_of(run).json
    assert not set("<>&\u2028\u2029") & set(json_text)
    data = json.loads(json_text)
    assert whole(data["key"]) == [legible(text)]
    assert data["messages"] == [legible(text)]


def test_every_order_has_its_place_in_every_column() -> None:
    """Columns are parallel: a row is read across them by its index."""
    run = run_of(
        Order(key="A", rows=(2, 3, 4), result=Result.CREATED, order_name="OR-1", attempts=2),
        Order(key="B", rows=(9, 11), action=Action.SKIP, error={"code": "OS0003"}),
        Order(key="C", rows=()),
        Order(key="D", rows=(12,)),
    )
    data = json.loads(columns_of(run).json)
    columns = ("rows", "standing", "action", "status", "message", "attempts", "makes", "content")
    assert {len(data[name]) for name in columns} == {4}
    assert whole(data["key"]) == ["A", "B", "C", "D"]
    assert whole(data["number"]) == ["OR-1", "", "", ""]
    assert data["rows"] == [3, "9, 11", "", 1]
    assert data["attempts"] == [2, 0, 0, 0]
    assert data["errors"] == {"1": [["Code", "OS0003"]]}


def test_personal_values_are_left_out_or_masked() -> None:
    """The person behind an order is a shape, or nothing, unless the report may show everything."""
    body = {"consumer": {"first_name": "Ada", "last_name": "Example"}, "note": "Ring twice."}
    run = run_of(Order(key="A", rows=(2,), body=orjson.dumps(body), order_id="5f0c"))
    shown = {privacy: told(json.loads(columns_of(run, privacy).json), 0)[1] for privacy in Privacy}
    assert shown == {
        Privacy.FULL: {"For": "Ada Example", "Note": "Ring twice.", "OK Capsule’s id": "5f0c"},
        Privacy.MASKED: {"For": "Axx Exxxxxx", "Note": "Rxxx xxxxx.", "OK Capsule’s id": "5f0c"},
        Privacy.NONE: {"OK Capsule’s id": "5f0c"},
    }


@given(
    st.lists(
        st.tuples(st.text(max_size=9), st.lists(st.integers(2, 40), unique=True, max_size=4)),
        max_size=9,
    )
)
def test_keys_and_rows_can_be_read_back(orders: list[tuple[str, list[int]]]) -> None:
    """Whatever the keys and rows, the short forms lose nothing."""
    run = run_of(*(Order(key=key, rows=tuple(sorted(rows))) for key, rows in orders))
    data = json.loads(columns_of(run).json)
    assert whole(data["key"]) == [legible(key) for key, _ in orders]
    end, read = 1, []
    for step in data["rows"]:
        rows = range(end + 1, end + 1 + step) if isinstance(step, int) else numbers(step)
        end = max(rows, default=end)
        read.append(list(rows))
    assert read == [sorted(rows) for _, rows in orders]


def numbers(words: str) -> list[int]:
    """Return the rows that "2, 4 to 6" names."""
    found: list[int] = []
    for span in filter(None, words.split(", ")):
        first, _, last = span.partition(" to ")
        found += range(int(first), int(last or first) + 1)
    return found
