-- What requests with an idempotency key were answered, and who answers them now.
CREATE TABLE answers (
    -- A hash of the key and of everybody who may see the answer.
    id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    -- Drawn anew by each who takes the row.
    claim TEXT NOT NULL,
    -- RUNNING: being answered, until expires unless that is put off. KEPT: answered.
    -- PASSED: failed; only for those who waited for this claim. LARGE: answered, but not kept.
    state TEXT NOT NULL,
    -- Milliseconds since 1970.
    expires BIGINT NOT NULL,
    -- The answer as JSON; empty where there is none.
    answer TEXT NOT NULL,
    -- The characters of the answer.
    size INTEGER NOT NULL
);

CREATE INDEX answers_expires ON answers (expires);
