"""A ledger of a test's own on the server, reached directly and through a proxy that cuts."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from loader.ledger.postgres import PostgresLedger
from loader.wiring import SystemClock
from tests.integration.postgres.cutter import Cutter
from tests.postgres_server import server


@pytest.fixture
def schema() -> str:
    """Give the name of a schema that does not exist yet."""
    return f"t_{uuid4().hex[:16]}"


@pytest.fixture
def direct(schema: str) -> Iterator[PostgresLedger]:
    """Give a new ledger."""
    ledger = PostgresLedger(server().url, SystemClock(), schema=schema)
    yield ledger
    ledger.close()


@pytest.fixture
def cutter() -> Iterator[Cutter]:
    """Give a proxy in front of the server."""
    found = Cutter(server().folder, server().url)
    yield found
    found.close()


@pytest.fixture
def cut(direct: PostgresLedger, cutter: Cutter, schema: str) -> Iterator[PostgresLedger]:
    """Give the same ledger as `direct`, reached through the proxy."""
    ledger = PostgresLedger(cutter.url, SystemClock(), schema=schema, patience=5.0)
    yield ledger
    ledger.close()
