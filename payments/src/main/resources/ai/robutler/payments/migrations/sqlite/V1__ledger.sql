-- Amounts are whole nano-dollars, times are milliseconds since 1970. STRICT refuses what an
-- overflow would make of an integer.

CREATE TABLE ledger_account (
    id      TEXT    NOT NULL PRIMARY KEY,
    balance INTEGER NOT NULL,
    held    INTEGER NOT NULL,
    opened  INTEGER NOT NULL,
    CHECK (held >= 0 AND balance >= held)
) STRICT, WITHOUT ROWID;

-- What came in and was not yet added to the account's own row.
CREATE TABLE ledger_credit (
    account TEXT    NOT NULL,
    shard   INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    PRIMARY KEY (account, shard)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_token (
    id         TEXT    NOT NULL PRIMARY KEY,
    issue      TEXT    NOT NULL UNIQUE,
    hash       TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    lineage    TEXT    NOT NULL,
    depth      INTEGER NOT NULL CHECK (depth BETWEEN 0 AND 5),
    agent      TEXT    NOT NULL,
    limit_nano INTEGER NOT NULL,
    posted     INTEGER NOT NULL,
    held       INTEGER NOT NULL,
    issued     INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    revoked    INTEGER NOT NULL,
    CHECK (posted >= 0 AND held >= 0 AND limit_nano - posted >= held)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_token_account ON ledger_token (account);

CREATE TABLE ledger_budget (
    id         TEXT    NOT NULL PRIMARY KEY,
    limit_nano INTEGER NOT NULL,
    posted     INTEGER NOT NULL,
    held       INTEGER NOT NULL,
    closes     INTEGER NOT NULL,
    CHECK (posted >= 0 AND held >= 0 AND limit_nano - posted >= held)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_budget_closes ON ledger_budget (closes);

CREATE TABLE ledger_hold (
    id             TEXT    NOT NULL PRIMARY KEY,
    hash           TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    lineage        TEXT    NOT NULL,
    agent          TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    budgets        TEXT    NOT NULL,
    nano           INTEGER NOT NULL CHECK (nano >= 0),
    prior          INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    locked_nano    INTEGER NOT NULL,
    locked_expires INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('OPEN', 'SETTLED', 'VOIDED', 'EXPIRED')),
    closed         INTEGER NOT NULL CHECK (closed IN (0, 1)),
    CHECK (closed = 0 OR state <> 'OPEN')
) STRICT, WITHOUT ROWID;

-- Who looks for one hold by its id says nothing of "closed": else PostgreSQL might look through all
-- that are open.
CREATE INDEX ledger_hold_open ON ledger_hold (expires) WHERE state = 'OPEN' AND closed = 0;

CREATE TABLE ledger_movement (
    seq       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id        TEXT    NOT NULL UNIQUE,
    op        TEXT    NOT NULL,
    hash      TEXT    NOT NULL,
    time      INTEGER NOT NULL,
    hold      TEXT    NOT NULL,
    account   TEXT    NOT NULL,
    agent     TEXT    NOT NULL,
    reference TEXT    NOT NULL,
    memo      TEXT    NOT NULL,
    pending   INTEGER NOT NULL CHECK (pending IN (0, 1)),
    charged   INTEGER NOT NULL CHECK (charged >= 0),
    released  INTEGER NOT NULL CHECK (released >= 0),
    unpaid    INTEGER NOT NULL CHECK (unpaid >= 0),
    state     TEXT    NOT NULL,
    held      INTEGER NOT NULL CHECK (held >= 0),
    expires   INTEGER NOT NULL,
    CHECK (unpaid = 0 OR charged = 0)
) STRICT;

CREATE INDEX ledger_movement_pending ON ledger_movement (seq) WHERE pending = 1 OR unpaid > 0;

-- What moved from one account to another: one row is both sides, so that their sum is always zero.
CREATE TABLE ledger_transfer (
    movement INTEGER NOT NULL REFERENCES ledger_movement (seq),
    n        INTEGER NOT NULL,
    payer    TEXT    NOT NULL,
    payee    TEXT    NOT NULL,
    nano     INTEGER NOT NULL CHECK (nano >= 0),
    kind     TEXT    NOT NULL,
    PRIMARY KEY (movement, n)
) STRICT, WITHOUT ROWID;

-- Both sides, each seen from its own account.
CREATE VIEW ledger_entry AS
    SELECT movement, n * 2 AS n, payer AS account, -nano AS nano, kind, payee AS counterparty
    FROM ledger_transfer
    UNION ALL
    SELECT movement, n * 2 + 1, payee, nano, kind, payer FROM ledger_transfer;

-- Where the entries of each account are, for its statement, as far as "upto". An index would have a
-- page of each payer written anew with every movement; this is added to in large steps, in order.
CREATE TABLE ledger_line (
    account  TEXT    NOT NULL,
    movement INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    PRIMARY KEY (account, movement, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_lined (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    upto INTEGER NOT NULL
) STRICT;

INSERT INTO ledger_lined (one, upto) VALUES (1, 0);

CREATE TRIGGER ledger_transfer_update BEFORE UPDATE ON ledger_transfer
BEGIN
    SELECT RAISE(ABORT, 'transfers are never changed');
END;

CREATE TRIGGER ledger_transfer_delete BEFORE DELETE ON ledger_transfer
BEGIN
    SELECT RAISE(ABORT, 'transfers are never deleted');
END;

CREATE TRIGGER ledger_movement_update BEFORE UPDATE ON ledger_movement
BEGIN
    SELECT RAISE(ABORT, 'movements are never changed');
END;

CREATE TRIGGER ledger_movement_delete BEFORE DELETE ON ledger_movement
BEGIN
    SELECT RAISE(ABORT, 'movements are never deleted');
END;
