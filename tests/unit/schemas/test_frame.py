"""The derived schema judges typed columns, each check under the code of its finding."""

import pandas as pd
import pandera.pandas as pa
import pytest

from schemas.frame import order_schema
from schemas.pouch_orders import FIELDS


def test_every_column_is_in_the_schema_and_none_is_required() -> None:
    """A file has the columns that it has."""
    assert list(order_schema().columns) == [field.name for field in FIELDS]
    order_schema().validate(pd.DataFrame({"city": pd.Series(["Sampleton"], dtype="str")}))


@pytest.mark.parametrize(
    ("name", "values", "dtype", "code"),
    [
        ("city", ["x" * 51], "str", "TEXT-LONG"),
        ("custom_label", ["Zoë"], "str", "TEXT-SYMBOL"),
        ("time_of_administration", ["Bedtime"], "str", "TIME-UNUSUAL"),
        ("duration", [61], "Int64", "NUMBER-RANGE"),
        ("quantity", [0], "Int64", "NUMBER-RANGE"),
        ("cycle_length", [8], "Int64", "NUMBER-RANGE"),
    ],
)
def test_a_check_fails_under_its_code_and_names_the_row(
    name: str, values: list[object], dtype: str, code: str
) -> None:
    """An empty cell never fails."""
    empty = "" if dtype == "str" else pd.NA
    frame = pd.DataFrame({name: pd.Series([empty, *values], dtype=dtype)})
    with pytest.raises(pa.errors.SchemaErrors) as failure:
        order_schema().validate(frame, lazy=True)
    cases = failure.value.failure_cases
    assert cases[["column", "check", "index"]].values.tolist() == [[name, code, 1]]


def test_a_column_of_another_type_is_refused() -> None:
    """Cells are parsed first; the schema guesses nothing."""
    with pytest.raises(pa.errors.SchemaError):
        order_schema().validate(pd.DataFrame({"duration": pd.Series(["30"], dtype="str")}))
