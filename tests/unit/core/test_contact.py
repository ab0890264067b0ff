"""Contact data: what is doubtful is a warning with a suggestion; the vendor's limits are errors."""

import pytest

from loader.core.document import to_document
from loader.core.model import Run
from loader.core.payload import request_of
from loader.core.privacy import Privacy
from schemas.pouch_orders import KEY
from tests.unit.core.tables import Column, check_rows, codes, only


def sent(column: Column) -> list[str]:
    """Return the country of each order that is sent."""
    orders = column.result.orders
    return [request_of(o.body or b"")["shipping_address"]["country_name"] for o in orders]


# ------------------------------------------------------------------ countries
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UK", "United Kingdom"), ("U.K.", "United Kingdom"), ("Holland", "Netherlands"),
        ("USA", "United States"), ("U.S.A.", "United States"), ("us", "United States"),
        ("The Netherlands", "Netherlands"), ("Deutschland", "Germany"), ("NL", "Netherlands"),
        ("NLD", "Netherlands"), ("españa", "Spain"), ("Espana", "Spain"), ("日本", "Japan"),
        ("UNITED STATES", "United States"), ("Türkiye", "Turkey"), ("HK", "Hong Kong"),
        ("Trinidad & Tobago", "Trinidad and Tobago"), ("St. Lucia", "Saint Lucia"),
        ("Duitsland", "Germany"), ("Belgien", "Belgium"), ("Pays-Bas", "Netherlands"),
        ("Estados Unidos", "United States"), ("Vereinigte Staaten", "United States"),
        ("Oostenrijk", "Austria"), ("Suiza", "Switzerland"), ("Großbritannien", "United Kingdom"),
    ],
)  # fmt: skip
def test_a_country_is_sent_by_its_usual_english_name(text: str, name: str) -> None:
    """Codes and names of its own languages are understood; a note says what is sent."""
    column = Column("country_name", [text])
    assert column.told() == column.all_are("COUNTRY-TIDIED", "note")
    assert column.messages()[text] == f"{name} is sent."
    assert sent(column) == [name]


def test_a_usual_name_is_sent_as_it_stands() -> None:
    """Nothing is told of it."""
    texts = ["United States", "Netherlands", "Germany", "Turkey", "Hong Kong", "Ivory Coast"]
    column = Column("country_name", texts)
    assert column.told() == column.none()
    assert sent(column) == texts


def test_a_country_that_is_not_known_is_sent_as_it_stands_with_a_suggestion() -> None:
    """A warning; where a name is near it is suggested, never taken."""
    meant = {"Untied States": "United States", "Netherland": "Netherlands", "Atlantis": None,
             "Congo": None, "X": None}  # fmt: skip
    column = Column("country_name", list(meant))
    assert column.told() == column.all_are("COUNTRY-UNKNOWN", "warning")
    assert sent(column) == list(meant)
    assert [f.suggestion for f in column.result.findings] == list(meant.values())


def test_a_way_of_writing_a_country_is_told_once_with_its_count() -> None:
    """One finding for one cause, however many rows have it."""
    rows = [{KEY: f"ORD-{n}", "last_name": f"E{n}", "country_name": "USA" if n else "UK"}
            for n in range(4)]  # fmt: skip
    told = [(f.row, f.order, f.message) for f in check_rows(*rows).findings]
    assert told == [
        (2, "ORD-0", "United Kingdom is sent."),
        (3, "ORD-1", "United States is sent, here and in 2 other rows."),
    ]
    assert only(check_rows(rows[0])).message == "United Kingdom is sent."


def test_two_ways_of_writing_one_country_are_no_contradiction() -> None:
    """USA and United States on two rows of an order mean the same."""
    other = "00000000-0000-4000-8000-000000000112"
    result = check_rows({"country_name": "USA"}, {"client_product_id": other})
    assert codes(result) == ["COUNTRY-TIDIED"]


def test_a_country_cell_that_is_an_error_is_told_once() -> None:
    """N/A is no country; that it is unknown as well goes without saying."""
    assert only(check_rows({"country_name": "N/A"})).code == "CELL-PLACEHOLDER"


