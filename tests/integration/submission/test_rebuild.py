"""A lost ledger is rebuilt from the API's list, and the two are compared, sending nothing."""

from pathlib import Path

from loader.app.entering import skip_what_is_made
from loader.core.lifecycle import State
from loader.core.model import Account, Run
from loader.ports import Trust
from loader.sandbox import Fault, Sandbox, SandboxSettings
from tests.integration.submission.conftest import Start
from tests.integration.submission.rehearsal import Rehearsal, create, results, row, rows
from tests.integration.submission.test_again import OTHER_CONTENT, by_hand, codes, ordered_elsewhere

ABSENT = {"error": {"errorCode": "RESOURCE_NOT_FOUND", "message": "order not found"}}


def trust(rehearsal: Rehearsal) -> Trust:
    """Return what the ledger's silence means by now."""
    with rehearsal.ledger() as ledger:
        (account,) = {one.account for one in ledger.list_runs() if one.account is not None}
        assert isinstance(account, Account)
        return ledger.trust(account)


def told(run: Run, code: str) -> list[str | None]:
    """Return the orders of which a code is told."""
    return [finding.order for finding in run.findings if finding.code == code]


def test_a_lost_ledger_is_rebuilt(tmp_path: Path) -> None:
    """Every order of the list is known again: the same file skips all, other content is told.

    The ledger that sent them is gone, so that its burns cannot be compared at the end.
    """
    with Sandbox(tmp_path / "sandbox") as sandbox:
        first = Rehearsal(tmp_path, sandbox)
        path = first.file([row("A"), row("B"), row("C", Serving="2")])
        planned, _ = first.plan(path)
        first.submit(path)
        order_ids = {key: entry.order_id for key, entry in first.entries().items()}
        folder = tmp_path / "new"
        folder.mkdir()
        rehearsal = Rehearsal(folder, sandbox)
        run = rehearsal.reconcile(everything=True)
        assert results(run) == dict.fromkeys("ABC", "created")
        assert sorted(map(str, told(run, "LEDGER-FOUND"))) == ["A", "B", "C"]
        assert (run.exit_code, run.stopped) == (0, "")
        assert {key: entry.order_id for key, entry in rehearsal.entries().items()} == order_ids
        assert trust(rehearsal) is Trust.KNOWN
        before = rehearsal.posts()
        again = rehearsal.submit(path)
        assert set(results(again).values()) == {"skipped"}
        with rehearsal.ledger() as ledger:
            skip_what_is_made(planned, ledger)
        assert {order.action for order in planned.orders} == {"skip"}, "a plan from before, too"
        changed = rehearsal.submit([row("A", Serving="2"), row("D")])
        assert results(changed) == {"A": "to_correct", "D": "created"}
        assert codes(changed)["A"] == "LEDGER-DIFFERENT"
        assert rehearsal.posts() == before + 1
        second = rehearsal.reconcile(everything=True)
        assert told(second, "LEDGER-FOUND") == []


def test_a_list_that_is_shorter_than_the_count_is_not_complete(start: Start) -> None:
    """The count names an order more, each time: exit 5, said so, and the ledger is not trusted."""
    rehearsal = start(new=True)
    ordered_elsewhere(rehearsal, "X")
    more = Fault(what="status", status=200, body={"count": 2}, operation="count", times=-1)
    rehearsal.sandbox.add_faults([more])
    run = rehearsal.reconcile(everything=True)
    assert run.stopped == (
        "The list showed 1 orders, and OK Capsule counts 2: the comparison is not complete"
    )
    assert run.exit_code == 5
    assert trust(rehearsal) is Trust.LOOK_FIRST
    rehearsal.sandbox.clear_faults()
    assert rehearsal.reconcile(everything=True).exit_code == 0
    assert trust(rehearsal) is Trust.KNOWN


