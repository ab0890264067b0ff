"""Every target passes the suite of its port: an adapter joins in `OPENERS`.

The suite asks one question of every fault: does what the target concludes agree with what the
server did? A server that keeps a ground truth stands behind each adapter. The expectations are
taken from the port and from the exactly-once protocol, not from an adapter.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from loader.core.errors import SignInError, StoppedEarly
from loader.core.lifecycle import Verdict
from loader.ports import Reply, Sight, Target
from loader.sandbox import EMAIL, PASSWORD, Fault, Sandbox
from loader.targets import catalogue, pace
from loader.targets.endpoints import Settings
from loader.targets.okcapsule import OkCapsule
from loader.targets.sign_in import Credentials
from tests.unit.targets.raw_server import SmallClock

VITAMIN = "00000000-0000-4000-8000-000000000101"
DEADLINE = 0.8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """A server with a ground truth, and a way to make targets of it."""

    sandbox: Sandbox
    make: Callable[[str], Target]  # by the password
    stop: Callable[[], None]  # ends the server

    def creates(self) -> list[dict[str, Any]]:
        """Return the creates that reached the server."""
        return [seen for seen in self.sandbox.truth() if seen["operation"] == "create"]

    def made(self) -> int:
        """Return how many orders the server holds."""
        return sum(len(seen["committed_order_ids"]) for seen in self.creates())


@contextmanager
def okcapsule(folder: Path) -> Iterator[Subject]:
    """Give the OK Capsule target, with the sandbox behind it."""
    with ExitStack() as server:
        sandbox = server.enter_context(Sandbox(state=folder))
        settings = Settings(base_url=sandbox.base_url, timeout=DEADLINE)

        def make(password: str) -> Target:
            return OkCapsule(settings, Credentials(EMAIL, password), SmallClock())

        yield Subject(sandbox, make, server.close)
        assert sandbox.defects == []


OPENERS: dict[str, Callable[[Path], AbstractContextManager[Subject]]] = {"okcapsule": okcapsule}


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth as long between two tries of a read."""
    monkeypatch.setattr(pace, "BACKOFF", 0.01)


@pytest.fixture(params=OPENERS)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    """Give each adapter with a server of its own."""
    with OPENERS[request.param](tmp_path / "state") as subject:
        yield subject


def with_target(
    subject: Subject, use: Callable[[Target], Coroutine[Any, Any, T]], password: str = PASSWORD
) -> T:
    """Use a target on an event loop, and close it."""

    async def run() -> T:
        target = subject.make(password)
        try:
            return await use(target)
        finally:
            await target.aclose()

    return asyncio.run(run())


def order(key: str) -> bytes:
    """Return the body of an order that the API takes."""
    return json.dumps(
        {
            "source_client_order_id": key,
            "client_custom_order_id": key,
            "consumer": {"first_name": "Ada", "last_name": "Example"},
            "shipping_address": {
                "address1": "1 Sample Street", "city": "Sampleton", "country_name": "United States",
            },
            "order_lines": [{"pouches": [{"contents": [{"client_product_id": VITAMIN}]}]}],
        }
    ).encode()  # fmt: skip


async def create(target: Target, key: str, *, ours: bool = True) -> Reply:
    """Create one order under its key."""
    return await target.create(order(key), attempt="attempt-1", still_ours=lambda: ours)


# ------------------------------------------------------------------ create
def test_done_means_exactly_one_and_that_id(subject: Subject) -> None:
    """The server holds the order of the reply, made by one request of exactly these bytes."""
    reply = with_target(subject, lambda target: create(target, "A-1"))
    assert (reply.verdict, reply.http_status) == (Verdict.DONE, 201)
    assert reply.order is not None
    (seen,) = subject.creates()
    assert seen["committed_order_ids"] == [reply.order["id"]]
    assert seen["body_sha256"] == hashlib.sha256(order("A-1")).hexdigest()
    assert seen["request_id"] == "attempt-1"


def test_a_burn_that_is_not_ours_leaves_the_server_alone(subject: Subject) -> None:
    """Asked before the first byte, a no sends nothing and says so."""
    reply = with_target(subject, lambda target: create(target, "A-1", ours=False))
    assert (reply.verdict, reply.sent, reply.code) == (Verdict.DEFERRED, False, "BURN-STALE")
    assert subject.creates() == []


