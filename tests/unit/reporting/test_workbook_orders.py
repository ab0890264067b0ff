"""The correction workbook says what is wrong, where, and what to do, in whole orders."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from loader.core.correction import Correction, CorrectionRow
from loader.core.findings import Finding, Severity
from loader.core.model import Result
from loader.core.normalise import known_header
from loader.reporting import workbook
from loader.reporting.workbook import correction_workbook
from schemas.words import OUR_COLUMNS
from tests.unit.reporting.corrections import HEADERS, correction, finding, order

ROWS = [["RX-1", "Ada", "wrong"], ["RX-1", "", ""]]


def sheets(found: Correction) -> tuple[Any, Any, Any]:
    """Return the sheets of orders, words and findings as openpyxl reads them."""
    orders, words, findings = load_workbook(BytesIO(correction_workbook(found))).worksheets
    return orders, words, findings


def texts(page: Any) -> list[list[object]]:  # noqa: ANN401  # openpyxl's sheet
    """Return all rows of a sheet."""
    return [list(row) for row in page.iter_rows(values_only=True)]


def words_of(found: Correction) -> str:
    """Return the page that explains the workbook."""
    return "\n".join(str(text) for (text,) in texts(sheets(found)[1]))


def test_the_authors_columns_stand_behind_ours() -> None:
    """Result, what to do and the row of the file come first; then the columns in their order."""
    header, first, second = texts(sheets(correction(ROWS, at_cell={(2, 2): [finding()]}))[0])
    assert header == [*OUR_COLUMNS, *HEADERS]
    assert first[:3] == ["To correct", "Note: It is so. Mend it.", 2]
    assert second[:3] == ["To correct", "Keep as it is: part of the order.", 3]


def test_a_wrong_cell_is_marked_and_explained() -> None:
    """It is filled and bordered, with a note: code, message, what is allowed, how to mend it."""
    page, _, _ = sheets(correction(ROWS, at_cell={(2, 2): [finding()]}))
    cell = page["F2"]
    assert cell.comment.text == "EMAIL-FORM: It is so.\nAllowed: this.\nMend it."
    assert cell.fill.fill_type == "solid"
    assert cell.border.left.style == "medium"
    assert page["E2"].comment is None
    assert page["E2"].fill.fill_type is None


def test_what_may_be_meant_is_said_and_never_filled_in() -> None:
    """A suggestion stands in the advice, the note and the list of findings, not in the cell."""
    found = replace(finding(), suggestion="right")
    page, _, listed = sheets(correction(ROWS, at_cell={(2, 2): [found]}))
    assert page["F2"].value == "wrong"
    assert page["B2"].value == "Note: It is so. Mend it. Suggested: right"
    assert page["F2"].comment.text == (
        "EMAIL-FORM: It is so.\nAllowed: this.\nSuggested: right\nMend it."
    )
    header, row = texts(listed)
    assert row[header.index("Suggested")] == "right"


def test_weights_differ_in_colour() -> None:
    """Errors, doubts and warnings each have their own; notes and what was accepted have none."""
    found = {
        (2, 0): [finding()], (2, 1): [finding(Severity.CONFIRM)],
        (2, 2): [finding(Severity.WARNING)], (3, 0): [finding(Severity.NOTE)],
    }  # fmt: skip
    page, _, _ = sheets(correction(ROWS, at_cell=found))
    colours = [page[cell].fill.fgColor.rgb for cell in ("D2", "E2", "F2")]
    assert len(set(colours)) == 3
    assert page["D3"].fill.fill_type is None


def test_what_waits_can_be_accepted_in_the_workbook() -> None:
    """An order that only waits says so, and which code to write into which column."""
    doubt = finding(Severity.CONFIRM, "ZIP-ZERO")
    page, _, _ = sheets(correction(ROWS, at_cell={(2, 2): [doubt]}, added=("accept",)))
    header, first, second = texts(page)
    assert header[-1] == "accept"
    assert first[0] == second[0] == "To confirm"
    assert "To accept it, write ZIP-ZERO into the column accept." in str(first[1])


def test_a_header_that_is_wrong_is_marked_itself() -> None:
    """A finding on a header stands at the header."""
    page, _, _ = sheets(correction(ROWS, at_cell={(0, 1): [finding(Severity.CONFIRM)]}))
    assert page["E1"].comment.text.startswith("EMAIL-FORM")


def test_a_row_of_no_order_says_so() -> None:
    """Rows outside any order come along with what to do about them."""
    lost = Finding(
        code="KEY-MISSING", severity=Severity.ERROR, message="It has none.", row=3, help="Write it."
    )
    rows = (CorrectionRow(3, ("", "x", ""), None),)
    found = replace(correction([], at_row={3: [lost]}, findings=(lost,)), rows=rows)
    assert texts(sheets(found)[0])[1][:3] == ["Outside any order", "It has none. Write it.", 3]
    assert "1 row outside any order" in words_of(found)


def test_what_ok_capsule_said_stands_first() -> None:
    """A refused order carries the words of the refusal."""
    refused = order(result=Result.REFUSED, error={"message": "No such packaging."})
    found = replace(correction([]), rows=(CorrectionRow(2, ("RX-1", "", ""), refused),))
    first = texts(sheets(found)[0])[1]
    assert first[:2] == ["Refused", "OK Capsule refused the order: No such packaging."]


def test_a_cell_whose_text_would_look_right_stays_wrong() -> None:
    """An error stands in its place, and the note says what it was and what it showed."""
    found = correction(ROWS, at_cell={(2, 2): [finding()]}, unfit={(2, 2): "a date"})
    page, _, _ = sheets(found)
    assert page["F2"].value == "#N/A"
    assert page["F2"].data_type == "s"
    assert "In your file this cell is a date. Type the value in its place. It showed: was" in (
        page["F2"].comment.text
    )
    assert "1 cell shows #N/A" in words_of(found)


def test_all_findings_are_listed_with_both_places() -> None:
    """The sheet of findings names the cell of the file and that of the workbook, gravest first."""
    found = {(2, 1): [finding(Severity.WARNING)], (2, 2): [finding()]}
    header, first, second = texts(sheets(correction(ROWS, at_cell=found))[2])
    row = dict(zip(header, first, strict=True))
    assert row["Weight"] == "error"
    assert (row["Cell in this workbook"], row["Cell of your file"]) == ("F2", "C2")
    assert second[0] == "warning"


def test_only_the_orders_look_like_orders() -> None:
    """No other sheet has headers that the loader knows, so that it reads the right one."""
    for page in sheets(correction(ROWS, at_cell={(2, 2): [finding()]}))[1:]:
        first = next(page.iter_rows(values_only=True))
        assert not any(known_header(str(text)) for text in first)


def test_what_was_left_out_is_said() -> None:
    """Hidden and ignored rows are not in the workbook, and it says how many they are."""
    words = words_of(correction(ROWS, skipped={"ROW-HIDDEN": 2, "ROW-IGNORED": 1}))
    assert "Not in this workbook: 2 hidden rows of your file." in words
    assert "Not in this workbook: 1 row with IGNORE." in words


def test_notes_are_many_but_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most that a spreadsheet opens in time, cells are marked without a note."""
    monkeypatch.setattr(workbook, "MOST_NOTES", 1)
    found = {(2, 0): [finding()], (2, 1): [finding()]}
    page, _, _ = sheets(correction(ROWS, at_cell=found))
    assert page["D2"].comment is not None
    assert page["E2"].comment is None
    assert page["E2"].fill.fill_type == "solid"


def test_the_view_is_made_for_work() -> None:
    """Our columns and the header stay in sight, and every column can be filtered."""
    page, _, _ = sheets(correction(ROWS))
    assert page.freeze_panes == "D2"
    assert page.auto_filter.ref == "A1:F3"
    assert page.column_dimensions["B"].width > 40
