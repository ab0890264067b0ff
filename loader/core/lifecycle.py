"""States of a ledger entry, the arrows between them, and what a reply may be concluded from.

Source: the exactly-once protocol. No second POST for a key unless the first is proven to have
made nothing; an outcome is only ever concluded from evidence.
"""

from enum import StrEnum


class Operation(StrEnum):
    """What an entry does to an order; all pass the same states, one in flight per key."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"
    HOLD = "hold"
    UNHOLD = "unhold"


class State(StrEnum):
    """Where an entry stands."""

    PLANNED = "planned"  # confirmed by a person, nothing sent
    CLAIMED = "claimed"  # one sender owns it under a lease
    SENDING = "sending"  # a request may be on its way: the intent is durable
    CREATED = "created"  # done: exactly one order, and its id is known
    REFUSED = "refused"  # the API said no; nothing was made
    DEFERRED = "deferred"  # nothing left this machine, or the API said wait
    UNKNOWN = "unknown"  # it may exist: never sent again without evidence
    CONFLICT = "conflict"  # the API holds something else, or two, under this key


# Every arrow is a compare-and-set on (state, epoch, fingerprint), durable before the next one.
# A person's `release` is the arrow unknown → planned; its evidence is kept in the journal.
ARROWS: frozenset[tuple[State, State]] = frozenset(
    {
        (State.PLANNED, State.CLAIMED),
        (State.DEFERRED, State.CLAIMED),
        (State.CLAIMED, State.CLAIMED),  # the lease ran out: taken over under a new epoch
        (State.CLAIMED, State.PLANNED),  # given back unsent at a clean stop
        (State.CLAIMED, State.SENDING),
        (State.SENDING, State.CREATED),
        (State.SENDING, State.REFUSED),
        (State.SENDING, State.DEFERRED),
        (State.SENDING, State.UNKNOWN),
        (State.SENDING, State.CONFLICT),
        (State.UNKNOWN, State.CREATED),
        (State.UNKNOWN, State.REFUSED),  # an attempt known late to have made nothing
        (State.UNKNOWN, State.CONFLICT),
        (State.UNKNOWN, State.PLANNED),  # released by a named person, on evidence
        (State.PLANNED, State.CREATED),  # first contact: the API already holds it
        (State.DEFERRED, State.CREATED),
        (State.REFUSED, State.CREATED),  # a late but valid 201
        (State.PLANNED, State.CONFLICT),
        (State.DEFERRED, State.CONFLICT),
        (State.REFUSED, State.CONFLICT),
        (State.CLAIMED, State.CREATED),  # a valid 201 of an older attempt, nothing burnt since
        (State.CLAIMED, State.CONFLICT),
        (State.CREATED, State.CONFLICT),  # evidence of a second order
        (State.REFUSED, State.PLANNED),  # resume --refused, or corrected content
        (State.DEFERRED, State.PLANNED),  # corrected content
        (State.PLANNED, State.PLANNED),  # corrected content
    }
)

# Entries in these states accept other content for the same key; the old one leaves a trace.
REPLACEABLE = frozenset({State.PLANNED, State.REFUSED, State.DEFERRED})
# Entries in these states must be settled first.
IN_FLIGHT = frozenset({State.CLAIMED, State.SENDING, State.UNKNOWN})


class Verdict(StrEnum):
    """What one reply, or the lack of one, allows us to conclude. Anything else is UNKNOWN."""

    DONE = "done"  # 201 with an order that has an id (200 for a change)
    REFUSED = "refused"  # a definite no: look up once, then refused
    DEFERRED = "deferred"  # never left this machine, or the API said wait
    UNKNOWN = "unknown"
