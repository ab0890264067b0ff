"""The client against the sandbox: whole batches under refusals, limits and delays, measured."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from loader.core.lifecycle import Verdict
from loader.ports import Reply, Sight
from loader.sandbox import EMAIL, PASSWORD, Fault, Sandbox, SandboxSettings
from loader.sandbox.settings import ErrorStyle
from loader.targets.endpoints import Settings
from loader.targets.okcapsule import OkCapsule
from loader.targets.sign_in import Credentials
from tests.unit.targets.raw_server import Connection, SmallClock, reply, serving

T = TypeVar("T")
Json = Any  # a value of an order body, as JSON has it
VITAMIN = "00000000-0000-4000-8000-000000000101"


def order(key: str, **changes: Json) -> bytes:
    """Return the body of an order that the API takes, with top-level changes."""
    body: dict[str, object] = {
        "source_client_order_id": key,
        "client_custom_order_id": key,
        "consumer": {"first_name": "Ada", "last_name": "Example"},
        "shipping_address": {
            "address1": "1 Sample Street", "city": "Sampleton", "country_name": "United States",
        },
        "order_lines": [{"pouches": [{"contents": [{"client_product_id": VITAMIN}]}]}],
    }  # fmt: skip
    return json.dumps({**body, **changes}).encode()


def against(
    sandbox: Sandbox,
    use: Callable[[OkCapsule], Coroutine[Any, Any, T]],
    *,
    concurrency: int = 4,
    rate: float | None = None,
) -> T:
    """Use a client of the sandbox on an event loop."""

    async def run() -> T:
        settings = Settings(
            base_url=sandbox.base_url, concurrency=concurrency, rate=rate, timeout=5
        )
        target = OkCapsule(settings, Credentials(EMAIL, PASSWORD), SmallClock())
        try:
            return await use(target)
        finally:
            await target.aclose()

    return asyncio.run(run())


async def create(target: OkCapsule, body: bytes) -> Reply:
    """Create one order."""
    return await target.create(body, attempt="attempt", still_ours=lambda: True)


def creates(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the creates that the sandbox saw."""
    return [seen for seen in sandbox.truth() if seen["operation"] == "create"]


REFUSABLE: dict[str, dict[str, Json]] = {
    "missing consumer": {"consumer": None},
    "inactive product": {
        "order_lines": [{"pouches": [{"contents": [
            {"client_product_id": "00000000-0000-4000-8000-000000000121"}]}]}]
    },
    "too long a label": {
        "order_lines": [{"pouches": [{"custom_label": "x" * 31,
                                      "contents": [{"client_product_id": VITAMIN}]}]}]
    },
}  # fmt: skip


@pytest.mark.parametrize("style", ["contract", "guide", "os"])
@pytest.mark.parametrize("what", REFUSABLE)
def test_a_refusal_is_read_in_each_of_the_vendors_spellings(
    tmp_path: Path,
    style: ErrorStyle,
    what: str,
) -> None:
    """Whichever way the API words it: a definite no, with the words to correct it by."""
    with Sandbox(state=tmp_path, settings=SandboxSettings(error_style=style)) as sandbox:
        refused = against(sandbox, lambda t: create(t, order("A-1", **REFUSABLE[what])))
        assert creates(sandbox)[0]["committed_order_ids"] == []
        assert sandbox.defects == []
    assert (refused.verdict, refused.stop) == (Verdict.REFUSED, False)
    assert refused.message
    assert refused.code == ("OS0003" if style == "os" else "HTTP-422")


@pytest.mark.parametrize(("status", "verdict"), [(422, Verdict.REFUSED), (409, Verdict.UNKNOWN)])
def test_a_duplicate_is_told_by_looking_it_up(
    tmp_path: Path, status: int, verdict: Verdict
) -> None:
    """However a duplicate is answered, the look-up shows the order that is there."""
    with Sandbox(state=tmp_path, settings=SandboxSettings(duplicate_status=status)) as sandbox:

        async def use(target: OkCapsule) -> None:
            first = await create(target, order("A-1"))
            again = await create(target, order("A-1"))
            look = await target.look_up("A-1")
            assert first.order is not None
            assert again.verdict is verdict
            assert look.sight is Sight.FOUND
            assert look.order is not None
            assert look.order["id"] == first.order["id"]

        against(sandbox, use)


