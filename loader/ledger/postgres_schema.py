"""The tables of the PostgreSQL ledger: those of the SQLite ledger, and an account's pace.

`operation` remembers each transaction: a commit whose answer was lost is looked up there.
`ledger_now()` is the one clock of leases, due times and turns: that of the server.
"""

from collections.abc import Iterable

from loader.core.lifecycle import IN_FLIGHT, Operation, State
from loader.ports import Trust

VERSION = 1  # of these tables, in meta


def _words(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


_IN_FLIGHT = _words(state for state in State if state in IN_FLIGHT)
_CLAIMABLE = _words((State.PLANNED, State.CLAIMED, State.DEFERRED))

TABLES = f"""
CREATE FUNCTION ledger_now() RETURNS double precision LANGUAGE sql VOLATILE
  AS 'SELECT extract(epoch FROM clock_timestamp())::double precision';

CREATE TABLE meta (
  one integer PRIMARY KEY CHECK (one = 1),
  version integer NOT NULL,
  identity text NOT NULL,
  secret bytea NOT NULL CHECK (length(secret) = 32),
  created_at double precision NOT NULL,
  newcomers text NOT NULL DEFAULT 'look-first' CHECK (newcomers IN {_words(Trust)})
);

CREATE TABLE operation (
  id uuid PRIMARY KEY,
  stands boolean NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operation_at ON operation (at);

CREATE TABLE account (
  environment text NOT NULL,
  account text NOT NULL,
  trust text NOT NULL CHECK (trust IN {_words(Trust)}),
  PRIMARY KEY (environment, account)
);

CREATE TABLE pace (
  environment text NOT NULL,
  account text NOT NULL,
  next_turn double precision NOT NULL DEFAULT 0,
  paused_until double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (environment, account)
);

CREATE SEQUENCE entry_id;
CREATE TABLE entry (
  id bigint PRIMARY KEY,
  environment text NOT NULL,
  account text NOT NULL,
  key text NOT NULL,
  operation text NOT NULL CHECK (operation IN {_words(Operation)}),
  current boolean NOT NULL CHECK (current OR state IN ('created', 'conflict')),
  state text NOT NULL CHECK (state IN {_words(State)}),
  epoch integer NOT NULL,
  fingerprint text NOT NULL,
  lookup_id text NOT NULL,
  run_id text NOT NULL,
  attempts integer NOT NULL,
  look_first boolean NOT NULL,
  not_before double precision NOT NULL,
  owner text NOT NULL,
  lease_until double precision NOT NULL,
  order_id text,
  order_name text,
  status text,
  error text,
  person text NOT NULL,
  contents text NOT NULL,
  entered_at double precision NOT NULL,
  updated_at double precision NOT NULL,
  consumer_id text,
  tracking text,
  looks integer NOT NULL DEFAULT 0,
  look_due double precision NOT NULL DEFAULT 0,
  CHECK (state <> 'created' OR operation <> 'create' OR order_id <> '')
);
CREATE UNIQUE INDEX entry_key ON entry (environment, account, key, operation) WHERE current;
CREATE UNIQUE INDEX entry_lookup ON entry (environment, account, lookup_id)
  WHERE operation = 'create';
CREATE UNIQUE INDEX entry_in_flight ON entry (environment, account, key)
  WHERE state IN {_IN_FLIGHT};
CREATE INDEX entry_claimable ON entry (run_id, id) WHERE state IN {_CLAIMABLE};
CREATE INDEX entry_waiting ON entry (environment, account, id) WHERE state IN {_CLAIMABLE};
CREATE INDEX entry_run ON entry (run_id);
CREATE INDEX entry_recent ON entry (environment, account, entered_at);

CREATE TABLE payload (
  entry_id bigint PRIMARY KEY REFERENCES entry,
  body bytea NOT NULL
);

CREATE TABLE replaced (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_id bigint NOT NULL REFERENCES entry,
  at double precision NOT NULL,
  state text NOT NULL,
  fingerprint text NOT NULL,
  lookup_id text NOT NULL,
  run_id text NOT NULL,
  body bytea
);
CREATE INDEX replaced_entry ON replaced (entry_id);

CREATE TABLE attempt (
  attempt text PRIMARY KEY,
  entry_id bigint NOT NULL REFERENCES entry,
  epoch integer NOT NULL,
  fingerprint text NOT NULL,
  owner text NOT NULL,
  burnt_at double precision NOT NULL,
  ended_at double precision,
  outcome text,
  order_id text,
  UNIQUE (entry_id, epoch)
);

CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at double precision NOT NULL,
  entry_id bigint NOT NULL REFERENCES entry,
  was text,
  became text NOT NULL,
  epoch integer NOT NULL,
  attempt text NOT NULL,
  owner text NOT NULL,
  evidence text NOT NULL
);
CREATE INDEX journal_entry ON journal (entry_id);

CREATE TABLE run (
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  run_id text PRIMARY KEY,
  command text NOT NULL,
  environment text,
  account text,
  env text NOT NULL,
  started_at double precision NOT NULL,
  ended_at double precision NOT NULL,
  exit_code integer,
  document bytea
);

CREATE TABLE catalogue (
  environment text NOT NULL,
  account text NOT NULL,
  document bytea NOT NULL,
  fetched_at double precision NOT NULL,
  PRIMARY KEY (environment, account)
);
"""  # noqa: S608 - the words are our own enumerations
