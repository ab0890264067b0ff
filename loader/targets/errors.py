"""Error bodies: the vendor's shapes, read into one.

| shape | looks like | source |
| --- | --- | --- |
| model | `{"error": {"errorCode"?, "message"}, "message"?}` | contract, every error |
| checked | `{"message", "errors": [{"message", "type"}]}`, also under `error` | contract, 422 |
| guide | `{"statusCode", "error": "…", "message", "details"?: [{"field", "message"}]}` | guide |
| coded | `{"code": "OS0003", "type", "message"}`, also under `error` | Order API v2 error codes |

Anything else is not the API's own error body, and nothing is concluded from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loader.core.privacy import printable
from loader.targets.bodies import read_object

# Order API v2: each code has one type.
TYPES = {
    "OS0001": "INTERNAL_SERVER_ERROR",
    "OS0002": "CROSS_SERVICE_ERROR",
    "OS0003": "VALIDATION_ERROR",
    "OS0004": "CROSS_SERVICE_ERROR",
    "OS0005": "AUTHENTICATION_ERROR",
    "OS0006": "AUTHENTICATION_ERROR",
    "OS0007": "INTERNAL_SERVER_ERROR",
}
INVALID_REQUEST = "OS0003"
FORBIDDEN = "OS0005"
SIGN_IN_NEEDED = "OS0006"

_MOST_DETAILS = 100
_Part = Mapping[str, Any]


class Shape(StrEnum):
    """Which of the vendor's shapes an error body has."""

    MODEL = "model"
    CHECKED = "checked"
    GUIDE = "guide"
    CODED = "coded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """What an error body of the API says, printable.

    `consistent` is False where the body contradicts itself or the status that it came with: two
    codes, a code with another code's type, another status inside, or an order beside the error.
    """

    shape: Shape
    code: str = ""
    message: str = ""
    details: tuple[tuple[str, str], ...] = ()
    consistent: bool = True


def read_error(status: int, body: bytes) -> ErrorBody | None:
    """Return what the body says; None where it is not an error body of the API."""
    outer = read_object(body)
    error = outer.get("error")
    inner = error if isinstance(error, dict) else {}
    found = _shaped(outer, inner)
    if found is None:
        return None
    shape, part = found
    codes = _codes(outer, inner)
    code = codes[0] if codes else ""
    kind = part.get("type") if shape is Shape.CODED else None
    return ErrorBody(
        shape=shape,
        code=code,
        message=_text(part.get("message")) or _text(outer.get("message")),
        details=_details(part.get("details")) or _details(part.get("errors")),
        consistent=len(codes) <= 1
        and kind in (None, TYPES.get(code))
        and outer.get("statusCode", status) == status
        and "order" not in outer,
    )


def _shaped(outer: _Part, inner: _Part) -> tuple[Shape, _Part] | None:
    """Name the shape, and the part of the body that carries its message."""
    for part in (outer, inner):
        if part.get("code") is not None:
            return Shape.CODED, part
    worded = isinstance(outer.get("message"), str)
    if isinstance(outer.get("error"), str):
        guide = worded and type(outer.get("statusCode")) is int
        return (Shape.GUIDE, outer) if guide else None
    for part in (outer, inner):
        if isinstance(part.get("errors"), list) and isinstance(part.get("message"), str):
            return Shape.CHECKED, part
    return (Shape.MODEL, inner) if isinstance(inner.get("message"), str) else None


def _codes(outer: _Part, inner: _Part) -> list[str]:
    """Return every different code in the body: more than one is a contradiction."""
    values = [part.get(name) for part in (outer, inner) for name in ("code", "errorCode")]
    return list(dict.fromkeys(printable(str(value), 80) for value in values if value is not None))


def _details(issues: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(issues, list):
        return ()
    return tuple(
        (_text(issue.get("field"), 200), _text(issue.get("message")))
        for issue in issues[:_MOST_DETAILS]
        if isinstance(issue, dict)
    )


def _text(value: object, limit: int = 500) -> str:
    return printable(value, limit) if isinstance(value, str) else ""
