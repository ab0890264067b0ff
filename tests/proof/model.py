"""The protocol as a small model, walked through in every order in which things can happen.

One key (keys share nothing), several senders without a lock between them, a server that takes,
refuses, loses or delays what it gets and hides what it made, processes that die or sleep at any
moment, clocks that step, a person who edits and releases. `model_walk` looks at every state that
can be reached.

It is the protocol's model and not the program's: that the program follows it, the sweep shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# Where a sender stands. Each is a moment at which it may die, or sleep for as long as it likes.
IDLE, CLAIMED, BURNT, CHECKED, WAITING = "idle", "claimed", "burnt", "checked", "waiting"
DONE, REFUSED, WAIT, DOUBT = "done", "refused", "wait", "doubt"  # what it has been answered
_ANSWERS = frozenset({DONE, REFUSED, WAIT, DOUBT})
WIRE = "wire"  # a request that has not arrived yet
NOTHING_MADE = frozenset({"planned", "claimed", "deferred", "refused"})


class Sender(NamedTuple):
    """A process: where it stands, under which epoch, with which content; `stale` = its time ran."""

    at: str = IDLE
    epoch: int = 0
    content: int = 0
    stale: bool = False


class World(NamedTuple):
    """Ledger entry, senders, requests on their way (epoch, content, where), the server's orders.

    `seen` and `hidden` hold the content of each order that a look-up shows, and does not yet.
    """

    state: str = "planned"
    epoch: int = 0
    content: int = 1
    lapsed: bool = False
    burnt: int = 0  # the newest epoch that was burnt
    senders: tuple[Sender, ...] = ()
    requests: tuple[tuple[int, int, str], ...] = ()
    seen: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    sent: int = 0
    crashes: int = 0
    releases: int = 0
    edits: int = 0
    wrong: str = ""  # what a step did that no step may do

    @property
    def orders(self) -> int:
        """How many orders the server holds."""
        return len(self.seen) + len(self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How far to look, and what is taken away from the protocol (False: as it should be)."""

    senders: int = 2
    crashes: int = 1
    requests: int = 2
    releases: int = 1
    edits: int = 1
    retries_blindly: bool = False
    sends_when_not_found: bool = False
    sends_before_intent: bool = False
    sends_on_lease_alone: bool = False
    recovers_to_planned: bool = False
    burns_whatever_the_epoch: bool = False
    releases_without_window: bool = False
    releases_while_sender_lives: bool = False
    edits_what_is_unknown: bool = False


def moved(world: World, number: int, sender: Sender) -> World:
    """Return the world with one sender elsewhere; who is nobody's is told apart from nobody."""
    senders = (*world.senders[:number], sender, *world.senders[number + 1 :])
    return world._replace(senders=tuple(sorted(senders)))


def is_held(world: World) -> bool:
    """Return whether a process is alive that holds the entry under its present epoch."""
    return any(one.at != IDLE and one.epoch == world.epoch for one in world.senders)


def became(world: World, state: str) -> World:
    """Take an arrow; whoever leaves a claim or a burn leaves its lease."""
    return world._replace(state=state, lapsed=False)


def answered(world: World, epoch: int) -> World:
    """Forget what would have been answered to a request that nobody waits for any more."""
    kept = tuple(one for one in world.requests if one[0] != epoch or one[2] == WIRE)
    return world._replace(requests=kept)


# ------------------------------------------------------------------ senders
def sender_steps(world: World, rules: Rules) -> Iterator[World]:
    """Yield what any of the senders may do next."""
    for number, sender in enumerate(world.senders):
        if number and sender == world.senders[number - 1]:
            continue  # two that stand alike do alike
        if sender.at == IDLE:
            yield from _idle(world, number, rules)
            continue
        if world.crashes < rules.crashes:
            dead = answered(moved(world, number, Sender()), sender.epoch)
            yield dead._replace(crashes=world.crashes + 1)
        if not sender.stale:
            yield moved(world, number, sender._replace(stale=True))
        yield from _STEPS[sender.at](world, number, sender, rules)


def _idle(world: World, number: int, rules: Rules) -> Iterator[World]:
    free = world.state in ("planned", "deferred") or (
        world.state == "claimed" and (world.lapsed or not is_held(world))
    )
    if free and world.epoch < rules.requests + rules.crashes + 1:
        claimed = became(world, "claimed")._replace(epoch=world.epoch + 1)
        yield moved(claimed, number, Sender(CLAIMED, claimed.epoch, claimed.content))
    if world.state == "sending" and (world.lapsed or not is_held(world)):
        yield became(world, "planned" if rules.recovers_to_planned else "unknown")
    if world.state == "unknown" and world.seen:
        yield became(world, "created" if world.seen[0] == world.content else "conflict")


