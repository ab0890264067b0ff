"""Texts → typed columns: each kind parsed strictly, column-wise; what does not parse is told.

Python's own int() and float() accept `3e1`, `1_000`, full-width digits and more; none of these
are accepted here. An empty cell is a missing value, never a default.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from schemas.vocabulary import Field, Kind
from schemas.words import FALSE_WORDS, TRUE_WORDS

UUID_FORM = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# The syntax that HTML's e-mail inputs accept, with at least one dot in the domain.
EMAIL_FORM = (
    r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+"
)
CYCLE_FORM = r"daily|[1-9][0-9]?(;[1-9][0-9]?)*"
_SHORT_NUMBER = r"-?[0-9]{1,15}"
_DECIMAL_NUMBER = r"(-?[0-9]{1,15})\.0+"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A typed column, and code → positions of the cells that the code is about."""

    values: pd.Series
    codes: dict[str, list[int]] = field(default_factory=dict)


def parse(texts: pd.Series, declared: Field) -> Parsed:
    """Parse a tidied column as its kind demands.

    A cell that does not parse is told, and holds its order back; texts stay as they are, so that
    a wrong value is never taken for a missing one.
    """
    match declared.kind:
        case Kind.INTEGER:
            return _integers(texts)
        case Kind.BOOLEAN:
            return _booleans(texts)
        case Kind.CHOICE:
            return _spelt(texts, tuple(declared.choices), closed=True)
        case Kind.UUID:
            return _formed(texts, UUID_FORM, "UUID-FORM")
        case Kind.EMAIL:
            return _formed(texts, EMAIL_FORM, "EMAIL-FORM")
        case Kind.CYCLE:
            return _formed(texts, CYCLE_FORM, "CYCLE-FORM")
    return _spelt(texts, tuple(declared.usual), closed=False) if declared.usual else Parsed(texts)


def _positions(mask: pd.Series) -> list[int]:
    return [int(position) for position in np.flatnonzero(mask.to_numpy(dtype=bool))]


def _listed(**codes: list[int]) -> dict[str, list[int]]:
    return {code.replace("_", "-"): places for code, places in codes.items() if places}


def _integers(texts: pd.Series) -> Parsed:
    filled = texts != ""
    whole = texts.str.fullmatch(_SHORT_NUMBER)
    decimal = texts.str.fullmatch(_DECIMAL_NUMBER) & ~whole
    numbers = texts.where(whole | decimal)
    if decimal.any():
        numbers = numbers.str.replace(r"\.0+$", "", regex=True)
    values = pd.to_numeric(numbers, errors="raise").astype("Int64")
    return Parsed(
        values,
        _listed(
            NUMBER_FORM=_positions(filled & ~whole & ~decimal), NUMBER_TIDIED=_positions(decimal)
        ),
    )


def _booleans(texts: pd.Series) -> Parsed:
    lower = texts.str.lower()
    true, false = lower.isin(TRUE_WORDS), lower.isin(FALSE_WORDS)
    values = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    values = values.mask(true, True).mask(false, False)
    return Parsed(values, _listed(YESNO_FORM=_positions((texts != "") & ~true & ~false)))


def _formed(texts: pd.Series, pattern: str, code: str) -> Parsed:
    wrong = (texts != "") & ~texts.str.fullmatch(pattern)
    return Parsed(texts, {code: _positions(wrong)} if wrong.any() else {})


def _spelt(texts: pd.Series, words: tuple[str, ...], *, closed: bool) -> Parsed:
    exact = texts.isin(("", *words))
    if exact.all():
        return Parsed(texts)
    spelling = {word.casefold(): word for word in words}
    folded = texts[~exact].map(lambda text: spelling.get(text.casefold(), ""))
    tidied, unknown = folded[folded != ""], folded[folded == ""]
    values = texts.copy()
    values[tidied.index] = tidied
    codes = {"CHOICE-TIDIED": [int(p) for p in texts.index.get_indexer(tidied.index)]}
    if closed:
        codes["CHOICE-UNKNOWN"] = [int(p) for p in texts.index.get_indexer(unknown.index)]
    return Parsed(values, {code: places for code, places in codes.items() if places})


# ------------------------------------------------------------------ telephone, postal code
PHONE_NORMAL = r"\+[1-9][0-9]{4,14}(ext[0-9]{1,10})?"
PHONE_EXTENSION = r"ext[0-9]*$"
LOST_DIGITS = r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}"


def normal_phone(text: str) -> str:
    """Return the number with what is not dialled left out; "" where it cannot be said."""
    number, _, extension = text.lower().partition("ext")
    digits = re.sub(r"[\s().\-/]", "", number)
    if re.fullmatch(r"\+?[0-9]{7,15}", digits) is None:
        return ""
    return digits + (f"ext{extension.strip(' .:')}" if extension else "")
