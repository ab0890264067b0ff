"""What to do after the demo: its sample is nobody's file, and it has a ledger of its own."""

from loader.core.model import Run
from loader.reporting.headline import amount
from loader.reporting.next_command import WORKBOOK_FACT, Step, command


def correct_demo(run: Run, number: int) -> Step:
    """The sample is nobody's file: what can be tried is the workbook to correct."""
    path = run.facts.get(WORKBOOK_FACT)
    then = (("Then send it to the same sandbox:", command(run, "submit", path)),) if path else ()
    return Step(
        title=f"Try to correct {amount(number, 'order')}",
        text="In your own file you would correct the cells and run the same command again. Here,"
        f" correct {path or 'the sample'}: every wrong cell is marked, and a note at it says how.",
        commands=then, show="to_correct",
    )  # fmt: skip


def go_on_with_your_own() -> Step:
    """What comes after the sample: nothing of it can be sent anywhere else."""
    return Step(
        title="Go on with orders of your own",
        text="Nothing is sent to OK Capsule before you name --env stage or --env prod and have"
        " set your sign-in.",
        commands=(
            ("An empty workbook to fill:", "order-loader template my-orders.xlsx"),
            ("Look at what is in it:", "order-loader validate my-orders.xlsx"),
            ("Rehearse sending it:", "order-loader submit my-orders.xlsx"),
        ),
    )