def test_the_list_is_walked_again_while_orders_arrive(rehearsal: Rehearsal) -> None:
    """A count that was right a moment later: walked twice, complete, exit 0."""
    late = Fault(what="status", status=200, body={"count": 2}, operation="count")
    rehearsal.sandbox.add_faults([late])
    before = len(rehearsal.sandbox.truth())
    assert rehearsal.reconcile(everything=True).exit_code == 0
    operations = [one["operation"] for one in rehearsal.sandbox.truth()[before:]]
    assert (operations.count("list"), operations.count("count")) == (2, 2)


def test_a_list_that_cannot_be_read_is_no_evidence(start: Start) -> None:
    """A page that fails: exit 5, in words, and nothing is trusted."""
    rehearsal = start(new=True)
    page = Fault(what="status", status=404, body="gone", operation="list", times=-1)
    rehearsal.sandbox.add_faults([page])
    run = rehearsal.reconcile(everything=True)
    assert run.stopped.startswith("The orders could not be read to their end")
    assert run.exit_code == 5
    assert trust(rehearsal) is Trust.LOOK_FIRST


def test_an_order_that_only_the_list_shows_settles_its_outcome(rehearsal: Rehearsal) -> None:
    """A look-up shows none, the list has it: created, or a conflict where it differs.

    What neither shows stays unknown.
    """
    rehearsal.sandbox.add_faults([
        create("close", "after", "A"), create("close", key="B"), create("close", key="C"),
        Fault(what="status", status=404, body=ABSENT, operation="lookup", times=-1),
    ])  # fmt: skip
    rehearsal.concurrency = 1
    rehearsal.submit([row("A"), row("A-next"), row("B"), row("B-next"), row("C")])
    other = ordered_elsewhere(rehearsal, "B", **OTHER_CONTENT)
    run = rehearsal.reconcile(everything=True)
    assert results(run) == {
        "FIRST": "created", "A": "created", "A-next": "created", "B": "conflict",
        "B-next": "created", "C": "unknown",
    }  # fmt: skip
    assert rehearsal.entries()["B"].order_id == other
    assert "products and sizes" in str(rehearsal.entries()["B"].error)
    assert run.exit_code == 6


def test_two_orders_under_one_key_are_a_conflict_for_created_keys_too(tmp_path: Path) -> None:
    """A look-up shows one of them at most; the list shows both, whether the ledger knew it or not.

    The server made them, so the invariant that there is one cannot hold here.
    """
    settings = SandboxSettings(unique_ids=False)
    with Sandbox(tmp_path / "sandbox", settings=settings) as sandbox:
        rehearsal = Rehearsal(tmp_path, sandbox)
        assert results(rehearsal.submit([row("A"), row("B")])) == dict.fromkeys("AB", "created")
        own = rehearsal.entries()["A"].order_id
        ordered_elsewhere(rehearsal, "A")
        for _ in range(2):
            ordered_elsewhere(rehearsal, "Z")
        run = rehearsal.reconcile(everything=True)
        assert results(run) == {"A": "conflict", "B": "created", "Z": "conflict"}
        entry = rehearsal.entries()["A"]
        assert (entry.state, entry.order_id) == (State.CONFLICT, own)
        assert "two orders under this number: OR-" in str(entry.error)
        assert run.exit_code == 1
        assert codes(rehearsal.submit([row("A")])) == {"A": "LEDGER-CONFLICT"}


def test_what_only_one_side_knows_is_named(rehearsal: Rehearsal) -> None:
    """Orders of other programs are counted, and one that was deleted at the API is told."""
    rehearsal.submit(rows(2))
    ordered_elsewhere(rehearsal, "-", source_client_order_id=None, client_custom_order_id=None)
    with by_hand(rehearsal) as client:
        deleted = client.delete(f"/v2/orders/{rehearsal.entries()['R002'].order_id}")
    assert deleted.status_code == 204
    run = rehearsal.reconcile(everything=True)
    assert told(run, "LEDGER-MISSING") == ["R002"]
    assert results(run)["R002"] == "created"
    assert any("without a number of ours: 1." in line for line in run.not_checked)
