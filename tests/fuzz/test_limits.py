"""The nastiest files come to an end in 20 seconds of processor time and 512 MB, in words."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.nasty import NASTY

SECONDS = 20
MEGABYTES = 512
SMALL = 45_000_000  # bytes; a larger file may take its time

# What the command costs in memory is told by the process itself, at its end.
PROGRAM = """
import resource, sys
from loader.cli import main
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print("peak", peak, file=sys.stderr)
"""


def limit() -> None:
    """Let the system end the process that goes on for too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.parametrize("name", NASTY)
def test_the_file_comes_to_an_end(name: str, tmp_path: Path) -> None:
    """It is refused by its name, or read; nothing is killed, nothing shows a traceback."""
    path = tmp_path / name
    path.write_bytes(NASTY[name]())
    assert path.stat().st_size <= SMALL
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, "validate", str(path), "--no-report", "--no-workbook"],
        capture_output=True, text=True, preexec_fn=limit, cwd=tmp_path,
    )  # fmt: skip
    *said, last = answer.stderr.splitlines() or [""]
    assert answer.returncode in (0, 1, 3), answer.stderr[-2000:]
    assert "Traceback" not in answer.stderr
    assert answer.returncode != 3 or name in "".join(said)
    assert int(last.removeprefix("peak ")) <= MEGABYTES
