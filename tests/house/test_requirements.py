"""The locks are in step with pyproject.toml, and every package in them is held by its hashes."""

import re
from functools import cache
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import ROOT, settings

LOCKS = ("runtime", "build", "dev")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+) (?P<rest>.*)")


@cache
def pins(lock: str) -> dict[str, dict[str, set[str]]]:
    """Return the hashes of each version of each package in requirements/<lock>.txt."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, set[str]]] = {}
    for line in text.replace("\\\n", "").splitlines():
        if pin := PIN.match(line):
            hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])", pin["rest"]))
            found.setdefault(canonicalize_name(pin["name"]), {})[pin["version"]] = hashes
    return found


def declared(lock: str) -> list[Requirement]:
    """Return what pyproject.toml asks of this lock directly."""
    project = settings()
    runtime: list[str] = project["project"]["dependencies"]
    groups: dict[str, list[Any]] = project["dependency-groups"]
    wanted = {"runtime": runtime, "build": groups["build"], "dev": runtime + groups["dev"]}[lock]
    return [Requirement(entry) for entry in wanted if isinstance(entry, str)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_dependency_is_locked(lock: str) -> None:
    """Each dependency is pinned to versions that its declaration allows (`make lock` mends it)."""
    for requirement in declared(lock):
        versions = pins(lock).get(canonicalize_name(requirement.name), {})
        assert versions, requirement
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    """No package can be swapped for another: each version names the hashes of its files."""
    assert [name for name, found in pins(lock).items() if not all(found.values())] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_but_pins(lock: str) -> None:
    """No addresses, options or editable paths: each machine asks the registry that it knows."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    other = [
        line
        for line in text.splitlines()
        if not re.match(
            r"[a-z0-9._-]+==\S+( ; [^\\]+)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$|    #", line
        )
    ]
    assert other == []
    assert "://" not in text


@pytest.mark.parametrize("part", ["runtime", "build"])
def test_tests_run_on_what_is_shipped(part: str) -> None:
    """The environment of the tests has the very versions of the smaller locks."""
    different = {
        name: versions for name, versions in pins(part).items() if pins("dev").get(name) != versions
    }
    assert different == {}


def test_the_build_tool_is_said_once() -> None:
    """The dependency group `build` is what the build system itself asks for."""
    assert settings()["dependency-groups"]["build"] == settings()["build-system"]["requires"]
