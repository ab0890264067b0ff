"""A mapping profile's file: TOML, read once, hashed as it is read."""

import tomllib
from pathlib import Path

from loader.core.errors import InputError
from loader.core.mapping import Profile
from loader.core.mapping_profile import profile_of
from loader.core.privacy import printable
from loader.sources.file_bytes import read_whole

_MAX_BYTES = 1024**2  # a profile is written by hand


def read_profile(path: Path) -> Profile:
    """Return the profile in the file; `InputError`, naming line or key, where it is wrong."""
    whole = read_whole(path)
    if len(whole.data) > _MAX_BYTES:
        raise InputError(
            f"{whole.name} has {len(whole.data):,} bytes; a mapping profile has at most"
            f" {_MAX_BYTES:,}.",
            hint="Name the profile with --map, and the order file after it.",
        )
    try:
        text = whole.data.decode("utf-8-sig")
        document = tomllib.loads(text.replace("\r\n", "\n"))
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{whole.name} is not UTF-8 (byte {problem.start + 1}).",
            hint="Save the profile as plain text in UTF-8.",
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise InputError(
            f"{whole.name} is not written as TOML: {printable(str(problem), 120)}.",
            hint='Put quotes around headers and values, such as "Voornaam" = "first_name".',
        ) from None
    return profile_of(document, str(path), whole.sha256)
