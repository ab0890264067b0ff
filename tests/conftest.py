"""What holds for every test: a home of its own, repeatable examples, no silent skip in CI."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run: a failure is a change of ours, never luck. `make sweep` looks
# further, with other examples each time. No deadline: a loaded machine is not a defect.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("sweep", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("repeatable")


# A shell starts what it puts in the background with Ctrl-C ignored, and so would be every process
# that the tests start: those that press it would prove nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def in_ci() -> bool:
    """Return whether this is the run that decides, where nothing may be left out."""
    return os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test fails: what was left out must not look like what was proved."""
    report = yield
    if in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Give the tests an empty home without settings: nobody's own ledger is ever touched."""
    path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ORDER_LOADER_")]:
            patch.delenv(name)
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(path))
        yield path
