"""Reading a workbook as text with facts, beside calamine's bare reading of the same file."""

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
COLUMNS = 20


def write(path: Path, rows: int) -> None:
    """Write 20 columns of the generated orders that are filled, numbers as numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Orders")
    filled = [name for name, text in orders.row(0).items() if text][:COLUMNS]
    page.append(filled)
    for number in range(rows):
        cells = orders.row(number)
        page.append([int(cells[n]) if cells[n].isdigit() else cells[n] for n in filled])
    book.save(path)


def ours(path: Path) -> int:
    """Read the workbook into slices; return the number of rows."""
    from loader.core.model import ReadOptions
    from loader.core.normalise import known_header
    from loader.sources.excel_file import ExcelSource

    table = ExcelSource(known_header).open(path, ReadOptions())
    return sum(len(one.rows) for one in table.slices)


def peer(path: Path) -> int:
    """Read the same workbook with calamine; return the number of rows."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return len(sheet.to_python(skip_empty_area=False)) - 1


def measure(name: str, path: Path) -> dict[str, float]:
    """Time one function in a process of its own; seconds and peak MiB beyond the imports."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.workbook", name, str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def table(rows: int) -> list[str]:
    """Return the figures as lines of a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        write(path, rows)
        size = path.stat().st_size / 2**20
        pairs = [(measure("ours", path), measure("peer", path)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine["seconds"] / theirs["seconds"] for mine, theirs in pairs)
    seconds = statistics.median(mine["seconds"] for mine, _ in pairs)
    peak = max(mine["peak"] for mine, _ in pairs)
    return [
        f"| {rows:,} rows × {COLUMNS} columns, .xlsx, {size:.0f} MiB, read only"
        f" | {ratio:.2f} × a bare calamine read | {rows / seconds:,.0f} rows/s | {peak:.0f} MiB |"
    ]


def main() -> None:
    """Run one measurement in this process and print it as JSON."""
    import pandas  # noqa: F401  # imported for its time
    import python_calamine  # noqa: F401  # imported for its time

    import loader.core.normalise
    import loader.sources.excel_file  # noqa: F401  # imported for its time

    name, path = sys.argv[1], Path(sys.argv[2])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    {"ours": ours, "peer": peer}[name](path)
    seconds = time.process_time() - start
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
