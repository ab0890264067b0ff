"""Named points at which a process is killed or halted: around every call of the two ports.

The ports are where the loader meets the world, so nothing in the loader has to be made killable:
the real ledger and the real API client are wrapped, and the wrapping ends the process, with the
same signal that a person or a kernel would send.
"""

import functools
import inspect
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from loader.ports import Ledger, Reply, Target

# Of the target, with the moment before the first byte of a create as a point of its own.
FIRST_BYTE = "first byte"
SQL = "statement"  # between two SQL statements of the ledger's transactions
# What the watcher beside the server counts: a create has arrived, has been worked on.
ARRIVED, WORKED = "server: arrived", "server: worked"
LATER = "later"  # killed from outside, `nth` milliseconds after the start


def points_of(port: type) -> tuple[str, ...]:
    """Return the two points of each method of a port."""
    names = [
        name
        for name, member in vars(port).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]
    return tuple(f"{side} {name}" for name in names for side in ("before", "after"))


CLIENT_POINTS = (
    *(point for point in points_of(Ledger) if point.split()[1] not in ("close", "catalogue")),
    *(point for point in points_of(Target) if point.split()[1] not in ("aclose", "catalogue")),
    FIRST_BYTE,
)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a process is to end (kill) or to be held up (halt): at a point, the nth time."""

    point: str
    nth: int = 1
    how: Literal["kill", "halt"] = "kill"


@dataclass(slots=True)
class Checkpoint:
    """Told each point as it is passed; stops the process at one of them."""

    stop: Stop | None
    passed: dict[str, int] = field(default_factory=dict)

    def __call__(self, point: str) -> None:
        """Pass a point, or end there."""
        self.passed[point] = self.passed.get(point, 0) + 1
        if self.stop and self.stop.point == point and self.passed[point] == self.stop.nth:
            os.kill(os.getpid(), signal.SIGKILL if self.stop.how == "kill" else signal.SIGSTOP)


def watched_ledger(ledger: Ledger, checkpoint: Checkpoint) -> Ledger:
    """Return the ledger with a point before and after every call."""
    if checkpoint.stop and checkpoint.stop.point == SQL:
        store = getattr(ledger, "_store")  # noqa: B009  # the connection is nobody else's business
        store._db.set_trace_callback(lambda statement: checkpoint(SQL))
    return cast(Ledger, _Watched(ledger, checkpoint))


def watched_target(target: Target, checkpoint: Checkpoint) -> Target:
    """Return the target with a point before and after every call, and one at the first byte."""
    return cast(Target, _WatchedTarget(target, checkpoint))


class _Watched:
    """Hands every call on to the real adapter, between two points."""

    def __init__(self, real: object, checkpoint: Checkpoint) -> None:
        self._real, self._checkpoint = real, checkpoint

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has there
        member = getattr(self._real, name)
        if name == "lock":
            return self._lock
        if inspect.iscoroutinefunction(member):
            return self._awaited(name, member)
        return self._called(name, member) if callable(member) else member

    def _called(self, name: str, member: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(member)
        def call(*arguments: object, **named: object) -> object:
            self._checkpoint(f"before {name}")
            answer = member(*arguments, **named)
            self._checkpoint(f"after {name}")
            return answer

        return call

    def _awaited(self, name: str, member: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(member)
        async def call(*arguments: object, **named: object) -> object:
            self._checkpoint(f"before {name}")
            answer = await member(*arguments, **named)
            self._checkpoint(f"after {name}")
            return answer

        return call

    @contextmanager
    def _lock(self, account: Any) -> Iterator[None]:  # noqa: ANN401  # handed on as it is
        self._checkpoint("before lock")
        with cast(Ledger, self._real).lock(account):
            self._checkpoint("after lock")
            yield


class _WatchedTarget(_Watched):
    """A target whose create has one point more: when its first byte is about to leave."""

    async def create(self, body: bytes, *, attempt: str, still_ours: Callable[[], bool]) -> Reply:
        """Create, passing the point just before the first byte leaves."""

        def at_first_byte() -> bool:
            ours = still_ours()
            self._checkpoint(FIRST_BYTE)
            return ours

        self._checkpoint("before create")
        real = cast(Target, self._real)
        reply = await real.create(body, attempt=attempt, still_ours=at_first_byte)
        self._checkpoint("after create")
        return reply
