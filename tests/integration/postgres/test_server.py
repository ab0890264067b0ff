"""The server as it may be found: newer, foreign, read-only, unsafe, away; what is said of it."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest

from loader.core.errors import LedgerBusy, LedgerError, UsageError
from loader.core.lifecycle import State
from loader.ledger.postgres import PostgresLedger
from loader.ledger.postgres_errors import in_plain_words
from loader.ledger.postgres_url import shown, without_password
from loader.wiring import SystemClock
from tests.contract.ledger_subject import ACCOUNT, LEASE, enter, intent
from tests.postgres_server import PostgresServer, programs, server

SECRET = "hunter2-very-secret"  # the password that must never be seen


def opened(schema: str, url: str = "", patience: float = 1.0) -> PostgresLedger:
    """Open the ledger in a schema."""
    return PostgresLedger(url or server().url, SystemClock(), schema=schema, patience=patience)


@pytest.fixture
def db(schema: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give a connection behind the ledger's back."""
    with closing(
        psycopg.connect(server().url, autocommit=True, options=f"-c search_path={schema}")
    ) as raw:
        yield raw


def refusal(schema: str, url: str = "") -> LedgerError:
    """Return the error with which the server is refused."""
    with pytest.raises(LedgerError) as raised:
        opened(schema, url)
    assert raised.value.hint
    return raised.value


