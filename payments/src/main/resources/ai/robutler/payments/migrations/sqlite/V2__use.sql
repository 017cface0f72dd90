-- How much agents were paid for; counted from the movements, up to the one in ledger_use_place.

CREATE TABLE ledger_use (
    merchant TEXT    NOT NULL,
    agent    TEXT    NOT NULL,
    settled  INTEGER NOT NULL,
    freed    INTEGER NOT NULL,
    PRIMARY KEY (merchant, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_use_place (
    id  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;

INSERT INTO ledger_use_place (id, seq) VALUES (1, 0);
