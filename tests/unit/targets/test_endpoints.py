"""Which addresses are taken, and what the settings may be."""

import math
from collections.abc import Callable

import pytest

from loader.core.errors import UsageError
from loader.targets.endpoints import HOSTS, Settings, checked_base_url


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        ("https://na1-stage.okcapsule.app", "stage", "https://na1-stage.okcapsule.app"),
        ("https://na1-prod.okcapsule.app/", "prod", "https://na1-prod.okcapsule.app"),
        ("HTTPS://NA1-PROD.okcapsule.app:443", "prod", "https://na1-prod.okcapsule.app:443"),
        ("https://gateway.example.com:8443", "stage", "https://gateway.example.com:8443"),
        ("https://[2001:db8::1]:8443", "stage", "https://[2001:db8::1]:8443"),
        ("http://127.0.0.1:8080", "prod", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "stage", "http://127.8.9.1"),
        ("http://[::1]:8080", "sandbox", "http://[::1]:8080"),
        ("http://localhost:8080", "sandbox", "http://localhost:8080"),
        ("https://127.0.0.1", "sandbox", "https://127.0.0.1"),
    ],
)
def test_addresses_that_are_taken(text: str, environment: str, expected: str) -> None:
    """With https anywhere, with http on this machine alone, where any environment may be named."""
    assert checked_base_url(text, environment) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "na1-stage.okcapsule.app", "//host", "https://", "https:///v2", "ftp://host",
        "http://na1-stage.okcapsule.app", "http://192.168.1.5", "http://10.0.0.1:8080",
        "http://localhost.example.com", "http://127.0.0.1.example.com", "http://[::2]",
        "http://2130706433", "http://0x7f000001", "http://127.1", "http://0.0.0.0",
        "https://user@host", "https://user:secret@host", "https://host?x=1", "https://host#x",
        "https://host/v2", "https://host:port", "https://host:99999", "https://ho st",
        "https://host\n", "https://h\u00f6st", "https://ho%73t", "https://good\\@evil.example",
        "https://-host", "https://host..name", "https://[::1", "https://[::1%25eth0]",
        "https://" + "a" * 64 + ".example", "javascript:alert(1)", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_addresses_that_are_not_taken(text: str) -> None:
    """Each is refused with a message and a hint, never with a traceback."""
    with pytest.raises(UsageError) as caught:
        checked_base_url(text, "sandbox")
    assert caught.value.message
    assert "https://" in caught.value.hint


def test_a_secret_in_an_address_is_not_repeated() -> None:
    """A password in a URL that is refused shows up neither in the message nor in the hint."""
    with pytest.raises(UsageError) as caught:
        checked_base_url("https://user:hunter2@host", "stage")
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("https://na1-prod.okcapsule.app", "stage"),
        ("https://na1-stage.okcapsule.app", "prod"),
        ("https://NA1-PROD.OKCAPSULE.APP.", "sandbox"),
        ("https://na1-prod.okcapsule.app:443", "stage"),
    ],
)
def test_the_vendors_hosts_keep_their_names(text: str, environment: str) -> None:
    """Production under the name of stage would mix up what was sent where."""
    with pytest.raises(UsageError, match="vendor's"):
        checked_base_url(text, environment)


def test_the_guides_hosts() -> None:
    """The two environments have the hosts that the troubleshooting guide lists."""
    assert HOSTS == {
        "prod": "https://na1-prod.okcapsule.app",
        "stage": "https://na1-stage.okcapsule.app",
    }


def test_the_defaults_of_the_command_line() -> None:
    """Concurrency 4, 30 seconds, no rate of ours, the guide's field name."""
    settings = Settings(base_url=HOSTS["stage"])
    assert (settings.concurrency, settings.timeout, settings.rate) == (4, 30.0, None)
    assert settings.sign_in_field == "email"


@pytest.mark.parametrize(
    "build",
    [
        lambda: Settings(base_url="https://h", concurrency=0),
        lambda: Settings(base_url="https://h", concurrency=100_000),
        lambda: Settings(base_url="https://h", timeout=0),
        lambda: Settings(base_url="https://h", timeout=-1),
        lambda: Settings(base_url="https://h", timeout=math.nan),
        lambda: Settings(base_url="https://h", timeout=math.inf),
        lambda: Settings(base_url="https://h", rate=0),
        lambda: Settings(base_url="https://h", rate=math.nan),
        lambda: Settings(base_url="https://h", rate=math.inf),
    ],
)
def test_settings_that_cannot_work_are_refused(build: Callable[[], Settings]) -> None:
    """A number out of its range is refused with the range."""
    with pytest.raises(UsageError) as caught:
        build()
    assert caught.value.hint
