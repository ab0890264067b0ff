"""Addresses of a PostgreSQL ledger: what is said of them never holds a password."""

import os
import re
from typing import Any

from loader.core.errors import UsageError

SCHEMES = ("postgresql://", "postgres://")

_SIGN_IN = re.compile(
    r"(?P<head>postgres(?:ql)?://[^\s:/@?]*):(?:.*(?=@)|(?!\d+(?:[/?\s'\"]|$))[^\s/?]*)"
)
_PARAMETER = re.compile(r"(?P<head>[?&\s'\"](?:ssl)?password=)[^&\s'\"]*")


def without_password(text: str) -> str:
    """Return text in which no PostgreSQL address holds a password; rather less of the text."""
    return _PARAMETER.sub(r"\g<head>***", _SIGN_IN.sub(r"\g<head>:***", text))


def is_postgres(url: str) -> bool:
    """Return whether a ledger's URL names a PostgreSQL server."""
    return url.startswith(SCHEMES)


def parts_of(url: str) -> dict[str, Any]:
    """Return the connection's parameters; `UsageError` where the URL cannot be read."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise UsageError(
            "A ledger on PostgreSQL needs the driver psycopg, which is not installed.",
            hint="Install it with: pip install 'ok-capsule-order-loader[postgres]'",
        ) from error
    try:
        return dict(conninfo_to_dict(url))
    except (ProgrammingError, UnicodeError):
        pass  # the driver's words repeat the address
    raise UsageError(
        "The ledger's address cannot be read.",
        hint="It is written like postgresql://user@host:5432/database, with signs like @ or / in"
        " a part written as %40 or %2F. The password comes from PGPASSWORD or a password file.",
    )


def shown(url: str) -> str:
    """Return the address as it may be shown: user, host, port and database alone."""
    parts = parts_of(url)
    host = parts.get("host") or os.environ.get("PGHOST") or "localhost"
    port = str(parts.get("port") or os.environ.get("PGPORT") or "")
    port = port if port.isdecimal() else ""  # a password that lacks its host would stand here
    user = parts.get("user") or os.environ.get("PGUSER")
    place = f"{user}@{host}" if user else str(host)
    return f"postgresql://{place}{f':{port}' if port else ''}/{parts.get('dbname') or ''}"
