"""Headers: which column a header names, and what is said of those that name none."""

import pytest

from loader.app.check import CheckedFiles
from loader.core.errors import InputError
from loader.core.findings import Finding, Severity
from loader.core.normalise import known_header
from loader.core.payload import request_of
from schemas.examples import SOUND
from schemas.pouch_orders import KEY
from tests.unit.core.tables import TableSource, check_source, codes, only, results


def with_column(header: str, text: str = "x", *, first_column: int = 0) -> CheckedFiles:
    """Check the sound row with one more column."""
    source = TableSource(
        [*SOUND, header], [[*SOUND.values(), text]], first_column=first_column
    )  # fmt: skip
    return check_source(source)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("duration", "duration"), ("DURATION", "duration"), (" Duration ", "duration"),
        ("order_line.duration", "duration"), ("orderline-duration", "duration"),
        ("pouch.custom_label", "custom_label"), ("Custom Label", "custom_label"),
        ("custom-label", "custom_label"), ("CustomLabel", "custom_label"),
        ("\ufeffZip", "postal_code"), ("Postcode", "postal_code"),
        ("shipping_address.postal_code", "postal_code"), ("Zip\u00a0Code", "postal_code"),
        ("order.email", "order_email"), ("order_email", "order_email"), ("email", "email"),
        ("consumer.email", "email"), ("E-mail", "email"), ("order.note", "note"),
        ("order.phone_number", "order_phone_number"), ("order_line.name", "line_name"),
        ("content.serving_size", "serving_size"), ("pouch.pack_id", "pack_id"),
        ("order_line.is_expedited", "is_expedited"),
    ],
)  # fmt: skip
def test_a_header_is_matched_after_folding_by_name_path_or_alias(header: str, column: str) -> None:
    """The column's own name, the API's dotted path and the declared aliases mean the same."""
    assert known_header(header)
    finding = only(with_column(header, "a\x07b"))
    assert (finding.code, finding.column, finding.header) == ("TEXT-CONTROL", column, header)


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("consumer.first_name", "first_name"), ("shipping_address.city", "city"),
        ("order_line.duration", "duration"), ("pouch.custom_label", "custom_label"),
        ("First name", "first_name"), ("Patient first name", "first_name"), ("Zip", "postal_code"),
        ("Postcode", "postal_code"), ("Street", "address1"), ("AM/PM", "time_of_administration"),
    ],
)  # fmt: skip
def test_the_headers_that_the_order_file_promises_are_known(path: str, column: str) -> None:
    """Each of the examples of the order file's own description is read as its column."""
    cells = {header: text for header, text in SOUND.items() if header != column}
    value = "30" if column == "duration" else "12345"
    result = check_source(TableSource([*cells, path], [[*cells.values(), value]]))
    body = (result.orders[0].body or b"").decode()
    assert "12345" in body or '"duration":30' in body


def test_an_unknown_header_is_a_warning_and_is_never_mapped() -> None:
    """It is for the author's own use; the finding stands at the header."""
    result = with_column("Internal ref", "42", first_column=1)
    finding = only(result)
    assert (finding.code, finding.severity) == ("HEADER-UNKNOWN", Severity.WARNING)
    assert (finding.header, finding.cell, finding.row) == ("Internal ref", "J1", None)
    assert results(result) == {"ORD-1": "ready"}
    assert b"42" not in (result.orders[0].body or b"")


@pytest.mark.parametrize(
    ("header", "closest"),
    [("Serving sise", "serving_size"), ("Durration", "duration"), ("Pouch lable", "custom_label"),
     ("accpet", "accept")],
)  # fmt: skip
def test_a_header_that_looks_misspelt_keeps_all_orders_of_the_file_back(
    header: str, closest: str
) -> None:
    """If it is meant, leaving it out would change a dose: a person has to say."""
    result = with_column(header)
    finding = only(result)
    assert (finding.code, finding.severity) == ("HEADER-NEAR", Severity.CONFIRM)
    assert f"the closest is {closest}." in finding.message
    assert results(result) == {"ORD-1": "to_correct"}


def test_a_column_that_is_there_already_is_not_what_another_is_misspelt_for() -> None:
    """`Citty` beside `city` is somebody's own column, with the closest name for a hint."""
    finding = only(with_column("Citty"))
    assert finding.code == "HEADER-UNKNOWN"
    assert "the closest is city" in finding.message


@pytest.mark.parametrize("header", ["Result", "What to do", "Source row", "source_ROW"])
def test_our_own_columns_are_left_alone_when_they_come_back(header: str) -> None:
    """A corrected workbook needs no clearing out."""
    assert codes(with_column(header, "Fill the cell.")) == []


@pytest.mark.parametrize("header", ["", "  ", "\u00a0"])
def test_a_column_without_a_header_is_not_spoken_of_here(header: str) -> None:
    """Whoever reads the file knows whether it holds anything."""
    assert codes(with_column(header)) == []


@pytest.mark.parametrize("second", ["city", "Town", "shipping_address.city", "CITY"])
def test_two_columns_that_mean_one_are_refused_with_the_file(second: str) -> None:
    """Both headers are named."""
    with pytest.raises(InputError, match=r"'city' and ") as refusal:
        with_column(second)
    assert repr(second) in refusal.value.message
    assert refusal.value.exit_code == 3


def test_a_file_without_the_key_is_refused() -> None:
    """Its headers are named, and how to call the column."""
    with pytest.raises(InputError, match="no column for the order number") as refusal:
        check_source(TableSource(["city", "Klantnummer"], [["x", "1"]]))
    assert "'Klantnummer'" in refusal.value.hint
    assert "Order ID" in refusal.value.hint


def test_a_header_without_rows_is_refused() -> None:
    """There is nothing to order."""
    with pytest.raises(InputError, match="no rows below it"):
        check_source(TableSource([KEY], []))


def test_columns_may_stand_in_any_order() -> None:
    """The request and the findings' columns are the same; only the cells move."""
    names = list(SOUND)
    bodies = set()
    for order in (names, names[::-1]):
        result = check_source(TableSource(order, [[SOUND[name] for name in order]]))
        bodies.add(result.orders[0].body)
    assert len(bodies) == 1
    assert request_of(bodies.pop() or b"")["consumer"]["first_name"] == "Ada"


def test_what_was_found_at_opening_is_told_with_its_file() -> None:
    """Findings of the source keep their words, and get the index of their file."""
    found = Finding(code="FILE-HIDDEN-SHEET", severity=Severity.NOTE, message="Sheet2 is hidden.")
    sound = [[*SOUND.values()]]
    other = [[{**SOUND, KEY: "ORD-2", "first_name": "Bo"}[name] for name in SOUND]]
    result = check_source(
        TableSource(list(SOUND), sound), TableSource(list(SOUND), other, findings=[found])
    )
    assert [(f.code, f.input) for f in result.findings] == [("FILE-HIDDEN-SHEET", 1)]


def test_a_sheet_of_somebody_else_is_led_to_a_profile() -> None:
    """No key, and headers that mean nothing here: both say what drafts a mapping profile."""
    with pytest.raises(InputError) as refusal:
        check_source(TableSource(["First name", "Kolom"], [["Ada", "x"]]))
    assert "order-loader map suggest FILE" in refusal.value.hint
    assert "order-loader map suggest FILE" in only(with_column("Kolom")).help