def test_a_batch_goes_through_a_rate_limit(tmp_path: Path) -> None:
    """Ten requests a second allowed, thirty orders: all made, each once, held by the pace."""
    settings = SandboxSettings(rate_limit=10, rate_window=1.0)
    with Sandbox(state=tmp_path, settings=settings) as sandbox:
        left = [f"A-{number}" for number in range(30)]

        async def use(target: OkCapsule) -> None:
            async def work() -> None:
                while left:
                    key = left.pop()
                    await target.ready()
                    made = await create(target, order(key))
                    if made.verdict is Verdict.DEFERRED:
                        left.append(key)
                    else:
                        assert made.verdict is Verdict.DONE

            await asyncio.gather(*(work() for _ in range(4)))

        against(sandbox, use)
        seen = creates(sandbox)
    assert sum(len(one["committed_order_ids"]) for one in seen) == 30
    # Who comes too early was under way already: at most the other three senders, each second.
    assert len(seen) - 30 <= 3 * 5


def test_short_lived_tokens_are_renewed_under_way(tmp_path: Path) -> None:
    """Tokens of one second: a batch of several seconds meets no 401 and signs in once."""
    with Sandbox(state=tmp_path, settings=SandboxSettings(token_seconds=1)) as sandbox:

        async def use(target: OkCapsule) -> set[Verdict]:
            verdicts = set()
            for number in range(12):
                verdicts.add((await create(target, order(f"A-{number}"))).verdict)
                await asyncio.sleep(0.15)
            return verdicts

        verdicts = against(sandbox, use)
        asked = [seen["operation"] for seen in sandbox.truth()]
    assert verdicts == {Verdict.DONE}
    assert asked.count("token") == 1
    assert 1 <= asked.count("refresh") <= 4


def test_all_pages_of_a_catalogue_are_read(tmp_path: Path) -> None:
    """What the sandbox lists page by page arrives as one catalogue."""
    with Sandbox(state=tmp_path) as sandbox:
        whole = against(sandbox, lambda target: target.catalogue())
        sandbox.add_faults([Fault(what="close", operation="products", times=2)])
        again = against(sandbox, lambda target: target.catalogue())
    assert len(whole.items) > 10
    assert again.items == whole.items


LATENCY = 0.05
MADE = reply(201, b'{"order":{"id":"a1","status":"Pending"}}')
GRANTED = reply(200, b'{"access_token":"a","refresh_token":"r","expires_in":86400}')


async def after_a_while(connection: Connection) -> None:
    """Answer each request after the latency, like a server far away."""
    while True:
        request = await connection.request()
        if b"authentication" in request.head:
            await connection.send(GRANTED)
        else:
            await asyncio.sleep(LATENCY)
            await connection.send(MADE)


@pytest.mark.parametrize("concurrency", [4, 32, 64])
def test_how_many_creates_a_second(concurrency: int) -> None:
    """Printed, not judged: creates per second as a fraction of concurrency / latency."""

    async def measure() -> float:
        async with serving(after_a_while) as server:
            settings = Settings(base_url=server.url, concurrency=concurrency)
            target = OkCapsule(settings, Credentials("u", "p"), SmallClock())
            await target.ready()
            count = concurrency * 20

            async def work(keys: list[int]) -> None:
                for key in keys:
                    made = await create(target, order(str(key)))
                    assert made.verdict is Verdict.DONE

            started = time.perf_counter()
            await asyncio.gather(
                *(work(list(range(n, count, concurrency))) for n in range(concurrency))
            )
            took = time.perf_counter() - started
            await target.aclose()
            assert server.connections <= concurrency + 1
        return count / took

    rate = asyncio.run(measure())
    limit = concurrency / LATENCY
    print(f"\n{concurrency:>3} at once: {rate:7.1f} creates/s, {rate / limit:.2f} of {limit:.0f}")
