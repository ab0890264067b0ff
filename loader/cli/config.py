"""`order-loader config show`."""

import json
import os
from typing import Any

import click
from click.core import ParameterSource

from loader.cli import options

SECRETS = ("ORDER_LOADER_EMAIL", "ORDER_LOADER_PASSWORD", "ORDER_LOADER_TOKEN_FILE")


@click.group("config")
def command() -> None:
    """Show the settings and where each comes from."""


@command.command("show")
@click.option("--origin", is_flag=True, help="Say where each setting comes from.")
@options.where
@options.reading
@options.connecting
@options.reporting
@options.shown
def show(origin: bool, **chosen: Any) -> int:
    """Show the settings; secrets are never shown, only whether they are there."""
    from loader.cli import settings_files
    from loader.cli.output import result

    rows = [_row(key, name, chosen) for key, name in settings_files.KEYS.items()]
    for variable in SECRETS:
        state = "set" if os.environ.get(variable) else "not set"
        rows.append((variable.removeprefix("ORDER_LOADER_").lower(), state, variable))
    if chosen["form"] == "json":
        settings = {key: {"value": value, "origin": where} for key, value, where in rows}
        result(json.dumps({"schema": "order-loader/config/1", "settings": settings}))
        return 0
    for key, value, where in rows:
        text = "" if value in (None, []) else str(value)
        result(f"{key:<14} {text}{f'   ({where})' if origin else ''}".rstrip())
    return 0


def _row(key: str, name: str, chosen: dict[str, Any]) -> tuple[str, Any, str]:
    """Return a setting's key, its value, and which of the places won."""
    from loader.cli import settings_files

    value = chosen[name]
    if name == "ledger" and value is None:
        value = options.default_ledger()
    if name == "ledger":
        from loader.wiring import without_password

        value = without_password(value)
    origin = "default"
    match click.get_current_context().get_parameter_source(name):
        case ParameterSource.COMMANDLINE:
            origin = "flag"
        case ParameterSource.ENVIRONMENT:
            origin = f"ORDER_LOADER_{key.upper()}"
        case ParameterSource.DEFAULT_MAP:
            origin = str(settings_files.load()[name][1])
    return key, list(value) if isinstance(value, tuple) else value, origin
