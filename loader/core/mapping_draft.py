"""The draft of a mapping profile as text: what is likely is marked, the rest commented out."""

import json
from collections.abc import Iterator

from loader.core.mapping_suggest import Draft, Guess
from loader.core.mapping_text import MARK
from loader.core.model import RawTable
from schemas.pouch_orders import KEY


def profile_text(draft: Draft, table: RawTable, header_row: int) -> str:
    """Return the draft as the text of a profile."""
    return "\n".join([*_head(draft), *_file(draft, table, header_row), *_body(draft), ""])


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _head(draft: Draft) -> Iterator[str]:
    yield "# A draft of a mapping profile: their words on the left, ours on the right."
    yield f"# Look at each line that has a {MARK}: correct it, then remove the {MARK}. Until then"
    yield "# `plan` and `submit` refuse the profile. Lines with # are not read: decide each, remove"
    yield "# the #, or list its header under ignore. A header without either holds orders back."
    yield "# `order-loader map check FILE --map THIS` shows what it does."
    yield "version = 1"
    own = [guess.header for guess in draft.guesses if guess.own_use]
    if own:
        yield "# Columns for their own use, never sent:"
        yield f"# ignore = [{', '.join(map(quoted, own))}]"
    if draft.fill_down:
        yield "# Empty in some rows, or merged downwards. If these belong to the row above them:"
        yield f"# fill_down = [{', '.join(map(quoted, draft.fill_down))}]"


def _file(draft: Draft, table: RawTable, header_row: int) -> Iterator[str]:
    lines = []
    if table.file.sheet is not None:
        lines.append(f"sheet = {quoted(table.file.sheet)}")
    if table.file.encoding not in (None, "utf-8", "utf-8-sig"):
        lines.append(f"encoding = {quoted(table.file.encoding or '')}")
    if header_row > 1:
        lines.append(f"header_row = {header_row}")
    if draft.decimal_comma:
        lines.append(f"decimal_sign = {quoted(MARK + ',')}")
    if lines:
        yield from ("", "[file]", *lines)


def _body(draft: Draft) -> Iterator[str]:
    named = any(guess.candidates == (KEY,) for guess in draft.guesses)
    if not named:
        yield from ("", "[key]")
        yield "# What makes the number of an order: new each month, the same on a second run."
        number = draft.person_number or draft.bare_number or "their header"
        pattern = f"{{{number}}}-{{batch}}"
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
    if guess.advice:
        yield f"# {guess.advice}"
    if guess.sure:
        yield f"{header} = {quoted(guess.candidates[0])}"
    elif guess.likely:
        yield f"{header} = {quoted(MARK + guess.candidates[0])}"
    elif guess.candidates:
        yield f"# {header} = {quoted(MARK)}  # {guess.why}: {' or '.join(guess.candidates)}"
    else:
        yield f"# {header} = {quoted(MARK)}  # {guess.why}"


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
