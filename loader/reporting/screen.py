"""How wide a terminal is written: as wide as it is, within what can be read well."""

import shutil

_NARROWEST, _WIDEST = 60, 100


def width() -> int:
    """Return the columns that a line may take."""
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
