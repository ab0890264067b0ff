"""Values of a profile: their words → ours, their decimal sign, and defaults for what is empty."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa

from loader.core import cells
from loader.core.group import CONTENT, PACK, STANDALONE, any_in, filled, group
from loader.core.mapping_text import Table
from loader.core.model import Mask
from loader.core.table import folded
from loader.core.validate import Checked
from schemas.demands import Level
from schemas.frame import order_schema
from schemas.pouch_orders import BY_NAME, FIELDS
from schemas.vocabulary import Field, Kind

_WRITTEN = re.compile(r"-?[0-9.,]+")
_SWAPPED = str.maketrans(",.", ".,")


def value_maps(table: Table, yes: Iterable[str], no: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return our column → folded text of theirs → ours; two texts that fold alike are refused."""
    maps: dict[str, dict[str, str]] = {}
    words = {**dict.fromkeys(map(folded, yes), "yes"), **dict.fromkeys(map(folded, no), "no")}
    if words:
        maps = {one.name: dict(words) for one in FIELDS if one.kind is Kind.BOOLEAN}
    for column in table.names():
        inner = table.mapping(table.column_name(column, column))
        own: dict[str, str] = {}
        for text in inner.names():
            if folded(text) in own:
                raise inner.wrong(text, "each value once; capitals and blanks do not count", text)
            own[folded(text)] = inner.value(text)
        maps[column] = {**maps.get(column, {}), **own}
    return maps


def mapped(texts: pd.Series, meanings: Mapping[str, str]) -> pd.Series:
    """Return a column with every text that has a meaning replaced by it; the others stay."""
    known = {text: meanings[folded(text)] for text in texts.unique() if folded(text) in meanings}
    return texts.map(known).fillna(texts).astype("str") if known else texts


def with_point(texts: pd.Series, numbers: Mask) -> pd.Series:
    """Return a column whose written numbers have a decimal comma, with a decimal point instead.

    Points become commas, which no whole number may have: 1.000 is never taken for 1. `numbers`
    are number cells of a workbook, whose text has a point in any language.
    """
    written = {
        text: text.translate(_SWAPPED) for text in texts.unique()
        if ("," in text or "." in text) and _WRITTEN.fullmatch(text.strip())
    }  # fmt: skip
    if not written:
        return texts
    return texts.where(numbers, texts.map(written).fillna(texts)).astype("str")


# ------------------------------------------------------------------ defaults
def checked_default(declared: Field, value: str) -> tuple[str, str]:
    """Return the default as it would be read from a cell, and what is allowed where it is wrong."""
    parsed = cells.parse(pd.Series([value], dtype="str"), declared)
    wrong = not value.strip() or bool(parsed.codes.keys() - {"CHOICE-TIDIED", "NUMBER-TIDIED"})
    try:
        order_schema().validate(pd.DataFrame({declared.name: parsed.values}), lazy=True)
    except pa.errors.SchemaErrors as failures:
        wrong |= bool((failures.failure_cases["column"] == declared.name).any())
    return value, declared.allowed if wrong else ""


def fill_defaults(checked: Checked, defaults: Mapping[str, str]) -> dict[str, int]:
    """Fill groups without a value in place; return per column how many orders' parts it filled.

    A value stands for its whole order, line or pouch: one row that has it is enough.
    """
    counts: dict[str, int] = {}
    for name, value in defaults.items():
        declared = BY_NAME[name]
        kept = np.flatnonzero(~checked.outside)
        frame = checked.frame.iloc[kept].reset_index(drop=True)
        groups = group(frame)
        of_row, count = groups.of(declared.level)
        if declared.level is Level.CONTENT:
            of_row, count = np.arange(len(kept)), len(kept)
        lacking = (of_row >= 0) & ~any_in(of_row, filled(frame, name), count)[of_row]
        lacking &= _takes(declared, groups.kind)
        if not lacking.any():
            continue
        typed = cells.parse(pd.Series([value], dtype="str"), declared).values
        counts[name] = len(np.unique(of_row[lacking]))
        column = _column(checked.frame, name, typed)
        column[kept[lacking]] = typed.iloc[0]
        checked.frame[name] = pd.Series(column, dtype=typed.dtype)
    return counts


def _takes(declared: Field, kind: np.ndarray) -> Mask:
    """Return which rows may have a value of this column at all."""
    if declared.name == "quantity":
        return np.asarray(kind == STANDALONE)
    if declared.level is Level.POUCH:
        return np.isin(kind, (CONTENT, PACK))
    if declared.level is Level.CONTENT:
        return np.asarray(kind == CONTENT)
    return np.ones(len(kind), dtype=bool)


def _column(frame: pd.DataFrame, name: str, typed: pd.Series) -> np.ndarray:
    if name in frame.columns:
        return frame[name].to_numpy(dtype=object).copy()
    return np.full(len(frame), "" if typed.dtype == "str" else pd.NA, dtype=object)
