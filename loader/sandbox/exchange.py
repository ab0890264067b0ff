"""One request from its arrival to its reply: truth first, then faults, then the work."""

import hashlib
import threading
import traceback
from dataclasses import dataclass

import orjson

from loader.sandbox.api import Api
from loader.sandbox.faults import ENDINGS, Fault, FaultBook
from loader.sandbox.messages import Reply, Request
from loader.sandbox.orders import Orders, Storing
from loader.sandbox.refusals import Refusal
from loader.sandbox.routes import Route, find
from loader.sandbox.settings import SandboxSettings
from loader.sandbox.tokens import Tokens
from loader.sandbox.truth import Seen, Truth
from loader.sandbox.wire import scripted

_UNSENT = ("reset", "close", "hang", "late_commit")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What to send, and the fault that ends the exchange in its own way, if any."""

    reply: Reply
    ending: Fault | None = None


class Exchange:
    """Takes requests of one server, from many threads."""

    def __init__(
        self,
        api: Api,
        orders: Orders,
        tokens: Tokens,
        truth: Truth,
        book: FaultBook,
        settings: SandboxSettings,
    ) -> None:
        """Answer with `api`, record in `truth`, disturb with `book`."""
        self._api = api
        self._orders = orders
        self._tokens = tokens
        self._truth = truth
        self._book = book
        self._settings = settings
        self.stop = threading.Event()
        self.defects: list[str] = []

    def take(self, request: Request) -> Exchanged:
        """Do what a request asks, and say how it is answered."""
        route = find(request.method, request.path)
        seen = self._seen(request, route)
        keys = (seen.source_client_order_id, seen.client_custom_order_id)
        faults = self._book.take(route.operation, keys)
        ending = next((fault for fault in faults if fault.what in ENDINGS), None)
        seen.fault = ",".join(fault.label for fault in faults) or None
        self._truth.begin(seen)
        self._pause(self._settings.latency / 2)
        self._twist(faults, "before")
        storing = Storing(
            invisible=max((f.seconds for f in faults if f.what == "invisible"), default=0.0),
            copies=1 + sum(fault.what == "twice" for fault in faults),
        )
        if ending and ending.what == "late_commit":
            self._later(ending.seconds, request, route, seen, storing)
            return Exchanged(Reply(503), ending)
        if ending and ending.when == "before":
            reply = scripted(ending, None, self._settings.error_style)
        else:
            reply = self._work(request, route, seen, storing)
            if ending:
                reply = scripted(ending, reply, self._settings.error_style)
        self._twist(faults, "after")
        self._pause(self._settings.latency / 2)
        self._truth.settle(seen, None if ending and ending.what in _UNSENT else reply.status)
        return Exchanged(reply, ending)

    def _seen(self, request: Request, route: Route) -> Seen:
        seen = Seen(
            method=request.method,
            path=request.path,
            operation=route.operation,
            body_sha256=hashlib.sha256(request.body).hexdigest(),
            request_id=request.headers.get("X-Request-Id"),
            attempt=request.headers.get("X-Order-Loader-Attempt"),
        )
        if route.operation == "create":
            seen.source_client_order_id = request.text("source_client_order_id")
            seen.client_custom_order_id = request.text("client_custom_order_id")
        elif route.operation == "lookup":
            seen.client_custom_order_id = route.id
            seen.source_client_order_id = self._orders.source_id_of(route.id or "")
        elif route.id and "orders" in route.template:
            ids = self._orders.ids_of(route.id)
            seen.source_client_order_id, seen.client_custom_order_id = ids
        return seen

    def _work(self, request: Request, route: Route, seen: Seen, storing: Storing) -> Reply:
        try:
            return self._api.answer(request, route, seen, storing)
        except Exception:
            # A defect of the sandbox: the client gets the API's own 500, tests see the list.
            self.defects.append(traceback.format_exc())
            refusal = Refusal(500, "Internal server error")
            return Reply(500, orjson.dumps(refusal.body(self._settings.error_style)))

    def _later(
        self, seconds: float, request: Request, route: Route, seen: Seen, storing: Storing
    ) -> None:
        def commit() -> None:
            # A server that stops before the time has not committed: the order is lost.
            if not self.stop.wait(seconds):
                self._work(request, route, seen, storing)

        threading.Thread(target=commit, daemon=True, name="late-commit").start()

    def _twist(self, faults: list[Fault], when: str) -> None:
        for fault in faults:
            if fault.when == when and fault.what == "delay":
                self._pause(fault.seconds)
            elif fault.when == when and fault.what == "expire_tokens":
                self._tokens.expire()

    def _pause(self, seconds: float) -> None:
        if seconds:
            self.stop.wait(seconds)
