"""Reading, checking, grouping and building, beside pandas' own reading of the same file."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import orders

ROUNDS = 3


def ours(path: Path) -> int:
    """Read, check, group and build; return the number of orders."""
    from loader.app.check import check_files
    from loader.core.model import ReadOptions
    from loader.wiring import source_for

    return len(check_files([path], source_for, ReadOptions()).orders)


def peer(path: Path) -> int:
    """Read the same file as text with pandas; return the number of rows."""
    import pandas as pd

    return len(pd.read_csv(path, dtype=str, keep_default_na=False))


def _warm(name: str) -> None:
    """Import what the measured function needs, so that only its work is timed."""
    import pandas as pd  # noqa: F401  # imported for its time

    if name == "ours":
        import loader.app.check
        import loader.sources.detect  # noqa: F401  # imported for its time
        from schemas.frame import order_schema

        order_schema()


def measure(name: str, path: Path) -> dict[str, float]:
    """Time one function in a process of its own; seconds and peak MiB beyond the imports."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.check", name, str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def table(rows: int, wrong: float) -> list[str]:
    """Return the figures as lines of a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        orders.write(path, rows, wrong)
        size = path.stat().st_size / 2**20
        pairs = [(measure("ours", path), measure("peer", path)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine["seconds"] / theirs["seconds"] for mine, theirs in pairs)
    seconds = statistics.median(mine["seconds"] for mine, _ in pairs)
    peak = max(mine["peak"] for mine, _ in pairs)
    return [
        f"| {rows:,} rows × 30 columns, {wrong:.0%} wrong, {size:.0f} MiB"
        f" | {ratio:.2f} × `read_csv(dtype=str)` | {rows / seconds:,.0f} rows/s"
        f" | {peak:.0f} MiB, {peak / size:.1f} × the file |"
    ]


def main() -> None:
    """Run one measurement in this process and print it as JSON."""
    name, path = sys.argv[1], Path(sys.argv[2])
    _warm(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    {"ours": ours, "peer": peer}[name](path)
    seconds = time.perf_counter() - start
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
