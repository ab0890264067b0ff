"""Countries: what people write for them, their codes and their usual English names.

Names and codes are those of Unicode's locale data (CLDR), which Babel carries; what people say
besides (Holland, England) is declared.
"""

import re
import unicodedata
from functools import cache

from schemas.words import COUNTRY_NAMES, COUNTRY_WORDS

_NEAR = 80.0  # rapidfuzz's ratio from which a name is worth suggesting
_SHARED = 2  # countries whose names begin with a word, so that it alone is nobody's name
# Languages in which people near to the clinics write the names of other countries, too.
_NEIGHBOURS = ("nl", "de", "fr", "es")
# Territories of CLDR that are no countries: groups, and codes for tests.
_NONE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def folded_name(text: str) -> str:
    """Return a country's name without accents, dots, capitals and a leading "the"."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[^\w\s]+", lambda signs: "" if signs[0] in ".'’" else " ", plain).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def code_of(text: str) -> str:
    """Return the two-letter code of the country that a text surely names; "" for none."""
    name = folded_name(text)
    if not name:
        return ""
    return _english().get(name) or _own_languages().get(name) or _neighbours().get(name, "")


def usual_name(code: str) -> str:
    """Return the usual English name of a country by its code."""
    name = COUNTRY_NAMES.get(code) or _territories()[code]
    return name.replace("&", "and").replace("’", "'").replace("St. ", "Saint ")


def nearest_name(text: str) -> str:
    """Return the usual name of the country whose name is nearest to a text; "" for none near."""
    from rapidfuzz import fuzz, process

    names = {name: code for name, code in _english().items() if len(name) > 3}
    found = process.extractOne(folded_name(text), list(names), scorer=fuzz.ratio,
                               score_cutoff=_NEAR)  # fmt: skip
    return usual_name(names[found[0]]) if found else ""


@cache
def _territories() -> dict[str, str]:
    from babel import Locale

    named = Locale("en").territories
    return {
        code: name
        for code, name in named.items()
        if len(code) == 2 and code.isalpha() and code not in _NONE
    }


@cache
def _english() -> dict[str, str]:
    """Return folded English name, declared word or code → code."""
    from babel.core import get_global

    known = {folded_name(name): code for code, name in _territories().items()}
    known |= {folded_name(usual_name(code)): code for code in _territories()}
    known |= {code.lower(): code for code in _territories()}
    for alias, codes in get_global("territory_aliases").items():
        if alias.isalpha() and len(codes) == 1 and codes[0] in _territories():
            known.setdefault(alias.lower(), codes[0])
    return known | dict(COUNTRY_WORDS)


@cache
def _own_languages() -> dict[str, str]:
    """Return folded name in an official language of the country → code; none that two share.

    Loaded only where a name is not English: it reads the words of some hundred languages.
    """
    from babel import Locale
    from babel.languages import get_official_languages
    from babel.localedata import exists

    known: dict[str, set[str]] = {}
    for code in _territories():
        for language in get_official_languages(code, de_facto=True):
            if exists(language):
                name = Locale.parse(language, sep="_").territories.get(code, "")
                known.setdefault(folded_name(name), set()).add(code)
    return {name: codes.pop() for name, codes in known.items() if name and len(codes) == 1}


@cache
def _neighbours() -> dict[str, str]:
    """Return folded name in Dutch, German, French or Spanish → code; none that two may share.

    Congo is one country in Spanish and the beginning of two in French.
    """
    from babel import Locale

    known: dict[str, set[str]] = {}
    for language in _NEIGHBOURS:
        names = Locale(language).territories
        for code in _territories():
            known.setdefault(folded_name(names.get(code, "")), set()).add(code)
    begun: dict[str, set[str]] = {}
    for name, codes in known.items():
        if " " in name:
            begun.setdefault(name.split()[0], set()).update(codes)
    return {
        name: codes.pop()
        for name, codes in known.items()
        if name and len(codes) == 1 and len(begun.get(name, ())) < _SHARED
    }
