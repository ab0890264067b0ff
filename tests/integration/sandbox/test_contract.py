"""The resolved contract: generated, up to date, and each change of it with its source."""

import ast
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import loader.sandbox
from loader.sandbox.catalogue import catalogue
from loader.sandbox.contract.resolve import (
    CONTRACT,
    OVERLAY,
    RESOLVED,
    apply,
    resolved_text,
    write_resolved,
)

PACKAGE = Path(loader.sandbox.__file__).parent
GUIDES = (
    "create-orders.txt",
    "getting-started.txt",
    "order-api-error-codes.txt",
    "order-lifecycle.txt",
    "troubleshooting.txt",
    "sandbox",
)


def test_the_resolved_contract_is_up_to_date() -> None:
    """resolved.json is what contract and overlay give; `python -m loader.sandbox.contract`."""
    assert RESOLVED.read_text("utf-8") == resolved_text()


def test_writing_it_again_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The generator writes the same text every time."""
    target = tmp_path / "resolved.json"
    monkeypatch.setattr("loader.sandbox.contract.resolve.RESOLVED", target)
    assert write_resolved() == target
    assert target.read_bytes() == RESOLVED.read_bytes()


def test_every_action_names_its_source() -> None:
    """Each action of the overlay cites a guide and its heading, or says that it is our choice."""
    overlay = yaml.safe_load(OVERLAY.read_text("utf-8"))
    assert overlay["overlay"] == "1.0.0"
    for action in overlay["actions"]:
        guide, _, heading = action["x-source"].partition(": ")
        assert guide in GUIDES
        assert heading.strip()


def test_an_action_that_selects_nothing_is_an_error() -> None:
    """A contract that has changed under the overlay is noticed."""
    document: dict[str, Any] = {"paths": {}}
    overlay = {"actions": [{"target": "$.components", "update": {"a": 1}}]}
    with pytest.raises(ValueError, match="selects nothing"):
        apply(document, overlay)


def test_an_update_merges_and_appends_and_a_removal_removes() -> None:
    """The three things that an overlay can do; two targets never share what was put in."""
    document: dict[str, Any] = {"a": {"x": {"y": 1}, "l": [1]}, "b": {"l": [2]}, "c": 3}
    overlay = {
        "actions": [
            {"target": "$['a', 'b']", "update": {"x": {"z": {}}}},
            {"target": "$.a.x.z", "update": {"only": "here"}},
            {"target": "$.a.l", "update": 5},
            {"target": "$.c", "remove": True},
        ]
    }
    assert apply(document, overlay) == {
        "a": {"x": {"y": 1, "z": {"only": "here"}}, "l": [1, 5]},
        "b": {"l": [2], "x": {"z": {}}},
    }


def test_every_schema_of_the_contract_is_one() -> None:
    """All named schemas are valid JSON Schema 2020-12."""
    contract = yaml.safe_load(CONTRACT.read_text("utf-8"))
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    for schema in contract["components"]["schemas"].values():
        jsonschema_rs.meta.validate(dialect | schema)


def test_the_sandbox_shares_nothing_with_the_loader() -> None:
    """It imports the standard library, jsonschema_rs and orjson; two more to resolve a contract."""
    allowed = sys.stdlib_module_names | {"jsonschema_rs", "orjson"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                extra = {"yaml", "jsonpath"} if path.name == "resolve.py" else set()
                own = name == "loader.sandbox" or name.startswith("loader.sandbox.")
                assert own or name.partition(".")[0] in allowed | extra, f"{path.name}: {name}"


def test_the_seed_has_what_a_rehearsal_needs() -> None:
    """Products, packs, standalone products and consumers in the numbers and states promised."""
    seed = catalogue()
    own = [p for p in seed.products.values() if p["client_id"] == seed.client_id]
    pills = [p for p in own if not p["is_standalone_kit"]]
    bottles = [p for p in own if p["is_standalone_kit"]]
    assert (len(pills), len(bottles), len(seed.packs), len(seed.consumers)) == (24, 3, 4, 14)
    kinds = (pills, bottles, seed.packs.values())
    assert [sum(not item["active"] for item in kind) for kind in kinds] == [2, 1, 1]
    groups = [p["packaging_asset_group_id"] for p in pills]
    assert groups.count(None) == 1
    assert [seed.packaging[g] for g in groups if g].count(False) == 1
    assert all(len(p["name"]) <= 27 and p["serving_size"] in (1, 2, 3) for p in own)
    stems = [p["name"].rsplit(" ", 2)[0] for p in pills]
    assert len(set(stems)) < len(stems), "some products differ in strength alone"
    assert len({p["client_sku"] for p in own}) == len(own)


def test_the_page_for_users_shows_the_catalogue_as_it_is() -> None:
    """docs/sandbox.md has a row for every product, pack and consumer, and no others."""
    seed = catalogue()
    products = [
        f"| {p['id'][-3:]} | {p['name']} | {p['client_sku']} | {p['serving_size']} |"
        for p in seed.products.values()
    ]
    packs = [f"| {pack['id'][-3:]} | {pack['name']} |" for pack in seed.packs.values()]
    people = [f"| {c['id'][-3:]} | {c['first_name']} {c['last_name']} |" for c in seed.consumers]
    page = (PACKAGE.parents[1] / "docs" / "sandbox.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| [0-9]{3} \|", line)]
    expected = [*products, *packs, *people]
    assert len(rows) == len(expected)
    for row, beginning in zip(rows, expected, strict=True):
        assert row.startswith(beginning)
        inactive = next(
            not item.get("active", True)
            for item in [*seed.products.values(), *seed.packs.values(), *seed.consumers]
            if item["id"].endswith(row[2:5])
        )
        assert bool(re.search(r"inactive(?! packaging)", row)) is inactive
