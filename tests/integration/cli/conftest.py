"""Machines and a sandbox of the test's own, over a real socket."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.sandbox import Sandbox, SandboxSettings
from loader.sandbox.messages import Json
from tests.integration.cli.machine import Machine

Serve = Callable[..., Sandbox]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine on which nothing was ever run."""
    return Machine(tmp_path / "home")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts a sandbox with the settings given; no defect may remain."""
    running: list[Sandbox] = []

    def begin(**settings: Json) -> Sandbox:
        state = tmp_path / f"sandbox-{len(running)}"
        running.append(Sandbox(state, settings=SandboxSettings(**settings)).__enter__())
        return running[-1]

    yield begin
    for sandbox in running:
        sandbox.__exit__(None, None, None)
        assert sandbox.defects == []
