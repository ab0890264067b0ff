"""The words of the correction workbook: what became of a row, and what to do about it."""

import re

from loader.core.correction import Correction, CorrectionRow
from loader.core.findings import Finding, Severity
from loader.core.model import Order, Result
from loader.reporting.standing import standing
from schemas.rules import RULES

OUTSIDE = "Outside any order"
MOST_FINDINGS = 10_000  # rows of the sheet Findings; the gravest come first
_WAITS = "To confirm"
_NOTHING_HERE = "Keep as it is: part of the order."
RULES_BY_CODE = {rule.code: rule for rule in RULES}
_NAMES_A_PLACE = re.compile(r"\{other_(cell|row)\}")


def result_of(row: CorrectionRow, found: list[Finding]) -> str:
    """Return what became of the row's order in two or three words."""
    if row.order is None:
        return OUTSIDE
    if row.order.result is Result.TO_CORRECT and found:
        holding = [finding for finding in found if finding.holds_back]
        if holding and all(finding.severity is Severity.CONFIRM for finding in holding):
            return _WAITS
    return standing(row.order).label


def advice(found: list[Finding], order: Order | None) -> str:
    """Return what to do about a row, one line per finding; the gravest first."""
    ranked = sorted(found, key=lambda finding: list(Severity).index(finding.severity))
    lines = [_line(finding) for finding in ranked if finding.holds_back]
    lines += [_line(finding) for finding in ranked if finding.severity is Severity.WARNING]
    if order is not None and order.result is Result.REFUSED:
        said = str((order.error or {}).get("message") or "it gave no reason")
        lines.insert(0, f"OK Capsule refused the order: {said}")
    return "\n".join(dict.fromkeys(lines)) or _NOTHING_HERE


def _line(finding: Finding) -> str:
    where = finding.header or finding.column
    words = f"{where}: {said(finding)}" if where else said(finding)
    meant = f" {suggested(finding)}" if finding.suggestion else ""
    if finding.severity is Severity.WARNING:
        return f"Look at {words}{meant}"
    return f"{words} {help_of(finding)}".strip() + meant


def suggested(finding: Finding) -> str:
    """Return what may be meant, for a person to decide: nothing is filled in."""
    return f"Suggested: {finding.suggestion}"


def said(finding: Finding) -> str:
    """Return the message; where it names another cell or row, it says that it means the file."""
    page = RULES_BY_CODE.get(finding.code)
    if page is None or not _NAMES_A_PLACE.search(page.message):
        return finding.message
    return f"{finding.message.rstrip('.')} (in your own file: see Source row)."


def help_of(finding: Finding) -> str:
    """Return how to put it right; a doubt may also be accepted in the workbook itself."""
    if finding.severity is not Severity.CONFIRM or not finding.holds_back:
        return finding.help
    accept = f"To accept it, write {finding.code} into the column accept."
    return f"{finding.help} {accept}".strip()


def note(found: list[Finding], unfit: str = "") -> str:
    """Return the note beside a cell: code, message, what is allowed, how to put it right."""
    parts = []
    for finding in found:
        lines = [f"{finding.code}: {said(finding)}"]
        lines += [f"Allowed: {finding.allowed}."] if finding.allowed else []
        lines += [suggested(finding)] if finding.suggestion else []
        lines += [help_of(finding)]
        parts.append("\n".join(line for line in lines if line))
    if unfit:
        stood = next((finding.found for finding in found if finding.found), "")
        kept = f" It showed: {stood}" if stood else ""
        parts.append(f"In your file this cell is {unfit}. Type the value in its place.{kept}")
    return "\n\n".join(parts)


def read_me(found: Correction, name: str) -> list[tuple[str, str]]:
    """Return the page that explains the workbook, as (kind, text): title, heading or words."""
    orders = {row.order.key for row in found.rows if row.order is not None}
    loose = sum(row.order is None for row in found.rows)
    what = [_amount(len(orders), "order")] if orders else []
    what += [f"{_amount(loose, 'row')} outside any order"] if loose else []
    page = [
        ("title", f"To correct: {' and '.join(what)} of {name}"),
        ("words", f"This workbook holds only what has to be put right in {name}. Your own file was"
                  " not changed. It holds personal data: keep it as safe as your own file."),
        ("heading", "What to do"),
        ("words", "1. Open the first sheet. The column “What to do” says what is wrong in each"
                  " row; coloured cells are where it is. Point at one to read more."),
        ("words", "2. Red cells must be corrected. Orange ones need a look: correct them, or, where"
                  " they are right, write the code into the column “accept”. Yellow ones are only"
                  " doubtful and keep nothing back."),
        ("words", "3. Correct the cells in place. You may also delete rows and move columns. Leave"
                  " the rows of an order together with all of it: an order is sent whole, or not."),
        ("words", f"4. Save this workbook and give it back in the same way as {name}, such as:"
                  " order-loader submit THIS-FILE.xlsx"),
        ("words", "What was sent before is skipped, so nothing is sent twice. The first three"
                  " columns (Result, What to do, Source row) are ours and are ignored."),
        ("heading", "Good to know"),
        ("words", "“Source row” is the row in your own file. When you give this workbook back, row"
                  " numbers are those of this workbook."),
        ("words", "Correct your own file, too, if you go on using it."),
    ]  # fmt: skip
    return page + [("words", text) for text in _remarks(found)]


def _remarks(found: Correction) -> list[str]:
    remarks = []
    hidden, ignored = found.skipped.get("ROW-HIDDEN", 0), found.skipped.get("ROW-IGNORED", 0)
    if hidden:
        remarks.append(f"Not in this workbook: {_amount(hidden, 'hidden row')} of your file.")
    if ignored:
        remarks.append(f"Not in this workbook: {_amount(ignored, 'row')} with IGNORE.")
    if found.unfit:
        remarks.append(
            f"{_amount(len(found.unfit), 'cell')} {'shows' if len(found.unfit) == 1 else 'show'}"
            " #N/A: what stood there was no plain text,"
            " such as a date or merged cells. The note at the cell says what it was."
        )
    if len(found.findings) > MOST_FINDINGS:
        remarks.append(
            f"The sheet “Findings” lists {MOST_FINDINGS:,} of {len(found.findings):,}, the gravest"
            " first; the report has all of them."
        )
    if found.added:
        remarks.append(f"Columns added at the end, because they are needed: {_list(found.added)}.")
    return remarks


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _amount(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
