"""Whether a connection holds more than the reply that was read from it."""

import ssl
from typing import Any

import httpx


def has_leftover(transport: httpx.AsyncHTTPTransport, response: httpx.Response) -> bool:
    """Return False only where the connection is known to hold no byte beyond the reply read.

    The parser keeps such bytes, and so does TLS, and both would hand them over as the reply to
    the next request: an answer to one order would be recorded for another. Nothing public tells
    what the parser keeps, so this looks inside, and where it cannot the connection is not used
    again.
    """
    try:
        pool: Any = transport._pool
        if any(one._connection._h11_state.trailing_data[0] for one in pool.connections):
            return True
        tls: ssl.SSLObject | None = response.extensions["network_stream"].get_extra_info(
            "ssl_object"
        )
        return tls is not None and _holds_more(tls)
    except (AttributeError, KeyError):
        return True


def _holds_more(tls: ssl.SSLObject) -> bool:
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        return True
    return True
