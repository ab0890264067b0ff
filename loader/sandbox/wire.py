"""Bytes on the socket: a reply as it should be, and all the ways in which one goes wrong."""

import os
import socket
import struct
import threading
import time
from email.utils import formatdate
from http import HTTPStatus

import orjson

from loader.sandbox.faults import Fault
from loader.sandbox.messages import Json, Reply
from loader.sandbox.refusals import Refusal
from loader.sandbox.settings import ErrorStyle

GARBAGE = b"<html><body>\x00 502 Bad Gateway"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_BLOCK = b"x" * 65_536


def head(reply: Reply, length: int, *, close: bool) -> bytes:
    """Return the status line and the headers."""
    lines = [
        f"HTTP/1.1 {reply.status} {_phrase(reply.status)}",
        f"Date: {formatdate(usegmt=True)}",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    if reply.status != 204:
        lines += [f"Content-Type: {reply.content_type}", f"Content-Length: {length}"]
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _phrase(status: int) -> str:
    return _PHRASES.get(status, "Unknown")


def send(connection: socket.socket, reply: Reply, *, close: bool, bodiless: bool) -> None:
    """Send a whole reply."""
    body = b"" if bodiless else reply.body
    connection.sendall(head(reply, len(reply.body), close=close) + body)


def scripted(fault: Fault, real: Reply | None, style: ErrorStyle) -> Reply:
    """Return the reply that a fault sends: what it scripts, else the real one.

    Before the commit there is no real reply: a 503 stands in for it.
    """
    refusal = Refusal(503, "Service unavailable")
    base = real or Reply(503, orjson.dumps(refusal.body(style)))
    if fault.what == "garbage":
        base = Reply(base.status, GARBAGE, base.headers, base.content_type)
    elif fault.what == "status" or fault.body is not None:
        base = Reply(base.status, _body(fault.body), fault.headers, fault.content_type)
    return Reply(fault.status or base.status, base.body, base.headers, base.content_type)


def _body(scripted_body: Json) -> bytes:
    if scripted_body is None:
        return b""
    if isinstance(scripted_body, str):
        return scripted_body.encode()
    return orjson.dumps(scripted_body)


def end(connection: socket.socket, fault: Fault, reply: Reply, stop: threading.Event) -> None:
    """End an exchange as the fault says; the connection is of no use afterwards."""
    match fault.what:
        case "reset":
            _reset(connection)
        case "hang":
            stop.wait(fault.seconds)
        case "drip":
            _drip(connection, fault, reply, stop)
        case "truncate":
            whole = head(reply, len(reply.body), close=True)
            connection.sendall(whole + reply.body[: fault.bytes])
        case "huge":
            _flood(connection, fault.bytes, reply, stop)
        case "status" | "garbage":
            send(connection, reply, close=True, bodiless=False)


def _reset(connection: socket.socket) -> None:
    # Lingering for no time makes close send RST; the descriptor is taken out of Python's hands
    # because its own closing would first send FIN.
    lingering = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
    socket.close(connection.detach())


def _drip(connection: socket.socket, fault: Fault, reply: Reply, stop: threading.Event) -> None:
    started = time.monotonic()
    for byte in head(reply, len(reply.body), close=True) + reply.body:
        if fault.seconds and time.monotonic() - started >= fault.seconds:
            return
        connection.sendall(bytes([byte]))
        if stop.wait(fault.every):
            return


def _flood(connection: socket.socket, size: int, reply: Reply, stop: threading.Event) -> None:
    connection.sendall(head(reply, size, close=True))
    while size > 0 and not stop.is_set():
        connection.sendall(_BLOCK[:size])
        size -= len(_BLOCK)
