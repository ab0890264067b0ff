"""Texts → typed columns: each kind parsed strictly, column-wise; what does not parse is told.

Python's own int() and float() accept `3e1`, `1_000`, full-width digits and more; none of these
are accepted here. An empty cell is a missing value, never a default.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loader.core.model import Mask
from schemas.vocabulary import Field, Kind
from schemas.words import (
    DITTO,
    DOMAIN_SLIPS,
    ENDING_SLIPS,
    FALSE_WORDS,
    PLACEHOLDERS,
    TRUE_WORDS,
)

UUID_FORM = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# The syntax that HTML's e-mail inputs accept, with at least one dot in the domain.
EMAIL_FORM = (
    r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+"
)
CYCLE_FORM = r"daily|[1-9][0-9]?(;[1-9][0-9]?)*"
# Fifteen digits are what a spreadsheet keeps of a number, and more than any limit here.
NUMBER_FORM = r"-?[0-9]{1,15}(\.0+)?"


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
            return _spelt(texts, (*declared.choices, *declared.later), closed=True)
        case Kind.UUID:
            return _formed(texts, UUID_FORM, "UUID-FORM")
        case Kind.EMAIL:
            return _formed(texts, EMAIL_FORM, "EMAIL-FORM")
        case Kind.CYCLE:
            return _formed(texts, CYCLE_FORM, "CYCLE-FORM")
    return _spelt(texts, tuple(declared.usual), closed=False)


def written(words: Iterable[str]) -> frozenset[str]:
    """Return words as people write them: small, large, and with a capital."""
    return frozenset(form for word in words for form in (word, word.upper(), word.capitalize()))


NOTHING, SAME_AS_ABOVE = written(PLACEHOLDERS), written(DITTO)


def positions(mask: pd.Series | Mask) -> list[int]:
    """Return where a mask is true."""
    places: list[int] = np.flatnonzero(np.asarray(mask, dtype=bool)).tolist()
    return places


def _listed(codes: dict[str, list[int]]) -> dict[str, list[int]]:
    return {code: places for code, places in codes.items() if places}


def _integers(texts: pd.Series) -> Parsed:
    formed = texts.str.fullmatch(NUMBER_FORM)
    written = texts[formed]
    numbers = written.str.replace(r"\.0+$", "", regex=True).astype("int64")
    values = pd.Series(pd.NA, index=texts.index, dtype="Int64")
    values[formed] = numbers
    tidied = pd.Series(False, index=texts.index)
    tidied[formed] = numbers.astype("str") != written
    return Parsed(
        values,
        _listed(
            {
                "NUMBER-FORM": positions((texts != "") & ~formed),
                "NUMBER-TIDIED": positions(tidied),
            }
        ),
    )


def _booleans(texts: pd.Series) -> Parsed:
    lower = texts.str.lower()
    true, false = lower.isin(TRUE_WORDS), lower.isin(FALSE_WORDS)
    values = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    values = values.mask(true, True).mask(false, False)
    return Parsed(values, _listed({"YESNO-FORM": positions((texts != "") & ~true & ~false)}))


def _formed(texts: pd.Series, pattern: str, code: str) -> Parsed:
    wrong = (texts != "") & ~texts.str.fullmatch(pattern)
    return Parsed(texts, _listed({code: positions(wrong)}))


def _spelt(texts: pd.Series, words: tuple[str, ...], *, closed: bool) -> Parsed:
    if not words:
        return Parsed(texts)
    other = ~texts.isin(("", *words))
    if not other.any():
        return Parsed(texts)
    spelling = {word.casefold(): word for word in words}
    meant = {text: spelling.get(text.casefold(), "") for text in texts[other].unique()}
    folded = texts.where(other, "").map(meant).fillna("")
    codes = {"CHOICE-TIDIED": positions(folded != "")}
    if closed:
        codes["CHOICE-UNKNOWN"] = positions(other & (folded == ""))
    return Parsed(texts.where(folded == "", folded), _listed(codes))


# ------------------------------------------------------------------ telephone, e-mail
PHONE_NORMAL = r"\+[1-9][0-9]{4,14}(ext[0-9]{1,10})?"
PHONE_EXTENSION = r"(?i)\s*(ext|x)\.?\s*[0-9]+$"
LOST_DIGITS = r"-?[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}"


def phone_advice(text: str) -> str:
    """Return how to bring a telephone number into its normal form, without repeating it."""
    number = re.sub(PHONE_EXTENSION, "", text)
    signs = {sign for sign in number if not sign.isalnum() and sign != "+"}
    named = sorted({"blanks" if sign.isspace() else sign for sign in signs})
    advice = f"leave out {' '.join(named)}" if named else ""
    if not number.startswith("+"):
        advice += (", and " if advice else "") + "begin with + and the country code"
    return advice


def meant_domain(address: str) -> str:
    """Return the domain that a misspelt one was meant to be; "" where it looks right."""
    domain = address.rpartition("@")[2].lower()
    name, _, ending = domain.rpartition(".")
    meant = ENDING_SLIPS.get(ending)
    return DOMAIN_SLIPS.get(domain) or (f"{name}.{meant}" if meant else "")
