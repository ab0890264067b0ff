"""What an outcome makes of an entry, worked out before it is written: the same for every ledger."""

from dataclasses import dataclass, replace

from loader.core.errors import Defect
from loader.core.lifecycle import Operation, State
from loader.ledger.rules import Request, is_release, rule_on
from loader.ports import Entry, Settlement


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The entry as it becomes (None: it stays), the words for the journal, whether it stands."""

    becomes: Entry | None
    evidence: str
    stands: bool


def conclude(was: Entry, settlement: Settlement, request: Request | None) -> Conclusion:
    """Return what `rules.rule_on` makes of an entry; `Defect` for a create without its order."""
    if settlement.state is State.CREATED and was.operation is Operation.CREATE:
        _require_order_id(settlement)
    ruling = rule_on(was, settlement, request)
    if ruling.to is None:
        return Conclusion(None, "", ruling.stands)
    becomes = _settled(was, settlement, ruling.to)
    return Conclusion(becomes, _evidence(was, settlement, ruling.to), ruling.stands)


def _settled(was: Entry, settlement: Settlement, to: State) -> Entry:
    """Return the entry as it becomes; the order that it had first keeps its id in a conflict."""
    return replace(
        was,
        state=to,
        look_first=was.look_first or is_release(was, to),
        not_before=settlement.not_before,
        order_id=was.order_id or settlement.order_id,
        order_name=was.order_name or settlement.order_name,
        status=settlement.status or was.status,
        error=settlement.error,
        consumer_id=settlement.consumer_id or was.consumer_id,
        tracking=settlement.tracking or was.tracking,
    )


def _evidence(was: Entry, settlement: Settlement, to: State) -> str:
    """Return the caller's words; where they became a conflict, the order that they speak of too."""
    if to is settlement.state:
        return settlement.evidence
    known = was.order_id or "none"
    return f"{settlement.evidence} (it names order {settlement.order_id}; recorded: {known})"


def _require_order_id(settlement: Settlement) -> None:
    if not settlement.order_id:
        raise Defect("An order cannot be recorded as created without its id.")
