"""Hostile replies to the real command: bounded, said in words, and concluded only by evidence."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from loader.sandbox import Sandbox, SandboxSettings
from tests.proof.hostile_server import REPLIES, HostileServer
from tests.proof.warm import Desk, Ended, Running

ROW = (
    "Order ID,First name,Last name,Street,City,Country,Product ID\n"
    "H-1,Ada,Example,1 Sample Street,Sampleton,United States,"
    "00000000-0000-4000-8000-000000000101\n"
)
MOST_MEMORY = 600 * 1024 * 1024  # bytes; a process that holds a gigabyte is far beyond
SAID = {
    "a gigabyte": "too large",
    "chunks without an end": "too large",
    "a compressed bomb": "compressed",
    "headers without an end": "could not be read as HTTP",
    "one header without an end": "could not be read as HTTP",
    "a byte now and then": "no whole answer came in time",
    "go on, without an end": "no whole answer came in time",
    "cut off in the middle": "cut short",
    "not HTTP": "could not be read as HTTP",
    "two answers": "the API answered 201",
    "nothing": "the connection broke",
}
# Each reply to an order that was not made, and some of them to one that was.
MADE = ("a gigabyte", "a compressed bomb", "a byte now and then", "two answers")
CASES = [*((kind, False) for kind in REPLIES), *((kind, True) for kind in MADE)]

Told: TypeAlias = dict[tuple[str, bool], tuple[Ended, int]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Run the command against each reply, side by side: most of it is waiting."""
    with contextlib.ExitStack() as stack:
        begun = {}
        for kind, makes in CASES:
            folder = tmp_path_factory.mktemp("hostile")
            begun[kind, makes] = _begin(folder, kind, makes, stack)
        yield {
            case: (running.end(), sum(one["operation"] == "create" for one in sandbox.truth()))
            for case, (running, sandbox) in begun.items()
        }


def _begin(
    folder: Path, kind: str, makes: bool, stack: contextlib.ExitStack
) -> tuple[Running, Sandbox]:
    file = folder / "orders.csv"
    file.write_text(ROW)
    settings = SandboxSettings(unique_ids=False)
    sandbox = stack.enter_context(Sandbox(folder / "sandbox", settings=settings))
    port = int(sandbox.base_url.rpartition(":")[2])
    hostile = stack.enter_context(HostileServer(port, REPLIES[kind], makes))
    running = Desk(folder / "home").start(
        "submit", str(file), "--yes", "--base-url", hostile.base_url, "--timeout", "5",
        "--format", "json",
    )  # fmt: skip
    return running, sandbox


@pytest.mark.parametrize(("kind", "makes"), CASES)
def test_a_hostile_reply_proves_nothing(told: Told, kind: str, makes: bool) -> None:
    """Exit 0 where the look-up finds the order, else 6 with the reason; one POST either way."""
    ended, posts = told[kind, makes]
    assert posts == makes
    assert "Traceback" not in ended.err
    assert 0 < ended.memory < MOST_MEMORY
    (order,) = json.loads(ended.out)["orders"]
    if makes:
        assert (ended.code, order["result"]) == (0, "created"), ended
    else:
        assert (ended.code, order["result"]) == (6, "unknown"), ended
        assert SAID[kind].casefold() in order["error"]["message"].casefold()
        assert "retry" in order["error"]["message"]  # why it is not simply sent again
