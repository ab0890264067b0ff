"""The strengths in a product's name: every number with its unit, and the words around them.

25 mg and 25 mcg differ in one letter and a thousandfold in dose. Two names agree only where all
their numbers and units do, in their order. What could be read in two ways (1.000 is a thousand
in Berlin and one in Boston) agrees with nothing but the same text.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {"billion": 10**9, "bn": 10**9, "b": 10**9, "million": 10**6, "mio": 10**6}
# Unit → what it measures, and how many of the smallest unit it is.
_UNITS: dict[str, tuple[str, Decimal]] = {
    word: (measure, Decimal(size))
    for measure, size, words in (
        ("mass", "0.001", "ng nanogram"),
        ("mass", "1", "mcg μg ug microgram"),
        ("mass", "1000", "mg milligram"),
        ("mass", "1000000", "g gm gram"),
        ("mass", "1000000000", "kg kilogram"),
        ("volume", "1", "ml milliliter millilitre"),
        ("volume", "10", "cl"),
        ("volume", "100", "dl"),
        ("volume", "1000", "l liter litre"),
        ("international units", "1", "iu i.u. ui u.i. ie"),
        ("colony forming units", "1", "cfu ufc kbe"),
        ("percent", "1", "% percent"),
    )
    for word in words.split()
}
_UNIT = "|".join(re.escape(word) for word in sorted(_UNITS, key=len, reverse=True))
_NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
# A short word behind a number may be a unit that is not listed, such as meq or caps.
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})\s*(?:(?P<scale>billion|bn|million|mio|b(?=\s*(?:cfu|ufc)))(?![a-z]))?"
    rf"\s*(?:(?P<unit>{_UNIT})(?:s?(?![a-zμ]))|(?P<other>[^\W\d_]{{1,4}})(?![^\W\d_]))?"
)
# D3, B-12, K 2, CoQ10: a number that names a substance. Vitamin C 500 mg is none.
_NAMED = re.compile(
    r"(?<![a-z0-9])(?:(?P<letter>[a-z])[\s-]?|(?P<letters>[a-z]{2,3}))(?P<number>[0-9]{1,3})"
    rf"(?![0-9.,]*[0-9])(?!\s*(?:{_UNIT}|billion|million)(?![a-z]))"
)
_LEAST, _MOST = 1e-9, 1e12  # between which written numbers are told apart
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit: `value` of the smallest unit of its `measure`, `text` as written.

    A number that can be read in two ways has no value.
    """

    measure: str
    value: Decimal | None
    text: str

    @property
    def written(self) -> float:
        """The number as it is written, to tell near ones: the last comma or point divides it."""
        whole, _, rest = self.text.split()[0].replace(",", ".").rpartition(".")
        number = float(f"{whole.replace('.', '')}.{rest}") if whole else float(rest)
        return min(max(number, _LEAST), _MOST)

    def agrees(self, other: "Amount") -> bool:
        """Return whether both are surely the same amount."""
        if self.value is None or other.value is None:
            return (self.measure, self.text) == (other.measure, other.text)
        return (self.measure, self.value) == (other.measure, other.value)


@dataclass(frozen=True, slots=True)
class Strength:
    """A name taken apart: its words (D3 and B12 among them), and its amounts in their order."""

    words: str
    amounts: tuple[Amount, ...]

    def agrees(self, other: "Strength") -> bool:
        """Return whether all numbers and units are the same amounts, in the same order."""
        return len(self.amounts) == len(other.amounts) and all(
            own.agrees(theirs) for own, theirs in zip(self.amounts, other.amounts, strict=True)
        )

    def written_apart(self, other: "Strength") -> float:
        """Return how far the written numbers are apart, units left aside; 0 where they are equal.

        50 mg is nearer to 50 mcg than to 25 mcg: a slip is more likely in the unit.
        """
        if len(self.amounts) != len(other.amounts):
            return math.inf
        pairs = zip(self.amounts, other.amounts, strict=True)
        return sum(abs(math.log(one.written / two.written)) for one, two in pairs)

    def spelt_alike(self, other: "Strength") -> bool:
        """Return whether numbers and units are also written alike, but for blanks."""
        return [one.text for one in self.amounts] == [one.text for one in other.amounts]

    def differing(self, other: "Strength") -> list[tuple[Amount, Amount]]:
        """Return the pairs of amounts that do not agree; none where there are more on one side."""
        if len(self.amounts) != len(other.amounts):
            return []
        pairs = zip(self.amounts, other.amounts, strict=True)
        return [(own, theirs) for own, theirs in pairs if not own.agrees(theirs)]


def strength_of(name: str) -> Strength:
    """Take a name apart; capitals and blanks do not count."""
    folded = " ".join(name.casefold().replace("\u00b5", "μ").split())
    parts = list(_parts(folded))
    words = " ".join(part for part in parts if isinstance(part, str))
    plain = re.sub(r"[\W_]+", " ", words).strip()
    return Strength(plain, tuple(part for part in parts if isinstance(part, Amount)))


def _parts(folded: str) -> Iterator[str | Amount]:
    """Yield the texts and the amounts of a name in their order; D3 and its kind are texts."""
    position = 0
    while found := _AMOUNT.search(folded, position):
        named = _NAMED.search(folded, position)
        if named and named.start() <= found.start():
            letters = named["letter"] or named["letters"]
            yield f"{folded[position : named.start()]} {letters}{named['number']} "
            position = named.end()
        else:
            yield folded[position : found.start()]
            yield _amount(found)
            position = found.end()
    yield folded[position:]


def _amount(found: re.Match[str]) -> Amount:
    unit, scale = found["unit"], _SCALES.get(found["scale"] or "", 1)
    measure, size = _UNITS[unit] if unit else (found["other"] or "", Decimal(1))
    value = _value(found["number"])
    text = " ".join(filter(None, (found["number"], found["scale"], unit or found["other"])))
    return Amount(measure, None if value is None else value * size * scale, text)


def _value(number: str) -> Decimal | None:
    """Return what a written number is; None where it can be read in two ways."""
    if _AMBIGUOUS.fullmatch(number):
        return None
    if re.fullmatch(r"[0-9]{1,3}(?:(,[0-9]{3}){2,}|(\.[0-9]{3}){2,})", number):
        return Decimal(re.sub("[.,]", "", number))
    whole, sign, rest = number.replace(",", ".").rpartition(".")
    if not sign:
        return Decimal(rest)
    parts = whole.split(".")
    if any(len(part) != 3 for part in parts[1:]):
        return None
    if len(parts) > 1 and len(set(re.sub("[0-9]", "", number))) == 1:
        return None
    return Decimal(f"{''.join(parts)}.{rest}")
