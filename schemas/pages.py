"""Pages made from the declarations: the table of columns and the catalogue of codes."""

import json
import textwrap

from schemas.demands import Level
from schemas.pouch_orders import FIELDS
from schemas.rules import ALL_CODES, RULES
from schemas.vocabulary import Code, Field

_LEVELS = {
    Level.ORDER: "Order: one value for all rows with the same order number",
    Level.LINE: "Order line: one value for all rows of the line",
    Level.POUCH: "Pouch: one value for all rows of the pouch",
    Level.CONTENT: "Content: one value per row",
}


def columns_text() -> str:
    """Return the columns for a terminal of 80 columns, by level."""
    lines = []
    for level, title in _LEVELS.items():
        lines += [title, "-" * len(title)]
        for field in (one for one in FIELDS if one.level is level):
            lines += _entry(field)
        lines.append("")
    return "\n".join(lines)


def _entry(field: Field) -> list[str]:
    needed = f" (needed: {field.needed})" if field.needed else ""
    parts = [f"{field.about}{needed}", f"May hold: {field.allowed}."]
    if field.default:
        parts.append(f"When empty: {field.default}.")
    if field.aliases:
        parts.append(f"Also known as: {', '.join(field.aliases)}.")
    return [field.name, *_wrapped(" ".join(parts), "    ")]


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Return the lines of a text; commands and codes are not broken at their hyphens."""
    return textwrap.wrap(
        text, 80, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def columns_json() -> str:
    """Return the columns as one JSON document."""
    columns = [
        {
            "name": field.name, "level": field.level.value, "json_path": field.full_path,
            "kind": field.kind.value, "max_length": field.max_length, "minimum": field.minimum,
            "maximum": field.maximum, "allowed_numbers": list(field.allowed_numbers),
            "choices": list(field.choices), "usual": list(field.usual),
            "pattern": field.pattern, "needed": field.needed, "always": field.always,
            "default": field.default, "aliases": list(field.aliases),
            "paths": list(field.dotted), "personal": field.personal, "about": field.about,
            "source": field.source,
        }
        for field in FIELDS
    ]  # fmt: skip
    document = {"schema": "order-loader/schema/1", "columns": columns}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def columns_markdown() -> str:
    """Return the columns as a page: the same facts as a table."""
    lines = [
        "# The columns of an order file", "",
        "Made by `order-loader schema --format markdown`. A header is matched after folding case,"
        " blanks, `_`, `-` and `.`.", "",
        "| column | level | JSON path | may hold | needed | when empty | also known as |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for field in FIELDS:
        path = f"`{field.full_path}`" if field.full_path else "not sent"
        cells = (
            f"`{field.name}`", field.level.value, path, field.allowed, field.needed or "no",
            field.default, ", ".join(field.aliases),
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def page_text(page: Code) -> str:
    """Return the page of one code, for the terminal."""
    parts = [f"{page.code} ({page.severity})", page.title, ""]
    parts += _wrapped(f"Why: {page.why}")
    parts += _wrapped(f"What to do: {page.fix}")
    rule = next((rule for rule in RULES if rule.code == page.code), None)
    if rule is not None:
        parts += _wrapped(f"Allowed: {rule.allowed}")
        parts += _wrapped(f"Source: {rule.source}")
    return "\n".join([*parts, ""])


def catalogue_markdown() -> str:
    """Return the catalogue of all codes as a page, in alphabetical order."""
    lines = ["# What the codes mean", "", "Made by `order-loader explain --format markdown`.", ""]
    for page in sorted(ALL_CODES.values(), key=lambda page: page.code):
        lines += [f"## {page.code}", "", f"**{page.title}** ({page.severity})", "", page.why, "",
                  f"What to do: {page.fix}", ""]  # fmt: skip
    return "\n".join(lines)
