"""Rows that mean a person whom OK Capsule knows: the id is sent in place of the names."""

from dataclasses import replace
from pathlib import Path

from loader.app.check import CheckedFiles, check_files
from loader.core.mapping import Person
from loader.core.mapping_people import identity, people_of
from loader.core.model import ReadOptions, Result
from loader.core.payload import request_of
from tests.unit.core.mapped import CATALOGUE, profile, refused, sheet
from tests.unit.core.tables import TableSource

ADA = "00000000-0000-4000-8000-000000000a01"
BEN = "00000000-0000-4000-8000-000000000b02"
TEXT = """version = 1
[columns]
"No" = "source_client_order_id"
"What" = "product"
[consumers]
results = "october.xlsx"
match = ["Client", "Born"]
"""
HEADERS = ("No", "Client", "Born", "What")
KNOWN: dict[tuple[str, ...], Person] = {
    ("7", "1980"): Person(ADA, "Ada", "Example"),
    ("8", "1990"): Person(BEN, "Ben", "Sample"),
    ("9", "2000"): Person("", "", ""),
}


def check(source: TableSource, *accepted: str, text: str = TEXT) -> CheckedFiles:
    """Check a table under the profile with the known persons."""
    options = ReadOptions(profile=replace(profile(text), people=KNOWN))
    result = check_files(
        [Path("table")], lambda _: source, options, catalogue=CATALOGUE,
        accepted=frozenset(accepted),
    )  # fmt: skip
    result.findings = [f for f in result.findings if f.code != "MAP-NO-SIZES"]
    return result


def consumers(result: CheckedFiles) -> list[dict[str, object]]:
    """Return the consumer of each request."""
    return [request_of(order.body or b"{}").get("consumer", {}) for order in result.orders]


def told(result: CheckedFiles) -> list[tuple[str, int | None, str | None]]:
    """Return code, row and cell of each finding."""
    return [(finding.code, finding.row, finding.cell) for finding in result.findings]


def test_a_known_person_is_sent_by_id_and_others_by_name() -> None:
    """Capitals and blanks in the match do not count; one note says how many rows there were."""
    rows = [("1", " 7", "1980", "Zinc 15 mg"), ("2", "70", "1980", "Zinc 15 mg")]
    result = check(sheet(HEADERS, *rows))
    assert consumers(result) == [{"id": ADA}, {"first_name": "Ada", "last_name": "Example"}]
    (note,) = result.findings
    assert (note.code, note.severity.value) == ("MAP-PERSON", "note")
    assert note.message == (
        '1 row names a person whom OK Capsule knows by id, by "Client", "Born" in october.xlsx.'
    )


def test_all_rows_of_an_order_name_the_same_person() -> None:
    """In long layout each row with the match takes the id: they agree with each other."""
    rows = [("1", "7", "1980", "Zinc 15 mg"), ("1", "7", "1980", "Iron 18 mg")]
    result = check(sheet(HEADERS, *rows))
    assert consumers(result) == [{"id": ADA}]
    assert "2 rows name persons" in result.findings[0].message


def test_another_name_waits_for_somebody_to_look() -> None:
    """The number may belong to another patient now; accepted, the known person is sent."""
    source = sheet(HEADERS, ("1", "8", "1990", "Zinc 15 mg"))
    result = check(source)
    assert told(result)[1:] == [("MAP-PERSON-RENAMED", 2, "E2")]
    renamed = result.findings[1]
    assert (renamed.found, renamed.suggestion) == ("Ada Example", "Ben Sample")
    assert renamed.personal
    assert not {"Ben", "Ada"} & set((renamed.message + renamed.allowed + renamed.help).split())
    assert result.orders[0].result is Result.TO_CORRECT
    assert consumers(check(source, "MAP-PERSON-RENAMED")) == [{"id": BEN}]


