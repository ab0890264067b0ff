"""What intents come to, worked out before anything is written: the same for every ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loader.core.errors import Defect, LedgerError
from loader.core.lifecycle import Operation, State
from loader.core.model import Account
from loader.core.privacy import printable
from loader.ledger.rules import Step, step_for
from loader.ports import Entered, Entry, Found, Intent

Key = tuple[str, Operation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """One call of `enter`: whose, by which run, when, and whether its keys are looked up first."""

    account: Account
    run_id: str
    at: float
    look_first: bool


@dataclass(slots=True)
class Work:
    """What the intents come to, in the order in which it is written."""

    entered: list[Entered] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    taken_over: list[int] = field(default_factory=list)
    replaced: list[tuple[Entry, Entry]] = field(default_factory=list)


def work_out(
    entering: Entering, intents: Sequence[Intent], there: Mapping[Key, Entry], ids: Iterator[int]
) -> Work:
    """Return what becomes of the intents; `there` are the current entries of their keys.

    `ids` gives the numbers of new entries, in their order.
    """
    work = Work()
    for intent in intents:
        found = there.get((intent.key, intent.operation))
        step = step_for(found, intent)
        if found is None or step is Step.SUPERSEDE:
            entry = _new(entering, intent, next(ids))
            if found is not None:
                entry = replace(entry, epoch=found.epoch)  # a key's epochs only grow
                work.superseded.append(found.id)
            work.new.append(entry)
        elif step is Step.REPLACE:
            entry = _replaced(entering, found, intent)
            work.replaced.append((found, entry))
        elif step is Step.TAKE_OVER and found.run_id != entering.run_id:
            entry = replace(found, run_id=entering.run_id, updated_at=entering.at)
            work.taken_over.append(found.id)
        else:
            entry = found
        work.entered.append(Entered(intent.key, step.result, entry))
    return work


def how_many_new(intents: Iterable[Intent], there: Mapping[Key, Entry]) -> int:
    """Return how many of the intents become new entries."""
    steps = (step_for(there.get((one.key, one.operation)), one) for one in intents)
    return sum(step in (Step.INSERT, Step.SUPERSEDE) for step in steps)


def _new(entering: Entering, intent: Intent, entry_id: int) -> Entry:
    return Entry(
        id=entry_id,
        account=entering.account,
        key=intent.key,
        operation=intent.operation,
        state=State.PLANNED,
        epoch=0,
        fingerprint=intent.fingerprint,
        lookup_id=intent.lookup_id,
        body=intent.body,
        run_id=entering.run_id,
        attempts=0,
        look_first=entering.look_first,
        not_before=0.0,
        order_id=None,
        order_name=None,
        status=None,
        error=None,
        entered_at=entering.at,
        updated_at=entering.at,
        person=intent.person,
        contents=intent.contents,
    )


def _replaced(entering: Entering, was: Entry, intent: Intent) -> Entry:
    """Return an entry that was never made with its new content; epoch and attempts go on."""
    return replace(
        was,
        state=State.PLANNED,
        fingerprint=intent.fingerprint,
        lookup_id=intent.lookup_id,
        body=intent.body,
        run_id=entering.run_id,
        not_before=0.0,
        error=None,
        entered_at=entering.at,
        updated_at=entering.at,
        person=intent.person,
        contents=intent.contents,
    )


def refuse_twice(intents: Sequence[Intent]) -> None:
    """Raise `Defect` where one call names a key and operation twice."""
    if len({(intent.key, intent.operation) for intent in intents}) < len(intents):
        raise Defect("One call enters the same key and operation twice.")


def lookups(intents: Iterable[Intent]) -> list[str]:
    """Return the look-up ids that must belong to one key each."""
    return [intent.lookup_id for intent in intents if intent.operation is Operation.CREATE]


def refuse_shared_lookup(intents: Iterable[Intent], holders: Mapping[str, str]) -> None:
    """Two keys with one look-up id: a look-up of one would find the other's order.

    `holders` are the keys of look-up ids that the ledger knows.
    """
    holder = dict(holders)
    for intent in intents:
        if intent.operation is not Operation.CREATE:
            continue
        other = holder.setdefault(intent.lookup_id, intent.key)
        if other != intent.key:
            raise LedgerError(
                f"The orders {printable(other)} and {printable(intent.key)} both use the id "
                f"{printable(intent.lookup_id)} (client_custom_order_id), by which an order is "
                "looked up: it must belong to one order.",
                hint="Give one of them another client_custom_order_id in the file.",
            )


def news(
    found: Iterable[Found], known: Iterable[str], taken: Iterable[str]
) -> list[tuple[Found, str]]:
    """Return the orders whose key is not `known`, each once, with the look-up id that is free.

    Where its own is `taken`, that is the order's id.
    """
    keys, ids = set(known), set(taken)
    fresh = []
    for one in found:
        if one.key in keys:
            continue
        lookup_id = one.order_id if one.lookup_id in ids else one.lookup_id
        keys.add(one.key)
        ids.add(lookup_id)
        fresh.append((one, lookup_id))
    return fresh
