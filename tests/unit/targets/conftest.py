"""Certificates for servers on this machine, made anew for each session."""

import ssl
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate for `name` that vouches for itself, with its key in the same file."""
    path = folder / f"{name}.pem"
    key = folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", str(key), "-out", str(path)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


@pytest.fixture(scope="session")
def localhost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for localhost."""
    return certificate(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for another host."""
    return certificate(tmp_path_factory.mktemp("tls"), "elsewhere.example")


@pytest.fixture
def server_tls(localhost: Path) -> ssl.SSLContext:
    """Return the settings of a server that proves to be localhost."""
    return server_side(localhost)


@pytest.fixture
def client_tls(localhost: Path) -> ssl.SSLContext:
    """Return the settings of a client that trusts the localhost of these tests alone."""
    return ssl.create_default_context(cafile=str(localhost))


def server_side(path: Path) -> ssl.SSLContext:
    """Return the settings of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
