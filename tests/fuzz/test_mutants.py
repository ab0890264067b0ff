"""Whatever a file holds, it is refused in words or read with every row accounted for."""

from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import walk_tb

from hypothesis import given, settings

import loader
from loader import wiring
from loader.app.planning import Job, validate
from loader.core.errors import InputError
from tests.fuzz.mutants import container_mutants, csv_mutants, sheet_mutants

JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
PACKAGE = Path(loader.__file__).parent
# What a line of ours raises only by mistake; openpyxl raises it on damaged parts as well.
MISTAKES = (AttributeError, TypeError, IndexError, NameError, AssertionError)
# Each example is validated as a whole: a third of the profile's examples.
FEWER = settings(max_examples=settings().max_examples // 3)


def comes_to_an_end(name: str, content: bytes) -> None:
    """Validate the file; rows that belong to no order and have no finding raise a `Defect`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        job = Job(
            command="validate", run_id="run_fuzz", env="sandbox", base_url=None, paths=(path,)
        )
        refusal, run = None, None
        try:
            run = validate(job, wiring.source_for, wiring.SystemClock(), None, None)
        except InputError as problem:
            refusal = problem
    if run is not None:
        assert run.exit_code in (0, 1)
        assert sum(one.rows for one in run.inputs)
    if refusal is not None:
        assert refusal.hint
        assert refusal.message.translate(JOINERS).isprintable()
        assert not is_our_mistake(refusal.__context__)


def is_our_mistake(problem: BaseException | None) -> bool:
    """Return whether what was told as damage is a mistake in a line of ours."""
    if not isinstance(problem, MISTAKES):
        return False
    *_, (frame, _) = walk_tb(problem.__traceback__)
    return Path(frame.f_code.co_filename).is_relative_to(PACKAGE)


@FEWER
@given(csv_mutants())
def test_csv_mutants_come_to_an_end(content: bytes) -> None:
    """No changed CSV file crashes, and none loses a row."""
    comes_to_an_end("orders.csv", content)


@FEWER
@given(container_mutants())
def test_container_mutants_come_to_an_end(content: bytes) -> None:
    """No changed container crashes."""
    comes_to_an_end("orders.xlsx", content)


@FEWER
@given(sheet_mutants())
def test_sheet_mutants_come_to_an_end(content: bytes) -> None:
    """No changed part of a workbook crashes, and none loses a row."""
    comes_to_an_end("orders.xlsx", content)
