"""The twelve invariants of the exactly-once protocol, each decided from evidence alone.

Each function returns sentences that say what is wrong; none means that the invariant holds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.proof.evidence import TWICE, Evidence, Request, Row

Check = Callable[[Evidence], Iterator[str]]

_RELEASED = re.compile(r"Released by \S[^:]* on [-0-9]+ [0-9:]{5}: \S")
NOTHING_MADE = frozenset({"planned", "claimed", "deferred", "refused"})
# What a person is told, by what the ledger says. An order may also be held back before its entry
# was asked: "to_correct" agrees with every state.
TOLD = {
    "created": {"created", "skipped"},
    "refused": {"refused"},
    "deferred": {"deferred", "not_sent"},
    "planned": {"not_sent"},
    "claimed": {"not_sent"},
    "sending": {"unknown"},
    "unknown": {"unknown"},
    "conflict": {"conflict"},
}


def one_order_per_key(evidence: Evidence) -> Iterator[str]:
    """I1: at most one order per key, but for those that the server made of one request."""
    for key, orders in evidence.stored.items():
        by_request = [one for one in evidence.creates if one.key == key and one.made]
        allowed = max((len(one.made) for one in by_request if TWICE in one.fault), default=1)
        if len(orders) > allowed or len(by_request) > 1:
            yield f"{key}: {len(orders)} orders on the server, of {len(by_request)} requests"


def created_is_exactly_one(evidence: Evidence) -> Iterator[str]:
    """I2: `created` means exactly one order, and that id."""
    for row in _creates(evidence, {"created"}):
        orders = evidence.stored.get(row.key, ())
        if row.order_id not in orders:
            yield f"{row.key}: created as {row.order_id}, but the server holds {list(orders)}"
        elif len(orders) != 1 and (evidence.walked or not _twice(evidence, row.key)):
            yield f"{row.key}: created, but the server holds {len(orders)} orders"


def nothing_made_is_none(evidence: Evidence) -> Iterator[str]:
    """I3: `refused`, `deferred`, `planned` (and `claimed`) mean none."""
    for row in _creates(evidence, NOTHING_MADE):
        if evidence.stored.get(row.key):
            yield f"{row.key}: {row.state}, but the server holds {len(evidence.stored[row.key])}"


def intent_before_first_byte(evidence: Evidence) -> Iterator[str]:
    """I4: every create that arrived had a durable `sending` before its first byte."""
    burnt = {one.attempt: one for one in evidence.attempts}
    entries = {one.id: one for one in evidence.entries}
    for request in evidence.creates:
        burn = burnt.get(request.attempt or "")
        if burn is None:
            yield f"{request.key}: request {request.sequence} has no intent in the ledger"
        elif entries[burn.entry_id].key != request.key:
            yield f"{request.key}: request {request.sequence} bears the intent of another order"
    arrived = {one.sequence: one for one in evidence.creates}
    for seen in evidence.sightings:
        if seen.sequence in arrived and seen.state is None:
            key = arrived[seen.sequence].key
            yield f"{key}: request {seen.sequence} arrived before its intent was in the ledger"
        elif seen.sequence in arrived and seen.state in NOTHING_MADE:
            # A request may outlive its sender: then it is unknown, or settled by a look-up.
            key = arrived[seen.sequence].key
            yield f"{key}: request {seen.sequence} arrived while its entry was {seen.state}"


def body_has_the_fingerprint(evidence: Evidence) -> Iterator[str]:
    """I5: the body that arrived has the fingerprint of the ledger, then and now."""
    burnt = {one.attempt: one.fingerprint for one in evidence.attempts}
    seen = {one.sequence: one.fingerprint for one in evidence.sightings}
    for request in evidence.creates:
        wanted = f"1:{request.sha256}"
        for fingerprint in (burnt.get(request.attempt or ""), seen.get(request.sequence)):
            if fingerprint not in (None, wanted):
                yield f"{request.key}: request {request.sequence} has another body than {wanted}"


def one_request_per_attempt(evidence: Evidence) -> Iterator[str]:
    """I6: at most one request per attempt."""
    times = Counter(one.attempt for one in evidence.creates)
    for attempt, count in times.items():
        if count > 1:
            yield f"attempt {attempt}: {count} requests"


def epochs_grow(evidence: Evidence) -> Iterator[str]:
    """I7: epochs only grow; each claim and each burn has one of its own."""
    for row in evidence.entries:
        steps = [one for one in evidence.steps if one.entry_id == row.id]
        if any(later.epoch < earlier.epoch for earlier, later in pairwise(steps)):
            yield f"{row.key}: its epoch went back"
        claims = [one.epoch for one in steps if one.became == "claimed"]
        burns = [one.epoch for one in evidence.attempts if one.entry_id == row.id]
        for name, epochs in (("claims", claims), ("burns", burns)):
            if any(later <= earlier for earlier, later in pairwise(epochs)):
                yield f"{row.key}: two {name} under one epoch: {epochs}"
        if steps and row.epoch != steps[-1].epoch:
            yield f"{row.key}: epoch {row.epoch}, but its last step was under {steps[-1].epoch}"


def created_stays(evidence: Evidence) -> Iterator[str]:
    """I8: nothing leaves `created` but by evidence of a second order."""
    entries = {one.id: one for one in evidence.entries}
    for step in evidence.steps:
        row = entries[step.entry_id]
        if step.was != "created" or step.became == "created" or row.operation != "create":
            continue
        if step.became != "conflict":
            yield f"{row.key}: it left created for {step.became}"
        elif len(evidence.stored.get(row.key, ())) < 2:
            yield f"{row.key}: it left created, but the server holds no second order"
    for entry_id, state in evidence.replaced:
        if state not in NOTHING_MADE:
            yield f"{entries[entry_id].key}: its content was replaced while it was {state}"


def rows_add_up(evidence: Evidence) -> Iterator[str]:
    """I9: every row that was read is in one order, or told in a finding of its own."""
    for number, one in enumerate(evidence.accounts, 1):
        accounted = set(one.rows_of_orders) | set(one.rows_told)
        if len(accounted) != one.rows_in:
            yield f"input {number}: {one.rows_in} rows in, {len(accounted)} accounted for"
        if len(set(one.rows_of_orders)) != len(one.rows_of_orders):
            yield f"input {number}: a row stands in two orders"


def unknown_ends_by_evidence(evidence: Evidence) -> Iterator[str]:
    """I10: `unknown` ends only by evidence, or by a named person who says why."""
    entries = {one.id: one for one in evidence.entries}
    for step in evidence.steps:
        row = entries[step.entry_id]
        if step.was not in ("unknown", "sending") or row.operation != "create":
            continue
        orders = evidence.stored.get(row.key, ())
        if step.became == "created" and not orders:
            yield f"{row.key}: {step.was} became created, but the server made none"
        elif step.became == "planned" and not _released(step.evidence):
            yield f"{row.key}: {step.was} became planned, and no person released it"
        elif step.became in ("refused", "deferred", "planned") and _made_by(evidence, row, step):
            yield f"{row.key}: {step.was} became {step.became}, but its request made an order"
        elif step.became == "claimed":
            yield f"{row.key}: {step.was} was claimed"


def finished_file_sends_nothing(evidence: Evidence) -> Iterator[str]:
    """I11: running a finished file again sends no POST."""
    for first, last in evidence.quiet:
        sent = [one.key for one in evidence.creates if first < one.sequence <= last]
        if sent:
            yield f"a finished file was run again and sent {sent}"


def all_tell_the_same(evidence: Evidence) -> Iterator[str]:
    """I12: document, history, report and workbook say what the ledger says."""
    for one in evidence.statements:
        for key, result in one.results.items():
            state = one.states.get(key)
            if result == "to_correct":
                continue
            if state is None and result not in ("not_sent", "skipped", "ready"):
                yield f"{key}: the {one.where} says {result}, the ledger does not know it"
            if state is not None and result not in TOLD[state]:
                yield f"{key}: the {one.where} says {result}, the ledger {state}"


INVARIANTS: dict[str, Check] = {
    "I1": one_order_per_key,
    "I2": created_is_exactly_one,
    "I3": nothing_made_is_none,
    "I4": intent_before_first_byte,
    "I5": body_has_the_fingerprint,
    "I6": one_request_per_attempt,
    "I7": epochs_grow,
    "I8": created_stays,
    "I9": rows_add_up,
    "I10": unknown_ends_by_evidence,
    "I11": finished_file_sends_nothing,
    "I12": all_tell_the_same,
}


def violations(evidence: Evidence) -> list[str]:
    """Return what is wrong, each with the invariant's number."""
    return [f"{name} {text}" for name, check in INVARIANTS.items() for text in check(evidence)]


