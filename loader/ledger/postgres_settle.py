"""Recording outcomes: what the request came to, and what that makes of the entry."""

from collections.abc import Iterable, Sequence

from loader.ledger.postgres_steps import Step, advance, locked, many
from loader.ledger.postgres_store import Writing
from loader.ledger.rules import Request
from loader.ledger.settling import conclude
from loader.ports import Settlement

_REQUESTS = "SELECT attempt, entry_id, epoch, fingerprint FROM attempt WHERE entry_id = ANY(%s)"
# The reply is a fact about the request even when the entry has moved on; an order that was made
# stays made.
_COMPLETE = """
UPDATE attempt SET outcome = %s, order_id = coalesce(%s, order_id), ended_at = %s
WHERE attempt = %s AND entry_id = %s AND epoch = %s AND fingerprint = %s
  AND outcome IS DISTINCT FROM 'created'
"""


def settle(writing: Writing, settlements: Sequence[Settlement]) -> list[bool]:
    """Record outcomes as `rules.rule_on` says; return which of them stand in the ledger now."""
    ids = {one.entry_id for one in settlements}
    there = locked(writing, ids)
    requests = _requests(writing, ids)
    steps: list[Step] = []
    replies: list[tuple[object, ...]] = []
    answers = []
    for one in settlements:
        was = there.get(one.entry_id)
        if was is None:
            answers.append(False)
            continue
        concluded = conclude(was, one, requests.get((one.attempt, one.entry_id)))
        if one.attempt:
            reply = (one.state.value, one.order_id, writing.at)
            replies.append((*reply, one.attempt, one.entry_id, one.epoch, one.fingerprint))
        if concluded.becomes is not None:
            there[one.entry_id] = concluded.becomes
            steps.append(
                Step(
                    was=was,
                    becomes=concluded.becomes,
                    attempt=one.attempt,
                    evidence=concluded.evidence,
                )
            )
        answers.append(concluded.stands)
    many(writing.db, _COMPLETE, replies)
    advance(writing, steps)
    return answers


def _requests(writing: Writing, ids: Iterable[int]) -> dict[tuple[str, int], Request]:
    """Return what these entries burnt, by attempt and entry."""
    rows = writing.db.execute(_REQUESTS, (list(ids),)).fetchall()
    last: dict[int, int] = {}
    for row in rows:
        last[row["entry_id"]] = max(row["epoch"], last.get(row["entry_id"], 0))
    return {
        (row["attempt"], row["entry_id"]): Request(
            epoch=row["epoch"],
            fingerprint=row["fingerprint"],
            burnt_since=row["epoch"] < last[row["entry_id"]],
        )
        for row in rows
    }
