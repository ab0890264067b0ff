"""The command line: one file per command, each imports only what it needs when it runs."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from loader import __version__

# Command → what it does, in one line. Help and completion need no more than this.
COMMANDS = {
    "validate": "Read and check files; say what is ready and what to correct.",
    "plan": "Validate, then compare with the ledger and the API: what would be sent.",
    "submit": "Send a saved plan, or plan files, show, ask and send.",
    "resume": "Settle unknown outcomes and send what was confirmed and not sent.",
    "worker": "Send confirmed orders from a shared ledger until stopped.",
    "reconcile": "Look up orders whose outcome is unknown.",
    "release": "Let orders of unknown outcome be sent again, on evidence.",
    "status": "Show where each order stands, as the ledger knows it.",
    "report": "Write the HTML report of a run again.",
    "runs": "List, show and clean up the history of runs.",
    "template": "Write an empty order workbook with lists and instructions.",
    "sandbox": "Run a local server that behaves as the API does, for rehearsal.",
    "demo": "Send a sample file to the sandbox and write the report.",
    "catalogue": "Fetch, list and search your products and packs.",
    "map": "Draft or check a mapping profile for your own spreadsheet.",
    "explain": "Explain the code of a finding.",
    "schema": "Print the columns that an order file may hold.",
    "config": "Show the settings and where each comes from.",
}
# Commands that show the loader itself: no setting is about them.
_WITHOUT_SETTINGS = frozenset({"explain", "schema"})
# Commands inside of commands: they take the same settings.
_INNER = ("show", "list", "purge", "suggest", "check", "sync", "search")
_HELP = frozenset({"-h", "--help"})


class Lazy(click.Group):
    """A group whose commands are imported only when they are run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"loader.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one gets the nearest known as a hint."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else " See order-loader --help."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="order-loader")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Send orders from CSV and Excel files to OK Capsule, each at most once.

    Files in, reports out. Start with a rehearsal: order-loader demo
    """
    if _HELP.intersection(ctx.obj or ()):
        return  # a settings file that is wrong must not keep anybody from the help
    from loader.cli import settings_files

    values = {name: value for name, (value, _) in settings_files.load().items()}
    nested = {**values, **dict.fromkeys(_INNER, values)}
    ctx.default_map = dict.fromkeys(COMMANDS.keys() - _WITHOUT_SETTINGS, nested)


def main() -> None:
    """Run the command line; every error ends in words and an exit code, never in a traceback."""
    from loader.cli.failures import run
    from loader.cli.output import never_fail_on_letters

    never_fail_on_letters()
    _refuse_foreign_declarations()
    sys.exit(run(cli, sys.argv[1:]))


def _refuse_foreign_declarations() -> None:
    """Stop where `schemas` is another package than ours: orders would be judged by its rules."""
    own = Path(__file__).parents[2] / "schemas"
    found = find_spec("schemas")
    place = Path(found.origin).parent if found and found.origin else None
    if place is None or place.resolve() != own.resolve():
        where = place or "no place"
        click.echo(
            f"error: The declarations were found at {where}, and ours are at {own}.\n"
            "  = help: Run order-loader from another folder, or remove the other package.",
            err=True,
        )
        sys.exit(3)
