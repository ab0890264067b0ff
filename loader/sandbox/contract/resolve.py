"""Make resolved.json: the vendor's contract with our overlay applied.

Needs PyYAML and python-jsonpath, which are development dependencies: they are imported when a
contract is resolved and never when the sandbox runs.
"""

import copy
import json
from pathlib import Path
from typing import Any

from loader.sandbox.messages import Json

HERE = Path(__file__).parent
CONTRACT = HERE / "okcapsule-v2.openapi.yaml"
OVERLAY = HERE / "overlay.yaml"
RESOLVED = HERE / "resolved.json"


def resolved_text() -> str:
    """Return the text that resolved.json must have."""
    document = apply(_read(CONTRACT), _read(OVERLAY))
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_resolved() -> Path:
    """Write resolved.json beside the contract and return its path."""
    RESOLVED.write_text(resolved_text(), encoding="utf-8")
    return RESOLVED


def apply(document: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Apply an OpenAPI Overlay 1.0.0 to `document`, in place, and return it.

    Raises:
        ValueError: where a target selects nothing. The specification allows that; here it means
            that the contract has changed under the overlay.
    """
    import jsonpath

    for action in overlay["actions"]:
        matches = list(jsonpath.finditer(action["target"], document))
        if not matches:
            raise ValueError(f"the overlay's target selects nothing: {action['target']}")
        for match in matches:
            _act(action, match)
    return document


def _act(action: dict[str, Any], match: Json) -> None:
    if action.get("remove"):
        del match.parent.obj[match.parts[-1]]
        return
    update = copy.deepcopy(action["update"])
    if isinstance(match.obj, list):
        match.obj.append(update)
    else:
        _merge(match.obj, update)


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    for name, value in update.items():
        old = target.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            old.extend(value)
        else:
            target[name] = value


def _read(path: Path) -> dict[str, Any]:
    import yaml

    # The round trip through JSON parts what YAML anchors share: a change in one place would
    # otherwise show up in all of them.
    document: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8"))))
    return document
