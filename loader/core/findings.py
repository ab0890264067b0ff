"""A finding: one thing about the data that a person should know, exact to the cell."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to its order."""

    ERROR = "error"  # keeps the order back
    CONFIRM = "confirm"  # keeps it back until somebody accepts its code
    WARNING = "warning"  # does not
    NOTE = "note"  # says what was tidied

    @property
    def holds_back(self) -> bool:
        """True where the order must not be sent because of it."""
        return self in (Severity.ERROR, Severity.CONFIRM)

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_RANKS = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem at one place.

    `row` is the number that a spreadsheet program shows (1-based, header included), None for
    the whole file. `column` is the canonical name, `header` the file's own. `found` is the raw
    value and may be personal: it is masked on output (`personal`), and therefore never repeated
    in `message`, `allowed` or `help`. `suggestion` is what may be meant instead, as personal as
    what was found. `order` is the key of the order that it belongs to.
    """

    code: str
    severity: Severity
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    header: str | None = None
    cell: str | None = None
    found: str | None = None
    personal: bool = False
    allowed: str = ""
    help: str = ""
    order: str | None = None
    input: int = 0
    accepted: bool = False
    suggestion: str | None = None

    @property
    def holds_back(self) -> bool:
        """True where this finding keeps its order from being sent."""
        return self.severity.holds_back and not self.accepted

    @property
    def letters(self) -> str:
        """The letters of its cell's column; "" where it has no cell."""
        return (self.cell or "").rstrip("0123456789")

    def of(self, order: str | None) -> "Finding":
        """Return the same finding, belonging to `order`."""
        return replace(self, order=order)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Equal findings shown as one: same code, column, header, words and value, other rows."""

    first: Finding
    rows: tuple[int, ...]
    orders: tuple[str, ...]


def group_equal(findings: list[Finding]) -> list[FindingGroup]:
    """Fold findings that differ only in their place; errors first, then by first row."""
    together: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        same = (
            finding.code, finding.severity, finding.accepted, finding.input, finding.sheet,
            finding.column, finding.header, finding.letters, finding.message, finding.found,
            finding.help,
        )  # fmt: skip
        together.setdefault(same, []).append(finding)
    groups = [
        FindingGroup(
            first=members[0],
            rows=tuple(dict.fromkeys(f.row for f in members if f.row is not None)),
            orders=tuple(dict.fromkeys(f.order for f in members if f.order is not None)),
        )
        for members in together.values()
    ]
    return sorted(groups, key=lambda g: (g.first.severity.rank, g.first.input, g.first.row or 0))


def column_letters(position: int) -> str:
    """Return the letters of the 0-based column `position`: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