# What a server can do to a create. A refusal after the commit is a lie that no client can see
# through (the protocol says so); it is left out.
ENDINGS = [
    *({"what": what, "when": when} for what in ("reset", "close") for when in ("before", "after")),
    *({"what": "hang", "when": when, "seconds": 3} for when in ("before", "after")),
    *({"what": "drip", "when": when, "seconds": 3, "every": 0.1} for when in ("before", "after")),
    *({"what": "truncate", "when": when, "bytes": count}
      for when in ("before", "after") for count in (0, 1, 40)),
    *({"what": "garbage", "when": when} for when in ("before", "after")),
    {"what": "huge", "when": "after", "bytes": 20_000_000},
    {"what": "late_commit", "seconds": 0.2},
    *({"what": "status", "when": "after", "status": status, "body": body}
      for status in (200, 202, 204, 301, 307, 404, 408, 409, 500, 502, 503, 504)
      for body in ({}, {"error": {"message": "x"}}, {"order": {"id": "1"}}, "<html>")),
    *({"what": "status", "status": status, "body": body}
      for status in (400, 401, 403, 413, 415, 422, 429)
      for body in ({"error": {"message": "x"}}, "<html>")),
    {"what": "status", "when": "after", "status": 201, "body": {"order": {}}},
    {"what": "status", "when": "after", "status": 201, "body": ""},
    {"what": "status", "when": "after", "status": 422, "body": "<html>"},
    {"what": "status", "when": "after", "status": 400,
     "body": {"code": "OS0001", "type": "INTERNAL_SERVER_ERROR", "message": "x"}},
    {"what": "expire_tokens"},
    {"what": "invisible", "seconds": 5},
]  # fmt: skip


@pytest.mark.parametrize("fault", ENDINGS, ids=lambda fault: "-".join(map(str, fault.values())))
def test_what_is_concluded_is_what_the_server_did(subject: Subject, fault: dict[str, Any]) -> None:
    """Done only with one order there, refused and deferred only with none, one request each."""

    async def use(target: Target) -> Reply:
        await target.ready()
        subject.sandbox.add_faults([Fault(operation="create", **fault)])
        reply = await create(target, "A-1")
        await asyncio.sleep(fault.get("seconds", 0) if fault["what"] == "late_commit" else 0)
        return reply

    reply = with_target(subject, use)
    assert len(subject.creates()) == 1
    made = subject.made()
    expected = {Verdict.DONE: {1}, Verdict.UNKNOWN: {0, 1}}.get(reply.verdict, {0})
    assert made in expected, reply
    assert reply.sent
    assert len(reply.message) <= 500
    assert bool(reply.message) is (reply.verdict is not Verdict.DONE)


def test_a_server_that_is_gone_has_made_nothing(subject: Subject) -> None:
    """No connection: deferred, nothing sent, and counted among the failures to connect."""
    subject.stop()

    async def use(target: Target) -> tuple[Reply, Sight]:
        return await create(target, "A-1"), (await target.look_up("A-1")).sight

    reply, sight = with_target(subject, use)
    assert (reply.verdict, reply.sent) == (Verdict.DEFERRED, False)
    assert reply.connect_failed
    assert sight is Sight.UNCLEAR


# ------------------------------------------------------------------ signing in
def test_a_refused_sign_in_is_said_by_every_call(subject: Subject) -> None:
    """Asking raises `SignInError`; a create does not: it defers and stops the run."""

    async def use(target: Target) -> Reply:
        for call in (target.account_id, target.catalogue, target.ready):
            with pytest.raises(SignInError):
                await call()
        assert (await target.look_up("A-1")).sight is Sight.UNCLEAR
        return await create(target, "A-1")

    reply = with_target(subject, use, password="wrong")
    assert (reply.verdict, reply.sent, reply.stop) == (Verdict.DEFERRED, False, True)
    assert subject.creates() == []


def test_an_expired_sign_in_costs_one_try_and_no_order(subject: Subject) -> None:
    """Tokens that run out in the middle: each order is made once in the end."""

    async def use(target: Target) -> None:
        subject.sandbox.add_faults([Fault(what="expire_tokens", operation="create", times=3)])

        async def until_done(key: str) -> None:
            for _ in range(6):
                if (await create(target, key)).verdict is Verdict.DONE:
                    return
            raise AssertionError(f"{key} was not made")

        await asyncio.gather(*(until_done(f"A-{number}") for number in range(12)))

    with_target(subject, use)
    assert subject.made() == 12


