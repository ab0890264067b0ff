"""Several files make one run: the same order in two of them is one, or none."""

from loader.app.check import CheckedFiles
from loader.core.payload import request_of
from schemas.pouch_orders import KEY
from tests.unit.core.tables import TableSource, check_source, codes, table_of

Row = dict[str, str]


def check(*files: list[Row]) -> CheckedFiles:
    """Check files with these rows as one run."""
    return check_source(*(TableSource(*table_of(*rows)) for rows in files))


def bo(**cells: str) -> Row:
    """Return a sound row of another order."""
    return {KEY: "ORD-2", "first_name": "Bo", **cells}


def test_orders_of_several_files_are_orders_of_one_run() -> None:
    """Each says which file it comes from, and so do its findings."""
    result = check([{}], [bo(city="")])
    assert [(order.key, order.input) for order in result.orders] == [("ORD-1", 0), ("ORD-2", 1)]
    assert [(f.code, f.input, f.order) for f in result.findings] == [("VALUE-MISSING", 1, "ORD-2")]


def test_the_same_order_in_two_files_is_sent_once() -> None:
    """Rows of the second file are accounted for by a note."""
    result = check([{}, {"serving_size": ""}][:1], [{"serving_size": ""}, bo()])
    assert [(order.key, order.input) for order in result.orders] == [("ORD-1", 0), ("ORD-2", 1)]
    [note] = result.findings
    assert (note.code, note.severity.value, note.input, note.row) == ("FILES-SAME", "note", 1, 2)


def test_the_same_key_with_other_content_keeps_both_back() -> None:
    """Nobody can say which one is meant."""
    result = check([{}], [{"city": "Elsewhere"}, bo()])
    assert [order.result.value for order in result.orders] == ["to_correct", "to_correct", "ready"]
    assert sorted((f.code, f.input) for f in result.findings) == [
        ("FILES-DIFFER", 0), ("FILES-DIFFER", 1),
    ]  # fmt: skip


def test_rules_across_rows_speak_of_one_file() -> None:
    """A pouch of one file is not filled up by another."""
    result = check([{}], [bo(), bo(client_product_id="00000000-0000-4000-8000-000000000111")])
    assert codes(result) == []
    assert len(request_of(result.orders[1].body or b"")["order_lines"][0]["pouches"]) == 1
