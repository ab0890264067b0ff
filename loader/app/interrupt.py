"""Ctrl-C while orders are being sent: the first one drains, the second one quits."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_Handler = Callable[[int, FrameType | None], Any] | int | None
_AFTERWARDS: dict[signal.Signals, _Handler] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}


@contextmanager
def first_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in the running loop at the first Ctrl-C or SIGTERM; the next one quits at once.

    In another thread than the main one, signals are left to whoever runs us.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def first(number: int, frame: FrameType | None) -> None:
        for one, handler in _AFTERWARDS.items():
            signal.signal(one, handler)
        loop.call_soon_threadsafe(stop)  # wakes the loop, also where it waits for the network

    before = {one: signal.signal(one, first) for one in _AFTERWARDS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


async def unless(
    event: Coroutine[Any, Any, object], work: Coroutine[Any, Any, Answer]
) -> Answer | None:
    """Return what `work` comes to; None, and give it up, where `event` comes first."""
    doing, stopped = asyncio.ensure_future(work), asyncio.ensure_future(event)
    try:
        await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        stopped.cancel()
        doing.cancel()


def stopping(in_flight: int) -> str:
    """Return what a person is told at the first Ctrl-C."""
    are = "is" if in_flight == 1 else "are"
    return f"Stopping: {in_flight:,} in flight {are} being finished; press again to quit."
