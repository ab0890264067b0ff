"""What can go wrong between two machines, by what it allows us to conclude.

Every exception that httpx, httpcore, h11, ssl or the operating system raises during an exchange
is turned into one `Failure`; a test walks httpx's whole exception tree to prove that none is
left out.
"""

import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum

import httpx


class Failure(StrEnum):
    """Why an exchange did not end in a whole reply; the value is the code that people see."""

    # before the first byte of the request
    CONNECT_REFUSED = "CONNECT-REFUSED"
    CONNECT_TIMEOUT = "CONNECT-TIMEOUT"
    CONNECT_FAILED = "CONNECT-FAILED"  # no route, network down, given up during the connect
    NAME_NOT_RESOLVED = "NAME-NOT-RESOLVED"
    TLS_FAILED = "TLS-FAILED"
    NO_SLOT = "NO-SLOT"
    PAUSED = "PAUSED"
    NO_SIGN_IN = "NO-SIGN-IN"  # the sign-in that it needs was not answered
    BURN_STALE = "BURN-STALE"
    REQUEST_INVALID = "REQUEST-INVALID"  # a library refused to write it: a defect of ours
    # after it
    DEADLINE = "DEADLINE"
    CONNECTION_LOST = "CONNECTION-LOST"
    REPLY_CUT_SHORT = "REPLY-CUT-SHORT"
    REPLY_TOO_LARGE = "REPLY-TOO-LARGE"
    REPLY_ENCODED = "REPLY-ENCODED"  # compressed although we asked for plain bytes
    REPLY_NOT_HTTP = "REPLY-NOT-HTTP"
    UNEXPECTED = "UNEXPECTED"


class Stage(StrEnum):
    """How far an exchange has come."""

    CONNECT = "connect"
    TLS = "tls"
    SENT = "sent"  # the first byte of the request may have left
    REPLY = "reply"  # the status line and all headers are here


# Read from top to bottom: the first class that fits names the failure.
_SENT: tuple[tuple[type[Exception], Failure], ...] = (
    (httpx.TimeoutException, Failure.DEADLINE),
    (httpx.NetworkError, Failure.CONNECTION_LOST),
    (httpx.RemoteProtocolError, Failure.REPLY_NOT_HTTP),
    (httpx.LocalProtocolError, Failure.REQUEST_INVALID),
    (OSError, Failure.CONNECTION_LOST),
)
_UNSENT: tuple[tuple[type[Exception], Failure], ...] = (
    (socket.gaierror, Failure.NAME_NOT_RESOLVED),
    (ssl.SSLError, Failure.TLS_FAILED),
    (ConnectionRefusedError, Failure.CONNECT_REFUSED),
    (httpx.PoolTimeout, Failure.NO_SLOT),
    (httpx.TimeoutException, Failure.CONNECT_TIMEOUT),
    (TimeoutError, Failure.CONNECT_TIMEOUT),
    (httpx.NetworkError, Failure.CONNECT_FAILED),
    (OSError, Failure.CONNECT_FAILED),
    (httpx.TransportError, Failure.REQUEST_INVALID),
    (httpx.InvalidURL, Failure.REQUEST_INVALID),
)


def failure_of(error: Exception, stage: Stage) -> Failure:
    """Name what `error`, raised at `stage`, means for the exchange."""
    if stage in (Stage.SENT, Stage.REPLY):
        return _after_sending(error, stage)
    chain = list(_chain(error))
    named = next((failure for kind, failure in _UNSENT if _any(chain, kind)), Failure.UNEXPECTED)
    if stage is Stage.TLS and named in (Failure.CONNECT_FAILED, Failure.CONNECT_REFUSED):
        return Failure.TLS_FAILED
    return named


def _after_sending(error: Exception, stage: Stage) -> Failure:
    if isinstance(error, httpx.RemoteProtocolError):
        if stage is Stage.REPLY:
            return Failure.REPLY_CUT_SHORT
        # Where the parser complained, its error stands behind httpcore's; a connection that was
        # closed without an answer has nobody behind it.
        if error.__cause__ is not None and error.__cause__.__context__ is None:
            return Failure.CONNECTION_LOST
    return next((failure for kind, failure in _SENT if isinstance(error, kind)), Failure.UNEXPECTED)


def _any(chain: list[BaseException], kind: type[Exception]) -> bool:
    return any(isinstance(error, kind) for error in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and everything that led to it, the members of groups included."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend(e for e in (current.__cause__, current.__context__) if e is not None)
