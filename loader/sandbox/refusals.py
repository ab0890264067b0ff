"""Refusals, and the three ways in which the vendor's documents spell them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from loader.sandbox.settings import ErrorStyle

OS_TYPES = {
    "OS0001": "INTERNAL_SERVER_ERROR",
    "OS0002": "CROSS_SERVICE_ERROR",
    "OS0003": "VALIDATION_ERROR",
    "OS0004": "CROSS_SERVICE_ERROR",
    "OS0005": "AUTHENTICATION_ERROR",
    "OS0006": "AUTHENTICATION_ERROR",
    "OS0007": "INTERNAL_SERVER_ERROR",
}
_OS_BY_STATUS = {401: "OS0006", 403: "OS0005", 429: "OS0007", 500: "OS0001", 503: "OS0007"}
# The sentences that the guide on error codes shows.
_OS_SENTENCES = {
    "OS0006": "Authentication required: your session has expired"
    " or your credentials are not valid.",
    "OS0007": "Something went wrong: we're unable to process your request at the moment."
    " Please try again later.",
}
_NO_SUCH_ORDER = "Invalid request: the provided salesOrderId is invalid."
_ERROR_CODES = {404: "RESOURCE_NOT_FOUND", 409: "RESOURCE_ALREADY_EXISTS"}


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a body.

    `text` follows the field's name ("is required"); where `whole` is True it is a sentence of
    the vendor's that stands alone.
    """

    path: str
    text: str
    type: str
    whole: bool = False

    def joi(self) -> str:
        """Return the message as the contract's examples have it: the path in quotes."""
        return self.text if self.whole else f"'{self.path or 'value'}' {self.text}"

    def plain(self) -> str:
        """Return the message as the guides print it."""
        return self.text if self.whole else f"{self.path or 'value'} {self.text}"


@dataclass(slots=True, eq=False)
class Refusal(Exception):
    """A request that the API answers with an error; `nested` is the form of the sign-in."""

    status: int
    message: str
    issues: tuple[Issue, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    nested: bool = False
    os_message: str | None = None

    def body(self, style: ErrorStyle) -> dict[str, Any]:
        """Return the error body in the asked style."""
        if style == "os":
            return self._os_body()
        if style == "guide":
            return self._guide_body()
        return self._contract_body()

    def _os_body(self) -> dict[str, Any]:
        code = _OS_BY_STATUS.get(self.status, "OS0003")
        text = self.issues[0].plain() if self.issues else self.message
        if code == "OS0003":
            text = f"Invalid request: {text}"
        message = self.os_message or _OS_SENTENCES.get(code, text)
        return {"code": code, "type": OS_TYPES[code], "message": message}

    def _guide_body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "statusCode": self.status,
            "error": HTTPStatus(self.status).phrase,
            "message": "Validation failed" if self.issues else self.message,
        }
        if self.issues:
            body["details"] = [{"field": i.path, "message": i.plain()} for i in self.issues]
        return body

    def _contract_body(self) -> dict[str, Any]:
        if self.status != 422:
            error = {"message": self.message}
            if self.status in _ERROR_CODES:
                error = {"errorCode": _ERROR_CODES[self.status], **error}
            return {"error": error, "message": self.message}
        issues = [{"message": i.joi(), "type": i.type} for i in self.issues]
        inner = {"message": self.message, "errors": issues}
        return {"error": inner} if self.nested else inner


def invalid(issues: list[Issue], *, nested: bool = False) -> Refusal:
    """Return the refusal of a body; one whole sentence also becomes the message."""
    whole = len(issues) == 1 and issues[0].whole
    return Refusal(
        422, issues[0].text if whole else "Validation error", tuple(issues), nested=nested
    )


def not_found(what: str) -> Refusal:
    """Return the 404 of the contract."""
    text = f"The requested {what} was not found"
    return Refusal(404, text, os_message=_NO_SUCH_ORDER if what == "order" else None)
