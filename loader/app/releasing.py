"""release: a person lets orders of unknown outcome be sent again, on evidence. Nothing is sent.

The evidence: the deadline and the visibility window have passed, two fresh look-ups found
nothing, and the process that sent the order is gone. Who did it and why is kept in the journal;
only a resume sends what was released, after looking it up once more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from loader.app.history import standing
from loader.app.outcomes import our_error
from loader.app.planning import finish
from loader.app.scribe import Scribe
from loader.app.sending import Sender
from loader.app.submitting import Means, interruptible, take_back
from loader.core.errors import UsageError
from loader.core.lifecycle import State
from loader.core.model import Result, Run
from loader.core.privacy import printable
from loader.ports import Entry, Ledger, Settlement, Sight

LOOKS = 2
BETWEEN_LOOKS = 1.0  # seconds
NOT_RELEASED, RELEASED = "NOT-RELEASED", "RELEASED"

# Whether the process of that name has ended; None where this machine cannot tell.
IsGone = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Which orders, by whom and why. `window` in seconds; `attested`: no other sender is left."""

    keys: Sequence[str]
    because: str
    who: str
    window: float
    attested: bool


async def release(run: Run, asked: Release, means: Means, is_gone: IsGone) -> Run:
    """Release the unknown among the orders; `run` is empty and becomes where each stands now.

    `UsageError` for an order that the ledger lacks.
    """
    ledger, account = means.ledger, run.signed_in
    with ledger.lock(account):
        take_back(means, account, asked.keys)
        entries = _known(ledger, run, asked.keys)
        unknown = [entry for entry in entries if entry.state is State.UNKNOWN]
        kept = _kept(ledger, unknown, asked, means, is_gone)
        sender = means.sender(run.run_id, account)
        with interruptible(sender, means.say):
            async with sender.scribe() as scribe:
                free = [entry for entry in unknown if entry.key not in kept]
                seen = await _look(sender, scribe, free)
                await _release(scribe, asked, free, seen, kept, means.clock.now())
        run.stopped = sender.brake.why
        done = sum(one.released for one in ledger.find(account, asked.keys))
        means.say(f"Released: {done:,} of {len(entries):,}.")
        standing(run, ledger, ledger.find(account, asked.keys))
    for order in run.orders:
        if order.result is Result.UNKNOWN and order.key in kept:
            order.error = our_error(NOT_RELEASED, f"Not released: {kept[order.key]}.")
    run = finish(run, means.clock)
    waits_as_meant = run.exit_code == 5 and not run.stopped
    run.exit_code = 0 if waits_as_meant else run.exit_code
    return run


def _known(ledger: Ledger, run: Run, keys: Sequence[str]) -> list[Entry]:
    entries = ledger.find(run.signed_in, keys)
    missing = sorted(set(keys) - {entry.key for entry in entries})
    if missing:
        raise UsageError(
            f"The ledger has no order {printable(', '.join(missing))} for this environment.",
            hint="Nothing was released. `order-loader status` without a name lists all that it"
            " has.",
        )
    return entries


def _kept(
    ledger: Ledger, unknown: Sequence[Entry], asked: Release, means: Means, is_gone: IsGone
) -> dict[str, str]:
    """Return why an order stays unknown, by key, as far as this machine's own records tell."""
    sent = _sent_at(ledger, unknown)
    kept: dict[str, str] = {}
    for entry in unknown:
        free_from = sent.get(entry.id, entry.updated_at) + means.timeout + asked.window
        gone = is_gone(entry.owner)
        if means.clock.now() < free_from:
            when = datetime.fromtimestamp(free_from).strftime("%Y-%m-%d %H:%M")
            kept[entry.key] = (
                f"it can be released from {when} on; until then, an order that was made may not"
                " be visible yet"
            )
        elif gone is False:
            kept[entry.key] = "the process that sent it still runs on this machine; end it first"
        elif gone is None and not asked.attested:
            kept[entry.key] = (
                "another machine sent it; make sure that its process has ended, then pass --attest"
            )
    return kept


def _sent_at(ledger: Ledger, entries: Iterable[Entry]) -> Mapping[int, float]:
    """Return when each entry's last request may have left."""
    steps = ledger.journal([entry.id for entry in entries])
    return {one.entry_id: one.at for one in steps if one.became is State.SENDING}


async def _look(sender: Sender, scribe: Scribe, entries: Sequence[Entry]) -> list[dict[str, Sight]]:
    """Look each order up twice, with a pause between; what is found is settled."""
    seen: list[dict[str, Sight]] = []
    for number in range(LOOKS):
        if number and entries:
            await sender.brake.rest_between_looks(BETWEEN_LOOKS)
        found = [key for one in seen for key, sight in one.items() if sight is Sight.FOUND]
        rest = [entry for entry in entries if entry.key not in found]
        seen.append(await sender.look_up(scribe, rest))
    return seen


async def _release(
    scribe: Scribe, asked: Release, entries: Sequence[Entry], seen: Sequence[Mapping[str, Sight]],
    kept: dict[str, str], now: float,
) -> None:  # fmt: skip
    """Release what both look-ups did not find; note in `kept` what could not be looked up."""
    for entry in entries:
        sights = [one.get(entry.key, Sight.UNCLEAR) for one in seen]
        if Sight.FOUND in sights:
            continue
        if set(sights) != {Sight.ABSENT}:
            kept[entry.key] = "it could not be looked up twice; try again later"
        elif not await scribe.settle(_settlement(entry, asked, now)):
            kept[entry.key] = "it changed while it was looked up"


def _settlement(entry: Entry, asked: Release, now: float) -> Settlement:
    day = datetime.fromtimestamp(now).strftime("%Y-%m-%d %H:%M")
    sender = "attested to be gone" if asked.attested else "gone"
    said = (
        f"Released by {printable(asked.who, 80)} on {day}: {printable(asked.because, 300)}"
        f" (two look-ups found nothing {asked.window / 3600:g} hours or more after it was sent;"
        f" its sender is {sender})"
    )
    return Settlement(
        entry_id=entry.id, epoch=entry.epoch, fingerprint=entry.fingerprint,
        since=frozenset({State.UNKNOWN}), state=State.PLANNED, evidence=said,
        error=our_error(RELEASED, f"{said}. A resume looks it up once more and sends it."),
    )  # fmt: skip
