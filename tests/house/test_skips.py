"""What CI reports as passed has been run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

LEFT_OUT = """
import pytest

def test_left_out():
    pytest.skip("no browser here")
"""


@pytest.mark.parametrize(("ci", "code", "words"), [("true", 1, "1 failed"), ("", 0, "1 skipped")])
def test_a_skip_fails_in_ci_alone(tmp_path: Path, ci: str, code: int, words: str) -> None:
    """Elsewhere a test may be skipped; in CI that fails and gives the skip's reason."""
    (tmp_path / "test_left_out.py").write_text(LEFT_OUT)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={
            **os.environ,
            "CI": ci,
            "PYTHONPATH": str(ROOT),
            "PYTEST_ADDOPTS": "-rs",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == code, run.stdout
    assert words in run.stdout
    assert "no browser here" in run.stdout


def test_no_test_sees_a_persons_home() -> None:
    """Home is empty and made for this run, and no setting of the loader comes from outside."""
    assert Path.home().name.startswith("home")
    assert not any(name.startswith(("ORDER_LOADER_", "XDG_")) for name in os.environ)
