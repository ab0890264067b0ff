"""A step to take next, and the line to copy for it: where this run worked, and how it read."""

import shlex
from dataclasses import dataclass
from itertools import pairwise

from loader.core.model import Run

# Labels under which `Run.facts` may say how to run the command again, and where files of it lie.
COMMAND_FACT = "Command"
PLAN_FACT = "Plan file"
PLANNED_FACT = "Planned by"  # the command that made the plan which this run sent
LEDGER_FACT = "Ledger"
WORKBOOK_FACT = "Workbook to correct"
# Options that the next command needs as well: where the run worked, and how its files were read.
WHERE = frozenset({"--base-url", "--ledger", "--profile"})
READING = frozenset({"--sheet", "--encoding", "--hidden-rows", "--accept", "--map", "--batch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do.

    `points` are a list; `commands` are (what it does, the line to copy); `show` is what to filter
    the orders by (the name of a standing), "" where that helps nobody.
    """

    title: str
    text: str
    commands: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()
    show: str = ""


def command(run: Run, *words: str) -> str:
    """Return a command line for the environment and the ledger of this run, to be copied."""
    where = given(run, WHERE)
    if is_demo(run):  # it has a ledger of its own, which nobody had to name
        where += ["--ledger", f"sqlite:///{run.facts.get(LEDGER_FACT, '')}"]
    return shlex.join(("order-loader", *words, "--env", run.env, *where))


def is_demo(run: Run) -> bool:
    """True for the run of the sample that the loader brings along."""
    return run.facts.get(COMMAND_FACT, "").startswith("order-loader demo")


def again(run: Run) -> str | None:
    """Return the command that reads corrected files; a plan holds only while they stay the same."""
    if PLANNED_FACT not in run.facts:
        return run.facts.get(COMMAND_FACT)
    files = [one.file.path for one in run.inputs]
    return command(run, "submit", *files, *given(run, READING))


def given(run: Run, options: frozenset[str]) -> list[str]:
    """Return those of the options that the command of this run was given, with their values."""
    words = [
        word
        for fact in (PLANNED_FACT, COMMAND_FACT)
        for word in shlex.split(run.facts.get(fact, ""))
    ]
    found: list[str] = []
    for word, value in pairwise([*words, ""]):
        if word in options:
            found += [word, value]
        elif word.partition("=")[0] in options:
            found.append(word)
    return found
