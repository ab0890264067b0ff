"""The SQLite file: for its owner only, made whole, and never mistaken for what it is not."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loader.core.errors import Defect, LedgerBusy, LedgerError
from loader.core.lifecycle import IN_FLIGHT, Operation, State
from loader.ledger import sqlite_file
from loader.ledger.sqlite import SqliteLedger
from loader.ledger.sqlite_errors import in_plain_words
from loader.ledger.sqlite_file import open_database
from loader.ledger.sqlite_schema import APPLICATION_ID, TABLES, VERSION
from loader.ports import Intent, Trust
from tests.contract.ledger_subject import (
    ACCOUNT,
    LEASE,
    HeldClock,
    enter,
    entry_of,
    intent,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a ledger that does not exist yet."""
    return tmp_path / "data" / "ledger.sqlite"


@pytest.fixture
def filled(path: Path) -> Path:
    """Give a closed ledger with some hundred entries."""
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        ledger.enter(ACCOUNT, "run_1", [intent(f"K{n}", "x" * 500) for n in range(300)])
    return path


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Let files be made as openly as they ask to be."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    """Return the access rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def raw(path: Path) -> sqlite3.Connection:
    """Open the file behind the ledger's back."""
    return sqlite3.connect(path, isolation_level=None)


def refusal(path: Path) -> LedgerError:
    """Return the error with which the file is refused; the file stays as it was."""
    before = path.read_bytes()
    with pytest.raises(LedgerError) as raised:
        SqliteLedger(path, HeldClock())
    assert path.read_bytes() == before
    assert raised.value.hint
    return raised.value


# ------------------------------------------------------------------ rights
@pytest.mark.usefixtures("no_umask")
def test_nobody_else_may_read_it(path: Path) -> None:
    """Ledger, journal and lock file are 0600, the folder that we make is 0700; nothing is left."""
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        assert mode(path) == 0o600
        assert mode(path.parent) == 0o700
        assert os.listdir(path.parent) == [path.name]
        with closing(raw(path)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE meta SET changes = changes + 1")
            assert mode(path.with_name(f"{path.name}-journal")) == 0o600
            db.execute("ROLLBACK")
        with ledger.lock(ACCOUNT):
            (lock,) = path.parent.glob("*.lock")
            assert mode(lock) == 0o600


def test_wider_rights_are_taken_back(filled: Path) -> None:
    """A ledger that others may read is narrowed to its owner when it is opened."""
    filled.chmod(0o644)
    SqliteLedger(filled, HeldClock()).close()
    assert mode(filled) == 0o600


def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    """Only folders of our own making are narrowed, and each of those."""
    tmp_path.chmod(0o755)
    SqliteLedger(tmp_path / "data" / "demo" / "ledger.sqlite", HeldClock()).close()
    assert [mode(tmp_path / one) for one in (".", "data", "data/demo")] == [0o755, 0o700, 0o700]


# ------------------------------------------------------------------ settings
def test_a_commit_is_on_the_disk_when_it_returns(path: Path) -> None:
    """Rollback journal, full syncs of file and folder, foreign keys, deleted data overwritten."""
    with closing(open_database(path, now=1.0, patience=0.5)) as db:
        settings = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "fullfsync", "foreign_keys",
                         "secure_delete", "busy_timeout", "application_id", "user_version")
        }  # fmt: skip
    assert settings == {
        "journal_mode": "delete",
        "synchronous": 3,
        "fullfsync": 1,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 500,
        "application_id": APPLICATION_ID,
        "user_version": VERSION,
    }


