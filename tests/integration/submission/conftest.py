"""A rehearsal per test; whatever the test does to it, the invariants hold at the end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.sandbox import Sandbox, SandboxSettings
from loader.sandbox.messages import Json
from tests.integration.submission.rehearsal import Rehearsal, check, row

Start = Callable[..., Rehearsal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a sandbox and gives the machine that sends to it.

    The machine has sent an order before and knows all that the API holds, unless it is to be
    `new`: a ledger that was not rebuilt looks every key up before its first POST, which is a
    test of its own.
    """
    running: list[tuple[Sandbox, Rehearsal]] = []

    def begin(*, new: bool = False, **settings: Json) -> Rehearsal:
        folder = tmp_path / f"machine-{len(running)}"
        folder.mkdir()
        sandbox = Sandbox(folder / "sandbox", settings=SandboxSettings(**settings)).__enter__()
        rehearsal = Rehearsal(folder, sandbox)
        running.append((sandbox, rehearsal))
        if not new:
            assert rehearsal.submit([row("FIRST")]).exit_code == 0
            with rehearsal.ledger() as ledger:
                ledger.rebuilt(rehearsal.entries()["FIRST"].account)
        return rehearsal

    yield begin
    try:
        for _, rehearsal in running:
            check(rehearsal)
    finally:
        for sandbox, _ in running:
            sandbox.__exit__(None, None, None)


@pytest.fixture
def rehearsal(start: Start) -> Rehearsal:
    """Return a machine whose ledger knows the account, and the sandbox that it sends to."""
    return start()
