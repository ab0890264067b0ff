"""Strengths in names: numbers and units agree or differ as amounts, never as letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.core.near_names import NearNames, nearest
from loader.core.strength import strength_of

UNITS = ("ng", "mcg", "µg", "ug", "mg", "g", "IU", "UI", "ml", "l", "%", "CFU", "billion CFU")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vitamin D3 25 mcg", "VITAMIN D3 25mcg"),
        ("Vitamin D3 25 mcg", "Vitamin D3 25 µg"),  # the micro sign, U+00B5
        ("Vitamin D3 25 mcg", "Vitamin D3 25 μg"),  # the Greek letter, U+03BC
        ("Vitamin D3 25 mcg", "Vitamin D3 0.025 mg"),
        ("Vitamin D3 25 mcg", "Vitamin D3 0,025 mg"),
        ("Creatine 3 g", "Creatine 3000 mg"),
        ("Vitamin D3 1000 IU", "Vitamin D3 1000 UI"),
        ("Probiotic 10 Billion CFU", "Probiotic 10bn cfu"),
        ("Probiotic 10 Billion CFU", "Probiotic 10,000,000,000 CFU"),
        ("Oil 1,234.5 mg", "Oil 1234.5 mg"),
        ("Oil 1.234,5 mg", "Oil 1234.5 mg"),
        ("Oil 1,000 mg", "Oils 1,000 mg"),
    ],
)
def test_equal_amounts_agree_however_they_are_written(one: str, other: str) -> None:
    """Units of one kind are converted; blanks, capitals and both signs for micro do not count."""
    assert strength_of(one).agrees(strength_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vitamin D3 25 mcg", "Vitamin D3 25 mg"),
        ("Vitamin D3 25 mcg", "Vitamin D3 250 mcg"),
        ("Vitamin D3 25 mcg", "Vitamin D3 25"),
        ("Vitamin D3 25 mcg", "Vitamin D3"),
        ("Vitamin D3 25 mcg", "Vitamin D3 25 IU"),
        ("Probiotic 10 Billion CFU", "Probiotic 10 Million CFU"),
        ("Probiotic 10 Billion CFU", "Probiotic 10 CFU"),
        ("Potassium 5 meq", "Potassium 5 mmol"),
        ("Cal 500 mg Mag 250 mg", "Cal 250 mg Mag 500 mg"),
        ("Oil 1,000 mg", "Oil 1000 mg"),  # a thousand, or one: nobody can say
        ("Oil 1.000 mg", "Oil 1 mg"),
        ("Oil 1.000 mg", "Oil 1,000 mg"),
        ("Oil 1,23,456 mg", "Oil 123456 mg"),
        ("Oil 1.234.56 mg", "Oil 1234.56 mg"),
        ("Drops 5 mg", "Drops 5 mg 30 ml"),
    ],
)
def test_other_amounts_do_not_agree(one: str, other: str) -> None:
    """Another number, another unit, one more amount, another order, or a number of two readings."""
    assert not strength_of(one).agrees(strength_of(other))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Vitamin D 3 25 mcg", "vitamin d3"), ("Vitamin B-12", "vitamin b12"),
        ("CoQ10 100 mg", "coq10"), ("Vitamin C 500 mg", "vitamin c"),
        ("Zinc15mg", "zinc"), ("Zinc (15 mg)", "zinc"),
    ],
)  # fmt: skip
def test_a_number_that_names_a_substance_is_a_word(name: str, words: str) -> None:
    """D3 is not three of anything."""
    assert strength_of(name).words == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Vitamin D3 25 mg", "Your catalogue has Vitamin D3 25 mcg and Vitamin D3 50 mcg; the file"
         " says 25 mg: a thousand times as much as Vitamin D3 25 mcg."),
        ("Vitamin D3 50 mg", "Your catalogue has Vitamin D3 50 mcg and Vitamin D3 25 mcg; the file"
         " says 50 mg: a thousand times as much as Vitamin D3 50 mcg."),
        ("Vitamin D3 12.5 mcg", "Your catalogue has Vitamin D3 25 mcg and Vitamin D3 50 mcg; the"
         " file says 12.5 mcg: Vitamin D3 25 mcg is twice as much."),
        ("Vitamin D3", "Your catalogue has Vitamin D3 25 mcg and Vitamin D3 50 mcg; the file names"
         " no strength."),
        ("Vitamin D3 25 IU", "Your catalogue has Vitamin D3 25 mcg and Vitamin D3 50 mcg; the file"
         " says 25 iu, which is not the same."),
        ("Omega oil 1.000 mg", "Your catalogue has Omega oil 1000 mg; the file says 1.000 mg, which"
         " can be read in two ways."),
        ("Vitamin D3 25 mcg 5 ml", "Your catalogue has Vitamin D3 25 mcg and Vitamin D3 50 mcg; the"
         " file says 25 mcg and 5 ml, which is not the same."),
        ("Vitamin K3 25 mcg", ""), ("Vitamin C 25 mcg", ""), ("", ""), ("25 mcg", ""),
    ],
)  # fmt: skip
def test_where_only_the_strength_differs_it_is_named_and_nothing_is_suggested(
    text: str, message: str
) -> None:
    """K3 and C are other substances, however near the letters are: nothing is said of them."""
    near = NearNames(["Vitamin D3 50 mcg", "Vitamin D3 25 mcg", "Omega oil 1000 mg", ""])
    advice = near.advice(text)
    assert (advice.message, advice.suggestion) == (message, "")


def test_an_equal_amount_in_another_unit_is_suggested_and_said_to_be_one() -> None:
    """0.025 mg is 25 mcg: the person sees that it is written in another way."""
    near = NearNames(["Vitamin D3 25 mcg", "Vitamin D3 25 mg"])
    advice = near.advice("Vitamine D3 0.025 mg")
    assert advice.suggestion == "Vitamin D3 25 mcg"
    assert "the same strength, written in another way" in advice.message
    assert "same numbers and units" in near.advice("Vitamine D3 25mcg").message


def test_who_looks_for_a_name_sees_the_nearest_ones_first() -> None:
    """Strengths may differ there: the names are shown, and nothing is filled in."""
    names = ["Zinc 15 mg", "Vitamin D3 50 mcg", "Vitamin D3 25 mcg"]
    assert nearest("vitamine d3 25", names)[0] == "Vitamin D3 25 mcg"
    assert nearest("qqqq", names) == []


amounts = st.builds(
    "{}{}{}".format,
    st.sampled_from(["1", "5", "10", "25", "0.025", "0,5", "2.5", "1000", "1,000", "1.000", "500"]),
    st.sampled_from(["", " "]),
    st.sampled_from([*UNITS, "", "meq", "mmol", "caps"]),
)
names = st.builds(
    "{} {}".format,
    st.sampled_from(["Vitamin D3", "Vitamine D3", "Zinc", "Zincs", "Magnesium", "Magnesum"]),
    st.lists(amounts, max_size=2).map(" ".join),
)


@given(text=names, shelf=st.lists(names, max_size=6))
def test_a_suggestion_never_differs_in_strength(text: str, shelf: list[str]) -> None:
    """Whatever the catalogue holds: what is suggested has the same amounts, in micrograms alike."""
    suggestion = NearNames(shelf).advice(text).suggestion
    if suggestion:
        own, theirs = strength_of(text).amounts, strength_of(suggestion).amounts
        assert [(a.measure, a.value) for a in own] == [(a.measure, a.value) for a in theirs]
        assert suggestion in shelf


@given(number=st.sampled_from(["5", "25", "500"]), units=st.permutations(UNITS))
def test_two_units_agree_only_where_they_are_names_of_one(number: str, units: list[str]) -> None:
    """An independent table says which spellings mean the same unit."""
    same = [{"mcg", "µg", "ug"}, {"IU", "UI"}]
    one, other = units[:2]
    expected = any({one, other} <= names for names in same)
    agree = strength_of(f"Zinc {number} {one}").agrees(strength_of(f"Zinc {number} {other}"))
    assert agree == expected


def test_numbers_of_any_length_are_compared() -> None:
    """A cell may hold hundreds of digits; nothing ends in an error of arithmetic."""
    near = NearNames(["Zinc 15 mg", "Zinc 0 mg", f"Zinc {'9' * 400} mg"])
    for number in ("9" * 500, "0." + "0" * 400 + "1", "1.000,5"):
        assert near.advice(f"Zinc {number} g").suggestion == ""
