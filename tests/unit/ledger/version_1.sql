-- A ledger of version 1 with one order that was made and one that waits.
PRAGMA application_id = 1330334788;
PRAGMA user_version = 1;
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  identity TEXT NOT NULL,
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  created_at REAL NOT NULL,
  changes INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  environment TEXT NOT NULL,
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'cancel', 'hold', 'unhold')),
  current INTEGER NOT NULL CHECK (current = 1 OR state IN ('created', 'conflict')),
  state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'sending', 'created', 'refused', 'deferred', 'unknown', 'conflict')),
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
  CHECK (state <> 'created' OR operation <> 'create' OR order_id <> '')
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (environment, account, key, operation)
  WHERE current = 1;
CREATE UNIQUE INDEX entry_lookup ON entry (environment, account, lookup_id)
  WHERE operation = 'create';
CREATE UNIQUE INDEX entry_in_flight ON entry (environment, account, key)
  WHERE state IN ('claimed', 'sending', 'unknown');
CREATE INDEX entry_claimable ON entry (run_id, id) WHERE state IN ('planned', 'claimed', 'deferred');
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
INSERT INTO meta VALUES (1, 'ldg_old', x'abababababababababababababababababababababababababababababababab', 1.0, 7);
INSERT INTO entry VALUES (1, 'stage', 'acc-1', 'A', 'create', 1, 'created', 1, '1:a', 'lookup A',
  'run_1', 1, 0, 0.0, '', 0.0, 'order of A', 'OR-1', 'Pending', NULL, 'p', 'c', 1.0, 2.0);
INSERT INTO entry VALUES (2, 'stage', 'acc-1', 'B', 'create', 1, 'planned', 0, '1:b', 'lookup B',
  'run_1', 0, 0, 0.0, '', 0.0, NULL, NULL, NULL, NULL, 'p', 'c', 1.0, 1.0);
INSERT INTO payload VALUES (2, x'7b7d');
