"""An unknown outcome has a way out: by a person, on evidence, and only a resume sends it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from loader import wiring
from loader.app.history import told_again
from loader.app.releasing import Release, release
from loader.core.errors import UsageError
from loader.core.model import Account, Run
from loader.ports import Ledger
from loader.sandbox import Fault
from tests.integration.submission.rehearsal import Rehearsal, create, results, row
from tests.integration.submission.test_again import ordered_elsewhere

HOUR = 3600.0
ROOT = Path(__file__).parents[3]
ELSEWHERE = "0123456789abcdef.00/1/1"  # a process of another host


@pytest.fixture(scope="module")
def gone() -> str:
    """Return the name of a process of this machine that has ended."""
    code = "from loader.wiring import current_owner; print(current_owner())"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def unknown(rehearsal: Rehearsal, *keys: str, owner: str, hours: float = 25.0) -> None:
    """Leave orders behind that were sent so many hours ago by that process, outcome unknown."""
    for key in keys:
        rehearsal.sandbox.add_faults([create("close", key=key)])
    rehearsal.submit([row(key) for key in keys])
    with closing(sqlite3.connect(rehearsal.folder / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE entry SET owner = ? WHERE state = 'unknown'", (owner,))
        db.execute("UPDATE journal SET at = at - ?", (hours * HOUR,))


def let_go(rehearsal: Rehearsal, *keys: str, attested: bool = False, because: str = "asked") -> Run:
    """Release orders, as the command does."""

    async def work(ledger: Ledger, connection: wiring.Connection) -> Run:
        account = Account(connection.environment, await connection.target.account_id())
        run = Run(
            command="release", run_id=rehearsal.new_run_id(), env=rehearsal.env,
            base_url=connection.base_url, started_at=0.0, account=account,
        )  # fmt: skip
        asked = Release(keys=keys, because=because, who="ada", window=24 * HOUR, attested=attested)
        return await release(run, asked, rehearsal.means(ledger, connection), wiring.is_gone)

    return rehearsal.do(work)


def why(run: Run, key: str) -> str:
    """Return what is said of an order."""
    error = next(order.error for order in run.orders if order.key == key)
    return "" if error is None else str(error["message"])


def test_a_released_order_is_sent_by_a_resume_alone(rehearsal: Rehearsal, gone: str) -> None:
    """Released: planned again, skipped by the same file, looked up once more, sent by resume."""
    unknown(rehearsal, "A", owner=gone)
    run = let_go(rehearsal, "A", because="support has none")
    assert (results(run), run.exit_code) == ({"A": "not_sent"}, 0)
    assert rehearsal.states()["A"] == "planned"
    assert "Released by ada" in why(run, "A")
    assert "support has none" in why(run, "A")
    again = rehearsal.submit([row("A")])
    assert results(again) == {"A": "not_sent"}
    assert "LEDGER-RELEASED" in [finding.code for finding in again.findings]
    assert rehearsal.posts("A") == 1
    before = looks(rehearsal)
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed) == {"A": "created"}
    assert (looks(rehearsal) - before, rehearsal.posts("A")) == (1, 2)
    assert said(resumed) == said(told(rehearsal, resumed.run_id))
    assert "Released by ada" in said(resumed)[0]


def looks(rehearsal: Rehearsal) -> int:
    """Return how many look-ups the sandbox saw."""
    return sum(one["operation"] == "lookup" for one in rehearsal.sandbox.truth())


def said(run: Run) -> list[str]:
    """Return what a run says of releases."""
    return [one.message for one in run.findings if one.code == "RELEASED-BY"]


def told(rehearsal: Rehearsal, run_id: str) -> Run:
    """Return a run of the history."""
    with rehearsal.ledger() as ledger:
        record = ledger.load_run(run_id)
        assert record is not None
        return told_again(record, ledger)


def test_an_order_is_not_released_within_the_window(rehearsal: Rehearsal, gone: str) -> None:
    """A day has not passed: it stays unknown, is not even looked up, and the time is said."""
    unknown(rehearsal, "A", owner=gone, hours=23.9)
    before = looks(rehearsal)
    run = let_go(rehearsal, "A")
    assert (results(run), run.exit_code) == ({"A": "unknown"}, 6)
    assert "it can be released from 20" in why(run, "A")
    assert (rehearsal.states()["A"], looks(rehearsal)) == ("unknown", before)


def test_an_order_is_not_released_while_its_sender_may_live(rehearsal: Rehearsal) -> None:
    """The process still runs here: no. It ran elsewhere: only when a person attests its end."""
    unknown(rehearsal, "A", owner=wiring.current_owner())
    assert "still runs on this machine" in why(let_go(rehearsal, "A", attested=True), "A")
    unknown(rehearsal, "B", owner=ELSEWHERE)
    assert "pass --attest" in why(let_go(rehearsal, "B"), "B")
    assert results(let_go(rehearsal, "B", attested=True)) == {"B": "not_sent"}


def test_an_order_that_is_found_is_not_released(rehearsal: Rehearsal, gone: str) -> None:
    """Either of the two look-ups finds it: created, and nothing to release."""
    rehearsal.sandbox.add_faults([
        create("close", "after", "A"),
        Fault(what="status", status=404, body="gone", operation="lookup", times=-1),
    ])  # fmt: skip
    rehearsal.submit([row("A")])
    rehearsal.sandbox.clear_faults()
    unknown(rehearsal, "B", owner=gone)
    run = let_go(rehearsal, "A", "B")
    assert (results(run), run.exit_code) == ({"A": "created", "B": "not_sent"}, 0)


def test_an_order_that_cannot_be_looked_up_is_not_released(rehearsal: Rehearsal, gone: str) -> None:
    """An answer that says nothing is no evidence: one unclear look-up keeps the order."""
    unknown(rehearsal, "A", owner=gone)
    rehearsal.sandbox.add_faults(
        [Fault(what="status", status=404, body="gone", operation="lookup")]
    )
    run = let_go(rehearsal, "A")
    assert (results(run), rehearsal.states()["A"]) == ({"A": "unknown"}, "unknown")
    assert "could not be looked up twice" in why(run, "A")


def test_only_what_is_unknown_can_be_released(rehearsal: Rehearsal) -> None:
    """An order that is not there is wrong usage; one that is made is told and stays."""
    with pytest.raises(UsageError, match="has no order NOPE"):
        let_go(rehearsal, "FIRST", "NOPE")
    assert results(let_go(rehearsal, "FIRST")) == {"FIRST": "created"}


def test_what_arrived_late_is_found_before_it_is_sent_again(
    rehearsal: Rehearsal, gone: str
) -> None:
    """Released, and then the first request shows after all: resume takes it, and sends nothing."""
    unknown(rehearsal, "A", owner=gone)
    let_go(rehearsal, "A")
    order_id = ordered_elsewhere(rehearsal, "A")
    resumed = rehearsal.resume()
    assert resumed is not None
    assert rehearsal.entries()["A"].order_id == order_id
    assert rehearsal.posts("A") == 2, "the lost one, and the one that showed late"
