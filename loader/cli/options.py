"""Options that several commands share, and what the person chose with them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from loader.core.errors import UsageError

if TYPE_CHECKING:
    from loader.core.model import ReadOptions
    from loader.core.privacy import Privacy
    from loader.wiring import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
ENVIRONMENTS = ("sandbox", "stage", "prod")
PRIVACIES = ("masked", "full", "none")  # of loader.core.privacy, which --help need not import
CODE_SEPARATOR = ";"
READING = frozenset({"sheet", "encoding", "hidden_rows", "accept", "mapping", "batch"})


def stack(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Return one decorator that adds options in the order in which they are named."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


form = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
                    show_default=True, envvar="ORDER_LOADER_FORMAT",
                    help="Words, or one document.")  # fmt: skip
ledger = click.option("--ledger", envvar="ORDER_LOADER_LEDGER", metavar="URL",
                      help="Where it is kept what was sent.  [default: a file in your data"
                      " folder]")  # fmt: skip
no_input = click.option("--no-input", is_flag=True, envvar="ORDER_LOADER_NO_INPUT",
                        help="Never ask; stop instead.")  # fmt: skip

where = stack(
    click.option("--env", type=click.Choice(ENVIRONMENTS), default="sandbox",
                 show_default=True, envvar="ORDER_LOADER_ENV", help="Where orders go."),
    click.option("--base-url", envvar="ORDER_LOADER_BASE_URL", metavar="URL",
                 help="Another address of the API: https, or http on this machine."),
    ledger,
)  # fmt: skip

shown = stack(
    form,
    click.option("--privacy", type=click.Choice(PRIVACIES), default="masked",
                 show_default=True, envvar="ORDER_LOADER_PRIVACY",
                 help="How much of a person is shown."),
    click.option("-q", "--quiet", is_flag=True, envvar="ORDER_LOADER_QUIET", help="No progress."),
    click.option("-v", "--verbose", is_flag=True, envvar="ORDER_LOADER_VERBOSE",
                 help="Every finding, one by one."),
    no_input,
)  # fmt: skip

reading = stack(
    click.option("--sheet", envvar="ORDER_LOADER_SHEET", metavar="NAME",
                 help="The sheet to read, where a workbook has several."),
    click.option("--encoding", envvar="ORDER_LOADER_ENCODING", metavar="NAME",
                 help="The encoding of a CSV file that is not UTF-8, such as cp1252."),
    click.option("--hidden-rows", type=click.Choice(["read", "skip"]),
                 envvar="ORDER_LOADER_HIDDEN_ROWS", help="What to do with hidden rows."),
    click.option("--accept", multiple=True, envvar="ORDER_LOADER_ACCEPT", metavar="CODE",
                 help="Accept the findings of this code that only need a look."),
    click.option("--map", "mapping", type=click.Path(path_type=Path, dir_okay=False),
                 envvar="ORDER_LOADER_MAP", metavar="FILE.toml",
                 help="A profile that says what your own headers and values mean."),
    click.option("--batch", envvar="ORDER_LOADER_BATCH", metavar="TEXT",
                 help="The word for {batch} in the profile's key pattern, such as 2026-11."),
)  # fmt: skip

reporting = stack(
    click.option("--report", type=click.Path(path_type=Path, dir_okay=False),
                 envvar="ORDER_LOADER_REPORT",
                 help="Where the HTML report goes.  [default: reports/]"),
    click.option("--no-report", is_flag=True, envvar="ORDER_LOADER_NO_REPORT",
                 help="Write no report."),
)  # fmt: skip

workbooks = stack(
    click.option("--workbook", type=click.Path(path_type=Path, dir_okay=False),
                 envvar="ORDER_LOADER_WORKBOOK",
                 help="Where the rows to correct go: .xlsx, or .csv to give back as CSV."
                 "  [default: reports/]"),
    click.option("--no-workbook", is_flag=True, envvar="ORDER_LOADER_NO_WORKBOOK",
                 help="Write no workbook of rows to correct."),
)  # fmt: skip

results = click.option("--results", type=click.Path(path_type=Path, dir_okay=False),
                       envvar="ORDER_LOADER_RESULTS",
                       help="Write a workbook of what became of each order here."
                       )  # fmt: skip

connecting = stack(
    click.option("--concurrency", type=click.IntRange(1, 256), default=4, show_default=True,
                 metavar="N", envvar="ORDER_LOADER_CONCURRENCY",
                 help="Orders on their way at a time."),
    click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N",
                 envvar="ORDER_LOADER_RATE", help="At most N requests per second."),
    click.option("--timeout", type=click.FloatRange(0.1, 600), default=30.0, show_default=True,
                 envvar="ORDER_LOADER_TIMEOUT", metavar="SECONDS",
                 help="Longest time for one request."),
    click.option("--sign-in-field", type=click.Choice(["email", "username"]), default="email",
                 envvar="ORDER_LOADER_SIGN_IN_FIELD", hidden=True),
)  # fmt: skip

confirming = stack(
    click.option("--yes", is_flag=True, envvar="ORDER_LOADER_YES",
                 help="Do not ask; production also wants --expect-orders."),
    click.option("--expect-orders", type=click.IntRange(0), metavar="N",
                 envvar="ORDER_LOADER_EXPECT_ORDERS",
                 help="Go on only if exactly N orders would be sent."),
)  # fmt: skip

files = click.argument(
    "paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a run is shown."""

    form: str
    privacy: "Privacy"
    quiet: bool
    verbose: bool
    report: Path | None
    no_report: bool
    report_asked: bool
    workbook: Path | None = None
    no_workbook: bool = True
    results: Path | None = None
    reading: "ReadOptions | None" = None  # how the files were read, where some were

    @property
    def workbooks(self) -> bool:
        """True where rows to correct are wanted as a file; with a document only when asked for."""
        return not self.no_workbook and (self.form == "text" or self.workbook is not None)

    @property
    def reports(self) -> bool:
        """True where a report is wanted; with a document only when it was asked for."""
        return not self.no_report and (self.form == "text" or self.report_asked)


