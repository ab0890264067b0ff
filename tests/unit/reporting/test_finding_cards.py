"""Findings of one kind are one card; what has to be done decides what is of one kind."""

from loader.core.findings import Finding, Severity
from loader.core.model import Run
from loader.core.privacy import Privacy
from loader.reporting.finding_cards import finding_cards


def test_findings_of_different_help_are_cards_of_their_own() -> None:
    """The first one's help never stands over a value that it cannot mend."""
    findings = [
        Finding(
            code="NUMBER-FORM", severity=Severity.ERROR, message="No.", column="serving_size",
            row=row, cell=f"C{row}", found=found, help=help_,
        )
        for row, found, help_ in ((2, "2,0", "A way."), (3, "x", "Digits."), (4, "y", "Digits."))
    ]  # fmt: skip
    run = Run(command="validate", run_id="r", env="stage", base_url=None, started_at=0.0)
    run.findings = findings
    cards = finding_cards(run, Privacy.MASKED)
    assert [(card.help, card.count) for card in cards] == [("A way.", 1), ("Digits.", 2)]
