"""Whatever the file: no row is lost, every order has one end, and slices change nothing."""

from collections import Counter

import orjson
from hypothesis import given

from loader.app.check import CheckedFiles
from loader.core.document import to_document
from loader.core.findings import Severity
from loader.core.model import Result
from loader.core.payload import request_of
from loader.core.privacy import Privacy
from loader.core.summary import account_for_rows, exit_code, totals
from schemas.codes import UNPLACED
from schemas.pouch_orders import BY_NAME, RESOLVED
from schemas.rules import ALL_CODES
from tests.property import FEW
from tests.property.tables import SECRET, Drawn, run_of, tables


@FEW
@given(tables())
def test_what_holds_for_every_file(drawn: Drawn) -> None:
    """Rows, orders, requests, findings and documents add up, and slices of any size give them."""
    whole = drawn.check(1000)
    assert_nothing_is_lost(drawn, whole)
    assert_only_sound_orders_are_built(drawn, whole)
    assert_findings_say_where_they_stand(drawn, whole)
    assert_persons_are_masked(whole)
    parts = drawn.check()
    assert parts.orders == whole.orders
    assert parts.findings == whole.findings


def assert_nothing_is_lost(drawn: Drawn, result: CheckedFiles) -> None:
    """Every row is in one order or one finding; an order is ready, or to correct for a reason."""
    run = run_of(result)
    account_for_rows(run)
    assert totals(run)["rows"] == sum(len(file.rows) for file in drawn.files)
    everywhere = {f.input for f in result.findings if f.holds_back and f.row is None}
    held = {(f.input, f.order) for f in result.findings if f.holds_back and f.order}
    for order in result.orders:
        if order.result is Result.READY:
            assert (order.input, order.key) not in held
        else:
            assert order.result is Result.TO_CORRECT
            assert (order.input, order.key) in held or order.input in everywhere
    if any(f.severity is Severity.ERROR for f in result.findings):
        assert exit_code(run) == 1


def assert_only_sound_orders_are_built(drawn: Drawn, result: CheckedFiles) -> None:
    """A request exists where no error stands and no name is unresolved, and only there."""
    wrong = {
        (f.input, f.order)
        for f in result.findings
        if f.severity is Severity.ERROR and f.code != "FILES-DIFFER"
    }
    for order in result.orders:
        if order.body is None:
            unresolved = drawn.catalogue is None and result.names_used
            assert (order.input, order.key) in wrong or unresolved
            continue
        assert (order.input, order.key) not in wrong
        request = request_of(order.body)
        assert request["source_client_order_id"] == order.key
        assert not any(f'"{name}":'.encode() in order.body for name in RESOLVED)
        for line in request["order_lines"]:
            assert ("standalone_id" in line) != ("pouches" in line)
            for pouch in line.get("pouches", ()):
                assert ("pack_id" in pouch) != ("contents" in pouch)
                assert all("client_product_id" in one for one in pouch.get("contents", ()))


def assert_findings_say_where_they_stand(drawn: Drawn, result: CheckedFiles) -> None:
    """Code and severity as declared, one per cell, with the file's own header and address."""
    cells = Counter(
        (f.input, f.row, f.column)
        for f in result.findings
        if f.row is not None and f.column is not None and f.code not in UNPLACED
        and not f.code.startswith("FILES-")
    )  # fmt: skip
    assert not [cell for cell, times in cells.items() if times > 1]
    for finding in result.findings:
        assert ALL_CODES[finding.code].severity.value == finding.severity.value
        assert finding.message
        assert finding.help
        if finding.cell is not None and finding.column is not None:
            assert finding.header in drawn.files[finding.input].headers
            assert finding.cell.endswith(str(finding.row))
            assert finding.personal == BY_NAME[finding.column].personal
            assert finding.allowed


def assert_persons_are_masked(result: CheckedFiles) -> None:
    """Personal values stand in `found` and in requests alone, and only the full document has them.

    The document is JSON, whatever stood in the cells.
    """
    for finding in result.findings:
        assert SECRET not in f"{finding.message} {finding.allowed} {finding.help}"
    orjson.dumps(to_document(run_of(result), Privacy.FULL))
    for privacy in (Privacy.MASKED, Privacy.NONE):
        document = to_document(run_of(result), privacy)
        for one in document["findings"]:
            assert not one["personal"] or SECRET not in (one["found"] or "")
        for order in document["orders"]:
            request = order["request"] or {}
            persons = [request.get(name) for name in ("note", "email", "consumer")]
            address = {**request.get("shipping_address", {}), "country_name": ""}
            assert SECRET not in str([*persons, address])
