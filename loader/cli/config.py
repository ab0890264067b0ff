"""`order-loader config show`."""

import json
import os
from typing import Any

import click
from click.core import ParameterSource

from loader.cli import options


@click.group("config")
def command() -> None:
    """Show the settings and where each comes from."""


@command.command("show")
@click.option("--origin", is_flag=True, help="Say where each setting comes from.")
@options.where
@options.reading
@options.connecting
@options.shown
def show(origin: bool, **chosen: Any) -> int:
    """Show the settings; secrets are never shown, only whether they are there."""
    from loader.cli import settings_files

    ctx = click.get_current_context()
    found = settings_files.load()
    rows = []
    for key, name in settings_files.KEYS.items():
        value = chosen[name]
        if name == "ledger" and value is None:
            value = options.default_ledger()
        source = ctx.get_parameter_source(name)
        words = {
            ParameterSource.COMMANDLINE: "flag",
            ParameterSource.ENVIRONMENT: f"ORDER_LOADER_{key.upper()}",
            ParameterSource.DEFAULT_MAP: str(found[name][1]) if name in found else "file",
        }
        shown = list(value) if isinstance(value, tuple) else value
        rows.append((key, shown, words.get(source, "default") if source else "default"))
    for secret in ("ORDER_LOADER_EMAIL", "ORDER_LOADER_PASSWORD"):
        state = "set" if os.environ.get(secret) else "not set"
        rows.append((secret.removeprefix("ORDER_LOADER_").lower(), state, secret))
    if chosen["form"] == "json":
        settings = {key: {"value": value, "origin": where} for key, value, where in rows}
        click.echo(json.dumps({"schema": "order-loader/config/1", "settings": settings}))
        return 0
    for key, value, where in rows:
        text = "" if value in (None, []) else str(value)
        click.echo(f"{key:<14} {text}{f'   ({where})' if origin else ''}".rstrip())
    return 0
