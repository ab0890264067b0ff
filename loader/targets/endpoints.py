"""Where requests go and how many at a time: the settings of a target, checked once.

Sources: the guides (host names of stage and production), the command line's contract
(`--base-url`, `--timeout`, `--concurrency`, `--rate`).
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from loader.core.errors import UsageError

HOSTS = {
    "stage": "https://na1-stage.okcapsule.app",
    "prod": "https://na1-prod.okcapsule.app",
}
MOST_CONCURRENT = 256
LONGEST_TIMEOUT = 600.0

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_EXAMPLE = "Give it as https://host or, for a server on this machine, http://127.0.0.1:8080."


def checked_base_url(text: str, environment: str) -> str:
    """Return `text` as scheme, host and port alone; `UsageError` where it may not be used.

    https only; http for a loopback address, where any environment may be named. The vendor's
    own hosts are accepted under their own environment alone, or orders of one environment would
    be kept under the name of the other.
    """
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".")
    loopback = _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise UsageError("The base URL must begin with https://.", hint=_EXAMPLE)
    if parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise UsageError(
            "The base URL must hold nothing but the host and, if needed, a port.",
            hint="Leave out any user name, path, question mark or number sign. " + _EXAMPLE,
        )
    for name, address in HOSTS.items():
        if urlsplit(address).hostname == host and name != environment:
            raise UsageError(
                f"The base URL is the vendor's {name} host, and the environment is {environment}.",
                hint=f"Use --env {name}, or leave --base-url out.",
            )
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _split(text: str) -> SplitResult:
    """Split a URL whose every character is one that addresses are made of."""
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
        plain = bool(_HOST_NAME.fullmatch(host)) or ip_address(host).version == 6
    except ValueError:
        plain = False
    if not plain or re.search(r"[^!-~]|[\\%]", text):
        raise UsageError("The base URL cannot be read as an address.", hint=_EXAMPLE)
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach an account. `timeout` is the total deadline of one request in seconds.

    `rate` is the most requests per second for the account, None for no limit of ours.
    `sign_in_field` is what the API calls the user's e-mail address when signing in: the guide
    says "email", the contract "username".
    """

    base_url: str
    concurrency: int = 4
    rate: float | None = None
    timeout: float = 30.0
    sign_in_field: Literal["email", "username"] = "email"

    def __post_init__(self) -> None:
        if not 1 <= self.concurrency <= MOST_CONCURRENT:
            raise UsageError(
                f"The concurrency is {self.concurrency}.",
                hint=f"Allowed is 1 to {MOST_CONCURRENT}; 4 is a good start.",
            )
        if not 0 < self.timeout <= LONGEST_TIMEOUT:
            raise UsageError(
                f"The timeout is {self.timeout} seconds.",
                hint=f"Allowed is more than 0 and up to {LONGEST_TIMEOUT:.0f} seconds.",
            )
        if self.rate is not None and not 0 < self.rate < float("inf"):
            raise UsageError(
                f"The rate is {self.rate} requests per second.",
                hint="Give a number above 0, such as 5, or leave it out.",
            )
