"""Stored columns as the port's dataclasses, and back: the same for every ledger."""

import json
from collections.abc import Mapping
from typing import Any

from loader.core.lifecycle import IN_FLIGHT, Operation, State
from loader.core.model import Account
from loader.ports import Entry, RunRecord, Transition


def entry_of(columns: Mapping[str, Any]) -> Entry:
    """Return an entry; its body where that was read with it."""
    return Entry(
        id=columns["id"],
        account=Account(columns["environment"], columns["account"]),
        key=columns["key"],
        operation=Operation(columns["operation"]),
        state=State(columns["state"]),
        epoch=columns["epoch"],
        fingerprint=columns["fingerprint"],
        lookup_id=columns["lookup_id"],
        body=columns.get("body"),
        run_id=columns["run_id"],
        attempts=columns["attempts"],
        look_first=bool(columns["look_first"]),
        not_before=columns["not_before"],
        order_id=columns["order_id"],
        order_name=columns["order_name"],
        status=columns["status"],
        error=_read(columns["error"]),
        entered_at=columns["entered_at"],
        updated_at=columns["updated_at"],
        person=columns["person"],
        contents=columns["contents"],
        owner=columns["owner"],
        consumer_id=columns["consumer_id"],
        tracking=_read(columns["tracking"]),
    )


def _read(text: str | None) -> dict[str, Any] | None:
    return None if text is None else dict(json.loads(text))


def stored(value: Mapping[str, Any] | None) -> str | None:
    """Return an entry's error or tracking as it is stored."""
    return None if value is None else json.dumps(dict(value), ensure_ascii=False)


def moved(entry: Entry, lease_until: float | None) -> dict[str, object]:
    """Return the columns that an arrow may change; owner and lease end with the flight."""
    in_flight = entry.state in IN_FLIGHT
    return {
        "state": entry.state.value,
        "epoch": entry.epoch,
        "attempts": entry.attempts,
        "look_first": entry.look_first,
        "not_before": entry.not_before,
        "owner": entry.owner if in_flight else "",
        "lease_until": lease_until if in_flight else 0.0,
        "order_id": entry.order_id,
        "order_name": entry.order_name,
        "status": entry.status,
        "error": stored(entry.error),
        "consumer_id": entry.consumer_id,
        "tracking": stored(entry.tracking),
    }


def run_of(columns: Mapping[str, Any]) -> RunRecord:
    """Return a run, its document where that was read with it."""
    account = None
    if columns["environment"] is not None:
        account = Account(columns["environment"], columns["account"])
    return RunRecord(
        run_id=columns["run_id"],
        command=columns["command"],
        account=account,
        env=columns["env"],
        started_at=columns["started_at"],
        ended_at=columns["ended_at"],
        exit_code=columns["exit_code"],
        document=columns.get("document"),
    )


def transition_of(columns: Mapping[str, Any]) -> Transition:
    """Return a step of the journal."""
    return Transition(
        entry_id=columns["entry_id"],
        at=columns["at"],
        was=None if columns["was"] is None else State(columns["was"]),
        became=State(columns["became"]),
        epoch=columns["epoch"],
        evidence=columns["evidence"],
    )
