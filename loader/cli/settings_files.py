"""Settings files: ./order-loader.toml wins over the user's own; both lose to flag and variable."""

from functools import cache
from pathlib import Path
from typing import Any

from loader.core.errors import InputError

NAME = "order-loader.toml"
# The keys of a settings file, and the parameter that each sets. None of them confirms anything:
# a person does, or a script that says so itself.
KEYS = {
    "env": "env", "base_url": "base_url", "ledger": "ledger", "format": "form",
    "privacy": "privacy", "sheet": "sheet", "encoding": "encoding",
    "hidden_rows": "hidden_rows", "accept": "accept", "map": "mapping",
    "concurrency": "concurrency",
    "rate": "rate", "timeout": "timeout", "sign_in_field": "sign_in_field",
    "no_report": "no_report", "no_input": "no_input", "quiet": "quiet", "verbose": "verbose",
}  # fmt: skip


def paths() -> list[Path]:
    """Return the settings files in the order in which they win."""
    from platformdirs import user_config_path

    return [Path(NAME).absolute(), user_config_path("order-loader", appauthor=False) / NAME]


@cache
def load() -> dict[str, tuple[Any, Path]]:
    """Return parameter → (value, file it comes from); `InputError` for a file that is wrong."""
    found: dict[str, tuple[Any, Path]] = {}
    for path in paths():
        for key, value in _read(path).items():
            if key not in KEYS:
                raise InputError(
                    f"{path} has a setting that is not known: {key}",
                    hint=f"Known settings: {', '.join(KEYS)}.",
                )
            if isinstance(value, dict) or (isinstance(value, list) and key != "accept"):
                raise InputError(
                    f"{path}: the setting {key} has more than one value.",
                    hint=f"Write it as: {key} = …",
                )
            one = [value] if key == "accept" and not isinstance(value, list) else value
            found.setdefault(KEYS[key], (one, path))
    return found


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        reason = str(problem) if isinstance(problem, tomllib.TOMLDecodeError) else "unreadable"
        raise InputError(
            f"The settings file {path} cannot be read: {reason}.",
            hint="Correct it, or move it away.",
        ) from problem
