"""Masking shows the shape of a value and never the value; personal columns stay personal."""

import json

import pytest

from loader.core.document import to_document
from loader.core.findings import Finding, Severity
from loader.core.model import InputFile, InputSummary, Order, Result, Run
from loader.core.payload import canonical
from loader.core.privacy import Privacy, mask, printable, shown, shown_request
from schemas.pouch_orders import FIELDS

PERSONAL = {
    "order_email", "order_phone_number", "note", "first_name", "last_name", "email",
    "phone_number", "addressee", "address1", "address2", "city", "province_name", "postal_code",
    "physician_name", "custom_label",
}  # fmt: skip


def test_names_addresses_and_what_people_write_are_personal() -> None:
    """Ids, products, numbers and the key are not; the country alone tells nobody."""
    assert {field.name for field in FIELDS if field.personal} == PERSONAL


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ada", "Axx"), ("Ada Example", "Axx xxxxxxx"), ("ada@example.com", "axx@xxxxxxx.xxx"),
        ("+1 (213) 373-4253", "+9 (999) 999-9999"), ("62701", "69999"), ("1 Elm St", "1 xxx xx"),
        ("A", "x"), ("7", "9"), ("A.", "x."), ("é", "x"), ("-", "-"), ("", ""), ("李", "x"),
        ("李小龍", "李xx"), ("नमस्ते", "नxxxxx"), ("Ⅷ", "x"), ("²", "9"), ("O'Neil", "O'xxxx"),
        ("x" * 41, "x" * 40 + "…"), ("👩🏽 Ada", "👩x xxx"), ("Zoe\u0308", "Zxxx"),
    ],
)  # fmt: skip
def test_masked_is_the_shape_of_a_text(text: str, masked: str) -> None:
    """The first character, x for letters and 9 for digits, signs as they are; never all of it."""
    assert mask(text) == masked


def test_what_is_not_personal_is_shown_and_what_is_absent_stays_absent() -> None:
    """Privacy is about people."""
    for privacy in Privacy:
        assert shown("Morning", personal=False, privacy=privacy) == "Morning"
        assert shown(None, personal=True, privacy=privacy) is None
    assert shown("Ada", personal=True, privacy=Privacy.FULL) == "Ada"
    assert shown("Ada", personal=True, privacy=Privacy.MASKED) == "Axx"
    assert shown("Ada", personal=True, privacy=Privacy.NONE) is None


SECRET = "Quetzalcoatl"
REQUEST = {
    "source_client_order_id": "ORD-1", "note": SECRET, "email": f"{SECRET}@example.com",
    "phone_number": SECRET,
    "consumer": {"first_name": SECRET, "last_name": SECRET, "email": SECRET,
                 "phone_number": SECRET},
    "shipping_address": {"addressee": SECRET, "address1": SECRET, "address2": SECRET,
                         "city": SECRET, "province_name": SECRET, "postal_code": SECRET,
                         "country_name": "United States"},
    "order_lines": [{"physician_name": SECRET, "duration": 30, "pouches": [
        {"custom_label": SECRET, "contents": [{"client_product_id": "P", "serving_size": 2}]},
    ]}],
}  # fmt: skip


def run() -> Run:
    """Return a run in which every personal value is the secret."""
    return Run(
        command="plan", run_id="run_1", env="sandbox", base_url=None, started_at=0.0,
        inputs=[InputSummary(InputFile("a.csv", "0" * 64, None, None, None), 1)],
        orders=[Order(key="ORD-1", rows=(2,), body=canonical(REQUEST), result=Result.TO_CORRECT)],
        findings=[
            Finding(code="TEXT-LONG", severity=Severity.ERROR, message="Too long.", row=2,
                    column="first_name", found=SECRET, personal=True, order="ORD-1"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("privacy", [Privacy.MASKED, Privacy.NONE])
def test_no_document_shows_a_personal_value(privacy: Privacy) -> None:
    """Neither in a request nor in a finding; what is no person's stays."""
    text = json.dumps(to_document(run(), privacy), ensure_ascii=False)
    assert SECRET not in text
    assert "etzal" not in text
    assert "United States" in text
    assert '"serving_size": 2' in text
    assert ("Qxxxxxxxxxxx" in text) is (privacy is Privacy.MASKED)


def test_without_personal_values_their_names_are_left_out_too() -> None:
    """`none` has no shape to look at."""
    found = shown_request(REQUEST, Privacy.NONE)
    assert "note" not in found
    assert found["consumer"] == {}
    assert found["shipping_address"] == {"country_name": "United States"}


def test_the_full_document_shows_everything_and_masking_changes_no_request() -> None:
    """The request that is shown is a copy."""
    assert shown_request(REQUEST, Privacy.FULL) == REQUEST
    before = canonical(REQUEST)
    shown_request(REQUEST, Privacy.MASKED)
    assert canonical(REQUEST) == before


def test_foreign_text_is_made_safe_for_a_terminal() -> None:
    """Controls and direction characters become a blank, and long texts are cut."""
    assert printable("a\x1b[31mred\r\nb\u202ec\x9b") == "a [31mred b c "
    assert printable("x" * 600) == "x" * 500
    assert printable("Zoë", 2) == "Zo"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\u0a00b", "a\ufffdb"), ("\U000e0041", "\ufffd"), ("\ue000", "\ufffd"),
     ("\u200bx", "\ufffdx"),
     ("\u06cc\u200c\u06a9", "\u06cc\u200c\u06a9"), ("👩\u200d⚕", "👩\u200d⚕")],
)  # fmt: skip
def test_what_nobody_sees_is_shown_as_a_sign(text: str, shown: str) -> None:
    """Unassigned, private and invisible characters; joiners within words and emoji stay."""
    assert printable(text) == shown
