"""Callers that wait at the same moment share a commit, and a failure reaches each of them."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.app.scribe import Scribe
from loader.core.errors import LedgerError
from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.core.payload import canonical, fingerprint
from loader.ledger.sqlite import SqliteLedger
from loader.ports import Burn, Entry, Intent
from loader.wiring import SystemClock, current_owner

ACCOUNT = Account("sandbox:x", "account")
ENTRIES = 40


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Return a ledger in which 40 orders wait for one run."""
    bodies = {f"K{number:02}": canonical({"n": number}) for number in range(ENTRIES)}
    with contextlib.closing(SqliteLedger(tmp_path / "ledger.sqlite3", SystemClock())) as ledger:
        ledger.enter(ACCOUNT, "run_1", [
            Intent(key=key, operation=Operation.CREATE, lookup_id=key, body=body,
                   fingerprint=fingerprint(body))
            for key, body in bodies.items()
        ])  # fmt: skip
        yield ledger


def commits(folder: Path) -> int:
    """Return how many transactions have changed the ledger."""
    with contextlib.closing(sqlite3.connect(folder / "ledger.sqlite3")) as db:
        return int(db.execute("SELECT changes FROM meta").fetchone()[0])


def scribe(ledger: SqliteLedger) -> Scribe:
    """Return a scribe for the one run."""
    return Scribe(ledger, "run_1", current_owner(), 60.0)


def burn_of(entry: Entry) -> Burn:
    """Return the intent to send an entry."""
    return Burn(entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
                attempt=f"att_{entry.id}")  # fmt: skip


def test_many_callers_share_a_commit(ledger: SqliteLedger, tmp_path: Path) -> None:
    """40 claims and 40 burns at a time take a handful of commits, and each gets its own answer."""

    async def work() -> list[Entry]:
        async with scribe(ledger) as one:
            claimed = await asyncio.gather(*(one.claim() for _ in range(ENTRIES + 3)))
            entries = [entry for entry in claimed if entry is not None]
            burnt = await asyncio.gather(*(one.burn(burn_of(entry)) for entry in entries))
            assert burnt == [True] * ENTRIES
            again = await asyncio.gather(*(one.burn(burn_of(entry)) for entry in entries))
            assert again == [False] * ENTRIES
            return entries

    before = commits(tmp_path)
    entries = asyncio.run(work())
    assert len({entry.id for entry in entries}) == ENTRIES
    assert commits(tmp_path) - before <= 6
    assert {entry.state for entry in ledger.of_run("run_1")} == {State.SENDING}


def test_a_claim_that_is_given_back_can_be_claimed_again(ledger: SqliteLedger) -> None:
    """What is not sent after all waits again, under a new epoch when it is claimed anew."""

    async def work() -> tuple[Entry | None, Entry | None]:
        async with scribe(ledger) as one:
            first = await one.claim()
            assert first is not None
            await one.give_back(first)
            return first, await one.claim()

    first, second = asyncio.run(work())
    assert first is not None
    assert second is not None
    assert (second.key, second.epoch) == (first.key, first.epoch + 1)


def test_a_failure_reaches_every_caller(ledger: SqliteLedger) -> None:
    """No caller waits for ever when the ledger is gone: each of them gets the error."""

    async def work() -> list[object]:
        async with scribe(ledger) as one:
            ledger.close()
            asked = (asyncio.wait_for(one.claim(), 10) for _ in range(5))
            return await asyncio.gather(*asked, return_exceptions=True)

    assert [type(answer) for answer in asyncio.run(work())] == [LedgerError] * 5


def test_a_caller_that_gives_up_does_not_undo_the_commit(ledger: SqliteLedger) -> None:
    """A cancelled burn may have been made durable: the entry is then sending, never lost."""

    async def work() -> None:
        async with scribe(ledger) as one:
            entry = await one.claim()
            assert entry is not None
            burning = asyncio.create_task(one.burn(burn_of(entry)))
            await asyncio.sleep(0)
            burning.cancel()
            other = await one.claim()
            assert other is not None
            assert await one.burn(burn_of(other)), "the others go on"

    asyncio.run(work())
    states = [entry.state for entry in ledger.of_run("run_1")]
    assert states.count(State.SENDING) == 2
