"""What the server may do with a request, by name, and by chance.

All of it keeps to the two assumptions about the vendor: a documented refusal made nothing, and an
order that was made can be found by its own id after a while. What breaks them, no client can
prevent; `docs/at-most-once.md` lists it.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from loader.sandbox import Fault

LATE = 0.3  # seconds after which a late order is made, or an invisible one is seen
# Pauses of the loader's own between look-ups, shortened to match: nothing else of it is changed.
LATE_LOOKS, BETWEEN_LOOKS = (0.05, 0.15, 0.3), LATE + 0.1
HELD = 1.2  # seconds for which a reply is held back: longer than a request's deadline

_ERROR = {"error": {"message": "no"}}
_MADE_NOTHING = (400, 413, 415, 422)
_UNKNOWN = (200, 202, 204, 301, 307, 404, 408, 409, 500, 501, 502, 503, 504)
_CODES = ("OS0001", "OS0002", "OS0004", "OS0007", "OS0099")


def _create(what: str, when: str, key: str, **more: Any) -> Fault:  # noqa: ANN401  # a fault's own
    return Fault(what=what, when=when, key=key, operation="create", **more)  # type: ignore[arg-type]  # checked by Fault itself


def _both(what: str, **more: Any) -> dict[str, Callable[[str], list[Fault]]]:  # noqa: ANN401  # a fault's own
    """Return the same fault before and after the commit."""
    return {
        f"{what} before": lambda key: [_create(what, "before", key, **more)],
        f"{what} after": lambda key: [_create(what, "after", key, **more)],
    }


def _answer(status: int, when: str = "before", **more: Any) -> Callable[[str], list[Fault]]:  # noqa: ANN401  # a fault's own
    return lambda key: [_create("status", when, key, status=status, **{"body": _ERROR, **more})]


OUTCOMES: dict[str, Callable[[str], list[Fault]]] = {
    "made": lambda key: [],
    **_both("reset"),
    **_both("close"),
    **_both("hang", seconds=HELD),
    **_both("drip", seconds=HELD, every=0.05),
    **_both("truncate", bytes=20),
    **_both("garbage"),
    **_both("huge", bytes=6_000_000),
    **{f"{status} before": _answer(status) for status in (*_MADE_NOTHING, 403, *_UNKNOWN)},
    **{f"{status} after": _answer(status, "after") for status in _UNKNOWN},
    **{
        f"{code} {when}": _answer(422, when, body={"type": "x", "code": code, "message": "no"})
        for code in _CODES
        for when in ("before", "after")
    },
    "no error body": _answer(422, body="<html>no</html>", content_type="text/html"),
    "sign in again": _answer(401),
    "too many": _answer(429, headers={"Retry-After": "0"}),
    "made late": lambda key: [_create("late_commit", "before", key, seconds=LATE)],
    "made, seen late": lambda key: [_create("invisible", "before", key, seconds=LATE)],
    "reset after, seen late": lambda key: [
        _create("invisible", "before", key, seconds=LATE), _create("reset", "after", key),
    ],
    "hang after, seen late": lambda key: [
        _create("invisible", "before", key, seconds=LATE),
        _create("hang", "after", key, seconds=HELD),
    ],
    "made twice": lambda key: [_create("twice", "before", key)],
    "made twice, not answered": lambda key: [
        _create("twice", "before", key), _create("close", "after", key),
    ],
    "a slow answer": lambda key: [_create("delay", "after", key, seconds=0.1)],
    "look-up fails": lambda key: [
        _create("close", "after", key),
        Fault(what="status", status=500, body=_ERROR, key=key, operation="lookup", times=4),
    ],
    "signed out": lambda key: [_create("expire_tokens", "before", key)],
}  # fmt: skip
# These hold a whole run up for seconds, or stop it: rarer in a sweep, so that more is seen in it.
_SLOW = frozenset({"hang before", "hang after", "hang after, seen late", "drip before",
                   "drip after", "too many", "403 before"})  # fmt: skip
_QUICK = sorted(set(OUTCOMES) - _SLOW)


def drawn(chance: random.Random, keys: Sequence[str]) -> list[Fault]:
    """Return the faults of a schedule; some orders meet several, one after the other."""
    faults: list[Fault] = []
    for key in keys:
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            names = sorted(_SLOW) if chance.random() < 0.04 else _QUICK
            faults += OUTCOMES[chance.choice(names)](key)
    return faults


def settles_after(faults: Sequence[Fault]) -> float:
    """Return the seconds after which everything that the faults hold back has happened."""
    late = [f.seconds for f in faults if f.what in ("late_commit", "invisible")]
    return max(late, default=0.0) + 0.1 if late else 0.0
