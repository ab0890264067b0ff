"""Tables of a profile, read strictly: types, known keys, and the mark of what is not confirmed."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loader.core.errors import InputError
from loader.core.privacy import printable
from schemas.pouch_orders import BY_NAME

MARK = "?"  # a text that begins with it was drafted by a program, and no person confirmed it
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the profile; `name` is its dotted key, "" for the whole file.

    `unconfirmed` collects the dotted keys of texts that have the mark.
    """

    path: str
    name: str
    content: Mapping[str, Any]
    unconfirmed: list[str]

    def names(self) -> list[str]:
        """Return the keys of the table."""
        return list(self.content)

    def dotted(self, key: str) -> str:
        """Return the key with its table, as the file spells it."""
        bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
        shown = key if bare or "." in key else f'"{printable(key, 60)}"'
        return f"{self.name}.{shown}" if self.name else shown

    def wrong(self, key: str, allowed: str, found: object, known: Iterable[str] = ()) -> InputError:
        """Return the error about a key: file, key, what was found, what is allowed."""
        near = difflib.get_close_matches(str(found), list(known), n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        return InputError(
            f"{self.path}: {self.dotted(key)} cannot be {printable(repr(found), 80)}.",
            hint=f"{hint}Allowed: {allowed}.",
        )

    def only(self, known: Sequence[str]) -> None:
        """Raise `InputError` for a key that is not known, with the nearest that is."""
        for key in self.content:
            if key in known:
                continue
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            meant = f"Did you mean {near[0]}? " if near else ""
            more = " …" if len(known) > _MOST_LISTED else ""
            where = f" in [{self.name}]" if self.name else ""
            raise InputError(
                f"{self.path}: {self.dotted(key)} is not known.",
                hint=f"{meant}Known{where}: {', '.join(known[:_MOST_LISTED])}{more}.",
            )

    # -------------------------------------------------------------- tables
    def table(self, key: str, known: Sequence[str]) -> "Table":
        """Return a table whose keys are known, empty where it is not there."""
        inner = self.mapping(key)
        inner.only(known)
        return inner

    def mapping(self, key: str) -> "Table":
        """Return a table whose keys are theirs, empty where it is not there."""
        content = self.content.get(key, {})
        if not isinstance(content, dict):
            raise self.wrong(key, f"a table: [{self.dotted(key)}]", content)
        return Table(self.path, self.dotted(key), content, self.unconfirmed)

    # -------------------------------------------------------------- values
    def text(self, key: str) -> str | None:
        """Return a text without its mark, None where the key is not there."""
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(key, "text in quotes", value)
        if not value.startswith(MARK):
            return value
        self.unconfirmed.append(self.dotted(key))
        return value.removeprefix(MARK).strip()

    def value(self, key: str) -> str:
        """Return a text, a whole number or a yes/no as the text of a cell."""
        value = self.content.get(key)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return str(value)
        return self.text(key) or ""

    def choice(self, key: str, allowed: Sequence[str]) -> str | None:
        """Return one of the allowed texts, None where the key is not there."""
        value = self.text(key)
        if value is not None and value not in allowed:
            raise self.wrong(key, " or ".join(f'"{one}"' for one in allowed), value, allowed)
        return value

    def number(self, key: str, *, at_least: int) -> int | None:
        """Return a whole number, None where the key is not there."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
            raise self.wrong(key, f"a whole number, {at_least} or more", value)
        return value

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers from 1."""
        value = self.content.get(key, [])
        kept = [n for n in value if isinstance(n, int) and n > 0] if isinstance(value, list) else []
        if kept != value:
            raise self.wrong(key, "a list of row numbers, such as [2, 3]", value)
        return tuple(kept)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text stands for a list of one, "" for an empty list."""
        value = self.content.get(key, [])
        value = ([value] if value else []) if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(key, 'a list of texts, such as ["one", "two"]', value)
        if any(one.startswith(MARK) for one in value):
            self.unconfirmed.append(self.dotted(key))
        return tuple(one.removeprefix(MARK).strip() for one in value)

    # -------------------------------------------------------------- our columns
    def column(self, key: str) -> str:
        """Return the name of one of our columns."""
        return self.column_name(key, self.text(key) or "")

    def column_name(self, key: str, name: str) -> str:
        """Return `name` if it is one of our columns; `InputError` with the nearest otherwise."""
        if name not in BY_NAME:
            allowed = "a column of the order file: `order-loader schema` lists them"
            raise self.wrong(key or name, allowed, name, BY_NAME)
        return name
