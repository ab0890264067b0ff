"""Who a stored sandbox is, without starting it."""

import sqlite3
from contextlib import closing
from pathlib import Path


def stored_identity(folder: Path) -> str | None:
    """Return the identity kept in the state folder; None where there is no state yet."""
    path = folder / "sandbox.sqlite3"
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as file:
            row = file.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None
