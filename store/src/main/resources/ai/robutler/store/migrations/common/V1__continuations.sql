-- What runs did before they gave calls to their client, until the client returns.
CREATE TABLE continuations (
    id TEXT NOT NULL PRIMARY KEY,
    -- The messages as a JSON array; empty where two conversations cannot be told apart.
    messages TEXT NOT NULL,
    -- 1 as long as nobody has come back for them.
    awaited INTEGER NOT NULL,
    -- Milliseconds since 1970.
    expires BIGINT NOT NULL
);

CREATE INDEX continuations_expires ON continuations (expires);