def test_a_write_ahead_log_is_turned_back(filled: Path) -> None:
    """A file that somebody switched to a write-ahead log is switched back."""
    with closing(raw(filled)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    with closing(SqliteLedger(filled, HeldClock())), closing(raw(filled)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_write_ahead_log_in_use_is_waited_for(filled: Path) -> None:
    """While another program holds the file in that mode it is busy, and never used like that."""
    with closing(raw(filled)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("UPDATE meta SET changes = changes + 1")
        with pytest.raises(LedgerBusy):
            SqliteLedger(filled, HeldClock(), patience=0.1)


def test_the_tables_speak_the_words_of_the_life_cycle(path: Path) -> None:
    """States and operations that the life cycle does not know cannot be stored."""
    assert all(f"'{word}'" in TABLES for word in (*State, *Operation))
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        enter(ledger, "A")
    with closing(raw(path)) as db:
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE entry SET state = 'another'")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE entry SET operation = 'another'")
        found = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_in_flight'")
        (index,) = found.fetchone()
    assert {state for state in State if f"'{state}'" in index} == IN_FLIGHT


def test_one_operation_in_flight_is_held_by_the_file(path: Path) -> None:
    """Even a slip of ours cannot store two operations of a key in flight."""
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        hold = intent("A", operation=Operation.HOLD)
        ledger.enter(ACCOUNT, "run_1", [intent("A"), hold])
    with closing(raw(path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE entry SET state = 'unknown'")


# ------------------------------------------------------------------ making it
def test_those_who_start_together_share_one_ledger(path: Path) -> None:
    """Several who find no ledger at the same moment make one, not several."""
    together = threading.Barrier(6)
    names = []

    def begin() -> None:
        together.wait()
        with closing(SqliteLedger(path, HeldClock())) as ledger:
            names.append(ledger.identity)

    threads = [threading.Thread(target=begin) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == len(threads)
    assert len(set(names)) == 1
    assert names[0].startswith("ldg_")
    assert os.listdir(path.parent) == [path.name]


def test_whoever_comes_second_uses_the_first_ledger(filled: Path) -> None:
    """A process that found no ledger, and is overtaken while it makes one, throws its own away."""
    before = filled.read_bytes()
    sqlite_file._create(filled, 1.0)
    assert filled.read_bytes() == before
    assert os.listdir(filled.parent) == [filled.name]


@pytest.mark.parametrize("left", ["-journal", "-wal"])
def test_a_ledger_is_not_started_anew_beside_its_journal(filled: Path, left: str) -> None:
    """Where the ledger is gone and its journal is not, it was lost: no new one is made."""
    filled.rename(filled.with_name(f"{filled.name}{left}"))
    with pytest.raises(LedgerError, match="missing") as raised:
        SqliteLedger(filled, HeldClock())
    assert "reconcile --all" in raised.value.hint
    assert not filled.exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be, or a folder where the file should be: said plainly."""
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match=r"file/ledger\.sqlite"):
        SqliteLedger(tmp_path / "file" / "ledger.sqlite", HeldClock())
    with pytest.raises(LedgerError, match="not a file"):
        SqliteLedger(tmp_path, HeldClock())


def test_a_ledger_reached_by_a_link_is_one_ledger(filled: Path, tmp_path: Path) -> None:
    """A link to the ledger opens it, and its account is locked for both names."""
    link = tmp_path / "link.sqlite"
    link.symlink_to(filled)
    with (
        closing(SqliteLedger(filled, HeldClock())) as one,
        closing(SqliteLedger(link, HeldClock())) as other,
        one.lock(ACCOUNT),
    ):
        assert one.identity == other.identity
        with pytest.raises(LedgerBusy), other.lock(ACCOUNT):
            pytest.fail("two names of one ledger hold one account")


def test_its_folder_may_have_any_name(tmp_path: Path) -> None:
    """Signs that mean something in an address mean nothing in a path."""
    path = tmp_path / "Zoë's 100%41 #1?mode=memory" / "ledger.sqlite"
    for _ in range(2):
        with closing(SqliteLedger(path, HeldClock())) as ledger:
            enter(ledger, "A")
            assert len(ledger.find(ACCOUNT)) == 1
    assert os.listdir(path.parent) == [path.name]


# ------------------------------------------------------------------ what is refused
def test_a_newer_ledger_is_left_to_newer_versions(filled: Path) -> None:
    """Tables of a later version are not touched."""
    with closing(raw(filled)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert "newer version" in refusal(filled).message


def test_a_ledger_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    """Entries stay as they were; what waits or is entered next is looked up before it is sent."""
    path = tmp_path / "ledger.sqlite"
    with closing(raw(path)) as db:
        db.executescript((Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8"))
    for _ in range(2):
        with closing(SqliteLedger(path, HeldClock())) as ledger:
            made, waits = sorted(ledger.find(ACCOUNT), key=lambda entry: entry.id)
            assert (made.state, made.order_id, made.tracking) == (State.CREATED, "order of A", None)
            assert (waits.state, waits.body, waits.look_first) == (State.PLANNED, b"{}", True)
            assert ledger.trust(ACCOUNT) is Trust.LOOK_FIRST
    new = tmp_path / "new.sqlite"
    SqliteLedger(new, HeldClock()).close()
    assert columns_of(path) == columns_of(new)
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        assert enter(ledger, "C").look_first


def columns_of(path: Path) -> set[tuple[object, ...]]:
    """Return every table's columns and every index, by name and kind."""
    with closing(raw(path)) as db:
        names = db.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        found: set[tuple[object, ...]] = set(names)
        for kind, name in list(found):
            if kind == "table":
                info = db.execute(f"PRAGMA table_info({name})").fetchall()
                found |= {(name, *column[1:5]) for column in info}
    return found


def test_an_older_version_number_is_damage(filled: Path) -> None:
    """There is no older version than the first."""
    with closing(raw(filled)) as db:
        db.execute("PRAGMA user_version = 0")
    assert "damaged" in refusal(filled).message


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """A database with tables of its own is not ours."""
    path = tmp_path / "other.sqlite"
    with closing(raw(path)) as db:
        db.execute("CREATE TABLE entry (id INTEGER)")
    assert "another program" in refusal(path).message


def test_an_empty_file_is_no_new_ledger(tmp_path: Path) -> None:
    """A ledger that was cut off to nothing is not begun anew."""
    path = tmp_path / "ledger.sqlite"
    path.touch()
    error = refusal(path)
    assert "empty" in error.message
    assert "reconcile --all" in error.hint


@pytest.mark.parametrize("content", [b"\0" * 4096, b"orders of May\n" * 999, b"SQLite format"])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """A zeroed or foreign file is never taken for a new ledger."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    assert str(path) in refusal(path).message


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_off_ledger_is_refused(filled: Path, share: float) -> None:
    """A ledger that lost its end is damaged, and how to get on is said."""
    size = filled.stat().st_size
    os.truncate(filled, int(size * share) // 4096 * 4096)
    error = refusal(filled)
    assert "damaged" in error.message
    assert "reconcile --all" in error.hint


def entry_pages(path: Path) -> list[int]:
    """Return the pages that hold the entries themselves, from the inside of the file."""
    size = 4096
    data = path.read_bytes()
    with closing(raw(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()[0]
    page = data[(root - 1) * size : root * size]
    assert page[0] == 5  # an inner page: it points to leaves
    cells = int.from_bytes(page[3:5], "big")
    places = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n], "big") for n in range(cells)]
    return [int.from_bytes(page[at : at + 4], "big") for at in places]


def test_a_hole_in_the_entries_is_found_at_once(filled: Path) -> None:
    """A lost page of entries is found when the ledger is opened, before anything is asked."""
    pages = entry_pages(filled)
    with filled.open("r+b") as file:
        file.seek((pages[len(pages) // 2] - 1) * 4096)
        file.write(b"\0" * 4096)
    assert "damaged" in refusal(filled).message


def test_an_index_that_hides_an_entry_stops_a_run(filled: Path) -> None:
    """An index without an entry would let it be entered again: no run may send with it."""
    data = filled.read_bytes()
    in_the_index = re.compile(b"stageacc-1K150create(?!planned)")  # in the entry its state follows
    assert len(in_the_index.findall(data)) == 1
    filled.write_bytes(in_the_index.sub(b"stageacc-1K15xcreate", data))
    with (
        closing(SqliteLedger(filled, HeldClock())) as ledger,
        pytest.raises(LedgerError, match="damaged"),
        ledger.lock(ACCOUNT),
    ):
        pytest.fail("a run may send with a damaged index")


def test_a_ledger_without_its_name_is_refused(filled: Path) -> None:
    """A ledger that lost its identity and secret cannot compare people any more."""
    with closing(raw(filled)) as db:
        db.execute("DELETE FROM meta")
    assert "damaged" in refusal(filled).message


def test_a_lost_table_is_said_plainly(filled: Path) -> None:
    """Damage that shows only when it is read is the same plain error, without a trace of SQL."""
    with closing(SqliteLedger(filled, HeldClock())) as ledger:
        with closing(raw(filled)) as db:
            db.execute("DROP TABLE run")
        with pytest.raises(LedgerError, match="damaged"):
            ledger.list_runs()


# ------------------------------------------------------------------ others, and a full disk
def test_a_writer_waits_and_then_says_so(filled: Path) -> None:
    """While another process writes, a call waits as long as it may, and is then refused."""
    with closing(SqliteLedger(filled, HeldClock(), patience=0.2)) as ledger:
        with closing(raw(filled)) as db:
            db.execute("BEGIN IMMEDIATE")
            assert len(ledger.find(ACCOUNT)) == 300
            with pytest.raises(LedgerBusy) as raised:
                ledger.claim("run_1", "me", 1, LEASE)
            assert raised.value.hint
        assert ledger.claim("run_1", "me", 1, LEASE)


def test_a_reader_cannot_spoil_a_burn(filled: Path) -> None:
    """A commit that readers keep from ending is undone whole, and said."""
    with (
        closing(SqliteLedger(filled, HeldClock(), patience=0.2)) as ledger,
        closing(raw(filled)) as db,
    ):
        reading = db.execute("SELECT * FROM entry")
        reading.fetchone()
        with pytest.raises(LedgerBusy):
            ledger.claim("run_1", "me", 1, LEASE)
        reading.close()
        (claimed,) = ledger.claim("run_1", "me", 1, LEASE)
        assert claimed.epoch == 1


FILL = """
import resource, sys
from pathlib import Path
from loader.core.errors import LedgerError
from loader.ledger import sqlite_file
from loader.ledger.sqlite import SqliteLedger
from tests.contract.ledger_subject import ACCOUNT, HeldClock, enter, intent
path = Path(sys.argv[1])
ledger = SqliteLedger(path, HeldClock())
room = path.stat().st_size + 50_000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    ledger.enter(ACCOUNT, "run_1", [intent(f"K{n}", "x" * 5000) for n in range(300)])
except LedgerError as error:
    print(error.message)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
enter(ledger, "A")
ledger.close()
"""


def test_a_write_that_fails_is_undone(path: Path) -> None:
    """When the system refuses to write, nothing of the call stays, and the ledger goes on."""
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "cannot be" in done.stdout
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        assert [entry.key for entry in ledger.find(ACCOUNT)] == ["A"]


def real_errors(path: Path) -> Iterator[tuple[sqlite3.Error, str]]:
    """Yield errors as SQLite raises them, each with a word of its plain form."""
    with closing(raw(path)) as db:
        db.execute("CREATE TABLE big (x)")
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        yield _raised(db, "INSERT INTO big VALUES (zeroblob(99999))"), "full"
        db.execute("PRAGMA query_only = ON")
        yield _raised(db, "DELETE FROM big"), "read-only"
    with closing(sqlite3.connect(":memory:")) as db:
        yield _raised(db, "ATTACH '/nowhere/at/all' AS x"), "opened"


def _raised(db: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as raised:
        db.execute(statement)
    return raised.value


def test_each_error_of_the_library_has_plain_words(tmp_path: Path) -> None:
    """Full, read-only and unopened files are told apart, each with a hint."""
    for error, word in real_errors(tmp_path / "any.sqlite"):
        plain = in_plain_words(error, tmp_path)
        assert isinstance(plain, LedgerError)
        assert word in plain.message
        assert plain.hint


def test_a_call_that_sqlite_cannot_take_is_a_defect(path: Path) -> None:
    """What only our own mistake can cause is no fault of the file, and undone whole."""
    wrong = Intent(
        key="A",
        operation=Operation.CREATE,
        lookup_id="A",
        body=None,  # type: ignore[arg-type]  # the mistake
        fingerprint="1:0",
    )
    with closing(SqliteLedger(path, HeldClock())) as ledger:
        with pytest.raises(Defect):
            ledger.enter(ACCOUNT, "run_1", [wrong])
        assert ledger.find(ACCOUNT) == []
        enter(ledger, "A")
        assert entry_of(ledger, "A").state is State.PLANNED
