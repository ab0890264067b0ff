"""Rules across cells: each declared rule is handed to the function of its kind of demand."""

from collections.abc import Iterator

import pandas as pd

from loader.core.demands import CHECKS, shown_column
from loader.core.findings import Finding
from loader.core.group import any_in, filled, first_of
from loader.core.table import Table
from schemas.codes import CODES
from schemas.pouch_orders import FIELDS
from schemas.rules import RULES
from schemas.vocabulary import Rule


def check_rules(table: Table) -> list[Finding]:
    """Return the findings of all rules and of needed values, each on its order."""
    findings = list(_missing(table))
    for rule in RULES:
        for position, column, words in CHECKS[type(rule.check)](table, rule, rule.check):
            at = column or shown_column(table, rule)
            if (position, at) not in table.taken:
                findings.append(_finding(table, rule, position, at, words))
    return findings


def _finding(
    table: Table, rule: Rule, position: int, column: str, words: dict[str, object]
) -> Finding:
    shown = None
    if column in table.frame.columns:
        value = table.frame[column].iat[position]
        shown = None if value is pd.NA or value == "" else str(value)
    finding = table.places.finding(
        rule.page, position, column, found=shown, message=rule.message.format(**words),
        allowed=rule.allowed.format(**words),
    )  # fmt: skip
    return finding.of(table.groups.keys[table.groups.order[position]])


def _missing(table: Table) -> Iterator[Finding]:
    """Needed values that no row of their group has, at their column on the first row."""
    for declared in FIELDS:
        if not declared.always:
            continue
        group, count = table.groups.of(declared.level)
        lacking = ~any_in(group, filled(table.frame, declared.name), count)
        for position in first_of(group, count)[lacking]:
            if (int(position), declared.name) not in table.taken:
                yield table.places.finding(
                    CODES["VALUE-MISSING"], int(position), declared.name,
                    message=f"{declared.name} is missing.",
                ).of(table.groups.keys[table.groups.order[position]])  # fmt: skip