# ------------------------------------------------------------------ telephones
@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("(213) 373-4253", "United States", "+12133734253"),
        ("213.373.4253 ext. 12", "USA", "+12133734253ext12"),
        ("020 1234567", "Netherlands", "+31201234567"),
        ("31201234567", "Holland", "+31201234567"),
        ("0031 20 1234567", "Netherlands", "+31201234567"),
        ("+44 20 79460018", "United States", "+442079460018"),
        ("030 901820", "Deutschland", "+4930901820"),
        ("020 1234567", "Atlantis", None),
    ],
)
def test_the_normal_form_of_a_number_is_suggested(
    text: str, country: str, normal: str | None
) -> None:
    """The order's country says which number a national one is; without one nothing is guessed."""
    result = check_rows({"phone_number": text, "country_name": country})
    [finding] = [f for f in result.findings if f.column == "phone_number"]
    assert (finding.code, finding.severity.value) == ("PHONE-FORM", "warning")
    assert finding.suggestion == normal
    body = request_of(result.orders[0].body or b"")
    assert body["consumer"]["phone_number"] == text


@pytest.mark.parametrize(
    "text",
    ["+1213373425", "+121337342531", "+44207946001812", "+99912345678", "213 373", "+31 20 12"],
)
def test_a_number_that_nobody_can_have_is_a_warning(text: str) -> None:
    """Too few digits, too many, or a country code that is none; nothing is suggested."""
    finding = only(check_rows({"phone_number": text}))
    assert (finding.code, finding.severity.value, finding.suggestion) == (
        "PHONE-UNLIKELY", "warning", None,
    )  # fmt: skip


def test_the_country_of_a_number_may_stand_on_another_row() -> None:
    """Both belong to the order."""
    other = "00000000-0000-4000-8000-000000000112"
    result = check_rows(
        {"country_name": "Netherlands", "phone_number": ""},
        {"country_name": "", "phone_number": "020 1234567", "client_product_id": other},
    )
    assert (only(result).row, only(result).suggestion) == (3, "+31201234567")


def test_alike_numbers_are_judged_alike_whatever_stood_before() -> None:
    """What is remembered of one number holds for those of the same beginning and length only."""
    texts = ["+12133734253", "+12133734254", "+1213373425", "+442079460018", "+44207946001812"]
    told = Column("phone_number", texts).told()
    assert [bool(told[text]) for text in texts] == [False, False, True, False, True]


@pytest.mark.parametrize(
    ("privacy", "shown"),
    [(Privacy.FULL, "+31201234567"), (Privacy.MASKED, "+99999999999"), (Privacy.NONE, None)],
)
def test_a_suggestion_is_masked_as_the_value_is(privacy: Privacy, shown: str | None) -> None:
    """It is the person's number, too."""
    result = check_rows({"phone_number": "020 1234567", "country_name": "Netherlands"})
    run = Run(
        command="validate", run_id="run_1", env="sandbox", base_url=None, started_at=0.0,
        findings=result.findings, inputs=result.inputs,
    )  # fmt: skip
    [finding] = to_document(run, privacy)["findings"]
    assert finding["suggestion"] == shown


# ------------------------------------------------------------------ e-mail
def test_a_slip_of_the_domain_is_suggested_with_the_whole_address() -> None:
    """To be copied as it stands."""
    finding = only(check_rows({"email": "Ada.B@gmial.com"}))
    assert (finding.code, finding.suggestion) == ("EMAIL-SLIP", "Ada.B@gmail.com")


@pytest.mark.parametrize("text", ["ada@clinic.local", "ada@a.test", "ada@x.invalid"])
def test_a_domain_where_no_mail_arrives_is_a_warning(text: str) -> None:
    """Reserved domains; nobody asks the network."""
    finding = only(check_rows({"order_email": text}))
    assert (finding.code, finding.severity.value) == ("EMAIL-DOMAIN", "warning")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ada.example.com", "An email address must have an @-sign."),
        ("ada..b@example.com", "An email address cannot have two periods in a row."),
        ("ada b@example.com", "The email address contains invalid characters before the @-sign."),
    ],
)
def test_the_message_says_what_is_wrong_with_an_address(text: str, why: str) -> None:
    """An error still, and nothing of the address is repeated."""
    finding = only(check_rows({"email": text}))
    assert (finding.code, finding.severity.value, finding.message) == ("EMAIL-FORM", "error", why)


def test_a_telephone_number_is_judged_where_no_order_names_a_country() -> None:
    """The country is missing everywhere, which is told; a number is doubtful all the same."""
    result = check_rows({"phone_number": "020 1234567", "country_name": ""})
    assert sorted(codes(result)) == ["PHONE-FORM", "VALUE-MISSING"]
