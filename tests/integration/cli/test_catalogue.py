"""`order-loader catalogue`: fetched once, then listed and searched without a connection."""

from pathlib import Path

import pytest

from tests.integration.cli.machine import Machine

D3_25 = "00000000-0000-4000-8000-000000000101"
ORDERS = """\
Order ID,Patient first name,Patient last name,Street,City,Country,AM/PM,Product name,Pack
N-1,Ada,Example,1 Sample Street,Sampleton,United States,Morning,vitamin d3  25 MCG,
N-2,Bo,Example,1 Sample Street,Sampleton,United States,Morning,VD3-50,
N-3,Cy,Example,1 Sample Street,Sampleton,United States,Morning,Vitamin D3 25 mg,
N-4,Di,Example,1 Sample Street,Sampleton,United States,Morning,Daily Essentials,
N-5,Ed,Example,1 Sample Street,Sampleton,United States,Morning,Melatonin 1 mg,
N-6,Flo,Example,1 Sample Street,Sampleton,United States,Morning,,Winter Pack (retired)
"""


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine that has fetched the sandbox's catalogue."""
    machine = Machine(tmp_path_factory.mktemp("catalogue"))
    ended = machine.run("catalogue", "sync")
    assert ended.code == 0, ended.err
    assert "24 products, 4 packs and 3 standalone products" in ended.out
    return machine


def orders(machine: Machine) -> Path:
    """Write a file that gives names in place of ids."""
    path = machine.folder / "orders.csv"
    path.write_text(ORDERS)
    return path


def test_without_a_catalogue_there_is_nothing_to_list(machine: Machine) -> None:
    """Exit 3, with the command that fetches one."""
    for command in (("list",), ("search", "zinc")):
        ended = machine.run("catalogue", *command)
        assert (ended.code, ended.out) == (3, "")
        assert "order-loader catalogue sync" in ended.err


def test_the_list_shows_what_can_be_ordered(synced: Machine) -> None:
    """Name, SKU, kind, serving size, id, and what is not active; how old it is."""
    ended = synced.run("catalogue", "list")
    lines = {line.rpartition("  ")[2]: line.split("  ") for line in ended.out.splitlines()}
    assert [part.strip() for part in lines[D3_25] if part.strip()] == [
        "Vitamin D3 25 mcg", "VD3-25", "product", "1", D3_25,
    ]  # fmt: skip
    assert "Melatonin 1 mg" in ended.out
    assert "product, not active" in ended.out
    assert "Fetched " in ended.err


def test_the_document_holds_every_item(synced: Machine) -> None:
    """All that a program needs to fill in ids."""
    document = synced.run("catalogue", "list", "--format", "json").document
    assert document["schema"] == "order-loader/catalogue/1"
    assert document["command"] == "list"
    assert document["totals"] == {"product": 24, "pack": 4, "standalone": 3}
    assert len(document["items"]) == 31
    assert document["age_seconds"] >= 0
    [item] = [one for one in document["items"] if one["id"] == D3_25]
    assert item == {
        "id": D3_25, "kind": "product", "name": "Vitamin D3 25 mcg", "sku": "VD3-25",
        "active": True, "serving_size": 1,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["vd3-25", "VITAMIN D3 25 mcg", "mcg 25 d3", D3_25.upper()])
def test_search_finds_by_name_sku_and_id(synced: Machine, text: str) -> None:
    """Every word counts, in any order and in any capitals."""
    document = synced.run("catalogue", "search", text, "--format", "json").document
    assert [one["id"] for one in document["items"]] == [D3_25]
    assert document["exact"] is True


def test_search_says_when_it_only_found_near_names(synced: Machine) -> None:
    """A near name may be another strength: it is never shown as a hit."""
    ended = synced.run("catalogue", "search", "Vitamine", "D3", "25", "mg")
    assert ended.code == 0
    assert "Nothing in the catalogue has these words." in ended.err
    assert "Vitamin D3 25 mcg" in ended.out
    nothing = synced.run("catalogue", "search", "qqqqzzzz")
    assert nothing.out == "No product or pack was found.\n"


def test_validate_uses_what_is_kept_and_says_how_old_it_is(synced: Machine) -> None:
    """Names become ids; another strength, another kind and what is retired are caught."""
    document = synced.run("validate", orders(synced), "--format", "json").document
    assert {one["key"]: one["result"] for one in document["orders"]} == {
        "N-1": "ready", "N-2": "ready", "N-3": "to_correct", "N-4": "to_correct",
        "N-5": "to_correct", "N-6": "to_correct",
    }  # fmt: skip
    said = {one["order"]: (one["code"], one["message"]) for one in document["findings"]}
    assert said["N-3"][0] == said["N-4"][0] == "NAME-UNKNOWN"
    assert "25 mg: a thousand times as much" in said["N-3"][1]
    assert "belongs in the column pack" in said["N-4"][1]
    assert said["N-5"][0] == "ITEM-UNKNOWN"
    assert said["N-6"][0] == "PACK-UNKNOWN"
    assert "not active" in said["N-6"][1]
    assert any("since it was fetched, " in one for one in document["not_checked"])


def test_names_without_a_catalogue(machine: Machine) -> None:
    """`validate` says that nobody looked; a plan without a connection cannot be made."""
    document = machine.run("validate", orders(machine), "--format", "json").document
    assert "Products, packs or standalone products given by name or SKU." in document["not_checked"]
    ended = machine.run("plan", orders(machine), "--offline")
    assert ended.code == 3
