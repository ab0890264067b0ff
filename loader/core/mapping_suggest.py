"""A sheet that nobody mapped yet → the draft of a profile, for a person to look at line by line.

Nothing is sent by guess: what is likely is marked, and what is uncertain is commented out.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from loader.core.cells import EMAIL_FORM, UUID_FORM
from loader.core.mapping_text import MARK
from loader.core.model import RawTable
from loader.core.table import folded
from schemas.pouch_orders import BY_NAME, HEADERS, KEY, fold
from schemas.suggestions import (
    COUNTRY_WORDS,
    NO_WORDS,
    PERSON_NUMBERS,
    SUGGESTED,
    TIME_WORDS,
    YES_WORDS,
)
from schemas.vocabulary import Kind
from schemas.words import FALSE_WORDS, OUR_COLUMNS, TRUE_WORDS

LOOKED_AT = 500  # rows
_MOST_WORDS = 20  # distinct values of a column that is one of words
_SIZED = re.compile(r"[0-9]+\s*[x×]\s|[a-z]{3}", re.IGNORECASE)
_OURS = frozenset(map(fold, OUR_COLUMNS))
# What the places of a wide row hold, and no column of the row besides.
_IN_SLOTS = frozenset({"product", "client_product_id", "serving_size", "time_of_administration"})


@dataclass(slots=True)
class Guess:
    """What one header may mean. `sure` is True where the loader matches it by itself."""

    header: str
    candidates: tuple[str, ...] = ()
    sure: bool = False
    why: str = ""


@dataclass(slots=True)
class Draft:
    """What was found in a sheet; `text` of it is the profile."""

    guesses: list[Guess] = field(default_factory=list)
    person_number: str = ""
    blank_key: bool = False
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
        or folded_ in TIME_WORDS or bool(_base(text)[0])
    )  # fmt: skip


def draft_of(table: RawTable) -> Draft:
    """Return what the first rows of a table let one suppose."""
    columns = _columns(table)
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
    _refuse_doubles(draft.guesses)
    for guess in draft.guesses:
        if (draft.cells or draft.numbered) and _IN_SLOTS.intersection(guess.candidates):
            guess.sure, guess.why = False, "the places of [wide] say it; else"
    key = next((g.header for g in draft.guesses if g.candidates == (KEY,)), draft.person_number)
    draft.blank_key = bool(key) and "" in columns[key]
    _find_words(columns, draft)
    return draft


def _columns(table: RawTable) -> dict[str, list[str]]:
    cells = next(table.slices).cells
    return {
        header: [str(text) for text in cells[position].iloc[:LOOKED_AT].str.strip()]
        for position, header in enumerate(table.headers)
        if header.strip() and fold(header) not in _OURS
    }


# ------------------------------------------------------------------ headers
def _guess(header: str, texts: Sequence[str]) -> Guess:
    if known := HEADERS.get(fold(header)):
        return Guess(header, (known,), sure=True, why="known by this name")
    if named := SUGGESTED.get(fold(header)):
        return Guess(header, named, why="by its name")
    filled = [text for text in texts if text]
    if filled and all(re.fullmatch(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}", t) for t in filled):
        return Guess(header, why="holds dates, which no order has")
    for test, columns, why in (
        (_matches(EMAIL_FORM), ("email", "order_email"), "holds e-mail addresses"),
        (_matches(UUID_FORM), ("client_product_id", "consumer_id", "pack_id", "standalone_id"),
         "holds ids"),
        (lambda text: fold(text) in TIME_WORDS, ("time_of_administration",),
         "holds times of day"),
        (lambda text: fold(text) in COUNTRY_WORDS, ("country_name",),
         "holds countries"),
        (_matches(r"\+?[0-9][0-9 ()/.-]{7,18}"), ("phone_number",), "holds telephone numbers"),
    ):  # fmt: skip
        if filled and sum(map(test, filled)) >= 0.8 * len(filled):
            return Guess(header, columns, why=why)
    return Guess(header)


def _matches(form: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(form, text) is not None


def _refuse_doubles(guesses: Iterable[Guess]) -> None:
    """Leave undecided what two headers claim."""
    claims: dict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        if len(guess.candidates) == 1:
            claims[guess.candidates[0]].append(guess)
    for several in claims.values():
        if len(several) > 1:
            for guess in several:
                guess.sure, guess.why = False, "claimed by two headers"
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


# ------------------------------------------------------------------ the profile's text
def profile_text(draft: Draft, table: RawTable, header_row: int) -> str:
    """Return the draft as the text of a profile."""
    return "\n".join([*_head(draft), *_file(table, header_row), *_body(draft), ""])


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _head(draft: Draft) -> Iterator[str]:
    yield "# A draft of a mapping profile: their words on the left, ours on the right."
    yield f"# Look at each line that has a {MARK}: correct it, then remove the {MARK}. Until then"
    yield "# `plan` and `submit` refuse the profile. Lines with # are uncertain: decide each, or"
    yield "# list its header under ignore."
    yield "# `order-loader map check FILE --map THIS` shows what it does."
    yield "version = 1"
    unknown = [guess.header for guess in draft.guesses if not guess.candidates]
    if unknown:
        yield "# Columns for their own use, never sent:"
        yield f"# ignore = [{', '.join(map(quoted, unknown))}]"
    key = next((g.header for g in draft.guesses if g.candidates == (KEY,)), draft.person_number)
    if draft.blank_key:
        yield "# The number is empty in some rows. If these belong to the row above them:"
        yield f"# fill_down = [{quoted(key)}]"


def _file(table: RawTable, header_row: int) -> Iterator[str]:
    lines = []
    if table.file.sheet is not None:
        lines.append(f"sheet = {quoted(table.file.sheet)}")
    if table.file.encoding not in (None, "utf-8", "utf-8-sig"):
        lines.append(f"encoding = {quoted(table.file.encoding or '')}")
    if header_row > 1:
        lines.append(f"header_row = {header_row}")
    if lines:
        yield from ("", "[file]", *lines)


def _body(draft: Draft) -> Iterator[str]:
    named = any(guess.candidates == (KEY,) for guess in draft.guesses)
    if not named:
        yield from ("", "[key]")
        yield "# What makes the number of an order: new each month, the same on a second run."
        pattern = f"{{{draft.person_number or 'their header'}}}-{{batch}}"
        yield f"{'' if draft.person_number else '# '}pattern = {quoted(MARK + pattern)}"
    yield from ("", "[columns]")
    for guess in draft.guesses:
        yield from _line(guess)
    for name, words in draft.values.items():
        if words:
            yield from ("", f"[values.{name}]")
            for word, ours in words.items():
                yield f"{'' if ours else '# '}{quoted(word)} = {quoted(MARK + ours)}"
    if draft.yes or draft.no:
        yield from ("", "[yes_no]")
        for answer, theirs in (("yes", draft.yes), ("no", draft.no)):
            yield f"{answer} = [{', '.join(quoted(MARK + word) for word in theirs)}]"
    yield from _wide(draft)


def _line(guess: Guess) -> Iterator[str]:
    header = quoted(guess.header)
    if guess.sure:
        yield f"{header} = {quoted(guess.candidates[0])}"
    elif len(guess.candidates) == 1 and guess.why == "by its name":
        yield f"{header} = {quoted(MARK + guess.candidates[0])}"
    elif guess.candidates:
        yield f"# {header} = {quoted(MARK)}  # {guess.why}: {' or '.join(guess.candidates)}"
    else:
        yield f"# {header} = {quoted(MARK)}  # {guess.why or 'nothing is known of it'}"


def _wide(draft: Draft) -> Iterator[str]:
    if draft.cells:
        yield from ("", "[wide.grammar]")
        yield "# How a cell names products: 2 x Zinc 15 mg; Iron 18 mg"
        yield from (f"separator = {quoted(MARK + ';')}", 'size = "before"', 'word = "x"')
        for header, time in draft.cells.items():
            yield from ("", f"[wide.cells.{quoted(header)}]")
            yield f"time_of_administration = {quoted(MARK + time)}"
    if draft.numbered:
        yield from ("", "[wide.numbered]")
        yield from (f"from = {draft.numbers[0]}", f"to = {draft.numbers[1]}")
        yield from ("", "[wide.numbered.columns]")
        for header, name in draft.numbered.items():
            yield f"{quoted(header)} = {quoted(MARK + name)}"
