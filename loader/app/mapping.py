"""Drafting a mapping profile from a sheet, and showing what a profile makes of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from loader.app.check import OpenSource
from loader.core.errors import HeaderBelow, InputError
from loader.core.mapping import Profile
from loader.core.mapping_bind import bind
from loader.core.mapping_draft import profile_text
from loader.core.mapping_rows import RowReader
from loader.core.mapping_suggest import draft_of, may_be_header
from loader.core.mapping_table import MappedTable
from loader.core.model import Mask, RawTable, ReadOptions
from loader.core.places import file_row
from loader.core.privacy import Privacy, shown
from loader.core.returned import returned
from loader.core.table import folded
from schemas.pouch_orders import BY_NAME, KEY

SAMPLE_ROWS = 3
_MOST_WORDS = 10  # values without a map that are named, per column

SourceKnowing = Callable[[Callable[[str], bool]], OpenSource]
Cells = list[tuple[str, str | None]]


def suggest(path: Path, source_knowing: SourceKnowing, options: ReadOptions) -> str:
    """Return the text of a draft for the file; `InputError` where no header can be found in it."""
    try:
        table = _opened(path, source_knowing(may_be_header), options)
    except HeaderBelow:
        raise
    except InputError:
        # Headers that nobody ever heard of: any words will do, if the file is sound otherwise.
        table = _opened(path, source_knowing(lambda text: any(map(str.isalpha, text))), options)
    return profile_text(draft_of(table), table, table.header_row)


def _opened(path: Path, source_for: OpenSource, options: ReadOptions) -> RawTable:
    try:
        return source_for(path).open(path, options)
    except HeaderBelow as below:
        lower = Profile(path="", sha256="", header_row=below.row)
        return source_for(path).open(path, replace(options, profile=lower))


# ------------------------------------------------------------------ map check
@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the file before mapping, and the contents that it becomes; blanks left out."""

    row: int
    before: Cells
    after: list[Cells]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a profile makes of a file. `passed` are values of mapped columns without a map."""

    rows: list[SampleRow]
    unmapped: tuple[str, ...]
    passed: Mapping[str, list[str | None]]


def look(path: Path, source_for: OpenSource, options: ReadOptions, privacy: Privacy) -> Shown:
    """Return what the profile in `options` makes of the first rows of the file."""
    assert options.profile is not None  # noqa: S101  # its callers have one
    table = returned(source_for(path).open(path, options))
    bound = bind(options.profile, table, 0)
    mapped = MappedTable(options.profile, bound, table, 0)
    reader = RowReader(options.profile, bound, table.headers)
    rows: list[SampleRow] = []
    passed: dict[str, dict[str, None]] = {}
    personal = _personal(mapped)
    for raw in table.slices:
        raw = replace(raw, cells=raw.cells.reset_index(drop=True))
        expanded, _ = mapped.expand(raw, reader)
        texts = {name: expanded.raw.cells[place] for place, name in expanded.matched.items()}
        for position in range(min(SAMPLE_ROWS - len(rows), len(raw.rows))):
            number = int(raw.rows[position])
            before = zip(table.headers, raw.cells.iloc[position], strict=True)
            rows.append(
                SampleRow(
                    number,
                    [(header, shown(text, personal=place in personal, privacy=privacy))
                     for place, (header, text) in enumerate(before) if text.strip()],
                    _after(texts, file_row(expanded.raw.rows) == number, privacy),
                )
            )  # fmt: skip
        for name, meanings in options.profile.values.items():
            known = {*meanings, *map(folded, meanings.values())}
            for text in texts[name].unique() if name in texts else ():
                if text.strip() and folded(text) not in known:
                    passed.setdefault(name, {})[text.strip()] = None
    return Shown(
        rows, bound.unmatched,
        {name: [shown(text, personal=_hidden(name), privacy=privacy)
                for text in list(words)[:_MOST_WORDS]] for name, words in passed.items()},
    )  # fmt: skip


def _after(texts: Mapping[str, pd.Series], own: Mask, privacy: Privacy) -> list[Cells]:
    """Return the contents of one row of the file, blanks left out."""
    return [
        [
            (name, shown(str(column.iat[at]), personal=_hidden(name), privacy=privacy))
            for name, column in texts.items()
            if column.iat[at]
        ]
        for at in np.flatnonzero(own).tolist()
    ]


def _hidden(name: str) -> bool:
    return BY_NAME[name].personal or name == KEY


def _personal(mapped: MappedTable) -> set[int]:
    """Return the positions whose cells may be about a person: also all that have no meaning."""
    plain = {place for name, place in mapped.bound.columns.items() if not _hidden(name)}
    for slot in mapped.bound.slots:
        plain |= {place for name, place in slot.columns.items() if not _hidden(name)}
        plain |= {slot.cell}
    plain -= set(mapped.bound.key_positions)
    return set(range(len(mapped.table.headers))) - plain
