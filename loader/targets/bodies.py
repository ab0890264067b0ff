"""Reading a JSON body that somebody else wrote: it is read whole and unambiguous, or not at all.

An outcome is concluded from what a body says, so a body that says two things (the same name
twice), or that other readers would choke on (nested too deeply, numbers without end, text that
is not Unicode), says nothing.
"""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import orjson

DEEPEST = 64


class Unreadable(Enum):
    """The one value that stands for a body which is not JSON as it should be."""

    BODY = "unreadable"


UNREADABLE: Final = Unreadable.BODY


def read_json(body: bytes) -> object:
    """Return the value that `body` holds, or `UNREADABLE`; never raises."""
    try:
        value = orjson.loads(body)  # strict: UTF-8, no NaN, no lone surrogates, bounded depth
        if _deeper_than(value, DEEPEST):
            return UNREADABLE
        json.loads(body, object_pairs_hook=_refuse_twice, parse_int=str, parse_float=str)
    except ValueError:
        return UNREADABLE
    return value


def read_object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object that `body` holds, an empty one where it holds anything else."""
    value = read_json(body)
    return value if isinstance(value, dict) else {}


def _deeper_than(value: object, limit: int) -> bool:
    level: list[object] = [value]
    for _ in range(limit):
        inner: list[object] = []
        for node in level:
            if isinstance(node, dict):
                inner.extend(node.values())
            elif isinstance(node, list):
                inner.extend(node)
        if not inner:
            return False
        level = inner
    return True


def _refuse_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice in one object")
