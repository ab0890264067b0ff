"""The audit never calls unchecked what is safe, nor safe what is unchecked."""

import json

import pytest

from tests.house.audit import judge

SAFE = {"name": "click", "version": "8.5.1", "vulns": []}
BAD = {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-2014-8"}]}
SKIPPED = {"name": "rich", "skip_reason": "Dependency not found and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "good", "words"),
    [
        ([SAFE, SAFE], True, "No known vulnerability in 2 of 2 packages."),
        ([SAFE, SKIPPED], True, "No known vulnerability in 1 of 2 packages. NOT CHECKED: rich."),
        ([SKIPPED], True, "NOT CHECKED: the advisory service answered for none of the packages."),
        ([SAFE, SKIPPED, BAD], False, "Known vulnerabilities:\njinja2 2.4.1: PYSEC-2014-8"),
    ],
)
def test_answers_are_told_apart(packages: list[dict[str, object]], good: bool, words: str) -> None:
    """A vulnerability fails; what was not looked up is named and is never counted as safe."""
    assert judge(json.dumps({"dependencies": packages}), "") == (good, words)


def test_an_unreachable_service_is_said() -> None:
    """Offline, the build goes on and says that nothing was checked."""
    good, words = judge("", "Traceback …\nrequests.exceptions.ConnectionError: no such host")
    assert good
    assert words.startswith("NOT CHECKED")


def test_any_other_failure_fails() -> None:
    """A lock that pip-audit cannot read is a defect of ours, not of the network."""
    good, words = judge(
        "", "ERROR:pip_audit._cli:requirement jinja2==2.4.1 does not contain a hash"
    )
    assert not good
    assert "does not contain a hash" in words
