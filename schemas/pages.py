"""Pages made from the declarations: the table of columns and the catalogue of codes."""

import json
import textwrap
from collections.abc import Sequence

from schemas.demands import Level
from schemas.pouch_orders import FIELDS
from schemas.rules import ALL_CODES, RULES
from schemas.vocabulary import Code, Field, Row, Rule

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


# ------------------------------------------------------------------ codes
def page_text(page: Code) -> str:
    """Return the page of one code, for the terminal."""
    parts = [f"{page.code} ({page.severity})", page.title, ""]
    parts += _wrapped(f"Why: {page.why}")
    parts += _wrapped(f"What to do: {page.fix}")
    rule = _rule_of(page)
    if rule is not None:
        parts += _wrapped(f"Allowed: {rule.allowed}")
        parts += _wrapped(f"Source: {rule.source}")
    return "\n".join([*parts, ""])


def page_markdown(page: Code) -> str:
    """Return the page of one code for the documentation, with rows that fail where it has some."""
    parts = [f"# {page.code}", f"**{page.title}** ({page.severity})", page.why,
             f"What to do: {page.fix}"]  # fmt: skip
    rule = _rule_of(page)
    if rule is not None:
        parts += [f"Allowed: {rule.allowed}.", *_example(rule.fails), f"Source: {rule.source}"]
    parts.append("[All codes](README.md)")
    return "\n\n".join(parts) + "\n"


def codes_markdown() -> str:
    """Return the list of all codes for the documentation, each with a link to its page."""
    lines = [
        "# What the codes mean", "",
        "In the terminal: `order-loader explain CODE`. These pages are made from the declarations"
        " in `schemas/`.", "",
        "| code | weight | what it says |", "| --- | --- | --- |",
    ]  # fmt: skip
    lines += [
        f"| [{code}]({code}.md) | {page.severity} | {page.title} |"
        for code, page in sorted(ALL_CODES.items())
    ]
    return "\n".join([*lines, ""])


def _rule_of(page: Code) -> Rule | None:
    return next((rule for rule in RULES if rule.code == page.code), None)


def _example(rows: Sequence[Row]) -> list[str]:
    """Return the cells that an example changes, one line for each row of the file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        return []  # a sound row, more than once
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(row.get(name, '') for name in names)} |" for row in rows]
    return ["For example, these cells are wrong:", "\n".join(lines)]
