-- Amounts are whole nano-dollars, times are milliseconds since 1970.

-- A connection keeps the checks of types, but reads those of a table's rows anew for each statement,
-- which took a third of a movement's time: so what one column may be is its type's.
CREATE DOMAIN ledger_amount AS BIGINT CHECK (VALUE >= 0);
CREATE DOMAIN ledger_flag AS BIGINT CHECK (VALUE IN (0, 1));
CREATE DOMAIN ledger_state AS TEXT CHECK (VALUE IN ('OPEN', 'SETTLED', 'VOIDED', 'EXPIRED'));

CREATE TABLE ledger_account (
    id      TEXT    NOT NULL PRIMARY KEY,
    balance BIGINT  NOT NULL,
    held    BIGINT  NOT NULL,
    opened  BIGINT  NOT NULL,
    CHECK (held >= 0 AND balance >= held)
) WITH (fillfactor = 60);

-- What came in and was not yet added to the account's own row.
CREATE TABLE ledger_credit (
    account TEXT    NOT NULL,
    shard   BIGINT  NOT NULL,
    amount  BIGINT  NOT NULL,
    PRIMARY KEY (account, shard)
) WITH (fillfactor = 60);

CREATE TABLE ledger_token (
    id         TEXT    NOT NULL PRIMARY KEY,
    issue      TEXT    NOT NULL UNIQUE,
    hash       TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    lineage    TEXT    NOT NULL,
    depth      BIGINT  NOT NULL CHECK (depth BETWEEN 0 AND 5),
    agent      TEXT    NOT NULL,
    limit_nano BIGINT  NOT NULL,
    posted     BIGINT  NOT NULL,
    held       BIGINT  NOT NULL,
    issued     BIGINT  NOT NULL,
    expires    BIGINT  NOT NULL,
    revoked    BIGINT  NOT NULL,
    CHECK (posted >= 0 AND held >= 0 AND limit_nano - posted >= held)
) WITH (fillfactor = 60);

CREATE INDEX ledger_token_account ON ledger_token (account);

CREATE TABLE ledger_budget (
    id         TEXT    NOT NULL PRIMARY KEY,
    limit_nano BIGINT  NOT NULL,
    posted     BIGINT  NOT NULL,
    held       BIGINT  NOT NULL,
    closes     BIGINT  NOT NULL,
    CHECK (posted >= 0 AND held >= 0 AND limit_nano - posted >= held)
) WITH (fillfactor = 60);

CREATE INDEX ledger_budget_closes ON ledger_budget (closes);

CREATE TABLE ledger_hold (
    id             TEXT    NOT NULL PRIMARY KEY,
    hash           TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    lineage        TEXT    NOT NULL,
    agent          TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    budgets        TEXT    NOT NULL,
    nano           ledger_amount NOT NULL,
    prior          BIGINT  NOT NULL,
    expires        BIGINT  NOT NULL,
    locked_nano    BIGINT  NOT NULL,
    locked_expires BIGINT  NOT NULL,
    state          ledger_state  NOT NULL,
    closed         ledger_flag   NOT NULL
) WITH (fillfactor = 60);

-- Who looks for one hold by its id says nothing of "closed": else PostgreSQL might look through all
-- that are open.
CREATE INDEX ledger_hold_open ON ledger_hold (expires) WHERE state = 'OPEN' AND closed = 0;

CREATE TABLE ledger_movement (
    seq       BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    op        TEXT    NOT NULL,
    hash      TEXT    NOT NULL,
    time      BIGINT  NOT NULL,
    hold      TEXT    NOT NULL,
    account   TEXT    NOT NULL,
    agent     TEXT    NOT NULL,
    reference TEXT    NOT NULL,
    memo      TEXT    NOT NULL,
    pending   ledger_flag   NOT NULL,
    charged   ledger_amount NOT NULL,
    released  ledger_amount NOT NULL,
    unpaid    ledger_amount NOT NULL,
    state     TEXT    NOT NULL,
    held      ledger_amount NOT NULL,
    expires   BIGINT  NOT NULL
);

CREATE INDEX ledger_movement_pending ON ledger_movement (seq) WHERE pending = 1 OR unpaid > 0;

-- What moved from one account to another: one row is both sides, so that their sum is always zero. It
-- is written with its movement, and neither is ever removed; to have PostgreSQL look for the movement
-- again would lock its row once for each transfer.
CREATE TABLE ledger_transfer (
    movement BIGINT  NOT NULL,
    n        BIGINT  NOT NULL,
    payer    TEXT    NOT NULL,
    payee    TEXT    NOT NULL,
    nano     ledger_amount NOT NULL,
    kind     TEXT    NOT NULL,
    PRIMARY KEY (movement, n)
);

CREATE INDEX ledger_transfer_payer ON ledger_transfer (payer, movement, n);
CREATE INDEX ledger_transfer_payee ON ledger_transfer (payee, movement, n);

-- Both sides, each seen from its own account.
CREATE VIEW ledger_entry AS
    SELECT movement, n * 2 AS n, payer AS account, -nano AS nano, kind, payee AS counterparty
    FROM ledger_transfer
    UNION ALL
    SELECT movement, n * 2 + 1, payee, nano, kind, payer FROM ledger_transfer;

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();

CREATE TRIGGER ledger_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
