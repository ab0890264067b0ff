"""The tables of the SQLite ledger; the words for states and operations come from the life cycle.

`sqlite` says which line of the protocol each table protects.
"""

from collections.abc import Iterable

from loader.core.lifecycle import IN_FLIGHT, REPLACEABLE, Operation, State
from loader.ports import Trust

APPLICATION_ID = 0x4F4B4C44  # "OKLD", in the file's header: tells our file from any other
VERSION = 2  # of these tables, in the header's user_version


def _words(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


# As the queries write them, word for word: SQLite uses a partial index only then.
_IN_FLIGHT = _words(state for state in State if state in IN_FLIGHT)
_CLAIMABLE = _words((State.PLANNED, State.CLAIMED, State.DEFERRED))

_ACCOUNTS = f"""
CREATE TABLE account (
  environment TEXT NOT NULL,
  account TEXT NOT NULL,
  trust TEXT NOT NULL CHECK (trust IN {_words(Trust)}),
  next_turn REAL NOT NULL DEFAULT 0.0,
  paused_until REAL NOT NULL DEFAULT 0.0,
  PRIMARY KEY (environment, account)
) STRICT;
CREATE INDEX entry_waiting ON entry (environment, account, id) WHERE state IN {_CLAIMABLE};
"""

TABLES = f"""
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  identity TEXT NOT NULL,
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  created_at REAL NOT NULL,
  changes INTEGER NOT NULL,
  newcomers TEXT NOT NULL DEFAULT 'look-first' CHECK (newcomers IN {_words(Trust)})
) STRICT;

CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  environment TEXT NOT NULL,
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN {_words(Operation)}),
  current INTEGER NOT NULL CHECK (current = 1 OR state IN ('created', 'conflict')),
  state TEXT NOT NULL CHECK (state IN {_words(State)}),
  epoch INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  lookup_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  look_first INTEGER NOT NULL,
  not_before REAL NOT NULL,
  owner TEXT NOT NULL,
  lease_until REAL NOT NULL,
  order_id TEXT,
  order_name TEXT,
  status TEXT,
  error TEXT,
  person TEXT NOT NULL,
  contents TEXT NOT NULL,
  entered_at REAL NOT NULL,
  updated_at REAL NOT NULL,
  consumer_id TEXT,
  tracking TEXT,
  looks INTEGER NOT NULL DEFAULT 0,
  look_due REAL NOT NULL DEFAULT 0.0,
  CHECK (state <> 'created' OR operation <> 'create' OR order_id <> '')
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (environment, account, key, operation)
  WHERE current = 1;
CREATE UNIQUE INDEX entry_lookup ON entry (environment, account, lookup_id)
  WHERE operation = 'create';
CREATE UNIQUE INDEX entry_in_flight ON entry (environment, account, key)
  WHERE state IN {_IN_FLIGHT};
CREATE INDEX entry_claimable ON entry (run_id, id) WHERE state IN {_CLAIMABLE};
CREATE INDEX entry_run ON entry (run_id);
CREATE INDEX entry_recent ON entry (environment, account, entered_at);

CREATE TABLE payload (
  entry_id INTEGER PRIMARY KEY REFERENCES entry,
  body BLOB NOT NULL
) STRICT;
CREATE VIEW whole AS
  SELECT entry.*, payload.body FROM entry LEFT JOIN payload ON payload.entry_id = entry.id;

CREATE TABLE replaced (
  id INTEGER PRIMARY KEY,
  entry_id INTEGER NOT NULL REFERENCES entry,
  at REAL NOT NULL,
  state TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  lookup_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  body BLOB
) STRICT;
CREATE INDEX replaced_entry ON replaced (entry_id);

CREATE TABLE attempt (
  attempt TEXT PRIMARY KEY,
  entry_id INTEGER NOT NULL REFERENCES entry,
  epoch INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  owner TEXT NOT NULL,
  burnt_at REAL NOT NULL,
  ended_at REAL,
  outcome TEXT,
  order_id TEXT,
  UNIQUE (entry_id, epoch)
) STRICT;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entry,
  was TEXT,
  became TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  owner TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT;
CREATE INDEX journal_entry ON journal (entry_id);

CREATE TABLE run (
  run_id TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  environment TEXT,
  account TEXT,
  env TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL NOT NULL,
  exit_code INTEGER,
  document BLOB
) STRICT;

CREATE TABLE catalogue (
  environment TEXT NOT NULL,
  account TEXT NOT NULL,
  document BLOB NOT NULL,
  fetched_at REAL NOT NULL,
  PRIMARY KEY (environment, account)
) STRICT;
{_ACCOUNTS}
"""  # noqa: S608 - the words are our own enumerations

# From each older version to the next. A ledger of version 1 had no witness, so another one may
# have been lost before it: its accounts are looked up first until they are rebuilt.
MIGRATIONS = {
    1: f"""
ALTER TABLE meta ADD COLUMN newcomers TEXT NOT NULL DEFAULT 'look-first'
  CHECK (newcomers IN {_words(Trust)});
ALTER TABLE entry ADD COLUMN consumer_id TEXT;
ALTER TABLE entry ADD COLUMN tracking TEXT;
ALTER TABLE entry ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN look_due REAL NOT NULL DEFAULT 0.0;
{_ACCOUNTS}
INSERT INTO account (environment, account, trust)
  SELECT DISTINCT environment, account, 'look-first' FROM entry;
UPDATE entry SET look_first = 1 WHERE state IN {_words(REPLACEABLE)};
""",  # noqa: S608 - the words are our own enumerations
}
