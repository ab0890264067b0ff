"""What to do next, derived from the results: concrete steps, the most pressing first."""

import shlex
from collections import Counter

from loader.core.findings import Severity
from loader.core.model import Result, Run
from loader.reporting.demo_steps import correct_demo, go_on_with_your_own
from loader.reporting.finding_cards import Card
from loader.reporting.headline import amount
from loader.reporting.moments import changeable_until
from loader.reporting.next_command import (
    COMMAND_FACT,
    PLAN_FACT,
    READING,
    WORKBOOK_FACT,
    Step,
    again,
    command,
    given,
    is_demo,
)  # fmt: skip
from loader.reporting.order_rows import OrderRow
from loader.reporting.standing import counted

_FROM_FILES = frozenset({"validate", "plan", "submit"})
_MOST_NAMED = 10
_MOST_RELEASED = 3  # order numbers in a line to copy


def next_steps(run: Run, rows: list[OrderRow], cards: list[Card]) -> list[Step]:
    """Return the steps in the order in which they should be taken; never none."""
    counts = {one.name: number for one, number in counted(run)}
    steps = [
        _unknown(run, counts.get("unknown", 0)),
        _conflict(rows, counts.get("conflict", 0)),
        _correct(run, rows, cards),
        _confirm(rows, cards),
        _refused(run, rows, counts.get("refused", 0)),
        _resume(run, counts.get("deferred", 0) + counts.get("not_sent", 0)),
        _warnings(cards),
        _send(run, counts),
        _sent(run, counts.get("created", 0)),
    ]
    taken = [step for step in steps if step is not None]
    if not taken and not run.orders and any(one.rows for one in run.inputs):
        return [_no_orders()]
    return taken or [Step(title="Nothing", text="No order needs anything from you.")]


def _no_orders() -> Step:
    return Step(
        title="See why no row is an order",
        text="Every row was left out: it says IGNORE in the column “action”, or is hidden. Empty"
        " “action” in the rows that are to be ordered, also where you wrote over an example.",
    )


def _resume_command(run: Run, *options: str) -> str:
    """Name the run where this report is a run's own; without one, resume takes all unfinished."""
    which = (run.run_id,) if run.command in ("submit", "resume") else ()
    return command(run, "resume", *which, *options)


def _unknown(run: Run, number: int) -> Step | None:
    if not number:
        return None
    them = "it" if number == 1 else "them"
    return Step(
        title=f"Find out what became of {amount(number, 'order')}",
        text=f"No clear answer came back, so OK Capsule may or may not have made {them}. Never send"
        f" {them} again by hand or under a new number: that could make a second box.",
        commands=(
            ("To look, and send nothing:", command(run, "reconcile")),
            ("To look, and then send what was confirmed and not sent:", _resume_command(run)),
            (
                f"If a day later nobody finds {them}, to let {them} be sent again by a resume:",
                _release_command(run),
            ),
        ),
        show="unknown",
    )


def _release_command(run: Run) -> str:
    keys = [order.key for order in run.orders if order.result is Result.UNKNOWN]
    named = keys[:_MOST_RELEASED] if len(keys) <= _MOST_RELEASED else ["KEY", "KEY"]
    return command(run, "release", *named, "--because", "WHY")


def _conflict(rows: list[OrderRow], number: int) -> Step | None:
    if not number:
        return None
    named = [_named(row) for row in rows if row.order.result is Result.CONFLICT]
    return Step(
        title=f"Contact OK Capsule support about {amount(number, 'order')}",
        text="OK Capsule holds something other than your file, or two orders, under the same"
        " number. Do not send anything for it again. Give support the order numbers. Do it"
        " soon: an order can be cancelled only until it is accepted, which happens every night at"
        " midnight Pacific time.",
        points=_few(named),
        show="conflict",
    )


def _correct(run: Run, rows: list[OrderRow], cards: list[Card]) -> Step | None:
    number = sum(_is_to_correct(row) for row in rows)
    loose = [card for card in cards if card.severity is Severity.ERROR and not card.orders]
    unplaced = sum(card.count for card in loose if card.placed)
    if not number and not loose:
        return None
    if is_demo(run):
        return correct_demo(run, number)
    what = [amount(number, "order")] if number else []
    what += [amount(unplaced, "row") + " outside any order"] if unplaced else []
    line = again(run) if run.command in _FROM_FILES else None
    how = "run the same command again" if line == run.facts.get(COMMAND_FACT) else "submit it again"
    return Step(
        title=f"Correct {' and '.join(what) or 'the file'} in your spreadsheet",
        text="The findings of this report say where and how. Save the file and"
        f" {how}: what is finished is skipped, so nothing is sent twice.{_workbook(run)}",
        commands=(("", line),) if line else (),
        show="to_correct" if number else "",
    )


def _workbook(run: Run) -> str:
    """Return what to do with the workbook that has only these rows, where one was written."""
    path = run.facts.get(WORKBOOK_FACT)
    if path is None:
        return ""
    return (
        f" Or correct them in {path}: it holds just these orders, with every wrong cell marked, and"
        " is given back in place of your file."
    )


