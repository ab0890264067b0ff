"""A sandbox per test, a signed-in client, and a check of every reply against the contract."""

import json
import re
import socket
import ssl
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

import loader.sandbox
from loader.sandbox import EMAIL, PASSWORD, Sandbox, SandboxSettings
from loader.sandbox.messages import Json

RESOLVED = Path(loader.sandbox.__file__).parent / "contract" / "resolved.json"
# Nothing here speaks TLS, and loading the trusted certificates takes 20 ms per client.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
DOCUMENT: dict[str, Any] = json.loads(RESOLVED.read_text("utf-8"))


def resolve(node: Json) -> Json:
    """Follow a reference within the contract."""
    while "$ref" in node:
        place: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        node = place
    return node


def template_of(path: str) -> str:
    """Return the contract's path that a path fits; one without a variable goes first."""
    found = [t for t in DOCUMENT["paths"] if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", t), path)]
    return min(found, key=lambda template: "{" in template, default="")


@cache
def validator_of(method: str, path: str, status: int) -> jsonschema_rs.Draft202012Validator | None:
    """Return what the contract asks of a reply's body; None where it asks nothing."""
    operation = DOCUMENT["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return None
    responses = operation["responses"]
    declared = resolve(responses.get(str(status)) or responses["default"])
    if "content" not in declared:
        return jsonschema_rs.Draft202012Validator({"const": None})
    schema = {**declared["content"]["application/json"]["schema"]}
    schema["components"] = DOCUMENT["components"]
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def conforms(response: httpx.Response) -> None:
    """Assert that a reply is one that the resolved contract allows."""
    request = response.request
    validator = validator_of(request.method, template_of(request.url.path), response.status_code)
    if validator is None:
        return
    content = response.read()
    if content:
        assert response.headers["content-type"] == "application/json; charset=utf-8"
    body = json.loads(content) if content else None
    errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(body)]
    assert errors == [], f"{request.method} {request.url.path} {response.status_code}"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return a state folder that does not exist yet."""
    return tmp_path / "sandbox"


@pytest.fixture
def start(state: Path) -> Generator[Callable[..., Sandbox]]:
    """Return a function that starts a sandbox with the settings given; no defect may remain."""
    running: list[Sandbox] = []

    def begin(folder: Path = state, **settings: Json) -> Sandbox:
        running.append(Sandbox(state=folder, settings=SandboxSettings(**settings)).__enter__())
        return running[-1]

    yield begin
    for sandbox in running:
        sandbox.__exit__(None, None, None)
        assert sandbox.defects == []


@pytest.fixture
def sandbox(start: Callable[..., Sandbox]) -> Sandbox:
    """Return a running sandbox with the settings that users get."""
    return start()


@pytest.fixture
def client_of() -> Generator[Callable[..., httpx.Client]]:
    """Return a function that signs in to a sandbox; every reply is held against the contract."""
    clients: list[httpx.Client] = []

    def sign_in(sandbox: Sandbox, *, check: bool = True) -> httpx.Client:
        hooks: dict[str, list[Callable[..., Any]]] = {"response": [conforms] if check else []}
        client = httpx.Client(
            base_url=sandbox.base_url, event_hooks=hooks, timeout=20, verify=NO_TLS
        )
        clients.append(client)
        credentials = {"email": EMAIL, "password": PASSWORD}
        reply = client.post("/v2/authentication/token", json=credentials)
        client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        return client

    yield sign_in
    for client in clients:
        client.close()


@pytest.fixture
def api(sandbox: Sandbox, client_of: Callable[..., httpx.Client]) -> httpx.Client:
    """Return a client that is signed in to the sandbox of the test."""
    return client_of(sandbox)


@pytest.fixture
def admin(sandbox: Sandbox) -> Generator[httpx.Client]:
    """Return a client of the sandbox's own surface."""
    with httpx.Client(base_url=sandbox.url_admin, verify=NO_TLS) as client:
        yield client


@pytest.fixture
def order() -> Callable[..., dict[str, Any]]:
    """Return a function that builds an order that the API takes, with top-level changes."""

    def build(key: str | None = None, **changes: Json) -> dict[str, Any]:
        ids = {"source_client_order_id": key, "client_custom_order_id": key} if key else {}
        vitamin = {"client_product_id": "00000000-0000-4000-8000-000000000101"}
        body = {
            **ids,
            "consumer": {"first_name": "Ada", "last_name": "Example"},
            "shipping_address": {
                "address1": "1 Sample Street",
                "city": "Sampleton",
                "country_name": "United States",
            },
            "order_lines": [{"duration": 7, "pouches": [{"contents": [vitamin]}]}],
            **changes,
        }
        return {name: value for name, value in body.items() if value is not ...}

    return build


@pytest.fixture
def raw(sandbox: Sandbox) -> Callable[[bytes], bytes]:
    """Return a function that sends bytes and gives back all that comes until the end."""

    def talk(sent: bytes) -> bytes:
        address = ("127.0.0.1", int(sandbox.base_url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while block := connection.recv(65_536):
                received += block
        return received

    return talk
