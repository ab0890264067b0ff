"""A sheet that nobody mapped yet → the draft of a profile, for a person to look at line by line.

Nothing is sent by guess: what is likely is marked, and what is uncertain is commented out.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loader.core.mapping_evidence import HOLDS_DATES, are_sizes, matches, what_cells_hold
from loader.core.mapping_fill import goes_down
from loader.core.model import RawSlice, RawTable
from loader.core.table import folded
from schemas.demands import Level
from schemas.pouch_orders import BY_NAME, HEADERS, KEY, fold
from schemas.suggestions import (
    BARE_NUMBERS,
    HALF_NAMES,
    HOUSE_NUMBERS,
    NO_WORDS,
    OWN_USE,
    PERSON_NUMBERS,
    REMARKS,
    STRENGTHS,
    SUGGESTED,
    TIME_WORDS,
    WHOLE_NAMES,
    YES_WORDS,
)
from schemas.vocabulary import Kind
from schemas.words import FALSE_WORDS, OUR_COLUMNS, TRUE_WORDS

LOOKED_AT = 500  # rows
_MOST_WORDS = 20  # distinct values of a column that is one of words
_SIZED = re.compile(r"[0-9]+\s*[x×]\s|[a-z]{3}", re.IGNORECASE)
_OURS = frozenset(map(fold, OUR_COLUMNS))
_ONE_PRODUCT = (("product",), ("client_product_id",))
# What a profile can neither split nor join, and what to do instead.
_NOT_SPLIT = "No profile splits a column: give first and last name a column each in the sheet."
_NOT_JOINED = "No profile joins columns: write {} into one column of the sheet."
_APART = (
    (WHOLE_NAMES, _NOT_SPLIT, "by its name"),
    (HOUSE_NUMBERS, _NOT_JOINED.format("street and house number"), "then ignore this one"),
    (STRENGTHS, _NOT_JOINED.format("product and strength"), "then ignore this one"),
)  # fmt: skip
# What the places of a wide row hold, and no column of the row besides.
_IN_SLOTS = frozenset({"product", "client_product_id", "serving_size", "time_of_administration"})


@dataclass(slots=True)
class Guess:
    """What one header may mean; `why` is said where a person has to decide.

    `sure` is True where the loader matches it by itself, `likely` where only one column can be
    meant; `own_use` where the column surely is for its author alone. `advice` is what to do where
    no profile can help.
    """

    header: str
    candidates: tuple[str, ...] = ()
    sure: bool = False
    likely: bool = False
    why: str = ""
    own_use: bool = False
    advice: str = ""


@dataclass(slots=True)
class Draft:
    """What was found in a sheet; `text` of it is the profile."""

    guesses: list[Guess] = field(default_factory=list)
    person_number: str = ""
    bare_number: str = ""  # a number of nobody knows what, where there is no other
    fill_down: tuple[str, ...] = ()
    decimal_comma: bool = False
    cells: dict[str, str] = field(default_factory=dict)  # header → time of day
    numbered: dict[str, str] = field(default_factory=dict)  # header with {n} → column
    numbers: tuple[int, int] = (1, 1)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    yes: list[str] = field(default_factory=list)
    no: list[str] = field(default_factory=list)


def may_be_header(text: str) -> bool:
    """True where a text is a header of ours, or a word that others use for one."""
    folded_ = fold(text)
    return (
        folded_ in HEADERS or folded_ in SUGGESTED or folded_ in PERSON_NUMBERS
        or folded_ in TIME_WORDS or folded_ in REMARKS or folded_ in OWN_USE
        or bool(_base(text)[0])
    )  # fmt: skip


def draft_of(table: RawTable) -> Draft:
    """Return what the first rows of a table let one suppose."""
    first = next(table.slices)
    columns = _columns(table, first)
    draft = Draft()
    for header in columns:
        if fold(header) in PERSON_NUMBERS and not draft.person_number:
            draft.person_number = header
    _find_numbered(list(columns), draft)
    _find_cells(columns, draft)
    taken = {fold(header) for header in draft.cells} | {fold(draft.person_number)}
    for number in range(draft.numbers[0], draft.numbers[1] + 1):
        taken |= {fold(header.replace("{n}", str(number))) for header in draft.numbered}
    draft.guesses = [
        _guess(header, texts) for header, texts in columns.items() if fold(header) not in taken
    ]
    _find_sizes(columns, draft.guesses)
    _doubt_half_names(draft.guesses)
    _refuse_doubles(draft.guesses)
    for guess in draft.guesses:
        if (draft.cells or draft.numbered) and _IN_SLOTS.intersection(guess.candidates):
            guess.sure = guess.likely = False
            guess.why = "the places of [wide] say it; else"
    _find_key(columns, draft, _merged(table, first))
    _find_words(columns, draft)
    numbers = [g.header for g in draft.guesses if _holds_numbers(g.candidates)]
    texts = [text for header in numbers for text in columns[header]]
    draft.decimal_comma = any(map(matches(r"[0-9]+,[0-9]+"), texts))
    return draft


def _columns(table: RawTable, first: RawSlice) -> dict[str, list[str]]:
    return {
        header: [str(text) for text in first.cells[position].iloc[:LOOKED_AT].str.strip()]
        for position, header in enumerate(table.headers)
        if header.strip() and fold(header) not in _OURS
    }


def _merged(table: RawTable, first: RawSlice) -> set[str]:
    """Return the headers of columns in which cells are merged downwards."""
    return {table.headers[fact.column] for fact in first.facts if goes_down(fact)}


def _find_key(columns: Mapping[str, Sequence[str]], draft: Draft, merged: set[str]) -> None:
    """Settle what may be the number of an order, and what is written on its first row alone."""
    guesses = draft.guesses
    key = next((g.header for g in guesses if g.candidates == (KEY,)), draft.person_number)
    if not key:
        numbers = [g.header for g in guesses if fold(g.header) in BARE_NUMBERS]
        key = draft.bare_number = numbers[0] if numbers else ""
    of_order = [
        g.header for g in guesses
        if len(g.candidates) == 1 and BY_NAME[g.candidates[0]].level is Level.ORDER
        and g.header in merged and g.header != key and not g.own_use
    ]  # fmt: skip
    if key and ("" in columns[key] or key in merged):
        of_order.insert(0, key)
    draft.fill_down = tuple(of_order)


# ------------------------------------------------------------------ headers
def _guess(header: str, texts: Sequence[str]) -> Guess:
    word = fold(header)
    if known := HEADERS.get(word):
        return Guess(header, (known,), sure=True)
    if word in REMARKS:
        why = "remarks, as a rule for their own use; if they are to be sent"
        return Guess(header, ("note",), why=why, own_use=True)
    if word in OWN_USE:
        return Guess(header, why="as a rule for their own use", own_use=True)
    if word in BARE_NUMBERS:
        return Guess(header, why="where it means a person or an order: in the pattern of the key")
    for words, advice, why in _APART:
        if word in words:
            return Guess(header, SUGGESTED.get(word, ()), why=why, advice=advice)
    if named := SUGGESTED.get(word):
        return Guess(header, named, likely=len(named) == 1, why="by its name")
    candidates, why = what_cells_hold([text for text in texts if text])
    return Guess(header, candidates, why=why, own_use=why == HOLDS_DATES)


def _holds_numbers(candidates: Iterable[str]) -> bool:
    return any(name in BY_NAME and BY_NAME[name].kind is Kind.INTEGER for name in candidates)


def _find_sizes(columns: Mapping[str, Sequence[str]], guesses: Sequence[Guess]) -> None:
    """Propose small whole numbers behind a product as its size, where nothing else is one."""
    at = next((n for n, g in enumerate(guesses) if g.candidates in _ONE_PRODUCT), len(guesses))
    if any(guess.candidates == ("serving_size",) for guess in guesses):
        return
    products = columns[guesses[at].header] if at < len(guesses) else ()
    small = [
        guess for guess in guesses[at + 1 :]
        if ("serving_size" in guess.candidates or not guess.candidates) and not guess.own_use
        and fold(guess.header) not in BARE_NUMBERS | HOUSE_NUMBERS
        and are_sizes([t for t, p in zip(columns[guess.header], products, strict=True) if p])
    ]  # fmt: skip
    for guess in [guess for guess in small if guess.candidates] or small:
        guess.candidates, guess.likely = ("serving_size",), True
        guess.why = "small whole numbers beside a product"


def _doubt_half_names(guesses: Sequence[Guess]) -> None:
    """Leave undecided a word for one name that means both where no column has the other."""
    names = {guess.candidates for guess in guesses if guess.sure or guess.likely}
    if {("first_name",), ("last_name",)} <= names:
        return
    for guess in guesses:
        if fold(guess.header) in HALF_NAMES:
            guess.candidates = ("first_name", "last_name", "addressee")
            guess.likely, guess.advice = False, _NOT_SPLIT


def _refuse_doubles(guesses: Iterable[Guess]) -> None:
    """Leave undecided what two headers claim."""
    claims: dict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        if len(guess.candidates) == 1:
            claims[guess.candidates[0]].append(guess)
    for several in claims.values():
        if len(several) > 1:
            for guess in several:
                guess.sure, guess.likely, guess.why = False, False, "claimed by two headers"
                guess.candidates = (*guess.candidates, "one of them to ignore")


# ------------------------------------------------------------------ wide sheets
def _base(header: str) -> tuple[str, int]:
    """Return our column and the number of a header such as Product 1; "" where it is none."""
    found = re.fullmatch(r"\s*(.*?\D)\s*([0-9]{1,2})\s*", header)
    if not found:
        return "", 0
    word = fold(found[1])
    named = HEADERS.get(word, next(iter(SUGGESTED.get(word, ())), ""))
    repeats = ("product", "client_product_id", "serving_size", "time_of_administration")
    return (named, int(found[2])) if named in repeats else ("", 0)


def _find_numbered(headers: Iterable[str], draft: Draft) -> None:
    numbers = []
    for header in headers:
        name, number = _base(header)
        if name:
            pattern = re.sub(r"[0-9]+(\s*)$", r"{n}\1", header)
            draft.numbered.setdefault(pattern, name)
            numbers.append(number)
    if len(set(numbers)) < 2:
        draft.numbered = {}
    else:
        draft.numbers = (min(numbers), max(numbers))


def _find_cells(columns: Mapping[str, Sequence[str]], draft: Draft) -> None:
    for header, texts in columns.items():
        time = TIME_WORDS.get(fold(header))
        if time and any(_SIZED.search(text) for text in texts):
            draft.cells[header] = time


# ------------------------------------------------------------------ words in cells
def _find_words(columns: Mapping[str, Sequence[str]], draft: Draft) -> None:
    for guess in draft.guesses:
        words = list(dict.fromkeys(text for text in columns[guess.header] if text))
        if len(words) > _MOST_WORDS or len(guess.candidates) != 1:
            continue
        name = guess.candidates[0]
        if name == "time_of_administration":
            usual = BY_NAME[name].usual
            once = {folded(word): word for word in reversed(words) if word not in usual}
            draft.values[name] = {w: TIME_WORDS.get(fold(w), "") for w in reversed(once.values())}
        elif BY_NAME[name].kind is Kind.BOOLEAN:
            other = [w for w in words if w.lower() not in TRUE_WORDS | FALSE_WORDS]
            draft.yes += [w for w in other if folded(w) in YES_WORDS and w not in draft.yes]
            draft.no += [w for w in other if folded(w) in NO_WORDS and w not in draft.no]