def default_ledger() -> str:
    """Return the ledger in the user's data folder."""
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('order-loader', appauthor=False) / 'ledger.sqlite3'}"


def settings_of(chosen: dict[str, Any]) -> "Settings":
    """Return the wiring's settings from the options, credentials from the environment alone."""
    from loader.wiring import Settings

    names = ("env", "base_url", "concurrency", "rate", "timeout", "sign_in_field", "watched")
    given = {name: chosen[name] for name in names if name in chosen}
    token_file = os.environ.get("ORDER_LOADER_TOKEN_FILE")
    return Settings(
        **given,
        ledger=chosen["ledger"] or default_ledger(),
        email=os.environ.get("ORDER_LOADER_EMAIL"),
        password=os.environ.get("ORDER_LOADER_PASSWORD"),
        token_file=Path(token_file) if token_file else None,
    )


def read_options(chosen: dict[str, Any]) -> "ReadOptions":
    """Return how the files are to be read: what an option says wins over the profile."""
    from loader.core.model import ReadOptions

    given = (chosen["sheet"], chosen["encoding"], chosen["hidden_rows"])
    if chosen["mapping"] is None:
        if chosen["batch"]:
            raise UsageError(
                "--batch needs a mapping profile that uses it.",
                hint='Pass --map FILE.toml, with [key] pattern = "{Client no}-{batch}".',
            )
        return ReadOptions(*given)
    from loader.wiring import mapping_profile

    profile = mapping_profile(chosen["mapping"], chosen["batch"], chosen["env"])
    sheet, encoding, hidden_rows = given
    return ReadOptions(
        sheet or profile.sheet, encoding or profile.encoding, hidden_rows or profile.hidden_rows,
        profile,
    )  # fmt: skip


def sending_options(chosen: dict[str, Any]) -> "ReadOptions":
    """Return how files are to be read that may be sent; `InputError` for a draft of a profile."""
    chosen_options = read_options(chosen)
    if chosen_options.profile is not None:
        from loader.core.mapping_profile import refuse_draft

        refuse_draft(chosen_options.profile)
    return chosen_options


def refuse_reading() -> None:
    """Raise `UsageError` where a saved plan was given options of how files are read."""
    context = click.get_current_context()
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name in READING
        and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(
            f"A saved plan is sent as it is: {', '.join(given)} would change nothing.",
            hint="Leave that out, or plan again with it: order-loader plan FILE -o PLAN",
        )


def accepted_codes(chosen: dict[str, Any]) -> frozenset[str]:
    """Return the accepted codes; `UsageError` for one that nobody can accept."""
    from schemas.rules import ALL_CODES
    from schemas.vocabulary import Severity

    given = {
        code.strip().upper()
        for text in chosen["accept"]
        for code in text.split(CODE_SEPARATOR)
        if code.strip()
    }
    for code in sorted(given):
        if code not in ALL_CODES:
            raise UsageError(
                f"There is no finding {code} that could be accepted.",
                hint="`order-loader explain` lists all codes.",
            )
        if ALL_CODES[code].severity is not Severity.CONFIRM:
            raise UsageError(
                f"{code} cannot be accepted: only what waits for a look can.",
                hint=f"`order-loader explain {code}` says what to do about it.",
            )
    return frozenset(given)


def shown_of(chosen: dict[str, Any]) -> Shown:
    """Return how the run is to be shown."""
    from loader.core.privacy import Privacy

    source = click.get_current_context().get_parameter_source("report")
    return Shown(
        form=chosen["form"], privacy=Privacy(chosen["privacy"]), quiet=chosen["quiet"],
        verbose=chosen["verbose"], report=chosen.get("report"),
        no_report=chosen.get("no_report", True),
        report_asked=source not in (None, ParameterSource.DEFAULT),
        workbook=chosen.get("workbook"), no_workbook=chosen.get("no_workbook", True),
        results=chosen.get("results"),
        reading=read_options(chosen) if "hidden_rows" in chosen else None,
    )  # fmt: skip
