"""Rules across cells: each declared rule is handed to the function of its kind of demand."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from loader.core.demands import CHECKS, column_of
from loader.core.doses import DOSE_CHECKS
from loader.core.findings import Finding, Severity
from loader.core.group import any_in, first_of
from loader.core.table import Table
from schemas import demands as say
from schemas.codes import CODES
from schemas.pouch_orders import FIELDS
from schemas.rules import RULES
from schemas.vocabulary import Field, Rule

# What can be said of a row whatever the order is that it turns out to belong to.
_OF_ROWS = (say.RowNeedsOne, say.RowNotBoth, say.Uses, say.UsualSize)


def check_rules(table: Table) -> list[Finding]:
    """Return the findings of all rules and of needed values, each on its order."""
    findings = list(_missing(table))
    checks = {**CHECKS, **DOSE_CHECKS}
    for rule in RULES:
        silent = table.ragged if isinstance(rule.check, _OF_ROWS) else table.ragged | table.doubtful
        for position, column, words in checks[type(rule.check)](table, rule.check):
            if not silent[position]:
                findings.append(_finding(table, rule, position, column, words))
    return findings


def _finding(
    table: Table, rule: Rule, position: int, column: str, words: Mapping[str, object]
) -> Finding:
    at = column_of(table, column or _column(table, rule), position) if rule.column else None
    found = None
    if at is not None and at in table.places.headers:
        value = table.frame[at].array[position]
        found = None if value is pd.NA or value == "" else _words(value)
    finding = table.places.finding(
        rule.page, position, at, found=found, message=rule.message.format(**words),
        allowed=rule.allowed,
    )  # fmt: skip
    return finding.of(table.key_of(position))


def _words(value: object) -> str:
    return str(value) if not isinstance(value, bool | np.bool_) else "yes" if value else "no"


def _column(table: Table, rule: Rule) -> str:
    """Return the rule's column, or the first of its check's that the file has."""
    named = getattr(rule.check, "fields", ())
    return next((n for n in (rule.column, *named) if n in table.places.headers), rule.column)


def _missing(table: Table) -> Iterator[Finding]:
    """Needed values that no row of their group has, at their column on the first row.

    A column that the file lacks is told once, and keeps back every order of the file.
    """
    for declared in FIELDS:
        if not declared.always:
            continue
        if declared.name not in table.frame.columns:
            if table.groups.keys:
                yield _no_column(table, declared)
            continue
        group, count = table.groups.of(declared.level)
        lacking = ~any_in(group, table.given(declared.name), count)
        for position in first_of(group, count)[lacking].tolist():
            if not table.doubtful[position]:
                yield table.places.finding(
                    CODES["VALUE-MISSING"], position, declared.name,
                    message=f"{declared.name} is missing.",
                ).of(table.key_of(position))  # fmt: skip


def _no_column(table: Table, declared: Field) -> Finding:
    page = CODES["COLUMN-MISSING"]
    return Finding(
        code=page.code, severity=Severity(page.severity.value), sheet=table.places.sheet,
        column=declared.name, message=f"The file has no column for {declared.name}.",
        allowed=declared.allowed, help=page.fix, input=table.places.input,
    )  # fmt: skip
