-- What agents know of their users. All times are milliseconds since 1970.
CREATE TABLE memory_facts (
    id TEXT NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL,
    -- Empty for callers whom nobody knows: theirs are bound to a session, by via.
    user_id TEXT NOT NULL,
    -- The agent that speaks for the user; empty where the user does.
    via TEXT NOT NULL,
    content TEXT NOT NULL,
    -- SHA-256 of the words alone, in hexadecimal.
    fingerprint TEXT NOT NULL,
    -- 1 to 10.
    importance INTEGER NOT NULL,
    -- A JSON array.
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    -- 0 for never.
    expires BIGINT NOT NULL
);

CREATE UNIQUE INDEX memory_facts_words ON memory_facts (agent, user_id, via, fingerprint);
CREATE INDEX memory_facts_user ON memory_facts (user_id, id);
CREATE INDEX memory_facts_expires ON memory_facts (expires) WHERE expires > 0;
