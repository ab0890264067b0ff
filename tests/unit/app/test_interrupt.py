"""The first signal stops in the loop, the second is the system's own, and all is put back."""

import asyncio
import os
import signal
import threading

import pytest

from loader.app.interrupt import first_interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_the_second_quits(number: signal.Signals) -> None:
    """The first one only calls `stop`, even while the loop waits; handlers are put back after."""

    async def work() -> None:
        stopped = asyncio.Event()
        with first_interrupt(stopped.set):
            asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
            await asyncio.wait_for(stopped.wait(), 20)
            assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    asyncio.run(work())
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_another_thread_leaves_signals_alone() -> None:
    """Where we are not the main thread, whoever runs us handles signals."""
    seen: list[object] = []

    async def work() -> None:
        with first_interrupt(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    assert seen == [before]
