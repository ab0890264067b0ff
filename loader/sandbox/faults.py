"""Faults that a test or a rehearsal scripts: which request they meet, and what they do to it."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from loader.sandbox.messages import Json

Operation = Literal[
    "any", "create", "update", "delete", "lookup", "read", "list", "count", "token", "refresh",
    "user", "products", "assemblies", "consumers", "fulfillments", "statuses",
]  # fmt: skip
# What ends the request in its own way; a request meets one of these at most.
Ending = Literal[
    "reset", "close", "hang", "drip", "status", "truncate", "garbage", "huge", "late_commit"
]
# What changes the request and lets it go on; these combine with each other and with an ending.
Twist = Literal["invisible", "twice", "delay", "expire_tokens"]
ENDINGS: tuple[str, ...] = get_args(Ending)
TWISTS: tuple[str, ...] = get_args(Twist)
# Faults of the moment of commit: only a create has one.
_OF_CREATE = ("invisible", "twice", "late_commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One scripted fault.

    Attributes:
        what: reset (RST), close, hang (hold for `seconds`, then close), drip (valid bytes, one
            per `every` seconds, for `seconds` at most), status (`status`, `body`, `headers`,
            `content_type`), truncate (the whole length promised, `bytes` of the body sent),
            garbage (not JSON), huge (`bytes` of body), late_commit (closed at once, committed
            `seconds` later), invisible (look-ups, lists and counts miss the order for
            `seconds`), twice (two orders stored), delay (`seconds`), expire_tokens (all access
            tokens at once).
        when: before or after the commit (for requests that commit nothing: the work).
        key: the order's source_client_order_id or client_custom_order_id, or * for all.
        operation: the operation, or any.
        times: how many requests it meets, -1 for all.
        status: also the status line of drip, truncate, garbage and huge, where given.
        body: JSON value, or text that is sent as it is.
    """

    what: Ending | Twist
    when: Literal["before", "after"] = "before"
    key: str = "*"
    operation: Operation = "any"
    times: int = 1
    seconds: float = 0.0
    every: float = 0.05
    status: int | None = None
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    bytes: int = 0

    def __post_init__(self) -> None:
        """Refuse a fault that cannot do what it says."""
        choices = {
            "what": ENDINGS + TWISTS,
            "when": ("before", "after"),
            "operation": get_args(Operation),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"fault: {name} is one of {', '.join(allowed)}: {getattr(self, name)!r}"
                )
        self._check_numbers()
        if not self.key:
            raise ValueError("fault: key is an order's id, or * for all")
        if self.what == "status" and self.status is None:
            raise ValueError("fault: what=status needs a status")
        if self.what in _OF_CREATE and self.operation not in ("create", "any"):
            raise ValueError(f"fault: {self.what} is about a create, not {self.operation}")

    def _check_numbers(self) -> None:
        if type(self.times) is not int or self.times == 0 or self.times < -1:
            raise ValueError("fault: times is a number from 1, or -1 for always")
        if type(self.bytes) is not int or self.bytes < 0:
            raise ValueError("fault: bytes is a whole number, 0 or more")
        if self.status is not None and (
            type(self.status) is not int or not 200 <= self.status <= 599
        ):
            raise ValueError("fault: status is a number from 200 to 599")
        for name in ("seconds", "every"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"fault: {name} is a number of seconds, 0 or more")
        if self.what == "drip" and self.every <= 0:
            raise ValueError("fault: every is above 0 for a drip")

    @classmethod
    def from_mapping(cls, given: Json) -> "Fault":
        """Return the fault that a JSON object describes."""
        if not isinstance(given, dict):
            raise ValueError("fault: must be a JSON object")
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise ValueError(
                f"fault: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            )
        if "what" not in given:
            raise ValueError("fault: what is needed")
        if not isinstance(given.get("key", ""), str):
            raise ValueError("fault: key is a text")
        headers = given.get("headers", {})
        if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
            raise ValueError("fault: headers is an object of texts")
        return cls(**given)

    @classmethod
    def from_json(cls, source: str | Path) -> list["Fault"]:
        """Return the faults of a JSON text or file: one object or an array of them."""
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        try:
            given = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"faults: not JSON: {error}") from None
        return [cls.from_mapping(item) for item in (given if isinstance(given, list) else [given])]

    def as_mapping(self) -> dict[str, Any]:
        """Return the fault as a JSON object."""
        return asdict(self)

    @property
    def label(self) -> str:
        """Return what the truth calls it, such as `after:reset`."""
        return f"{self.when}:{self.what}"

    def meets(self, operation: str, keys: Sequence[str | None]) -> bool:
        """Say whether it is about such a request."""
        about = self.operation if self.what not in _OF_CREATE else "create"
        return about in ("any", operation) and (self.key == "*" or self.key in keys)


class FaultBook:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._armed: list[tuple[Fault, int]] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Arm faults, after those that wait already."""
        with self._lock:
            self._armed += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed = []

    def armed(self) -> list[dict[str, Any]]:
        """Return the waiting faults, with the times that are left."""
        with self._lock:
            return [{**fault.as_mapping(), "times": left} for fault, left in self._armed]

    def take(self, operation: str, keys: Sequence[str | None]) -> list[Fault]:
        """Return the faults that a request meets, counted down: every twist, the first ending."""
        with self._lock:
            taken: list[Fault] = []
            waiting: list[tuple[Fault, int]] = []
            ended = False
            for fault, left in self._armed:
                ending = fault.what in ENDINGS
                if fault.meets(operation, keys) and not (ending and ended):
                    taken.append(fault)
                    ended = ended or ending
                    left -= left > 0
                if left:
                    waiting.append((fault, left))
            self._armed = waiting
            return taken
