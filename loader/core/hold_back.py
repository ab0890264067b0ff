"""Which orders are kept back by their findings, and which of these findings somebody accepted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from loader.core.findings import Finding, Severity
from loader.core.group import filled
from loader.core.table import Table
from schemas.codes import CODES
from schemas.rules import ALL_CODES
from schemas.vocabulary import Severity as Declared

_ACCEPTABLE = {code for code, page in ALL_CODES.items() if page.severity is Declared.CONFIRM}

Accepted = Mapping[str, set[str]]


def one_per_cell(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those on cells that have a graver one, or an equal one before.

    What is told about whole rows and files stays.
    """
    kept: dict[object, Finding] = {}
    for number, finding in enumerate(findings):
        cell: object = (finding.row, finding.column)
        if finding.row is None or finding.column is None:
            cell = number
        present = kept.get(cell)
        if present is None or finding.severity.rank < present.severity.rank:
            kept[cell] = finding
    return list(kept.values())


def accepted_codes(table: Table) -> tuple[Accepted, list[Finding]]:
    """Return the codes that each order accepts, and what is said of codes that cannot be."""
    by_order: dict[str, set[str]] = defaultdict(set)
    findings = []
    for position in np.flatnonzero(filled(table.frame, "accept")).tolist():
        text = table.frame["accept"].array[position]
        said = {code.strip() for code in text.upper().split(";")} - {""}
        by_order[table.key_of(position)] |= said
        if wrong := sorted(said - _ACCEPTABLE):
            finding = table.places.finding(
                CODES["ACCEPT-UNKNOWN"], position, "accept", found="; ".join(wrong),
                allowed="codes of findings that wait for your confirmation, joined by ;",
            )  # fmt: skip
            findings.append(finding.of(table.key_of(position)))
    return by_order, findings


def accept(
    findings: Iterable[Finding], keys: list[str], accepted: Accepted, everywhere: frozenset[str]
) -> list[Finding]:
    """Return the findings, marked where somebody accepts them: for one order, or for every one.

    A finding on the whole file is accepted when every order of the file accepts it.
    """

    def is_accepted(finding: Finding) -> bool:
        if finding.severity is not Severity.CONFIRM:
            return False
        asked = keys if finding.order is None else [finding.order]
        return finding.code in everywhere or (
            bool(asked) and all(finding.code in accepted.get(key, ()) for key in asked)
        )

    return [replace(f, accepted=True) if is_accepted(f) else f for f in findings]


def held(findings: Iterable[Finding], keys: list[str], accepted: Accepted) -> dict[str, Severity]:
    """Return the keys that are kept back, by their gravest finding; a file-wide one keeps all."""
    result: dict[str, Severity] = {}
    for finding in findings:
        if not finding.holds_back:
            continue
        of_file = finding.order is None and finding.row is None
        for key in keys if of_file else [finding.order] if finding.order else []:
            waits = finding.severity is Severity.CONFIRM
            if waits and (key in result or finding.code in accepted.get(key, ())):
                continue
            result[key] = finding.severity
    return result
