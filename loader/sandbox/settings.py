"""How the sandbox behaves where the vendor's documents leave it open, and who may sign in."""

from dataclasses import dataclass
from typing import Literal, get_args

EMAIL = "rehearsal@example.com"
PASSWORD = "rehearsal-only"  # noqa: S105  a rehearsal credential, meant to be known

ErrorStyle = Literal["contract", "guide", "os"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Settings of one server; everything that is stored belongs to the state folder instead.

    Attributes:
        latency: seconds that every API request takes longer, half before and half after the work.
        rate_limit: API requests allowed per `rate_window`; None for no limit and no headers.
        rate_window: seconds of a window; the vendor counts per hour.
        box_capacity: pouches (pouches x days, over all lines) above which an order is rejected.
        error_style: how refusals are spelled: contract, guide, or os (codes OS0001 to OS0007).
        unique_ids: refuse a second order with the same id, as the vendor says that it does. False:
            store it; what a client proves of itself must not rest on the server's defence.
        duplicate_status: HTTP status of a refused duplicate, 422 or 409; the vendor names none.
        token_seconds: life of an access token in seconds; refresh tokens last ten years.
        visibility_delay: seconds for which look-ups, lists and counts miss a new order.
        max_body_bytes: size in bytes above which a body is answered with 413.
    """

    latency: float = 0.0
    rate_limit: int | None = None
    rate_window: float = 3600.0
    box_capacity: int = 180
    error_style: ErrorStyle = "contract"
    unique_ids: bool = True
    duplicate_status: int = 422
    token_seconds: float = 86_400
    visibility_delay: float = 0.0
    max_body_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse what would only fail later, in the middle of a rehearsal."""
        if self.error_style not in get_args(ErrorStyle):
            raise ValueError(f"error_style is one of {get_args(ErrorStyle)}: {self.error_style!r}")
        if self.duplicate_status not in (409, 422):
            raise ValueError(f"duplicate_status is 409 or 422: {self.duplicate_status!r}")
        for name in ("latency", "visibility_delay"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is a number of seconds, 0 or more")
        for name in ("rate_window", "box_capacity", "token_seconds", "max_body_bytes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
        if self.rate_limit is not None and self.rate_limit < 1:
            raise ValueError("rate_limit is a number of requests, at least 1, or None")
