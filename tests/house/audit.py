"""Look the runtime lock up among known vulnerabilities: `python -m tests.house.audit`.

A vulnerability fails. Where the advisory service cannot be reached, or does not know a package,
that is said, and it does not fail: "nothing found" is claimed only of what was really looked up.
"""

import json
import subprocess
import sys
from typing import Any

COMMAND = [
    "--require-hashes", "--disable-pip", "--requirement", "requirements/runtime.txt",
    "--format", "json", "--progress-spinner", "off", "--timeout", "10",
]  # fmt: skip
UNREACHABLE = (
    "Could not connect",
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ServiceError",
)


def judge(document: str, complaints: str) -> tuple[bool, str]:
    """Return whether the build may go on, and what to say, from pip-audit's two outputs."""
    try:
        packages: list[dict[str, Any]] = json.loads(document)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (complaints.strip().splitlines() or ["it said nothing"])[-1]
        if any(word in complaints for word in UNREACHABLE):
            return True, f"NOT CHECKED: the advisory service cannot be reached. ({last[:200]})"
        return False, f"pip-audit failed: {last}"
    bad = [
        f"{package['name']} {package['version']}: {', '.join(v['id'] for v in package['vulns'])}"
        for package in packages
        if package.get("vulns")
    ]
    if bad:
        return False, "Known vulnerabilities:\n" + "\n".join(bad)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    looked_up = len(packages) - len(skipped)
    if not looked_up:
        return True, "NOT CHECKED: the advisory service answered for none of the packages."
    rest = f" NOT CHECKED: {', '.join(skipped)}." if skipped else ""
    return True, f"No known vulnerability in {looked_up} of {len(packages)} packages.{rest}"


def main() -> int:
    """Ask, say what came of it, and return the exit code."""
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", *COMMAND], check=False, capture_output=True, text=True
    )
    good, words = judge(run.stdout, run.stderr)
    print(words)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
