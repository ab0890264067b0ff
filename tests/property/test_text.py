"""Normalising twice changes nothing more, headers fold, and parsers take ASCII alone."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from loader.core.cells import parse
from loader.core.normalise import known_header, tidy, tidy_text
from loader.core.payload import lookup_id
from loader.core.privacy import mask
from schemas.pouch_orders import BY_NAME, FIELDS, HEADERS, fold
from schemas.vocabulary import Field

TIDYINGS = {"TEXT-INVISIBLE", "TEXT-TRIMMED", "TEXT-COMPOSED"}
FIELD = st.sampled_from(FIELDS)
# Texts near the edges of what is tidied and parsed, among any others.
_SIGNS = "0123456789-+._eE, \t\n\u00a0\u200b\u202e\u0301\ufeffaZ@;{}x\uff11\u0661\u00b2½"
TEXT = st.text() | st.text(st.sampled_from(_SIGNS), max_size=20)
TEXTS = st.lists(TEXT, max_size=12)


def column(texts: list[str]) -> pd.Series:
    """Return texts as a source hands them over."""
    return pd.Series(texts, dtype="str")


# ------------------------------------------------------------------ normalise
@given(FIELD, TEXTS)
@example(BY_NAME["city"], ["e\u200b\u0301", "\u2000a", " \u200b ", "\u0344", "\u1fef"])
def test_normalising_twice_is_normalising_once(field: Field, texts: list[str]) -> None:
    """What was tidied needs no tidying, and what is wrong is found again."""
    once, first = tidy(column(texts), field)
    twice, second = tidy(once, field)
    assert twice.tolist() == once.tolist()
    assert not TIDYINGS & set(second)
    assert {code: at for code, at in first.items() if code not in TIDYINGS} == second


@given(FIELD, TEXTS)
def test_a_column_is_tidied_cell_by_cell(field: Field, texts: list[str]) -> None:
    """The quick way for plain cells and the way for odd ones agree."""
    tidied, _ = tidy(column(texts), field)
    for text, found in zip(texts, tidied.tolist(), strict=True):
        assert found == tidy_text(text, field)[0]
        assert unicodedata.normalize("NFC", found) == found
        assert not found[:1].isspace() or found[0] in "\x1c\x1d\x1e\x1f"


@given(st.sampled_from(sorted(HEADERS)), st.data())
def test_a_header_is_known_however_it_is_spaced_and_capitalised(
    folded: str, data: st.DataObject
) -> None:
    """Blanks, `_`, `-`, `.` and capitals between and in its letters do not matter."""
    parts = []
    for letter in folded:
        parts.append(data.draw(st.sampled_from((letter, letter.upper()))))
        parts.append(data.draw(st.sampled_from(("", "", " ", "_", "-", ".", "\u00a0", "\t"))))
    assert fold("".join(parts)) == folded
    assert known_header("".join(parts))


@given(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded header is how headers are compared, so it compares with itself."""
    assert fold(fold(text)) == fold(text)


# ------------------------------------------------------------------ parsers
def parsed(name: str, texts: list[str]) -> tuple[list[object], set[int]]:
    """Return the values of a column of texts, and the places of those that are errors."""
    result = parse(column(texts), BY_NAME[name])
    wrong = {at for code, places in result.codes.items() if code.endswith(("-FORM", "-UNKNOWN"))
             for at in places}  # fmt: skip
    return result.values.tolist(), wrong


@given(TEXTS)
@example(["3e1", "1_000", "nan", "inf", "\uff11", "\u0663", "7\n", " 7", "+7", "0x7", "7.", ".7"])
@example(["7", "007", "7.0", "-7", "999999999999999", "9999999999999999", "7.00", "7.01", ""])
def test_a_whole_number_is_one_by_decimal_arithmetic_and_written_in_ascii(texts: list[str]) -> None:
    """Everything else that Python's own parsers accept is an error, and nothing is rounded."""
    values, wrong = parsed("duration", texts)
    for at, text in enumerate(texts):
        if text == "":
            assert (values[at], at in wrong) == (pd.NA, False)
        elif _whole(text):
            assert (values[at], at in wrong) == (int(Decimal(text)), False)
        else:
            assert (values[at], at in wrong) == (pd.NA, True)