def lost(evidence: Evidence, released: bool) -> list[str]:
    """Return what a ledger that came to its end has lost: orders that nobody would ever tell of.

    To be asked after all faults have ended and everything was reconciled and resumed; `released`
    is True where a person has released what was unknown: then nothing may be unknown any more.
    """
    known = {row.key: row.state for row in evidence.entries if row.operation == "create"}
    found = []
    for key, orders in evidence.stored.items():
        if known.get(key) not in ("created", "conflict"):
            found.append(f"{key}: {len(orders)} on the server, {known.get(key)} in the ledger")
    ended = {"created", "conflict", "refused"} | (set() if released else {"unknown"})
    for key, state in known.items():
        if state not in ended:
            found.append(f"{key}: still {state}, although everything was resumed")
    return found


def _creates(evidence: Evidence, states: frozenset[str] | set[str]) -> list[Row]:
    return [r for r in evidence.entries if r.operation == "create" and r.state in states]


def _twice(evidence: Evidence, key: str) -> bool:
    return any(TWICE in one.fault and one.key == key for one in evidence.creates)


def _released(words: str) -> bool:
    """Return whether a journal's evidence names a person and a reason."""
    return _RELEASED.match(words) is not None


def _made_by(evidence: Evidence, row: Row, step: object) -> list[Request]:
    """Return the requests of an entry's epoch that made an order, late ones too."""
    attempts = {
        one.attempt
        for one in evidence.attempts
        if one.entry_id == row.id and one.epoch <= getattr(step, "epoch", 0)
    }
    return [one for one in evidence.creates if one.attempt in attempts and one.made]
