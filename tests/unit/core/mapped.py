"""Tables read through a profile that the test writes as a person would: as TOML."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loader.app.check import CheckedFiles, check_files
from loader.core.errors import InputError
from loader.core.mapping import Profile
from loader.core.mapping_profile import profile_of
from loader.core.model import Catalogue, Item, ReadOptions
from tests.unit.core.tables import TableSource

PRODUCTS = ("Zinc 15 mg", "Iron 18 mg", "Vitamin D3 25 mcg", "5-HTP 100 mg")
CATALOGUE = Catalogue(
    {
        f"00000000-0000-4000-8000-0000000009{number:02}": Item(
            id=f"00000000-0000-4000-8000-0000000009{number:02}", kind="product", name=name,
            serving_size=1,
        )
        for number, name in enumerate(PRODUCTS)
    }
)  # fmt: skip
# Who gets it, in the words of a sheet: the columns that every order needs.
PERSON = ("Ada", "Example", "1 Sample Street", "Sampleton", "Austria")
PERSON_HEADERS = ("First name", "Last name", "Street", "City", "Country")
PLAIN = 'version = 1\n[columns]\n"No" = "source_client_order_id"\n'


def profile(text: str, batch: str = "") -> Profile:
    """Return the profile of a TOML text, named p.toml in messages."""
    return replace(profile_of(tomllib.loads(text), "p.toml", "0" * 64), batch=batch)


def refused(text: str) -> InputError:
    """Return the error that a profile ends in."""
    try:
        profile(text)
    except InputError as problem:
        return problem
    raise AssertionError("the profile was accepted")


def check(
    text: str, source: TableSource, *, batch: str = "", catalogue: Catalogue | None = CATALOGUE,
    accepted: frozenset[str] = frozenset(), sizes: bool = False,
) -> CheckedFiles:  # fmt: skip
    """Check a table under a profile; that it has no sizes is left out unless it is asked for."""
    options = ReadOptions(profile=profile(text, batch))
    result = check_files(
        [Path("table")], lambda _: source, options, catalogue=catalogue, accepted=accepted
    )
    if not sizes:
        result.findings = [f for f in result.findings if f.code != "MAP-NO-SIZES"]
    return result


def sheet(headers: Sequence[str], *rows: Sequence[str], **others: object) -> TableSource:
    """Return a table with the columns of a person behind the given ones."""
    return TableSource(
        (*headers, *PERSON_HEADERS), [(*row, *PERSON) for row in rows], **others  # type: ignore[arg-type]  # what TableSource takes
    )  # fmt: skip


def put(source: TableSource, position: int, row: Sequence[str]) -> None:
    """Put another row in place of one of a table; blanks stand where it is shorter."""
    rows = list(source.rows)
    rows[position] = (*row, *[""] * (len(source.headers) - len(row)))
    source.rows = rows


def contents(result: CheckedFiles) -> dict[str, list[tuple[str | None, str, int | None]]]:
    """Return per order its contents: time, product's name and size; {} where it is not built."""
    import orjson

    found: dict[str, list[tuple[str | None, str, int | None]]] = {}
    for order in result.orders:
        request = orjson.loads(order.body) if order.body else {"order_lines": []}
        found[order.key] = [
            (pouch.get("time_of_administration"),
             CATALOGUE.items[one["client_product_id"]].name, one.get("serving_size"))
            for line in request["order_lines"]
            for pouch in line["pouches"]
            for one in pouch["contents"]
        ]  # fmt: skip
    return found
