-- Times are milliseconds since 1970, prices whole nano-dollars, -1 where nothing is said.

CREATE TABLE discovery_entry (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL CHECK (kind IN ('PLATFORM', 'REMOTE')),
    owner       TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    url         TEXT   NOT NULL,
    description TEXT   NOT NULL,
    intents     TEXT   NOT NULL,
    tags        TEXT   NOT NULL,
    scope       TEXT   NOT NULL,
    price       BIGINT NOT NULL,
    health      TEXT   NOT NULL CHECK (health IN ('UP', 'DOWN', 'UNKNOWN')),
    failures    BIGINT NOT NULL,
    next_probe  BIGINT NOT NULL,
    since       BIGINT NOT NULL,
    expires     BIGINT NOT NULL
);

CREATE UNIQUE INDEX discovery_entry_url ON discovery_entry (kind, url);
CREATE UNIQUE INDEX discovery_entry_remote ON discovery_entry (owner, name) WHERE kind = 'REMOTE';
CREATE INDEX discovery_entry_name ON discovery_entry (name, id);
CREATE INDEX discovery_entry_probe ON discovery_entry (next_probe) WHERE kind = 'REMOTE';
CREATE INDEX discovery_entry_expires ON discovery_entry (expires);

-- What owners added to the intents in their agents' files.
CREATE TABLE discovery_published (
    entry   TEXT   NOT NULL PRIMARY KEY,
    intents TEXT   NOT NULL,
    expires BIGINT NOT NULL
);

-- The servers on this database, and which of its agents each of them has.
CREATE TABLE discovery_node (
    id   TEXT   NOT NULL PRIMARY KEY,
    url  TEXT   NOT NULL,
    seen BIGINT NOT NULL
);

CREATE TABLE discovery_presence (
    entry TEXT NOT NULL,
    node  TEXT NOT NULL,
    PRIMARY KEY (entry, node)
);

CREATE INDEX discovery_presence_node ON discovery_presence (node);

-- What a publisher must show at its URL before it is listed.
CREATE TABLE discovery_challenge (
    owner   TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    url     TEXT   NOT NULL,
    token   TEXT   NOT NULL,
    proof   TEXT   NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
);

-- What this platform shows below its agents' URLs, to be listed elsewhere.
CREATE TABLE discovery_proof (
    token   TEXT   NOT NULL PRIMARY KEY,
    agent   TEXT   NOT NULL,
    proof   TEXT   NOT NULL,
    expires BIGINT NOT NULL
);

-- How often an owner published within a minute.
CREATE TABLE discovery_pace (
    owner  TEXT   NOT NULL,
    minute BIGINT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (owner, minute)
);
