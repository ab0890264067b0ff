"""Walking through the model: what must hold in every state, and what is missed when taken away."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tests.proof.model import NOTHING_MADE, WIRE, Rules, Sender, World, steps


def broken(was: World, world: World) -> Iterator[str]:
    """Yield the invariants that a world breaks, or the step to it."""
    if world.orders > 1:
        yield "I1: two orders under one key"
    if world.state == "created" and (*world.seen, *world.hidden) != (world.content,):
        yield "I2: created, but the server holds not exactly that order"
    if world.state in NOTHING_MADE and world.orders:
        yield f"I3: {world.state}, but the server holds an order"
    if world.state in NOTHING_MADE and any(one[2] == WIRE for one in world.requests):
        yield f"I3: {world.state}, but a request is on its way"
    if world.wrong:
        yield world.wrong
    if world.epoch < was.epoch:
        yield "I7: an epoch went back"
    if was.state == "created" and world.state not in ("created", "conflict"):
        yield f"I8: created became {world.state}"
    if was.state == "unknown" and world.state == "planned" and world.releases == was.releases:
        yield "I10: unknown became planned, and nobody released it"


class Walked(NamedTuple):
    """How many states there are, and the shortest way to the first that breaks an invariant."""

    states: int
    broken: str = ""
    way: tuple[World, ...] = ()


def walk(rules: Rules, sought: str = "") -> Walked:
    """Visit every state that can be reached; stop at the first that breaks what is sought.

    `sought` is an invariant, such as "I1:", and "" any of them.
    """
    first = World(senders=(Sender(),) * rules.senders)
    came: dict[World, World | None] = {first: None}
    waiting = deque([first])
    while waiting:
        world = waiting.popleft()
        for after in steps(world, rules):
            for what in broken(world, after):
                if what.startswith(sought):
                    return Walked(len(came), what, (*_way(came, world), after))
            if after not in came:
                came[after] = world
                waiting.append(after)
    return Walked(len(came))


def _way(came: dict[World, World | None], world: World) -> tuple[World, ...]:
    way = [world]
    while (before := came[way[-1]]) is not None:
        way.append(before)
    return tuple(reversed(way))


# The protocol with one rule taken away. The first four are the four wrong senders.
_SOUND = Rules()
WRONG = {
    "blind retry": replace(_SOUND, retries_blindly=True),
    "look-up, then send again": replace(_SOUND, sends_when_not_found=True),
    "no intent before sending": replace(_SOUND, sends_before_intent=True),
    "a lease by time alone": replace(_SOUND, sends_on_lease_alone=True),
    "sending goes back to planned": replace(_SOUND, recovers_to_planned=True),
    "a burn that compares no epoch": replace(_SOUND, burns_whatever_the_epoch=True),
    "a release before the window has passed": replace(_SOUND, releases_without_window=True),
    "a release while the sender lives": replace(_SOUND, releases_while_sender_lives=True),
    "other content while the outcome is unknown": replace(_SOUND, edits_what_is_unknown=True),
}
# Further than the tests look: for the long sweep.
WIDER = (
    replace(_SOUND, requests=3, crashes=2, releases=2),
    replace(_SOUND, senders=3, crashes=2),
)  # fmt: skip
