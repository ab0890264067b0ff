"""A saved plan: the run's document, and the hashes that bind it to what it was made from.

`submit PLAN` sends exactly the bodies in it, and refuses when anything it stands on has changed.
The file holds personal data: mode 0600.
"""

import hashlib
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from loader.core.document import SCHEMA, from_document, to_document
from loader.core.errors import InputError, StalePlan
from loader.core.model import Account, Catalogue, Run
from loader.core.payload import contents_of, fingerprint, request_of
from loader.core.privacy import Privacy


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def save_plan(run: Run, digests: dict[str, str], path: Path) -> None:
    """Write the plan; `digests` are those of the catalogue's items, by lower-case id."""
    document = to_document(run, Privacy.FULL)
    document["binds"] = _binds(run, digests)
    write_private(path, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _binds(run: Run, digests: dict[str, str]) -> dict[str, Any]:
    used: set[str] = set()
    bodies = {}
    for order in run.orders:
        if order.body is not None:
            bodies[order.key] = fingerprint(order.body)
            used |= {part.split(":")[1] for part in contents_of(request_of(order.body))}
    binds: dict[str, Any] = {
        "inputs": {one.file.path: one.file.sha256 for one in run.inputs},
        "mapping": None,
        "profile": None,
        "catalogue": {one: digests.get(one, "") for one in sorted(used)},
        "bodies": bodies,
        "account": asdict(run.account) if run.account else None,
    }
    seal = orjson.dumps([binds, [[o.key, o.action] for o in run.orders]],
                        option=orjson.OPT_SORT_KEYS)  # fmt: skip
    return {**binds, "seal": hashlib.sha256(seal).hexdigest()}


def is_plan(path: Path) -> bool:
    """True where the file begins as a plan does (JSON), whatever its name."""
    try:
        with path.open("rb") as file:
            return file.read(256).lstrip().startswith(b"{")
    except OSError:
        return False


def load_plan(path: Path) -> tuple[Run, dict[str, Any]]:
    """Return the plan and what binds it; `InputError` where the file is no plan."""
    try:
        document = orjson.loads(path.read_bytes())
        if document.get("schema") != SCHEMA or document.get("command") != "plan":
            raise ValueError(document.get("schema"))
        return from_document(document), document["binds"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(
            f"{path} is not a plan that this version can read.",
            hint="Make one with: order-loader plan FILE -o PLAN.json",
        ) from problem


def check_fresh(run: Run, binds: dict[str, Any], account: Account, catalogue: Catalogue) -> None:
    """Raise `StalePlan`, naming what changed, unless all stands as it did when it was planned."""
    digests = {one: item.digest for one, item in catalogue.items.items()}
    now = _binds(run, digests)
    changed = [_input_change(path, digest) for path, digest in binds["inputs"].items()]
    changed += [
        f"{run.product_names.get(one, one)} in the catalogue"
        for one, digest in binds["catalogue"].items()
        if now["catalogue"].get(one) != digest
    ]
    if binds["account"] != asdict(account):
        changed.append("the account or the environment")
    if not any(changed) and binds != now:
        changed.append("the plan file itself")
    named = [change for change in changed if change]
    if named:
        raise StalePlan(
            f"The plan no longer holds. Changed since: {'; '.join(named)}.",
            hint="Nothing was sent. Plan again, and look at what is new.",
        )


def _input_change(path: str, digest: str) -> str:
    try:
        with open(path, "rb") as file:
            return "" if hashlib.file_digest(file, "sha256").hexdigest() == digest else path
    except OSError:
        return f"{path} (cannot be read any more)"
