"""A ledger that was lost, set back or copied is noticed, and never silently used or begun anew."""

import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from loader.core.errors import LedgerError
from loader.core.lifecycle import State
from loader.ledger.sqlite import SqliteLedger
from loader.ports import Trust
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    OTHER_ACCOUNT,
    HeldClock,
    bring_to,
    enter,
    entry_of,
)

Open = Callable[..., SqliteLedger]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Give the folder in which the machine remembers."""
    return tmp_path / "state" / "ledgers"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give the place of the ledger."""
    return tmp_path / "data" / "ledger.sqlite"


@pytest.fixture
def reopen(place: Path, memory: Path) -> Open:
    """Give a function that opens the ledger under its witness."""

    def opened(at: Path = place, *, rebuild: bool = False) -> SqliteLedger:
        return SqliteLedger(at, HeldClock(), witness=memory, rebuild=rebuild)

    return opened


@pytest.fixture
def known(reopen: Open, place: Path) -> Path:
    """Give a closed ledger whose account was rebuilt, with one order made and one that waits."""
    with closing(reopen()) as ledger:
        ledger.rebuilt(ACCOUNT)
        bring_to(ledger, enter(ledger, "A"), State.CREATED)
        enter(ledger, "B")
    return place


def refused(reopen: Open, at: Path, why: str) -> None:
    """Hold that opening fails twice, in the same words, and changes nothing."""
    before = at.read_bytes() if at.exists() else None
    for _ in range(2):
        with pytest.raises(LedgerError, match=why) as raised:
            reopen(at)
        assert "reconcile --all" in raised.value.hint
    assert (at.read_bytes() if at.exists() else None) == before


def sends_nothing_until_rebuilt(ledger: SqliteLedger) -> None:
    """Hold that no account is claimed for, known or new, and that `rebuilt` ends it for one."""
    for account in (ACCOUNT, OTHER_ACCOUNT):
        assert ledger.trust(account) is Trust.REBUILD
    enter(ledger, "C")
    with pytest.raises(LedgerError, match="lost or set back") as raised:
        ledger.claim("run_1", "me", 9, LEASE)
    assert "reconcile --all" in raised.value.hint
    ledger.rebuilt(ACCOUNT)
    assert ledger.claim("run_1", "me", 9, LEASE)
    assert ledger.trust(OTHER_ACCOUNT) is Trust.REBUILD


def test_a_ledger_that_is_as_it_was_stays_trusted(reopen: Open, known: Path, memory: Path) -> None:
    """Opening the same ledger again and again changes nothing; the memory is its owner's alone."""
    for _ in range(2):
        with closing(reopen()) as ledger:
            assert ledger.trust(ACCOUNT) is Trust.KNOWN
            assert not entry_of(ledger, "B").look_first
    (file,) = memory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(memory.stat().st_mode) == 0o700
    assert known.exists()


def test_a_deleted_ledger_is_not_begun_anew(reopen: Open, known: Path) -> None:
    """Without the file nothing is opened; a rebuilt one sends nothing until it was compared."""
    known.unlink()
    refused(reopen, known, "missing")
    with closing(reopen(rebuild=True)) as ledger:
        assert ledger.find(ACCOUNT) == []
        sends_nothing_until_rebuilt(ledger)
    with closing(reopen()) as ledger:
        assert ledger.trust(ACCOUNT) is Trust.KNOWN


def test_a_rebuild_that_was_broken_off_still_stands(reopen: Open, known: Path) -> None:
    """Once begun, the rebuilding has to be ended: the next command sends nothing either."""
    known.unlink()
    reopen(rebuild=True).close()
    with closing(reopen()) as ledger:
        sends_nothing_until_rebuilt(ledger)


def test_an_older_copy_is_refused(reopen: Open, known: Path, tmp_path: Path) -> None:
    """One more write after the copy was taken is enough to tell it from the ledger."""
    copy = shutil.copy(known, tmp_path / "backup")
    with closing(reopen()) as ledger:
        bring_to(ledger, entry_of(ledger, "B"), State.UNKNOWN)
    shutil.copy(copy, known)
    refused(reopen, known, "older copy")
    with closing(reopen(rebuild=True)) as ledger:
        waits = entry_of(ledger, "B")
        assert (waits.state, waits.look_first) == (State.PLANNED, True)
        sends_nothing_until_rebuilt(ledger)


def test_a_copy_beside_the_ledger_is_refused(reopen: Open, known: Path, tmp_path: Path) -> None:
    """Of two ledgers of one origin neither knows all: the first goes on, a copy is rebuilt."""
    copy = Path(shutil.copy(known, tmp_path / "copy.sqlite"))
    refused(reopen, copy, "is a copy of")
    with closing(reopen()) as ledger:
        assert ledger.trust(ACCOUNT) is Trust.KNOWN
        first = ledger.identity
    with closing(reopen(copy, rebuild=True)) as ledger:
        sends_nothing_until_rebuilt(ledger)
        assert ledger.identity != first
    for at in (known, copy):
        reopen(at).close()


def test_a_ledger_that_was_moved_is_the_same(reopen: Open, known: Path, tmp_path: Path) -> None:
    """A ledger may be moved; at its old place another one may be begun, which trusts no silence."""
    moved = tmp_path / "elsewhere" / "ledger.sqlite"
    moved.parent.mkdir()
    known.rename(moved)
    with closing(reopen(moved)) as ledger:
        assert ledger.trust(ACCOUNT) is Trust.KNOWN
    with closing(reopen(known)) as ledger:
        assert ledger.trust(ACCOUNT) is Trust.LOOK_FIRST


def test_another_ledger_in_its_place_is_refused(reopen: Open, known: Path, tmp_path: Path) -> None:
    """A ledger that was put in the place of another one does not know what that one sent."""
    other = tmp_path / "other.sqlite"
    SqliteLedger(other, HeldClock()).close()
    other.replace(known)
    refused(reopen, known, "another one")
    with closing(reopen(rebuild=True)) as ledger:
        sends_nothing_until_rebuilt(ledger)
    reopen().close()


@pytest.mark.parametrize("left", [None, "", "7\n", "x\ny\nz\n"])
def test_without_its_witness_a_ledger_is_looked_up(
    reopen: Open, known: Path, memory: Path, left: str | None
) -> None:
    """A ledger that the machine does not remember, or not legibly, is used, and trusts nothing."""
    (file,) = memory.iterdir()
    if left is None:
        file.unlink()
    else:
        file.write_text(left)
    for _ in range(2):
        with closing(reopen()) as ledger:
            assert ledger.trust(ACCOUNT) is Trust.LOOK_FIRST
            assert entry_of(ledger, "B").look_first
    assert known.exists()


def test_two_writers_are_no_older_copy(reopen: Open, known: Path) -> None:
    """Counts of several open ledgers never run ahead of what is in the file."""
    with closing(reopen()) as one, closing(reopen()) as two:
        for number in range(20):
            enter(one if number % 2 else two, f"K{number}", run="run_2")
            reopen().close()
    assert known.exists()


def test_a_memory_that_cannot_be_kept_is_said(reopen: Open, memory: Path) -> None:
    """A file where the folder of memories should be: a plain error, and nothing is sent."""
    memory.parent.mkdir()
    memory.touch()
    with pytest.raises(LedgerError, match="remembers of its ledgers"):
        reopen()
