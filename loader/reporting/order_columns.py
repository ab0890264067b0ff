"""The orders as columns of JSON, small enough for a page that holds 100,000 of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from loader.core.model import Run
from loader.core.privacy import Privacy
from loader.reporting.legible import legible
from loader.reporting.order_content import LABELS, ContentTables, Packed
from loader.reporting.order_rows import OrderRow
from loader.reporting.standing import counted

# Bytes of the data: the whole file then stays below 10 MB for 100,000 orders.
MOST_BYTES = 9_300_000


@dataclass(frozen=True, slots=True)
class Columns:
    """The data as JSON that may stand in a script element, and what was left out of it.

    `without_content` is the number of orders whose tree did not fit.
    """

    json: str
    without_content: int


def order_columns(
    run: Run, rows: list[OrderRow], privacy: Privacy, most_bytes: int = MOST_BYTES
) -> Columns:
    """Return the columns; the trees of the orders that need a person go in first."""
    data = {name: _legible(column) for name, column in _columns(run, rows).items()}
    room = most_bytes - len(orjson.dumps(data))
    tables = ContentTables(privacy, run.product_names)
    content, left_out = _content(rows, tables, room)
    data |= {
        "words": tables.words.values,
        "pouches": tables.pouches.values,
        "lines": tables.lines.values,
        "labels": LABELS,
        "content": content,
    }
    return Columns(_in_script(data), left_out)


def _columns(run: Run, rows: list[OrderRow]) -> dict[str, Any]:
    standings = {one.name: place for place, (one, _) in enumerate(counted(run))}
    urgencies = {row.standing.name: row.urgency for row in rows}
    actions, action = _places(row.action for row in rows)
    statuses, status = _places(row.status for row in rows)
    messages, message = _places(row.message for row in rows)
    return {
        "standings": [
            [one.name, one.label, one.tone, one.sign, urgencies[one.name]]
            for one, _ in counted(run)
        ],
        "actions": actions, "statuses": statuses, "messages": messages,
        "files": [one.file.path for one in run.inputs] if len(run.inputs) > 1 else [],
        "key": _endings(row.order.key for row in rows),
        "rows": _steps(rows),
        "file": [row.order.input for row in rows] if len(run.inputs) > 1 else [],
        "standing": [standings[row.standing.name] for row in rows],
        "action": action, "number": _endings(row.number for row in rows),
        "status": status, "message": message,
        "attempts": [row.order.attempts for row in rows],
        "makes": [row.order.pouches or 0 for row in rows],
        "errors": _sparse((row.index, row.errors) for row in rows),
        "cards": _sparse((row.index, [card.number for card in row.cards]) for row in rows),
    }  # fmt: skip


def _content(
    rows: list[OrderRow], tables: ContentTables, room: int
) -> tuple[list[Packed | int], int]:
    content: list[Packed | int] = [0] * len(rows)
    used = 0
    for done, row in enumerate(sorted(rows, key=lambda row: row.urgency)):
        packed = tables.pack(row.order)
        used += len(orjson.dumps(packed)) + 1
        if used + tables.size > room:
            return content, len(rows) - done
        content[row.index] = packed
    return content, 0


def _endings(texts: Iterable[str]) -> tuple[list[int], list[str]]:
    """Return of each text how many characters it shares with the one before, and its ending."""
    shared, endings, before = [], [], ""
    for text in texts:
        same = next(
            (
                place
                for place, (one, two) in enumerate(zip(before, text, strict=False))
                if one != two
            ),
            min(len(before), len(text)),
        )
        shared.append(same)
        endings.append(text[same:])
        before = text
    return shared, endings


def _steps(rows: list[OrderRow]) -> list[int | str]:
    """Return the rows of each order: how many, where they follow on those before, else in words."""
    steps: list[int | str] = []
    end = 1
    for row in rows:
        numbers = row.order.rows
        follows = numbers == tuple(range(end + 1, end + 1 + len(numbers)))
        steps.append(len(numbers) if follows and numbers else row.rows)
        end = max(numbers, default=end)
    return steps


def _places(texts: Iterable[str]) -> tuple[list[str], list[int]]:
    """Return the distinct texts, and for each text its place among them."""
    known: dict[str, int] = {}
    places = [known.setdefault(text, len(known)) for text in texts]
    return list(known), places


def _sparse(values: Iterable[tuple[int, Any]]) -> dict[str, Any]:
    return {str(index): value for index, value in values if value}


def _in_script(data: dict[str, Any]) -> str:
    """Return JSON that no HTML parser can mistake for markup, whatever the texts hold."""
    text = orjson.dumps(data).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _legible(node: object) -> object:
    if isinstance(node, dict):
        return {name: _legible(value) for name, value in node.items()}
    if isinstance(node, (list, tuple)):
        if set(map(type, node)) == {int}:  # most of all, and nothing to read in them
            return node
        return [_legible(value) for value in node]
    return legible(node) if isinstance(node, str) else node
