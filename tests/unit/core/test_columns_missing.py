"""A column that every order needs and the file does not have."""

from loader.core.model import Result
from tests.unit.core.mapped import PLAIN, check
from tests.unit.core.tables import TableSource, check_source, codes, only


def without_city(rows: int) -> TableSource:
    """Return a file of orders that has no column for the city."""
    headers = ("Order ID", "First name", "Last name", "Street", "Country", "Product ID")
    product = "00000000-0000-4000-8000-000000000101"
    return TableSource(
        headers,
        [(f"A-{n}", f"Ada {n}", "Example", "1 A", "Austria", product) for n in range(rows)],
    )


def test_a_column_that_is_missing_is_told_once_for_the_whole_file() -> None:
    """Three orders, one finding; it keeps all of them back."""
    result = check_source(without_city(3))
    finding = only(result)
    assert (finding.code, finding.column, finding.row) == ("COLUMN-MISSING", "city", None)
    assert finding.message == "The file has no column for city."
    assert {order.result for order in result.orders} == {Result.TO_CORRECT}


def test_without_an_order_nothing_lacks_a_column() -> None:
    """Rows that belong to no order are told as such, and that is all there is to say."""
    source = without_city(1)
    source.rows = [("", *source.rows[0][1:])]
    assert codes(check_source(source)) == ["KEY-MISSING"]


def test_a_default_of_a_profile_stands_for_the_column() -> None:
    """What a profile fills in is not missing."""
    profile = PLAIN.replace('"No"', '"Order ID"') + '[defaults]\ncity = "Wien"\n'
    assert codes(check(profile, without_city(1), catalogue=None)) == ["MAP-DEFAULT"]


def test_help_names_columns_by_the_words_of_the_file() -> None:
    """Somebody whose header is Surname has no column last_name to fill."""
    headers = ("Order ID", "First name", "Surname", "Street", "City", "Country", "Product ID")
    product = "00000000-0000-4000-8000-000000000101"
    row = ("A", "Ada", "", "1 A", "Vienna", "Austria", product)
    assert only(check_source(TableSource(headers, [row]))).help == "Fill Surname."
