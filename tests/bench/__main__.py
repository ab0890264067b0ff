"""`python -m tests.bench`: every figure as a ratio taken in this run."""

import argparse
import sys

from tests.bench import check, ledger, workbook

SIZES = ((200_000, 0.02), (200_000, 0.5), (1_000_000, 0.02))
SHORT = ((20_000, 0.02),)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="small sizes, for CI")
    short = parser.parse_args().short
    print("| file | read + check + group + build | speed | peak memory |")
    print("| --- | --- | --- | --- |")
    for rows, wrong in SHORT if short else SIZES:
        print("\n".join(check.table(rows, wrong)))
        sys.stdout.flush()
    print("\n".join(workbook.table(10_000 if short else 100_000)))
    if not short:
        ledger.main()


if __name__ == "__main__":
    main()
