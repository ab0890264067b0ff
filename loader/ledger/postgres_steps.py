"""Reading entries under a lock, and the one place where arrows are taken: many in one journey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loader.core.errors import Defect
from loader.core.lifecycle import State
from loader.ledger.postgres_store import Db, Row, Writing
from loader.ledger.rows import entry_of, moved
from loader.ledger.steps import check_arrow
from loader.ports import Entry

# In order of their ids: two calls that lock several entries never wait for each other.
_LOCKED = "SELECT * FROM entry WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_ADVANCE = """
UPDATE entry SET state = %(state)s, epoch = %(epoch)s, attempts = %(attempts)s,
  look_first = %(look_first)s, not_before = %(not_before)s, owner = %(owner)s,
  lease_until = coalesce(%(lease_until)s, lease_until), order_id = %(order_id)s,
  order_name = %(order_name)s, status = %(status)s, error = %(error)s,
  consumer_id = %(consumer_id)s, tracking = %(tracking)s, updated_at = %(at)s
WHERE id = %(id)s AND state = %(was_state)s AND epoch = %(was_epoch)s
  AND fingerprint = %(was_fingerprint)s
"""
JOURNAL = """
INSERT INTO journal (at, entry_id, was, became, epoch, attempt, owner, evidence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An arrow that an entry takes, and what the journal says of it."""

    was: Entry
    becomes: Entry
    attempt: str = ""
    evidence: str = ""
    lease_until: float | None = None


def to_entry(row: Row, ahead: float) -> Entry:
    """Return a row as an entry; a due time as the caller's clock, `ahead` of ours, will show it."""
    entry = entry_of(row)
    return replace(entry, not_before=entry.not_before + ahead) if entry.not_before else entry


def locked(writing: Writing, entry_ids: Iterable[int]) -> dict[int, Entry]:
    """Return these entries by id, without bodies, as nobody else can change them meanwhile."""
    rows = writing.db.execute(_LOCKED, (list(set(entry_ids)),)).fetchall()
    return {row["id"]: to_entry(row, writing.ahead) for row in rows}


def advance(writing: Writing, steps: Sequence[Step]) -> None:
    """Take arrows of entries that are locked, in their order, and journal them."""
    for step in steps:
        check_arrow(step.was, step.becomes)
    changed = many(writing.db, _ADVANCE, [_columns(writing, step) for step in steps])
    if changed != len(steps):
        raise Defect("A ledger entry changed while it was locked.")
    journal(writing, steps)


def journal(writing: Writing, steps: Sequence[Step], *, entered: bool = False) -> None:
    """Write transitions down; those of entries that have just come in have no state before."""
    rows = [
        (
            writing.at,
            step.becomes.id,
            None if entered else step.was.state.value,
            step.becomes.state.value,
            step.becomes.epoch,
            step.attempt,
            step.becomes.owner if step.becomes.state is State.CLAIMED else writing.by,
            step.evidence,
        )
        for step in steps
    ]
    many(writing.db, JOURNAL, rows)


def many(db: Db, statement: str, rows: Sequence[object]) -> int:
    """Run a statement for each row, in one journey to the server; return how many rows changed."""
    if not rows:
        return 0
    with db.cursor() as cursor:
        cursor.executemany(statement, rows)  # type: ignore[arg-type]  # tuples or dicts
        return cursor.rowcount


def _columns(writing: Writing, step: Step) -> dict[str, object]:
    due = step.becomes.not_before
    return {
        "id": step.was.id,
        "was_state": step.was.state.value,
        "was_epoch": step.was.epoch,
        "was_fingerprint": step.was.fingerprint,
        "at": writing.at,
        **moved(step.becomes, step.lease_until),
        "not_before": due - writing.ahead if due else 0.0,
    }