def _is_to_correct(row: OrderRow) -> bool:
    """True where something must be changed, not only looked at."""
    if row.order.result is not Result.TO_CORRECT:
        return False
    holding = [card for card in row.cards if card.holds_back]
    return not holding or any(card.severity is Severity.ERROR for card in holding)


def _confirm(rows: list[OrderRow], cards: list[Card]) -> Step | None:
    waiting = [card for card in cards if card.severity is Severity.CONFIRM and card.holds_back]
    if not waiting:
        return None
    held = {row.order.key for row in rows if row.order.result is Result.TO_CORRECT}
    number = len({key for card in waiting for key in card.orders} & held)
    what = amount(number, "order") if number else amount(len(waiting), "finding")
    return Step(
        title=f"Look at {what} that need{'s' if what.startswith('1 ') else ''} your confirmation",
        text="The findings of this report say why. Where everything is right as it is, write the"
        " code in the column “accept” of the order, or add --accept and the code to the command to"
        " accept it in the whole file. Otherwise correct the file. Then run the command again.",
        points=_few([f"{card.code}: {card.message or card.title}" for card in waiting]),
    )


def _refused(run: Run, rows: list[OrderRow], number: int) -> Step | None:
    if not number:
        return None
    said = Counter(row.message for row in rows if row.order.result is Result.REFUSED)
    points = tuple(
        f"{message or 'No reason was given'} ({amount(count, 'order')})"
        for message, count in said.most_common(_MOST_NAMED)
    )
    return Step(
        title=f"Read why OK Capsule refused {amount(number, 'order')}",
        text="Nothing was made for them. If the content is wrong, correct it in your spreadsheet"
        " and run the same command again. This is what OK Capsule said:",
        points=points,
        commands=(
            (
                "If something is to be put right at OK Capsule, such as packaging or a product,"
                " have it done first; then send them again as they are:",
                _resume_command(run, "--refused"),
            ),
        ),
        show="refused",
    )


def _resume(run: Run, number: int) -> Step | None:
    if not number and not run.stopped:
        return None
    why = f"The run stopped early: {run.stopped.rstrip('.')}. " if run.stopped else ""
    return Step(
        title=f"Send {amount(number, 'order')} that {'is' if number == 1 else 'are'} still waiting"
        if number
        else "Finish the run",
        text=f"{why}{'No order was made for them yet.' if number else ''}",
        commands=(
            (
                "This sends each of them once:" if number else "This takes up what is left:",
                _resume_command(run),
            ),
        ),
        show="not_sent" if run.orders and _has(run, Result.NOT_SENT) else "deferred",
    )


def _has(run: Run, result: Result) -> bool:
    return any(order.result is result for order in run.orders)


def _send(run: Run, counts: dict[str, int]) -> Step | None:
    writes = ("ready", "create", "update", "cancel", "hold", "unhold")
    number = sum(counts.get(name, 0) for name in writes)
    if run.command not in ("validate", "plan") or not number:
        return None
    plan = run.facts.get(PLAN_FACT)
    files = [plan] if plan else [one.file.path for one in run.inputs] + given(run, READING)
    kept = counts.get("to_correct", 0)
    text = "Nothing has been sent yet. This command shows the plan and asks before it sends it."
    if kept:
        text += f" It leaves out {amount(kept, 'order')} to correct, to follow later."
    return Step(
        title=f"Send the {amount(number, 'order')} that {'is' if number == 1 else 'are'} ready",
        text=text,
        commands=(("", command(run, "submit", *files)),),
    )


def _warnings(cards: list[Card]) -> Step | None:
    warnings = sum(card.count for card in cards if card.severity is Severity.WARNING)
    if not warnings:
        return None
    return Step(
        title=f"Read {amount(warnings, 'warning')}",
        text="They keep nothing back. Make sure that each value is what you mean.",
    )


def _sent(run: Run, number: int) -> Step | None:
    if run.command not in ("submit", "resume") or not number:
        return None
    if is_demo(run):
        return go_on_with_your_own()
    if run.env == "sandbox":
        return Step(
            title="When you are content with the rehearsal, order for real",
            text="Products have other ids there, and it needs your sign-in.",
            commands=(
                ("First in the test environment, where nothing ships:", _real(run, "stage")),
                ("Then in production:", _real(run, "prod")),
            ),
        )
    return Step(
        title="If you need to stop an order, do it today",
        text=f"They are Pending until {changeable_until(run)}. Until then they can be put on hold,"
        " changed or cancelled; later only OK Capsule support may be able to help.",
    )


def _real(run: Run, env: str) -> str:
    """Return the command that sends the files of a rehearsal in earnest."""
    files = [one.file.path for one in run.inputs]
    return shlex.join(("order-loader", "submit", *files, *given(run, READING), "--env", env))


def _named(row: OrderRow) -> str:
    number = row.number or row.order.order_id
    return f"{row.order.key} – OK Capsule’s {number}" if number else row.order.key


def _few(points: list[str]) -> tuple[str, ...]:
    if len(points) <= _MOST_NAMED:
        return tuple(points)
    return (*points[:_MOST_NAMED], f"and {len(points) - _MOST_NAMED:,} more")
