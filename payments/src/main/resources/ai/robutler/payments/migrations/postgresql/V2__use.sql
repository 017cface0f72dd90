-- How much agents were paid for; counted from the movements, up to the one in ledger_use_place.

CREATE TABLE ledger_use (
    merchant TEXT   NOT NULL,
    agent    TEXT   NOT NULL,
    settled  BIGINT NOT NULL,
    freed    BIGINT NOT NULL,
    PRIMARY KEY (merchant, agent)
) WITH (fillfactor = 60);

CREATE TABLE ledger_use_place (
    id  BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
) WITH (fillfactor = 60);

INSERT INTO ledger_use_place (id, seq) VALUES (1, 0);