def _whole(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    plain = set(text) <= set("0123456789.-") and not text.startswith(".") and text[-1] != "."
    return plain and not text.startswith("-.") and number == int(number) and len(
        text.lstrip("-").partition(".")[0]
    ) <= 15  # fmt: skip


@given(TEXTS)
@example(
    ["yes", "YES", "y", "x", "1", "0", "no", "False", "on", "off", "t", "\uff11", "\uff59", "1.0"]
)
def test_yes_and_no_come_from_the_list_alone(texts: list[str]) -> None:
    """Whatever else Python takes for true or false is an error."""
    values, wrong = parsed("is_expedited", texts)
    for at, text in enumerate(texts):
        true, false = (text.lower() in words for words in (
            {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}))  # fmt: skip
        expected = True if true else False if false else pd.NA
        assert values[at] is expected or values[at] == expected
        assert (at in wrong) is (text != "" and not true and not false)


@given(TEXTS)
@example(["{00000000-0000-4000-8000-000000000401}", "00000000000040008000000000000401",
          "00000000-0000-4000-8000-000000000401", "00000000-0000-4000-8000-000000000401\n",
          "ABCDEF00-0000-4000-8000-000000000401", "urn:uuid:00000000-0000-4000-8000-000000000401",
          "\uff100000000-0000-4000-8000-000000000401"])  # fmt: skip
def test_an_id_has_8_4_4_4_12_hexadecimal_digits(texts: list[str]) -> None:
    """No other form that a parser of UUIDs would take."""
    _, wrong = parsed("consumer_id", texts)
    for at, text in enumerate(texts):
        groups = text.split("-")
        good = [len(group) for group in groups] == [8, 4, 4, 4, 12] and all(
            character in "0123456789abcdefABCDEF" for group in groups for character in group
        )
        assert (at in wrong) is (text != "" and not good)


@given(st.lists(st.emails() | TEXT, max_size=12))
@example(["a@b.cc\n", "a@b", "a@b.c", "@b.cc", "a@", "a b@c.dd", "ä@b.cc", "a@b.cc,d@e.ff"])
def test_an_email_address_is_one_word_of_ascii_with_a_dotted_domain(texts: list[str]) -> None:
    """What is accepted has one @, a name, a domain with a dot, and nothing invisible."""
    _, wrong = parsed("email", texts)
    for at, text in enumerate(texts):
        if text and at not in wrong:
            name, _, domain = text.rpartition("@")
            assert name
            assert "@" not in name
            assert re.fullmatch(r"[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]+", domain)
            assert text.isascii()
            assert text.isprintable()
            assert " " not in text
            assert ".." not in text


# ------------------------------------------------------------------ ids and masks
@given(st.lists(TEXT, unique=True, max_size=20))
@example(["ORD 1", "ORD-1", "ORD/1", "..", ".", "a", "A", "k-x"])
def test_look_up_ids_are_unique_and_safe_in_a_path(keys: list[str]) -> None:
    """One for each key, the same each time, and nothing in it needs to be escaped."""
    ids = [lookup_id(key) for key in keys]
    assert len(set(ids)) == len(keys)
    for key, one in zip(keys, ids, strict=True):
        assert quote(one, safe="") == one
        assert one.strip(".")
        assert one == lookup_id(key)


@given(TEXT)
def test_a_masked_text_shows_its_shape_and_at_most_one_character(text: str) -> None:
    """Letters, digits and everything that is not ASCII are hidden, all of them or all but one."""
    masked = mask(text)
    assert set(masked[1:]) <= set("x9…") | set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\r\n")
    hidden = [sign for sign in text[1:] if sign.isalnum() or not sign.isascii()]
    if not hidden and text[:1].isalnum():
        assert masked[0] in "x9"
    assert len(masked) == min(len(text), 40) + (len(text) > 40)
