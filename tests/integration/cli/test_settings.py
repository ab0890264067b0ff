"""Settings: flag, then variable, then ./order-loader.toml, then the user's file, then default."""

from typing import Any

import pytest

from tests.integration.cli.machine import SMALLEST, Machine


def settings(machine: Machine, *flags: str) -> dict[str, Any]:
    """Return what `config show` says, by setting."""
    ended = machine.run("config", "show", "--format", "json", *flags)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = ended.document["settings"]
    return found


def user_file(machine: Machine, text: str) -> str:
    """Write the user's own settings file and return its path."""
    path = machine.home / ".config" / "order-loader" / "order-loader.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def test_each_place_wins_over_those_behind_it(machine: Machine) -> None:
    """Default, user's file, working folder, variable, flag: each time the next one wins."""
    assert settings(machine)["concurrency"] == {"value": 4, "origin": "default"}
    user = user_file(machine, "concurrency = 5\nprivacy = 'none'\naccept = 'ZIP-ZERO'")
    found = settings(machine)
    assert found["concurrency"] == {"value": 5, "origin": user}
    own = machine.folder / "order-loader.toml"
    own.write_text("concurrency = 6", "utf-8")
    found = settings(machine)
    assert found["concurrency"] == {"value": 6, "origin": str(own)}
    assert found["privacy"] == {"value": "none", "origin": user}
    assert found["accept"] == {"value": ["ZIP-ZERO"], "origin": user}
    machine.variables = {"ORDER_LOADER_CONCURRENCY": "7"}
    assert settings(machine)["concurrency"] == {"value": 7, "origin": "ORDER_LOADER_CONCURRENCY"}
    assert settings(machine, "--concurrency", "8")["concurrency"] == {"value": 8, "origin": "flag"}


def test_config_show_in_words(machine: Machine) -> None:
    """One line per setting; the origin where it is asked for; no secret, ever."""
    machine.variables = {
        "ORDER_LOADER_EMAIL": "me@example.com", "ORDER_LOADER_PASSWORD": "hush",
        "ORDER_LOADER_RATE": "2.5",
    }  # fmt: skip
    plain = machine.run("config", "show")
    assert "rate           2.5" in plain.out
    assert "(" not in plain.out
    told = machine.run("config", "show", "--origin")
    assert "rate           2.5   (ORDER_LOADER_RATE)" in told.out
    assert "password       set   (ORDER_LOADER_PASSWORD)" in told.out
    assert "hush" not in plain.out + told.out
    assert "me@example.com" not in plain.out + told.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("concurrency = 'many'", "concurrency"),
        ("concurrency = 999", "999"),
        ("env = 'moon'", "moon"),
        ("nonsense = 1", "not known: nonsense"),
        ("password = 'hush'", "not known: password"),
        ("yes = true", "not known: yes"),
        ("= nonsense", "cannot be read"),
        ("[env]\nname = 'prod'", "more than one value"),
        ("rate = [1, 2]", "more than one value"),
    ],
)
def test_a_setting_that_is_wrong_names_its_file(machine: Machine, text: str, words: str) -> None:
    """A file that cannot be used is an unreadable setting (3), named; no secret is repeated."""
    path = machine.folder / "order-loader.toml"
    path.write_text(text, "utf-8")
    ended = machine.run("plan", SMALLEST)
    assert ended.code == 3
    assert words in ended.err
    assert str(path) in ended.err
    assert "hush" not in ended.err


def test_a_variable_that_is_wrong_is_named(machine: Machine) -> None:
    """A variable is a setting as well: exit 3, and which one it is."""
    ended = machine.run("plan", SMALLEST, ORDER_LOADER_CONCURRENCY="many")
    assert ended.code == 3
    assert "ORDER_LOADER_CONCURRENCY" in ended.err
    flag = machine.run("plan", SMALLEST, "--concurrency", "many")
    assert flag.code == 2


def test_settings_of_runs_leave_other_commands_alone(machine: Machine) -> None:
    """`format = "json"` is about runs: `schema` and `explain` print what they always print."""
    (machine.folder / "order-loader.toml").write_text('format = "json"', "utf-8")
    for command in ("schema", "explain"):
        ended = machine.run(command)
        assert (ended.code, ended.out[:1] == "{") == (0, False)
    assert machine.run("runs", "list").out.startswith("{")


def test_the_ledger_lies_where_it_is_told(machine: Machine) -> None:
    """By default in the user's data folder, 0600; elsewhere by flag, and the sandbox beside it."""
    ended = machine.run(
        "submit", SMALLEST, "--yes", "--no-report", "--ledger", "sqlite:///own/ledger.sqlite3"
    )
    assert ended.code == 0
    own = machine.folder / "own"
    assert {path.name for path in own.iterdir()} >= {"ledger.sqlite3", "sandbox"}
    assert not machine.data.exists()