# ------------------------------------------------------------------ what is found there
def test_a_newer_ledger_is_left_to_newer_versions(
    direct: PostgresLedger, schema: str, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Tables of a later version are not touched."""
    db.execute("UPDATE meta SET version = version + 1")
    assert "newer version" in refusal(schema).message


def test_another_programs_tables_are_refused(
    schema: str, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    """A schema in which somebody else keeps a table of that name is not ours."""
    db.execute(f"CREATE SCHEMA {schema}; CREATE TABLE meta (x int)")
    assert "another program" in refusal(schema).message


def test_those_who_start_together_share_one_ledger(schema: str) -> None:
    """Several who find no tables at the same moment make them once."""
    together, names = threading.Barrier(4), []

    def begin() -> None:
        together.wait()
        with closing(opened(schema, patience=20.0)) as ledger:
            names.append(ledger.identity)

    threads = [threading.Thread(target=begin) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 4
    assert len(set(names)) == 1


def test_a_server_without_syncs_is_refused() -> None:
    """A server that does not sync could lose what was sent at a power cut."""
    unsafe = PostgresServer(programs(), fsync="off")
    try:
        assert "fsync is off" in refusal("order_loader", unsafe.url).message
    finally:
        unsafe.remove()


def test_a_commit_is_synced_whatever_the_server_is_used_to(schema: str) -> None:
    """A database whose commits return early is told to wait for the disk, in our sessions."""
    url = server().new_database(f"t_{uuid4().hex[:16]}")
    with psycopg.connect(url, autocommit=True) as raw:
        name = raw.info.dbname
        raw.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    with closing(opened(schema, url)) as ledger:
        (row,) = ledger._store.fetch("SELECT current_setting('synchronous_commit') AS it")
        assert row["it"] == "on"


def test_a_read_only_server_is_said(schema: str, direct: PostgresLedger) -> None:
    """A standby, or a database that is set to be read, is no place for a ledger."""
    read_only = f"{server().url}&options=-c%20default_transaction_read_only%3Don"
    assert "cannot be" in refusal(schema, read_only).message


def test_a_lock_that_is_not_let_go_of_is_busy(
    direct: PostgresLedger, schema: str, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    """While somebody holds an entry, a call waits as long as it may, and is then refused."""
    enter(direct, "A")
    with closing(opened(schema, patience=0.2)) as ledger:
        with db.transaction():
            db.execute("SELECT * FROM account FOR UPDATE")
            with pytest.raises(LedgerBusy):
                ledger.enter(ACCOUNT, "run_1", [intent("B")])
        assert ledger.enter(ACCOUNT, "run_1", [intent("B")])


def test_a_lost_table_is_said_plainly(
    direct: PostgresLedger, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Damage that shows only when it is used is a plain error, without a trace of SQL."""
    db.execute("DROP TABLE run")
    with pytest.raises(LedgerError, match="damaged") as raised:
        direct.list_runs()
    assert "reconcile --all" in raised.value.hint


def test_one_operation_in_flight_is_held_by_the_server(
    direct: PostgresLedger, db: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Even a slip of ours cannot store two entries of one key, or a state of nobody's."""
    enter(direct, "A")
    copy = "INSERT INTO entry SELECT (entry).* FROM (SELECT entry FROM entry) AS e"
    with pytest.raises(psycopg.errors.UniqueViolation):
        db.execute(copy)
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute("UPDATE entry SET state = 'another'")


# ------------------------------------------------------------------ claims race
def test_claims_that_race_share_the_entries_out(schema: str, direct: PostgresLedger) -> None:
    """Six connections that claim at once pass over each other's rows; each entry goes once."""
    keys = sorted(f"K{number:03}" for number in range(120))
    direct.enter(ACCOUNT, "run_1", [intent(key) for key in keys])
    got: list[str] = []
    together = threading.Barrier(6)

    def work() -> None:
        with closing(opened(schema, patience=20.0)) as ledger:
            together.wait()
            while entries := ledger.claim_any(ACCOUNT, "elsewhere", 4, LEASE):
                got.extend(entry.key for entry in entries)

    threads = [threading.Thread(target=work) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A claim that met only rows of others may have ended early: what is left is still free.
    got += [entry.key for entry in direct.claim_any(ACCOUNT, "elsewhere", 999, LEASE)]
    assert sorted(got) == keys
    assert {entry.epoch for entry in direct.find(ACCOUNT)} == {1}
    assert {entry.state for entry in direct.find(ACCOUNT)} == {State.CLAIMED}


# ------------------------------------------------------------------ the password
ADDRESSES = [
    f"postgresql://ada:{SECRET}@localhost:1/db",
    f"postgres://ada:{SECRET}%40@127.0.0.1:1/db?connect_timeout=1",
    f"postgresql://ada@127.0.0.1:1/db?password={SECRET}",
    f"postgresql://127.0.0.1:1/db?user=ada&password={SECRET}&sslmode=disable",
    f"postgresql://ada:{SECRET}@@127.0.0.1:1/db",
    f"postgresql://ada:{SECRET}@127.0.0.1:1/d b?nonsense={SECRET}",
    f"postgresql://ada:{SECRET}",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_password_is_never_said(url: str) -> None:
    """Whatever is wrong with an address, no message, hint or cause of an error holds a password."""
    with pytest.raises((LedgerError, UsageError)) as raised:
        opened("order_loader", url)
    said = f"{raised.value.message} {raised.value.hint}"
    assert SECRET not in said
    assert raised.value.__cause__ is None
    if "nonsense" not in url:
        assert SECRET not in without_password(f"order-loader worker --ledger {url}")


def test_what_is_shown_of_an_address() -> None:
    """User, host, port and database; an address without a password is shown as it is."""
    assert shown("postgresql://ada:x@db.example:6000/clinic") == (
        "postgresql://ada@db.example:6000/clinic"
    )
    assert shown("postgresql://db.example/clinic").startswith("postgresql://")
    for plain in (
        "postgresql://ada@db:5432/clinic",
        "sqlite:////srv/ledger",
        "postgresql://db:1",
    ):
        assert without_password(plain) == plain


def test_a_server_that_says_nothing_is_given_up(schema: str) -> None:
    """A port that takes connections and never speaks ends in the same plain words, in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://ada@127.0.0.1:{port}/db?connect_timeout=2"
        assert "cannot be reached" in refusal(schema, url).message


def test_the_drivers_own_words_are_not_used() -> None:
    """Errors that the driver raises are told by kind, never by their text."""
    for kind in (psycopg.errors.DiskFull, psycopg.errors.InsufficientPrivilege, psycopg.DataError):
        told = in_plain_words(kind(f"Zoë {SECRET}"), "postgresql://h/d")
        assert SECRET not in f"{told.message} {told.hint}"


def test_the_tests_run_as_whoever_runs_them() -> None:
    """The server's process belongs to another user where the tests are run by root."""
    owner = os.stat(server().folder).st_uid
    assert (owner == os.geteuid()) == (os.geteuid() != 0)
