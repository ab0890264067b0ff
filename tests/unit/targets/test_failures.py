"""Every exception that can come out of the libraries below has a name here."""

import socket
import ssl
import sys
from collections.abc import Iterator

import httpcore
import httpx
import pytest

from loader.targets.failures import Failure, Stage, failure_of


def tree(root: type[Exception]) -> Iterator[type[Exception]]:
    """Yield a class and everything below it."""
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


ROOTS = (
    httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError,
    OSError, RuntimeError, ValueError, EOFError,
)  # fmt: skip
# What other tests of the same process have imported must not change which tests there are.
OF_THE_WIRE = sys.stdlib_module_names | {"anyio", "h11", "httpcore", "httpx"}
EVERY = sorted(
    {
        kind
        for root in ROOTS
        for kind in tree(root)
        if kind.__module__.partition(".")[0] in OF_THE_WIRE
    },
    key=lambda kind: (kind.__module__, kind.__qualname__),
)


def made(kind: type[Exception]) -> Exception:
    """Make an exception without going through a constructor that wants to know more."""
    return kind.__new__(kind)


def caused(error: Exception, *causes: Exception) -> Exception:
    """Chain exceptions as `raise … from …` does."""
    outer = error
    for cause in causes:
        outer.__cause__ = outer.__context__ = cause
        outer = cause
    return error


BEFORE = {
    Failure.CONNECT_REFUSED, Failure.CONNECT_TIMEOUT, Failure.CONNECT_FAILED,
    Failure.NAME_NOT_RESOLVED, Failure.TLS_FAILED, Failure.NO_SLOT, Failure.REQUEST_INVALID,
    Failure.UNEXPECTED,
}  # fmt: skip
AFTER = {
    Failure.DEADLINE, Failure.CONNECTION_LOST, Failure.REPLY_CUT_SHORT, Failure.REPLY_NOT_HTTP,
    Failure.REQUEST_INVALID, Failure.UNEXPECTED,
}  # fmt: skip


def test_the_tree_is_the_whole_tree() -> None:
    """All of httpx's public exceptions are among those tried."""
    public = {
        one for one in vars(httpx).values() if isinstance(one, type) and issubclass(one, Exception)
    }
    assert len(public) > 20
    assert public <= set(EVERY)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("kind", EVERY)
def test_no_exception_is_without_a_name(kind: type[Exception], stage: Stage) -> None:
    """Every exception, at every stage, is a failure of that stage's kind."""
    allowed = AFTER if stage in (Stage.SENT, Stage.REPLY) else BEFORE
    assert failure_of(made(kind), stage) in allowed


@pytest.mark.parametrize("kind", list(tree(httpx.TransportError)))
def test_what_httpx_transports_raise_is_known(kind: type[Exception]) -> None:
    """No exception that a transport of ours raises ends as one that we do not know."""
    # The abstract ones are never raised, and the others are about proxies and foreign schemes.
    vague = {
        httpx.TransportError, httpx.ProtocolError, httpx.ProxyError, httpx.UnsupportedProtocol
    }  # fmt: skip
    if kind not in vague:
        assert failure_of(made(kind), Stage.SENT) is not Failure.UNEXPECTED
    assert failure_of(made(kind), Stage.CONNECT) is not Failure.UNEXPECTED


@pytest.mark.parametrize(
    ("error", "stage", "failure"),
    [
        (caused(httpx.ConnectError(""), httpcore.ConnectError(), ConnectionRefusedError()),
         Stage.CONNECT, Failure.CONNECT_REFUSED),
        (caused(httpx.ConnectError(""), OSError("All failed"),
                ExceptionGroup("", [ConnectionRefusedError(), ConnectionRefusedError()])),
         Stage.CONNECT, Failure.CONNECT_REFUSED),
        (caused(httpx.ConnectError(""), socket.gaierror()), Stage.CONNECT,
         Failure.NAME_NOT_RESOLVED),
        (caused(httpx.ConnectError(""), ssl.SSLCertVerificationError()), Stage.TLS,
         Failure.TLS_FAILED),
        (caused(httpx.ConnectError(""), ConnectionResetError()), Stage.TLS, Failure.TLS_FAILED),
        (ConnectionResetError(), Stage.TLS, Failure.TLS_FAILED),
        (caused(httpx.ConnectError(""), OSError(113, "No route to host")), Stage.CONNECT,
         Failure.CONNECT_FAILED),
        (httpx.ConnectTimeout(""), Stage.TLS, Failure.CONNECT_TIMEOUT),
        (TimeoutError(110, "ETIMEDOUT"), Stage.CONNECT, Failure.CONNECT_TIMEOUT),
        (httpx.PoolTimeout(""), Stage.CONNECT, Failure.NO_SLOT),
        # The same exceptions once the first byte may have left mean something else.
        (httpx.ConnectError(""), Stage.SENT, Failure.CONNECTION_LOST),
        (ConnectionRefusedError(), Stage.SENT, Failure.CONNECTION_LOST),
        (httpx.ConnectTimeout(""), Stage.SENT, Failure.DEADLINE),
        (ssl.SSLError(), Stage.SENT, Failure.CONNECTION_LOST),
        (httpx.PoolTimeout(""), Stage.REPLY, Failure.DEADLINE),
    ],
)  # fmt: skip
def test_the_cause_decides(error: Exception, stage: Stage, failure: Failure) -> None:
    """What happened is read from the cause and the stage, not from the outermost class."""
    assert failure_of(error, stage) is failure


def test_a_chain_that_bites_its_tail_ends() -> None:
    """Exceptions that name each other as their cause do not hold us up."""
    one, two = httpx.ConnectError(""), OSError()
    one.__cause__, two.__cause__ = two, one
    assert failure_of(one, Stage.CONNECT) is Failure.CONNECT_FAILED
