"""Every declared rule passes its passing rows and catches its failing ones, and nothing else."""

import pytest

from loader.core.model import Result
from schemas.rules import RULES
from schemas.vocabulary import Rule
from tests.unit.core.tables import EXAMPLES, check_rows, codes


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_passing_rows_of_a_rule_have_no_finding(rule: Rule) -> None:
    """Rows that a rule declares sound raise no finding of any rule, and their orders are ready."""
    result = check_rows(*rule.passes, catalogue=EXAMPLES)
    assert codes(result) == []
    assert {order.result for order in result.orders} == {Result.READY}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_failing_rows_of_a_rule_have_that_finding_only(rule: Rule) -> None:
    """Rows that a rule declares faulty are found by it alone, with its severity."""
    result = check_rows(*rule.fails, catalogue=EXAMPLES)
    assert set(codes(result)) == {rule.code}
    assert {f.severity.value for f in result.findings} == {rule.severity.value}
