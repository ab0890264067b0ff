"""A saved plan is sent exactly as it is, or refused with the name of what changed since."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loader.app.plan_file import check_fresh, load_plan, save_plan
from loader.core.errors import InputError, StalePlan
from loader.core.model import Account, Catalogue, Run
from tests.integration.submission.rehearsal import Rehearsal, results, row

Document = dict[str, Any]
Change = Callable[[Document], object]


@pytest.fixture
def saved(rehearsal: Rehearsal) -> Path:
    """Return a plan of two orders, saved."""
    path = rehearsal.folder / "plan.json"
    run, catalogue = rehearsal.plan(rehearsal.file([row("A"), row("B")]))
    save_plan(run, catalogue, path)
    return path


def load(rehearsal: Rehearsal, path: Path) -> Run:
    """Load a plan as `submit PLAN` does, against the catalogue of today."""
    run, binds = load_plan(path)
    now, catalogue = rehearsal.plan(rehearsal.file([row("X")], "other.csv"))
    check_fresh(run, binds, now.signed_in, catalogue)
    return replace(run, run_id=rehearsal.new_run_id())


def test_a_plan_is_private_and_exact(rehearsal: Rehearsal, saved: Path) -> None:
    """Mode 0600, and what is sent from it are the very bodies that were planned."""
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    planned = {order["key"]: order["request"] for order in json.loads(saved.read_bytes())["orders"]}
    run = rehearsal.send(load(rehearsal, saved))
    assert results(run) == {"A": "created", "B": "created"}
    assert {key: json.loads(entry.body or b"") for key, entry in rehearsal.entries().items()
            if key in planned} == planned  # fmt: skip


def test_a_plan_sent_twice_sends_once(rehearsal: Rehearsal, saved: Path) -> None:
    """The ledger decides, not the plan: the second time everything is skipped."""
    rehearsal.send(load(rehearsal, saved))
    again = rehearsal.send(load(rehearsal, saved))
    assert results(again) == {"A": "skipped", "B": "skipped"}


def of_order(document: Document, key: str) -> Document:
    """Return one order of a plan."""
    found: Document = next(order for order in document["orders"] if order["key"] == key)
    return found


EDITS: dict[str, tuple[Change, str]] = {
    "a request": (
        lambda plan: of_order(plan, "A")["request"]["consumer"].update(first_name="Bo"),
        "the request of order A",
    ),
    "an action": (lambda plan: of_order(plan, "A").update(action="none"), "the plan file itself"),
    "a row": (lambda plan: of_order(plan, "A").update(rows=[7]), "the plan file itself"),
    "an order": (lambda plan: plan["orders"].pop(), "the plan file itself"),
    "a bound hash": (
        lambda plan: plan["binds"]["inputs"].clear(), "the plan file itself"
    ),
    "nothing": (lambda plan: None, ""),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_plan_is_refused(rehearsal: Rehearsal, saved: Path, what: str) -> None:
    """Whatever is edited in the file, it is refused with exit 7 and named; untouched, it is not."""
    change, named = EDITS[what]
    document = json.loads(saved.read_bytes())
    change(document)
    saved.write_text(json.dumps(document), "utf-8")
    if not named:
        load(rehearsal, saved)
        return
    with pytest.raises(StalePlan) as refused:
        load(rehearsal, saved)
    assert refused.value.exit_code == 7
    assert named in refused.value.message
    assert "Bo" not in refused.value.message


def test_a_changed_input_is_named(rehearsal: Rehearsal, saved: Path) -> None:
    """The order file was edited after planning: the plan is stale, and says which file."""
    path = rehearsal.file([row("A"), row("B"), row("C")])
    with pytest.raises(StalePlan, match=r"Changed since: .*orders\.csv\."):
        load(rehearsal, saved)
    path.unlink()
    with pytest.raises(StalePlan, match=r"orders\.csv \(cannot be read any more\)"):
        load(rehearsal, saved)


def with_item(catalogue: Catalogue, **changes: Any) -> Catalogue:  # noqa: ANN401  # any field
    """Return the catalogue with the ordered product changed, as the API would tell it."""
    one = "00000000-0000-4000-8000-000000000101"
    item = replace(catalogue.items[one], **changes)
    return replace(catalogue, items={**catalogue.items, one: item})


def test_a_changed_product_is_named(rehearsal: Rehearsal, saved: Path) -> None:
    """A product that is not active any more, or is gone: stale, and named as people know it."""
    run, binds = load_plan(saved)
    _, catalogue = rehearsal.plan(rehearsal.file([row("X")], "other.csv"))
    check_fresh(run, binds, run.signed_in, catalogue)
    inactive = with_item(catalogue, active=False, digest="other")
    gone = Catalogue({}, 0.0)
    for changed in (inactive, gone):
        with pytest.raises(StalePlan, match="Vitamin D3 25 mcg in the catalogue"):
            check_fresh(run, binds, run.signed_in, changed)


def test_another_account_is_named(rehearsal: Rehearsal, saved: Path) -> None:
    """A plan is not sent for another account, or to another environment."""
    run, binds = load_plan(saved)
    _, catalogue = rehearsal.plan(rehearsal.file([row("X")], "other.csv"))
    for other in (Account(run.signed_in.environment, "somebody"), Account("prod", "x")):
        with pytest.raises(StalePlan, match="the account or the environment"):
            check_fresh(run, binds, other, catalogue)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"schema": "order-loader/run/1", "command": "submit"}',
                '{"schema": "order-loader/run/1", "command": "plan", "binds": {}}',
                '{"schema": "order-loader/run/1", "command": "plan", "binds": null}',
                '{"schema": "order-loader/run/9", "command": "plan"}'],
)  # fmt: skip
def test_what_is_no_plan_is_said(tmp_path: Path, content: str) -> None:
    """Another JSON file, or half a plan, is an unreadable input (exit 3), never a defect."""
    path = tmp_path / "plan.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match="is not a plan"):
        load_plan(path)
