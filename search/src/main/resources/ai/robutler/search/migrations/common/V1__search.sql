-- What is searched stands in the tables of others; here stands what of it has changed.

-- One row a feed. Whoever changes something holds it until the end of the transaction, so that
-- numbers become visible in their order.
CREATE TABLE search_feeds (
    feed TEXT NOT NULL PRIMARY KEY,
    -- Drawn when the feed begins: an index of another database is recognized by it.
    epoch TEXT NOT NULL,
    -- The number of the last change.
    seq BIGINT NOT NULL,
    -- The highest number of a removal that is forgotten by now.
    forgotten BIGINT NOT NULL
);

-- The last change of each document; of those that are gone for a day.
CREATE TABLE search_changes (
    feed TEXT NOT NULL,
    id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    -- 1: the document was removed.
    gone INTEGER NOT NULL,
    -- Milliseconds since 1970.
    changed BIGINT NOT NULL,
    PRIMARY KEY (feed, id)
);

CREATE UNIQUE INDEX search_changes_seq ON search_changes (feed, seq);

-- What documents mean, as an embedding model sees it.
CREATE TABLE search_vectors (
    feed TEXT NOT NULL,
    id TEXT NOT NULL,
    -- The model and how many numbers it was asked for.
    model TEXT NOT NULL,
    -- Of the text.
    hash TEXT NOT NULL,
    -- Floats of 32 bits, big-endian, of length 1 together; empty where the model refuses the text.
    vector BYTEA NOT NULL,
    PRIMARY KEY (feed, id)
);

CREATE INDEX search_vectors_hash ON search_vectors (hash, model);

-- Work that one node does for all.
CREATE TABLE search_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    -- Milliseconds since 1970.
    expires BIGINT NOT NULL
);
