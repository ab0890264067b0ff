"""What may follow what, the same for every ledger: decisions only, nothing is stored here.

An adapter reads an entry, asks these functions, and writes what they say in one transaction.
Source: the exactly-once protocol, "States" 1, 6, 7; the arrows are `lifecycle.ARROWS`.
"""

from dataclasses import dataclass
from enum import StrEnum

from loader.core.errors import LedgerError
from loader.core.lifecycle import ARROWS, IN_FLIGHT, REPLACEABLE, Operation, State
from loader.core.model import Account
from loader.ledger.owner import is_gone
from loader.ports import EnterResult, Entry, Intent, Settlement

# Entries that may still be sent without anybody's decision: a new run takes them over.
WAITING = frozenset({State.PLANNED, State.DEFERRED})
# No outcome leads here: a claim needs a lease, a burn needs an attempt.
_NOT_OUTCOMES = frozenset({State.CLAIMED, State.SENDING})


class Step(StrEnum):
    """What to do with an intent."""

    INSERT = "insert"  # the ledger has no entry for this key and operation
    KEEP = "keep"  # same content; its run stays
    TAKE_OVER = "take-over"  # same content, waiting: it belongs to this run now
    REPLACE = "replace"  # other content, never made: it takes the place, the old leaves a trace
    SUPERSEDE = "supersede"  # a further update: a new entry, the finished one stays as history
    BUSY = "busy"  # other content, but the old one must be settled first
    DIFFERENT = "different"  # other content, but the old one was made

    @property
    def result(self) -> EnterResult:
        """The word that the caller is told."""
        if self in (Step.INSERT, Step.REPLACE, Step.SUPERSEDE):
            return EnterResult.ENTERED
        if self in (Step.KEEP, Step.TAKE_OVER):
            return EnterResult.SAME
        return EnterResult(self.value)


def step_for(found: Entry | None, intent: Intent) -> Step:
    """Return what becomes of `intent`, given the entry of its key and operation ("States" 1).

    Only an update that was made (or is in conflict) gives its place to other content: a create
    never does, and a change of the other kinds is done once per key.
    """
    if found is None:
        return Step.INSERT
    if found.fingerprint == intent.fingerprint:
        return Step.TAKE_OVER if found.state in WAITING else Step.KEEP
    if found.state in REPLACEABLE:
        return Step.REPLACE
    if found.state in IN_FLIGHT:
        return Step.BUSY
    return Step.SUPERSEDE if found.operation is Operation.UPDATE else Step.DIFFERENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A burn that the ledger knows of.

    `burnt_since` is True where its entry was burnt again, under a newer epoch.
    """

    epoch: int
    fingerprint: str
    burnt_since: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """Where an entry goes (None: it stays) and whether the caller's outcome stands now."""

    to: State | None
    stands: bool


_MOVED_ON = Ruling(None, False)
_STANDS_ALREADY = Ruling(None, True)


def rule_on(entry: Entry, settlement: Settlement, request: Request | None) -> Ruling:
    """Return what an outcome does to an entry. `request` is the burn that it names, if known.

    - An attempt that this entry never burnt proves nothing.
    - A create found made again: the same order id changes nothing, another one is a conflict.
    - A valid 201 is recorded whatever the entry has become since (`since` and its epoch do not
      count): `created` if nothing was burnt after that attempt and the entry still has the
      content that was sent, else `conflict`. Only an entry in conflict stays as it is.
    - Everything else is a compare-and-set on (state, epoch, fingerprint) along an arrow.
    """
    if settlement.attempt and not _names(settlement, request):
        return _MOVED_ON
    if settlement.state is State.CREATED:
        if entry.state is State.CREATED:
            return _made_already(entry, settlement)
        if request is not None:
            return _along(entry, _late_success(entry, request))
    expected = (entry.epoch, entry.fingerprint) == (settlement.epoch, settlement.fingerprint)
    if not expected or entry.state not in settlement.since or settlement.state in _NOT_OUTCOMES:
        return _MOVED_ON
    return _along(entry, settlement.state)


def must_rebuild(account: Account) -> LedgerError:
    """Return the error for an account of which orders may have been lost with a ledger."""
    return LedgerError(
        f"A ledger was lost or set back, and may have held orders of {account.environment} that"
        " were sent: nothing is sent for this account until they are known again.",
        hint="Run `order-loader reconcile --all` with the same --env: it sends nothing.",
    )


def is_release(was: Entry, to: State) -> bool:
    """Return whether a person lets an unknown order be sent again: it is looked up before that."""
    return (was.state, to) == (State.UNKNOWN, State.PLANNED)


def lapsed(owner: str, lease_until: float, now: float) -> bool:
    """Return whether a claim holds no longer: its time is over, or its process is known gone."""
    return lease_until <= now or is_gone(owner) is True


def _names(settlement: Settlement, request: Request | None) -> bool:
    return request is not None and (request.epoch, request.fingerprint) == (
        settlement.epoch,
        settlement.fingerprint,
    )


def _made_already(entry: Entry, settlement: Settlement) -> Ruling:
    if not entry.order_id or settlement.order_id in (None, entry.order_id):
        return _STANDS_ALREADY
    return _along(entry, State.CONFLICT)


def _late_success(entry: Entry, request: Request) -> State:
    alone = not request.burnt_since and request.fingerprint == entry.fingerprint
    return State.CREATED if alone else State.CONFLICT


def _along(entry: Entry, to: State) -> Ruling:
    return Ruling(to, True) if (entry.state, to) in ARROWS else _MOVED_ON
