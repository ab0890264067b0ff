"""The workbooks of a run: what goes back to be corrected, and what became of each order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from loader.cli.options import Shown
from loader.cli.output import say

if TYPE_CHECKING:
    from loader.core.correction import Correction
    from loader.core.model import Order, Run

    Wanted = dict[int, Order | None]

CORRECT_FACT = "Workbook to correct"
RESULTS_FACT = "Workbook of results"
_COMMANDS = frozenset({"validate", "plan", "submit"})


def write_workbooks(run: "Run", chosen: Shown, folder: Path) -> None:
    """Write the workbooks that are wanted, and note them among the run's facts.

    One that cannot be written is told and never costs the result of the run.
    """
    from loader.app.consumers import known_consumers
    from loader.app.correction import inputs_to_correct

    if chosen.results is not None and RESULTS_FACT not in run.facts:
        write_results(run, chosen, known_consumers(run))
    if not chosen.workbooks or run.command not in _COMMANDS:
        return
    asked = inputs_to_correct(run)
    for index, wanted in asked.items():
        path = _path(run, chosen, folder, index, several=len(asked) > 1)
        _note(run, CORRECT_FACT, path, partial(_correction, run, index, wanted, chosen, path))


def write_results(run: "Run", chosen: Shown, consumers: Mapping[str, str]) -> None:
    """Write what became of each order, with the ids of the persons; see `write_workbooks`."""
    if chosen.results is not None:
        _note(run, RESULTS_FACT, chosen.results, partial(_results, run, chosen, consumers))


def _results(run: "Run", chosen: Shown, consumers: Mapping[str, str]) -> bytes:
    from loader import wiring
    from loader.core.correction import rows_of_orders
    from loader.core.errors import InputError

    inputs = []
    for index in range(len(run.inputs)):
        if rows := rows_of_orders(run, index):
            try:
                inputs.append(_read_again(run, index, rows, chosen))
            except InputError as problem:  # the orders are told all the same
                say(f"Without the rows of your file: {problem.message}")
    return wiring.results_workbook(run, consumers, inputs)


def _correction(run: "Run", index: int, wanted: "Wanted", chosen: Shown, path: Path) -> bytes:
    from loader import wiring

    return wiring.correction_file(_read_again(run, index, wanted, chosen), path.suffix)


def _read_again(run: "Run", index: int, wanted: "Wanted", chosen: Shown) -> "Correction":
    from loader import wiring
    from loader.app.correction import correction
    from loader.core.model import ReadOptions

    options = chosen.reading or ReadOptions()
    if options.profile is None and run.mapping:  # a saved plan names the profile it was made with
        options = replace(options, profile=wiring.mapping_as_written(Path(run.mapping["path"])))
    return correction(run, index, wanted, wiring.source_reading(options), options)


def _note(run: "Run", fact: str, path: Path, content: Callable[[], bytes]) -> None:
    from loader.app.private_file import write_private
    from loader.core.errors import LoaderError

    try:
        write_private(path, content())
    except OSError as problem:
        say(f"error: {path} cannot be written: {problem.strerror or 'no access'}.")
        say("  = help: Name another place with --workbook PATH or --results PATH.")
    except LoaderError as problem:
        say(f"No workbook was written: {problem.message}")
        say(f"  = help: {problem.hint}")
    else:
        run.facts[fact] = ", ".join(filter(None, (run.facts.get(fact), str(path))))


def _path(run: "Run", chosen: Shown, folder: Path, index: int, *, several: bool) -> Path:
    """Return where the workbook of an input goes; one of several bears its number."""
    from loader.cli.show import file_name

    number = f"-{index + 1}" if several else ""
    if chosen.workbook is not None:
        return chosen.workbook.with_stem(chosen.workbook.stem + number)
    return folder / f"{file_name(run, run.inputs[index].file.path)}{number}-to-correct.xlsx"
