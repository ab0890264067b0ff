"""What the vendor repeats of a person is hidden in its messages."""

import pytest

from loader.core.privacy import Privacy
from loader.reporting.echoes import without_echoes

REQUEST = {
    "consumer": {
        "first_name": "Ada",
        "last_name": "van der Weide",
        "email": "ada@example.com",
        "phone_number": "+1 (213) 373-4253",
    },
    "shipping_address": {
        "address1": "7421 Evergreen Terrace",
        "city": "York",
        "country_name": "US",
    },
    "note": "Please ring at the blue door, twice, and wait for the person with the walking stick.",
    "order_lines": [
        {"physician_name": "Dr. Who", "pouches": [{"custom_label": "For Ada, mornings"}]}
    ],
}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('"email" with value "ADA@example.com"', '"email" with value "Axx@xxxxxxx.xxx"'),
        ("No street Evergreen in York", "No street Exxxxxxxx in Yxxx"),
        ("no such person: van  der Weide.", "no such person: vxx  xxx xxxxx."),
        ("call +12133734253 or 12133734253", "call +99999999999 or 19999999999"),
        ("label For Ada, mornings by Dr. Who", "label Fxx xxx, xxxxxxxx by Dx. xxx"),
        ("order RX-7421 at 7421 Evergreen Terrace", "order RX-7421 at 7999 xxxxxxxxx xxxxxxx"),
        ("Adamant is not her name, Yorkshire not her town",) * 2,
        ('"country_name" US is not served',) * 2,
    ],
)
def test_personal_values_are_masked(said: str, shown: str) -> None:
    """Names, addresses, numbers and labels of the order's own request are hidden, no more."""
    assert without_echoes(said, REQUEST, Privacy.MASKED) == shown


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [("İpek", "ipek is taken", "ixxx is taken"), ("STRASSER", "strasser", "sxxxxxxx"),
     ("Kelvin", "\u212aelvin", "\u212axxxxx"), ("Straße", "STRA\u1e9eE", "Sxxxxx")],
)  # fmt: skip
def test_letters_that_are_alike_in_other_capitals_are_masked(
    name: str, said: str, shown: str
) -> None:
    """Whatever the letters are that the vendor writes large or small."""
    assert without_echoes(said, {"consumer": {"last_name": name}}, Privacy.MASKED) == shown


def test_a_value_that_the_end_cut_off_is_hidden() -> None:
    """A message is cut at 500 characters; the beginning of a note is still the note."""
    note = REQUEST["note"]
    assert isinstance(note, str)
    said = "x " * 220 + note[:50]
    assert "blue door" not in without_echoes(said, REQUEST, Privacy.MASKED)


def test_without_personal_values_not_even_their_shape_is_left() -> None:
    """With privacy none a word stands in their place."""
    assert without_echoes("Ada of York", REQUEST, Privacy.NONE) == "[hidden] of [hidden]"


def test_full_privacy_and_no_request_leave_the_text_alone() -> None:
    """Who may see everything sees the vendor's own words."""
    assert without_echoes("Ada of York", REQUEST, Privacy.FULL) == "Ada of York"
    assert without_echoes("Ada of York", None, Privacy.MASKED) == "Ada of York"
