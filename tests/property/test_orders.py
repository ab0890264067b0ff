"""Orders written out as rows come back as they were, however the rows are mixed."""

import random
import unicodedata
from typing import Any

import orjson
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from loader.app.check import CheckedFiles
from loader.core.lifecycle import State
from loader.core.model import Action, Result
from loader.core.payload import canonical, fingerprint, request_of
from loader.core.plan import Known, decide
from tests.property import FEW
from tests.property.trees import Row, Tree, forests
from tests.unit.core.tables import TableSource, check_source

# Doubts, such as one dose for two people of one name, are not what is asked here.
EVERYTHING = frozenset({"DOSE-TWICE", "ROW-TWICE", "POUCH-TWICE", "GROUP-CASE"})


def check(rows: list[Row]) -> CheckedFiles:
    """Check these rows as one file."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name, "") for name in headers] for row in rows]
    return check_source(TableSource(headers, cells), accepted=EVERYTHING)


def requests(result: CheckedFiles) -> dict[str, dict[str, Any]]:
    """Return the request of every order; all of them must be ready."""
    assert {order.result for order in result.orders} <= {Result.READY}, result.findings
    return {order.key: request_of(order.body or b"") for order in result.orders}


def interleaved(forest: list[Tree], rest: random.Random) -> list[Row]:
    """Return the rows of all orders mixed, those of each order in their own order."""
    waiting = [list(tree.rows) for tree in forest]
    rows = []
    while any(waiting):
        rows.append(rest.choice([own for own in waiting if own]).pop(0))
    return rows


def _canonical(node: object) -> bytes:
    return orjson.dumps(node, option=orjson.OPT_SORT_KEYS)


def unordered(node: object) -> object:
    """Return a request without the order of its lists."""
    if isinstance(node, dict):
        return {name: unordered(value) for name, value in node.items()}
    if isinstance(node, list):
        return sorted((unordered(item) for item in node), key=_canonical)
    return node


@FEW
@given(forests(), st.randoms(use_true_random=False))
def test_an_order_written_as_rows_comes_back_as_it_was(
    forest: list[Tree], rest: random.Random
) -> None:
    """Orders may lie among each other; cells of a group may stand on any one of its rows."""
    found = requests(check(interleaved(forest, rest)))
    assert found == {tree.key: composed(tree.request) for tree in forest}


@FEW
@given(forests(), st.randoms(use_true_random=False))
def test_rows_in_any_order_make_the_same_orders(forest: list[Tree], rest: random.Random) -> None:
    """But for the order of lines, pouches and contents, which is that of first appearance."""
    rows = [row for tree in forest for row in tree.rows]
    rest.shuffle(rows)
    found = requests(check(rows))
    expected = {tree.key: unordered(composed(tree.request)) for tree in forest}
    assert {key: unordered(request) for key, request in found.items()} == expected


@FEW
@given(forests())
def test_planning_after_success_skips_everything(forest: list[Tree]) -> None:
    """What was created with the same content is not created again."""
    result = check([row for tree in forest for row in tree.rows])
    assert decide(result.orders, {}, result.inputs) == []
    assert {order.action for order in result.orders} == {Action.CREATE}
    known = {
        order.key: Known(State.CREATED, fingerprint(order.body or b"")) for order in result.orders
    }
    again = check([row for tree in forest for row in tree.rows])
    assert decide(again.orders, known, again.inputs) == []
    assert {order.action for order in again.orders} == {Action.SKIP}


@FEW
@given(forests())
def test_bodies_are_canonical_json(forest: list[Tree]) -> None:
    """As the reference implementation of RFC 8785 writes them."""
    for order in check([row for tree in forest for row in tree.rows]).orders:
        assert order.body == rfc8785.dumps(request_of(order.body or b""))


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), VALUES, max_size=4))
def test_canonical_json_is_that_of_the_reference(document: dict[str, Any]) -> None:
    """For documents with names like ours: ASCII; any texts, and whole numbers."""
    assert canonical(document) == rfc8785.dumps(document)
    assert request_of(canonical(document)) == document


def composed(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request with its texts in the composed form in which they are sent."""
    text = unicodedata.normalize("NFC", orjson.dumps(request).decode())
    document: dict[str, Any] = orjson.loads(text)
    return document
