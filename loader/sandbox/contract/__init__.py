"""The vendor's contract with our overlay, and the check of a request body against it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from loader.sandbox.contract.resolve import RESOLVED, write_resolved
from loader.sandbox.messages import Json
from loader.sandbox.refusals import Issue

__all__ = ["document", "issues_of", "validator", "write_resolved"]

_NAMES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "of type object",
    "null": "null",
}


@cache
def document() -> dict[str, Any]:
    """Return the resolved contract."""
    resolved: dict[str, Any] = orjson.loads(RESOLVED.read_bytes())
    return resolved


@cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of one of the contract's named schemas, formats on."""
    return jsonschema_rs.Draft202012Validator(
        {
            "$ref": f"#/components/schemas/{schema}",
            "components": {"schemas": document()["components"]["schemas"]},
        },
        validate_formats=True,
    )


def issues_of(schema: str, body: Json) -> list[Issue]:
    """Return what the contract finds wrong with a body, in the vendor's (Joi's) words."""
    check = validator(schema)
    if check.is_valid(body):
        return []
    return [issue for error in check.iter_errors(body) for issue in _joi(error)]


def path_text(path: list[str | int]) -> str:
    """Return `order_lines[0].pouches[1].custom_label` for a JSON path."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _joi(error: jsonschema_rs.ValidationError) -> Iterator[Issue]:
    path = path_text(error.instance_path)
    rule = error.schema_path[-1]
    limit = error.kind.as_dict()
    if rule == "required":
        name = limit["property"]
        yield Issue(f"{path}.{name}" if path else name, "is required", "any.required")
        return
    text, kind = _words(str(rule), error, limit)
    yield Issue(path, text, kind)


def _words(
    rule: str, error: jsonschema_rs.ValidationError, limit: dict[str, Any]
) -> tuple[str, str]:
    match rule:
        case "type":
            names = [n for n in limit["types"] if n != "null"]
            return f"must be {_NAMES[names[0]]}", f"{names[0]}.base"
        case "maxLength":
            most = limit["limit"]
            return f"length must be less than or equal to {most} characters long", "string.max"
        case "minLength":
            return "is not allowed to be empty", "string.empty"
        case "format":
            form = limit["format"]
            word = {"uuid": "GUID", "date": "ISO 8601 date", "date-time": "ISO 8601 date"}
            kind = {"uuid": "string.guid", "email": "string.email"}.get(form, "string.isoDate")
            return f"must be a valid {word.get(form, form)}", kind
        case "pattern":
            return "contains characters that are not allowed", "string.pattern.base"
        case "enum":
            return f"must be one of {list(limit['options'])}", "any.only"
        case "minimum":
            return f"must be greater than or equal to {limit['limit']}", "number.min"
        case "maximum":
            return f"must be less than or equal to {limit['limit']}", "number.max"
        case "minItems":
            return f"must contain at least {limit['limit']} items", "array.min"
        case "maxItems":
            return f"must contain less than or equal to {limit['limit']} items", "array.max"
    return error.message, f"any.{rule}"
