"""Pages made from the declarations hold what they declare, and nothing twice."""

import json
import re

import pytest

from schemas.pages import (
    codes_markdown,
    columns_json,
    columns_markdown,
    columns_text,
    page_markdown,
    page_text,
)
from schemas.pouch_orders import FIELDS
from schemas.rules import ALL_CODES, RULES


def test_the_columns_for_the_terminal_fit_80_columns_and_name_everything() -> None:
    """By level, with what a cell may hold, when it is needed, and its other names."""
    text = columns_text()
    assert max(map(len, text.splitlines())) <= 80
    lines = text.splitlines()
    assert [line for line in lines if line in {field.name for field in FIELDS}] == [
        field.name for field in FIELDS
    ]
    flat = " ".join(text.split())
    assert (
        "Days that the line lasts. May hold: a whole number from 1 to 60. When empty: 30." in flat
    )
    assert "Also known as: Days, Duration (days), Days supply." in flat
    assert "City. (needed: yes)" in flat


def test_the_columns_as_json_are_one_document_with_every_field() -> None:
    """For programs: names, limits, paths and what is personal."""
    document = json.loads(columns_json())
    assert document["schema"] == "order-loader/schema/1"
    by_name = {column["name"]: column for column in document["columns"]}
    assert list(by_name) == [field.name for field in FIELDS]
    assert by_name["duration"] == by_name["duration"] | {
        "level": "line", "json_path": "order_lines.duration", "kind": "whole number",
        "minimum": 1, "maximum": 60, "default": "30", "personal": False, "always": False,
    }  # fmt: skip
    assert by_name["first_name"]["max_length"] == 100
    assert by_name["first_name"]["personal"] is True
    assert by_name["order_type"]["choices"] == ["DTC", "Bulk"]
    assert by_name["cycle_length"]["allowed_numbers"] == [0, 7, 10]


def test_the_columns_as_a_page_are_a_table_with_a_row_each() -> None:
    """A pipe inside a cell does not break the table."""
    rows = [line for line in columns_markdown().splitlines() if line.startswith("| `")]
    assert len(rows) == len(FIELDS)
    assert all(row.replace("\\|", "").count("|") == 8 for row in rows)
    assert any("not sent" in row for row in rows)


@pytest.mark.parametrize("code", sorted(ALL_CODES))
def test_the_page_of_a_code_says_why_and_what_to_do(code: str) -> None:
    """In at most 80 columns, with nothing left to be filled in."""
    text = page_text(ALL_CODES[code])
    assert text.startswith(f"{code} (")
    flat = " ".join(text.split())
    assert f"Why: {ALL_CODES[code].why}" in flat
    assert f"What to do: {ALL_CODES[code].fix}" in flat
    assert "{" not in text.replace("[ ] { }", "")
    assert max(map(len, text.splitlines())) <= 80


def test_the_page_of_a_rule_cites_where_it_comes_from() -> None:
    """What is allowed, and the source."""
    assert "Allowed: at most 8 supplements in a pouch" in page_text(ALL_CODES["POUCH-FULL"])
    assert "Source: Create Orders guide" in page_text(ALL_CODES["POUCH-FULL"])
    assert "Source:" not in page_text(ALL_CODES["KEY-MISSING"])


@pytest.mark.parametrize("code", sorted(ALL_CODES))
def test_the_page_for_the_documentation_says_the_same(code: str) -> None:
    """Why, what to do, and for a rule the cells that break it, one line for each row."""
    page = page_markdown(ALL_CODES[code])
    assert page.startswith(f"# {code}\n")
    assert ALL_CODES[code].why in page
    assert ALL_CODES[code].fix in page
    rule = next((rule for rule in RULES if rule.code == code), None)
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    example = rule is not None and any(rule.fails)
    assert len(rows) == (2 + len(rule.fails) if rule is not None and example else 0)


def test_the_list_of_codes_has_a_line_each_in_order() -> None:
    """With a link to the page of each."""
    lines = [line for line in codes_markdown().splitlines() if line.startswith("| [")]
    assert [re.findall(r"\[(.*)\]\((.*)\.md\)", line)[0] for line in lines] == [
        (code, code) for code in sorted(ALL_CODES)
    ]
