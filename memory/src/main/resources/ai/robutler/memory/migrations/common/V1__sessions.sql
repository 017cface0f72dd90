-- Conversations. All times are milliseconds since 1970.
CREATE TABLE memory_sessions (
    -- Drawn; what the client calls it is its name.
    id TEXT NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL,
    -- Empty for callers whom nobody knows.
    user_id TEXT NOT NULL,
    -- The agent that speaks for the user; empty where the user does.
    via TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Grows with each change of what was said.
    version BIGINT NOT NULL,
    -- The last number that was given to a turn.
    last_turn BIGINT NOT NULL,
    -- How many turns are in it, and how large they are; those that were replaced count as well.
    turns BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    -- The run that speaks now, and until when it is believed to.
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    -- What was said up to and with the turn of this number; empty where there is none.
    summary TEXT NOT NULL,
    summarised BIGINT NOT NULL
);

CREATE UNIQUE INDEX memory_sessions_name ON memory_sessions (agent, user_id, via, name);
CREATE INDEX memory_sessions_user ON memory_sessions (user_id, used);
CREATE INDEX memory_sessions_expires ON memory_sessions (expires);

-- What was said, a row for each run: it is there whole, or not at all.
CREATE TABLE memory_turns (
    session TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- Drawn by the run.
    run TEXT NOT NULL,
    time BIGINT NOT NULL,
    -- A JSON array.
    messages TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Digests of the messages as the client knows them.
    seen TEXT NOT NULL,
    -- 1 if it begins with results of the turn before.
    continues BIGINT NOT NULL,
    -- The number of the turn that took its place; 0 as long as it counts.
    replaced_by BIGINT NOT NULL,
    PRIMARY KEY (session, number)
);