def _claimed(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    same = world.epoch == sender.epoch or rules.burns_whatever_the_epoch
    ours = world.state == "claimed" and same and world.content == sender.content
    if rules.sends_before_intent:
        yield moved(world, number, sender._replace(at=CHECKED))
    elif ours:
        burnt = became(world, "sending")._replace(burnt=max(world.burnt, sender.epoch))
        yield moved(burnt, number, sender._replace(at=BURNT))
        yield moved(became(world, "planned"), number, Sender())  # given back, unsent
    elif rules.sends_on_lease_alone:
        yield moved(world, number, sender._replace(at=CHECKED))
    else:
        yield moved(world, number, Sender())


def _burnt(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    if sender.stale and not rules.sends_on_lease_alone:
        yield moved(world, number, sender._replace(at=WAIT))  # too late: nothing has left
    else:
        yield moved(world, number, sender._replace(at=CHECKED))


def _checked(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    yield moved(world, number, sender._replace(at=WAIT))  # the connection was refused
    if world.sent < rules.requests:
        requests = (*world.requests, (sender.epoch, sender.content, WIRE))
        sent = world._replace(requests=tuple(sorted(requests)), sent=world.sent + 1)
        if world.burnt < sender.epoch:
            sent = sent._replace(wrong="I4: a request without an intent")
        yield moved(sent, number, sender._replace(at=WAITING))


def _waiting(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    yield moved(answered(world, sender.epoch), number, sender._replace(at=DOUBT))  # the deadline
    for epoch, _, where in world.requests:
        if epoch == sender.epoch and where in _ANSWERS:
            yield moved(answered(world, epoch), number, sender._replace(at=where))


def _done(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    after = moved(world, number, Sender())
    alone = world.burnt <= sender.epoch and world.content == sender.content
    if world.state in ("created", "conflict"):
        yield after
    else:
        yield became(after, "created" if alone else "conflict")


def _refused(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    """Look up once after a refusal; what the look-up says counts, and one that fails is a doubt."""
    found = bool(world.seen)
    yield _settled(world, number, sender, "created" if found else "refused", rules)
    yield _settled(world, number, sender, "unknown", rules)


def _wait(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    yield _settled(world, number, sender, "deferred", rules)


def _doubt(world: World, number: int, sender: Sender, rules: Rules) -> Iterator[World]:
    if rules.retries_blindly:
        yield moved(world, number, sender._replace(at=CHECKED))
    if rules.sends_when_not_found and not world.seen:
        yield _settled(world, number, sender, "deferred", rules)
    yield _settled(world, number, sender, "unknown", rules)


def _settled(world: World, number: int, sender: Sender, state: str, rules: Rules) -> World:
    """Return the world after an outcome: recorded by compare-and-set, or not at all."""
    after = moved(world, number, Sender())
    from_states = {"created": ("sending", "unknown"), "refused": ("sending", "unknown")}
    since = from_states.get(state, ("sending",))
    if rules.sends_before_intent and world.state == "claimed":
        since = (*since, "claimed")
    if world.epoch == sender.epoch and world.state in since:
        return became(after, state)
    return after


_STEPS = {CLAIMED: _claimed, BURNT: _burnt, CHECKED: _checked, WAITING: _waiting, DONE: _done,
          REFUSED: _refused, WAIT: _wait, DOUBT: _doubt}  # fmt: skip


# ------------------------------------------------------------------ the rest of the world
def server_steps(world: World) -> Iterator[World]:
    """Yield what the server, and the network before it, may do with each request."""
    for place, (epoch, content, where) in enumerate(world.requests):
        if where != WIRE:
            continue
        others = (*world.requests[:place], *world.requests[place + 1 :])
        heard = any(one.at == WAITING and one.epoch == epoch for one in world.senders)
        for made in (False, True):
            # A documented refusal, and a wait, made nothing: the first assumption.
            for answer in (DONE, DOUBT, "") if made else (REFUSED, WAIT, DOUBT, ""):
                told = ((epoch, content, answer),) if answer and heard else ()
                after = world._replace(requests=tuple(sorted((*others, *told))))
                if made:
                    yield after._replace(seen=(*world.seen, content))
                    yield after._replace(hidden=(*world.hidden, content))
                else:
                    yield after
    if world.hidden:
        yield world._replace(seen=(*world.seen, *world.hidden), hidden=())


def other_steps(world: World, rules: Rules) -> Iterator[World]:
    """Yield what clocks and persons may do."""
    if world.state in ("claimed", "sending") and not world.lapsed:
        yield world._replace(lapsed=True)  # time went by, or the clock was set forward
    if world.state == "refused":
        yield became(world, "planned")  # resume --refused, after something was mended
    editable = {"planned", "refused", "deferred"} | (
        {"unknown"} if rules.edits_what_is_unknown else set()
    )
    if world.edits < rules.edits and world.state in editable:
        yield became(world, "planned")._replace(content=2, edits=world.edits + 1)
    if world.state == "unknown" and world.releases < rules.releases and not world.seen:
        # The second assumption: after the window nothing is on its way, and nothing is hidden.
        quiet = not world.hidden and not any(one[2] == WIRE for one in world.requests)
        gone = all(one.epoch != world.epoch or one.at == IDLE for one in world.senders)
        if (quiet or rules.releases_without_window) and (gone or rules.releases_while_sender_lives):
            yield became(world, "planned")._replace(releases=world.releases + 1)


def steps(world: World, rules: Rules) -> Iterator[World]:
    """Yield every world that may follow."""
    yield from sender_steps(world, rules)
    yield from server_steps(world)
    yield from other_steps(world, rules)
