"""The help of every command as one committed text, so that no flag changes unnoticed."""

from pathlib import Path

import click

from loader.cli import cli

PAGES = Path(__file__).parents[1] / "integration" / "cli" / "help.txt"
_HEAD = "=== order-loader"
WIDTH = 78  # what click makes of a terminal of 80 columns


def _commands(group: click.Group, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    found = [path]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        group_inside = command if isinstance(command, click.Group) else None
        found += _commands(group_inside, (*path, name)) if group_inside else [(*path, name)]
    return found


COMMANDS = _commands(cli, ())


def help_pages() -> str:
    """Return the help of the group and of every command, as it is printed in 80 columns."""
    return "".join(f"{_HEAD} {' '.join(one)}\n{_page(one)}" for one in COMMANDS)


def help_page(pages: str, command: tuple[str, ...]) -> str:
    """Return the page of one command out of all."""
    return pages.partition(f"{_HEAD} {' '.join(command)}\n")[2].partition(_HEAD)[0]


def _page(path: tuple[str, ...]) -> str:
    settings = {"help_option_names": ["-h", "--help"], "terminal_width": WIDTH}
    context = click.Context(cli, info_name="order-loader", **settings)  # type: ignore[arg-type]  # settings of several types
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(context, name)
        assert found is not None
        command = found
        context = click.Context(command, context, name, terminal_width=WIDTH)
    return f"{command.get_help(context)}\n"
