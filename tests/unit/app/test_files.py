"""Several files as one run: the same order in two of them, the same dose, cells of findings."""

import csv
from pathlib import Path

import pytest

from loader import wiring
from loader.app.planning import Job, validate
from loader.core.errors import InputError
from loader.core.model import Run

PRODUCT = "00000000-0000-4000-8000-000000000101"


def order(key: str, **changes: str) -> dict[str, str]:
    """Return a row that is an order."""
    return {
        "note": "", "Order ID": key, "First name": "Ada", "Last name": "Example",
        "Street": "1 Sample Street", "City": "Sampleton", "Country": "United States",
        "Product ID": PRODUCT, "accept": "", **changes,
    }  # fmt: skip


def run(folder: Path, *files: list[dict[str, str]]) -> Run:
    """Validate files with these rows."""
    paths = []
    for number, rows in enumerate(files, 1):
        paths.append(folder / f"{number}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, order(""))
            writer.writeheader()
            writer.writerows(rows)
    job = Job(
        command="validate", run_id="run_1", env="sandbox", base_url=None, paths=paths
    )  # fmt: skip
    return validate(job, wiring.source_for, wiring.SystemClock(), None, None)


def results(one: Run) -> list[tuple[str, int, str]]:
    """Return key, input and result of every order."""
    return [(o.key, o.input, o.result.value) for o in one.orders]


def places(one: Run, code: str) -> list[tuple[int, str | None, str | None, str | None]]:
    """Return input, cell, header and order of the findings of one code."""
    return [(f.input, f.cell, f.header, f.order) for f in one.findings if f.code == code]


def test_the_same_order_in_two_files_is_one(tmp_path: Path) -> None:
    """Same key, same content: one order, and a note at each row of the second file."""
    one = run(tmp_path, [order("A")], [order("A"), order("B", **{"First name": "Bo"})])
    assert results(one) == [("A", 0, "ready"), ("B", 1, "ready")]
    assert places(one, "FILES-SAME") == [(1, "B2", "Order ID", "A")]
    assert one.exit_code == 0


def test_the_same_number_with_other_content_is_an_error(tmp_path: Path) -> None:
    """Same key, other content: both are kept back, and nobody guesses which one is meant."""
    one = run(tmp_path, [order("A")], [order("A", City="Elsewhere")])
    assert results(one) == [("A", 0, "to_correct"), ("A", 1, "to_correct")]
    assert places(one, "FILES-DIFFER") == [
        (1, "B2", "Order ID", "A"),
        (0, "B2", "Order ID", "A"),
    ]


def test_numbers_that_differ_in_capitals_alone_are_told_across_files(tmp_path: Path) -> None:
    """One order typed in two ways would be two: both are kept back, wherever they stand."""
    bo = order("Ord-1", **{"First name": "Bo"})
    one = run(tmp_path, [order("ORD-1")], [bo, order("C", **{"First name": "Cy"})])
    assert results(one) == [
        ("ORD-1", 0, "to_correct"), ("Ord-1", 1, "to_correct"), ("C", 1, "ready"),
    ]  # fmt: skip
    assert places(one, "KEY-CASE") == [
        (0, "B2", "Order ID", "ORD-1"), (1, "B2", "Order ID", "Ord-1"),
    ]  # fmt: skip
    [first, _] = [f.message for f in one.findings if f.code == "KEY-CASE"]
    assert first == "The order number differs from Ord-1 only in capitals."


def test_one_file_tells_numbers_alike_once(tmp_path: Path) -> None:
    """What the declared rule tells within one file is not told again beside another file."""
    twins = [order("a"), order("A", **{"First name": "Bo"})]
    one = run(tmp_path, twins, [order("B", **{"First name": "Cy"})])
    assert [f.order for f in one.findings if f.code == "KEY-CASE"] == ["a", "A"]


def test_the_same_dose_in_two_files_waits_for_a_look(tmp_path: Path) -> None:
    """The same person and contents under two keys in two files: the second one is asked about."""
    one = run(tmp_path, [order("A")], [order("B", **{"Last name": " example"})])
    assert results(one) == [("A", 0, "ready"), ("B", 1, "to_correct")]
    assert places(one, "DOSE-TWICE") == [(1, "B2", "Order ID", "B")]
    accepted = run(tmp_path, [order("A")], [order("B", accept="dose-twice")])
    assert results(accepted) == [("A", 0, "ready"), ("B", 1, "ready")]


def test_one_file_tells_a_double_dose_once(tmp_path: Path) -> None:
    """Within one file the declared rule tells it; it is not told a second time."""
    one = run(tmp_path, [order("A"), order("B")])
    assert [f.code for f in one.findings] == ["DOSE-TWICE"]


def test_one_unreadable_file_stops_all(tmp_path: Path) -> None:
    """Nothing is kept of the files before it: exit 3, and the file is named."""
    (tmp_path / "2.csv").write_bytes(b"")
    job = Job(
        command="validate", run_id="run_1", env="sandbox", base_url=None,
        paths=[tmp_path / "1.csv", tmp_path / "2.csv"],
    )  # fmt: skip
    run(tmp_path, [order("A")])
    with pytest.raises(InputError, match=r"2\.csv"):
        validate(job, wiring.source_for, wiring.SystemClock(), None, None)
