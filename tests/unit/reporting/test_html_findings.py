"""Findings are folded into cards that name every row and no person."""

from dataclasses import replace

from loader.core.findings import Finding, Severity
from loader.core.model import InputFile, InputSummary, Run
from loader.core.privacy import Privacy
from loader.reporting.finding_cards import MOST_VALUES, finding_cards, parts

EMAIL = Finding(
    code="EMAIL-FORM", severity=Severity.ERROR, message="This is not an e-mail address.",
    sheet="Orders", row=5, column="email", header="Patient email", cell="E5",
    found="ada(at)example.com", personal=True, allowed="an e-mail address", help="Correct it.",
    order="RX-1",
)  # fmt: skip


def run_of(*findings: Finding) -> Run:
    """Return a run with these findings."""
    run = Run(command="validate", run_id="run_1", env="sandbox", base_url=None, started_at=0.0)
    run.findings = list(findings)
    run.inputs = [InputSummary(InputFile(f"{name}.csv", "", None, None, None), 9) for name in "ab"]
    return run


def test_equal_findings_are_one_card_with_all_rows_and_cells() -> None:
    """Two values in one column stand in one card; each line names its rows and cells."""
    run = run_of(
        EMAIL,
        replace(EMAIL, row=6, cell="E6"),
        replace(EMAIL, row=9, cell="E9", order="RX-2", found="bob"),
    )
    (card,) = finding_cards(run, Privacy.FULL)
    assert [(value.found, value.rows, value.cells) for value in card.values] == [
        ("ada(at)example.com", "5 to 6", "E5 to E6"),
        ("bob", "9", "E9"),
    ]
    assert (card.count, card.orders, card.column) == (3, ("RX-1", "RX-2"), "Patient email")


def test_values_that_look_alike_masked_are_one_line() -> None:
    """Masking happens before folding, so that no line hints at a second, hidden difference."""
    run = run_of(EMAIL, replace(EMAIL, row=7, cell="E7", found="amy(xx)example.com"))
    (card,) = finding_cards(run, Privacy.MASKED)
    assert [(value.found, value.rows) for value in card.values] == [("axx(xx)xxxxxxx.xxx", "5, 7")]


def test_without_personal_values_the_place_remains() -> None:
    """With privacy none the value is gone, and the row and the fix are still there."""
    (card,) = finding_cards(run_of(EMAIL), Privacy.NONE)
    (value,) = card.values
    assert (value.found, value.why, value.cells) == (None, "not shown", "E5")
    assert "ada" not in repr(card)


def test_an_empty_cell_is_told_from_a_hidden_one() -> None:
    """A missing value is called empty, whatever the privacy."""
    (card,) = finding_cards(run_of(replace(EMAIL, found="")), Privacy.NONE)
    assert card.values[0].why == "empty"


def test_messages_that_differ_stand_beside_their_values() -> None:
    """Findings of one code that say different things keep their words."""
    run = run_of(EMAIL, replace(EMAIL, row=6, message="It has two signs @."))
    (card,) = finding_cards(run, Privacy.MASKED)
    assert card.message == ""
    assert [value.message for value in card.values] == [EMAIL.message, "It has two signs @."]


def test_files_and_sheets_are_kept_apart() -> None:
    """The same fault in two files is two cards, each with its file's name."""
    run = run_of(EMAIL, replace(EMAIL, input=1))
    assert [card.file for card in finding_cards(run, Privacy.MASKED)] == ["a.csv", "b.csv"]


def test_many_values_are_cut_and_counted() -> None:
    """A card lists so many values and says how many more there are, with their rows."""
    extra = 3
    run = run_of(
        *(replace(EMAIL, row=n, found=f"{'x' * n}") for n in range(2, MOST_VALUES + 2 + extra))
    )
    (card,) = finding_cards(run, Privacy.FULL)
    assert len(card.values) == MOST_VALUES
    assert (card.more, card.more_rows) == (extra, f"{MOST_VALUES + 2} to {MOST_VALUES + 4}")


def test_cards_stand_under_what_they_ask_for() -> None:
    """Errors come first; a doubt that somebody accepted is no longer asked for."""
    run = run_of(
        replace(EMAIL, severity=Severity.NOTE),
        replace(EMAIL, severity=Severity.CONFIRM, accepted=True),
        replace(EMAIL, severity=Severity.CONFIRM),
        replace(EMAIL, severity=Severity.WARNING),
        EMAIL,
    )
    names = [part.name for part in parts(finding_cards(run, Privacy.MASKED))]
    assert names == ["error", "confirm", "accepted", "warning", "note"]


def test_a_finding_on_the_whole_file_has_no_rows() -> None:
    """It is counted once and names no row."""
    (card,) = finding_cards(run_of(replace(EMAIL, row=None, cell=None)), Privacy.MASKED)
    assert (card.placed, card.count, card.values[0].rows) == (False, 1, "")
