"""A process of its own that uses a ledger, to be killed or raced: see `ledger_suite`.

Called as `python -m tests.contract.ledger_child ADAPTER FOLDER WHAT`. It says a line when it has
done its part, and then waits for a line or its end.
"""

import os
import signal
import sys
from pathlib import Path

from loader.ledger.owner import current_owner
from loader.ports import Ledger
from tests.contract.ledger_subject import ACCOUNT, LEASE, OPENERS, SystemClock, burn_of

HOUR = 3600.0


def _say(text: str) -> None:
    print(text, flush=True)


def _wait() -> None:
    sys.stdin.readline()


def claim(ledger: Ledger) -> None:
    """Claim one entry for an hour and keep it."""
    (entry,) = ledger.claim("run_1", current_owner(), 1, HOUR)
    _say(entry.key)
    _wait()


def burn(ledger: Ledger) -> None:
    """Claim and burn one entry, and die at once, without any chance to tidy up."""
    (entry,) = ledger.claim("run_1", current_owner(), 1, HOUR)
    assert ledger.burn([burn_of(entry, "att_of_the_dead")]) == [True]
    os.kill(os.getpid(), signal.SIGKILL)


def claim_30(ledger: Ledger) -> None:
    """Wait for the start, then claim three at a time until it has thirty; say which."""
    _say("ready")
    _wait()
    got: list[str] = []
    while len(got) < 30 and (entries := ledger.claim("run_1", current_owner(), 3, LEASE)):
        got += [entry.key for entry in entries]
    _say(" ".join(got))
    _wait()  # were it gone, its claims would be free


def lock(ledger: Ledger) -> None:
    """Hold the account."""
    with ledger.lock(ACCOUNT):
        _say("held")
        _wait()


TASKS = {
    "claim": claim,
    "burn": burn,
    "claim-30": claim_30,
    "lock": lock,
}


def main() -> None:
    """Open the ledger and do the task."""
    adapter, place, what = sys.argv[1:]
    ledger = OPENERS[adapter](Path(place), SystemClock())
    TASKS[what](ledger)
    ledger.close()


if __name__ == "__main__":
    main()