def test_two_persons_under_one_match_are_nobody() -> None:
    """The names stay, and the order waits: a new person is made only if that is accepted."""
    source = sheet(HEADERS, ("1", "9", "2000", "Zinc 15 mg"))
    result = check(source)
    assert told(result) == [("MAP-PERSON-TWO", 2, "B2")]
    accepted = consumers(check(source, "MAP-PERSON-TWO"))
    assert accepted == [{"first_name": "Ada", "last_name": "Example"}]


def test_an_id_in_the_file_is_stronger() -> None:
    """A row that names an id itself is left as it is."""
    headers = ("No", "Client", "Born", "What", "consumer_id")
    rows = [("1", "7", "1980", "Zinc 15 mg", BEN)]
    result = check(TableSource(
        (*headers, "Street", "City", "Country"), [(*rows[0], "1 Sample Street", "Sampleton",
                                                   "Austria")],
    ))  # fmt: skip
    assert consumers(result) == [{"id": BEN}]
    assert told(result) == []


def test_rows_that_are_left_out_are_nobody() -> None:
    """A row that is no order, or skipped, takes no id and is not counted."""
    row = ("1", "7", "1980", "Zinc 15 mg")
    result = check(sheet(HEADERS, row, ("2", *row[1:]), hidden=[1]))
    messages = [f.message for f in result.findings if f.code == "MAP-PERSON"]
    assert [message.partition(" whom")[0] for message in messages] == ["1 row names a person"]


def test_in_wide_layout_the_whole_row_is_one_person() -> None:
    """A doubt is told once, though the row holds several contents."""
    text = """version = 1
[columns]
"No" = "source_client_order_id"
[wide.cells."AM"]
time_of_administration = "Morning"
[consumers]
results = ["october.xlsx", "september.xlsx"]
match = ["Client", "Born"]
"""
    both = "1 x Zinc 15 mg; 1 x Iron 18 mg"
    rows = [("1", "7", "1980", both), ("2", "8", "1990", both)]
    result = check(sheet(("No", "Client", "Born", "AM"), *rows), text=text)
    assert consumers(result)[0] == {"id": ADA}
    assert [code for code, *_ in told(result)] == ["MAP-PERSON", "MAP-PERSON-RENAMED"]


def test_who_is_known_from_the_rows_of_a_workbook() -> None:
    """Rows without id or with an empty match are nobody's; two ids for one match are nobody."""
    people = people_of(
        [
            (identity(["7 ", "Jan"]), Person(ADA, "Ada", "Example")),
            (identity(["7", "JAN"]), Person(ADA.upper(), "Ada", "Example")),
            (identity(["8", "Feb"]), Person(ADA, "", "")),
            (identity(["8", "Feb"]), Person(BEN, "", "")),
            (identity(["9", ""]), Person(BEN, "", "")),
            (identity(["10", "x"]), Person("", "Cleo", "Sample")),
        ]
    )
    assert people == {
        ("7", "jan"): Person(ADA, "Ada", "Example"), ("8", "feb"): Person("", "", ""),
    }  # fmt: skip


def test_workbook_and_match_belong_together() -> None:
    """One without the other means nothing, and is refused."""
    for line in ('results = "a.xlsx"', 'match = ["Client"]'):
        text = TEXT.partition("[consumers]")[0] + f"[consumers]\n{line}\n"
        assert "consumers." in refused(text).message


def test_a_column_that_names_the_person_is_still_sent() -> None:
    """A header that is known by itself keeps its meaning; an own number of the person has none."""
    text = TEXT.replace('["Client", "Born"]', '["E-mail"]')
    source = sheet(("No", "E-mail", "What"), ("1", "ada@example.net", "Zinc 15 mg"))
    assert [one["email"] for one in consumers(check(source, text=text))] == ["ada@example.net"]
    text = TEXT.replace('["Client", "Born"]', '["Patient ID"]')
    source = sheet(("No", "Patient ID", "What"), ("1", "7", "Zinc 15 mg"))
    assert told(check(source, text=text)) == []
