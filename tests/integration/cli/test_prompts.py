"""Asking before anything is sent: what is shown, what is typed, and what nobody can answer."""

import pytest

from loader.sandbox import Sandbox
from tests.integration.cli.conftest import Serve
from tests.integration.cli.machine import MONTHLY, PRESCRIPTION, SMALLEST, Machine

QUIETLY = ("--no-report", "--no-workbook")


def posts(sandbox: Sandbox) -> int:
    """Return how many orders were sent."""
    return sum(one["operation"] == "create" for one in sandbox.truth())


def test_elsewhere_than_production_yes_is_enough(machine: Machine, serve: Serve) -> None:
    """One screen, then the question; "y" sends, and the result alone is on standard output."""
    sandbox = serve()
    command = ("submit", MONTHLY, *QUIETLY, "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        screen = terminal.wait_for("Send 53 orders to sandbox? [y/N]:")
        assert "What to do next" not in screen
        terminal.type("y\n")
        ended = terminal.end()
    assert ended.code == 1
    assert posts(sandbox) == 53
    assert "53 of 63 orders were created" in ended.out
    assert "Send 53" not in ended.out


@pytest.mark.parametrize("quiet", [(), ("--quiet",)], ids=["", "quiet"])
def test_who_answers_has_seen_what_it_is_about(
    machine: Machine, serve: Serve, quiet: tuple[str, ...]
) -> None:
    """Where, whose, how many, of what, what to look at and what nobody checked: on one screen."""
    sandbox = serve()
    command = ("submit", MONTHLY, *QUIETLY, *quiet, "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        screen = terminal.wait_for("[y/N]:")
        terminal.type("n\n")
        terminal.end()
    # The bar of the look-ups before it has been wiped away, by signs that are no text.
    lines = screen[screen.index("  Environment") :].replace("\r", "").splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    words = " ".join(screen.split())
    for what in (
        "Environment sandbox: a rehearsal, nothing is ordered", f"Address {sandbox.base_url}",
        "Account 00000000-0000-4000-8000-000000000001", "monthly.csv",
        "53 to create, 0 to skip: done before, 4 held back until you confirm, 6 to correct",
        "62 order lines, 2,668 pouches, 31 standalone products not in pouches",
        "Magnesium Glycinate 120 mg in 25 orders", "and 9 other products",
        "Warnings 8;", "1 × HEADER-UNKNOWN", "6 × TIME-UNUSUAL",
        "Not checked Whether an order fits the dispenser box",
    ):  # fmt: skip
        assert what in words


@pytest.mark.parametrize("typed", ["n\n", "\n", "\x04"], ids=["no", "enter", "end of input"])
def test_anything_but_yes_sends_nothing(machine: Machine, serve: Serve, typed: str) -> None:
    """No, nothing, and Ctrl-D: 130, nothing sent, and the words say so."""
    sandbox = serve()
    command = ("submit", SMALLEST, *QUIETLY, "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        terminal.wait_for("Send 1 order to sandbox? [y/N]:")
        terminal.type(typed)
        ended = terminal.end()
    assert (ended.code, ended.out) == (130, "")
    assert "Nothing was done." in ended.err
    assert posts(sandbox) == 0
    assert machine.run("runs", "list").out.startswith("No runs yet.")


@pytest.mark.parametrize("env", ["sandbox", "prod"])
def test_ctrl_c_at_the_prompt(machine: Machine, serve: Serve, env: str) -> None:
    """Ctrl-C at once ends the command in 130, and nothing was sent."""
    sandbox = serve()
    command = ("submit", SMALLEST, *QUIETLY, "--env", env, "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        terminal.wait_for("[y/N]:" if env == "sandbox" else "or anything else to stop:")
        terminal.type("\x03")
        ended = terminal.end()
    assert ended.code == 130
    assert posts(sandbox) == 0


@pytest.mark.parametrize(("typed", "sent"), [("2\n", 2), ("1\n", 0), ("y\n", 0), ("yes\n", 0)])
def test_production_wants_the_number(machine: Machine, serve: Serve, typed: str, sent: int) -> None:
    """Production is told apart, and only the number of the orders, typed, sends them."""
    sandbox = serve()
    command = ("submit", PRESCRIPTION, *QUIETLY, "--env", "prod", "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        screen = terminal.wait_for("or anything else to stop:")
        assert "This is production" in screen
        terminal.type(typed)
        ended = terminal.end()
    assert ended.code == (0 if sent else 130)
    assert posts(sandbox) == sent
    if sent:
        assert ended.last.startswith("This was a rehearsal"), "the server said it is a sandbox"


def test_yes_alone_does_not_do_for_production(machine: Machine, serve: Serve) -> None:
    """With a terminal `--yes` alone still asks there; `--expect-orders` makes it enough."""
    sandbox = serve()
    there = ("--env", "prod", "--base-url", sandbox.base_url, *QUIETLY)
    with machine.at_terminal("submit", PRESCRIPTION, "--yes", *there) as terminal:
        terminal.wait_for("or anything else to stop:")
        terminal.type("\x03")
        assert terminal.end().code == 130
    alone = machine.run("submit", PRESCRIPTION, "--yes", *there)
    assert (alone.code, posts(sandbox)) == (2, 0)
    assert "--yes --expect-orders N" in alone.err
    wrong = machine.run("submit", PRESCRIPTION, "--yes", "--expect-orders", 3, *there)
    assert (wrong.code, posts(sandbox)) == (2, 0)
    assert "2 orders would be sent, and --expect-orders says 3." in wrong.err
    right = machine.run("submit", PRESCRIPTION, "--yes", "--expect-orders", 2, *there)
    assert (right.code, posts(sandbox)) == (0, 2)


def test_no_input_never_asks(machine: Machine, serve: Serve) -> None:
    """At a terminal with `--no-input` the command ends in 2 instead of asking."""
    sandbox = serve()
    command = ("submit", SMALLEST, *QUIETLY, "--no-input", "--base-url", sandbox.base_url)
    with machine.at_terminal(*command) as terminal:
        ended = terminal.end()
    assert ended.code == 2
    assert "nobody to ask" in ended.err
    assert posts(sandbox) == 0


def test_an_expected_number_holds_without_yes(machine: Machine, serve: Serve) -> None:
    """A wrong number is refused before anybody is asked; a finished file has nothing to expect."""
    sandbox = serve()
    there = ("--base-url", sandbox.base_url, *QUIETLY)
    wrong = machine.run("submit", SMALLEST, "--expect-orders", 2, *there)
    assert wrong.code == 2
    assert "1 order would be sent, and --expect-orders says 2." in wrong.err
    assert machine.run("submit", SMALLEST, "--yes", "--expect-orders", 1, *there).code == 0
    assert machine.run("submit", SMALLEST, "--yes", "--expect-orders", 1, *there).code == 0
    assert posts(sandbox) == 1
