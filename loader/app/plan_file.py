"""A saved plan: the run's document, and the hashes that bind it to what it was made from.

`submit PLAN` sends exactly the bodies in it, and refuses when anything it stands on has changed.
The file holds personal data: mode 0600.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import orjson

from loader.app.private_file import write_private
from loader.core.document import SCHEMA, from_document, to_document
from loader.core.errors import InputError, StalePlan
from loader.core.model import Account, Catalogue, InputSummary, Run
from loader.core.payload import contents_of, fingerprint, request_of
from loader.core.privacy import Privacy, printable

_BINDS = frozenset({"inputs", "mapping", "profile", "catalogue", "bodies", "account"})
_MOST_NAMED = 10


def save_plan(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the plan, bound to what it was made from; `OSError` where it cannot be written.

    Files are named by their whole path: a plan may be sent from another folder.
    """
    run = replace(run, inputs=[_absolute(one) for one in run.inputs])
    if run.mapping:
        run.mapping = {**run.mapping, "path": str(Path(run.mapping["path"]).absolute())}
    document = to_document(run, Privacy.FULL)
    document["binds"] = _binds(run, catalogue)
    document["seal"] = _seal(document)
    write_private(path, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _absolute(one: InputSummary) -> InputSummary:
    return replace(one, file=replace(one.file, path=str(Path(one.file.path).absolute())))


def _binds(run: Run, catalogue: Catalogue) -> dict[str, Any]:
    used: set[str] = set()
    bodies = {}
    for order in run.orders:
        if order.body is not None:
            bodies[order.key] = fingerprint(order.body)
            used |= {part.split(":")[1] for part in contents_of(request_of(order.body))}
    return {
        "inputs": {one.file.path: one.file.sha256 for one in run.inputs},
        "mapping": run.mapping,
        "profile": None,
        "catalogue": {one: _digest(catalogue, one) for one in sorted(used)},
        "bodies": bodies,
        "account": asdict(run.account) if run.account else None,
    }


def _digest(catalogue: Catalogue, one: str) -> str:
    item = catalogue.items.get(one)
    return "" if item is None else item.digest


def _seal(document: dict[str, Any]) -> str:
    """Return the hash of everything in the plan: no part of it changes unnoticed."""
    rest = {name: value for name, value in document.items() if name != "seal"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_plan(path: Path) -> bool:
    """True where the file begins as a plan does (JSON), whatever its name."""
    try:
        with path.open("rb") as file:
            return file.read(256).lstrip().startswith(b"{")
    except OSError:
        return False


def load_plan(path: Path) -> tuple[Run, dict[str, Any]]:
    """Return the plan and what binds it.

    `InputError` where the file is no plan, `StalePlan` where it is not as it was saved.
    """
    try:
        document = orjson.loads(path.read_bytes())
        if document.get("schema") != SCHEMA or document.get("command") != "plan":
            raise ValueError(document.get("schema"))
        binds = document["binds"]
        if not binds.keys() >= _BINDS:
            raise KeyError(*_BINDS - binds.keys())
        run = from_document(document)
        changed = list(_edited(run, document))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(
            f"{path} is not a plan that this version can read.",
            hint="Make one with: order-loader plan FILE -o PLAN.json",
        ) from problem
    _refuse(changed)
    return run, binds


def _edited(run: Run, document: dict[str, Any]) -> Iterator[str]:
    """Yield what was edited in the file since it was saved."""
    bound = document["binds"]["bodies"]
    for order in run.orders:
        now = None if order.body is None else fingerprint(order.body)
        if now != bound.get(order.key):
            yield f"the request of order {printable(order.key)}"
    if document.get("seal") != _seal(document):
        yield "the plan file itself"


def check_fresh(run: Run, binds: dict[str, Any], account: Account, catalogue: Catalogue) -> None:
    """Raise `StalePlan`, naming what changed, unless all stands as it did when it was planned."""
    changed = [one for path, sha in binds["inputs"].items() for one in _input_change(path, sha)]
    if mapping := binds["mapping"]:
        changed += _input_change(mapping["path"], mapping["sha256"])
    changed += [
        f"{printable(run.product_names.get(one, one))} in the catalogue"
        for one, digest in binds["catalogue"].items()
        if _digest(catalogue, one) != digest
    ]
    if binds["account"] != asdict(account):
        changed.append("the account or the environment")
    _refuse(changed)


def _refuse(changed: list[str]) -> None:
    if not changed:
        return
    more = len(changed) - _MOST_NAMED
    named = "; ".join(changed[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    raise StalePlan(
        f"The plan no longer holds. Changed since: {named}.",
        hint="Nothing was sent. Plan again, and look at what is new.",
    )


def _input_change(path: str, digest: str) -> Iterator[str]:
    try:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                yield path
    except OSError:
        yield f"{path} (cannot be read any more)"
