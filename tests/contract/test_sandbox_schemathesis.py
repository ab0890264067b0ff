"""Generated requests, good and bad, against a live sandbox: every reply fits the contract."""

import copy
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

import loader.sandbox
from loader.sandbox import EMAIL, PASSWORD, Sandbox, SandboxSettings
from loader.sandbox.routes import ROUTES

load_all_checks()
RESOLVED = Path(loader.sandbox.__file__).parent / "contract" / "resolved.json"
DOCUMENT: dict[str, Any] = json.loads(RESOLVED.read_text("utf-8"))
ID = "00000000-0000-4000-8000-{:012d}".format

# Checks that are left out, each with its reason. All others of Schemathesis run.
LEFT_OUT = {
    checks.positive_data_acceptance: (
        "a body that fits the schema may name products that do not exist, mix line types or "
        "leave out the names: the guides' rules refuse what the schema allows"
    ),
}
# Settled examples, the same on every run; no shrinking, because a failing request is printed.
BOUNDED = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Sandbox, dict[str, str]]]:
    """Serve a sandbox for all generated requests; return it and the headers of a user."""
    # 409 tells a duplicate, which generated ids often are, from an order that breaks a rule.
    chosen = SandboxSettings(duplicate_status=409)
    with Sandbox(state=tmp_path_factory.mktemp("state"), settings=chosen) as sandbox:
        credentials = {"email": EMAIL, "password": PASSWORD}
        reply = httpx.post(f"{sandbox.base_url}/v2/authentication/token", json=credentials)
        yield sandbox, {"Authorization": f"Bearer {reply.json()['access_token']}"}
        assert sandbox.defects == []


FORMATTED = {
    "uuid": ID(1),
    "email": "ada@example.com",
    "date": "2026-01-05",
    "date-time": "2026-01-05T09:00:00Z",
}


def settle_formats(schema: dict[str, Any]) -> None:
    """Give nullable texts with a format a value: the generator forgets the format there."""
    for name, field in schema.get("properties", {}).items():
        if field.get("type") == ["string", "null"] and "format" in field:
            schema["properties"][name] = {"enum": [FORMATTED[field["format"]], None]}


def narrowed() -> dict[str, Any]:
    """Return the contract with ids that exist, so that generated orders get past the catalogue."""
    document = copy.deepcopy(DOCUMENT)
    schemas = document["components"]["schemas"]
    for level in ("OrderCreate", "OrderCreateLine", "OrderCreatePouch"):
        settle_formats(schemas[level])
    schemas["OrderCreateContent"]["properties"]["client_product_id"] = {
        "enum": [ID(number) for number in (101, 102, 103)]
    }
    schemas["OrderCreatePouch"]["required"] = ["contents"]
    schemas["OrderCreatePouch"]["properties"]["contents"]["minItems"] = 1
    schemas["OrderCreatePouch"]["properties"]["cycle"] = {"enum": ["daily"]}
    schemas["OrderCreatePouch"]["properties"]["duration"] = {"enum": [1, 2, None]}
    del schemas["OrderCreatePouch"]["properties"]["pack_id"]
    line = schemas["OrderCreateLine"]
    for name in ("standalone_id", "quantity", "packaging_asset_group_id"):
        del line["properties"][name]
    line["properties"]["duration"] = {"enum": [1, 2]}
    # Three lines of two pouches for two days at most: far below what a box holds.
    line["properties"]["pouches"] |= {"minItems": 1, "maxItems": 2}
    line["required"] = ["pouches"]
    schemas["OrderCreate"]["properties"]["status"] = {"enum": ["Pending", "On Hold"]}
    schemas["OrderCreate"]["properties"]["order_lines"]["maxItems"] = 3
    consumer = schemas["OrderCreateConsumer"]
    del consumer["properties"]["id"]
    consumer["required"] = ["first_name", "last_name"]
    return document


def signed_in(document: dict[str, Any]) -> dict[str, Any]:
    """Return the contract without its security, because every request here carries a token.

    A generated token would be replaced by ours, and the request then be taken for a bad one that
    was accepted. That each operation asks for a token is proved in the sandbox's own tests.
    """
    bare = copy.deepcopy(document)
    del bare["security"]
    for path in bare["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    return bare


whole = schemathesis.openapi.from_dict(signed_in(DOCUMENT))
good = schemathesis.openapi.from_dict(signed_in(narrowed()))
good.config.generation.update(modes=[GenerationMode.POSITIVE])
OPERATIONS = [
    operation["operationId"]
    for path in DOCUMENT["paths"].values()
    for name, operation in path.items()
    if name in ("get", "post", "put", "delete")
]


def replies_fit(operation_id: str) -> Callable[..., None]:
    """Return the test of one operation."""

    def test(case: schemathesis.Case[Any], live: tuple[Sandbox, dict[str, str]]) -> None:
        """Requests in and out of the schema: no 5xx, and status, body and type fit."""
        sandbox, headers = live
        case.call_and_validate(
            base_url=sandbox.base_url, headers=headers, excluded_checks=list(LEFT_OUT)
        )

    parametrized = whole.include(operation_id=operation_id).parametrize()
    made: Callable[..., None] = parametrized(BOUNDED(test))
    return made


# One test per operation, under its own name: what `parametrize` makes of the whole contract has
# one name for all, and of tests with the same name pytest-xdist runs a single one.
for _operation_id in OPERATIONS:
    globals()[f"test_replies_of_{_operation_id}"] = replies_fit(_operation_id)


@good.include(operation_id="createOrder").parametrize()
@BOUNDED
def test_orders_of_the_contract_are_created(
    case: schemathesis.Case[Any], live: tuple[Sandbox, dict[str, str]]
) -> None:
    """Generated orders that name existing products are taken, whatever else they hold."""
    sandbox, headers = live
    case.call_and_validate(base_url=sandbox.base_url, headers=headers)


def test_the_generated_requests_reached_everything(live: tuple[Sandbox, dict[str, str]]) -> None:
    """Every operation was asked for and answered well at least once, and orders were made."""
    sandbox, _ = live
    truth = sandbox.truth()
    assert {record["operation"] for record in truth} >= {
        name for methods in ROUTES.values() for name in methods.values()
    }
    assert sum(len(record["committed_order_ids"]) for record in truth) >= 5
    assert {record["status"] for record in truth} >= {200, 201, 404, 409, 422}
