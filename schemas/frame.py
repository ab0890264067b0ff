"""The pandera schema of an order file, derived from the declarations.

It judges columns that are already typed: whole numbers as Int64, yes/no as boolean, the rest as
text with "" for an empty cell. Every check is named by the code of the finding that it becomes.
"""

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pandera.pandas as pa

from schemas.pouch_orders import FIELDS
from schemas.vocabulary import Field, Kind


@cache
def order_schema() -> pa.DataFrameSchema:
    """Return the schema of the typed columns; columns that a file does not have are not asked."""
    return pa.DataFrameSchema(
        {field.name: _column(field) for field in FIELDS}, unique_column_names=True
    )


def _column(field: Field) -> pa.Column:
    dtype: object = {Kind.INTEGER: pd.Int64Dtype(), Kind.BOOLEAN: pd.BooleanDtype()}.get(
        field.kind, "str"
    )
    return pa.Column(dtype, checks=_checks(field), nullable=True, required=False)


def _checks(field: Field) -> list[pa.Check]:
    checks = []
    if field.max_length is not None:
        checks.append(_shorter(field.max_length))
    if field.pattern is not None:
        checks.append(_matching(field.pattern))
    if field.usual:
        checks.append(_one_of(("", *field.usual), "TIME-UNUSUAL"))
    if field.allowed_numbers:
        checks.append(_one_of(field.allowed_numbers, "NUMBER-RANGE"))
    elif field.kind is Kind.INTEGER:
        checks.append(_between(field.minimum, field.maximum))
    return checks


def _shorter(limit: int) -> pa.Check:
    return pa.Check(lambda text: text.str.len() <= limit, name="TEXT-LONG")


def _matching(pattern: str) -> pa.Check:
    return pa.Check(lambda text: text.str.fullmatch(pattern), name="TEXT-SYMBOL")


def _one_of(values: Sequence[str] | Sequence[int], code: str) -> pa.Check:
    return pa.Check(lambda column: column.isin(values), name=code)


def _between(least: int | None, most: int | None) -> pa.Check:
    high = 2**62 if most is None else most
    return pa.Check(lambda number: number.between(least, high), name="NUMBER-RANGE")
