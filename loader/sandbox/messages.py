"""A request as it arrived and a reply as it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import orjson

from loader.sandbox.refusals import Refusal

# A JSON value as parsed: what it is, the contract's schemas say.
Json: TypeAlias = Any
JSON_TYPE = "application/json; charset=utf-8"


class Headers(Protocol):
    """Headers by name, whatever the case."""

    def get(self, name: str, /) -> str | None:
        """Return a header or None."""
        ...


@dataclass(slots=True)
class Request:
    """One request.

    `malformed` is what was wrong with its framing; `problem` what is wrong with its content,
    which the API says only to those who are signed in.
    """

    method: str
    path: str
    params: Mapping[str, str]
    headers: Headers
    body: bytes = b""
    malformed: Refusal | None = None
    problem: Refusal | None = field(init=False, default=None)
    document: Json = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Read the body as JSON; a body that is none becomes the request's problem."""
        if not self.body:
            self.document = {}
            return
        kind = (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            self.problem = Refusal(415, "The content type must be application/json")
            return
        try:
            self.document = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            self.problem = Refusal(400, "The body is not valid JSON")

    def text(self, name: str) -> str | None:
        """Return a text of the body's top level, or None."""
        value = self.document.get(name) if isinstance(self.document, dict) else None
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; an empty body is sent as none."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE


def json_reply(status: int, value: Json, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(status, orjson.dumps(value), headers or {})
