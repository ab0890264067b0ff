"""Accepting what waits for a person: for one order, for every one, and what cannot be accepted."""

import pytest

from loader.app.check import CheckedFiles
from loader.core.payload import request_of
from schemas.examples import SOUND
from schemas.pouch_orders import KEY
from schemas.rules import RULES
from schemas.vocabulary import Severity
from tests.unit.core.tables import (
    TableSource,
    check_rows,
    check_source,
    codes,
    only,
    results,
)

TWICE = {"serving_size": "2"}  # beside the sound row: the same product twice in one pouch


def waiting(result: CheckedFiles) -> list[tuple[str, bool]]:
    """Return code and acceptance of all findings."""
    return [(finding.code, finding.accepted) for finding in result.findings]


def test_a_doubt_keeps_its_order_back_until_it_is_accepted() -> None:
    """The request is built either way, so that it can be looked at."""
    result = check_rows({}, TWICE)
    assert (results(result), waiting(result)) == ({"ORD-1": "to_correct"}, [("POUCH-TWICE", False)])
    assert len(request_of(result.orders[0].body or b"")["order_lines"]) == 1


@pytest.mark.parametrize("said", ["POUCH-TWICE", "pouch-twice", "ZIP-ZERO; POUCH-TWICE ;"])
@pytest.mark.parametrize("row", [0, 1])
def test_the_column_accept_speaks_for_its_order(said: str, row: int) -> None:
    """On any one row, in any case, several codes joined by semicolons."""
    rows = [{"accept": ""}, {**TWICE, "accept": ""}]
    rows[row]["accept"] = said
    other = [{KEY: "ORD-2", "first_name": "Bo"}, {**TWICE, KEY: "ORD-2", "first_name": "Bo"}]
    result = check_rows(*rows, *other)
    assert results(result) == {"ORD-1": "ready", "ORD-2": "to_correct"}
    assert waiting(result) == [("POUCH-TWICE", True), ("POUCH-TWICE", False)]


def test_an_option_speaks_for_every_order() -> None:
    """The finding stays, marked as accepted."""
    result = check_rows({}, TWICE, accepted=frozenset({"POUCH-TWICE"}))
    assert (results(result), waiting(result)) == ({"ORD-1": "ready"}, [("POUCH-TWICE", True)])


def test_only_the_accepted_code_is_accepted() -> None:
    """An order with two doubts waits for both."""
    rows = ({"postal_code": "2134"}, {**TWICE, "postal_code": ""})
    one = check_rows(*rows, accepted=frozenset({"POUCH-TWICE"}))
    assert results(one) == {"ORD-1": "to_correct"}
    both = check_rows(*rows, accepted=frozenset({"POUCH-TWICE", "ZIP-ZERO"}))
    assert results(both) == {"ORD-1": "ready"}


def test_an_error_cannot_be_accepted() -> None:
    """An order with a doubt and an error stays back, whatever is accepted, and is not built."""
    result = check_rows(
        {"city": ""}, TWICE | {"city": ""}, accepted=frozenset({"POUCH-TWICE", "VALUE-MISSING"})
    )
    assert waiting(result) == [("VALUE-MISSING", False), ("POUCH-TWICE", True)]
    assert results(result) == {"ORD-1": "to_correct"}
    assert result.orders[0].body is None


def test_the_graver_of_two_findings_decides_whatever_their_order() -> None:
    """A doubt before or after an error of the same order changes nothing."""
    for rows in (({"city": ""}, TWICE | {"city": ""}), ({}, TWICE | {"duration": "x"})):
        assert check_rows(*rows).orders[0].body is None


@pytest.mark.parametrize(
    ("said", "found"),
    [("NONSENSE", "NONSENSE"), ("VALUE-MISSING;POUCH-TWICE", "VALUE-MISSING"),
     ("A; B", "A; B"), ("POUCH-TWICE, ZIP-ZERO", "POUCH-TWICE, ZIP-ZERO")],
)  # fmt: skip
def test_a_code_that_cannot_be_accepted_is_told(said: str, found: str) -> None:
    """Unknown codes, codes of errors, and codes joined by something else accept nothing."""
    finding = only(check_rows({"accept": said}))
    assert (finding.code, finding.severity.value) == ("ACCEPT-UNKNOWN", "warning")
    assert (finding.column, finding.found, finding.order) == ("accept", found, "ORD-1")


def near(*accepts: str) -> CheckedFiles:
    """Check a file with a misspelt header, and orders that accept these codes."""
    headers = [*SOUND, "accept", "Durration"]
    rows = [
        [*{**SOUND, KEY: f"ORD-{n}", "first_name": f"Person {n}"}.values(), said, "30"]
        for n, said in enumerate(accepts)
    ]
    return check_source(TableSource(headers, rows))


def test_a_doubt_about_the_whole_file_is_accepted_order_by_order() -> None:
    """The orders that accept it go; it is accepted as a whole when all of them do."""
    some = near("HEADER-NEAR", "", "ZIP-ZERO")
    assert results(some) == {"ORD-0": "ready", "ORD-1": "to_correct", "ORD-2": "to_correct"}
    assert waiting(some) == [("HEADER-NEAR", False)]
    every = near("HEADER-NEAR", "header-near")
    assert set(results(every).values()) == {"ready"}
    assert waiting(every) == [("HEADER-NEAR", True)]


def test_an_ignored_row_accepts_nothing() -> None:
    """It was left out, and so were its words."""
    result = check_rows({"action": ""}, {**TWICE, "action": ""},
                        {"action": "IGNORE", "accept": "POUCH-TWICE"})  # fmt: skip
    assert codes(result) == ["POUCH-TWICE", "ROW-IGNORED"]
    assert results(result) == {"ORD-1": "to_correct"}


def test_no_two_doubts_share_a_cell() -> None:
    """A cell shows one finding: a second doubt behind an accepted one would never be seen."""
    columns = [rule.column for rule in RULES if rule.severity is Severity.CONFIRM]
    assert len(set(columns)) == len(columns)


# ------------------------------------------------------------------ actions
@pytest.mark.parametrize("word", ["UPDATE", "cancel", "HOLD", "Unhold"])
def test_changes_of_orders_are_not_built_yet_and_never_become_a_create(word: str) -> None:
    """The order is kept back with an error, and is not built."""
    result = check_rows({"action": ""}, {"action": word, **TWICE})
    told = [f.code for f in result.findings if f.severity.value == "error"]
    assert told == ["ACTION-UNSUPPORTED"]
    assert results(result) == {"ORD-1": "to_correct"}


@pytest.mark.parametrize("word", ["", "NEW"])
def test_a_new_order_is_what_is_wanted_by_default(word: str) -> None:
    """Said or not."""
    result = check_rows({"action": word})
    assert (codes(result), results(result)) == ([], {"ORD-1": "ready"})


def test_an_unknown_action_is_an_error() -> None:
    """It is neither done nor left out."""
    assert codes(check_rows({"action": "DELETE"})) == ["CHOICE-UNKNOWN"]
