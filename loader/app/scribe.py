"""Callers that wait for the ledger at the same moment share one commit.

The ledger's calls block on the disk, so they run in one thread of their own. While one commit is
being synced, what arrives next is gathered; the following commit takes all of it.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from loader.core.errors import LedgerBusy
from loader.core.model import Account
from loader.ports import Burn, Entry, Ledger, Settlement


class Scribe:
    """Claims, burns and settles for many senders at once; use in `async with`."""

    def __init__(
        self, ledger: Ledger, run_id: str, owner: str, lease: float, any_of: Account | None = None
    ) -> None:
        """Write for one run under one owner, or for any run of an account; `lease` in seconds."""
        self._ledger, self._run_id, self._owner, self._lease = ledger, run_id, owner, lease
        self._any_of = any_of
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._claims = _Queue(self._thread, self._claim)
        self._burns = _Queue(self._thread, ledger.burn)
        self._settlements = _Queue(self._thread, ledger.settle)

    async def __aenter__(self) -> "Scribe":
        """Start nothing: the thread starts with the first call."""
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Wait for the last commit."""
        self._thread.shutdown(wait=True)

    def _claim(self, askers: Sequence[None]) -> list[Entry | None]:
        many, lease = len(askers), self._lease
        claimed = (
            self._ledger.claim(self._run_id, self._owner, many, lease)
            if self._any_of is None
            else self._ledger.claim_any(self._any_of, self._owner, many, lease)
        )
        return [*claimed, *[None] * (len(askers) - len(claimed))]

    async def claim(self) -> Entry | None:
        """Claim the next entry of the run; None where none is due."""
        entry: Entry | None = await self._claims.put(None)
        return entry

    async def burn(self, burn: Burn) -> bool:
        """Make the intent to send durable; False where somebody else owns the entry."""
        return bool(await self._burns.put(burn))

    async def settle(self, settlement: Settlement) -> bool:
        """Make an outcome durable; False where the entry has moved on."""
        return bool(await self._settlements.put(settlement))

    async def give_back(self, entry: Entry) -> None:
        """Return an unsent claim, so that the next run need not wait for its lease."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._ledger.give_back, [entry])


class _Queue:
    """What waits for one kind of call; one call takes all that waits."""

    def __init__(
        self, thread: ThreadPoolExecutor, write: Callable[[Sequence[Any]], Sequence[Any]]
    ) -> None:
        self._thread, self._write = thread, write
        self._waiting: list[tuple[Any, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, item: Any) -> Any:  # noqa: ANN401  # one queue per kind, typed by Scribe
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._drain())
        # A cancelled caller does not undo what is being committed: the task goes on without it.
        return await answer

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            taken, self._waiting = self._waiting, []
            items = [item for item, _ in taken]
            answers = await loop.run_in_executor(self._thread, self._answers, items)
            for (_, future), answer in zip(taken, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    def _answers(self, items: Sequence[Any]) -> Sequence[Any]:
        """Write all in one commit; where one of them breaks it, the others on their own.

        Every caller gets an answer or the failure of its own item: none may wait for ever. Each
        write is a compare-and-set, so that one which was made after all is not made twice.
        """
        try:
            return self._write(items)
        except Exception as problem:
            # A ledger that is busy would keep each of them waiting as long again.
            if len(items) == 1 or isinstance(problem, LedgerBusy):
                return [problem] * len(items)
        return [answer for item in items for answer in self._answers([item])]
