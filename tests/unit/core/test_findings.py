"""Findings and errors: how they are grouped, addressed and drawn."""

import inspect
import re
from dataclasses import replace

import pytest

from loader.core import errors
from loader.core.errors import Defect, LoaderError
from loader.core.findings import Finding, Severity, column_letters, group_equal
from loader.core.model import Account, Catalogue, Item, Run
from schemas.vocabulary import Severity as Declared

BASE = Finding(
    code="TEXT-LONG", severity=Severity.ERROR, message="Too long.", column="city", found="x"
)


def finding(row: int | None, order: str | None = None, **cells: object) -> Finding:
    """Return an error on the city of a row."""
    return replace(BASE, row=row, order=order, **cells)  # type: ignore[arg-type]  # by name


def test_equal_findings_are_shown_as_one_with_its_rows_and_orders() -> None:
    """Each row and order once, in their order."""
    [group] = group_equal([finding(2, "A"), finding(3, "A"), finding(3, "B"), finding(None)])
    assert (group.rows, group.orders) == ((2, 3), ("A", "B"))
    assert group.first.row == 2


@pytest.mark.parametrize(
    "other",
    [{"code": "TEXT-LOST"}, {"message": "Other."}, {"found": "y"}, {"column": "address1"},
     {"sheet": "Two"}, {"input": 1}, {"severity": Severity.WARNING}, {"accepted": True},
     {"header": "Product 2"}, {"cell": "K3"}, {"help": "Another way."}],
)  # fmt: skip
def test_findings_that_differ_in_anything_but_their_place_stay_apart(
    other: dict[str, object],
) -> None:
    """What was found, where in the tree, in which file, and what it does."""
    assert len(group_equal([finding(2), replace(finding(3), **other)])) == 2  # type: ignore[arg-type]  # by name


def test_errors_come_first_and_then_what_stands_higher() -> None:
    """By severity, file and row; findings on the whole file before those on rows."""
    given = [
        finding(9, severity=Severity.NOTE), finding(4, severity=Severity.CONFIRM), finding(8),
        finding(3, found="y"), finding(2, found="z", input=1), finding(None, found="file"),
        finding(1, severity=Severity.WARNING),
    ]  # fmt: skip
    places = [(g.first.severity.value, g.first.input, g.first.row) for g in group_equal(given)]
    assert places == [
        ("error", 0, None), ("error", 0, 3), ("error", 0, 8), ("error", 1, 2), ("confirm", 0, 4),
        ("warning", 0, 1), ("note", 0, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(("cell", "letters"), [("G14", "G"), ("XFD1048576", "XFD"), (None, "")])
def test_a_finding_knows_the_letters_of_its_column(cell: str | None, letters: str) -> None:
    """So that cells of one column are named together."""
    assert finding(14, cell=cell).letters == letters


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"),
                              (702, "AAA"), (16383, "XFD")],
)  # fmt: skip
def test_columns_have_the_letters_of_a_spreadsheet(position: int, letters: str) -> None:
    """From the 0-based position."""
    assert column_letters(position) == letters


def test_errors_and_unaccepted_doubts_hold_back() -> None:
    """Warnings and notes do not."""
    assert {s.value for s in Severity if finding(1, severity=s).holds_back} == {"error", "confirm"}
    assert not finding(1, severity=Severity.CONFIRM, accepted=True).holds_back


def test_declarations_and_findings_use_the_same_words() -> None:
    """The declarations know nothing of the loader, so the words stand twice."""
    assert [severity.value for severity in Severity] == [severity.value for severity in Declared]


def test_every_error_stands_in_the_tree_with_its_exit_code() -> None:
    """The tree in the module's docstring is the tree."""
    drawn = dict(re.findall(r"[├└]── (\w+)\s+(\d+)", errors.__doc__ or ""))
    real = {
        name: str(kind.exit_code)
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, LoaderError) and kind is not LoaderError
        and kind.__module__ == errors.__name__
    }  # fmt: skip
    assert drawn == real
    codes = [kind.code for kind in LoaderError.__subclasses__()]
    assert len(set(codes)) == len(codes)


def test_an_error_says_what_and_how_to_go_on() -> None:
    """Message and hint, and the message again where Python shows it."""
    error = errors.InputError("No file.", hint="Name one.")
    assert (error.message, error.hint, str(error)) == ("No file.", "Name one.", "No file.")
    assert errors.UsageError("x").hint == ""


def test_a_catalogue_gives_its_items_by_kind() -> None:
    """Products, packs and standalone products share one list of ids."""
    shelf = Catalogue({"a": Item("a", "product", "A"), "b": Item("b", "pack", "B")})
    assert [item.id for item in shelf.of_kind("pack")] == ["b"]


def test_a_run_without_an_account_cannot_be_compared() -> None:
    """Nobody signed in: that is our defect, not the person's."""
    run = Run(command="plan", run_id="r", env="prod", base_url=None, started_at=0.0)
    with pytest.raises(Defect):
        _ = run.signed_in
    run.account = Account("prod", "c")
    assert run.signed_in == Account("prod", "c")
