"""The operations: which method and path is which."""

from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from loader.sandbox.refusals import Refusal

ROUTES: dict[tuple[str, ...], dict[str, str]] = {
    ("v2", "authentication", "token"): {"POST": "token"},
    ("v2", "authentication", "refresh-token"): {"POST": "refresh"},
    ("v2", "authentication", "user"): {"GET": "user"},
    ("v2", "orders"): {"GET": "list", "POST": "create"},
    ("v2", "orders", "count"): {"GET": "count"},
    ("v2", "orders", "by-client-order-id", "*"): {"GET": "lookup"},
    ("v2", "orders", "*"): {"GET": "read", "PUT": "update", "DELETE": "delete"},
    ("v2", "orders", "*", "fulfillments"): {"GET": "fulfillments"},
    ("v2", "products"): {"GET": "products"},
    ("v2", "products", "*"): {"GET": "products"},
    ("v2", "assemblies"): {"GET": "assemblies"},
    ("v2", "assemblies", "*"): {"GET": "assemblies"},
    ("v2", "consumers"): {"GET": "consumers"},
    ("v2", "consumers", "*"): {"GET": "consumers"},
    ("v2", "fulfillments"): {"GET": "fulfillments"},
    ("v2", "fulfillments", "*"): {"GET": "fulfillments"},
    ("v2", "statuses"): {"GET": "statuses"},
}
_OPEN = ("token", "refresh")


@dataclass(frozen=True, slots=True)
class Route:
    """What a request asks for: the operation, its template, and the id in the path if any."""

    operation: str
    template: tuple[str, ...] = ()
    id: str | None = None
    refusal: Refusal | None = field(default=None, compare=False)

    @property
    def needs_token(self) -> bool:
        """Say whether a signed-in user is needed."""
        return self.operation not in _OPEN


def find(method: str, path: str) -> Route:
    """Return the route of a request; a route that does not exist carries its refusal."""
    try:
        parts = tuple(
            unquote_to_bytes(part.encode("latin-1")).decode("utf-8")
            for part in path.removeprefix("/").split("/")
        )
    except UnicodeDecodeError:
        return Route("unknown", refusal=Refusal(400, "The path is not valid UTF-8"))
    if parts[0] != "v2":
        return Route("unknown", refusal=Refusal(400, "The API version is missing from the path"))
    for template in (parts, _starred(parts)):
        methods = ROUTES.get(template)
        if methods is None:
            continue
        item = parts[template.index("*")] if "*" in template else None
        if method not in methods:
            allow = {"Allow": ", ".join(sorted(methods))}
            refusal = Refusal(405, f"{method[:20]} is not allowed here", headers=allow)
            return Route("unknown", template, item, refusal)
        return Route(methods[method], template, item)
    return Route("unknown", refusal=Refusal(404, "No such path"))


def _starred(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Put a star where a path can have an id: the first place whose template exists."""
    for place in (2, 3):
        starred = (*parts[:place], "*", *parts[place + 1 :])
        if len(parts) > place and parts[place] and starred in ROUTES:
            return starred
    return ()
