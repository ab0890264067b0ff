"""Figures, printed and never judged: `pytest -s tests/unit/ledger/test_speed.py`."""

import time
from pathlib import Path

from loader.core.lifecycle import State
from loader.ledger.owner import current_owner
from loader.ledger.sqlite import SqliteLedger
from tests.contract.ledger_subject import ACCOUNT, HeldClock, burn_of, intent


def test_burns_one_by_one_and_shared(tmp_path: Path) -> None:
    """Burns that wait at the same moment may share a commit: printed as burns per second."""
    for shared, count in ((1, 64), (32, 640)):
        ledger = SqliteLedger(tmp_path / f"{shared}.sqlite", HeldClock())
        start = time.perf_counter()
        ledger.enter(ACCOUNT, "run_1", [intent(f"K{n}", "x" * 2000) for n in range(count)])
        entered = time.perf_counter() - start
        claimed = ledger.claim("run_1", current_owner(), count, 600.0)
        burns = [burn_of(entry, f"att_{entry.key}") for entry in claimed]
        start = time.perf_counter()
        for first in range(0, count, shared):
            assert all(ledger.burn(burns[first : first + shared]))
        rate = count / (time.perf_counter() - start)
        print(f"\nentered {count} in {entered:.3f} s; {rate:,.0f} burns/s, {shared} a commit")
        assert {entry.state for entry in ledger.find(ACCOUNT)} == {State.SENDING}
        ledger.close()
