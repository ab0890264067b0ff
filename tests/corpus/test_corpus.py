"""Every file of the corpus comes to its verdict, through the use case behind `validate`."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from loader import wiring
from loader.app.planning import Job, validate
from loader.core.errors import InputError
from loader.core.findings import Finding
from loader.core.model import Run
from schemas.rules import ALL_CODES
from tests.corpus import (
    csv_container,
    csv_rows,
    orders,
    text,
    values,
    xlsx_cells,
    xlsx_container,
)
from tests.corpus.case import Case
from tests.unit.sources.builders import read

AREAS = {
    "csv-container": csv_container.CASES,
    "csv-rows": csv_rows.CASES,
    "xlsx-container": xlsx_container.CASES,
    "xlsx-cells": xlsx_cells.CASES,
    "values": values.CASES,
    "text": text.CASES,
    "orders": orders.CASES,
}
NAMED = [(area, case) for area, cases in AREAS.items() for case in cases]
IDS = [f"{area}: {case.name}" for area, case in NAMED]


def run_of(case: Case, folder: Path) -> Run:
    """Validate the case's file as the command does, on a machine without ledger and catalogue."""
    path = folder / case.file
    path.write_bytes(case.build())
    job = Job(
        command="validate", run_id="run_corpus", env="sandbox", base_url=None, paths=(path,),
        options=case.options,
    )  # fmt: skip
    return validate(job, wiring.source_reading(case.options), wiring.SystemClock(), None, None)


@pytest.mark.parametrize("case", [case for _, case in NAMED], ids=IDS)
def test_the_file_comes_to_its_verdict(case: Case, tmp_path: Path) -> None:
    """Accepted, corrected or refused, with these findings at these places, and no row lost."""
    verdict = case.verdict
    if verdict.exit_code == InputError.exit_code:
        with pytest.raises(InputError) as refusal:
            run_of(case, tmp_path)
        told = f"{refusal.value.message} {refusal.value.hint}"
        assert [words for words in verdict.words if words not in told] == [], told
        # Only a wrong name of an encoding is not the file's own fault.
        assert case.file in refusal.value.message or "no text encoding" in told
        assert told.isprintable()
        assert refusal.value.hint
        return
    run = run_of(case, tmp_path)
    assert matching(verdict.told, run.findings) == Counter(map(place_of, run.findings))
    assert run.exit_code == verdict.exit_code
    assert tuple(order.key for order in run.orders if order.result == "ready") == verdict.ready
    assert sum(summary.rows for summary in run.inputs) == verdict.rows
    assert [finding for finding in run.findings if not explained(finding)] == []
    for path, value in verdict.sent.items():
        assert at(json.loads(run.orders[0].body or b"{}"), path) == value, path


@pytest.mark.parametrize("case", [case for _, case in NAMED if case.twin], ids=lambda c: c.name)
def test_a_workbook_with_the_same_texts_is_read_alike(case: Case, tmp_path: Path) -> None:
    """Whatever is checked afterwards sees no difference: same headers, rows and cells."""
    assert case.twin is not None
    tables = []
    for name, content in (("o.csv", case.build()), ("o.xlsx", case.twin())):
        (tmp_path / name).write_bytes(content)
        tables.append(read(wiring.source_for(tmp_path / name), tmp_path / name))
    text, workbook = tables
    assert (workbook.raw.headers, workbook.rows) == (text.raw.headers, text.rows)
    assert text.cells == workbook.cells
    assert workbook.facts == []


def place_of(finding: Finding) -> str:
    """Return code and place of a finding, as the tables write them."""
    row = "file" if finding.row is None else f"row {finding.row}"
    return f"{finding.code} {finding.cell or row}"


def matching(told: object, findings: list[Finding]) -> Counter[str]:
    """Return the findings that are expected, after looking for the words that they must hold."""
    assert isinstance(told, tuple)
    expected: Counter[str] = Counter()
    for one in told:
        place, _, words = one.partition(": ")
        expected[place] += 1
        said = [finding.message for finding in findings if place_of(finding) == place]
        assert any(words in message for message in said), (one, said)
    return expected


def explained(finding: Finding) -> bool:
    """Return whether a finding says what is wrong and what to do, and has a page of its own."""
    return bool(finding.message and finding.help) and finding.code in ALL_CODES


def at(body: object, path: str) -> object:
    """Return the value at a dotted path, None where the request lacks it."""
    for step in path.split("."):
        if isinstance(body, list):
            body = body[int(step)] if int(step) < len(body) else None
        else:
            body = body.get(step) if isinstance(body, Mapping) else None
    return body


def test_every_name_is_told_once() -> None:
    """A case that fails is found by its name."""
    assert [name for name, times in Counter(IDS).items() if times > 1] == []


def test_the_corpus_is_large() -> None:
    """Every area has its cases: a table that is no longer read would prove nothing."""
    assert min(map(len, AREAS.values())) >= 15
    assert len(NAMED) >= 150
