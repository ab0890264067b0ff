"""Each of the vendor's error bodies is read; nothing else is taken for one."""

import json

import pytest

from loader.targets.errors import ErrorBody, Shape, read_error

ISSUE = {"message": "'username' is required", "type": "any.required"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        # The contract's ErrorModel, with and without its optional parts.
        (404, {"error": {"errorCode": "RESOURCE_NOT_FOUND", "message": "No such order"}},
         ErrorBody(shape=Shape.MODEL, code="RESOURCE_NOT_FOUND", message="No such order")),
        (500, {"error": {"message": "Oops"}, "message": "Other"},
         ErrorBody(shape=Shape.MODEL, message="Oops")),
        # Its ValidationError, and the form of the sign-in.
        (422, {"message": "Validation error", "errors": [ISSUE]},
         ErrorBody(shape=Shape.CHECKED, message="Validation error",
                   details=(("", "'username' is required"),))),
        (422, {"error": {"message": "Validation error", "errors": [ISSUE]}},
         ErrorBody(shape=Shape.CHECKED, message="Validation error",
                   details=(("", "'username' is required"),))),
        # The guide's shape, in which `error` is a text.
        (422, {"statusCode": 422, "error": "Unprocessable Entity", "message": "Validation failed",
               "details": [{"field": "consumer.email", "message": "is not valid"}]},
         ErrorBody(shape=Shape.GUIDE, message="Validation failed",
                   details=(("consumer.email", "is not valid"),))),
        # The Order API v2 codes.
        (400, {"code": "OS0003", "type": "VALIDATION_ERROR", "message": "Invalid request: x."},
         ErrorBody(shape=Shape.CODED, code="OS0003", message="Invalid request: x.")),
        (503, {"error": {"code": "OS0007", "type": "INTERNAL_SERVER_ERROR"}, "message": "Later"},
         ErrorBody(shape=Shape.CODED, code="OS0007", message="Later")),
        # Contradictions are read, and marked.
        (422, {"statusCode": 400, "error": "Bad Request", "message": "No"},
         ErrorBody(shape=Shape.GUIDE, message="No", consistent=False)),
        (400, {"code": "OS0003", "type": "CROSS_SERVICE_ERROR", "message": "No"},
         ErrorBody(shape=Shape.CODED, code="OS0003", message="No", consistent=False)),
    ],
)  # fmt: skip
def test_the_vendors_shapes_are_read(status: int, body: object, expected: ErrorBody) -> None:
    """Code, message and details of every shape, as the documents show them."""
    assert read_error(status, json.dumps(body).encode()) == expected


@pytest.mark.parametrize(
    "body",
    [
        None, [], "error", 3, {}, {"message": "Bad Gateway"}, {"error": "Bad Gateway"},
        {"error": "Not Found", "path": "/v2/orders", "status": 404}, {"errors": [ISSUE]},
        {"error": {}}, {"error": {"message": None}}, {"error": [{"message": "No"}]},
        {"statusCode": "422", "error": "x", "message": "No"}, {"statusCode": 422, "error": "x"},
        {"message": ["No"], "errors": [ISSUE]}, {"title": "No", "type": "about:blank"},
    ],
)  # fmt: skip
def test_other_bodies_are_not_the_apis(body: object) -> None:
    """What a gateway or another API says is not read as the vendor's word."""
    assert read_error(422, json.dumps(body).encode()) is None


def test_details_that_are_not_as_documented_are_left_out() -> None:
    """A detail of another kind is skipped, a missing part of one is empty."""
    details = [{"field": 3, "message": "a"}, "b", None, {"field": "c"}]
    body = {"statusCode": 422, "error": "x", "message": "No", "details": details}
    error = read_error(422, json.dumps(body).encode())
    assert error is not None
    assert error.details == (("", "a"), ("c", ""))


def test_a_flood_of_details_is_bounded() -> None:
    """A body with a hundred thousand issues gives a hundred."""
    body = {"message": "Validation error", "errors": [ISSUE] * 100_000}
    error = read_error(422, json.dumps(body).encode())
    assert error is not None
    assert len(error.details) == 100
