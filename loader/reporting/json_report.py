"""A run as one JSON document for other programs.

Personal values that a message of the API repeats are hidden, as the report hides them.
"""

from typing import Any, ClassVar

import orjson

from loader.core.document import to_document
from loader.core.model import Order, Run
from loader.core.privacy import Privacy
from loader.reporting.echoes import without_echoes
from loader.reporting.order_rows import request_of

# Commands whose document is of a kind of its own; all others print a run.
_KINDS = {"status": "order-loader/status/1"}


class JsonReport:
    """A run as a JSON document (implements `ports.ReportFormat`)."""

    suffix: ClassVar[str] = ".json"

    def render(self, run: Run, privacy: Privacy) -> bytes:
        """Return the document; personal values as `privacy` allows them."""
        document = to_document(run, privacy)
        document["schema"] = _KINDS.get(run.command, document["schema"])
        for order, told in zip(run.orders, document["orders"], strict=True):
            told["error"] = _error(order, privacy)
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _error(order: Order, privacy: Privacy) -> Any:  # noqa: ANN401  # JSON: any value may stand
    if not order.error or privacy is Privacy.FULL:
        return order.error
    return _hidden(order.error, request_of(order), privacy)


def _hidden(node: Any, request: dict[str, Any] | None, privacy: Privacy) -> Any:  # noqa: ANN401  # JSON: any value
    if isinstance(node, str):
        return without_echoes(node, request, privacy)
    if isinstance(node, dict):
        return {name: _hidden(value, request, privacy) for name, value in node.items()}
    if isinstance(node, list | tuple):
        return [_hidden(value, request, privacy) for value in node]
    return node