# ------------------------------------------------------------------ reading
def test_a_look_up_finds_what_is_there_and_nothing_else(subject: Subject) -> None:
    """Found with the order as the API has it; absent where there is none."""

    async def use(target: Target) -> None:
        made = await create(target, "A/1 ü")
        assert made.order is not None
        found = await target.look_up("A/1 ü")
        assert found.sight is Sight.FOUND
        assert found.order is not None
        assert found.order["id"] == made.order["id"]
        assert found.order["client_custom_order_id"] == "A/1 ü"
        for absent in ("A", "a/1 ü", "A/1", "..", "%2E"):
            assert (await target.look_up(absent)).sight is Sight.ABSENT, absent

    with_target(subject, use)


@pytest.mark.parametrize(
    "fault",
    [
        {"what": "close"}, {"what": "reset"}, {"what": "garbage"}, {"what": "truncate", "bytes": 9},
        {"what": "status", "status": 500}, {"what": "status", "status": 404, "body": "<html>"},
        {"what": "status", "status": 404, "body": {"message": "no route"}},
        {"what": "status", "status": 200, "body": {"order": {"id": "1"}}},
        {"what": "status", "status": 200, "body": {"order": None}},
        {"what": "status", "status": 403, "body": {"error": {"message": "x"}}},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)  # fmt: skip
def test_a_look_up_that_fails_concludes_nothing(subject: Subject, fault: dict[str, Any]) -> None:
    """Neither found nor absent, with the reason; and nothing is raised."""
    subject.sandbox.add_faults([Fault(operation="lookup", times=-1, **fault)])
    look = with_target(subject, lambda target: target.look_up("A-1"))
    assert look.sight is Sight.UNCLEAR
    assert look.reply is not None
    assert look.reply.message


def test_the_account_is_the_same_each_time(subject: Subject) -> None:
    """The id that keys of the ledger begin with does not change."""
    ids = {with_target(subject, lambda target: target.account_id()) for _ in range(2)}
    assert len(ids) == 1
    assert all(ids)


def test_the_catalogue_is_complete(subject: Subject) -> None:
    """Every kind is there, by lower-case id, with a digest for each."""
    catalogue = with_target(subject, lambda target: target.catalogue())
    assert VITAMIN in catalogue.items
    assert {item.kind for item in catalogue.items.values()} == {"product", "pack", "standalone"}
    for key, item in catalogue.items.items():
        assert key == item.id.lower()
        assert len(item.digest) == 64
        assert item.name


def test_every_order_is_listed_and_counted(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Walked page by page, each order comes once, and there are as many as the API counts."""
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 2)

    async def walk(target: Target) -> tuple[list[str], int, int]:
        for number in range(5):
            await create(target, f"A-{number}")
        pages = [page async for page in target.orders()]
        keys = [str(one["source_client_order_id"]) for page in pages for one in page]
        return keys, len(pages), await target.order_count()

    assert with_target(subject, walk) == ([f"A-{number}" for number in range(5)], 3, 5)


@pytest.mark.parametrize("body", [{}, {"count": "5"}, {"count": -1}, {"count": True}, "x"])
def test_a_count_that_is_no_number_is_none(subject: Subject, body: object) -> None:
    """Whatever else comes back, nobody takes it for the number of orders."""
    fault = {"what": "status", "status": 200, "body": body, "operation": "count", "times": -1}
    subject.sandbox.add_faults([fault])
    with pytest.raises(StoppedEarly, match="could not be counted"):
        with_target(subject, lambda target: target.order_count())


def test_a_list_that_breaks_off_is_said(subject: Subject) -> None:
    """A page that cannot be read is no end of the list."""
    fault = {"what": "status", "status": 404, "body": "x", "operation": "list", "times": -1}
    subject.sandbox.add_faults([fault])

    async def walk(target: Target) -> None:
        async for _ in target.orders():
            pass

    with pytest.raises(StoppedEarly, match="could not be read to their end"):
        with_target(subject, walk)


def test_ready_lets_a_create_leave_at_once(subject: Subject) -> None:
    """After it there is a token: the create is the only request that follows."""

    async def use(target: Target) -> None:
        assert await target.ready() == 0.0
        before = len(subject.sandbox.truth())
        assert (await create(target, "A-1")).verdict is Verdict.DONE
        assert len(subject.sandbox.truth()) == before + 1

    with_target(subject, use)


def test_closing_twice_is_closing(subject: Subject) -> None:
    """Nothing is left open, and a second close is none too many."""

    async def use(target: Target) -> None:
        await target.ready()
        await target.aclose()

    with_target(subject, use)
