"""Settings files: ./order-loader.toml wins over the user's own; both lose to flag and variable."""

import tomllib
from pathlib import Path
from typing import Any

from loader.core.errors import InputError

NAME = "order-loader.toml"
# The keys of a settings file, and the parameter that each sets.
KEYS = {
    "env": "env", "base_url": "base_url", "ledger": "ledger", "format": "form",
    "privacy": "privacy", "sheet": "sheet", "encoding": "encoding",
    "hidden_rows": "hidden_rows", "accept": "accept", "concurrency": "concurrency",
    "rate": "rate", "timeout": "timeout", "sign_in_field": "sign_in_field",
}  # fmt: skip


def paths() -> list[Path]:
    """Return the settings files in the order in which they win."""
    from platformdirs import user_config_path

    return [Path(NAME).absolute(), user_config_path("order-loader", appauthor=False) / NAME]


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
            found.setdefault(KEYS[key], (value, path))
    return found


def _read(path: Path) -> dict[str, Any]:
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
