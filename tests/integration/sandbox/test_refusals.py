"""Refusals in the three spellings that the vendor's documents show."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loader.sandbox import EMAIL, Sandbox

Start = Callable[..., Sandbox]
SignIn = Callable[..., httpx.Client]
Build = Callable[..., dict[str, Any]]

UNKNOWN = "00000000-0000-4000-8000-00000000dead"
AUTHENTICATION_REQUIRED = (
    "Authentication required: your session has expired or your credentials are not valid."
)


@pytest.fixture
def styled(start: Start, client_of: SignIn) -> Callable[[str], httpx.Client]:
    """Return a function that gives a client of a sandbox with an error style."""
    return lambda style: client_of(start(error_style=style))


def test_the_contracts_bodies(styled: Callable[[str], httpx.Client], order: Build) -> None:
    """Joi's ValidationError for a body, nested at sign-in; ErrorModel for all else."""
    api = styled("contract")
    assert api.post("/v2/orders", json=order(consumer=...)).json() == {
        "message": "Validation error",
        "errors": [{"message": "'consumer' is required", "type": "any.required"}],
    }
    assert api.post("/v2/authentication/token", json={"email": EMAIL}).json() == {
        "error": {
            "message": "Validation error",
            "errors": [{"message": "'password' is required", "type": "any.required"}],
        }
    }
    missing = api.get(f"/v2/orders/{UNKNOWN}")
    assert missing.status_code == 404
    assert missing.json() == {
        "error": {
            "errorCode": "RESOURCE_NOT_FOUND",
            "message": "The requested order was not found",
        },
        "message": "The requested order was not found",
    }


def test_the_guides_bodies(styled: Callable[[str], httpx.Client], order: Build) -> None:
    """Status, phrase, message, and for a body the array of details with field and message."""
    api = styled("guide")
    body = order(consumer={"first_name": "Ada"})
    assert api.post("/v2/orders", json=body).json() == {
        "statusCode": 422,
        "error": "Unprocessable Entity",
        "message": "Validation failed",
        "details": [{"field": "consumer.last_name", "message": "consumer.last_name is required"}],
    }
    assert api.get(f"/v2/orders/{UNKNOWN}").json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "The requested order was not found",
    }


def test_the_bodies_of_the_error_codes(styled: Callable[[str], httpx.Client], order: Build) -> None:
    """Code, its type, and the sentences of the guide on error codes."""
    api = styled("os")
    assert api.post("/v2/orders", json=order(consumer=...)).json() == {
        "code": "OS0003",
        "type": "VALIDATION_ERROR",
        "message": "Invalid request: consumer is required",
    }
    assert api.get(f"/v2/orders/{UNKNOWN}").json() == {
        "code": "OS0003",
        "type": "VALIDATION_ERROR",
        "message": "Invalid request: the provided salesOrderId is invalid.",
    }
    refused = api.get("/v2/orders", headers={"Authorization": "Bearer no"})
    assert refused.status_code == 401
    assert refused.json() == {
        "code": "OS0006",
        "type": "AUTHENTICATION_ERROR",
        "message": AUTHENTICATION_REQUIRED,
    }


@pytest.mark.parametrize("style", ["contract", "guide", "os"])
def test_every_style_conforms_for_every_kind_of_refusal(
    styled: Callable[[str], httpx.Client], order: Build, style: str
) -> None:
    """400, 401, 404, 405, 415, 422 in each style; the client holds each against the contract."""
    api = styled(style)
    text = {"Content-Type": "text/plain"}
    got = [
        api.get("/v2/orders?limit=0").status_code,
        api.get("/v2/orders", headers={"Authorization": ""}).status_code,
        api.get("/v2/orders/by-client-order-id/none").status_code,
        api.get("/v2/nothing").status_code,
        api.patch("/v2/orders", json={}).status_code,
        api.post("/v2/orders", content=b"{}", headers=text).status_code,
        api.post("/v2/orders", json=order(consumer={"first_name": "Ada"})).status_code,
        api.post("/v2/authentication/refresh-token", json={}).status_code,
    ]
    assert got == [400, 401, 404, 404, 405, 415, 422, 422]


@pytest.mark.parametrize("style", ["contract", "guide", "os"])
def test_an_inactive_product_is_named_in_every_style(
    styled: Callable[[str], httpx.Client], order: Build, style: str
) -> None:
    """The sentence of the troubleshooting guide is there, however the refusal is spelled."""
    content = {"client_product_id": "00000000-0000-4000-8000-000000000122"}
    body = order(order_lines=[{"pouches": [{"contents": [content]}]}])
    sentence = "The following client products are inactive and cannot be ordered: Melatonin 1 mg"
    assert sentence in styled(style).post("/v2/orders", json=body).text


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"error_style": "xml"}, "error_style"),
        ({"duplicate_status": 400}, "duplicate_status"),
        ({"latency": -1}, "latency"),
        ({"box_capacity": 0}, "box_capacity"),
        ({"rate_limit": 0}, "rate_limit"),
        ({"token_seconds": 0}, "token_seconds"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    start: Start, settings: dict[str, Any], reason: str
) -> None:
    """A wrong setting is named when the sandbox is set up."""
    with pytest.raises(ValueError, match=reason):
        start(**settings)
