"""The operations of the API: a request in, a reply out, nothing of sockets or faults."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from loader.sandbox.catalogue import SEEDED_AT, catalogue
from loader.sandbox.listing import Page, filtered, order_count, order_rows, page_of
from loader.sandbox.messages import Reply, Request, json_reply
from loader.sandbox.orders import Orders, Storing
from loader.sandbox.pace import Pace
from loader.sandbox.refusals import Refusal, not_found
from loader.sandbox.routes import Route
from loader.sandbox.settings import EMAIL, SandboxSettings
from loader.sandbox.state import State
from loader.sandbox.tokens import Tokens
from loader.sandbox.truth import Seen

ORDER_STATUSES = (
    "Pending",
    "Accepted",
    "In Production",
    "Shipped",
    "Delivered",
    "Canceled by Client",
    "Canceled by OKC",
    "Replaced",
    "Voided",
    "On Hold",
    "Returned",
    "Error",
    "Needs Changes",
)


class Api:
    """Answers requests from the state."""

    def __init__(
        self, state: State, orders: Orders, tokens: Tokens, settings: SandboxSettings, base_url: str
    ) -> None:
        """Answer from `state`; `base_url` begins the links to next pages."""
        self._state = state
        self._orders = orders
        self._tokens = tokens
        self._settings = settings
        self._base_url = base_url
        self._pace = Pace(settings)
        self._answers: dict[str, Callable[[Request, Route], Reply]] = {
            "token": lambda request, _: json_reply(200, tokens.sign_in(request.document)),
            "refresh": lambda request, _: json_reply(200, tokens.refresh(request.document)),
            "user": lambda *_: json_reply(200, _user()),
            "list": lambda request, _: self._list_orders(request),
            "count": lambda request, _: json_reply(
                200, {"count": order_count(state, request.params)}
            ),
            "lookup": lambda _, route: json_reply(200, {"order": orders.look_up(route.id or "")}),
            "read": lambda _, route: json_reply(200, {"order": orders.read(route.id or "")}),
            "products": self._products,
            "assemblies": self._assemblies,
            "consumers": self._consumers,
            "fulfillments": self._fulfillments,
            "statuses": lambda request, _: json_reply(
                200, {"statuses": filtered("statuses", _statuses(), request.params)}
            ),
        }

    def answer(self, request: Request, route: Route, seen: Seen, storing: Storing) -> Reply:
        """Return the reply to one request, refusals included."""
        headers: dict[str, str] = {}
        try:
            headers = self._pace.take()
            reply = self._answer(request, route, seen, storing)
        except Refusal as refusal:
            body = refusal.body(self._settings.error_style)
            return json_reply(refusal.status, body, {**headers, **refusal.headers})
        return Reply(reply.status, reply.body, {**headers, **reply.headers})

    def _answer(self, request: Request, route: Route, seen: Seen, storing: Storing) -> Reply:
        if refusal := request.malformed or route.refusal:
            raise refusal
        if route.needs_token:
            self._tokens.check(request.headers.get("Authorization"))
        if request.problem:
            raise request.problem
        match route.operation:
            case "create":
                order = self._orders.create(request.document, seen, storing)
                return json_reply(201, {"order": order})
            case "update":
                order = self._orders.update(route.id or "", request.document, seen)
                return json_reply(200, {"order": order})
            case "delete":
                self._orders.delete(route.id or "", seen)
                return Reply(204)
        return self._answers[route.operation](request, route)

    # ---------------------------------------------------------------- lists
    def _page(self, request: Request, name: str, page: Page) -> Reply:
        headers = {}
        if page.next_cursor:
            query = urlencode({**request.params, "cursor": page.next_cursor})
            headers["Link"] = f'<{self._base_url}{request.path}?{query}>; rel="next"'
        return json_reply(200, {name: page.items, "next_cursor": page.next_cursor}, headers)

    def _list_orders(self, request: Request) -> Reply:
        rows, cursor = order_rows(self._state, request.params)
        return self._page(request, "orders", Page([self._orders.view(r) for r in rows], cursor))

    def _listed(self, request: Request, name: str, items: list[dict[str, Any]]) -> Reply:
        return self._page(request, name, page_of(name, items, request.params))

    def _products(self, request: Request, route: Route) -> Reply:
        seed = catalogue()
        if route.id is None:
            return self._listed(request, "products", seed.product_views())
        product = seed.own_product(route.id)
        if product is None:
            raise not_found("product")
        return json_reply(200, {"product": seed.product_view(product)})

    def _assemblies(self, request: Request, route: Route) -> Reply:
        seed = catalogue()
        if route.id is None:
            return self._listed(request, "assemblies", seed.pack_views())
        pack = seed.pack(route.id)
        if pack is None:
            raise not_found("assembly")
        return json_reply(200, {"assembly": seed.pack_view(pack)})

    def _consumers(self, request: Request, route: Route) -> Reply:
        if route.id is None:
            return self._listed(request, "consumers", self._state.consumers())
        consumer = self._state.consumer(route.id)
        if consumer is None:
            raise not_found("consumer")
        return json_reply(200, {"consumer": consumer})

    def _fulfillments(self, request: Request, route: Route) -> Reply:
        if route.template[1] == "orders":
            order_id = self._orders.read(route.id or "")["id"]
            return self._listed(request, "fulfillments", self._state.fulfillments(order_id))
        everything = self._state.fulfillments()
        if route.id is None:
            return self._listed(request, "fulfillments", everything)
        for fulfillment in everything:
            if fulfillment["id"] == route.id.lower():
                return json_reply(200, {"fulfillment": fulfillment})
        raise not_found("fulfillment")


def _user() -> dict[str, Any]:
    seed = catalogue()
    return {
        "id": seed.user_id,
        "client_id": seed.client_id,
        "user_type": "client",
        "name": "Rehearsal",
        "email": EMAIL,
        "roles": ["Client_Developer"],
        "created_at": SEEDED_AT,
        "updated_at": SEEDED_AT,
    }


def _statuses() -> list[dict[str, Any]]:
    stamps = {"created_at": SEEDED_AT, "updated_at": SEEDED_AT}
    return [
        {"id": number, "name": name, "group": "order", **stamps}
        for number, name in enumerate(ORDER_STATUSES, 1)
    ]
