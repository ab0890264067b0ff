"""Look-ups settle what is unknown: side by side, under a brake, never costing an outcome."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from loader.app.scribe import Scribe
from loader.core.lifecycle import State
from loader.ports import Settlement
from loader.sandbox import Fault, Sandbox
from loader.wiring import current_owner
from tests.integration.submission.conftest import Start
from tests.integration.submission.rehearsal import (
    Rehearsal,
    answer,
    create,
    results,
    row,
    rows,
)  # fmt: skip


def unclear() -> Fault:
    """Return the fault that answers look-ups with something that says nothing."""
    return Fault(what="status", status=404, body="gone", operation="lookup", times=-1)


def looked_up(rehearsal: Rehearsal) -> list[str]:
    """Return the ids that were looked up, in their order."""
    return [
        one["client_custom_order_id"]
        for one in rehearsal.sandbox.truth()
        if one["operation"] == "lookup"
    ]


def left_unknown(rehearsal: Rehearsal, count: int, when: str = "after") -> list[str]:
    """Leave orders behind whose outcome is unknown, made or not by `when`; return their keys.

    A sound order after each keeps the run from stopping.
    """
    keys = [one["Order ID"] for one in rows(count)]
    for key in keys:
        rehearsal.sandbox.add_faults([create("close", when, key)])
    rehearsal.sandbox.add_faults([unclear()])
    rehearsal.concurrency = 1
    rehearsal.submit([row(one) for key in keys for one in (key, f"{key}-sound")])
    rehearsal.sandbox.clear_faults()
    assert {rehearsal.states()[key] for key in keys} == {"unknown"}
    return keys


def test_unknown_orders_are_looked_up_side_by_side(start: Start) -> None:
    """Six look-ups of half a second each, four at a time, take two rounds, not six."""
    rehearsal = start(latency=0.0)
    left_unknown(rehearsal, 6)
    rehearsal.concurrency = 4
    rehearsal.sandbox.add_faults([Fault(what="delay", seconds=0.5, operation="lookup", times=-1)])
    before = len(looked_up(rehearsal))
    began = time.monotonic()
    run = rehearsal.reconcile()
    assert time.monotonic() - began < 2.5
    assert len(looked_up(rehearsal)) - before == 6
    assert set(results(run).values()) == {"created"}


def test_look_ups_that_say_nothing_stop(start: Start) -> None:
    """Three in a row without an answer: no more are asked, nothing is sent, and it is said."""
    rehearsal = start()
    left_unknown(rehearsal, 6)
    rehearsal.concurrency = 1
    rehearsal.sandbox.add_faults([unclear()])
    before = len(looked_up(rehearsal))
    run = rehearsal.reconcile()
    assert len(looked_up(rehearsal)) - before == 3
    assert run.stopped.startswith("Orders could not be looked up")
    assert "Orders that could not be looked up: 6. Try again later." in run.not_checked
    assert run.exit_code == 6


def test_a_resume_that_cannot_look_up_sends_nothing(rehearsal: Rehearsal) -> None:
    """Where an account may not look up any more, the resume stops before it sends."""
    rehearsal.sandbox.add_faults([create("close", key="A"), answer(403, "B")])
    rehearsal.concurrency = 1
    rehearsal.submit([row("A"), row("B"), row("C")])
    assert rehearsal.states()["C"] == "planned"
    before = rehearsal.posts()
    no = {"error": {"message": "no"}}
    rehearsal.sandbox.add_faults(
        [Fault(what="status", status=403, body=no, operation="lookup", times=-1)]
    )
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed)["C"] == "not_sent"
    assert resumed.stopped.startswith("This account may not go on: the API answered 403")
    assert rehearsal.posts() == before


def test_a_long_pause_holds_the_next_command_back_too(rehearsal: Rehearsal) -> None:
    """What the API asked everybody to wait is remembered: a resume at once asks nothing."""
    rehearsal.sandbox.add_faults([answer(429, "A", headers={"Retry-After": "400"})])
    rehearsal.concurrency = 1
    assert rehearsal.submit([row("A"), row("B")]).exit_code == 5
    before = len(rehearsal.sandbox.truth())
    resumed = rehearsal.resume()
    assert resumed is not None
    assert resumed.stopped == "The API asks for a pause of 7 minutes"
    assert results(resumed) == {"A": "deferred", "B": "not_sent"}
    asked = [one["operation"] for one in rehearsal.sandbox.truth()[before:]]
    assert not {"create", "lookup"} & set(asked)


# ------------------------------------------------------------------ refused, and not seen
def test_refusals_that_cannot_be_looked_up_stop_the_run(rehearsal: Rehearsal) -> None:
    """Refused, but nobody can say whether it is there: unknown, and three of them stop the run."""
    rehearsal.concurrency = 1
    rehearsal.sandbox.add_faults([answer(422, times=-1), unclear()])
    run = rehearsal.submit(rows(8))
    counts = list(results(run).values())
    assert (counts.count("unknown"), counts.count("not_sent")) == (3, 5)
    assert run.stopped.startswith("The outcome of 3 orders in a row is unknown")
    error = run.orders[0].error
    assert error is not None
    assert error["message"].startswith("Refused, but whether the order is there could not be")
    assert error["http_status"] == 422


def test_a_refusal_as_a_duplicate_that_nobody_sees_is_unknown(rehearsal: Rehearsal) -> None:
    """The number is taken, and the look-up lags: the order may be ours, so nothing is concluded."""
    rehearsal.sandbox.add_faults([
        create("invisible", key="A", seconds=8), create("close", "after", "A"),
    ])  # fmt: skip
    assert results(rehearsal.submit([row("A")])) == {"A": "unknown"}
    with closing(sqlite3.connect(rehearsal.folder / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE entry SET state = 'planned' WHERE key = 'A'")  # sent a second time
    resumed = rehearsal.resume()
    assert resumed is not None
    assert results(resumed) == {"A": "unknown"}
    error = resumed.orders[0].error
    assert error is not None
    assert error["message"].startswith("Refused as an order that is there already")
    while rehearsal.states()["A"] == "unknown":
        rehearsal.reconcile()
    assert rehearsal.states()["A"] == "created"


# ------------------------------------------------------------------ odd replies
def test_an_odd_reply_costs_no_outcome(tmp_path: Path) -> None:
    """A 201 whose name and status are no text is created all the same, and so are its neighbours.

    The reply is made up, so the server's record knows nothing of that order.
    """
    with Sandbox(tmp_path / "sandbox") as sandbox:
        rehearsal = Rehearsal(tmp_path, sandbox, concurrency=8)
        odd = {"order": {"id": "made-up", "name": 5, "status": {"is": "new"}}}
        rehearsal.submit([row("FIRST")])
        sandbox.add_faults([answer(201, "R003", body=odd)])
        run = rehearsal.submit(rows(8))
        assert set(results(run).values()) == {"created"}
        entry = rehearsal.entries()["R003"]
        assert (entry.order_id, entry.order_name, entry.status) == ("made-up", None, None)


def test_one_bad_item_costs_its_commit_batch_nothing(rehearsal: Rehearsal) -> None:
    """Where one of many outcomes cannot be written, the others are written on their own."""
    keys = left_unknown(rehearsal, 6, "before")
    entries = [rehearsal.entries()[key] for key in keys]

    async def work() -> list[object]:
        with rehearsal.ledger() as ledger:
            async with Scribe(ledger, "run_x", current_owner(), 60.0) as scribe:
                return await asyncio.gather(
                    *(
                        scribe.settle(
                            Settlement(
                                entry_id=entry.id, epoch=entry.epoch,
                                fingerprint=entry.fingerprint, since=frozenset({State.UNKNOWN}),
                                state=State.REFUSED,
                                evidence={"not": "text"} if number == 2 else "no",  # type: ignore[arg-type]  # what no adapter can write
                            )
                        )
                        for number, entry in enumerate(entries)
                    ),
                    return_exceptions=True,
                )  # fmt: skip

    answers = asyncio.run(work())
    assert [one is True for one in answers] == [number != 2 for number in range(6)]
    assert list(rehearsal.states().values()).count("refused") == 5
