"""Where workbooks go, when none is written, and what is said instead."""

from pathlib import Path

import pytest

from loader.app.correction import correction, inputs_to_correct
from loader.app.planning import Job, validate
from loader.core.errors import InputError
from loader.core.model import ReadOptions
from loader.wiring import SystemClock, source_for
from tests.integration.workbook.conftest import Clinic

HEADER = "Order ID,First name,Last name,Street,City,Country,Product ID,Serving\n"
PRODUCT = "00000000-0000-4000-8000-000000000101"
GOOD = f"R1,Ada,Example,1 Sample Street,Sampleton,United States,{PRODUCT},1\n"
WRONG = f"R2,Ben,,1 Sample Street,Sampleton,United States,{PRODUCT},1\n"


def write(clinic: Clinic, name: str, *lines: str) -> Path:
    """Write an order file of the clinic."""
    path = clinic.folder / name
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def workbooks() -> list[Path]:
    """Return the workbooks in the default place."""
    return sorted(Path("reports").glob("*.xlsx"))


def test_it_goes_beside_the_report_for_its_owner_alone(
    clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    """By default it stands in reports/, is named at the end, and only its owner may read it."""
    assert clinic.do("validate", write(clinic, "a.csv", GOOD, WRONG)) == 1
    (path,) = workbooks()
    assert f"Workbook to correct: {path}" in capsys.readouterr().out
    assert path.name.endswith("-validate-a-to-correct.xlsx")
    assert path.stat().st_mode & 0o777 == 0o600
    (report,) = Path("reports").glob("*.html")
    assert path.name in report.read_text(encoding="utf-8")


def test_nothing_to_correct_no_workbook(clinic: Clinic) -> None:
    """A file that is ready leaves none behind, even where a place is named."""
    assert clinic.do("validate", write(clinic, "a.csv", GOOD), "--workbook", "w.xlsx") == 0
    assert workbooks() == []
    assert not Path("w.xlsx").exists()


@pytest.mark.parametrize("options", [["--no-workbook"], ["--format", "json"]])
def test_it_can_be_left_out(clinic: Clinic, options: list[str]) -> None:
    """It is not written when it is not wanted, nor beside a document that nobody asked it for."""
    assert clinic.do("validate", write(clinic, "a.csv", WRONG), *options) == 1
    assert workbooks() == []


def test_each_file_has_its_own(clinic: Clinic) -> None:
    """Several files of one run: one workbook for each that has something to correct."""
    paths = [
        write(clinic, "a.csv", WRONG), write(clinic, "b.csv", GOOD),
        write(clinic, "c.csv", WRONG.replace("R2", "R3")),
    ]  # fmt: skip
    assert clinic.do("validate", *paths, "--workbook", "w.xlsx") == 1
    assert sorted(path.name for path in Path().glob("w*.xlsx")) == ["w-1.xlsx", "w-3.xlsx"]


def test_a_file_that_changed_meanwhile_is_not_mixed_up(clinic: Clinic) -> None:
    """A plan whose file is another by now: no workbook, and words that say why."""
    path = write(clinic, "a.csv", WRONG)
    job = Job(command="validate", run_id="run_1", env="sandbox", base_url=None, paths=[path])
    run = validate(job, source_for, SystemClock(), None, None)
    write(clinic, "a.csv", GOOD, WRONG)
    ((index, wanted),) = inputs_to_correct(run).items()
    with pytest.raises(InputError, match="has changed since"):
        correction(run, index, wanted, source_for, ReadOptions())


def test_a_place_that_cannot_be_written_costs_no_result(
    clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run ends as it would have, and says what to do."""
    assert clinic.do("validate", write(clinic, "a.csv", WRONG), "--workbook", "a.csv/w.xlsx") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_excel_does_not_go_back_as_csv(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """A workbook has no delimiter to keep: it says so, and the run ends as it would have."""
    assert clinic.do("validate", write(clinic, "a.csv", WRONG), "--workbook", "w.xlsx") == 1
    assert clinic.do("validate", "w.xlsx", "--workbook", "w.csv") == 1
    assert not Path("w.csv").exists()
    assert "go back as an Excel file" in capsys.readouterr().err
