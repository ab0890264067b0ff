"""What was confirmed and then found wrong is not sent; each run keeps its own record."""

import sqlite3
from contextlib import closing

from loader.app.history import told_again
from loader.core.model import Run
from tests.integration.submission.rehearsal import Rehearsal, answer, create, results, row, rows
from tests.integration.submission.test_again import codes, stopped


def record(rehearsal: Rehearsal, run_id: str) -> Run:
    """Return a run of the history as it stands by now."""
    with rehearsal.ledger() as ledger:
        found = ledger.load_run(run_id)
        assert found is not None
        return told_again(found, ledger)


# ------------------------------------------------------------------ stale content
def test_what_a_newer_file_has_to_correct_is_not_sent(rehearsal: Rehearsal) -> None:
    """Confirmed, not sent, then wrong in a newer file: resume sends the rest and holds it back."""
    stopped(rehearsal, "A", "B")
    newer = rehearsal.submit([row("A", Serving="eight")])
    assert results(newer) == {"A": "to_correct"}
    assert "LEDGER-WAITING" in codes_of(newer, "A"), "it is said that older content waits"
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed) == {"A": "to_correct", "B": "created"}
    assert codes(resumed)["A"] == "LEDGER-WAITING"
    assert resumed.exit_code == 1
    assert rehearsal.posts("A") == 0
    assert rehearsal.states()["A"] == "planned"


def test_naming_the_older_run_does_not_send_stale_content(rehearsal: Rehearsal) -> None:
    """Not even when the run is named; and the newer run's own orders are still sent."""
    first = stopped(rehearsal, "A", "B")
    rehearsal.submit([row("A", Serving="eight"), row("C")])
    resumed = rehearsal.resume(first)
    assert resumed is not None
    assert results(resumed) == {"A": "to_correct", "B": "created"}
    assert (rehearsal.posts("A"), rehearsal.posts("C")) == (0, 1)


def test_corrected_content_takes_the_place_of_stale_content(rehearsal: Rehearsal) -> None:
    """The way out: correct the order and submit it again; only the new content is sent."""
    stopped(rehearsal, "A")
    rehearsal.submit([row("A", Serving="eight")])
    assert results(rehearsal.submit([row("A", Serving="2")])) == {"A": "created"}
    assert rehearsal.posts("A") == 1


def test_the_older_file_can_be_submitted_again(rehearsal: Rehearsal) -> None:
    """The other way out: the older content is confirmed anew, and is the newest word then."""
    stopped(rehearsal, "A")
    rehearsal.submit([row("A", Serving="eight")])
    stopped(rehearsal, "A")
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed) == {"A": "created"}


def test_a_refused_order_that_is_wrong_by_now_stays(rehearsal: Rehearsal) -> None:
    """`resume --refused` sends no stale content either."""
    rehearsal.sandbox.add_faults([answer(422, "A"), answer(422, "B")])
    rehearsal.submit([row("A"), row("B")])
    rehearsal.submit([row("A", Serving="eight")])
    resumed = rehearsal.resume(refused=True)
    assert resumed is not None
    assert results(resumed) == {"A": "to_correct", "B": "created"}
    assert rehearsal.posts("A") == 1, "the one that was refused"


def codes_of(run: Run, key: str) -> list[str]:
    """Return the codes of all findings that stand on an order."""
    return [finding.code for finding in run.findings if finding.order == key]


# ------------------------------------------------------------------ each run its own record
def test_a_resume_leaves_the_record_of_the_submit(rehearsal: Rehearsal) -> None:
    """The submit's record says what it did, the resume's what that did; both tell the orders."""
    rehearsal.concurrency = 1
    rehearsal.sandbox.add_faults([answer(429, "R003", headers={"Retry-After": "400"})])
    run = rehearsal.submit(rows(4))
    assert results(run)["R001"] == results(run)["R002"] == "created"
    assert run.exit_code == 5
    with rehearsal.ledger() as ledger:
        before = ledger.load_run(run.run_id)
    rehearsal.sandbox.clear_faults()
    wait_out(rehearsal)
    resumed = rehearsal.resume(run.run_id)
    assert resumed is not None
    assert resumed.run_id != run.run_id
    assert results(resumed) == {
        "R001": "skipped", "R002": "skipped", "R003": "created", "R004": "created",
    }  # fmt: skip
    with rehearsal.ledger() as ledger:
        assert ledger.load_run(run.run_id) == before
        kept = [one.command for one in ledger.list_runs()]
    assert kept[:2] == ["resume", "submit"]
    assert set(results(record(rehearsal, run.run_id)).values()) == {"created"}
    assert results(record(rehearsal, resumed.run_id)) == results(resumed)


def wait_out(rehearsal: Rehearsal) -> None:
    """Let the orders that the API asked to wait for be due."""
    with closing(sqlite3.connect(rehearsal.folder / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE entry SET not_before = 0")
        db.execute("UPDATE account SET paused_until = 0")


def test_a_resume_that_stops_is_taken_up_by_the_next(rehearsal: Rehearsal) -> None:
    """A resume over a resume holds each order and each row once."""
    stopped(rehearsal, "A", "B")
    rehearsal.sandbox.add_faults([create("close", key="A"), answer(403, "B")])
    middle = rehearsal.resume()
    assert middle is not None
    assert results(middle) == {"A": "unknown", "B": "refused"}
    last = rehearsal.resume()
    assert last is not None
    assert results(last) == {"A": "unknown", "B": "refused"}
    assert [one.rows for one in last.inputs] == [2]
    assert last.run_id not in last.facts["Runs"].split(", ")


def test_orders_corrected_since_are_not_asked_for_again(rehearsal: Rehearsal) -> None:
    """An order that the resumed run had to correct, and a later file has made, needs nobody."""
    rehearsal.sandbox.add_faults([create("close", key="B")])
    rehearsal.submit([row("A", Serving="eight"), row("B")])
    rehearsal.submit([row("A", Serving="2")])
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed) == {"A": "skipped", "B": "unknown"}


# ------------------------------------------------------------------ a look-up id of another key
def test_a_look_up_id_of_another_order_holds_back_one_order(rehearsal: Rehearsal) -> None:
    """The order whose look-up id belongs to another key is to correct; the others are sent."""
    rehearsal.submit([with_id("A", "SAME-ID")])
    run = rehearsal.submit([with_id("B", "SAME-ID"), row("C")])
    assert results(run) == {"B": "to_correct", "C": "created"}
    assert codes(run) == {"B": "LOOKUP-TWICE"}
    assert run.exit_code == 1
    assert rehearsal.posts("B") == 0


def test_a_plan_tells_a_look_up_id_that_is_taken_since(rehearsal: Rehearsal) -> None:
    """A plan knows it; one that was saved before is told when it is sent."""
    planned, _ = rehearsal.plan(rehearsal.file([with_id("B", "SAME-ID"), row("C")]))
    assert codes(planned) == {}
    rehearsal.submit([with_id("A", "SAME-ID")])
    again, _ = rehearsal.plan(rehearsal.file([with_id("B", "SAME-ID"), row("C")]))
    assert codes(again) == {"B": "LOOKUP-TWICE"}
    assert results(rehearsal.send(planned)) == {"B": "to_correct", "C": "created"}


def with_id(key: str, lookup: str) -> dict[str, str]:
    """Return an order with a look-up id of its own."""
    return row(key) | {"client_custom_order_id": lookup}
